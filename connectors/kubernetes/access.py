"""How a cluster is reached: as configured, by a kubeconfig, or from inside.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ and .../client-authentication.v1/
"""

import base64
import binascii
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from connectors.kubernetes.settings import KubernetesSettings
from pipeline.errors import SourceError
from pipeline.http import HttpSettings

INSIDE = Path("/var/run/secrets/kubernetes.io/serviceaccount")
EXEC_S = 30.0


class Access:
    """The way to one cluster; `remaining` gives the seconds to the deadline, which a credential helper must keep."""

    def __init__(self, settings: KubernetesSettings, remaining: Callable[[], float]) -> None:
        self._settings, self._remaining = settings, remaining
        self._keys: tempfile.TemporaryDirectory[str] | None = None  # removed with this object

    def settings(self) -> HttpSettings:
        """Address and credentials; SourceError where there are none."""
        if self._settings.url:
            return self._settings
        path = self._kubeconfig()
        if path is None:
            return self._inside()
        try:
            return self._by_kubeconfig(path)
        except (LookupError, TypeError, AttributeError, ValidationError, binascii.Error, OSError) as problem:
            told = f"has no such entry: {problem}"[:200] if isinstance(problem, LookupError) else "cannot be used"
            what = f"the kubeconfig {told} ({type(problem).__name__})."  # what else is said may quote a secret
            raise SourceError(what, where=str(path), fix="Check it with `kubectl config view`.") from None

    def _kubeconfig(self) -> Path | None:
        if self._settings.kubeconfig:
            return self._settings.kubeconfig
        named = [Path(one) for one in os.environ.get("KUBECONFIG", "").split(os.pathsep) if one]
        usual = [*named, Path.home() / ".kube" / "config"]
        return next((path for path in usual if path.is_file()), None)

    def _inside(self) -> HttpSettings:
        host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
        token = INSIDE / "token"
        if not host or not token.is_file():
            raise SourceError(
                "there is no kubeconfig, and this is no pod of a cluster.", where="kubernetes",
                fix="Set url and token, or kubeconfig.",
            )  # fmt: skip
        url = f"https://{f'[{host}]' if ':' in host else host}:{port}"
        return self._http(url=url, token=token.read_text().strip(), ca_file=INSIDE / "ca.crt")

    def _by_kubeconfig(self, path: Path) -> HttpSettings:
        try:
            config = YAML(typ="safe", pure=True).load(path.read_text())
        except (OSError, YAMLError, UnicodeDecodeError) as problem:
            what = f"the kubeconfig cannot be read ({type(problem).__name__})."
            raise SourceError(what, where=str(path), fix="Check kubeconfig.") from None
        context = _named(config["contexts"], self._settings.context or config["current-context"])["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = _named(config["users"], context["user"])["user"] or {}
        if "exec" in user:
            user = {**user, **self._helped(user["exec"], path)}
        elif "tokenFile" in user:
            user = {**user, "token": (path.parent / user["tokenFile"]).read_text().strip()}
        return self._http(
            url=cluster["server"], token=user.get("token"), username=user.get("username", ""),
            password=user.get("password"), verify=not cluster.get("insecure-skip-tls-verify", False),
            ca_file=self._file(cluster, "certificate-authority", path),
            client_cert=self._file(user, "client-certificate", path), client_key=self._file(user, "client-key", path),
        )  # fmt: skip

    def _http(self, **fields: Any) -> HttpSettings:
        mine = {"headers": self._settings.headers, "timeout": self._settings.timeout}
        given = {name: value for name, value in fields.items() if value not in (None, "")}
        return HttpSettings.model_validate({**mine, **given})

    def _file(self, holder: Mapping[str, Any], name: str, beside: Path) -> Path | None:
        """The file that `name` names, or one with what `name-data` holds, for as long as this object lives."""
        if name in holder:
            return beside.parent / str(holder[name])
        if f"{name}-data" not in holder:
            return None
        self._keys = self._keys or tempfile.TemporaryDirectory(prefix="befell-")  # readable by this user only
        made = Path(self._keys.name) / name
        made.write_bytes(base64.b64decode(holder[f"{name}-data"]))
        return made

    def _helped(self, command: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """What a credential helper (aws, gke-gcloud-auth-plugin, kubelogin) gives, as kubectl runs it."""
        environ = {one["name"]: one["value"] for one in command.get("env") or ()}
        info = {"apiVersion": command["apiVersion"], "kind": "ExecCredential", "spec": {"interactive": False}}
        where, name = str(path), str(command["command"])
        name = str(path.parent / name) if "/" in name else name
        try:
            done = subprocess.run(
                [name, *(command.get("args") or ())], capture_output=True, stdin=subprocess.DEVNULL, check=True,
                timeout=min(EXEC_S, self._remaining()),
                env={**os.environ, **environ, "KUBERNETES_EXEC_INFO": json.dumps(info)},
            )  # fmt: skip
            status = json.loads(done.stdout)["status"]
        except (OSError, ValueError, LookupError, TypeError, subprocess.SubprocessError) as problem:
            what = f"the credential helper {command['command']} failed ({type(problem).__name__})."
            raise SourceError(what, where=where, fix="Log in with kubectl, then try again.") from None
        packed = {name: status.get(key) for name, key in _HELPED.items()}
        encoded = {k: base64.b64encode(v.encode()).decode() for k, v in packed.items() if v and k.endswith("-data")}
        return {"token": status.get("token"), **encoded}


_HELPED = {"client-certificate-data": "clientCertificateData", "client-key-data": "clientKeyData"}


def _named(entries: Any, name: str) -> Any:
    found = [one for one in entries if one["name"] == name]
    if not found:
        raise LookupError(name)
    return found[0]

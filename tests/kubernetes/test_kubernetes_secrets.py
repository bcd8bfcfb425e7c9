"""What is secret in a kubeconfig, or comes from a credential helper, is in nothing that befell says or keeps."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import servers
from ruamel.yaml import YAML

from connectors.kubernetes import KubernetesConnector
from pipeline.errors import SourceError
from pipeline.http import Http
from pipeline.incident import Window

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(NOW.replace(hour=9), NOW.replace(hour=11))
SECRET = "zq81-kube-s3cret-m0re"
PACKED = base64.b64encode(SECRET.encode()).decode()
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "./helper"}


@pytest.fixture
def telling() -> Iterator[str]:
    """A server that refuses, and repeats what it was sent."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"message": f"not you: {handler.headers.get('Authorization')}"}).encode()
        handler.send_response(401)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with servers.serving(answer) as url:
        yield url


def helper(folder: Path, body: str) -> None:
    (folder / "helper").write_text(f"#!/bin/sh\n{body}\n")
    (folder / "helper").chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    "user",
    [
        {"token": SECRET}, {"tokenFile": "token"}, {"tokenFile": SECRET}, {"username": "ann", "password": SECRET},
        {"exec": EXEC}, {"exec": {**EXEC, "args": ["fail"]}}, {"exec": {**EXEC, "args": ["babble"]}},
        {"exec": {**EXEC, "args": [SECRET, "fail"]}}, {"exec": {**EXEC, "env": [{"name": "A", "value": SECRET}]}},
        {"client-certificate-data": PACKED, "client-key-data": PACKED}, {"client-key-data": SECRET},
        {"token": {"a": SECRET}}, {"token": [SECRET]}, SECRET, [SECRET],
    ],
)  # fmt: skip
def test_no_secret_is_told(telling: str, tmp_path: Path, user: Any) -> None:
    (tmp_path / "token").write_text(SECRET)
    helper(
        tmp_path,
        f'case "$*" in *fail) echo {SECRET} >&2; exit 1;; babble) echo {SECRET};; '
        f'*) echo \'{{"status": {{"token": "{SECRET}"}}}}\';; esac',
    )
    config = {
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}], "current-context": "prod",
        "clusters": [{"name": "c", "cluster": {"server": telling}}], "users": [{"name": "u", "user": user}],
    }  # fmt: skip
    with (tmp_path / "kube.yaml").open("w") as file:
        YAML().dump(config, file)
    given = {"use": "kubernetes", "name": "k8s", "kubeconfig": "kube.yaml"}
    settings = KubernetesConnector.Settings.model_validate(given, context={"base": tmp_path})
    connector = KubernetesConnector(settings, Http(10, lambda: NOW))
    checks = list(connector.check())
    assert checks and not checks[0].ok and checks[0].fix
    with pytest.raises(SourceError) as refused:
        list(connector.events(WINDOW))
    told = f"{checks} {refused.value} {refused.value!r} {connector.identity} {settings!r}"
    assert SECRET not in told and PACKED not in told and base64.b64encode(f"ann:{SECRET}".encode()).decode() not in told

"""The ways to a cluster: a kubeconfig with each kind of credentials, and from inside."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kubernetes_stub import Kubernetes, event, running

from connectors.kubernetes import KubernetesConnector, access
from pipeline.errors import SourceError
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Kubernetes]:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with running(Kubernetes([event("e1")])) as held:
        yield held


def kubeconfig(path: Path, url: str, user: dict[str, Any], **cluster: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        "current-context": "prod",
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": url, **cluster}}], "users": [{"name": "u", "user": user}],
    }))  # fmt: skip
    return path


def made(base: Path, **settings: Any) -> KubernetesConnector:
    given = {"use": "kubernetes", "name": "k8s", "event_hours": 99999, **settings}
    checked = KubernetesConnector.Settings.model_validate(given, context={"base": base})
    return KubernetesConnector(checked, Http(30, lambda: datetime.now(UTC)))


def sent(cluster: Kubernetes, connector: KubernetesConnector) -> str:
    assert list(connector.events(WINDOW))
    return cluster.headers[0].get("Authorization", "")


def test_a_token_of_the_kubeconfig_is_sent(cluster: Kubernetes, tmp_path: Path) -> None:
    kubeconfig(tmp_path / "kube.yaml", cluster.url, {"token": "t0ken"})
    connector = made(tmp_path, kubeconfig="kube.yaml")
    assert sent(cluster, connector) == "Bearer t0ken"
    assert connector.identity == f"kubernetes:{cluster.url}"


def test_a_token_file_is_read_beside_it(cluster: Kubernetes, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    kubeconfig(tmp_path / "kube.yaml", cluster.url, {"tokenFile": "token"})
    assert sent(cluster, made(tmp_path, kubeconfig="kube.yaml")) == "Bearer from-file"


def test_the_usual_places_are_looked_in(cluster: Kubernetes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubeconfig(tmp_path / ".kube" / "config", cluster.url, {"token": "home"})
    assert sent(cluster, made(tmp_path)) == "Bearer home"
    other = kubeconfig(tmp_path / "other", cluster.url, {"username": "ann", "password": "pw"})
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/gone:{other}")
    cluster.headers.clear()
    assert sent(cluster, made(tmp_path)) == "Basic " + base64.b64encode(b"ann:pw").decode()


def helper(path: Path, body: str) -> dict[str, Any]:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": version, "command": "./helper", "env": [{"name": "WHO", "value": "exec"}]}}


def test_a_credential_helper_is_run(cluster: Kubernetes, tmp_path: Path) -> None:
    """As for EKS, GKE and AKS; it learns what is asked of it by KUBERNETES_EXEC_INFO."""
    body = 'test -n "$KUBERNETES_EXEC_INFO" && echo \'{"status": {"token": "by-\'$WHO\'"}}\''
    kubeconfig(tmp_path / "kube.yaml", cluster.url, helper(tmp_path / "helper", body))
    assert sent(cluster, made(tmp_path, kubeconfig="kube.yaml")) == "Bearer by-exec"


@pytest.mark.parametrize("body", ["exit 1", "echo nothing", "echo '{}'"])
def test_a_helper_that_fails_is_an_error(cluster: Kubernetes, tmp_path: Path, body: str) -> None:
    kubeconfig(tmp_path / "kube.yaml", cluster.url, helper(tmp_path / "helper", body))
    with pytest.raises(SourceError, match=r"credential helper ./helper failed.*Log in with kubectl"):
        list(made(tmp_path, kubeconfig="kube.yaml").events(WINDOW))


def test_certificates_inside_it_become_files_that_go_away(tmp_path: Path) -> None:
    packed = base64.b64encode(b"PEM").decode()
    user = {"client-certificate-data": packed, "client-key-data": packed}
    path = kubeconfig(tmp_path / "k", "https://10.0.0.1", user, **{"certificate-authority-data": packed})
    way = access.Access(made(tmp_path, kubeconfig=str(path))._settings, lambda: 30)
    found = way.settings()
    assert found.client_key and found.client_cert and found.ca_file and found.ca_file.read_bytes() == b"PEM"
    assert stat.S_IMODE(found.client_key.parent.stat().st_mode) == 0o700
    del way
    assert not found.client_key.exists()


def test_a_kubeconfig_without_the_context_is_an_error(cluster: Kubernetes, tmp_path: Path) -> None:
    kubeconfig(tmp_path / "kube.yaml", cluster.url, {"token": "t0ken"})
    with pytest.raises(SourceError, match=r"has no such entry: .*staging"):
        list(made(tmp_path, kubeconfig="kube.yaml", context="staging").events(WINDOW))


@pytest.mark.parametrize("text", ["", "a: [", "contexts: 1"])
def test_a_damaged_kubeconfig_is_an_error(cluster: Kubernetes, tmp_path: Path, text: str) -> None:
    (tmp_path / "kube.yaml").write_text(text)
    with pytest.raises(SourceError, match="kubeconfig"):
        list(made(tmp_path, kubeconfig="kube.yaml").events(WINDOW))


def test_in_a_pod_the_service_account_is_used(
    cluster: Kubernetes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("pod-token")
    monkeypatch.setattr(access, "INSIDE", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    found = access.Access(made(tmp_path)._settings, lambda: 30).settings()
    assert (found.url, found.ca_file) == ("https://10.96.0.1:443", tmp_path / "ca.crt")
    assert found.token and found.token.get_secret_value() == "pod-token"


def test_nowhere_is_an_error_and_the_identity_still_stands(cluster: Kubernetes, tmp_path: Path) -> None:
    connector = made(tmp_path, context="prod")
    assert connector.identity == "kubernetes:prod"
    with pytest.raises(SourceError, match="Set url and token, or kubeconfig"):
        list(connector.events(WINDOW))
    (check,) = connector.check()
    assert not check.ok and check.fix

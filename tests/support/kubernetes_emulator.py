"""An emulated Kubernetes API server (kmock) on 127.0.0.1; `.ci/run` installs it in an environment of its own."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import servers

PYTHON = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "befell-tests" / "kubernetes" / "bin/python"
SERVE = """
import asyncio, sys, kmock

KINDS = {"v1/events": "Event", "apps/v1/replicasets": "ReplicaSet", "apps/v1/deployments": "Deployment"}

async def main():
    async with kmock.KubernetesEmulator() as cluster, kmock.Server(cluster, port=int(sys.argv[1])):
        for name, kind in KINDS.items():
            cluster.resources[name] = kmock.ResourceInfo(namespaced=True, kind=kind, verbs=["list", "get", "create"])
        await asyncio.Event().wait()

asyncio.run(main())
"""


@contextlib.contextmanager
def kubernetes(folder: Path) -> Iterator[str]:
    """The address of a cluster with nothing in it."""
    servers.require(str(PYTHON))
    port = servers.free_port()
    (folder / "serve.py").write_text(SERVE)
    address = f"http://127.0.0.1:{port}"
    with servers.process([str(PYTHON), "serve.py", str(port)], f"{address}/version", folder):
        yield address


def create(address: str, group: str, resource: str, made: dict[str, Any]) -> None:
    """As `kubectl create` does."""
    place = f"{address}/{group}/namespaces/{made['metadata']['namespace']}/{resource}"
    requests.post(place, json=made, timeout=10).raise_for_status()

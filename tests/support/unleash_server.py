"""A real Unleash on a real PostgreSQL, both on 127.0.0.1; `.ci/run` installs them."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import servers

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "befell-tests" / "unleash"
TOKEN = "*:*.befell-test-admin-token"
START = """
import { start } from 'unleash-server';
await start({
    db: { connectionString: process.env.DATABASE, ssl: false },
    server: { host: '127.0.0.1', port: Number(process.env.PORT) },
    authentication: {
        type: 'open-source',
        initApiTokens: [
            { environment: '*', project: '*', secret: process.env.TOKEN, type: 'admin', tokenName: 'test' },
        ],
    },
    versionCheck: { enable: false }, telemetry: false, logLevel: 'warn',
});
"""


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a database `postgres`; PostgreSQL refuses to run as root, so root runs it as its own user."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    servers.require(str(found[-1]) if found else "postgres")
    tools = found[-1].parent if found else Path(shutil.which("postgres") or "").parent
    folder.mkdir(parents=True)
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        for path in (folder, *folder.parents):
            if path.is_relative_to("/tmp") and path != Path("/tmp"):
                path.chmod(path.stat().st_mode | 0o011)
        shutil.chown(folder, "postgres")
    port, data = servers.free_port(), folder / "data"
    setup = [tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
    subprocess.run([*user, *map(str, setup)], check=True, capture_output=True, cwd=folder)
    argv = [*user, str(tools / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-F"]
    argv += ["-c", "listen_addresses=127.0.0.1"]
    with (folder.parent / "postgres.log").open("wb") as log, subprocess.Popen(argv, stdout=log, stderr=log) as running:
        try:
            servers.wait_for(lambda: (data / "postmaster.pid").exists() and "ready" in _state(data))
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                [*user, str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], capture_output=True
            )
            running.wait(10)


def _state(data: Path) -> str:
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text()
    return ""


@contextlib.contextmanager
def unleash(folder: Path) -> Iterator[tuple[str, str]]:
    """(address, address of its database) of an Unleash with the project `default` and nothing in it."""
    servers.require("node")
    if not (CACHE / "node_modules" / "unleash-server").is_dir():
        missing = f"not installed: npm install --prefix {CACHE} unleash-server"
        (pytest.fail if os.environ.get("BEFELL_REQUIRE_REAL") == "1" else pytest.skip)(missing)
    with postgres(folder / "postgres") as database:
        port = servers.free_port()
        (folder / "start.mjs").write_text(START)
        (folder / "node_modules").symlink_to(CACHE / "node_modules")
        address = f"http://127.0.0.1:{port}"
        environ = ["env", f"DATABASE={database}", f"PORT={port}", f"TOKEN={TOKEN}", "NODE_ENV=production"]
        with servers.process([*environ, "node", "start.mjs"], f"{address}/health", folder):
            yield address, database


def ask(method: str, url: str, **body: object) -> requests.Response:
    """One request that changes something."""
    response = requests.request(method, url, json=body, headers={"Authorization": TOKEN}, timeout=10)
    response.raise_for_status()
    return response

"""The real servers of the lab, all on 127.0.0.1 or a unix socket: PostgreSQL, Prometheus, Alertmanager."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from string import Template

import psycopg
import requests

from lab.processes import LabError, Processes, free_port, wait_for

CONFIG = Path(__file__).parent / "conf"
TABLE = "CREATE TABLE orders (id serial PRIMARY KEY, customer text NOT NULL, total numeric NOT NULL)"
PROMETHEUS_PUBLIC, ALERTMANAGER_PUBLIC = "http://prometheus.example", "http://alertmanager.example"


def postgres(processes: Processes, log: Path | None = None, settings: Sequence[str] = ()) -> str:
    """Start PostgreSQL on a unix socket, as the user `postgres` where we are root; its DSN, with the table made.

    What it says goes to `log`; `settings` are further ones, as `name=value`.
    """
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if binaries is None:
        raise LabError("PostgreSQL is not installed: apt-get install postgresql")
    home = processes.temp_dir("pg")
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    made = subprocess.run(
        [*as_user, str(binaries / "initdb"), "-D", str(home / "data"), "-U", "shop", "-A", "trust", "--no-sync"],
        capture_output=True, text=True, cwd=home, check=False,
    )  # fmt: skip
    if made.returncode:
        raise LabError(f"initdb: {made.stderr}")
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]
    options += [word for setting in settings for word in ("-c", setting)]
    command = [*as_user, str(binaries / "postgres"), "-D", str(home / "data"), *options]
    processes.start(command, log or processes.temp_dir("pg-log") / "log", home)
    dsn = f"host={home} user=shop dbname=postgres"
    wait_for("PostgreSQL to answer", lambda: _prepared(dsn))
    return dsn


def _prepared(dsn: str) -> bool:
    try:
        with psycopg.connect(dsn, connect_timeout=2) as connection:
            connection.execute(TABLE)
        return True
    except psycopg.OperationalError:
        return False


def prometheus(processes: Processes, rules: str | None = None, /, **ports: int) -> str:
    """Start Prometheus (1 s scrape and evaluation); its URL. `ports`: checkout, search, alertmanager.

    `rules` are alerting rules as YAML; without them those of the example.
    """
    home = processes.temp_dir("prometheus")
    (home / "rules.yml").write_text(rules or (CONFIG / "rules.yml").read_text())
    (home / "prometheus.yml").write_text(Template((CONFIG / "prometheus.yml").read_text()).substitute(ports))
    port = free_port()
    options = {
        "config.file": "prometheus.yml", "storage.tsdb.path": "data", "web.listen-address": f"127.0.0.1:{port}",
        "web.external-url": PROMETHEUS_PUBLIC,
    }  # fmt: skip
    return _started(processes, "prometheus", options, home, port)


def alertmanager(processes: Processes, port: int, pager: int) -> str:
    """Start Alertmanager on `port`, which notifies the receiver on the port `pager`; its URL."""
    home = processes.temp_dir("alertmanager")
    text = Template((CONFIG / "alertmanager.yml").read_text()).substitute(pager=pager)
    (home / "alertmanager.yml").write_text(text)
    options = {
        "config.file": "alertmanager.yml", "storage.path": "data", "web.listen-address": f"127.0.0.1:{port}",
        "web.external-url": ALERTMANAGER_PUBLIC, "cluster.listen-address": "",
    }  # fmt: skip
    return _started(processes, "prometheus-alertmanager", options, home, port)


def scraped(prometheus_url: str) -> int:
    """How many services answered the last scrape."""
    answer = requests.get(f"{prometheus_url}/api/v1/query", params={"query": "up == 1"}, timeout=2)
    return len(answer.json()["data"]["result"])


def _started(processes: Processes, program: str, options: dict[str, str], home: Path, port: int) -> str:
    url = f"http://127.0.0.1:{port}"
    processes.start([program, *(f"--{key}={value}" for key, value in options.items())], home / "log", home)
    wait_for(f"{program} to be ready", lambda: _ready(url))
    return url


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=1).ok
    except requests.RequestException:
        return False

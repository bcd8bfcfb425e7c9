"""Where a fault is played: five services and PostgreSQL, each with its own log, under load.

checkout calls payment, payment calls bank; checkout queues mails with mail; search stands alone.
"""

import json
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg

from lab import servers
from lab.deploys import Repository
from lab.load import Load, checkouts, searches
from lab.processes import Processes, free_port
from lab.services import Services
from lab.shapes.stage import USUAL

ROLES = ("bank", "payment", "mail")
LOGS = {
    "checkout": ("checkout.log", "access.log"), "search": ("search.log",), "postgres": ("postgres.log",),
    **{role: (f"{role}.log",) for role in ROLES},
}  # fmt: skip
RELEASES = (
    ("search", "v2.8.0"), ("checkout", "v2.0.0"), ("checkout", "v2.1.0"), ("checkout", "v2.2.0"),
    ("checkout", "v2.3.0"), ("search", "v2.9.0"),
)  # fmt: skip
POSTGRES = ("log_lock_waits=on", "deadlock_timeout=300ms", "log_min_duration_statement=500", "max_connections=30")
CHECKOUT_RATE, SEARCH_RATE, WORKERS = 25.0, 12.0, 40
HERE = Path(__file__).parents[2]


class Scene:
    """`with Scene(out, seed) as scene`: everything runs until the end of the `with`."""

    def __init__(self, out: Path, seed: str) -> None:
        self.logs, self.controls = out / "logs", out / "controls"
        self.settings_path = out / "settings.json"
        self.chance = random.Random(seed)
        self.loads: dict[str, Load] = {}
        self._out, self._stack = out, ExitStack()
        self._ports = {role: free_port() for role in ROLES}
        self._controls: dict[str, dict[str, Any]] = {
            "bank": {}, "mail": {"slow_log_s": 0.5},
            "payment": {"calls": f"http://127.0.0.1:{self._ports['bank']}/debits", "slow_log_s": 0.5},
        }  # fmt: skip
        self._roles: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        self.logs.mkdir(parents=True)
        self.controls.mkdir()
        self.processes = stack.enter_context(Processes())
        repository = Repository(self._out / "repo")
        for service, version in RELEASES:
            repository.release(service, version, f"{service} {version}")
        for role in ROLES:
            self.control(role)
            self.start(role)
        payment, mail = (f"http://127.0.0.1:{self._ports[role]}" for role in ("payment", "mail"))
        self.settings = USUAL | {"payment_url": f"{payment}/charges", "payment_ca": "", "mail_url": mail}
        self.set()
        self.dsn = servers.postgres(self.processes, self.logs / "postgres.log", POSTGRES)
        self.services = Services(self.processes, repository, self.logs, self.dsn)
        self.services.options["checkout"] += ["--settings", str(self.settings_path.resolve())]
        self.services.start("checkout", "v2.0.0")
        self.services.start("search", "v2.8.0")
        for service, rate in (("checkout", CHECKOUT_RATE), ("search", SEARCH_RATE)):
            make, own = checkouts(rate) if service == "checkout" else searches, random.Random(self.chance.random())
            self.loads[service] = stack.enter_context(
                Load(self.services.ports[service], rate, make, own, workers=WORKERS)
            )
        time.sleep(1.5)

    # What can be done to the services

    def control(self, role: str, **says: Any) -> None:
        """Tell a role what is wrong with it from now on."""
        self._controls[role] |= says
        _replace(self.controls / role, self._controls[role])

    def set(self, **changed: Any) -> None:
        """Push settings to checkout, which reads them at the next request."""
        self.settings |= changed
        _replace(self.settings_path, self.settings)

    def start(self, role: str) -> None:
        command = [sys.executable, "-m", "lab.faults.role", "--name", role, "--port", str(self._ports[role])]
        command += ["--logs", str(self.logs.resolve()), "--control", str((self.controls / role).resolve())]
        self._roles[role] = self.processes.start_ready(command, self.controls / "stderr", HERE)

    def restart(self, service: str, version: str = "") -> None:
        """A deploy: the new process takes over the port, the old one drains."""
        if service in ROLES:
            old = self._roles[service]
            self.start(service)
            old.terminate()
        else:
            self.services.restart(service, version)

    def more(self, service: str, factor: float) -> None:
        """From now on so many times the requests."""
        self.loads[service].rate *= factor

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def crash(self, role: str, down_s: float) -> None:
        """End the process at once, as when memory runs out; it is started again a while later."""
        self._roles[role].kill()
        time.sleep(down_s)
        self.start(role)

    def lock_orders(self, seconds: float, gap_s: float = 0.0) -> None:
        """Hold the table `orders` under a lock, as a migration does; with a gap, again and again for 10 s."""
        until = time.monotonic() + (10 if gap_s else seconds)
        with psycopg.connect(self.dsn) as connection:
            while time.monotonic() < until:
                connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
                time.sleep(seconds)
                connection.commit()
                time.sleep(gap_s)

    def exhaust_connections(self, seconds: float) -> None:
        """A report opens all connections that PostgreSQL has, and asks for more every 0.1 s."""
        until = time.monotonic() + seconds
        with ExitStack() as held:
            while time.monotonic() < until:
                try:
                    held.enter_context(psycopg.connect(self.dsn))
                except psycopg.OperationalError:
                    time.sleep(0.1)

    def end_sessions(self) -> None:
        """What a failover of the database does to the sessions of checkout."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )


def now() -> datetime:
    return datetime.now(UTC)


def _replace(path: Path, value: Any) -> None:
    """Write whole or not at all: a reader never meets half a file."""
    part = path.with_name(path.name + ".new")
    part.write_text(json.dumps(value))
    part.replace(path)

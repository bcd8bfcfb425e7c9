"""Where a shape is played: the servers and services of the lab, its providers, and what can be done to them."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from lab import servers
from lab.deploys import Repository
from lab.load import Load, checkouts, searches
from lab.pager import Page, Pager
from lab.people import COMMANDER, ON_CALL, SUPPORT, People
from lab.processes import LabError, Processes, free_port, wait_for
from lab.services import Services
from lab.shapes import rules
from lab.shapes.certificates import Authority
from lab.shapes.shape import Shape

GOOD, SEARCH_GOOD = "v2.0.0", "v2.8.0"
USUAL: dict[str, Any] = {
    "pool_size": 10, "pool_timeout_s": 0.8, "statement_timeout_ms": 1000, "payment_timeout_s": 1.0,
    "rate_limit": None, "flags": {"express-delivery": False},
}  # fmt: skip
SEARCH_RATE, WORKERS = 8.0, 60


class Stage:
    """`with Stage(shape, out, seed) as stage`: everything runs until the end of the `with`."""

    def __init__(self, shape: Shape, out: Path, seed: int) -> None:
        self.shape, self.out = shape, out
        self.chance = random.Random(f"{shape.name}-{seed}")
        self.settings_path = out / "settings.json"
        self.opened: datetime | None = None
        self.other_deploys: list[str] = []  # of services that are no part of the incident
        self._stack = ExitStack()
        self._providers: dict[str, subprocess.Popen[str]] = {}
        self._ports = {"payment": free_port(), "mail": free_port()}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        logs = self.out / "logs"
        logs.mkdir(parents=True)
        self.processes = stack.enter_context(Processes())
        self.repository = Repository(self.out / "repo")
        self.repository.release("search", SEARCH_GOOD, "Suggest words when nothing is found")
        self.repository.release("checkout", GOOD, "Charge cards with the payment provider")
        for service, version, subject in self.shape.releases:
            self.repository.release(service, version, subject)
        self.controls = self.processes.temp_dir("providers")
        self._start_providers()
        self.services = Services(self.processes, self.repository, logs, servers.postgres(self.processes))
        self.services.options["checkout"] += ["--settings", str(self.settings_path.resolve())]
        for service, version in (("checkout", GOOD), ("search", SEARCH_GOOD)):
            self.services.deploy(service, version)
        pager_port, alertmanager_port = free_port(), free_port()
        self.pager = stack.enter_context(Pager(self.out / "pages.jsonl", pager_port))
        servers.alertmanager(self.processes, alertmanager_port, pager_port)
        alerts = rules.text(dict(self.shape.alarms))
        ports = {"alertmanager": alertmanager_port, **self.services.ports}
        self.prometheus_url = servers.prometheus(self.processes, alerts, **ports)
        self.people = People(self.out)
        self.load = self._load(stack, "checkout", self.shape.rate)
        self._load(stack, "search", SEARCH_RATE)
        wait_for("Prometheus to have scraped both services", lambda: servers.scraped(self.prometheus_url) == 2)
        time.sleep(2)
        self.begun = now()  # from here on there is evidence of everything

    def _load(self, stack: ExitStack, service: str, rate: float) -> Load:
        make = checkouts(rate) if service == "checkout" else searches
        own = random.Random(self.chance.getrandbits(64))
        return stack.enter_context(Load(self.services.ports[service], rate, make, own, workers=WORKERS))

    # The providers that checkout depends on

    def _start_providers(self) -> None:
        scheme, ca = "http", ""
        if self.shape.tls_s is not None:
            self.authority = Authority(self.processes.temp_dir("ca"))
            scheme, ca = "https", str(self.authority.certificate)
            self.expires = self.authority.issue(timedelta(seconds=self.shape.tls_s))[1]
        urls = {
            "payment_url": f"{scheme}://127.0.0.1:{self._ports['payment']}/charges", "payment_ca": ca,
            "mail_url": f"http://127.0.0.1:{self._ports['mail']}",
        }  # fmt: skip
        self.settings = USUAL | urls | dict(self.shape.settings)
        self.set()
        for name in self._ports:
            self.control(name)
            self.start_provider(name)

    def start_provider(self, name: str, port: int | None = None) -> None:
        command = [sys.executable, "-m", "lab.shapes.provider", "--port", str(port or self._ports[name])]
        command += ["--control", str(self.controls / name)]
        if name == "payment" and self.shape.tls_s is not None:
            command += ["--certificate", str(self.authority.home / "leaf.pem")]
        here = Path(__file__).parents[2]
        self._providers[name] = self.processes.start_ready(command, self.controls / "stderr", here)

    def stop_provider(self, name: str) -> None:
        self.processes.stop(self._providers[name])

    def renew_certificate(self) -> None:
        """Issue a new certificate and restart the payment provider with it."""
        self.authority.issue(timedelta(hours=1))
        self.stop_provider("payment")
        self.start_provider("payment")

    def hang_provider(self, name: str, hung: bool = True) -> None:
        """Halt the provider's process, or let it go on: connections are taken by the kernel and never answered."""
        os.killpg(self._providers[name].pid, signal.SIGSTOP if hung else signal.SIGCONT)

    def control(self, name: str, delay_s: float = 0.005, status: int = 200) -> None:
        _replace(self.controls / name, {"delay_s": delay_s, "status": status})

    # What is done to checkout

    def set(self, **changed: Any) -> datetime:
        """Push settings to checkout, which reads them at the next request."""
        self.settings |= changed
        _replace(self.settings_path, self.settings)
        return now()

    def deploy(self, version: str, service: str = "checkout", *, rollback: bool = False) -> tuple[str, datetime]:
        """Put a version into service; the tag, and the moment at which the new process had taken over."""
        self.services.restart(service, version)
        at = now()
        tag, _ = self.services.repository.tag_deploy(service, version, rollback)
        if service != "checkout":
            self.other_deploys.append(tag)
        return tag, at

    def supervise(self) -> threading.Thread:
        """Restart checkout under a supervisor, which tries again 2 s after each crash until it serves."""
        thread = threading.Thread(target=self._supervise, daemon=True)
        self.services.stop("checkout")
        thread.start()
        return thread

    def _supervise(self) -> None:
        with (self.out / "logs" / "supervisor.log").open("a", buffering=1) as log:
            for attempt in range(1, 30):
                try:
                    self.services.start("checkout", GOOD)
                except LabError as crash:
                    reason = str(crash).strip().splitlines()[-1]
                    line = f'level=error msg="checkout exited with status 1, restarting" error="{reason}"'
                    log.write(f"ts={now().isoformat(timespec='milliseconds')} {line} attempt={attempt}\n")
                    time.sleep(2)
                    continue
                log.write(f'ts={now().isoformat(timespec="milliseconds")} level=info msg="checkout runs"\n')
                return

    def logged(self, message: str) -> tuple[datetime, ...]:
        """When checkout logged this message, from its own log."""
        pattern = re.compile(rf'^ts=(\S+) .* msg="{re.escape(message)}" ')
        with (self.out / "logs" / "checkout.log").open() as lines:
            found = (pattern.match(line) for line in lines)
            return tuple(datetime.fromisoformat(match[1]) for match in found if match)

    # People, and waiting for what they see

    def quiet(self, seconds: float) -> None:
        """All is well for about so long."""
        time.sleep(seconds + self.chance.uniform(0, 6))

    def page(self, timeout: float = 60, service: str = "checkout") -> Page:
        """The first page of checkout, once it has come."""
        wait_for(f"an alert of {service}", lambda: bool(self.pager.of(service, "firing")), timeout)
        return self.pager.of(service, "firing")[0]

    def page_after(self, before: int, timeout: float = 60) -> None:
        """Wait until more than `before` pages of checkout have come."""
        wait_for("another alert of checkout", lambda: len(self.pager.of("checkout", "firing")) > before, timeout)

    def wait_for_failures(self, timeout: float = 60) -> None:
        wait_for("customers to be hurt", lambda: len(self.load.failures()) >= 3, timeout)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def respond(self, page: Page) -> str:
        """The on-call engineer takes the page, the incident is opened and posted; the id of the page."""
        time.sleep(self.chance.uniform(2, 4))
        self.pager.acknowledge(page)
        self.people.say(ON_CALL, self.chance.choice((
            "I have the page for checkout.", "On it. Opening the dashboards.", "Acknowledged, having a look.",
        )))  # fmt: skip
        time.sleep(1.5)
        self.open()
        return page.id

    def open(self) -> None:
        self.opened = now()
        self.people.post("investigating", "Some orders fail. We are looking into it.")

    def says(self, text: str, *, wait: float = 2.0, role: str = ON_CALL, service: str = "checkout") -> str:
        """Write to the channel after a while; the id of the message."""
        time.sleep(wait)
        self.people.say(role, text, service)
        return f"M-{self.people.messages}"

    def best(self, *ids: str) -> str:
        """The first of these records that befell gets to see, of those that tell of one thing."""
        return next(one for one in ids if self.shape.shows(one))

    def all_clear(self) -> None:
        """Wait until nothing fires, watch for as long as the shape says, and call it resolved."""
        begun = time.monotonic()
        wait_for("the alerts to resolve", lambda: not self.pager.open_alerts("checkout"), 90)
        time.sleep(1)
        self.people.post("monitoring", "Orders go through. We are watching.")
        time.sleep(max(4.0, begun + self.shape.watch_s - time.monotonic()))
        self.people.say(SUPPORT, "No new reports from customers.")
        self.people.post("resolved", "Checkout works as it should.")
        self.resolved = now()
        time.sleep(5)

    def commander(self, text: str, wait: float = 1.5) -> None:
        self.says(text, wait=wait, role=COMMANDER)

    def support(self, text: str, wait: float = 1.5) -> None:
        self.says(text, wait=wait, role=SUPPORT)


def now() -> datetime:
    return datetime.now(UTC)


def _replace(path: Path, value: Any) -> None:
    """Write whole or not at all: a reader never meets half a file."""
    part = path.with_name(path.name + ".new")
    part.write_text(json.dumps(value))
    part.replace(path)

"""The lab as a context manager: servers and load run inside the `with`, so that a test can ask them live."""

import random
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Self

from lab import config, servers, truth
from lab.deploys import Repository
from lab.load import Load, checkouts, searches
from lab.pager import Pager
from lab.people import People
from lab.processes import LabError, Processes, free_port
from lab.records import save
from lab.services import Services
from lab.story import GOOD, SEARCH_OLD, Happened, Story

INCIDENT = "INC-2041"
CHECKOUT_RATE, SEARCH_RATE = 61.0, 43.0  # requests a second at scale 1: about 50,000 log lines in all


class Lab:
    """`with Lab(out) as lab: truth = lab.incident()`; until the end of the `with`, `lab.prometheus_url` answers.

    `scale` multiplies the number of requests; `out` must not exist or be empty.
    """

    def __init__(self, out: Path, *, scale: float = 1.0, seed: int = 7) -> None:
        self.out, self.scale, self.seed = out, scale, seed
        self.prometheus_url = self.alertmanager_url = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:  # what was started is stopped also when the rest does not start
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        if self.out.exists() and any(self.out.iterdir()):
            raise LabError(f"{self.out} is not empty")
        logs = self.out / "logs"
        logs.mkdir(parents=True)
        processes = stack.enter_context(Processes())
        self.repository = Repository(self.out / "repo")
        self._release(self.repository)
        self.services = Services(processes, self.repository, logs, servers.postgres(processes))
        pager_port, alertmanager_port = free_port(), free_port()
        self.pager = stack.enter_context(Pager(self.out / "pages.jsonl", pager_port))
        self.alertmanager_url = servers.alertmanager(processes, alertmanager_port, pager_port)
        self.prometheus_url = servers.prometheus(processes, alertmanager=alertmanager_port, **self.services.ports)
        for service, version in (("checkout", GOOD), ("search", SEARCH_OLD)):
            self.services.deploy(service, version)
        chance = random.Random(self.seed)
        checkout, search = CHECKOUT_RATE * self.scale, SEARCH_RATE * self.scale
        for service, rate, make in (("checkout", checkout, checkouts(checkout)), ("search", search, searches)):
            port, own = self.services.ports[service], random.Random(chance.getrandbits(64))
            stack.enter_context(Load(port, rate, make, own))

    @staticmethod
    def _release(repository: Repository) -> None:
        repository.release("search", "v2.8.0", "Suggest words when nothing is found")
        repository.release("checkout", "v1.4.0", "Log how an order was paid")
        repository.release("search", "v2.8.1", "Merge index segments at night only")
        repository.release("checkout", "v1.5.0", "Take gift cards as payment")

    def incident(self) -> truth.Truth:
        """Play the incident; write incidents.json, truth.json and config.yaml beside what was recorded."""
        happened = Story(self.services, self.pager, People(self.out)).tell()
        found = self._truth(happened)
        save(self.out / "truth.json", asdict(found))
        save(self.out / "incidents.json", [{
            "id": INCIDENT, "title": "Orders fail at checkout", "services": ["checkout"], "severity": "SEV-2",
            "opened_at": happened.opened, "resolved_at": happened.resolved,
        }])  # fmt: skip
        config.write(self.out / "config.yaml", config.live(self.prometheus_url))
        return found

    def _truth(self, happened: Happened) -> truth.Truth:
        logs = self.out / "logs"
        failed = truth.failures(logs)
        pages = [page for page in self.pager.pages if page.service == "checkout"]
        return truth.Truth(
            incident_id=INCIDENT, seed=self.seed,
            first_failed_request=failed[0], last_failed_request=failed[-1],
            failed_requests=len(failed), requests=len(truth.requests(logs)),
            detected=happened.detected.at, acknowledged=happened.acknowledged,
            restarted=happened.restarted, mitigated=happened.rollback[1],
            trigger_tag=happened.trigger[0], trigger_at=happened.trigger[1], rollback_tag=happened.rollback[0],
            alerts=tuple(sorted({page.alert for page in pages})), flapping_alerts=truth.flapping(pages),
            decoy_deploy_tag=happened.decoy_deploy, decoy_alert="SearchDiskAlmostFull",
            log_lines=truth.count_lines(logs),
        )  # fmt: skip


def record(out: Path, scale: float = 1.0, seed: int = 7) -> truth.Truth:
    """Run the lab once, from start to stop, into the directory `out`; what really happened."""
    with Lab(out, scale=scale, seed=seed) as lab:
        return lab.incident()

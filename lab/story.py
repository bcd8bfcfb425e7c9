"""The incident, act by act: what is deployed, what people notice and do, and how long each takes."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from lab.pager import Page, Pager
from lab.people import COMMANDER, ON_CALL, SUPPORT, People
from lab.processes import wait_for
from lab.services import Services

GOOD, BAD = "v1.4.0", "v1.5.0"
SEARCH_OLD, SEARCH_NEW = "v2.8.0", "v2.8.1"
WATCH_S = 56.5  # from the rollback until the incident is called resolved
AFTER_S = 6.0  # recorded after that


@dataclass(frozen=True, kw_only=True)
class Happened:
    detected: Page
    acknowledged: datetime
    restarted: datetime
    trigger: tuple[str, datetime]
    rollback: tuple[str, datetime]
    decoy_deploy: str
    opened: datetime
    resolved: datetime


class Story:
    def __init__(self, services: Services, pager: Pager, people: People) -> None:
        self.services, self.pager, self.people = services, pager, people

    def tell(self) -> Happened:
        """Play the whole incident; it takes just under three minutes."""
        decoy = self.quiet_time()
        trigger = self.services.deploy("checkout", BAD)
        detected, acknowledged, opened = self.alarm()
        restarted = self.first_attempt()
        rollback = self.rollback()
        resolved = self.all_clear(time.monotonic())
        return Happened(
            detected=detected, acknowledged=acknowledged, restarted=restarted, trigger=trigger, rollback=rollback,
            decoy_deploy=decoy, opened=opened, resolved=resolved,
        )  # fmt: skip

    def quiet_time(self) -> str:
        """All is well with checkout for 80 s; search fills its disk, and is deployed shortly before the end."""
        time.sleep(30)
        self.services.fill_disk(0.93)
        wait_for("the alert of search", lambda: bool(self.pager.of("search", "firing")))
        time.sleep(26)
        self.services.rotate("checkout.log")
        time.sleep(13)
        decoy, _ = self.services.deploy("search", SEARCH_NEW)
        time.sleep(8)
        return decoy

    def alarm(self) -> tuple[Page, datetime, datetime]:
        """Connections leak until none is left; the pager rings, the on-call engineer takes it."""
        wait_for("an alert of checkout", lambda: bool(self.pager.of("checkout", "firing")), 60)
        detected = self.pager.of("checkout", "firing")[0]
        time.sleep(2)
        acknowledged = self.pager.acknowledge(detected)
        self.people.say(ON_CALL, "I have the checkout page. Looking at the dashboards now.")
        time.sleep(1)
        opened = datetime.now(UTC)
        self.people.post("investigating", "Some customers see an error when they order. We are looking into it.")
        time.sleep(1)
        self.people.say(SUPPORT, 'Customers report "checkout failed" when they pay, about 20 reports so far.')
        return detected, acknowledged, opened

    def first_attempt(self) -> datetime:
        """A restart frees the connections, and helps until they have leaked again."""
        time.sleep(1)
        self.people.say(ON_CALL, "All 10 database connections are in use. Restarting checkout to free them.")
        self.services.restart("checkout", BAD)
        restarted = datetime.now(UTC)
        before = len(self.pager.of("checkout", "firing"))
        wait_for("the alerts to resolve", lambda: not self.pager.open_alerts("checkout"))
        self.people.say(ON_CALL, "Errors are gone after the restart. Watching.")
        wait_for("the alert to fire again", lambda: len(self.pager.of("checkout", "firing")) > before, 60)
        return restarted

    def rollback(self) -> tuple[str, datetime]:
        time.sleep(1)
        self.people.say(ON_CALL, "Errors are back: connections in use climb again since the restart.")
        self.services.rotate("checkout.log")
        time.sleep(1)
        self.people.say(COMMANDER, f"The climb began with {BAD}. Rolling checkout back to {GOOD}.")
        self.people.post("identified", "The errors began with a release. We are going back to the one before.")
        time.sleep(2)
        done = self.services.deploy("checkout", GOOD, rollback=True)
        self.people.say(ON_CALL, f"Rollback to {GOOD} is complete.")
        return done

    def all_clear(self, rolled_back: float) -> datetime:
        """The alerts resolve; search has room again too, later and for its own reason; a minute's watch ends it."""
        wait_for("the alerts to resolve", lambda: not self.pager.open_alerts("checkout"))
        time.sleep(2)
        self.people.post("monitoring", "Orders go through again. We are watching.")
        time.sleep(6)
        self.services.fill_disk(0.4)
        wait_for("the alert of search to resolve", lambda: not self.pager.open_alerts("search"))
        time.sleep(max(0.0, rolled_back + WATCH_S - time.monotonic()))
        self.people.say(SUPPORT, "No new reports from customers.")
        resolved = self.people.post("resolved", "Checkout works as it should.")
        time.sleep(AFTER_S)
        return resolved

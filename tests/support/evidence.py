"""Short ways to write down evidence in a test."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.event import DEFAULT_MOMENT, Account, Event, Exemplar, LogSummary, Series, evidence_id
from pipeline.incident import Incident, Window
from pipeline.snapshot import Snapshot

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(clock: str) -> datetime:
    """`"09:41"` or `"09:41:07.5"` on the test day, UTC."""
    hours, minutes, seconds = (*clock.split(":"), "0")[:3]
    return DAY + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def event(clock: str, kind: str, title: str, **more: Any) -> Event:
    """One event of the service `shop`, unless said otherwise; its evidence id follows from what it is."""
    moment = more.pop("moment", DEFAULT_MOMENT[kind])
    more = {"service": "shop", "source": "test", "connector": "test"} | more
    name = more.pop("id", evidence_id(more["connector"], kind + title + clock + more["service"], "", moment))
    return Event(at=at(clock), kind=kind, moment=moment, title=title, id=name, **more)  # type: ignore[arg-type]


def alert(clock: str, name: str, until: str | None = None, **more: Any) -> list[Event]:
    """The fired moment of an alert episode, and the resolved one where `until` is given."""
    more.setdefault("service", "shop")
    labels = {"alertname": name, "service": more["service"]}
    fired = event(clock, "alert", name, moment="fired", labels=labels, episode=at(clock), **more)
    if until is None:
        return [fired]
    more = {key: value for key, value in more.items() if key != "active_since"}
    return [fired, event(until, "alert", name, moment="resolved", labels=labels, episode=at(clock), **more)]


def errors(
    clocks: list[str], template: str = "pool exhausted", service: str = "shop", level: str = "error"
) -> LogSummary:
    """A log summary with one record at each time."""
    times = sorted(map(at, clocks))
    histogram: dict[int, int] = {}
    for time in times:
        minute = int(time.timestamp()) // 60
        histogram[minute] = histogram.get(minute, 0) + 1
    return LogSummary(
        service=service, template=template, level=level, count=len(times), first=times[0], last=times[-1],
        histogram=histogram, exemplars=(Exemplar(at=times[0], text=template),), connector="logs",
        id=evidence_id("logs", service + template, "", ""),
    )  # fmt: skip


def metric(values: list[float], start: str = "09:00", step_s: float = 15.0, **more: Any) -> Series:
    """A series of `values`, one every `step_s` seconds."""
    more = {"name": "error ratio", "unit": "ratio", "service": "shop", "connector": "prom"} | more
    points = tuple((at(start) + timedelta(seconds=step_s * i), value) for i, value in enumerate(values))
    name = evidence_id("prom", more["name"], "", "")
    return Series(query="q", step_s=step_s, points=points, id=name, **more)


def snapshot(*events: Event, **more: Any) -> Snapshot:
    """A snapshot of 09:00 to 11:00 for an incident of `shop`; accounts follow from the events."""
    incident = more.pop("incident", Incident(id="INC-1", title="Checkout is failing", services=("shop",)))
    accounts = {}
    for one in events:
        account = accounts.setdefault(one.connector, Account())
        account.read += 1
        account.parsed += 1
    window = more.pop("window", Window(at("09:00"), at("11:00")))
    return Snapshot(incident=incident, window=window, events=events, accounts=accounts, **more)

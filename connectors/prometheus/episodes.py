"""From alert samples to alert episodes; pure.

A sample of ALERTS says that an alert was pending or firing at one evaluation. The value of ALERTS_FOR_STATE is the
Unix time at which the episode became active: when it changes, another episode has begun, however short the pause
(https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#inspecting-alerts-during-runtime).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

Labels = tuple[tuple[str, str], ...]
STALE_SPACINGS = 2.5
DEFAULT_SPACING = 60.0


@dataclass(slots=True)
class Samples:
    """The samples of one alert (one set of labels): Unix times; `since` maps a time to the value there."""

    firing: set[float] = field(default_factory=set)
    pending: set[float] = field(default_factory=set)
    since: dict[float, float] = field(default_factory=dict)

    def spacing(self) -> float | None:
        """Seconds between evaluations, as the samples show them; None where there is only one."""
        times = sorted(self.firing | self.pending | self.since.keys())
        return median(b - a for a, b in pairwise(times)) if len(times) > 1 else None


@dataclass(slots=True)
class Run:
    """Samples of one state that belong together: `holes` are pauses that the alert's state outlived."""

    first: float
    last: float
    since: float | None
    times: list[float] = field(default_factory=list)
    holes: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One firing alert. `first` is its first firing sample within the span, None where only its end lies there.

    `end` is one spacing after its last firing sample, None where it was still firing at the span's end.
    """

    labels: Mapping[str, str]
    first: float | None
    end: float | None
    since: float | None
    spacing: float
    before: bool = False
    holes: tuple[tuple[float, float], ...] = ()


def gather(results: Iterable[Mapping[str, Any]], into: dict[Labels, Samples]) -> None:
    """Add the raw series of ALERTS and ALERTS_FOR_STATE; the same sample twice counts once."""
    for series in results:
        labels = dict(series["metric"])
        name, state = labels.pop("__name__", "ALERTS"), labels.pop("alertstate", "firing")
        samples = into.setdefault(tuple(sorted(labels.items())), Samples())
        values = {float(at): float(value) for at, value in series.get("values", ())}
        if name == "ALERTS_FOR_STATE":
            samples.since.update(values)
        else:
            (samples.firing if state == "firing" else samples.pending).update(values)


def runs(samples: Samples, times: Iterable[float], others: Iterable[float], stale: float) -> list[Run]:
    """`times` cut into runs where `since` changes or, where it is unknown, at a pause or a sample of `others`."""
    found: list[Run] = []
    between = sorted(others)
    passed = 0
    for at in sorted(times):
        before, passed = passed, bisect_left(between, at)
        since = samples.since.get(at)
        if found:
            run, paused = found[-1], at - found[-1].last > stale
            same = since == run.since if since and run.since else not paused and passed == before
            if same:
                run.holes += [(run.last, at)] if paused else []
                run.last, run.since = at, run.since or since
                run.times.append(at)
                continue
        found.append(Run(at, at, since, [at]))
    return found


def episodes(
    alerts: Mapping[Labels, Samples], start: float, end: float, known_until: float, stale_after: float | None = None
) -> Iterator[Episode]:
    """The firing episodes that touch `[start, end)`, in order of labels and time.

    The samples should reach a little further on both sides, up to `known_until`: only then is it known whether an
    alert was firing before, and whether a pause is its end.
    """
    usual = _usual_spacing(alerts)
    for labels, samples in sorted(alerts.items()):
        spacing = samples.spacing() or usual
        stale = stale_after or STALE_SPACINGS * spacing
        for run in runs(samples, samples.firing, samples.pending, stale):
            ended = run.last + spacing
            if ended <= start or run.first >= end:
                continue
            open_end = run.last + stale > known_until or ended >= end
            yield Episode(
                labels=dict(labels),
                first=next((at for at in run.times if start <= at < end), None),
                end=None if open_end else ended,
                since=run.since,
                spacing=spacing,
                before=run.first < start,
                holes=tuple(run.holes),
            )


def never_fired(
    alerts: Mapping[Labels, Samples], start: float, end: float, stale_after: float | None = None
) -> Iterator[Mapping[str, str]]:
    """The labels of each pending episode within `[start, end)` that did not become a firing one."""
    usual = _usual_spacing(alerts)
    for labels, samples in sorted(alerts.items()):
        stale = stale_after or STALE_SPACINGS * (samples.spacing() or usual)
        fired = runs(samples, samples.firing, samples.pending, stale)
        for run in runs(samples, samples.pending, samples.firing, stale):
            if not any(_became(run, one, stale) for one in fired) and any(start <= at < end for at in run.times):
                yield dict(labels)


def _became(pending: Run, firing: Run, stale: float) -> bool:
    if pending.since and firing.since:
        return pending.since == firing.since
    return 0 <= firing.first - pending.last <= stale


def _usual_spacing(alerts: Mapping[Labels, Samples]) -> float:
    known = [spacing for samples in alerts.values() if (spacing := samples.spacing())]
    return median(known) if known else DEFAULT_SPACING

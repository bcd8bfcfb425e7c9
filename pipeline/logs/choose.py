"""Which summaries a draft shows: errors, warnings and bursts, by their contrast to the minutes before the incident."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.event import LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.logs.summary import combine, minute_of

WEIGHT = {"critical": 4.0, "error": 3.0, "warning": 2.0, "info": 1.0, "debug": 0.5, "": 1.0}
BURST = 10.83  # G² above which a difference is chance once in 1,000 times (chi-square, one degree of freedom)
PEAK = 10  # minutes of the busiest stretch that is compared too
REST = "counted, not shown"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first `baseline` of the window, at most half of it: the window was padded before the incident."""

    start: datetime
    split: datetime
    end: datetime

    @classmethod
    def of(cls, window: Window, baseline: timedelta) -> "Baseline":
        split = window.start + min(max(baseline, timedelta()), (window.end - window.start) / 2)
        return cls(window.start, split, window.end)

    def minutes(self, since: datetime) -> int:
        """The whole minutes of the baseline that a service, whose first record is of `since`, was logging in."""
        first = minute_of(self.start) if since <= self.start else minute_of(since) + 1
        return max(minute_of(self.split) - first, 0)


@dataclass(frozen=True, slots=True)
class _Contrast:
    """How often a template came before and after the split, and how far that is from chance."""

    before: int
    after: int
    g2: float


_Place = tuple[float, int, int, str, str]
_Ranked = tuple[_Place, LogSummary, _Contrast]


def choose(
    summaries: Iterable[LogSummary], baseline: Baseline, show: int, since: Mapping[str, datetime]
) -> tuple[LogSummary, ...]:
    """The `show` summaries that matter most, best first, then one with template "" a service for all the rest.

    `since` is the first record of each service: where it leaves no whole minute of the baseline, nothing is called new.
    """
    found = list(summaries)
    minutes = {one.service: baseline.minutes(since.get(one.service, baseline.end)) for one in found}
    totals: dict[str, tuple[int, int]] = {}
    for summary in found:
        before, after = totals.get(summary.service, (0, 0))
        early = sum(_before(summary, baseline).values())
        totals[summary.service] = (before + early, after + summary.count - early)
    ranked: list[_Ranked] = []
    rest: list[LogSummary] = []
    for summary in found:
        contrast = _contrast(summary, baseline, totals[summary.service], minutes[summary.service])
        if contrast.g2 > BURST or _bad(summary):
            ranked.append((_rank(summary, contrast), summary, contrast))
        else:
            rest.append(summary)
    ranked = _spread(ranked)
    shown = tuple(
        replace(summary, reason=_reason(summary, contrast, minutes[summary.service]))
        for _, summary, contrast in ranked[: max(show, 0)]
    )
    rest += [summary for _, summary, _ in ranked[max(show, 0) :]]
    return shown + _rest(rest)


def _rank(summary: LogSummary, contrast: _Contrast) -> _Place:
    """Sorts the best first: by contrast times weight, then by level, number and name."""
    score = contrast.g2 * WEIGHT[summary.level]
    return -score, levels.rank(summary.level), -summary.count, summary.service, summary.template


def _spread(ranked: list[_Ranked]) -> list[_Ranked]:
    """Best first, where the second of a service counts half, the third a third.

    One failure is told several times by the service that feels it, in the trace, the request and the access log; the
    service that caused it may say it once.
    """
    told: Counter[str] = Counter()
    spread: list[_Ranked] = []
    for place, summary, contrast in sorted(ranked, key=lambda entry: entry[0]):
        told[summary.service] += 1
        spread.append(((place[0] / told[summary.service], *place[1:]), summary, contrast))
    return sorted(spread, key=lambda entry: entry[0])


def _bad(summary: LogSummary) -> bool:
    return levels.rank(summary.level) <= levels.rank("warning")


def _rest(summaries: Iterable[LogSummary]) -> tuple[LogSummary, ...]:
    folded: dict[str, LogSummary] = {}
    for summary in summaries:
        bare = replace(summary, template="", level="", exemplars=(), reason=REST)
        known = folded.get(summary.service)
        folded[summary.service] = combine(known, bare) if known else bare
    return tuple(folded[service] for service in sorted(folded))


def _before(summary: LogSummary, baseline: Baseline) -> dict[int, int]:
    split = minute_of(baseline.split)
    return {minute: count for minute, count in summary.histogram.items() if minute < split}


def _contrast(summary: LogSummary, baseline: Baseline, totals: tuple[int, int], minutes: int) -> _Contrast:
    """G² of the rate after the split, or of its busiest ten minutes, against the rate before.

    A harmless line must outgrow all that its service says as well: under more load everything comes more often.
    """
    before = sum(_before(summary, baseline).values())
    after = summary.count - before
    if not minutes:
        return _Contrast(before, after, 0.0)
    split = minute_of(baseline.split)
    length = max(minute_of(baseline.end) - split, 1)
    later = {minute: count for minute, count in summary.histogram.items() if minute >= split}
    peak = _busiest(later)
    g2 = max(_g2(before, minutes, after, length), _g2(before, minutes, peak, min(PEAK, length)))
    if totals[0] and not _bad(summary):
        g2 = min(g2, _g2(before, totals[0], after, totals[1]))
    return _Contrast(before, after, g2)


def _busiest(minutes: Mapping[int, int]) -> int:
    """The most in any stretch of PEAK minutes."""
    most = inside = low = 0
    ordered = sorted(minutes.items())
    for minute, count in ordered:
        inside += count
        while ordered[low][0] <= minute - PEAK:
            inside -= ordered[low][1]
            low += 1
        most = max(most, inside)
    return most


def _g2(before: int, of_before: int, after: int, of_after: int) -> float:
    """The likelihood ratio of two rates, per minute or per record (Dunning 1993); 0 where the rate did not rise."""
    total, of_total = before + after, of_before + of_after
    if not after or after * of_before <= before * of_after:
        return 0.0
    g2 = after * math.log(after * of_total / (total * of_after))
    if before:
        g2 += before * math.log(before * of_total / (total * of_before))
    return 2 * g2


def _times(count: int) -> str:
    return f"{count:,} time{'s' * (count != 1)}"


def _reason(summary: LogSummary, contrast: _Contrast, minutes: int) -> str:
    """In words with numbers: `new since 09:41 UTC, 412 times, 0 in the 30 min before; most at 09:44 UTC (…)`."""
    if not minutes:
        return f"{_times(summary.count)}; no record of this service from before the incident to compare with"
    if contrast.after:
        said = _times(contrast.after)
        if not contrast.before:
            said = f"new since {summary.first:%H:%M} UTC, {said}"
        said = f"{said}, {contrast.before:,} in the {minutes} min before"
    else:
        said = f"{_times(summary.count)}, all in the {minutes} min before the incident"
    peak, most = max(summary.histogram.items(), key=lambda pair: (pair[1], -pair[0]))
    if most > 1 and len(summary.histogram) > 1:
        said += f"; most at {peak // 60 % 24:02}:{peak % 60:02} UTC ({most:,} in that minute)"
    return said

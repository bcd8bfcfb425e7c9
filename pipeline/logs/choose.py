"""Which summaries a draft shows: errors, warnings and bursts, by their contrast to the minutes before the incident."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.event import LogSummary
from pipeline.incident import Window
from pipeline.logs import levels
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

    @property
    def minutes(self) -> int:
        return max(minute_of(self.split) - minute_of(self.start), 1)


@dataclass(frozen=True, slots=True)
class _Contrast:
    before: int
    after: int
    g2: float
    burst: bool


def choose(
    summaries: Iterable[LogSummary], baseline: Baseline, show: int, covered: Mapping[str, bool]
) -> tuple[LogSummary, ...]:
    """The `show` summaries that matter most, best first, then one with template "" a service for all the rest.

    `covered` says whether a service has any record in the baseline: without one, nothing can be called new.
    """
    ranked, rest = [], []
    for summary in summaries:
        contrast = _contrast(summary, baseline)
        new = contrast.burst and covered.get(summary.service, False)
        if new or levels.rank(summary.level) <= levels.rank("warning"):
            score = contrast.g2 * WEIGHT[summary.level] if covered.get(summary.service, False) else 0.0
            ranked.append(((-score, levels.rank(summary.level), -summary.count, *_name(summary)), summary, contrast))
        else:
            rest.append(summary)
    ranked.sort(key=lambda entry: entry[0])
    shown = tuple(
        replace(summary, reason=_reason(summary, contrast, baseline, covered.get(summary.service, False)))
        for _, summary, contrast in ranked[: max(show, 0)]
    )
    rest += [summary for _, summary, _ in ranked[max(show, 0) :]]
    return shown + _rest(rest)


def _name(summary: LogSummary) -> tuple[str, str]:
    return summary.service, summary.template


def _rest(summaries: Iterable[LogSummary]) -> tuple[LogSummary, ...]:
    folded: dict[str, LogSummary] = {}
    for summary in summaries:
        bare = replace(summary, template="", level="", exemplars=(), reason=REST)
        known = folded.get(summary.service)
        folded[summary.service] = combine(known, bare) if known else bare
    return tuple(folded[service] for service in sorted(folded))


def _contrast(summary: LogSummary, baseline: Baseline) -> _Contrast:
    """G² of the rate after the split, or of its busiest ten minutes, against the rate before."""
    split, end = minute_of(baseline.split), minute_of(baseline.end)
    before = sum(count for minute, count in summary.histogram.items() if minute < split)
    later = {minute: count for minute, count in summary.histogram.items() if minute >= split}
    after = sum(later.values())
    length = max(end - split, 1)
    peak = max((sum(later.get(minute + step, 0) for step in range(PEAK)) for minute in later), default=0)
    whole = _g2(before, baseline.minutes, after, length)
    busiest = _g2(before, baseline.minutes, peak, min(PEAK, length))
    g2 = max(whole, busiest)
    return _Contrast(before, after, g2, g2 > BURST)


def _g2(before: int, before_minutes: float, after: int, after_minutes: float) -> float:
    """The likelihood ratio of two Poisson rates (Dunning 1993); 0 where the rate did not rise."""
    total, minutes = before + after, before_minutes + after_minutes
    if not after or after / after_minutes <= before / before_minutes:
        return 0.0
    g2 = after * math.log(after * minutes / (total * after_minutes))
    if before:
        g2 += before * math.log(before * minutes / (total * before_minutes))
    return 2 * g2


def _times(count: int) -> str:
    return f"{count:,} time{'s' * (count != 1)}"


def _reason(summary: LogSummary, contrast: _Contrast, baseline: Baseline, covered: bool) -> str:
    """In words with numbers: `412 times, 0 in the 30 min before; most at 09:41 UTC (120 in that minute)`."""
    times = _times(summary.count)
    if not covered:
        return f"{times}; nothing to compare with in the first {baseline.minutes} min of the window"
    if contrast.after:
        said = f"{_times(contrast.after)}, {contrast.before:,} in the {baseline.minutes} min before"
    else:
        said = f"{times}, all in the first {baseline.minutes} min of the window"
    peak, most = max(summary.histogram.items(), key=lambda pair: (pair[1], -pair[0]))
    if most > 1 and len(summary.histogram) > 1:
        said += f"; most at {peak // 60 % 24:02}:{peak % 60:02} UTC ({most:,} in that minute)"
    return said

"""What `reconstruct` gives and `render` prints; every part cites the ids of its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipeline.event import Account, LogSummary, Notice, Series
from pipeline.incident import Incident, Window

Confidence = Literal["high", "medium", "low"]
Phase = Literal["before", "detection", "mitigation", "recovery", "after", ""]
MILESTONES = ("impact_start", "detected", "acknowledged", "mitigated", "recovered")
DURATIONS = ("time_to_detect_s", "time_to_acknowledge_s", "time_to_mitigate_s", "time_to_recover_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that a draft can cite. `value` with its `unit` (and `query`) for a measured point."""

    id: str
    at: datetime
    source: str
    kind: str
    title: str
    native_id: str = ""
    url: str = ""
    value: float | None = None
    unit: str = ""
    query: str = ""
    service: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline. `count` is how many records it stands for; `rule` says what merged them.

    `end` is the last moment (an alert's resolve, a log template's last record). `end_evidence` cites it.
    `key` rows make the short timeline; `aside` says why a row was kept out of it ("service not affected").
    `precision_s` > 1 marks a source that gives no seconds.
    """

    id: str
    at: datetime
    end: datetime | None = None
    kind: str
    moment: str
    phase: Phase = ""
    title: str
    service: str = ""
    severity: str = ""
    sources: tuple[str, ...] = ()
    count: int = 1
    evidence: tuple[str, ...] = ()
    end_evidence: tuple[str, ...] = ()
    key: bool = False
    rule: str = ""
    aside: str = ""
    url: str = ""
    body: str = ""
    actor_role: str = ""
    precision_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """`rule` is the name of the function that chose it (or "override"), `reason` its words for the reader."""

    at: datetime
    evidence: tuple[str, ...]
    rule: str
    confidence: Confidence
    reason: str = ""
    overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerCandidate:
    """A change before impact start: a candidate, never a cause. `score` is 0 to 1, best first."""

    at: datetime
    title: str
    evidence: tuple[str, ...]
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one metric did: its `baseline` before, its worst value (`peak`), when it left and came back.

    `missed`: where it has an objective, when it first went beyond it, if that was clearly after it left its baseline.
    `eased` and `relapsed`: between the two it came back for a while (the last such while) and left again.
    `baseline_evidence`, `peak_evidence`, `onset_evidence`, … each cite one measured point.
    """

    name: str
    unit: str = ""
    service: str = ""
    bad: str = "up"
    baseline: float | None = None
    baseline_evidence: str = ""
    peak: float
    peak_at: datetime
    peak_evidence: str
    onset: datetime | None = None
    onset_evidence: str = ""
    missed: datetime | None = None
    missed_evidence: str = ""
    recovered: datetime | None = None
    recovered_evidence: str = ""
    eased: datetime | None = None
    eased_evidence: str = ""
    relapsed: datetime | None = None
    relapsed_evidence: str = ""
    objective: float | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that a draft says. `milestones` has every name of MILESTONES, None where unknown.

    `rows` are ordered by time; `durations` are seconds from impact start, None where unknown.
    `severity_suggestion` is ("SEV-2", reason, evidence ids) where the source gives none, never set by itself.
    `accounts` are complete (shown + merged filled in). `decided` names what the reviewer set: milestones (also to
    unknown), severity, services.
    """

    incident: Incident
    window: Window
    rows: tuple[Row, ...] = ()
    milestones: Mapping[str, Milestone | None] = field(default_factory=dict)
    durations: Mapping[str, float | None] = field(default_factory=dict)
    trigger_candidates: tuple[TriggerCandidate, ...] = ()
    signals: tuple[Signal, ...] = ()
    series: tuple[Series, ...] = ()
    logs: tuple[LogSummary, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
    severity_suggestion: tuple[str, str, tuple[str, ...]] | None = None
    review_due: datetime | None = None
    review_due_evidence: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    zone: str = "UTC"

"""One case against its gold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from pipeline.evaluate.cases import NAMES, Case
from pipeline.timeline import reconstruct
from pipeline.timeline.model import Milestone, Timeline
from pipeline.timeline.words import VOCABULARY, Vocabulary

COUNTED = 0.05  # the failures that the log excerpts count may differ by this share


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was said of one milestone: `verdict` is right, wrong, missing, false (none is stated) or silent."""

    name: str
    verdict: str
    said: Milestone | None
    gold: datetime | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The score of one case; pairs are of events that tell of one thing.

    `decoys_shown` of `decoys` are in a key row or under a milestone. `counted`: whether the log excerpts count as many
    errors as requests failed; None where the gold has no number or the case no logs.
    """

    case: Case
    answers: tuple[Answer, ...]
    key_found: int = 0
    key_gold: int = 0
    key_shown: int = 0
    key_right: int = 0  # of those shown, rows that hold a key event
    decoys: int = 0
    decoys_shown: int = 0
    counted: bool | None = None
    trigger_rank: int | None = None  # 1 is best; 0: not among the candidates; None: the gold names none
    pairs_right: int = 0
    pairs_said: int = 0
    pairs_gold: int = 0


def score(case: Case, vocabulary: Vocabulary = VOCABULARY) -> Outcome:
    """Reconstruct the case and hold it against its gold."""
    timeline = reconstruct(case.evidence, vocabulary=vocabulary)
    native = {event.id: event.native_id for event in case.evidence.events}
    keys = set(case.gold.get("key_events", []))
    shown = [row for row in timeline.rows if row.key]
    cited = {native.get(name, name) for row in shown for name in row.evidence}
    right, said, gold = _pairs(case, timeline, native)
    return Outcome(
        case=case,
        answers=tuple(_answer(case, name, timeline) for name in NAMES if _is_scored(case, name)),
        key_found=len(keys & cited), key_gold=len(keys), key_shown=len(shown) if keys else 0,
        key_right=sum(any(native.get(name) in keys for name in row.evidence) for row in shown),
        decoys=len(case.gold.get("decoys", [])), decoys_shown=_decoys(case, timeline, native),
        counted=_counted(case, timeline), trigger_rank=_trigger_rank(case, timeline),
        pairs_right=right, pairs_said=said, pairs_gold=gold,
    )  # fmt: skip


def _is_scored(case: Case, name: str) -> bool:
    return name in case.gold.get("milestones", {})


def _answer(case: Case, name: str, timeline: Timeline) -> Answer:
    said, right = timeline.milestones[name], case.times(name)
    if not right:
        verdict = "false" if said else "silent"
    elif said is None:
        verdict = "missing"
    else:
        verdict = "right" if min(abs(said.at - time) for time in right) <= case.near else "wrong"
    return Answer(name=name, verdict=verdict, said=said, gold=right[0] if right else None)


def _trigger_rank(case: Case, timeline: Timeline) -> int | None:
    stated = case.gold.get("trigger")
    if not stated:
        return None
    at = datetime.fromisoformat(stated["time"])
    near = (abs(one.at - at) <= case.near for one in timeline.trigger_candidates)
    return next((rank for rank, hit in enumerate(near, 1) if hit), 0)


def _decoys(case: Case, timeline: Timeline, native: Mapping[str, str]) -> int:
    cited = {name for row in timeline.rows if row.key for name in row.evidence}
    cited |= {name for one in timeline.milestones.values() if one for name in one.evidence}
    return len(set(case.gold.get("decoys", [])) & {native.get(name, name) for name in cited})


def _counted(case: Case, timeline: Timeline) -> bool | None:
    logs = [one.count for one in timeline.logs if one.template and one.level in ("error", "critical")]
    failures = case.gold.get("failures")
    return abs(max(logs) - failures) <= COUNTED * failures if failures and logs else None


def _pairs(case: Case, timeline: Timeline, native: Mapping[str, str]) -> tuple[int, int, int]:
    """(right, said, gold) pairs of events that share a row; nothing where the gold does not say what is the same.

    Records of one native id are of one thing; `same` joins the native ids of one thing.
    """
    if "same" not in case.gold:
        return 0, 0, 0
    thing = {name: ids[0] for ids in case.gold["same"] for name in ids}
    true: dict[str, list[str]] = defaultdict(list)
    for one, name in native.items():
        true[thing.get(name, name)].append(one)
    gold = {pair for ids in true.values() for pair in combinations(sorted(ids), 2)}
    said = {
        pair
        for row in timeline.rows
        for pair in combinations(sorted({name for name in row.evidence if name in native}), 2)
    }
    return len(said & gold), len(said), len(gold)

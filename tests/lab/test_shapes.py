"""Every shape of incident in the lab has recorded cases whose truth is consistent; one is played live."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from lab.shapes import SHAPES
from lab.shapes.record import run, same, wanted
from pipeline import times
from pipeline.evaluate import Case, find_cases, score
from pipeline.timeline import reconstruct

CASES = Path(__file__).parents[2] / "bench" / "incidents" / "lab"
RECORDED = find_cases(CASES)


def test_every_shape_and_seed_is_recorded_and_nothing_else() -> None:
    assert {case.name for case in RECORDED} == {f"{shape.name}-{seed}" for shape, seed in wanted()}
    assert len(RECORDED) >= 15


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_the_truth_is_in_order_and_inside_the_window(case: Case) -> None:
    """Impact, mitigation, recovery; only detection may come first, where an alert warned early."""
    window = case.evidence.window
    stones = {name: case.times(name) for name in ("impact_start", "detected", "mitigated", "recovered")}
    stated = [found[0] for found in stones.values() if found]
    assert all(at in window for at in stated)
    order = [stones[name][0] for name in ("impact_start", "mitigated", "recovered") if stones[name]]
    assert order == sorted(order) and order[0] < order[-1]
    assert stones["detected"][0] < order[-1]
    if trigger := case.gold["trigger"]:
        assert times.parse(trigger["time"]) <= order[0]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_each_key_event_is_in_the_evidence(case: Case) -> None:
    known = {event.native_id for event in case.evidence.events}
    assert set(case.gold["key_events"]) <= known


def test_the_incident_of_another_service_does_not_leak_in() -> None:
    """Search has its own incident at the same time: no milestone of checkout's cites a record of it."""
    case = next(case for case in RECORDED if case.name == "overlapping-1")
    ids = {event.id for event in case.evidence.events if event.native_id in case.gold["decoys"]}
    cited = {name for found in reconstruct(case.evidence).milestones.values() if found for name in found.evidence}
    assert len(ids) >= 3 and not ids & cited


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_the_records_of_each_alert_are_labelled_as_one(case: Case) -> None:
    assert case.gold["same"] == same(case.folder / "snapshot.jsonl.gz") != []


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_the_evidence_is_what_the_shape_says(case: Case) -> None:
    """A shape without logs or metrics has none: that is what makes it hard."""
    shape = SHAPES[case.name.rpartition("-")[0]]
    assert bool(case.evidence.logs) == ("logs" in shape.evidence)
    assert bool(case.evidence.series) == ("metrics" in shape.evidence)
    assert {"git", "chat", "pages"} & shape.evidence
    kinds = {event.kind for event in case.evidence.events}
    for kind, source in {"page": "pages", "message": "chat", "status": "status", "alert": "alerts"}.items():
        assert kind not in kinds or source in shape.evidence


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_a_recording_is_small_and_names_no_machine(case: Case) -> None:
    kept = case.folder / "snapshot.jsonl.gz"
    assert kept.stat().st_size < 100_000
    found = re.search(rb"/(?:tmp|work|home|root)/|127\.0\.0\.1|localhost", gzip.decompress(kept.read_bytes()))
    assert found is None, found


@pytest.mark.real
@pytest.mark.soak
def test_a_flag_is_played_and_told_as_it_happened(tmp_path: Path) -> None:
    """From the live servers: milestones within 10 s of the truth, and the flag is the first candidate."""
    shape = SHAPES["flag-no-logs"]
    tmp_path.chmod(0o755)
    gold = run(shape, 1, tmp_path / "run", tmp_path / "case")
    outcome = score(Case(tmp_path / "case"))
    assert outcome.trigger_rank == 1
    for answer in outcome.answers:
        assert answer.said and answer.gold, answer.name
        assert abs(answer.said.at - answer.gold) <= timedelta(seconds=gold["within_s"]), answer.name
    assert json.loads((tmp_path / "case" / "gold.json").read_text())["failures"] > 20

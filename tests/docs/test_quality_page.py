"""The figures in docs/quality.md are those that are measured today."""

import json
from collections.abc import Sequence

import pytest
from support.generated_docs import ROOT, holds

from pipeline.evaluate import Case, Outcome, find_cases, report, score
from pipeline.evaluate.leave_out import leave_out_org
from pipeline.evaluate.report import failures, key_rows, merging, total
from pipeline.run import Draft
from pipeline.times import rfc3339

CASES = ROOT / "bench" / "incidents"
TRUE_NAMES = {
    "impact_start": "first_failed_request", "detected": "detected", "acknowledged": "acknowledged",
    "mitigated": "mitigated", "recovered": "last_failed_request",
}  # fmt: skip


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return find_cases(CASES)


@pytest.fixture(scope="module")
def outcomes(cases: list[Case]) -> list[Outcome]:
    return [score(case) for case in cases]


@pytest.fixture(scope="module")
def left_out(cases: list[Case]) -> list[Outcome]:
    return leave_out_org(cases)


def page(name: str, text: str) -> bool:
    return holds("quality.md", name, f"```text\n{text.strip()}\n```")


def room(outcomes: Sequence[Outcome], name: str) -> list[Outcome]:
    return [one for one in outcomes if one.case.folder.parent.name == name]


def test_everything(outcomes: list[Outcome], left_out: list[Outcome]) -> None:
    assert page("everything", report(outcomes, failing=False))
    assert page("everything left out", report(left_out, failing=False))
    assert page("failures", f"{failures(outcomes)}\n\nwith the words of others only:\n\n{failures(left_out)}")


def test_milestones_on_public_incidents(outcomes: list[Outcome], left_out: list[Outcome]) -> None:
    public = room(outcomes, "public")
    assert (len(public), len({one.case.org for one in public})) == (25, 23)
    assert page("public", report(public, failing=False))
    assert page("public left out", report(room(left_out, "public"), failing=False))


def test_milestones_on_incidents_of_the_lab(outcomes: list[Outcome]) -> None:
    lab = room(outcomes, "lab")
    assert len(lab) >= 15
    assert page("lab", report(lab, failing=False))


def test_invented_incidents() -> None:
    """Of those that are scored only, no failure is printed: whoever reads one has looked at it."""
    invented = ROOT / "bench" / "invented"
    assert page("invented", report([score(case) for case in find_cases(invented / "first")]))
    assert page("held out", report([score(case) for case in find_cases(invented / "held_out")], failing=False))


def test_key_rows(outcomes: list[Outcome], left_out: list[Outcome]) -> None:
    lines = [
        f"{name:8}{words:18}{key_rows(room(those, name))}"
        for name in ("public", "lab")
        for words, those in (("all words", outcomes), ("words of others", left_out))
    ]
    assert page("key rows", "\n".join(lines))


def test_merging(outcomes: list[Outcome]) -> None:
    rooms = {"generated": "merging", "lab": "lab"}
    assert page("merging", "\n".join(f"{name:11}{merging(room(outcomes, where))}" for name, where in rooms.items()))


def test_the_goals_are_reached(outcomes: list[Outcome], left_out: list[Outcome]) -> None:
    """What the page may fall to at the least: a change of rules that costs more is to be looked at."""
    measured = {name: total(room(outcomes, name)) for name in ("public", "lab")}
    assert measured["public"] >= 0.90 and measured["lab"] >= 0.97
    assert total(outcomes) - total(left_out) <= 0.05
    assert measured["public"] - total(room(left_out, "public")) <= 0.05
    for those in (outcomes, left_out):
        right, said, pairs = (sum(getattr(one, f"pairs_{name}") for one in those) for name in ("right", "said", "gold"))
        assert right / said >= 0.99 and right / pairs >= 0.97
        keys = ("found", "gold", "right", "shown")
        found, gold, right, shown = (sum(getattr(one, f"key_{name}") for one in those) for name in keys)
        assert found / gold >= 0.95 and right / shown >= 0.70
        assert not sum(one.decoys_shown for one in those)
        for level, goal in (("high", 0.95), ("medium", 0.75)):
            said = [a.verdict == "right" for one in those for a in one.answers if a.said and a.said.confidence == level]
            assert sum(said) / len(said) >= goal


def test_the_recorded_incident(example: Draft) -> None:
    truth = json.loads((ROOT / "examples" / "checkout" / "truth.json").read_text())
    lines = ["| milestone | true | found |", "|---|---|---|"]
    for name, true_name in TRUE_NAMES.items():
        found = example.timeline.milestones[name]
        assert found
        lines.append(f"| {name} | {truth[true_name]} | {rfc3339(found.at)} |")
    assert holds("quality.md", "truth", "\n".join(lines))

"""The figures in docs/evidence.md are those that are measured today."""

import json

from support.generated_docs import ROOT, holds

from pipeline.evaluate import find_cases, report, score
from pipeline.evaluate.leave_out import leave_out_org
from pipeline.run import Draft
from pipeline.times import rfc3339

TRUE_NAMES = {
    "impact_start": "first_failed_request", "detected": "detected", "acknowledged": "acknowledged",
    "mitigated": "mitigated", "recovered": "last_failed_request",
}  # fmt: skip


def fenced(text: str) -> str:
    return f"```text\n{text.strip()}\n```"


def test_milestones_on_public_incidents() -> None:
    cases = find_cases(ROOT / "bench" / "incidents" / "public")
    assert (len(cases), len({case.org for case in cases})) == (25, 23)
    assert holds("evidence.md", "all words", fenced(report([score(case) for case in cases], failures=False)))
    assert holds("evidence.md", "left out", fenced(report(leave_out_org(cases), failures=False)))


def test_merging_on_generated_variations() -> None:
    cases = find_cases(ROOT / "bench" / "incidents" / "merging")
    (line,) = (line for line in report([score(case) for case in cases]).splitlines() if line.startswith("merging:"))
    assert holds("evidence.md", "merging", fenced(line))


def test_the_recorded_incident(example: Draft) -> None:
    truth = json.loads((ROOT / "examples" / "checkout" / "truth.json").read_text())
    lines = ["| milestone | true | found |", "|---|---|---|"]
    for name, true_name in TRUE_NAMES.items():
        found = example.timeline.milestones[name]
        assert found
        lines.append(f"| {name} | {truth[true_name]} | {rfc3339(found.at)} |")
    assert holds("evidence.md", "truth", "\n".join(lines))

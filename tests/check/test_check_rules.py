"""Each rule of `befell check`: what it finds, on which line, and what it leaves alone."""

import json
from pathlib import Path

import pytest
from support.timelines import empty, rich

from pipeline.check import RULES, Kept, Page, chosen, findings
from pipeline.draft import render
from pipeline.times import parse

GOOD = (Path(__file__).resolve().parents[2] / "docs/check/good.md").read_text(encoding="utf-8")
DEFAULTS = chosen({}, "")


def told(text: str, rule: str, **more: object) -> list[tuple[str, str]]:
    """The line of the text and what was said of it, for one rule."""
    page = Page(text, **more)  # type: ignore[arg-type]
    return [(page.lines[one.line - 1], one.what) for one in findings(page, "draft.md", DEFAULTS) if one.rule == rule]


def edited(old: str, new: str) -> str:
    """The good draft with one edit."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_good_draft_has_no_finding() -> None:
    assert findings(Page(GOOD), "good.md", DEFAULTS) == []


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = render(rich())
    here = findings(Page(text), "draft.md", DEFAULTS)
    assert here
    assert findings(Page("\ufeff" + text.replace("\n", "\r\n")), "draft.md", DEFAULTS) == here


@pytest.mark.parametrize("make", [rich, empty])
def test_a_fresh_draft_asks_for_what_only_a_reviewer_knows(make) -> None:
    found = {one.rule for one in findings(Page(render(make())), "draft.md", DEFAULTS)}
    assert {"prompt-left", "whys-answered", "action-empty", "action-owner"} <= found
    assert not found & {"section-missing", "evidence-exists", "milestones-order", "secret", "front-matter"}


def test_befell_itself_neither_blames_nor_names() -> None:
    found = {one.rule for one in findings(Page(render(rich())), "draft.md", DEFAULTS)}
    assert not found & {"blaming-words", "personal-name"}


def test_every_rule_says_what_must_hold() -> None:
    assert len({one.id for one in RULES}) == len(RULES)
    assert all(one.about.endswith(".") for one in RULES)


LATE = "Held on 2026-11-27 14:00 UTC."
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq\n-----END RSA PRIVATE KEY-----"
CITED = "[b6r2vn](#e-b6r2vnc8j3yd) |\n\n- [x]"
CLOCK = "mitigated: 2026-11-24T10:02:00Z"
LAST = "> _Answer:_ an index goes live without any check that compares its results with those of the index before."
HARD = "- The runbook for going back to an index named a host that is gone."

# rule, what is edited, into what, the line that is told, a part of what is said
FINDS = [
    ("front-matter", "status: reviewed", "status: reviewed: yes", "status:", "cannot be read"),
    ("front-matter", f"  milestones:\n    {CLOCK}", "  severty: SEV-1", "severty", "unknown key"),
    ("severity-set", 'severity: "SEV-2"', "severity: null", "severity:", "has no severity"),
    ("severity-set", 'severity: "SEV-2"', "severity: urgent", "severity:", "'urgent' is not of the framework"),
    ("severity-consistent", "| Severity | SEV-2", "| Severity | SEV-1", "| Severity", "the summary says SEV-1"),
    ("severity-consistent", "overrides:\n", "overrides:\n  severity: SEV-1\n", "severity:", "overrides say SEV-1"),
    ("severity-consistent", "_Answer:_ no; the", "_Answer:_ yes, orders. The", "Data:", "data was hurt, under SEV-2"),
    ("postmortem-required", "postmortem_required: true", "postmortem_required: no", "postmortem_req", "SEV-2 requires"),
    ("postmortem-required", "status: reviewed", "status: not needed", "status:", "its status is 'not needed'"),
    ("review-within-48h", 'review_due: "2026-11-26', 'review_due: "2026-11-28', "review_due", "more than 48 h"),
    ("review-within-48h", 'review_due: "2026-11-26T10:30:00Z"', "review_due: null", "review_due", "says no time"),
    ("review-within-48h", "Held on 2026-11-25 14:00 UTC.", LATE, LATE, "the meeting is on 2026-11-27 14:00 UTC"),
    ("milestones-order", '"2026-11-24T09:31:00Z"', '"2026-11-24T09:20:00Z"', "  detected:", "is before impact start"),
    ("milestones-order", CLOCK, "mitigated: 2026-11-24T09:30:00Z", "    mitigated: 2", "before"),
    ("section-missing", "<!-- befell:impact -->\n## Impact", "## Effects", "", "has no section Impact"),
    ("section-empty", HARD, "", "<!-- befell:hard -->", "What was hard says nothing yet"),
    ("prompt-left", "_Answer:_ support, at 09:41 UTC.", "_Answer:_", "Who else", "still asks: Who else had to know"),
    ("prompt-left", "| platform lead | ☑ |", "| _assign_ | ☐ |", "facilitator", "to be filled in: facilitator"),
    ("prompt-left", HARD, "- [ ] Unclear ownership: who owns it?", "Unclear", "still asks: Unclear ownership"),
    ("whys-answered", "the test index holds English titles only.", "", "3. Why", "why 3 has no answer"),
    ("whys-system-cause", LAST, "> _Answer:_ bad luck.", "5. What", "without a system or a process"),
    ("whys-system-cause", LAST, "> _Answer:_ the engineer forgot the test.", "5. What", "the cause is a person"),
    ("action-empty", "Correct the host in the runbook", "_set_", "A1", "A1 says nothing to do"),
    ("action-owner", "| search team | 2026-11-25", "| _assign_ | 2026-11-25", "A1", "A1 has no owner"),
    ("action-due", "2026-11-25 | immediate", " | immediate", "A1", "A1 has no due date"),
    ("action-due", "2026-11-25 | immediate", "next Friday | immediate", "A1", "“next Friday”, which is no day"),
    ("action-due", "2026-11-25 | immediate", "2025-11-25 | immediate", "A1", "before the incident"),
    ("action-type", "| immediate fix |", "| preventive |", "A1", "A1 is of type “preventive”"),
    ("action-types", "| immediate fix |", "| long-term |", "<!-- befell:actions", "no action of type “immediate fix”"),
    ("action-priority", "| 2 × 2 |", "| high |", "A1", "A1 has the priority “high”"),
    ("action-priority", "| 2 × 2 |", "| 2 × 2 = 5 |", "A1", "does not multiply"),
    ("action-verification", "runbook: walked through once", "_set_", "A1", "A1 has no verification"),
    ("action-tracker", "[OPS-311](https://tracker.example/OPS-311)", "_link_", "A1", "A1 has no tracker link"),
    ("evidence-exists", CITED, "[z2](#e-z2z2z2z2z2z2) |\n\n- [x]", "empty results", "cites z2"),
    ("secret", HARD, HARD + " Key AKIAQ3EGRT5WZ4KJX2PM.", HARD, "looks like a secret (aws"),
    ("secret", HARD, HARD + " Ask dana@shop.example.com.", HARD, "(email)"),
    ("secret", HARD, PEM, "-----BEG", "(private-key)"),
    ("blaming-words", HARD, "- The on-call engineer ignored the page.", "- The on-call", "engineer ignored"),
    ("personal-name", HARD, "- At first Daniel looked at the wrong host.", "- At first", "Daniel"),
    ("personal-name", HARD, "- At first _Daniel_ looked at the wrong host.", "- At first", "Daniel"),
    ("personal-name", HARD, "- At first @dkowal looked at the wrong host.", "- At first", "dkowal"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "old", "new", "line", "what"), FINDS)
def test_a_rule_finds_what_it_is_for_on_its_line(rule: str, old: str, new: str, line: str, what: str) -> None:
    found = told(edited(old, new), rule)
    assert [one for one in found if what in one[1] and line in one[0]], found


def test_every_rule_is_tried() -> None:
    assert {one.id for one in RULES} == {rule for rule, *_ in FINDS}


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("prompt-left", "_Answer:_ support, at 09:41 UTC.", "_Answer:_\n\n  Support, at 09:41 UTC."),
        ("prompt-left", "_Answer:_ support, at 09:41 UTC.", "_Answer:_\n  - support, at 09:41 UTC"),
        ("whys-answered", LAST, "an index goes live without any check.\n"),
        ("whys-answered", LAST, "- An index goes live without any check."),
        ("action-owner", "| Id | Action | Owner | Due | Type |", "| Id | Action | Owner (team) | Due date | Type |"),
        ("action-due", "| 2026-11-25 |", "| 25 November 2026 |"),
        ("action-priority", "| 2 × 2 |", "| 2 x 2 = 4 |"),
        ("action-owner", "| search team | 2026-11-25", "| Daniel Reyes | 2026-11-25"),
        ("personal-name", "| search team | 2026-11-25", "| Daniel Reyes | 2026-11-25"),
        ("personal-name", "| platform lead | ☑ |", "| Daniel Reyes | ☑ |"),
        ("blaming-words", HARD, "- A customer wrote: “your engineers should have tested this”."),
        ("review-within-48h", "Held on 2026-11-25 14:00 UTC.", "Held on 2026-11-26 11:00+02:00."),
        ("milestones-order", 'acknowledged: "2026-11-24T09:33:10Z"', "acknowledged: null"),
        ("severity-consistent", "| Severity | SEV-2", "| Schweregrad | SEV-2"),
    ],
)
def test_a_rule_leaves_alone_what_is_right_in_other_words(rule: str, old: str, new: str) -> None:
    assert told(edited(old, new), rule) == []


def test_sections_may_be_moved_renamed_and_nested() -> None:
    start, end = GOOD.index("<!-- befell:actions -->"), GOOD.index("<!-- befell:review -->")
    section = GOOD[start:end].replace("## Action items", "### Maßnahmen")
    moved = GOOD[:start] + GOOD[end:]
    moved = moved.replace("<!-- befell:impact -->", f"{section}\n<!-- befell:impact -->")
    assert findings(Page(moved), "moved.md", DEFAULTS) == []


def test_whys_may_have_a_section_of_their_own_and_stop_early() -> None:
    start, end = GOOD.index("<!-- befell:whys -->"), GOOD.index("<!-- befell:communications -->")
    own = (
        "Two changes came together.\n\n## Five whys\n\n"
        "1. Why did searches fail? The index had one language only.\n"
        "2. Why did nobody see it before? No check compares two indexes.\n\n"
    )
    assert findings(Page(GOOD[:start] + own + GOOD[end:]), "own.md", DEFAULTS) == []


def test_headings_without_comments_are_known_by_their_words() -> None:
    bare = "\n".join(line for line in GOOD.splitlines() if not line.startswith("<!-- befell:"))
    assert findings(Page(bare), "bare.md", DEFAULTS) == []


def test_an_action_that_a_person_added_is_held_to_the_same() -> None:
    row = "| A7 | Alert on empty results | | 2026-12-01 | long-term | 2 × 2 | monitoring | OPS-9 | |"
    found = told(edited("\n\n<!-- befell:review -->", f"\n{row}\n\n<!-- befell:review -->"), "action-owner")
    assert found == [(row, "A7 has no owner.")]


def test_a_text_that_befell_did_not_write_is_told_so() -> None:
    found = findings(Page("# What happened\n\nThe disk was full.\n"), "own.md", DEFAULTS)
    assert {"front-matter", "severity-set", "section-missing"} <= {one.rule for one in found}
    assert all(1 <= one.line <= 4 for one in found)


@pytest.mark.parametrize(
    "text", ["", "\n", "---\n", "---\n---\n", "| a |\n| --- |", "```\nopen fence", "---\na: 1\n---\n|"]
)
def test_odd_texts_are_read(text: str) -> None:
    assert findings(Page(text), "odd.md", DEFAULTS)


def test_the_snapshot_tells_which_evidence_there_is_and_when_it_was_resolved() -> None:
    listed = {"q4m7tzk2w5xa", "b6r2vnc8j3yd", "h3x9ksp7u4we"}
    found = told(GOOD, "evidence-exists", kept=Kept(frozenset(listed)))
    assert [what for _, what in found] == ["lists t8f5dam6z2qh, which the evidence does not have."]
    early = Kept(frozenset(), parse("2026-11-24T10:05:00Z"))
    assert told(GOOD, "review-within-48h", kept=early)[0][1].startswith("the review is due 2026-11-26T10:30:00Z, more")


def test_the_configuration_knows_names_and_their_roles() -> None:
    text = edited(HARD, "- At first tmueller looked at the wrong host.")
    page = Page(text, people={"tmueller": "database lead"})
    (found,) = [one for one in findings(page, "draft.md", DEFAULTS) if one.rule == "personal-name"]
    assert found.fix == "Write “database lead”."


def test_a_secret_is_never_told() -> None:
    text = edited("| 2 × 2 |", "| password=tr0ub4dor-and-3 |")
    found = findings(Page(text), "draft.md", DEFAULTS)
    assert {"secret", "action-priority"} <= {one.rule for one in found}
    assert not [one for one in found if "tr0ub4dor" in one.what + one.fix]


def test_the_owner_may_be_in_any_column() -> None:
    start, end = GOOD.index("| Id | Action"), GOOD.index("<!-- befell:review -->")
    table = (
        "| Owner | Action | Due | Type | Priority | Verification | Tracker |\n|---|---|---|---|---|---|---|\n"
        "| Olena Kravets | Correct the host | 2026-11-25 | immediate fix | 2 × 2 | test | OPS-1 |\n"
        "| search team | Tell Olena | 2026-12-11 | long-term | 2 × 2 | test | OPS-2 |\n\n"
    )
    found = findings(Page(GOOD[:start] + table + GOOD[end:]), "own.md", DEFAULTS)
    assert [(one.rule, one.what) for one in found] == [("personal-name", "names a person: Olena.")]


SPANISH = {
    "## Summary": "## Resumen",
    "## Impact": "## Impacto",
    "## Key timeline": "## Cronología clave",
    "## Root cause analysis": "## Análisis de causas",
    "### Five whys": "### Cinco porqués",
    "## Communications": "## Comunicaciones",
    "## What went well": "## Lo que fue bien",
    "## What was hard": "## Lo difícil",
    "## Action items": "## Acciones",
    "## Review meeting": "## Revisión",
    "## Evidence": "## Pruebas",
    "| Action |": "| Acción |",
    "| Owner |": "| Responsable |",
    "| Type |": "| Tipo |",
    "| immediate fix |": "| arreglo inmediato |",
    "| long-term |": "| a largo plazo |",
}


def test_words_of_another_language_are_known_where_there_are_words_for_it(tmp_path: Path) -> None:
    words = {text.strip("|# "): said.strip("|# ") for text, said in SPANISH.items()}
    words |= {"Kind": "Tipo", "Type": "Tipo"}  # one word for two: any of them may be meant
    words["not found in the evidence: when did users first feel it?"] = "no consta: ¿cuándo lo notaron los usuarios?"
    (tmp_path / "words").mkdir()
    lines = "".join(f"  {json.dumps(text)}: {json.dumps(said)}\n" for text, said in words.items())
    (tmp_path / "words/es.yaml").write_text(f"words:\n{lines}", encoding="utf-8")
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith("<!-- befell:"))
    for english, said in SPANISH.items():
        text = text.replace(english, said)
    text = text.replace("_Answer:_", "_Respuesta:_").replace("status: reviewed", "status: reviewed\nlanguage: es")
    assert findings(Page(text, templates=tmp_path), "es.md", DEFAULTS) == []
    asked = text.replace(HARD, "- no consta: ¿cuándo lo notaron los usuarios?")
    assert told(asked, "prompt-left", templates=tmp_path)[0][1].startswith("still asks: no consta")


def test_a_language_without_words_is_read_by_its_comments() -> None:
    text = edited("status: reviewed", "status: reviewed\nlanguage: ../../xx").replace("## Impact", "## Impacto")
    assert findings(Page(text), "xx.md", DEFAULTS) == []

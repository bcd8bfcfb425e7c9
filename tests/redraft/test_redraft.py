"""What becomes of each kind of edit when a draft is made again from more evidence."""

import re
from dataclasses import replace

import pytest
from support.timelines import Builder, rich

from pipeline.draft import render
from pipeline.draft.document import is_untouched, stamp
from pipeline.redraft import Redraft, redraft
from pipeline.redraft.items import headings, sections

TIMELINE = rich()
BASE = render(TIMELINE)


def later() -> str:
    """The draft once a deploy more is known, and the severity is another."""
    builder = Builder()
    row = builder.row("09:24:00", "deploy", "deployed", "payments 7.1", "argo", service="payments", phase="mitigation")
    rows = tuple(sorted((*TIMELINE.rows, row), key=lambda one: (one.at, one.id)))
    incident = replace(TIMELINE.incident, severity="SEV-1")
    return render(replace(TIMELINE, incident=incident, rows=rows, evidence={**TIMELINE.evidence, **builder.evidence}))


NEW = later()


def edited(*edits: tuple[str, str], base: str = BASE) -> str:
    for old, new in edits:
        assert old in base
        base = base.replace(old, new, 1)
    return base


def again(mine: str, new: str = NEW) -> Redraft:
    return redraft(BASE, mine, new)


def row_of(text: str, what: str) -> str:
    return next(line for line in text.splitlines() if what in line and line.startswith("| "))


def test_an_unedited_draft_becomes_the_new_one() -> None:
    done = again(BASE)
    assert done == Redraft(NEW, ())
    assert is_untouched(done.text)


def test_without_new_evidence_nothing_changes() -> None:
    mine = edited(("## Impact", "## What users felt"), ("_Answer:_", "_Answer:_ 400 carts"))
    assert again(mine, BASE) == Redraft(mine, ())


def test_an_edit_and_new_evidence_both_stand() -> None:
    done = again(edited(("_Answer:_", "_Answer:_ 400 carts were lost.")))
    assert not done.conflicts
    assert "_Answer:_ 400 carts were lost." in done.text
    assert row_of(done.text, "payments 7.1") and "SEV-1 (critical" in done.text
    assert stamp(done.text) == stamp(NEW) and not is_untouched(done.text)


def test_an_edited_cell_and_a_new_value_in_another_both_stand() -> None:
    done = again(edited(("| Severity | SEV-2 (high", "| How bad | SEV-2 (high")))
    assert not done.conflicts and "| How bad | SEV-1 (critical" in done.text


def test_the_same_words_changed_twice_are_a_conflict_and_the_reviewers_stand() -> None:
    old = row_of(BASE, "| Severity | SEV-2")
    done = again(edited((old, old.replace("SEV-2 (high", "SEV-3 (mild"))))
    (conflict,) = done.conflicts
    assert "SEV-3 (mild" in done.text and "SEV-1 (critical" not in done.text
    assert conflict.section == "Summary" and "SEV-3 (mild" in conflict.mine and "SEV-1 (critical" in conflict.new


def test_a_deleted_row_stays_deleted() -> None:
    rows = sections(BASE, headings(BASE))
    full = next(one for one in rows if one.key == "full-timeline")
    gone = [item.text for item in full.items if item.kind == "row"][3]
    done = again(edited((gone + "\n", "")))
    assert gone not in done.text.splitlines()
    assert "payments 7.1" in done.text


def test_a_deleted_section_stays_deleted_and_a_deleted_comment_does_no_harm() -> None:
    start, end = BASE.index("<!-- befell:communications -->"), BASE.index("<!-- befell:well -->")
    assert "## Communications" not in again(BASE[:start] + BASE[end:]).text
    bare = edited(("<!-- befell:summary -->\n", ""), ("_Answer:_", "_Answer:_ some"))
    done = again(bare)
    assert "SEV-1 (critical" in done.text and done.text.count("## Summary") == 1


def test_a_row_of_ones_own_stays_where_it_was_put() -> None:
    deploy = next(line for line in BASE.splitlines() if re.match(r"\| \d\d:\d\d:\d\d \| .*deploy", line, re.I))
    done = again(edited((deploy, f"{deploy}\n| 09:23:30 | Support rang | | phone | |")))
    lines = done.text.splitlines()
    assert lines[lines.index("| 09:23:30 | Support rang | | phone | |") - 1] == deploy
    assert not done.conflicts


def test_a_moved_section_stays_where_it_was_put_and_is_kept_up_to_date() -> None:
    start, end = BASE.index("<!-- befell:full-timeline -->"), BASE.index("<!-- befell:logs -->")
    mine = BASE[:start] + BASE[end:]
    done = again(mine.replace("<!-- befell:summary -->", BASE[start:end] + "<!-- befell:summary -->", 1))
    assert done.text.index("## Full timeline") < done.text.index("## Summary")
    part = done.text[done.text.index("## Full timeline") : done.text.index("## Summary")]
    assert "payments 7.1" in part and done.text.count("## Full timeline") == 1


def test_translated_headings_are_the_same_sections() -> None:
    mine = BASE
    for heading in re.findall(r"^## .*$", BASE, re.M):
        mine = mine.replace(f"{heading}\n", f"## Abschnitt {len(heading)} {heading[3:][::-1]}\n", 1)
    done = again(mine)
    assert re.findall(r"^## .*$", done.text, re.M) == re.findall(r"^## .*$", mine, re.M)
    assert "payments 7.1" in done.text and not done.conflicts


def test_line_ends_are_the_reviewers() -> None:
    mine = edited(("_Answer:_", "_Answer:_ some")).replace("\n", "\r\n")
    done = again(mine)
    assert done.text.count("\n") == done.text.count("\r\n")
    assert done.text.replace("\r\n", "\n") == again(mine.replace("\r\n", "\n")).text


def test_a_wrapped_paragraph_is_the_same_paragraph() -> None:
    long = next(line for line in BASE.splitlines() if re.match(r"[A-Z].{80,}", line))
    at = long.index(" ", 40)
    mine = edited((long, f"{long[:at]}\n{long[at + 1 :]}"))
    assert f"{long[:at]}\n{long[at + 1 :]}" in again(mine).text
    changed = NEW.replace(long, f"{long} More is known.")
    assert redraft(BASE, mine, changed).text.count("More is known.") == changed.count("More is known.")


def test_an_edited_row_that_is_no_longer_generated_is_kept_and_told() -> None:
    deploy = row_of(NEW, "payments 7.1")
    mine = NEW.replace(deploy, deploy.replace("payments 7.1", "payments 7.1, the one with the new pool"))
    done = redraft(NEW, mine, BASE)
    assert "the one with the new pool" in done.text
    assert [conflict.new for conflict in done.conflicts] == [""]
    anchor = re.search(r"\(#(e-\w+)\)", deploy)
    assert anchor and f'<a id="{anchor[1]}">' in done.text  # what a kept row cites stays in the evidence


def test_overrides_and_status_stand() -> None:
    mine = edited(
        ("overrides: {}\n", "overrides:\n  # agreed\n  severity: SEV-3\n"), ("status: draft", "status: final")
    )
    done = again(mine)
    assert "overrides:\n  # agreed\n  severity: SEV-3\n" in done.text and "status: final\n" in done.text
    assert 'severity: "SEV-1"\n' in done.text and not done.conflicts


@pytest.mark.parametrize(
    "word", ["```\n## not a heading\n```", "| a | b |\n| --- | --- |\n| c | d |", "1. one\n2. two"]
)
def test_what_the_reviewer_writes_in_stands_as_it_is(word: str) -> None:
    mine = edited(("<!-- befell:hard -->", f"## My notes\n\n{word}\n\n<!-- befell:hard -->"))
    assert f"## My notes\n\n{word}\n\n<!-- befell:hard -->" in again(mine).text


@pytest.mark.parametrize("old, new", [("\n## ", "\n### "), ("\n### ", "\n## "), ("## Impact", "# What users felt")])
def test_headings_of_another_level_are_the_same_sections(old: str, new: str) -> None:
    done = again(BASE.replace(old, new))
    assert "payments 7.1" in done.text and not done.conflicts
    assert done.text.count("<!-- befell:timeline -->") == 1
    assert {one.key for one in sections(done.text, headings(BASE))} >= {one.key for one in sections(NEW, {})}


def test_quotes_and_brackets_of_a_value_are_no_edit() -> None:
    mine = edited((f'severity: "{TIMELINE.incident.severity}"', f"severity: {TIMELINE.incident.severity}"))
    done = again(mine)
    assert 'severity: "SEV-1"' in done.text and not done.conflicts


def test_a_value_written_as_it_is_generated_now_is_no_conflict() -> None:
    new = edited(("status: draft", 'status: draft\nn: "about 300"'))
    base, mine = (edited(("status: draft", f"status: draft\nn: {n}")) for n in ("null", "about 300"))
    done = redraft(base, mine, new)
    assert 'n: "about 300"' in done.text and not done.conflicts

"""A draft knows whether somebody edited it, and what a reviewer decided."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile import hostile
from support.timelines import empty, rich

from pipeline.draft import render, render_html
from pipeline.draft.document import is_untouched, seal, split, with_overrides
from pipeline.draft.overrides import overrides_of
from pipeline.draft.text import clean
from pipeline.errors import BefellError

DRAFT = render(rich())
REVIEWED = DRAFT.replace(
    "overrides: {}\n",
    "overrides:\n  severity: sev1\n  # agreed in the meeting\n  services: [checkout, basket]\n"
    "  milestones:\n    detected: 2026-11-24T10:21:00+01:00\n    mitigated: null\n",
)


def test_front_matter_reads_back():
    front, body = split(DRAFT)
    assert front["befell"] == 1
    assert (front["incident"], front["severity"], front["status"]) == ("INC-42", "SEV-2", "draft")
    assert front["milestones"]["detected"] == "2026-11-24T09:22:10Z"
    assert front["postmortem_required"] is True
    assert front["overrides"] == {}
    assert body.lstrip().startswith("# Postmortem: INC-42 – Checkout payments time out")


def test_unknown_is_null_in_front_matter():
    front, _ = split(render(empty()))
    assert front["severity"] is front["postmortem_required"] is front["review_due"] is None
    assert set(front["milestones"].values()) == {None}


def test_hostile_texts_read_back_from_front_matter():
    timeline = hostile()
    front, _ = split(render(timeline))
    assert front["title"] == timeline.incident.title
    assert front["services"] == list(timeline.incident.services)


@given(st.text())
@settings(deadline=None)
def test_any_title_survives_front_matter(title):
    timeline = empty()
    draft = render(replace(timeline, incident=replace(timeline.incident, title=title)))
    assert split(draft)[0]["title"] == clean(title)
    assert is_untouched(draft)


@pytest.mark.parametrize("make", [rich, empty, hostile])
def test_a_fresh_draft_is_untouched(make):
    timeline = make()
    draft = render(timeline)
    assert is_untouched(draft)
    assert is_untouched(render_html(draft, timeline))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## What was hard", "## What was harder"),
        ("status: draft", "status: final"),
        ("_Answer:_", "_Answer:_ the pool was too small"),
        ('severity: "SEV-2"', 'severity: "SEV-1"'),
    ],
)
def test_an_edit_touches_it(old, new):
    assert old in DRAFT
    assert not is_untouched(DRAFT.replace(old, new, 1))


def test_an_edited_page_is_touched():
    page = render_html(DRAFT, rich())
    assert not is_untouched(page.replace("Checkout payments", "Checkout pavements", 1))


def test_overrides_alone_do_not_touch_it():
    assert REVIEWED != DRAFT
    assert is_untouched(REVIEWED)


@pytest.mark.parametrize("text", [DRAFT, REVIEWED])
def test_line_ends_and_a_byte_order_mark_do_not_touch_it(text):
    assert is_untouched("\ufeff" + text.replace("\n", "\r\n"))


@pytest.mark.parametrize("text", ["", "no front matter", "---\n---\n", "---\ntitle: x\n---\nbody"])
def test_what_befell_did_not_write_counts_as_touched(text):
    assert not is_untouched(text)


def test_overrides_are_read():
    found = overrides_of(REVIEWED)
    assert found.severity == "SEV-1"
    assert found.services == ("checkout", "basket")
    assert found.milestones == {"detected": datetime(2026, 11, 24, 9, 21, tzinfo=UTC), "mitigated": None}
    assert overrides_of(DRAFT).milestones == {}
    assert overrides_of(render_html(DRAFT, rich())) == overrides_of("no front matter")


@pytest.mark.parametrize(
    "written", ["2026-11-24T09:21:00Z", "2026-11-24 10:21:00+01:00", '"2026-11-24 09:21Z"', "2026-11-24T09:21Z"]
)
def test_times_say_their_zone(written):
    text = DRAFT.replace("overrides: {}", f"overrides: {{milestones: {{detected: {written}}}}}")
    assert overrides_of(text).milestones["detected"] == datetime(2026, 11, 24, 9, 21, tzinfo=UTC)


def test_a_new_draft_keeps_the_overrides_word_for_word():
    kept = with_overrides(DRAFT, REVIEWED)
    assert kept == REVIEWED
    assert "# agreed in the meeting" in kept
    assert is_untouched(kept)
    assert with_overrides(DRAFT, "no front matter") == DRAFT


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("{severty: SEV-1}", r"overrides.severty: unknown key. Did you mean `severity`\?"),
        ("{severity: bad}", "overrides.severity: 'bad' cannot be used. Write SEV-1"),
        ("{services: checkout}", "overrides.services: 'checkout' cannot be used"),
        ("{milestones: {detcted: null}}", r"Did you mean `detected`\?"),
        ("{milestones: {detected: 2026-11-24}}", "overrides.milestones.detected: '2026-11-24' cannot be used"),
        ('{milestones: {detected: "09:41"}}', "Write a date and time as 2026-11-24T09:41:00Z"),
        ("{milestones: {detected: 2126-13-24T00:00:00Z}}", "cannot be"),
        ("{milestones: {detected: 2026-11-24T09:41:00}}", "has no time zone. Write 2026-11-24T09:41:00Z for UTC"),
        ('{milestones: {detected: "2026-11-24 09:41"}}', "has no time zone. Write 2026-11-24T09:41:00Z for UTC"),
        ("[a]", "Write keys and values"),
        ("{severity: [", "cannot be read"),
    ],
)
def test_an_override_that_cannot_be_used_is_named(block, says):
    with pytest.raises(BefellError, match=says):
        overrides_of(DRAFT.replace("overrides: {}", f"overrides: {block}"))


@pytest.mark.parametrize(
    ("said", "line"),
    [("severity: bad", 1), ("milestones:\n    detected: 2026-11-24", 2), ("x: 1", 1)],
)
def test_a_mistake_names_the_file_and_the_line(said, line):
    reviewed = DRAFT.replace("overrides: {}\n", f"overrides:\n  {said}\n")
    number = reviewed[: reviewed.index("overrides:\n")].count("\n") + 1 + line
    with pytest.raises(BefellError) as caught:
        overrides_of(reviewed, "postmortems/INC-42.md")
    assert caught.value.where == f"postmortems/INC-42.md:{number}"


def test_sealing_twice_changes_nothing():
    assert seal(DRAFT) == DRAFT

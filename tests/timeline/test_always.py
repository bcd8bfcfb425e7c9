"""What must hold for any evidence."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pandas as pd
from evidence import alert, at, errors, event, metric, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.event import DEFAULT_MOMENT, Event
from pipeline.incident import Window
from pipeline.timeline import merge, reconstruct
from pipeline.timeline.contract import as_json
from pipeline.timeline.frame import events_frame
from pipeline.timeline.model import MILESTONES

FEW = settings(max_examples=30, deadline=None)
TITLES = [
    "Checkout fails",
    "Rolled back to v1",
    "All normal again",
    "HighErrors",
    "Deploy v2",
    "Looking into it",
    "‹x› | *",
]


@st.composite
def events(draw, least: int = 0, most: int = 25) -> list[Event]:
    found = []
    for number in range(draw(st.integers(least, most))):
        kind = draw(st.sampled_from(sorted(DEFAULT_MOMENT)))
        moment = draw(st.sampled_from([DEFAULT_MOMENT[kind], "resolved", "acknowledged", "rolled back"]))
        clock = f"{draw(st.integers(9, 10)):02d}:{draw(st.integers(0, 59)):02d}:{draw(st.integers(0, 59)):02d}"
        found.append(
            event(
                clock, kind, draw(st.sampled_from(TITLES)), moment=moment, connector=draw(st.sampled_from("ab")),
                service=draw(st.sampled_from(["shop", "search", ""])), id=f"id{number:010d}",
                severity=draw(st.sampled_from(["critical", "warning", "info", ""])),
                labels=draw(st.sampled_from([{}, {"alertname": "HighErrors"}, {"sha": "abc"}])),
            )
        )  # fmt: skip
    return found


@FEW
@given(events(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_show(found: list[Event], chance: random.Random):
    shuffled = found.copy()
    chance.shuffle(shuffled)
    assert reconstruct(snapshot(*found)) == replace(
        reconstruct(snapshot(*shuffled)), accounts=reconstruct(snapshot(*found)).accounts
    )


@FEW
@given(events(), st.lists(st.sampled_from("abc"), min_size=25, max_size=25))
def test_the_split_into_connectors_does_not_show(found: list[Event], names: list[str]):
    """One connector or three: the same rows and milestones; only accounts and counts of firings tell them apart."""
    one = reconstruct(snapshot(*(replace(event, connector="a") for event in found)))
    many = reconstruct(snapshot(*(replace(event, connector=name) for event, name in zip(found, names, strict=False))))
    assert one.milestones == many.milestones and one.trigger_candidates == many.trigger_candidates
    assert [replace(row, count=1) for row in one.rows] == [replace(row, count=1) for row in many.rows]


@FEW
@given(events())
def test_merging_what_is_merged_changes_nothing(found: list[Event]):
    once = merge.mark(events_frame(found))
    pd.testing.assert_frame_equal(merge.mark(once), once)
    by_id = {event.id: event for event in found}
    rows = reconstruct(snapshot(*found)).rows
    for row in (row for row in rows if len(row.evidence) > 1):
        alone = reconstruct(snapshot(*(by_id[name] for name in row.evidence))).rows
        assert [name for one in alone for name in one.evidence] == list(row.evidence)
    twice = reconstruct(snapshot(*found, *found)).rows
    assert [row.evidence for row in twice] == [row.evidence for row in rows]


@FEW
@given(events())
def test_milestones_are_in_order_or_said_not_to_be(found: list[Event]):
    timeline = reconstruct(snapshot(*found))
    known = [(name, one.at) for name in MILESTONES if (one := timeline.milestones[name])]
    wrong = [(name, later) for (name, at), (later, after) in pairwise(known) if after < at]
    told = [notice.detail for notice in timeline.notices if notice.kind == "order"]
    assert len(told) == len(wrong)
    for (name, later), detail in zip(wrong, told, strict=True):
        assert f"{later} is earlier than {name} by the evidence" in detail


@FEW
@given(events(), events(), st.booleans())
def test_no_event_of_a_service_outside_changes_a_milestone(found: list[Event], more: list[Event], measured: bool):
    series = (metric([0.0] * 99 + [1.0] * 9 + [0.0] * 99),)
    seen = {"logs": (errors(["09:30:01"] * 9),), "series": series} if measured else {}
    other = [replace(one, service="billing", id=f"x{one.id[1:]}") for one in more]
    mine, all_of = reconstruct(snapshot(*found, **seen)), reconstruct(snapshot(*found, *other, **seen))
    assert all_of.milestones == mine.milestones


def test_a_service_that_our_own_records_name_is_asked_where_ours_says_nothing():
    """However much a service tells of itself, that makes it no part of the incident; our naming it does."""
    search = alert("09:32", "DiskFull", service="search") + alert("09:40", "DiskFull", service="search")
    assert reconstruct(snapshot(*search)).milestones["detected"] is None
    ours = event("09:35", "action", "Looking at search", service="shop")
    named = reconstruct(snapshot(*search, ours)).milestones["detected"]
    assert named and named.at == at("09:32") and named.confidence != "high"


@FEW
@given(events())
def test_no_evidence_is_lost_and_the_accounts_add_up(found: list[Event]):
    timeline = reconstruct(snapshot(*found))
    assert Counter(name for row in timeline.rows for name in row.evidence) == Counter(one.id for one in found)
    assert all(one.parsed == one.shown + one.merged for one in timeline.accounts.values())
    assert sum(one.shown for one in timeline.accounts.values()) == len(timeline.rows)


@FEW
@given(events())
def test_every_id_cited_is_in_the_evidence(found: list[Event]):
    timeline = as_json(
        reconstruct(snapshot(*found, logs=(errors(["09:30:01"] * 9),), series=(metric([0.0] * 99 + [1.0] * 9),)))
    )
    cited = [*timeline["rows"], *timeline["trigger_candidates"], *filter(None, timeline["milestones"].values())]
    assert {name for one in cited for name in one["evidence"]} == set(timeline["evidence"])


@FEW
@given(events())
def test_there_are_at_most_25_key_rows_and_each_row_has_one_phase(found: list[Event]):
    rows = reconstruct(snapshot(*found)).rows
    assert sum(row.key for row in rows) <= 25
    assert [row.at for row in rows] == sorted(row.at for row in rows)


@FEW
@given(events(), st.integers(-10_000_000, 10_000_000))
def test_shifting_all_times_shifts_the_milestones(found: list[Event], seconds: int):
    shift = timedelta(seconds=seconds)
    moved = [replace(one, at=one.at + shift) for one in found]
    window = Window(at("09:00") + shift, at("11:00") + shift)
    before, after = reconstruct(snapshot(*found)).milestones, reconstruct(snapshot(*moved, window=window)).milestones
    assert {name: one and one.at + shift for name, one in before.items()} == {
        name: one and one.at for name, one in after.items()
    }


def test_a_decoy_is_set_aside_with_its_reason():
    timeline = reconstruct(snapshot(*alert("09:31", "HighErrors"), *alert("09:32", "DiskFull", service="search")))
    (decoy,) = [row for row in timeline.rows if row.aside]
    assert decoy.title == "DiskFull" and "search" in decoy.aside and not decoy.key

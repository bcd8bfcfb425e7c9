"""What must hold for any evidence."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from evidence import alert, at, errors, event, metric, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.event import DEFAULT_MOMENT, Event
from pipeline.incident import Window
from pipeline.timeline import reconstruct
from pipeline.timeline.contract import as_json

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
def events(draw) -> list[Event]:
    found = []
    for number in range(draw(st.integers(0, 25))):
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

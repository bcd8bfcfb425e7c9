"""The picture: nothing overlaps, nothing is lost, and Mermaid can read its text."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import hostile
from support.timelines import START, empty, rich

from pipeline.draft import render_html
from pipeline.draft.chart import LEFT, POINTS, RIGHT, WIDTH, _thinned, chart
from pipeline.draft.gantt import gantt, label, span
from pipeline.draft.scale import TimeScale, stacked, stairs, values
from pipeline.draft.view import View
from pipeline.incident import Window


def crowded(count: int = 40):
    """The rich timeline with many more key rows, some at one moment."""
    timeline = rich()
    more = [
        replace(row, id=f"{row.id}{n}", at=row.at + timedelta(seconds=41 * n), end=None)
        for n in range(count // 10)
        for row in timeline.rows[:10]
    ]
    return replace(timeline, rows=tuple(sorted((*timeline.rows, *more), key=lambda row: (row.at, row.id))))


@pytest.mark.parametrize("make", [rich, hostile, crowded])
def test_no_two_labels_of_a_lane_overlap(make):
    for lane in chart(View(make()))["lanes"]:
        taken: dict[float, float] = {}
        for event in lane["events"]:
            assert event["begin"] >= taken.get(event["y"], 0.0)
            taken[event["y"]] = event["finish"]
            assert event["begin"] > 0 and event["finish"] <= WIDTH
            assert lane["y"] <= event["y"] <= lane["y"] + lane["height"]


def test_events_that_do_not_fit_are_counted():
    lanes = chart(View(crowded()))["lanes"]
    assert any(re.fullmatch(r"\+\d+ more", lane["left"]) for lane in lanes)


def test_milestone_labels_that_would_meet_stand_in_different_rows():
    marks = chart(View(rich()))["marks"]
    assert [mark["name"] for mark in marks] == ["impact_start", "detected", "acknowledged", "mitigated", "recovered"]
    assert marks[0]["y"] < marks[1]["y"] < marks[2]["y"]


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(1, 300)), max_size=12))
def test_what_hangs_from_a_stair_crosses_no_label_below(found):
    spans = sorted((begin, begin + length) for begin, length in found)
    rows = stairs(spans)
    for (begin, _), row in zip(spans, rows, strict=True):
        for (other, end), below in zip(spans, rows, strict=True):
            assert not (other < begin < end and below > row)


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 300)), max_size=40))
def test_stacked_spans_of_one_row_keep_their_distance(found):
    spans = sorted((begin, begin + length) for begin, length in found)
    rows = stacked(spans, gap=8)
    for row in set(rows):
        own = [one for one, at in zip(spans, rows, strict=True) if at == row]
        assert all(first[1] + 8 <= second[0] for first, second in pairwise(own))


def test_bands_follow_the_milestones():
    bands = chart(View(rich()))["bands"]
    assert [band["text"] for band in bands] == [
        "before", "detection 2 min 10 s", "mitigation 32 min 50 s", "recovery 9 min 20 s", "after"
    ]  # fmt: skip
    assert bands[0]["x"] == LEFT
    assert bands[-1]["x"] + bands[-1]["width"] == pytest.approx(RIGHT)


def test_a_phase_without_both_bounds_has_no_band():
    timeline = rich()
    bands = chart(View(replace(timeline, milestones={**timeline.milestones, "detected": None})))["bands"]
    assert [band["name"] for band in bands] == ["before", "recovery", "after"]


def test_a_long_unit_stands_with_the_name():
    timeline = rich()
    series = replace(timeline.series[0], unit="requests per second")
    plot = chart(View(replace(timeline, series=(series,))))["plot"]
    assert plot["name"] == "checkout error ratio, requests per second"
    assert plot["ticks"][-1]["text"] == "0.2"


def test_thinning_keeps_spikes_and_order():
    points = [(START + timedelta(seconds=n), 100.0 if n == 7777 else float(n % 3)) for n in range(20_000)]
    kept = _thinned(points)
    assert len(kept) <= POINTS
    assert max(value for _, value in kept) == 100.0
    assert kept == sorted(kept)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30))
def test_a_value_scale_holds_its_values_with_a_few_round_ticks(found):
    scale = values(found, top=0, bottom=200)
    assert all(0 <= scale.y(value) <= 200 for value in found)
    assert 1 <= len(scale.ticks()) <= 12


@given(st.integers(1, 40 * 86400))
def test_time_ticks_are_few_and_in_order(seconds):
    scale = TimeScale(START, START + timedelta(seconds=seconds), LEFT, RIGHT)
    places = [x for x, _ in scale.ticks()]
    assert places == sorted(places) and len(places) <= 13
    assert all(LEFT <= x <= RIGHT for x in places)


def test_the_picture_shows_what_matters_not_the_whole_window():
    timeline = rich()
    start, end = span(View(replace(timeline, window=Window(START - timedelta(days=3), START + timedelta(days=3)))))
    assert end - start < timedelta(hours=2)


def test_without_any_evidence_there_is_a_sentence_instead_of_a_picture():
    assert gantt(View(empty())) == ""
    assert "<svg" not in render_html("## x\n", empty())


def test_a_metric_alone_is_drawn():
    timeline = replace(empty(), series=rich().series)
    assert "Examined" in gantt(View(timeline))
    assert chart(View(timeline))["plot"]["name"] == "checkout error ratio"


@given(st.text())
def test_a_label_cannot_end_its_task_or_begin_a_command(text):
    found = label(text)
    assert found.strip() and not re.search(r"[:;#%\n{}]", found)
    assert not re.match(r"(?i)section|title|click|gantt|dateformat", found)


@pytest.mark.parametrize("make", [rich, hostile, crowded])
def test_every_task_has_one_name_and_its_times(make):
    task = re.compile(r"    [^:;#\n]+ :(crit, )?(milestone, [\d-]+T[\d:]+, 0s|[\d-]+T[\d:]+, [\d-]+T[\d:]+)")
    for line in gantt(View(make())).splitlines()[5:]:
        assert task.fullmatch(line) or re.fullmatch(r"    section [A-Z]\w+", line), line

"""Samples to episodes: what must hold for any samples, and the edges that a server rarely shows."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.prometheus.episodes import Episode, Labels, Samples, episodes, gather, never_fired, runs
from connectors.prometheus.retention import seconds
from connectors.prometheus.rules import Rule, rule_of, rules
from pipeline.alert_labels import fingerprint

LABELS: Labels = (("alertname", "A"),)


def found(samples: Samples, start: float = 1000, end: float = 2000, known: float = 2300) -> list[Episode]:
    return list(episodes({LABELS: samples}, start, end, known))


def spaced(first: int, last: int, step: int = 15) -> set[float]:
    return set(map(float, range(first, last + 1, step)))


def test_the_same_active_since_outlives_a_pause_of_the_server() -> None:
    """Prometheus restores the state of an alert when it starts again: the pause is told as a hole."""
    firing = spaced(1100, 1160) | spaced(1400, 1460)
    (one,) = found(Samples(firing=firing, since=dict.fromkeys(firing, 1050.0)))
    assert (one.first, one.end, one.since, one.holes) == (1100, 1475, 1050, ((1160, 1400),))


def test_an_alert_that_goes_back_to_pending_has_ended() -> None:
    samples = Samples(firing=spaced(1100, 1130) | spaced(1160, 1190), pending={1145.0})
    assert [(one.first, one.end) for one in found(samples)] == [(1100, 1145), (1160, 1205)]


def test_only_the_end_lies_in_the_window() -> None:
    (one,) = found(Samples(firing=spaced(900, 990)))
    assert (one.first, one.end, one.before) == (None, 1005, True)


def test_an_alert_that_ends_just_after_the_window_fires_on_at_its_end() -> None:
    (one,) = found(Samples(firing=spaced(1900, 2020)))
    assert one.end is None


@pytest.mark.parametrize(("known", "end"), [(1530, None), (1600, 1515)])
def test_whether_an_alert_has_ended_is_known_only_after_a_while(known: float, end: float | None) -> None:
    (one,) = found(Samples(firing=spaced(1200, 1500)), known=known)
    assert one.end == end


def test_a_pending_episode_before_a_firing_one_is_not_counted() -> None:
    pending, firing = spaced(1100, 1145), spaced(1160, 1220)
    unknown = Samples(firing=firing, pending=pending)
    known = Samples(firing=firing, pending=pending, since=dict.fromkeys(pending | firing, 1100.0))
    other = Samples(
        firing=firing, pending=pending, since=dict.fromkeys(pending, 1100.0) | dict.fromkeys(firing, 1150.0)
    )
    assert list(never_fired({LABELS: unknown}, 1000, 2000)) == []
    assert list(never_fired({LABELS: known}, 1000, 2000)) == []
    assert list(never_fired({LABELS: other}, 1000, 2000)) == [{"alertname": "A"}]


TIMES = st.sets(st.integers(0, 400).map(float), max_size=60)


@given(firing=TIMES, pending=TIMES, since=st.dictionaries(st.integers(0, 400).map(float), st.sampled_from([1.0, 2.0])))
def test_each_sample_is_in_exactly_one_run(firing: set[float], pending: set[float], since: dict[float, float]) -> None:
    cut = runs(Samples(since=since), firing, pending, stale=10)
    assert [at for run in cut for at in run.times] == sorted(firing)
    for run in cut:
        assert {since[at] for at in run.times if at in since} <= {run.since}, "one run, one active_since"


@given(data=st.data(), firing=TIMES, pending=TIMES)
def test_pieces_in_any_order_and_overlap_give_the_same(
    data: st.DataObject, firing: set[float], pending: set[float]
) -> None:
    def result(state: str, times: list[float]) -> dict[str, object]:
        labels = {"__name__": "ALERTS", "alertname": "A", "alertstate": state}
        return {"metric": labels, "values": [[at, "1"] for at in times]}

    cut = data.draw(st.integers(0, 400))
    halves = [
        result(state, sorted(at for at in times if keep(at)))
        for state, times in (("firing", firing), ("pending", pending))
        for keep in (lambda at: at <= cut, lambda at: at >= cut)
    ]
    whole: dict[Labels, Samples] = {}
    parts: dict[Labels, Samples] = {}
    gather([result("firing", sorted(firing)), result("pending", sorted(pending))], whole)
    gather(data.draw(st.permutations(halves)), parts)
    assert parts == whole


def test_the_fingerprint_is_that_of_alertmanager() -> None:
    """Seen in the answer of an Alertmanager 0.25 for these labels."""
    labels = {
        "alertname": "CheckoutErrors", "cluster": "lab", "instance": "127.0.0.1:19300", "job": "demo",
        "service": "checkout", "severity": "page",
    }  # fmt: skip
    assert fingerprint(labels) == fingerprint(dict(reversed(labels.items()))) == "6279b10e728ab556"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15d", 1296000), ("1h30m", 5400), ("1y2w", 32745600), ("90", None), ("10GiB", None), ("", None)],
)
def test_durations(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


def test_a_rule_fills_in_labels_and_leaves_out_values() -> None:
    rule = Rule(
        "A", "up == 0", 0, annotations={"summary": "{{ $labels.job }} is down", "description": "at {{ $value }}"}
    )
    assert rule.texts({"alertname": "A", "job": "web"}, None) == {"summary": "web is down"}


def test_the_annotations_of_a_later_episode_are_not_taken_for_this_one() -> None:
    labels, since = {"alertname": "A"}, datetime(2026, 3, 10, 14, tzinfo=UTC).timestamp()
    alert = {"labels": labels, "annotations": {"summary": "at 7"}, "activeAt": "2026-03-10T14:00:00.568674523Z"}
    rule = Rule("A", "x > 1", 0, annotations={"summary": "at {{ $value }}"}, active=(alert,))
    assert rule.texts(labels, since) == {"summary": "at 7"}
    assert rule.texts(labels, since - 3600) == {}


def test_a_rule_is_taken_only_where_it_is_the_only_one_that_fits() -> None:
    answer = {"groups": [{"rules": [
        {"type": "alerting", "name": "A", "query": "x > 1", "labels": {"severity": "warning"}},
        {"type": "alerting", "name": "A", "query": "x > 2", "labels": {"severity": "page"}},
        {"type": "alerting", "name": "B", "query": "y", "labels": {}},
        {"type": "alerting", "name": "B", "query": "z", "labels": {}},
        {"type": "recording", "name": "A", "query": "r"},
    ]}]}  # fmt: skip
    known = list(rules(answer))
    page = rule_of(known, {"alertname": "A", "severity": "page"})
    assert page is not None and page.query == "x > 2"
    assert rule_of(known, {"alertname": "B"}) is None

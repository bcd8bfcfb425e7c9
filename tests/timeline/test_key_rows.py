"""What a reader sees first: a score of evidence, and what is set aside with its reason."""

from evidence import alert, at, errors, event, metric, snapshot

from pipeline.timeline import reconstruct

STORM = errors([f"09:{minute}:{second:02d}" for minute in range(30, 40) for second in range(7, 60, 5)])
ROLLBACK = event("09:39:50", "deploy", "Roll back shop to v1", moment="rolled back")


def keys(*events, **more):
    return [row.title for row in reconstruct(snapshot(*events, **more)).rows if row.key]


def test_what_the_milestones_cite_is_key_and_talk_is_not():
    told = [
        *alert("09:31", "HighErrors", "09:41"), event("09:33", "message", "Who is looking into it?"), ROLLBACK,
        event("09:34", "message", "Asking the database team"),
    ]  # fmt: skip
    assert keys(*told, logs=(STORM,)) == ["pool exhausted", "HighErrors", "Roll back shop to v1"]


def test_status_posts_that_change_the_state_are_key():
    posts = [
        event("09:35", "status", "Investigating: orders fail"), event("09:45", "status", "Update: orders fail"),
        event("09:50", "status", "Monitoring: orders"), event("10:30", "status", "Resolved: orders", moment="resolved"),
    ]  # fmt: skip
    assert keys(*alert("09:31", "HighErrors", "09:41"), *posts)[1:] == [
        "Investigating: orders fail",
        "Resolved: orders",
    ]


def test_one_log_excerpt_a_service_is_enough():
    same = [errors([f"09:{minute}:08" for minute in range(30, 40)], template=f"also {n}") for n in range(5)]
    shown = keys(*alert("09:31", "HighErrors", "09:41"), logs=(STORM, *same))
    assert [title for title in shown if title != "HighErrors"] == ["pool exhausted"]


def test_the_third_warning_of_a_kind_is_folded_and_a_worse_one_is_not():
    signs = [event(f"09:{31 + n}", "metric", f"Queue {n} grows", severity="warning") for n in range(4)]
    worse = event("09:37", "metric", "Queue is full", severity="critical")
    shown = keys(*alert("09:30", "HighErrors", severity="critical"), *signs, worse)
    assert "Queue 0 grows" in shown and "Queue is full" in shown and "Queue 3 grows" not in shown


def test_an_alert_that_fired_long_before_is_set_aside_with_its_reason():
    told = [*alert("09:01", "DiskFull"), *alert("10:31", "HighErrors", "10:41")]
    (disk,) = [row for row in reconstruct(snapshot(*told, logs=(late_storm(),))).rows if row.title == "DiskFull"]
    assert not disk.key and disk.aside == "it fired long before the incident"


def late_storm():
    return errors([f"10:{minute}:{second:02d}" for minute in range(30, 40) for second in range(7, 60, 5)])


def test_a_thousand_rows_leave_25_and_the_milestones_among_them():
    noise = [event(f"09:{n % 60:02d}:{n % 59:02d}", "change", f"Set value {n}") for n in range(1000)]
    timeline = reconstruct(snapshot(*noise, *alert("09:31", "HighErrors", "09:41"), ROLLBACK, logs=(STORM,)))
    shown = [row for row in timeline.rows if row.key]
    cited = {name for one in timeline.milestones.values() if one for name in one.evidence}
    assert len(shown) == 25 and cited <= {name for row in shown for name in row.evidence}


def test_what_ended_the_trouble_is_no_trigger_of_it():
    told = [
        event("09:30", "change", "Flag new-cart switched on"), *alert("09:30:20", "HighErrors", "09:32"),
        event("09:30:40", "change", "Flag new-cart switched off"),
    ]  # fmt: skip
    storm = errors([f"09:30:{second:02d}" for second in range(2, 40)])
    timeline = reconstruct(snapshot(*told, logs=(storm,)))
    assert [one.title for one in timeline.trigger_candidates] == ["Flag new-cart switched on"]


def test_a_metric_that_creeps_up_hurts_from_where_it_misses_its_objective():
    creeping = metric(
        [0.1] * 60 + [0.4] * 20 + [0.8] * 20 + [2.5] * 20 + [0.1] * 100, name="p95", unit="s", objective=1.0
    )
    start = reconstruct(snapshot(series=(creeping,))).milestones["impact_start"]
    assert (start.at, start.rule) == (at("09:25"), "metric_onset") and "went beyond its objective" in start.reason


def test_metrics_with_an_objective_say_when_it_was_over():
    ratio = metric([0.0] * 60 + [0.4] * 40 + [0.0] * 120, objective=0.05)
    pool = metric([1.0] * 60 + [9.0] * 80 + [1.0] * 80, name="connections", unit="connections")
    assert reconstruct(snapshot(series=(ratio, pool))).milestones["recovered"].at == at("09:25")


def test_machines_of_a_service_that_ours_name_count_where_nothing_was_measured():
    told = [
        *alert("09:31", "HighErrors", "09:50"), event("09:36", "change", "Other node type", service="cluster"),
        event("09:40", "change", "Node pool grown by 40", service="cluster"),
    ]  # fmt: skip
    named = event("09:33", "action", "The cluster has no room")
    assert "Other node type" in keys(*told, named)
    assert "Other node type" not in keys(*told) and "Other node type" not in keys(*told, named, logs=(STORM,))

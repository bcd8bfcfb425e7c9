"""The milestones of small incidents, with the rule that chose each."""

from dataclasses import replace

import pytest
from evidence import alert, at, errors, event, metric, snapshot

from pipeline.errors import BefellError
from pipeline.incident import Incident
from pipeline.timeline import Overrides, reconstruct

STORM = errors([f"09:{minute}:{second:02d}" for minute in range(30, 40) for second in range(7, 60, 5)])
ERROR_RATIO = metric([0.0] * 122 + [0.4] * 40 + [0.0] * 200)  # out from 09:30:30 to 09:40:30
ROLLBACK = event("09:39:50", "deploy", "Roll back shop to v1", moment="rolled back")


def found(*events, **more):
    return reconstruct(snapshot(*events, **more)).milestones


def test_measured_evidence_gives_all_milestones_with_high_confidence():
    told = [
        event("09:25", "deploy", "Deploy v2"),
        *alert("09:31", "HighErrors", "09:41", active_since=at("09:30:40"), severity="critical"),
        event("09:32", "page", "HighErrors", moment="acknowledged"),
        ROLLBACK,
    ]
    milestones = found(*told, logs=(STORM,), series=(ERROR_RATIO,))
    assert {name: (one.at, one.rule) for name, one in milestones.items()} == {
        "impact_start": (at("09:30:07"), "error_burst"),
        "detected": (at("09:31"), "first_alert"),
        "acknowledged": (at("09:32"), "acknowledgement"),
        "mitigated": (at("09:39:50"), "rollback"),
        "recovered": (at("09:39:57"), "errors_end"),
    }
    assert {one.confidence for one in milestones.values()} == {"high"}
    assert all(one.evidence for one in milestones.values())


def test_nothing_is_claimed_from_nothing():
    assert set(found().values()) == {None}


def test_an_alert_of_another_service_detects_nothing_of_ours():
    milestones = found(*alert("09:20", "DiskFull", service="search"), *alert("09:31", "HighErrors"), logs=(STORM,))
    assert milestones["detected"].at == at("09:31")


def test_an_alert_long_before_does_not_detect():
    milestones = found(
        *alert("09:05", "DiskFull", "09:08"), *alert("09:31", "HighErrors"), logs=(STORM,), series=(ERROR_RATIO,)
    )
    assert milestones["detected"].at == at("09:31")


def test_a_person_may_be_first():
    told = [
        event("09:29", "message", "Customers report that checkout fails", severity="error"),
        *alert("09:31", "HighErrors"),
    ]
    assert found(*told)["detected"].rule == "first_report"


def test_a_first_attempt_that_changed_nothing_is_not_the_mitigation():
    told = [
        *alert("09:31", "HighErrors", "09:41"),
        event("09:34", "action", "Restarted the web servers, no change"),
        ROLLBACK,
    ]
    assert found(*told)["mitigated"].at == at("09:39:50")


def test_a_change_after_the_recovery_mitigated_nothing():
    told = [*alert("09:31", "HighErrors", "09:41"), ROLLBACK, event("10:30", "deploy", "Deploy v3 with the fix")]
    assert found(*told, logs=(STORM,))["mitigated"].at == at("09:39:50")


def test_no_action_no_mitigation():
    milestones = found(*alert("09:31", "HighErrors", "09:41"), logs=(STORM,))
    assert milestones["mitigated"] is None and milestones["recovered"].at == at("09:39:57")


def test_still_broken_at_the_end_is_not_recovered():
    still = metric([0.0] * 122 + [0.4] * 358)
    assert found(*alert("09:31", "HighErrors"), series=(still,))["recovered"] is None


def test_a_post_may_state_the_start():
    post = event("10:00", "status", "Checkout is failing", body="Since 09:14 UTC some payments fail.")
    assert (found(post)["impact_start"].at, found(post)["impact_start"].rule) == (at("09:14"), "stated_start")


def test_the_reviewer_outranks_the_evidence():
    base = snapshot(*alert("09:31", "HighErrors", "09:41"), ROLLBACK, logs=(STORM,))
    changed = reconstruct(
        base, Overrides(milestones={"impact_start": at("09:20"), "mitigated": None}, severity="SEV-1")
    )
    start = changed.milestones["impact_start"]
    assert (start.at, start.rule, start.overridden) == (at("09:20"), "override", True)
    assert changed.milestones["mitigated"] is None and changed.durations["time_to_mitigate_s"] is None
    assert changed.durations["time_to_detect_s"] == 660.0
    assert changed.incident.severity == "SEV-1"


@pytest.mark.parametrize(
    ("milestones", "says"),
    [
        (
            {"recovered": at("09:20")},
            "recovered: 2026-11-24T09:20:00Z is before impact_start, 2026-11-24T09:30:07Z as the",
        ),
        (
            {"impact_start": at("09:50")},
            "impact_start: 2026-11-24T09:50:00Z is after recovered, 2026-11-24T09:39:57Z as the",
        ),
    ],
)
def test_the_reviewer_cannot_end_an_incident_before_its_start(milestones, says):
    base = snapshot(*alert("09:31", "HighErrors", "09:41"), ROLLBACK, logs=(STORM,))
    with pytest.raises(BefellError, match=f"overrides.milestones.{says} evidence says"):
        reconstruct(base, Overrides(milestones=milestones))


def test_durations_are_measured_from_impact_start():
    milestones = reconstruct(snapshot(*alert("09:31", "HighErrors", "09:41"), ROLLBACK, logs=(STORM,)))
    assert milestones.durations == {
        "time_to_detect_s": 53.0, "time_to_acknowledge_s": None, "time_to_mitigate_s": 583.0,
        "time_to_recover_s": 590.0,
    }  # fmt: skip


def test_milestones_out_of_order_are_said_to_be():
    early = reconstruct(snapshot(event("09:29", "message", "Users say checkout is down"), logs=(STORM,)), Overrides())
    wrong = reconstruct(snapshot(logs=(STORM,)), Overrides(milestones={"detected": at("09:10")}))
    assert [notice.kind for notice in wrong.notices] == ["order"] and early.milestones["detected"].at == at("09:29")


def test_review_is_due_48_hours_after_resolution():
    resolved = Incident(id="INC-1", title="t", services=("shop",), resolved_at=at("09:50"))
    assert reconstruct(snapshot(incident=resolved)).review_due.isoformat() == "2026-11-26T09:50:00+00:00"
    recovered = reconstruct(snapshot(logs=(STORM,)))
    assert recovered.review_due_evidence == recovered.milestones["recovered"].evidence != ()
    assert reconstruct(snapshot()).review_due is None


def test_severity_is_suggested_and_never_set():
    told = reconstruct(snapshot(*alert("09:31", "HighErrors"), series=(ERROR_RATIO,)))
    assert told.incident.severity == "" and told.severity_suggestion[0] == "SEV-2"
    stated = replace(snapshot(series=(ERROR_RATIO,)), incident=Incident(id="INC-1", title="t", severity="SEV-3"))
    assert reconstruct(stated).severity_suggestion is None


GOING_ON = errors([f"{hour:02d}:{minute:02d}:{second:02d}" for hour, minutes in ((9, range(30, 60)), (10, range(60)))
                   for minute in minutes for second in (1, 31, 59)], template="db down")  # fmt: skip


def test_errors_that_go_on_to_the_end_of_the_window_are_no_recovery():
    told = [*alert("09:31", "HighErrors", "09:41"), ROLLBACK, event("09:45", "message", "All fixed, everything works")]
    milestones = found(*told, logs=(STORM, GOING_ON))
    assert milestones["recovered"] is None
    assert milestones["mitigated"].confidence == "low" and "went on" in milestones["mitigated"].reason


def test_quiet_that_is_long_for_the_pace_of_the_errors_ends_them():
    fast = errors([f"10:59:{second:02d}.{tenth}" for second in range(10, 40) for tenth in range(10)])
    told = found(*alert("10:59:15", "HighErrors", "10:59:50"), logs=(fast,))
    assert told["recovered"].at == at("10:59:39.9")


def test_a_question_or_a_denial_is_no_recovery():
    for words in ("Is it fixed yet? Still seeing errors", "Errors are gone? no, still there", "This is not resolved"):
        assert found(*alert("09:31", "HighErrors"), event("09:45", "message", words))["recovered"] is None, words


def test_what_was_done_long_after_the_recovery_did_not_mitigate():
    late = event("10:30", "deploy", "Roll back shop to v1", moment="rolled back")
    assert found(*alert("09:31", "HighErrors", "09:41"), late, logs=(STORM,))["mitigated"] is None


def test_a_fix_that_did_not_hold_is_not_the_mitigation():
    told = [
        *alert("09:03", "HighErrors", "09:06"), event("09:05", "action", "Restarted web"),
        *alert("09:12", "HighErrors"), event("09:40", "deploy", "Deploy the fix v3"),
    ]  # fmt: skip
    timeline = reconstruct(snapshot(*told))
    assert timeline.milestones["mitigated"].at == at("09:40")
    (row,) = [row for row in timeline.rows if row.kind == "alert"]
    assert (row.count, row.end, row.end_evidence) == (2, None, ())


def test_a_metric_seen_to_be_well_is_a_finer_end_than_the_resolve_of_an_alert():
    told = [
        *alert("09:31", "HighErrors", "09:50"), event("09:32", "metric", "Error ratio at 40 %", severity="critical"),
        ROLLBACK, event("09:44", "metric", "Error ratio as it was", severity="info"),
        event("09:45", "page", "HighErrors", moment="acknowledged", severity="critical"),
    ]  # fmt: skip
    recovered = found(*told)["recovered"]
    assert (recovered.at, recovered.rule) == (at("09:44"), "metric_calm")


def test_a_metric_that_gets_worse_again_was_not_well():
    told = [
        *alert("09:31", "HighErrors"), event("09:40", "metric", "Error ratio as it was", severity="info"),
        event("09:45", "metric", "Error ratio at 30 %", severity="error"),
    ]  # fmt: skip
    assert found(*told)["recovered"] is None


def test_a_change_that_is_told_as_a_warning_ended_nothing():
    told = [
        *alert("09:31", "HighErrors", "09:50"),
        event("09:35", "action", "Restarted the web servers", severity="warning"),
        event("09:48", "action", "Restarted the database", severity="info"),
    ]
    assert found(*told)["mitigated"].at == at("09:48")


def test_a_message_is_not_its_own_good_news():
    told = [
        event("09:31", "message", "Customers report that checkout fails", severity="error"),
        event("09:40", "action", "Unplugged the second rack"), event("09:42", "message", "Checkout works"),
        event("10:30", "message", "Case closed, stock put back by hand"),
    ]  # fmt: skip
    assert found(*told)["mitigated"].at == at("09:40")


def test_a_log_line_of_level_info_is_the_last_resort():
    told = [
        *alert("09:31", "HighErrors"), ROLLBACK,
        event("09:43", "log", "First order stored", severity="info"),
    ]  # fmt: skip
    recovered = found(*told)["recovered"]
    assert (recovered.at, recovered.rule, recovered.confidence) == (at("09:43"), "log_calm", "low")


def test_what_other_services_did_mitigated_nothing_where_ours_is_measured():
    other = [event(f"09:3{n}:50", "deploy", "Roll back", moment="rolled back", service="search") for n in (7, 8, 9)]
    assert found(*alert("09:31", "HighErrors", "09:41"), *other, logs=(STORM,))["mitigated"] is None

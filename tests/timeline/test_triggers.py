"""Changes before impact start are ranked as candidates."""

from evidence import alert, errors, event, snapshot

from pipeline.timeline import reconstruct

STORM = errors([f"09:{minute}:{second:02d}" for minute in range(30, 40) for second in range(7, 60, 5)])
BAD = event("09:10", "deploy", "Deploy v2", labels={"tag": "v2", "sha": "aaaa"})
DECOY = event("09:28", "deploy", "Deploy search v9", service="search")
BACK = event("09:39", "deploy", "Roll back to v1", moment="rolled back", labels={"rolls_back": "v2"})


def candidates(*events):
    return reconstruct(snapshot(*events, *alert("09:31", "HighErrors"), logs=(STORM,))).trigger_candidates


def test_what_was_rolled_back_comes_before_a_nearer_deploy_of_another_service():
    first, second = candidates(BAD, DECOY, BACK)
    assert (first.title, second.title) == ("Deploy v2", "Deploy search v9")
    assert first.score > second.score and "rolled back later" in first.reason
    assert first.evidence == (BAD.id,)


def test_the_nearer_of_two_likes_comes_first():
    older = event("09:05", "change", "Flag A on")
    newer = event("09:20", "change", "Flag B on")
    assert [one.title for one in candidates(older, newer)] == ["Flag B on", "Flag A on"]


def test_a_change_after_impact_start_is_no_candidate():
    assert candidates(event("09:35", "deploy", "Deploy v3")) == ()


def test_without_impact_start_there_is_no_candidate():
    assert reconstruct(snapshot(BAD)).trigger_candidates == ()


def test_the_version_that_a_rollback_went_back_to_is_no_candidate():
    good = event("09:05", "deploy", "Deploy v1", labels={"tag": "v1", "sha": "bbbb"})
    again = event(
        "09:39", "deploy", "Roll back to v1", moment="rolled back", labels={"rolls_back": "v2", "sha": "bbbb"}
    )
    assert [one.title for one in candidates(good, BAD, again)] == ["Deploy v2"]

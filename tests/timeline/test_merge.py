"""Duplicates are marked and keep all their evidence; what is not the same stays apart."""

from evidence import alert, at, event, snapshot

from pipeline.timeline import Overrides, reconstruct


def titles(*events):
    return [(row.title, row.count) for row in reconstruct(snapshot(*events)).rows]


def test_flapping_is_one_row_with_its_firings():
    firings = [*alert("09:10", "HighErrors", "09:12"), *alert("09:15", "HighErrors", "09:20")]
    (row,) = reconstruct(snapshot(*firings)).rows
    assert (row.count, row.at, row.end, row.rule) == (2, at("09:10"), at("09:20"), "same alert by name and service")
    assert set(row.evidence) == {one.id for one in firings}
    assert row.end_evidence == (firings[-1].id,)


def test_an_alert_that_fires_long_after_its_resolve_is_a_new_row():
    firings = [*alert("09:10", "HighErrors", "09:12"), *alert("09:40", "HighErrors", "09:45")]
    assert titles(*firings) == [("HighErrors", 1), ("HighErrors", 1)]


def test_the_same_alert_seen_by_two_sources_is_one_row_counted_once():
    prometheus = alert("09:10:03", "HighErrors", "09:20", source="prometheus", connector="prom")
    pager = alert("09:10:08", "highErrors", "09:20:04", source="alertmanager", connector="pager")
    (row,) = reconstruct(snapshot(*prometheus, *pager)).rows
    assert (row.count, row.sources, len(row.evidence)) == (1, ("alertmanager", "prometheus"), 4)
    assert (row.at, row.end) == (at("09:10:03"), at("09:20:04"))


def test_the_same_alert_name_on_two_services_stays_two():
    rows = reconstruct(snapshot(*alert("09:10", "HighErrors"), *alert("09:10", "HighErrors", service="search"))).rows
    assert {row.service for row in rows} == {"shop", "search"}


def test_a_record_that_two_connectors_read_is_one_row():
    one, two = (event("09:10", "status", "Investigating", connector=name, id="aaaabbbbcccc") for name in ("a", "b"))
    (row,) = reconstruct(snapshot(one, two)).rows
    assert row.evidence == ("aaaabbbbcccc",)


def test_the_same_words_a_minute_apart_are_one_row_and_an_hour_apart_are_two():
    told = [event(clock, "message", "We are looking into it") for clock in ("09:10", "09:11", "10:30")]
    assert titles(*told) == [("We are looking into it", 2), ("We are looking into it", 1)]


def test_one_version_seen_by_git_and_by_the_pipeline_is_one_deploy():
    git = event("09:10", "deploy", "Deploy v2", labels={"sha": "4f1c2d9e8b7a6f5e"}, connector="git")
    job = event("09:14", "deploy", "Job 812: shop to production", labels={"sha": "4f1c2d9e8b7a"}, connector="ci")
    (row,) = reconstruct(snapshot(git, job)).rows
    assert (row.rule, row.count) == ("same version deployed", 2)


def test_shown_and_merged_add_up_to_what_was_parsed():
    pager = alert("09:10:08", "HighErrors", "09:20:04", connector="pager")
    found = reconstruct(snapshot(*alert("09:10", "HighErrors", "09:20", connector="prom"), *pager))
    assert all(one.parsed == one.shown + one.merged for one in found.accounts.values())
    assert sum(one.shown for one in found.accounts.values()) == len(found.rows) == 1


def test_without_merging_each_record_has_its_row():
    firings = [*alert("09:10", "HighErrors", "09:12"), *alert("09:15", "HighErrors", "09:20")]
    rows = reconstruct(snapshot(*firings), merged=False).rows
    assert [row.evidence for row in rows] == [(one.id,) for one in firings]
    assert {row.rule for row in rows} == {""}


def test_a_reviewer_takes_a_merged_row_apart():
    told = [event(clock, "message", "We are looking into it") for clock in ("09:10", "09:11")]
    apart = reconstruct(snapshot(*told), Overrides(split=(told[1].id,)))
    assert [row.evidence for row in apart.rows] == [(one.id,) for one in told]
    assert reconstruct(snapshot(*told), Overrides(split=("nosuchid",))).notices[0].kind == "override"


def test_spellings_of_one_alert_are_one():
    told = [
        event("09:10", "alert", "HighErrors", labels={"alertname": "HighErrors", "service": "shop"}),
        event(
            "09:11",
            "page",
            "[#12] high_errors on SHOP",
            labels={"alert_name": "high_errors", "app": "SHOP"},
            service="",
        ),
        event("09:11:20", "message", "[FIRING:1] HighErrors for shop", service=""),
        event("09:11:40", "status", "Incident: High Errors on shop"),
    ]
    (row,) = reconstruct(snapshot(*told)).rows
    assert len(row.evidence) == 4 and row.kind == "alert"


def test_a_person_who_mentions_an_alert_stays_apart():
    told = [*alert("09:10", "HighErrors"), event("09:11", "message", "Looking at HighErrors on shop")]
    assert len(reconstruct(snapshot(*told)).rows) == 2


def test_a_fingerprint_lends_its_name_to_a_record_without_labels():
    told = [
        *alert("09:10", "HighErrors", fingerprint="6279b10e"),
        event("09:11", "page", "Page 7", fingerprint="6279b10e"),
    ]
    assert len(reconstruct(snapshot(*told)).rows) == 1


def test_going_back_to_a_version_is_not_merged_with_its_first_deploy():
    versions = [("09:10", "v1"), ("09:14", "v2"), ("09:18", "v1")]
    told = [event(clock, "deploy", f"Deploy {one}", labels={"version": f"{one}.0.0"}) for clock, one in versions]
    assert len(reconstruct(snapshot(*told)).rows) == 3

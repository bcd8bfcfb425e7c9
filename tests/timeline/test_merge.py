"""Duplicates are marked and keep all their evidence; what is not the same stays apart."""

from evidence import alert, at, event, snapshot

from pipeline.timeline import reconstruct


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

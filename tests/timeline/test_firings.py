"""How often an alert fired, whoever told of it and whatever file or connector that came through."""

from evidence import alert, snapshot

from pipeline.timeline import reconstruct


def test_an_alert_that_two_sources_of_one_connector_tell_of_is_counted_once():
    told = [
        *alert("09:10", "HighErrors", "09:12", source="prometheus"),
        *alert("09:10:03", "HighErrors", "09:12:03", source="pager"),
        *alert("09:15", "HighErrors", "09:20", source="prometheus"),
        *alert("09:15:03", "HighErrors", "09:20:03", source="pager"),
    ]
    (row,) = reconstruct(snapshot(*told)).rows
    assert (row.count, len(row.evidence)) == (2, 8)

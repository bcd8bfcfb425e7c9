"""Incidents from JSON and YAML: what they give, and the line and key of every mistake."""

import json
from datetime import UTC, datetime

import pytest
from reading_files import connector

from pipeline.errors import IncidentNotFound, SourceError
from pipeline.incident import Incident, Window

OPENED, RESOLVED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC)
INCIDENT = {
    "id": "INC-1", "title": "Checkout fails", "services": ["web", "checkout"], "severity": "sev2",
    "opened_at": "2026-11-24T09:30:00Z", "resolved_at": "2026-11-24T11:00:00+01:00",
}  # fmt: skip
YAML = """\
incidents:
  - id: 007
    title: No
    service: web
    severity: urgent
    window: {start: 2026-11-24T09:00:00Z, end: 2026-11-24 11:00:00+00:00}
    roles: {alice: incident commander}
    summary:
"""


@pytest.mark.parametrize("shape", [lambda one: [one], lambda one: {"incidents": [one]}, lambda one: one])
def test_json_may_be_an_array_an_object_or_one_incident(tmp_path, shape):
    (tmp_path / "incidents.json").write_text(json.dumps(shape(INCIDENT), indent=1))
    assert connector(tmp_path, incidents="incidents.json").find_incident("INC-1") == Incident(
        id="INC-1", title="Checkout fails", services=("web", "checkout"), severity="SEV-2", severity_raw="sev2",
        opened_at=OPENED, resolved_at=RESOLVED, source="events",
    )  # fmt: skip


def test_yaml_keeps_ids_and_titles_as_they_are_written(tmp_path):
    (tmp_path / "incidents.yaml").write_text(YAML)
    found = connector(tmp_path, incidents="incidents.yaml", severities={"Urgent": "SEV-1"}).find_incident("007")
    assert (found.id, found.title, found.services, found.severity) == ("007", "No", ("web",), "SEV-1")
    assert found.window == Window(OPENED.replace(minute=0), RESOLVED.replace(hour=11))
    assert found.roles == {"alice": "incident commander"}


def test_an_unknown_id_names_the_nearest_and_how_many_there_are(tmp_path):
    (tmp_path / "incidents.json").write_text(json.dumps([{**INCIDENT, "id": f"INC-{n}"} for n in (12, 13, 99)]))
    with pytest.raises(IncidentNotFound, match=r"no incident has the id 'INC-1'; 3 are known here\. Nearest: INC-1"):
        connector(tmp_path, incidents="incidents.json").find_incident("INC-1")


def test_recent_incidents_are_those_that_ended_since(tmp_path):
    old, still = {**INCIDENT, "id": "old"}, {**INCIDENT, "id": "open", "resolved_at": None}
    (tmp_path / "incidents.json").write_text(json.dumps([old, still]))
    source = connector(tmp_path, incidents="incidents.json")
    assert [one.id for one in source.recent_incidents(RESOLVED)] == ["old", "open"]
    assert [one.id for one in source.recent_incidents(RESOLVED.replace(hour=12))] == ["open"]


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.json", '[\n{"id": "x",\n "title": }]', r"a\.json:3: is no JSON"),
        ("a.json", '[\n{"title": "x"}]', r"a\.json:2: id: missing"),
        ("a.json", '[\n{"id": "x", "resloved_at": 1}]', r"a\.json:2: resloved_at: is not known\. Write 'resolved_at'"),
        ("a.json", '[\n{"id": "x", "opened_at": "soon"}]', r"a\.json:2: opened_at: 'soon' is no possible time"),
        ("a.json", '[\n{"id": "x", "opened_at": "2026-11-24T09:00"}]', r"a\.json:2: opened_at: .* has no time zone"),
        ("a.json", '[\n{"id": "x", "window": {"start": "2026-11-24T09:00Z"}}]', r"a\.json:2: window\.end"),
        ("a.json", '[\n{"id": "x", "opened_at": 1795512406, "resolved_at": 1795512400}]', r"resolved_at: is before"),
        ("a.json", "[\n3]", r"a\.json:2: is a number, not an incident"),
        ("a.yaml", "- id: x\n  title: a\n  title: b\n", r"a\.yaml:3: the key 'title' stands twice"),
        ("a.yaml", "- id: x\n   title: [a\n", r"a\.yaml:\d: is no YAML"),
        ("a.yaml", "- &a\n  id: x\n  roles: *a\n", "a.yaml"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, name, text, where):
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=where):
        connector(tmp_path, incidents=name).find_incident("x")


def test_one_broken_incident_does_not_hide_another(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"id": "bad", "opened_at": "soon"}, INCIDENT]))
    assert connector(tmp_path, incidents="a.json").find_incident("INC-1").id == "INC-1"


def test_without_a_file_of_incidents_it_says_what_to_set(tmp_path):
    with pytest.raises(SourceError, match="knows no incidents"):
        connector(tmp_path).find_incident("INC-1")
    with pytest.raises(SourceError, match=r"gone\.json: is not there"):
        connector(tmp_path, incidents="gone.json").find_incident("INC-1")

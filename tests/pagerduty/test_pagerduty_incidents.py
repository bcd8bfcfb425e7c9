"""Incidents of PagerDuty, found by id or number, and the recent ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pagerduty_stub import OPENED, Pagerduty, incident, running

from connectors.pagerduty import PagerdutyConnector
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.http import Http

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OVER = {"status": "resolved", "resolved_at": "2026-11-24T10:05:00Z"}


@pytest.fixture
def pagerduty() -> Iterator[Pagerduty]:
    with running(Pagerduty(incidents=[incident(42, **OVER), incident(43)])) as held:
        yield held


@pytest.fixture
def desk(pagerduty: Pagerduty) -> PagerdutyConnector:
    given = {"use": "pagerduty", "name": "pager", "url": pagerduty.url, "services": {"Cart*": "cart"}}
    return PagerdutyConnector(PagerdutyConnector.Settings.model_validate(given), Http(30, lambda: NOW))


@pytest.mark.parametrize("asked", ["PINC42", "42", "#42"])
def test_an_incident_is_found_by_id_and_by_number(desk: PagerdutyConnector, asked: str) -> None:
    found = desk.find_incident(asked)
    assert (found.id, found.title, found.services) == ("PINC42", "Cart errors", ("cart",))
    assert (found.severity, found.severity_raw) == ("SEV-2", "P2")
    assert found.opened_at == datetime.fromisoformat(OPENED) and found.resolved_at == NOW.replace(hour=10, minute=5)
    assert found.url.endswith("/incidents/PINC42")


def test_without_a_priority_the_severity_is_unknown(pagerduty: Pagerduty, desk: PagerdutyConnector) -> None:
    """Urgency says who is woken, not how bad it is."""
    pagerduty.incidents = [incident(7, priority=None)]
    assert desk.find_incident("PINC7").severity == "" == desk.find_incident("PINC7").severity_raw


def test_an_older_account_gives_the_end_as_the_last_change_of_status(
    pagerduty: Pagerduty, desk: PagerdutyConnector
) -> None:
    pagerduty.incidents = [incident(7, status="resolved", last_status_change_at="2026-11-24T10:00:00Z")]
    found = desk.find_incident("7").resolved_at
    assert found == NOW.replace(hour=10)


def test_an_unknown_id_names_the_nearest(desk: PagerdutyConnector) -> None:
    with pytest.raises(IncidentNotFound, match="PINC42"):
        desk.find_incident("PINC4")


def test_recent_ones_are_those_that_are_open_or_ended_since(pagerduty: Pagerduty, desk: PagerdutyConnector) -> None:
    pagerduty.incidents += [
        incident(1, "2025-01-01T00:00:00Z"),
        incident(2, "2026-11-20T00:00:00Z", status="resolved", resolved_at="2026-11-24T00:30:00Z"),
        incident(3, "2026-11-20T00:00:00Z", status="resolved", resolved_at="2026-11-21T00:00:00Z"),
    ]
    found = [one.id for one in desk.recent_incidents(NOW - timedelta(days=1))]
    assert sorted(found) == ["PINC1", "PINC2", "PINC42", "PINC43"]


def test_an_answer_that_is_no_incident_is_told(pagerduty: Pagerduty, desk: PagerdutyConnector) -> None:
    pagerduty.incidents = [{**incident(9), "created_at": None}]
    with pytest.raises(SourceError, match="cannot be understood"):
        desk.find_incident("PINC9")

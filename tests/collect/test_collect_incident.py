"""Which incident is found, and which window is looked at."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_source import INCIDENT, NOW, WINDOW, at, event, source

from pipeline.connector import ConnectorSettings
from pipeline.errors import BefellError, IncidentNotFound, SourceError
from pipeline.incident import Incident, Window
from pipeline.snapshot import Snapshot

Collected = Callable[..., Snapshot]


def knows(*incidents: Incident) -> Callable[[str], Incident]:
    def find(incident_id: str) -> Incident:
        for incident in incidents:
            if incident.id == incident_id:
                return incident
        raise IncidentNotFound(f"no incident {incident_id!r}.", fix="Near: INC-1.")

    return find


def down(_: str) -> Incident:
    raise SourceError("the connection was refused.", where="https://pager.example.com")


def desk(name: str, find: Callable[[str], Incident], **gives: Any) -> Any:
    return source(name, find_incident=find, **gives)


def test_the_named_connector_is_asked_and_no_other(collected: Collected) -> None:
    other = replace(INCIDENT, title="of another desk")
    found = collected(desk("a", knows(other)), desk("b", knows(INCIDENT)), incident="INC-1", incidents={"from": "b"})
    assert found.incident == replace(INCIDENT, source="b")


def test_without_a_name_the_first_that_knows_it_gives_it(collected: Collected) -> None:
    found = collected(desk("a", knows()), source("ci"), desk("c", knows(INCIDENT)), incident="INC-1")
    assert found.incident.source == "c"
    assert found.incident.title == INCIDENT.title


def test_an_unknown_id_names_the_nearest(collected: Collected) -> None:
    with pytest.raises(IncidentNotFound, match=r"'INC-2' was not found: a: no incident 'INC-2'\. Near: INC-1\."):
        collected(desk("a", knows(INCIDENT)), incident="INC-2")


def test_a_desk_that_is_down_is_not_mistaken_for_one_that_does_not_know(collected: Collected) -> None:
    with pytest.raises(BefellError, match=r"a: no incident.* b: .*refused.*--start") as caught:
        collected(desk("a", knows()), desk("b", down), incident="INC-1")
    assert not isinstance(caught.value, IncidentNotFound)
    assert collected(desk("b", down), desk("a", knows(INCIDENT)), incident="INC-1").incident.source == "a"


def test_a_desk_that_hangs_does_not_hang_the_command(collected: Collected) -> None:
    import threading

    released = threading.Event()
    quick = ConnectorSettings(use="fake", name="a", time_limit=0.1)
    try:
        with pytest.raises(BefellError, match=r"a: no answer within 0\.1 s"):
            collected(desk("a", lambda _: released.wait(60), settings=quick), incident="INC-1")  # type: ignore[arg-type]
    finally:
        released.set()


def test_nobody_knows_incidents(collected: Collected) -> None:
    with pytest.raises(BefellError, match=r"no configured connector knows incidents.*--start, --end and --title"):
        collected(source("ci"), incident="INC-1")


def test_the_severity_is_mapped_by_the_configuration_first(collected: Collected) -> None:
    urgent = replace(INCIDENT, severity="", severity_raw="Urgent")
    assert collected(desk("a", knows(urgent)), incident="INC-1", severities={"urgent": "SEV-1"}).incident.severity == (
        "SEV-1"
    )
    assert collected(desk("a", knows(urgent)), incident="INC-1").incident.severity == ""
    high = replace(INCIDENT, severity="SEV-2", severity_raw="high")
    assert collected(desk("a", knows(high)), incident="INC-1").incident.severity == "SEV-2"
    assert collected(desk("a", knows(high)), incident="INC-1", severities={"high": "SEV-3"}).incident.severity == (
        "SEV-3"
    )


def timed(**times: Any) -> Incident:
    return replace(INCIDENT, window=None, **times)


def test_an_explicit_window_is_taken_as_it_is(collected: Collected) -> None:
    assert collected(source("ci"), window={"before": "2h"}).window == WINDOW


def test_opening_and_closing_are_padded(collected: Collected) -> None:
    incident = timed(opened_at=at("09:00"), resolved_at=at("10:00"))
    assert collected(source("ci"), incident=incident).window == Window(at("08:30"), at("10:30"))
    wide = {"before": "2h", "after": "10m"}
    assert collected(source("ci"), incident=incident, window=wide).window == Window(at("07:00"), at("10:10"))


def test_an_open_incident_is_looked_at_until_now_and_says_so(collected: Collected) -> None:
    found = collected(source("ci", events=[event("09:30")]), incident=timed(opened_at=at("09:00")))
    assert found.window == Window(at("08:30"), NOW)
    (notice,) = found.notices
    assert (notice.kind, notice.gap) == ("open incident", False)
    assert notice.detail.endswith("up to 2026-11-25T00:00:00Z.")


def test_no_window_reaches_past_now(collected: Collected) -> None:
    incident = timed(opened_at=at("23:00"), resolved_at=at("23:50"))
    found = collected(source("ci", events=[event("23:30")]), incident=incident)
    assert found.window == Window(at("22:30"), NOW)
    assert [one.kind for one in found.notices] == ["window cut"]


def test_no_window_at_all(collected: Collected) -> None:
    with pytest.raises(BefellError, match=r"neither a window nor an opening time\. Give both --start and --end"):
        collected(source("ci"), incident=timed(resolved_at=at("10:00")))
    with pytest.raises(BefellError, match="is empty: 2026-11-24T10:00:00Z to 2026-11-24T09:00:00Z"):
        collected(source("ci"), incident=replace(INCIDENT, window=Window(at("10:00"), at("09:00"))))

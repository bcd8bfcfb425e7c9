"""A quiet incident is drafted once: by whoever comes first, and again only where something new happened."""

import json
import shutil
from typing import Any

import pytest
from support.followed import Service, at, fired, incident, resolved

from pipeline.store import StoreError

OVER = (fired("Errors", 0, severity="critical"), resolved("Errors", 0, 20))


@pytest.fixture
def over(service: Service) -> str:
    """An incident that is over since 9:20."""
    service.accept(*OVER, minute=21)
    return service.the_watch().id


def test_it_is_drafted_after_the_quiet_period_and_not_before(service: Service, over: str) -> None:
    assert service.draft(over, 29) is None and service.drafts() == []
    done = service.draft(over, 30)
    assert done is not None and (done.state, done.drafted_at, done.problem) == ("drafted", at(30), "")
    assert service.drafts() == [f"{over}.md"]


def test_what_was_received_is_evidence_of_the_draft(service: Service, over: str) -> None:
    service.draft(over, 30)
    text = (service.folder / f"postmortems/{over}.md").read_text()
    assert "Errors" in text and "events, as received" in text


def test_what_its_source_still_has_is_told_once(service: Service) -> None:
    alert = {"id": "Errors", "kind": "alert", "title": "Errors", "service": "cart"}
    moments = [
        {**alert, "time": "2026-11-24T09:00:00Z"}, {**alert, "time": "2026-11-24T09:20:00Z", "status": "resolved"},
    ]  # fmt: skip
    service.write("events.jsonl", "\n".join(map(json.dumps, moments)))
    service.accept(*OVER, minute=21)
    name = service.the_watch().id
    done = service.draft(name, 30)
    assert done is not None and done.state == "drafted"
    text = (service.folder / f"postmortems/{name}.md").read_text()
    timeline = text.split("## Timeline")[1].split("## ")[0]
    assert sum("| alert" in line and "Errors" in line for line in timeline.splitlines()) <= 2


def test_two_workers_make_one_draft(service: Service, over: str) -> None:
    assert service.draft(over, 30, "worker-1") is not None
    assert service.draft(over, 30, "worker-2") is None
    assert len(service.drafts()) == 1


def test_a_dead_worker_keeps_it_no_longer_than_its_lease(service: Service, over: str) -> None:
    with service.store.watching() as desk:
        assert desk.claim(over, "dead", at(30), at(40))
    assert service.draft(over, 35, "worker-2") is None
    done = service.draft(over, 41, "worker-2")
    assert done is not None and done.state == "drafted"


def test_a_worker_that_starts_again_need_not_wait_for_its_own_lease(service: Service, over: str) -> None:
    with service.store.watching() as desk:
        assert desk.claim(over, "worker-1", at(30), at(40))
    assert service.draft(over, 31, "worker-1") is not None


def test_what_happens_while_it_is_drafted_makes_it_due_again(service: Service, over: str) -> None:
    with service.store.watching() as desk:
        claimed = desk.claim(over, "worker-1", at(30), at(40))
    assert claimed
    service.accept(fired("Errors", 29), minute=31)
    with service.store.watching() as desk:
        assert not desk.release(claimed, "worker-1", state="drafted")
    assert service.the_watch().state == "open"


def test_a_drafted_incident_that_opens_again_is_drafted_again_into_the_same_file(service: Service, over: str) -> None:
    service.draft(over, 30)
    path = service.folder / f"postmortems/{over}.md"
    path.write_text(path.read_text() + "A reviewer was here.\n")
    service.accept(fired("Errors", 29), minute=32)
    service.accept(resolved("Errors", 29, 40), minute=41)
    done = service.draft(over, 50)
    assert done is not None and done.state == "drafted" and service.drafts() == [f"{over}.md"]
    assert "A reviewer was here." in path.read_text() and "09:40" in path.read_text()


@pytest.mark.parametrize(
    ("severity", "keys", "state"),
    [
        ("SEV-1", {"draft": []}, "drafted"), ("SEV-2", {"draft": []}, "drafted"), ("SEV-3", {"draft": []}, "skipped"),
        ("SEV-4", {}, "skipped"), ("SEV-3", {}, "drafted"), ("", {}, "drafted"), ("", {"draft": ["SEV-4"]}, "skipped"),
    ],
)  # fmt: skip
def test_severity_decides(service: Service, severity: str, keys: dict[str, Any], state: str) -> None:
    service.keys["serve"] = keys
    service.accept(incident("INC-1", 0, 20, severity=severity), minute=21)
    done = service.draft("INC-1", 30)
    assert done is not None and done.state == state
    assert len(service.drafts()) == (state == "drafted") and ("not drafted" in done.problem) == (state == "skipped")


def test_alerts_of_no_incident_are_not_drafted_where_a_source_knows_incidents(service: Service, over: str) -> None:
    service.write("incidents.json", [])
    service.keys["connectors"] = [
        {"use": "files", "name": "events", "events": "events.jsonl", "incidents": "incidents.json"}
    ]
    done = service.draft(over, 30)
    assert done is not None and (done.state, done.problem) == (
        "skipped", "alerts of no incident: a source knows incidents."
    )  # fmt: skip


def test_what_fails_is_tried_again_later_and_says_why(service: Service, over: str) -> None:
    (service.folder / "postmortems").write_text("a file where a folder should be")
    done = service.draft(over, 30)
    assert done is not None and (done.state, done.tries, done.due_at) == ("quiet", 1, at(31))
    assert "postmortems" in done.problem
    assert service.draft(over, 30.5) is None
    (service.folder / "postmortems").unlink()
    done = service.draft(over, 31)
    assert done is not None and (done.state, done.tries, done.problem) == ("drafted", 0, "")


def test_a_store_that_is_gone_raises_and_loses_nothing(service: Service, over: str) -> None:
    kept = service.folder / "store.db"
    moved = [shutil.move(path, f"{path}.away") for path in service.folder.glob("store.db*")]
    kept.mkdir()
    with pytest.raises(StoreError):
        service.draft(over, 30)
    kept.rmdir()
    for path in moved:
        shutil.move(path, path.removesuffix(".away"))
    assert service.draft(over, 30) is not None


def test_a_sweep_follows_closed_incidents_once(service: Service) -> None:
    service.write("incidents.json", [
        {"id": "INC-1", "title": "Carts fail", "severity": "SEV-2", "services": ["cart"],
         "opened_at": "2026-11-24T09:00:00Z", "resolved_at": "2026-11-24T09:20:00Z"},
        {"id": "INC-2", "title": "Still open", "severity": "SEV-2", "opened_at": "2026-11-24T09:10:00Z"},
    ])  # fmt: skip
    service.keys["connectors"] = [
        {"use": "files", "name": "events", "events": "events.jsonl", "incidents": "incidents.json"}
    ]
    assert service.sweep(25) == [] and service.sweep(26) == []
    assert [(one.id, one.state, one.due_at) for one in service.watches()] == [("INC-1", "quiet", at(30))]
    assert service.draft("INC-1", 30) is not None
    assert service.sweep(60) == [] and service.the_watch().state == "drafted"


def test_a_sweep_does_not_touch_what_somebody_drafted_by_hand(service: Service) -> None:
    service.write("incidents.json", [
        {"id": "INC-1", "title": "Carts fail", "severity": "SEV-2", "opened_at": "2026-11-24T09:00:00Z",
         "resolved_at": "2026-11-24T09:20:00Z"},
    ])  # fmt: skip
    service.keys["connectors"] = [
        {"use": "files", "name": "events", "events": "events.jsonl", "incidents": "incidents.json"}
    ]
    (service.folder / "postmortems").mkdir()
    (service.folder / "postmortems/INC-1.md").write_text("mine")
    assert service.sweep(60) == [] and service.watches() == []


def test_where_no_source_knows_incidents_resolved_episodes_count_as_one(service: Service) -> None:
    lines = []
    for name, began, ended in (("Errors", "09:00", "09:20"), ("Latency", "09:05", "09:25")):
        for when, status in ((began, "firing"), (ended, "resolved")):
            lines.append(
                f'{{"id": "{name}", "time": "2026-11-24T{when}:00Z", "kind": "alert", "title": "{name}", '
                f'"service": "cart", "status": "{status}"}}'
            )
    service.write("events.jsonl", "\n".join(lines))
    assert service.sweep(30) == []
    watch = service.the_watch()
    assert (watch.state, watch.title, watch.due_at) == ("quiet", "Errors and 1 more alert", at(35))
    assert (watch.opened_at, watch.resolved_at) == (at(0), at(25))
    assert service.draft(watch.id, 35) is not None
    assert service.sweep(36) == [] and service.the_watch().state == "drafted"


def test_a_sweep_says_what_it_could_not_ask(service: Service) -> None:
    service.keys["connectors"] = [{"use": "files", "name": "events", "incidents": "missing.json"}]
    (problem,) = service.sweep(30)
    assert problem.startswith("events: ") and "missing.json" in problem

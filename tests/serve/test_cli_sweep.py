"""`befell sweep`, as cron runs it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.alertmanager_stub import ENDED, alert, webhook, write
from support.projects import EVENTS, Project

CLOSED = {
    "id": "INC-9", "title": "Checkout fails", "services": ["checkout"], "severity": "high",
    "opened_at": "2026-11-24T09:26:00Z", "resolved_at": "2026-11-24T09:44:00Z",
}  # fmt: skip


def project(folder: Path) -> Project:
    made = Project(folder)
    made.write("events.jsonl", EVENTS)
    made.write("incidents.json", [CLOSED])
    made.configure(
        {"name": "events", "events": "events.jsonl", "incidents": "incidents.json"},
        store="store.db", serve={"since": "9999d"},
    )  # fmt: skip
    return made


def test_a_closed_incident_is_drafted_and_the_next_sweep_finds_nothing(tmp_path: Path) -> None:
    made = project(tmp_path)
    first = made.run("sweep")
    assert (first.code, first.out, first.err) == (0, "postmortems/INC-9.md\n", "")
    assert "Checkout fails" in (tmp_path / "postmortems/INC-9.md").read_text()
    again = made.run("sweep")
    assert (again.code, again.out, again.err) == (0, "", "")


def test_sweeps_side_by_side_make_one_draft(tmp_path: Path) -> None:
    made = project(tmp_path)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: made.run("sweep"), range(3)))
    assert sorted(one.out for one in done) == ["", "", "postmortems/INC-9.md\n"]
    assert [path.name for path in (tmp_path / "postmortems").iterdir()] == ["INC-9.md"]


def test_a_source_that_cannot_be_asked_is_told(tmp_path: Path) -> None:
    made = project(tmp_path)
    (tmp_path / "incidents.json").write_text("no JSON")
    done = made.run("sweep")
    assert done.code == 3 and done.err.startswith("befell: events: ")


def test_stored_webhooks_make_one_incident_of_alerts_that_belong_together(tmp_path: Path) -> None:
    """Though each of its episodes can be asked for by id: it keeps no incidents."""
    made = Project(tmp_path)
    firing = [alert(number, alertname=f"Cart{number}") for number in (1, 2)]
    over = [alert(number, ended=ENDED, alertname=f"Cart{number}") for number in (1, 2)]
    write(tmp_path / "hooks.jsonl", webhook(*firing), webhook(*over))
    alerts = {"use": "alertmanager", "url": "http://127.0.0.1:1", "current": False, "webhooks": ["hooks.jsonl"]}
    for keys in ({}, {"incidents": {"from": "alerts"}}):
        made.configure({**alerts, "name": "alerts"}, store=f"{len(keys)}.db", serve={"since": "9999d"}, **keys)
        made.run("sweep")
        drafts = list((tmp_path / "postmortems").glob("*.md"))
        assert len(drafts) == 1 and "and 1 more alert" in drafts[0].read_text()
        drafts[0].unlink()

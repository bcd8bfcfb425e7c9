"""The service as a process: from the webhook of a real Alertmanager to a draft, and through kills."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from support.accepting import follow, post
from support.projects import Project
from support.servers import alertmanager, serving, wait_for
from support.service import Serving, service
from support.unleash_server import postgres

ALERTMANAGER = """
route: {{receiver: befell, group_by: [service], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: befell
    webhook_configs:
      - {{url: "{url}/hooks/alerts", send_resolved: true, http_config: {{authorization: {{credentials: the-token}}}}}}
"""
SLOW = """
CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER slow BEFORE INSERT ON snapshots FOR EACH ROW EXECUTE FUNCTION slow()
"""


def alert(name: str, service: str, began: datetime, ended: datetime | None = None) -> dict[str, Any]:
    labels = {"alertname": name, "service": service, "severity": "critical"}
    more = {"endsAt": ended.isoformat()} if ended else {}
    return {"labels": labels, "annotations": {"summary": f"{name} on {service}"}, "startsAt": began.isoformat(), **more}


@pytest.mark.real
def test_from_a_real_alertmanager_to_a_draft(tmp_path: Path) -> None:
    """Two alerts of one service and one of another: two drafts, each after its quiet period, each told once."""
    project, told = Project(tmp_path), []

    def noted(handler: Any) -> None:
        told.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.send_response(204)
        handler.end_headers()

    one = Serving(tmp_path)
    with alertmanager(tmp_path / "am", ALERTMANAGER.format(url=one.url)) as url, serving(noted) as notices:
        project.configure(
            {"use": "alertmanager", "name": "alerts", "url": url}, store="store.db",
            serve={
                "hooks": [{"connector": "alerts", "token": "the-token"}], "quiet_period": "2s",
                "notify": {"webhook": {"url": notices}},
            },
        )  # fmt: skip
        one.start()
        began = datetime.now(UTC) - timedelta(seconds=30)
        firing = [alert("Errors", "cart", began), alert("Slow", "cart", began), alert("Errors", "search", began)]
        requests.post(f"{url}/api/v2/alerts", json=firing, timeout=10).raise_for_status()
        wait_for(lambda: 'befell_incidents{state="open"} 2.0' in one.metrics())
        over = [{**each, "endsAt": datetime.now(UTC).isoformat()} for each in firing]
        requests.post(f"{url}/api/v2/alerts", json=over, timeout=10).raise_for_status()
        wait_for(lambda: len(told) == 2, 60)
        drafts = sorted((tmp_path / "postmortems").glob("*.md"))
        assert len(drafts) == 2 and {each["incident"] for each in told} == {path.stem for path in drafts}
        assert any("Slow on cart" in path.read_text() for path in drafts)
        assert one.stop() == 0
    assert "stopped" in one.log


@pytest.mark.parametrize("wait", [0.0, 1.2])
def test_what_was_accepted_is_drafted_once_whenever_the_process_is_killed(tmp_path: Path, wait: float) -> None:
    follow(tmp_path)
    one = Serving(tmp_path)
    one.start()
    accepted = [f"INC-{number}" for number in range(3) if post(one, number)]
    time.sleep(wait)
    one.kill()
    one.start()
    drafts = tmp_path / "postmortems"
    wait_for(lambda: len(list(drafts.glob("*.md"))) == len(accepted), 60)
    wait_for(lambda: f'befell_incidents{{state="drafted"}} {len(accepted)}.0' in one.metrics(), 60)
    assert one.stop() == 0
    assert sorted(path.name for path in drafts.iterdir()) == [f"{name}.md" for name in accepted]


def test_an_upgrade_strands_nothing(tmp_path: Path) -> None:
    """Stopped in the quiet period, begun again under another name: as after a change of code or of the host."""
    follow(tmp_path)
    with service(tmp_path, "--name", "old") as one:
        assert post(one, 1)
        assert one.stop() == 0
    with service(tmp_path, "--name", "new"):
        wait_for(lambda: (tmp_path / "postmortems/INC-1.md").exists(), 60)


def test_a_role_that_is_none_is_a_mistake_of_usage(tmp_path: Path) -> None:
    follow(tmp_path)
    done = Project(tmp_path).run("serve", "--role", "cook")
    assert done.code == 2 and "--role" in done.err


@pytest.mark.real
def test_several_processes_share_one_postgresql_and_one_finishes_what_a_dead_one_began(tmp_path: Path) -> None:
    """One takes deliveries, two draft; one of them dies holding a draft, and its lease runs out."""
    import psycopg

    with postgres(tmp_path / "postgres") as address:
        follow(tmp_path)
        text = json.loads((tmp_path / "befell.yaml").read_text())
        Project(tmp_path).write("befell.yaml", {**text, "store": address})
        web, first, second = (
            Serving(tmp_path, "--role", role, "--name", name)
            for role, name in (("web", "web"), ("worker", "worker-1"), ("worker", "worker-2"))
        )
        for one in (web, first, second):
            one.start()
        with psycopg.connect(address, autocommit=True) as database:
            database.execute(SLOW)
            assert all(post(web, number) for number in range(4))
            held = "SELECT lease_by FROM watches WHERE lease_by = 'worker-1'"
            wait_for(lambda: database.execute(held).fetchone() is not None, 60)
            first.kill()  # in the middle of a draft
            database.execute("DROP TRIGGER slow ON snapshots")
            database.execute("UPDATE watches SET lease_until = '2026-01-01T00:00Z' WHERE lease_by = 'worker-1'")
            over = "SELECT count(*) FROM watches WHERE state = 'drafted'"
            wait_for(lambda: database.execute(over).fetchone() == (4,), 90)
        assert sorted(path.name for path in (tmp_path / "postmortems").iterdir()) == [f"INC-{n}.md" for n in range(4)]
        assert second.stop() == 0 and web.stop() == 0

"""In a real browser: from the webhook of a real Alertmanager to a draft that is signed off, for everybody's eyes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from support.chromium import chromium, faults, overflows
from support.projects import Project
from support.servers import alertmanager, wait_for
from support.service import Serving

pytestmark = pytest.mark.real
ALERTMANAGER = """
route: {{receiver: befell, group_by: [service], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: befell
    webhook_configs:
      - {{url: "{url}/hooks/alerts", send_resolved: true, http_config: {{authorization: {{credentials: the-token}}}}}}
"""
WIDTHS = (1280, 768, 390)


def alert(name: str, began: datetime, ended: datetime | None = None) -> dict[str, Any]:
    labels = {"alertname": name, "service": "cart", "severity": "critical"}
    more = {"endsAt": ended.isoformat()} if ended else {}
    note = {"summary": f"{name} <script>document.title='taken over'</script>"}
    return {"labels": labels, "annotations": note, "startsAt": began.isoformat(), **more}


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Path, Project]]:
    """A service to which a real Alertmanager posted an incident, and its draft."""
    folder = tmp_path_factory.mktemp("browser")
    project, one = Project(folder), Serving(folder)
    with alertmanager(folder / "am", ALERTMANAGER.format(url=one.url)) as url:
        project.configure(
            {"use": "alertmanager", "name": "alerts", "url": url}, store="store.db",
            serve={"hooks": [{"connector": "alerts", "token": "the-token"}], "quiet_period": "1s"},
        )  # fmt: skip
        one.start()
        began = datetime.now(UTC) - timedelta(minutes=9)
        firing = [alert("Errors", began), alert("Slow", began + timedelta(minutes=2))]
        requests.post(f"{url}/api/v2/alerts", json=firing, timeout=10).raise_for_status()
        wait_for(lambda: 'befell_incidents{state="open"} 1.0' in one.metrics())
        over = [{**each, "endsAt": datetime.now(UTC).isoformat()} for each in firing]
        requests.post(f"{url}/api/v2/alerts", json=over, timeout=10).raise_for_status()
        drafts = folder / "postmortems"
        wait_for(lambda: 'befell_incidents{state="drafted"} 1.0' in one.metrics() and any(drafts.glob("*.md")), 60)
        yield one, next(drafts.glob("*.md")), project
        assert one.stop() == 0


def opened(browser: Any, one: Serving, project: Project, role: str, **how: Any) -> tuple[Any, list[str]]:
    """A page that somebody logged in on, and what its console says that is wrong."""
    token = project.run("api-token", "create", f"{role}-{datetime.now(UTC).timestamp()}", "--role", role).out.strip()
    page, wrong = browser.new_context(**how).new_page(), []
    page.goto(one.url)
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Incidents").wait_for()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.on("request", lambda sent: None if sent.url.startswith(one.url) else wrong.append(f"asked {sent.url}"))
    return page, wrong


def test_from_a_webhook_to_a_draft_that_is_signed_off(drafted: tuple[Serving, Path, Project]) -> None:
    one, draft, project = drafted
    with chromium() as browser:
        page, wrong = opened(browser, one, project, "reviewer")
        page.locator("table.list a").click()
        page.locator("svg.befell").wait_for()

        before = page.locator("svg.befell").bounding_box()["width"]
        page.get_by_label("2×").check()
        assert page.locator("svg.befell").bounding_box()["width"] == pytest.approx(2 * before, rel=0.01)

        row = page.locator("tr", has=page.get_by_role("button", name=re.compile("^Star: Slow")))
        row.get_by_role("button", name="Star").click()
        page.locator('button[aria-pressed="true"]').first.wait_for()
        assert "starred:" in draft.read_text()

        row.locator("summary").press("Enter")  # by keyboard
        row.get_by_label("Milestone").select_option("detected")
        row.get_by_role("button", name="Set here").press("Enter")
        page.get_by_text("set by the reviewer").wait_for()
        assert "detected:" in draft.read_text().partition("overrides:")[2]

        row.locator(".evidence a").first.click()
        page.locator("#panel").get_by_text("As it was collected").wait_for()

        page.get_by_role("link", name="Edit the draft").click()
        page.locator("#preview svg.befell").wait_for()
        page.locator(".cm-lint-marker").first.wait_for()  # what befell check says, beside the line
        editor = page.locator(".cm-content")
        editor.click()
        page.keyboard.press("Control+End")
        page.keyboard.type("\nThe cart was *slow*.\n")
        page.locator("#preview em", has_text="slow").wait_for()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Saved versions").wait_for()
        assert "The cart was *slow*." in draft.read_text()

        page.get_by_role("button", name="Sign off").click()
        page.get_by_text("signed off").first.wait_for()
        assert "\nstatus: reviewed\n" in draft.read_text()
        assert wrong == [] and page.title() != "taken over"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_at_every_width(
    drafted: tuple[Serving, Path, Project], scheme: str, tmp_path: Path
) -> None:
    one, _, project = drafted
    with chromium() as browser:
        page, wrong = opened(browser, one, project, "admin", color_scheme=scheme)
        address = page.locator("table.list a").get_attribute("href")
        for path in (
            "/",
            "/audit",
            address,
            f"{address}?rows=all",
            f"{address}/edit",
            f"{address}/draft",
            f"{address}/new",
        ):
            page.goto(one.url + path)
            page.wait_for_load_state("networkidle")
            assert faults(page) == [], path
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert overflows(page) == 0, (path, width)
                page.screenshot(path=tmp_path / f"{path.strip('/').replace('/', '-') or 'list'}-{width}.png")
        assert wrong == []


def test_without_a_script_the_page_does_the_same(drafted: tuple[Serving, Path, Project]) -> None:
    one, draft, project = drafted
    with chromium() as browser:
        page, _ = opened(browser, one, project, "reviewer", java_script_enabled=False)
        page.locator("table.list a").click()
        page.get_by_role("button", name=re.compile("^Hide: Errors")).click()
        page.get_by_text("hidden by the reviewer").wait_for()
        assert "hidden:" in draft.read_text().partition("overrides:")[2]
        page.get_by_role("link", name="Edit the draft").click()
        text = page.locator("textarea#text")
        text.fill(text.input_value() + "\nWithout a script.\n")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Saved versions").wait_for()
        assert draft.read_text().endswith("\nWithout a script.\n")

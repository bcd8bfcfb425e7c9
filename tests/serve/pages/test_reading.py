"""What the pages show: the list, an incident, its evidence, how far a draft is; and that nothing in them is alive."""

import re

import pytest
from support.followed import Service, at, fired, incident, resolved
from support.hostile import HOSTILE
from support.reading import Alive, Browser
from support.reviewed import EVENTS, Reviewed

PAGES = ("", "/draft", "/edit", "/new", "?rows=all", "/progress")
NEEDED = {"": "viewer", "/draft": "viewer", "?rows=all": "viewer", "/progress": "viewer"}


def test_the_list_says_what_is_due_and_what_is_missing(reviewed: Reviewed) -> None:
    browser = reviewed.browser("viewer").get("/")
    assert "Carts fail INC-1 to review SEV-2 2026-11-24 09:00 2026-11-26 09:20" in browser.text()
    assert "mitigated unknown" in browser.text() and "without an owner" in browser.text()
    assert 'href="/incidents/INC-1"' in browser.page


def test_a_review_that_is_late_is_told(reviewed: Reviewed) -> None:
    reviewed.service.minute = 20 + 48 * 60 + 1
    assert "(late)" in reviewed.browser("viewer").get("/").text()


def test_incidents_on_their_way_are_listed(service: Service) -> None:
    service.accept(*EVENTS[:1], incident("INC-1", 0), minute=1)
    service.accept(incident("INC-2", 0, 20), minute=21)
    text = Browser(service, "viewer").get("/").text()
    assert "INC-1 open" in text and "INC-2 quiet, will be drafted" in text
    assert "There is no draft yet" in Browser(service, "admin").get("/incidents/INC-2").text()


def test_an_incident_shows_its_picture_milestones_durations_and_rows(reviewed: Reviewed) -> None:
    page = reviewed.browser("viewer").get("/incidents/INC-1")
    assert '<svg class="befell"' in page.page and "Detected 09:00:00" in page.page
    assert "Errors" in page.text() and "time to detect" in page.text()
    assert "<button" not in page.page.partition("<main")[2]  # a viewer has nothing to press


def test_picture_and_rows_lead_to_the_record_as_it_was_collected(reviewed: Reviewed) -> None:
    browser = reviewed.browser("viewer").get("/incidents/INC-1")
    (link, *_) = re.findall(r'<title>09:00:00 Errors</title>\s*<a href="(/[^"]+)"', browser.page)
    assert f'<a href="{link}" hx-get="{link}"' in browser.page
    whole = browser.get(link)
    assert (
        '"native_id": "Errors"' in whole.page.replace("&#34;", '"')
        and 'href="https://alerts.example/Errors"' in whole.page
    )
    panel = browser.get(link, HX_Request="true").page
    assert "<html" not in panel and "As it was collected" in panel
    assert browser.get("/incidents/INC-1/evidence/nosuchthing1").status == 404


@pytest.mark.parametrize("path", PAGES)
def test_who_may_open_what(reviewed: Reviewed, path: str) -> None:
    address = f"/incidents/INC-1{path}"
    assert Browser(reviewed.service).get(address).status == 401
    assert reviewed.browser("viewer").get(address).status == (200 if path in NEEDED else 403)
    assert reviewed.browser("reviewer").get(address).status == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_a_style_or_a_handler_in_it(reviewed: Reviewed, path: str) -> None:
    assert Alive(reviewed.browser().get(f"/incidents/INC-1{path}").page).found == []


def test_an_incident_that_nobody_knows(service: Service) -> None:
    assert Browser(service, "viewer").get("/incidents/INC-9").status == 404


def test_texts_of_evidence_stay_texts(service: Service) -> None:
    name = "INC/1?#<b>"
    events = [fired(text, minute, body=text, url="javascript:alert(1)") for minute, text in enumerate(HOSTILE)]
    ends = [resolved(text, minute, minute + 25) for minute, text in enumerate(HOSTILE)]
    service.accept(*events, *ends, incident(name, 0, 50), minute=51)
    done = service.draft(name, 70)
    assert done and done.state == "drafted"
    browser = Browser(service, "reviewer").get("/")
    assert Alive(browser.page).found == []
    (address,) = set(re.findall(r'href="(/incidents/[^"]+)"', browser.page))
    for path in ("", "?rows=all", "/draft", "/edit", "/new"):
        assert browser.get(f"{address}{path}").status == 200 and Alive(browser.page).found == [], path
    links = re.findall(rf'href="({re.escape(address)}/evidence/\w+)"', browser.get(f"{address}?rows=all").page)
    for link in dict.fromkeys(links):
        assert browser.get(link).status == 200 and Alive(browser.page).found == []


def test_how_far_a_draft_is_is_shown_source_by_source(reviewed: Reviewed) -> None:
    service = reviewed.service
    with service.store.watching() as desk:
        desk.progress("INC-1", "prometheus", 0, "reading")
        desk.progress("INC-1", "github", 12, "done")
    browser = reviewed.browser("viewer")
    assert "Sources of the last draft" in browser.get("/incidents/INC-1").text()
    reviewed.service.accept(fired("Again", 46), resolved("Again", 46, 48), incident("INC-1", 0, 50), minute=50)
    with service.store.watching() as desk:
        assert desk.claim("INC-1", "worker", at(70), at(75))
    text = browser.get("/incidents/INC-1/progress").text()
    assert "A draft is being made. github: done, 12 records prometheus: reading" in text
    assert 'hx-trigger="every 2s"' in browser.page

"""What a reviewer does on the page: rows and milestones, the text, two at once, new evidence, signing off."""

import re
from html import unescape

import pytest
from support.followed import fired, incident, resolved
from support.reading import Browser
from support.reviewed import Reviewed

from pipeline.draft import document

INCIDENT = "/incidents/INC-1"


def overrides(reviewed: Reviewed) -> dict[str, object]:
    return dict(document.split(reviewed.text)[0]["overrides"])


def row(browser: Browser, title: str) -> str:
    """The id of the row of this title."""
    browser.get(f"{INCIDENT}?rows=all")
    return re.findall(rf'id="starred-(\w+)"[^>]* aria-label="Star: {title}"', browser.page)[0]


def press(browser: Browser, title: str, do: str, **fields: str) -> Browser:
    id_ = row(browser, title)
    return browser.submit(f"{INCIDENT}/row", row=id_, do=do, **fields)


def test_a_row_is_starred_and_hidden_and_back_again(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    slow, before = row(browser, "Slow"), reviewed.text
    assert press(browser, "Slow", "starred").status == 200
    assert overrides(reviewed) == {"starred": [slow]}
    press(browser, "Slow", "hidden")
    assert overrides(reviewed) == {"hidden": [slow]} and "hidden by the reviewer" in browser.text()
    assert "Slow" not in reviewed.text.partition("## Key timeline")[2].partition("##")[0]
    press(browser, "Slow", "hidden")
    assert reviewed.text == before


def test_a_row_is_retitled_and_moved(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    slow = row(browser, "Slow")
    browser.submit(f"{INCIDENT}/row", row=slow, do="titles", title='Carts "slow": | <b>')
    browser.submit(f"{INCIDENT}/row", row=slow, do="phases", phase="recovery")
    assert overrides(reviewed) == {"titles": {slow: 'Carts "slow": | <b>'}, "phases": {slow: "recovery"}}
    assert "Carts &quot;slow&quot;" in browser.page.replace("&#34;", "&quot;") and "<b>" not in browser.page
    assert "recovery" in browser.page


def test_a_milestone_at_a_row_moves_the_durations_at_once(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    press(browser, "Errors", "milestone", milestone="impact_start")
    press(browser, "Slow", "milestone", milestone="detected")
    assert overrides(reviewed)["milestones"]["detected"] == "2026-11-24T09:02:00Z"  # type: ignore[index]
    assert "time to detect 2 min" in browser.text() and "+2 min (time to detect)" in reviewed.text
    browser.submit(f"{INCIDENT}/milestone", milestone="detected", do="found")
    browser.submit(f"{INCIDENT}/milestone", milestone="recovered", do="unknown")
    assert overrides(reviewed)["milestones"].keys() == {"impact_start", "recovered"}  # type: ignore[attr-defined]
    assert "time to recover unknown" in browser.text()


def test_a_milestone_is_set_to_a_time(reviewed: Reviewed) -> None:
    browser = reviewed.browser().get(INCIDENT)
    browser.submit(f"{INCIDENT}/milestone", milestone="mitigated", do="set", at=" 2026-11-24T10:15:00+01:00 ")
    assert overrides(reviewed)["milestones"] == {"mitigated": "2026-11-24T09:15:00Z"}
    for wrong in ("", "quarter past", "2026-11-24T09:15:00", "9" * 400):
        browser.get(INCIDENT).submit(f"{INCIDENT}/milestone", milestone="mitigated", do="set", at=wrong)
        assert browser.status == 422 and "with its zone" in browser.page
    assert overrides(reviewed)["milestones"] == {"mitigated": "2026-11-24T09:15:00Z"}


def test_htmx_is_told_what_is_wrong_where_it_can_be_seen(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    id_ = row(browser, "Slow")
    browser.client.headers["HX-Request"] = "true"
    browser.submit(f"{INCIDENT}/row", row=id_, do="explode")
    assert browser.status == 422 and "<html" not in browser.page and browser.headers["hx-retarget"]
    browser.client.cookies.clear()
    assert browser.get(INCIDENT).status == 401 and browser.headers["hx-refresh"] == "true"


def test_htmx_gets_the_part_that_changed(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    browser.client.headers["HX-Request"] = "true"
    part = press(browser, "Slow", "starred").page
    assert part.lstrip().startswith("<section") and "<html" not in part and 'aria-pressed="true"' in part


@pytest.mark.parametrize("do", ["split", "starred"])
def test_what_a_reviewer_wrote_stays_when_a_row_changes(reviewed: Reviewed, do: str) -> None:
    reviewed.path.write_text(reviewed.text.replace("## Summary", "## Summary\n\nMine, and it stays.", 1))
    browser = reviewed.browser()
    press(browser, "Slow", do)
    assert "Mine, and it stays." in reviewed.text and list(overrides(reviewed)) == [do]


@pytest.mark.parametrize(
    "fields", [{"do": "explode"}, {"do": "phases", "phase": "never"}, {"do": "milestone", "milestone": "lunch"}]
)
def test_what_cannot_be_done_changes_nothing(reviewed: Reviewed, fields: dict[str, str]) -> None:
    browser, before = reviewed.browser(), reviewed.text
    assert press(browser, "Slow", **fields).status == 422 and reviewed.text == before
    browser.get(INCIDENT)
    assert browser.submit(f"{INCIDENT}/row", row="nosuchrow123", do="starred").status == 404


def test_a_viewer_changes_nothing_even_with_a_form_of_their_own(reviewed: Reviewed) -> None:
    browser, before = reviewed.browser("viewer").get("/"), reviewed.text
    (csrf,) = set(re.findall(r'name="csrf" value="(\w+)"', browser.page))
    for path in ("row", "milestone", "sign", "edit", "preview", "look", "new"):
        answer = browser.client.post(f"{INCIDENT}/{path}", data={"csrf": csrf, "do": "sign", "text": "x"})
        assert answer.status_code == 403 and "needs the role reviewer" in answer.text
    assert reviewed.text == before


def test_a_saved_text_is_in_the_file_and_among_the_versions(reviewed: Reviewed) -> None:
    browser, was = reviewed.browser().get(f"{INCIDENT}/edit"), reviewed.text
    mine = was.replace("## Impact", "## Impact\n\n<b>Mine</b>.", 1)
    browser.submit(f"{INCIDENT}/edit", text=mine.replace("\n", "\r\n"), base=was.replace("\n", "\r\n"))
    assert browser.status == 200 and reviewed.text == mine and "draft saved, reviewer" in browser.text()
    (version,) = re.findall(rf'href="({INCIDENT}/versions/\w+)"', browser.page)
    assert "This is the draft as it is" in browser.get(version).page and "&lt;b&gt;Mine" in browser.page
    assert "<b>Mine" not in browser.page


def test_overrides_written_into_the_text_are_obeyed_when_it_is_saved(reviewed: Reviewed) -> None:
    browser, was = reviewed.browser().get(f"{INCIDENT}/edit"), reviewed.text
    mine = was.replace("overrides: {}", "overrides: {severity: SEV-1}  # I know").replace("## Impact", "## Impact!", 1)
    browser.submit(f"{INCIDENT}/edit", text=mine, base=was)
    assert "| Severity | SEV-1" in reviewed.text and "# I know" in reviewed.text and "## Impact!" in reviewed.text


def test_a_stale_save_is_shown_as_a_merge_and_nothing_is_lost(reviewed: Reviewed) -> None:
    mine, theirs, was = reviewed.browser(), Browser(reviewed.service), reviewed.text
    theirs.get("/").submit("/login", token=reviewed.service.token("reviewer", "second"))
    slow = row(theirs, "Slow")
    mine.get(f"{INCIDENT}/edit")
    press(theirs, "Slow", "starred")
    theirs.get(f"{INCIDENT}/edit")
    there = reviewed.text
    theirs.submit(f"{INCIDENT}/edit", text=there.replace(
        "# Postmortem: INC-1", "# Theirs: INC-1"), base=there)  # fmt: skip
    later = reviewed.text
    text = was.replace("overrides: {}", "overrides: {severity: SEV-1}").replace("## Impact", "## Impact of mine", 1)
    mine.submit(f"{INCIDENT}/edit", text=text, base=was)
    assert mine.status == 409 and "nothing is saved yet" in mine.text() and reviewed.text == later
    shown = re.findall(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', mine.page, re.DOTALL)[0]
    assert "# Theirs: INC-1" in shown and "## Impact of mine" in shown
    mine.submit(f"{INCIDENT}/edit", text=unescape(shown), base=later)
    assert mine.status == 200 and "# Theirs: INC-1" in reviewed.text and "## Impact of mine" in reviewed.text
    assert overrides(reviewed) == {"starred": [slow], "severity": "SEV-1"}
    assert text in reviewed.service.store.versions("INC-1")  # the stale one as it was


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("overrides: {}", "overrides: {severity: worst}", "Write SEV-1"),
        ("overrides: {}", "overrides: {", "cannot be read"),
        ('incident: "INC-1"', 'incident: "INC-2"', "not that of this draft"),
        ("---\n", "", "not that of this draft"),
    ],
)
def test_a_text_that_cannot_be_saved_is_not_lost(reviewed: Reviewed, old: str, new: str, told: str) -> None:
    browser, was = reviewed.browser().get(f"{INCIDENT}/edit"), reviewed.text
    mine = was.replace(old, new, 1).replace("## Impact", "## Mine", 1)
    browser.submit(f"{INCIDENT}/edit", text=mine, base=was)
    assert browser.status == 422 and told in browser.page and "## Mine" in browser.page and reviewed.text == was


def test_the_preview_is_the_page_of_the_draft_and_changes_nothing(reviewed: Reviewed) -> None:
    browser, was = reviewed.browser().get(f"{INCIDENT}/edit"), reviewed.text
    fields = {"text": was.replace("## Impact", "## Impact <script>alert(1)</script> *felt*", 1), "base": was}
    form = re.findall(r'name="csrf" value="(\w+)"', browser.page)[0]
    page = browser.client.post(f"{INCIDENT}/preview", data={"csrf": form, **fields}).text
    assert "<em>felt</em>" in page and "<script" not in page and "<svg" in page and reviewed.text == was
    bad = browser.client.post(f"{INCIDENT}/preview", data={"csrf": form, "text": was.replace("{}", "{x: 1}")})
    assert bad.status_code == 200 and "unknown key" in bad.text


def test_what_befell_check_finds_is_told_by_line(reviewed: Reviewed) -> None:
    browser = reviewed.browser().get(f"{INCIDENT}/edit")
    form = re.findall(r'name="csrf" value="(\w+)"', browser.page)[0]
    text = reviewed.text.replace("## Impact", "Alice broke it [k3v7qx](#e-k3v7qx2m9abc).\n\n## Impact", 1)
    line = text.split("\n").index("Alice broke it [k3v7qx](#e-k3v7qx2m9abc).") + 1
    page = browser.client.post(f"{INCIDENT}/preview", data={"csrf": form, "text": text}).text
    told = unescape(" ".join(re.findall(rf'<li data-line="{line}" data-level="\w+">.*?</li>', page)))
    assert "evidence-exists" in told


def test_new_evidence_is_shown_as_a_difference_and_taken_over(reviewed: Reviewed) -> None:
    late = {"id": "d1", "time": "2026-11-24T08:55:00Z", "kind": "deploy", "title": "Deploy cart 4.2", "service": "cart"}
    browser = reviewed.browser().get(f"{INCIDENT}/new")
    assert "no evidence that is newer" in browser.text()
    reviewed.path.write_text(reviewed.text.replace("## Summary", "## Summary\n\nMine.", 1))
    reviewed.service.write("events.jsonl", late)
    was = reviewed.text
    browser.get(INCIDENT).submit(f"{INCIDENT}/look")
    assert "Deploy cart 4.2" in browser.text() and 'class="add"' in browser.page and reviewed.text == was
    assert "There is newer evidence" in browser.get(INCIDENT).text()
    browser.get(f"{INCIDENT}/new").submit(f"{INCIDENT}/new", do="accept", **ticked(browser))
    assert "Deploy cart 4.2" in reviewed.text and "Mine." in reviewed.text
    assert "There is newer evidence" not in browser.get(INCIDENT).text()


def ticked(browser: Browser) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'name="(hunk\d+)"', browser.page), "on")


def test_of_new_evidence_some_can_be_taken_over_and_the_rest_stays_out(reviewed: Reviewed) -> None:
    """Also of a draft that is made again later: what was not taken is the reviewer's edit."""
    late = {"id": "d1", "time": "2026-11-24T08:55:00Z", "kind": "deploy", "title": "Deploy cart 4.2", "service": "cart"}
    reviewed.service.write("events.jsonl", late)
    browser = reviewed.browser().get(INCIDENT).submit(f"{INCIDENT}/look")
    plain = browser.page.partition("## Full timeline")[0]
    first = plain.count('type="checkbox"') - 1  # the change that has the full timeline
    wanted = ticked(browser)
    assert len(wanted) > 1 and wanted.pop(f"hunk{first}")
    browser.submit(f"{INCIDENT}/new", do="accept", **wanted)
    full = reviewed.text.partition("## Full timeline")[2].partition("\n## ")[0]
    assert "Deploy cart 4.2" in reviewed.text and "Deploy cart 4.2" not in full
    press(browser, "Slow", "starred")
    full = reviewed.text.partition("## Full timeline")[2].partition("\n## ")[0]
    assert "Deploy cart 4.2" not in full and "no evidence that is newer" in browser.get(f"{INCIDENT}/new").text()


def test_new_evidence_that_was_rejected_is_not_offered_again(reviewed: Reviewed) -> None:
    late = {"id": "d1", "time": "2026-11-24T08:55:00Z", "kind": "deploy", "title": "Deploy cart 4.2", "service": "cart"}
    reviewed.service.write("events.jsonl", late)
    browser, was = reviewed.browser().get(INCIDENT), reviewed.text
    browser.submit(f"{INCIDENT}/look").submit(f"{INCIDENT}/new", do="reject")
    assert reviewed.text == was and "no evidence that is newer" in browser.get(f"{INCIDENT}/new").text()


def test_new_evidence_is_not_accepted_unseen(reviewed: Reviewed) -> None:
    late = {"id": "d1", "time": "2026-11-24T08:55:00Z", "kind": "deploy", "title": "Deploy cart 4.2", "service": "cart"}
    reviewed.service.write("events.jsonl", late)
    browser = reviewed.browser().get(INCIDENT).submit(f"{INCIDENT}/look")
    reviewed.path.write_text(reviewed.text.replace("## Summary", "## Summary\n\nMine.", 1))
    was = reviewed.text
    browser.submit(f"{INCIDENT}/new", do="accept", **ticked(browser))
    assert reviewed.text == was and "What new evidence would change" in browser.text()


def test_a_draft_is_signed_off_and_opened_again(reviewed: Reviewed) -> None:
    browser = reviewed.browser().get(INCIDENT).submit(f"{INCIDENT}/sign", do="sign")
    assert "signed off" in browser.text() and document.split(reviewed.text)[0]["status"] == "reviewed"
    assert "signed off" in browser.get("/").text()
    browser.get(INCIDENT).submit(f"{INCIDENT}/sign", do="reopen")
    assert document.split(reviewed.text)[0]["status"] == "draft"


def test_line_ends_of_the_file_stay(reviewed: Reviewed) -> None:
    reviewed.path.write_bytes(reviewed.text.replace("\n", "\r\n").encode())
    press(reviewed.browser(), "Slow", "starred")
    raw = reviewed.path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") and b"starred" in raw


def test_who_changed_what_is_in_the_audit_trail(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    press(browser, "Slow", "starred")
    browser.submit(f"{INCIDENT}/sign", do="sign")
    text = reviewed.browser("admin").get("/audit").text()
    assert "reviewer signed off INC-1" in text and "reviewer row starred INC-1 Slow" in text


def test_a_redraft_after_a_review_keeps_what_was_done_on_the_page(reviewed: Reviewed) -> None:
    browser = reviewed.browser()
    slow = row(browser, "Slow")
    browser.submit(f"{INCIDENT}/row", row=slow, do="titles", title="Carts were slow")
    events = [fired("Again", 46), resolved("Again", 46, 48), incident("INC-1", 0, 50)]
    reviewed.service.accept(*events, minute=50)
    done = reviewed.service.draft("INC-1", 70)
    assert done and done.state == "drafted"
    assert "Carts were slow" in reviewed.text and "Again" in reviewed.text


def test_a_save_after_the_session_ended_shows_the_text_again(reviewed: Reviewed) -> None:
    browser = reviewed.browser().get(f"{INCIDENT}/edit")
    given = written(browser)
    browser.client.cookies.clear()
    text = given["text"].replace("## Impact", "## What users felt")
    browser.submit(f"{INCIDENT}/edit", text=text, base=given["base"])
    assert browser.status == 401 and "Log in" in browser.text() and "## What users felt" in browser.page
    kept = browser.page
    browser.get("/").submit("/login", token=reviewed.service.token("reviewer", "again"))
    browser.page = kept  # the other tab
    browser.submit(f"{INCIDENT}/edit", **written(browser))
    assert browser.status == 403 and "## What users felt" in browser.page
    browser.submit(f"{INCIDENT}/edit", **written(browser))
    assert "## What users felt" in reviewed.text


def test_what_another_site_posts_is_not_shown(reviewed: Reviewed) -> None:
    posted = {"text": "an odd text", "base": ""}
    answer = Browser(reviewed.service).client.post(
        f"{INCIDENT}/edit", data=posted, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 401 and "an odd text" not in answer.text


def test_overrides_that_both_changed_are_shown(reviewed: Reviewed) -> None:
    mine, theirs = reviewed.browser(), Browser(reviewed.service)
    theirs.get("/").submit("/login", token=reviewed.service.token("reviewer", "second"))
    for browser in (mine, theirs):
        browser.get(f"{INCIDENT}/edit")
    for browser, severity in ((theirs, "SEV-2"), (mine, "SEV-3")):
        given = written(browser)
        text = given["text"].replace("overrides: {}", f"overrides: {{severity: {severity}}}")
        browser.submit(f"{INCIDENT}/edit", text=text, base=given["base"])
    assert mine.status == 409
    assert "overrides.severity: both changed it Yours stands in the text: SEV-3 The other one: SEV-2" in mine.text()
    assert "SEV-2" in mine.get("/").text(), "the list has the severity of the draft"


def written(browser: Browser) -> dict[str, str]:
    """The text in the editor of this page, and what it was edited from."""
    found = re.findall(r'<textarea (?:id="text" )?name="(text|base)"[^>]*>\n(.*?)</textarea>', browser.page, re.DOTALL)
    return {name: unescape(text) for name, text in found}

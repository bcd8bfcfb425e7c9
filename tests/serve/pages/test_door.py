"""Who may see what, by which way they are known, and what other sites cannot make a browser do."""

import pytest
from support.followed import Service, open_client
from support.reading import Browser

PROXY = {"proxy_header": "X-Forwarded-User", "from": ["10.0.0.0/8"], "role": "reviewer"}


def test_who_is_not_known_is_asked_to_log_in_and_comes_where_they_wanted(service: Service) -> None:
    browser = Browser(service)
    assert browser.get("/audit?a=1").status == 401 and 'name="token"' in browser.page
    assert browser.submit("/login", token=service.token("admin")).status == 200
    assert "<h1>Audit trail</h1>" in browser.page and "logged in" in browser.page


def test_a_wrong_token_is_refused(service: Service) -> None:
    service.token("admin")
    for token in ("", "admin", "befell_", "ünicode"):
        browser = Browser(service).get("/").submit("/login", token=token)
        assert browser.status == 401 and browser.get("/").status == 401


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(service: Service) -> None:
    service.keys["serve"] = {"url": "https://befell.example"}
    browser = Browser(service).get("/")
    made = browser.headers["set-cookie"]
    assert all(word in made for word in ("HttpOnly", "SameSite=strict", "Secure")) and "befell=" in made


def test_logging_out_and_revoking_end_a_session(service: Service) -> None:
    browser = Browser(service, "viewer")
    kept = browser.client.cookies["befell"]
    assert browser.get("/").status == 200
    browser.submit("/logout")
    browser.client.cookies.set("befell", kept)
    assert browser.get("/").status == 401
    other = Browser(service, "admin")
    with service.store.access() as access:
        assert access.revoke("admin") and not access.revoke("admin")
    assert other.get("/").status == 401


def test_a_session_ends_by_itself(service: Service) -> None:
    browser = Browser(service, "viewer")
    service.minute += 12 * 60 + 1
    assert browser.get("/").status == 401


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("reviewer", 403), ("admin", 200)])
def test_roles_hold(service: Service, role: str, status: int) -> None:
    browser = Browser(service, role)
    assert browser.get("/").status == 200 and browser.get("/audit").status == status


def test_programs_show_a_bearer_token_and_get_json_where_they_may_not(service: Service) -> None:
    client, token = open_client(service), service.token("viewer")
    assert client.get("/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    denied = client.get("/audit", headers={"Authorization": f"Bearer {token}"})
    assert denied.status_code == 403 and "admin" in denied.json()["detail"]
    assert client.get("/", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize(("peer", "status"), [("10.1.2.3", 200), ("192.0.2.1", 401), ("testclient", 401)])
def test_a_proxy_is_trusted_where_it_was_said_to_be(service: Service, peer: str, status: int) -> None:
    service.keys["serve"] = {"login": PROXY}
    browser = Browser(service, peer=peer).get("/", X_Forwarded_User="dora", X_Forwarded_For="10.1.2.3")
    assert browser.status == status and ("dora, reviewer" in browser.text()) == (status == 200)


def test_without_a_proxy_in_the_configuration_its_header_says_nothing(service: Service) -> None:
    assert Browser(service, peer="10.1.2.3").get("/", X_Forwarded_User="dora").status == 401


@pytest.mark.parametrize("forged", [None, "", "0" * 64, "ü"])
def test_a_form_of_another_site_changes_nothing(service: Service, forged: str | None) -> None:
    browser = Browser(service, "viewer")
    data = {} if forged is None else {"csrf": forged}
    assert browser.client.post("/logout", data=data).status_code == 403
    assert browser.get("/").status == 200


def test_a_form_of_another_browser_changes_nothing(service: Service) -> None:
    mine, theirs = Browser(service, "viewer"), Browser(service, "reviewer")
    theirs.page = mine.get("/").page
    assert theirs.submit("/logout").status == 403


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "\r\nX: y"])
def test_a_login_leads_nowhere_else(service: Service, next_: str) -> None:
    browser = Browser(service).get("/")
    browser.client.follow_redirects = False
    assert browser.submit("/login", token=service.token("viewer"), next=next_).headers["location"] == "/"


def test_a_link_from_elsewhere_loads_the_page_anew_instead_of_asking_to_log_in(service: Service) -> None:
    page = Browser(service).get("/", sec_fetch_site="cross-site").page
    assert 'http-equiv="refresh"' in page and "token" not in page


def test_every_answer_has_the_headers_that_keep_a_page_safe(service: Service) -> None:
    for address in ("/", "/audit", "/healthz", "/static/befell.css", "/no-such-page"):
        headers = Browser(service).get(address).headers
        assert "script-src" not in headers["content-security-policy"]  # so that default-src is what holds
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"


def test_the_store_keeps_no_secret(service: Service) -> None:
    token = service.token("viewer")
    browser = Browser(service).get("/").submit("/login", token=token)
    kept = b"".join(path.read_bytes() for path in service.folder.glob("store.db*"))
    assert token.encode() not in kept and browser.client.cookies["befell"].encode() not in kept


def test_a_store_that_is_gone_is_told_and_asks_for_no_token(service: Service) -> None:
    browser = Browser(service, "viewer")
    for path in list(service.folder.glob("store.db*")):
        path.rename(f"{path}.away")
    (service.folder / "store.db").mkdir()
    assert browser.get("/").status == 503
    assert "The store cannot be used" in browser.page and 'name="token"' not in browser.page

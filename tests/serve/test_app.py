"""What the service answers: who may post, what is refused and why, and how it is doing."""

import base64
import hashlib
import hmac
import json
import shutil
import time

import pytest
from starlette.testclient import TestClient
from support.followed import BEARER, HOOKS, Service, at, open_client

ALERT = {
    "id": "Errors", "kind": "alert", "title": "Errors", "service": "cart", "time": "2026-11-24T09:00:00Z",
    "status": "firing",
}  # fmt: skip
OVER = {**ALERT, "time": "2026-11-24T09:20:00Z", "status": "resolved"}


@pytest.fixture
def client(service: Service) -> TestClient:
    service.keys["serve"] = {"hooks": HOOKS, "max_body": 10_000, "url": "https://befell.example"}
    return open_client(service)


def signed(body: bytes, stamp: int, secret: str = "the-secret") -> dict[str, str]:
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Befell-Timestamp": str(stamp), "X-Befell-Signature": f"sha256={mac}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_a_delivery_is_accepted_and_followed_and_once(client: TestClient, service: Service) -> None:
    first = client.post("/hooks/events", json=[ALERT], headers=BEARER)
    again = client.post("/hooks/events", json=[ALERT], headers=BEARER)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["incidents"] == [service.the_watch().id]


@pytest.mark.parametrize(
    ("hook", "headers"),
    [
        ("events", {}), ("events", {"Authorization": "Bearer wrong"}), ("events", {"Authorization": "Bearer"}),
        ("events", basic("the-token", "")), ("basic", basic("me", "wrong")), ("basic", basic("you", "pass:word")),
        ("basic", {"Authorization": "Basic ???"}), ("basic", {"Authorization": "Bearer pass:word"}), ("signed", BEARER),
        ("signed", signed(b"other body", int(at(0).timestamp()))),
        ("signed", signed(json.dumps([ALERT]).encode(), int(at(0).timestamp()), "other secret")),
        ("signed", signed(json.dumps([ALERT]).encode(), int(at(-6).timestamp()))),
    ],
)  # fmt: skip
def test_who_may_not_is_refused(client: TestClient, service: Service, hook: str, headers: dict[str, str]) -> None:
    answer = client.post(f"/hooks/{hook}", content=json.dumps([ALERT]), headers=headers)
    assert answer.status_code == 401 and "the-token" not in answer.text and service.watches() == []


@pytest.mark.parametrize("hook", ["events", "basic", "signed"])
def test_each_way_in(client: TestClient, service: Service, hook: str) -> None:
    body = json.dumps([ALERT]).encode()
    ways = {"events": BEARER, "basic": basic("me", "pass:word"), "signed": signed(body, int(at(4).timestamp()))}
    assert client.post(f"/hooks/{hook}", content=body, headers=ways[hook]).status_code == 202
    assert service.the_watch().state == "open"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no JSON", 400), (b"", 400), (b"[" * 9_000, 400), (b"\xff\xfe", 400), (b"[" + b" " * 20_000 + b"]", 413),
        (b'[{"title": "no time"}]', 422), (b'{"incident": {}}', 422), (b"[]", 202), (b'"text"', 422),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_to_its_sender(client: TestClient, body: bytes, status: int) -> None:
    assert client.post("/hooks/events", content=body, headers=BEARER).status_code == status


def test_a_hook_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.post("/hooks/other", json=[], headers=BEARER).status_code == 404
    assert client.get("/hooks/events").status_code == 405


def test_what_one_record_lacks_does_not_cost_the_others(client: TestClient, service: Service) -> None:
    answer = client.post("/hooks/events", json=[ALERT, {"title": "no time"}], headers=BEARER)
    assert answer.status_code == 202 and len(answer.json()["rejected"]) == 1 and service.the_watch().title == "Errors"


def test_a_store_that_is_gone_is_told_and_nothing_is_accepted(client: TestClient, service: Service) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "problems": {}}
    moved = [shutil.move(path, f"{path}.away") for path in service.folder.glob("store.db*")]
    (service.folder / "store.db").mkdir()
    answer = client.post("/hooks/events", json=[ALERT], headers=BEARER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    ready = client.get("/readyz")
    assert ready.status_code == 503 and "store.db: cannot be used" in ready.json()["problems"]["store"]
    assert client.get("/healthz").status_code == 200
    (service.folder / "store.db").rmdir()
    for path in moved:
        shutil.move(path, path.removesuffix(".away"))
    assert client.post("/hooks/events", json=[ALERT], headers=BEARER).status_code == 202
    assert client.get("/readyz").status_code == 200


def test_a_folder_that_cannot_be_written_is_told(client: TestClient, service: Service) -> None:
    (service.folder / "postmortems").rmdir() if (service.folder / "postmortems").exists() else None
    (service.folder / "postmortems").write_text("a file")
    ready = client.get("/readyz")
    assert ready.status_code == 503 and "postmortems" in ready.json()["problems"]["drafts"]


def test_a_worker_that_stands_still_is_told(service: Service) -> None:
    client = open_client(service, worker_looked=lambda: "has not looked for what is due for 75 s")
    assert client.get("/readyz").json()["problems"] == {"worker": "has not looked for what is due for 75 s"}


def test_metrics_count_deliveries_by_answer(client: TestClient) -> None:
    client.post("/hooks/events", json=[ALERT], headers=BEARER)
    client.post("/hooks/events", json=[ALERT])
    client.post("/hooks/no-such-hook", json=[ALERT])
    text = client.get("/metrics").text
    assert 'befell_deliveries_total{hook="events",status="202"} 1.0' in text
    assert 'befell_deliveries_total{hook="events",status="401"} 1.0' in text
    assert "no-such-hook" not in text


def test_the_review_meeting_is_a_calendar_file_within_48_hours(client: TestClient, service: Service) -> None:
    service.minute = 21
    client.post("/hooks/events", json=[ALERT, OVER], headers=BEARER)
    name = service.the_watch().id
    assert client.get(f"/incidents/{name}/review.ics").status_code == 401
    client.headers["Authorization"] = f"Bearer {service.token('viewer')}"
    answer = client.get(f"/incidents/{name}/review.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert (
        "DTSTART:20261125T090000Z" in answer.text
        and f"https://befell.example/incidents/{name}" in answer.text.replace("\r\n ", "")
    )
    assert client.get("/incidents/other/review.ics").status_code == 404


def test_a_large_delivery_is_not_read_to_its_end(client: TestClient) -> None:
    began = time.monotonic()
    answer = client.post("/hooks/events", content=b"x" * 50_000_000, headers=BEARER)
    assert answer.status_code == 413 and time.monotonic() - began < 30

"""A record goes through whole: every text in it, and nothing that is not text."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from planted_secrets import PLANTED

from pipeline.event import Event, Exemplar, LogSummary, Notice, Rejected, Series, evidence_id
from pipeline.incident import Incident, Window
from pipeline.redact import OwnRule, Redactor

AT = datetime(2026, 11, 24, 9, 26, 46, 123456, tzinfo=UTC)
SECRET = next(planted.secret for planted in PLANTED if planted.kind == "github-token")


def event(**parts: object) -> Event:
    return replace(Event(at=AT, kind="alert", moment="fired", title="orders failing"), **parts)  # type: ignore[arg-type]


def test_every_text_of_an_event_is_redacted_with_one_placeholder() -> None:
    texts = dict.fromkeys(
        ("title", "source", "native_id", "service", "url", "body", "actor_role", "at_text", "connector"), SECRET
    )
    redacted = Redactor().record(event(**texts, labels={SECRET: SECRET}))

    assert {getattr(redacted, name) for name in texts} == {"‹github-token:1›"}
    assert redacted.labels == {"‹github-token:1›": "‹github-token:1›"}


def test_times_numbers_kinds_and_ids_are_left_alone() -> None:
    before = event(
        episode=AT, end=AT + timedelta(minutes=5), precision_s=60.0, fingerprint="7c6f4e7b0a3d2f11",
        native_id="550e8400-e29b-41d4-a716-446655440000", id=evidence_id("files", "1", "", "fired"),
        labels={"sha": "9fceb02d0ae598e95dc970b74767f19372d61af8", "token_type": "jwt", "pod": "web-7d4b9c6f5d-x2x7q"},
    )  # fmt: skip

    assert Redactor([OwnRule("word", "alert|fired")]).record(before) is before


def test_the_key_of_a_label_tells() -> None:
    labels = {
        "password": "two words",
        "spring.datasource.password": "x",
        "x-auth-token": "abc",
        "authorization": "Bearer abc",
        "connectionString": "Host=db",
        "cookie": "a=b",
        "secretName": "web-tls",
        "tokens": "512",
        "pass": "ok",
        "client_secret": "${SECRET}",
    }

    assert Redactor().record(event(labels=labels)).labels == labels | {
        "password": "‹password:1›",
        "spring.datasource.password": "‹password:2›",
        "x-auth-token": "‹token:1›",
        "authorization": "‹authorization:1›",
        "connectionString": "‹connection-string:1›",
        "cookie": "‹cookie:1›",
    }


def test_a_log_summary_is_redacted_down_to_its_exemplars() -> None:
    summary = LogSummary(
        service="web", template="login password=<*> failed", level="error", count=2, first=AT, last=AT,
        histogram={29_000_000: 2},
        exemplars=(Exemplar(at=AT, text="login password=hunter2 failed", path="a.log", line=7),),
    )  # fmt: skip
    redacted = Redactor().record(summary)

    assert redacted.exemplars == (Exemplar(at=AT, text="login password=‹password:1› failed", path="a.log", line=7),)
    assert redacted == replace(summary, exemplars=redacted.exemplars)


def test_incidents_series_notices_and_rejects_go_through_too() -> None:
    redactor = Redactor()
    incident = Incident(id="INC-7", title="t", services=("web", SECRET), window=Window(AT, AT), roles={SECRET: "lead"})
    series = Series(name="errors", query=f'rate(x{{t="{SECRET}"}}[5m])', points=((AT, 0.5),))

    assert redactor.record(incident) == replace(
        incident, services=("web", "‹github-token:1›"), roles={"‹github-token:1›": "lead"}
    )
    assert redactor.record(series) == replace(series, query='rate(x{t="‹github-token:1›"}[5m])')
    assert (
        redactor.record(Notice(kind="source failed", detail=f"401 for {SECRET}")).detail == "401 for ‹github-token:1›"
    )
    assert redactor.record(Rejected(where="a.csv:3", why=f"no time in {SECRET}")).why == "no time in ‹github-token:1›"
    assert redactor.counts == {"github-token": 5}


def test_a_redacted_record_is_left_as_it_is() -> None:
    redactor = Redactor()
    once = redactor.record(event(body="password=hunter2 ada@example.org", labels={"password": "hunter2"}))

    assert redactor.record(once) is once
    assert once.labels == {"password": "‹password:1›"}


def test_threads_share_one_redactor_without_mixing_placeholders() -> None:
    redactor = Redactor()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: redactor.text(f"password=hunter-{n % 50}"), range(2000)))

    assert len(set(found)) == 50
    assert all(found[n] == found[n % 50] for n in range(2000))
    assert redactor.counts == {"password": 2000}

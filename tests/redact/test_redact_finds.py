"""Every planted secret is found, wherever it stands, and what surrounds it stays."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from planted_secrets import KEYED, PLANTED, SHAPED, Planted, made

from pipeline.event import Event
from pipeline.redact import Redactor

ANYWHERE = [Planted(kind, secret, secret) for kind, secret in SHAPED] + [
    planted for planted in KEYED if planted.kind in ("sentry-dsn", "slack-webhook", "discord-webhook", "url-password")
]
PLACES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: f"saw {text} in the log",
    "key=value": lambda text: f"level=error detail={text} attempt=2",
    "json": lambda text: json.dumps({"level": "error", "detail": text, "attempt": 2}),
    "quoted": lambda text: f"detail='{text}', attempt=2",
    "url": lambda text: f"https://web.internal/find?q={text}&page=2",
    "header": lambda text: f"X-Detail: {text}\r\nHost: web.internal",
}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.kind)
def test_only_the_secret_is_replaced(planted: Planted) -> None:
    expected = planted.text.replace(planted.secret, f"‹{planted.kind}:1›")

    assert Redactor().text(planted.text) == expected


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("planted", ANYWHERE, ids=lambda planted: planted.kind)
def test_a_secret_with_a_shape_is_found_in_every_place(planted: Planted, place: str) -> None:
    text = PLACES[place](planted.text)
    inside = json.dumps(planted.secret)[1:-1] if place == "json" else planted.secret

    assert Redactor().text(text) == text.replace(inside, f"‹{planted.kind}:1›")


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.kind)
def test_no_secret_is_left_in_a_label(planted: Planted) -> None:
    event = Event(
        at=datetime(2026, 11, 24, tzinfo=UTC), kind="alert", moment="fired", title="t", labels={"note": planted.text}
    )

    assert planted.secret not in str(Redactor().record(event))


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.kind)
def test_no_secret_is_left_where_a_log_escaped_its_text(planted: Planted) -> None:
    found = Redactor().text(json.dumps({"level": "error", "msg": f"failed: {planted.text}"}))

    assert planted.secret not in found and json.dumps(planted.secret)[1:-1] not in found


def test_the_tables_are_as_wide_as_promised() -> None:
    assert len(PLANTED) >= 100
    assert len({planted.kind for planted in PLANTED}) >= 60
    assert len({planted.kind for planted in ANYWHERE}) >= 40


@pytest.mark.parametrize(
    "before, after",
    [
        ("https://u:aA1@x@h/", "https://u:‹url-password:1›@h/"),
        ("redis://:one1@a:1,redis://:two2@b:2/0", "redis://:‹url-password:1›@a:1,redis://:‹url-password:2›@b:2/0"),
        ("https://u:pw1@mail.example.org/", "https://u:‹url-password:1›@mail.example.org/"),
        ("call(password='x y', n=1)", "call(password='‹password:1›', n=1)"),
        ("Password=a;b&c;Encrypt=1", "Password=‹password:1›;Encrypt=1"),
        ('{"args":["--password=abc","--fast"]}', '{"args":["--password=‹password:1›","--fast"]}'),
        ('password="cut sho', 'password="‹password:1› sho'),
        ("user[password]=abc&user[name]=bob", "user[password]=‹password:1›&user[name]=bob"),
        ("PASSWORD=${DB_PASSWORD:-hunter2}", "PASSWORD=‹password:1›"),
        ("Cookie: a=b; c=d HTTP/1.1 500", "Cookie: ‹cookie:1› HTTP/1.1 500"),
        ("password: required", "password: ‹password:1›"),
        ("token=abcdef user logged in", "token=‹token:1› user logged in"),
        ("{'password': b'hunter2'}", "{'password': b'‹password:1›'}"),
        ("password='it''s'", "password='‹password:1›'"),
        ("postgresql://app:abc@/db?host=/run", "postgresql://app:‹url-password:1›@/db?host=/run"),
        ("to=https%3A%2F%2Fu%3Apw%40h%2F&x", "to=https%3A%2F%2Fu%3A‹url-password:1›%40h%2F&x"),
        ("redis-cli -h cache -a abc PING", "redis-cli -h cache -a ‹password:1› PING"),
        ("headers={Authorization=[Bearer abcdef]}", "headers={Authorization=[Bearer ‹bearer:1›]}"),
        ("secret_key_base: abc123", "secret_key_base: ‹api-key:1›"),
        ("login pw=hunter2secret", "login pw=‹password:1›"),
        ("mail ada@example.org: bounced", "mail ‹email:1›: bounced"),
    ],
)
def test_what_surrounds_a_secret_stays(before: str, after: str) -> None:
    assert Redactor().text(before) == after


def test_a_key_that_was_cut_short_is_redacted_to_where_it_ends() -> None:
    whole = next(secret for kind, secret in SHAPED if kind == "private-key" and "RSA" in secret)
    cut = whole[: len(whole) // 2]

    assert Redactor().text(f"key:\n{cut}") == "key:\n‹private-key:1›"


def test_both_halves_of_an_aws_key_on_one_line() -> None:
    line = f"AKIA{made('ABCDEFGH', 16, 'id')},{made('abcXYZ0123456789+/', 40, 'half')}\n"

    assert Redactor().text(line) == "‹aws-key:1›,‹aws-secret-key:1›\n"


def test_a_secret_inside_a_secret_does_not_bare_the_rest() -> None:
    inner = next(secret for kind, secret in SHAPED if kind == "aws-key")
    redacted = Redactor().text(f"password=start-{inner}-end done")

    assert re.fullmatch(r"password=‹password:\d+› done", redacted)

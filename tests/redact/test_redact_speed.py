"""Hostile and huge texts take time in proportion to their length. The limits are ten times what was measured; a
pattern that backtracks needs hours instead."""

from time import process_time

import pytest

from pipeline.redact import Redactor
from pipeline.redact.rules import RULES

HOSTILE = {
    piece: piece * (1_000_000 // len(piece))
    for piece in (
        "a", "1", "-", "@", ".", " ", "A1", "a.", "a@", "eyJ.", "eyJaaaaaaaaaaaa.", "://", "://a:", "a:a@", "sk-", "‹",
        "‹a:1›", "password", "password=", 'password="', "password='", 'password:\\"', "password=,", "token: ",
        "--password ", "<password>", "Cookie: a=b;", "Cookie: ", "Authorization: ", "Bearer ", "Basic ", "mysql ",
        "curl -u ", "4111 ",
        "4111-", "DE89 3704 ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "PRIVATE KEY", "akia", "ghp_", "glpat-",
        "token token=", "name: password\n", "identified by '", "hooks.slack.com/services/", "\\", "\\n", "a=b; ",
        "%40a.",
    )
}  # fmt: skip


def seconds(text: str) -> float:
    start = process_time()
    Redactor().text(text)
    return process_time() - start


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_made_to_backtrack(piece: str) -> None:
    assert seconds(HOSTILE[piece]) < 20


def test_all_hints_at_once_in_a_hostile_text() -> None:
    hints = " ".join(sorted({hint for rule in RULES for hint in rule.hints}))

    assert seconds(hints * (500_000 // len(hints))) < 20


def test_ten_thousand_events_of_200_characters() -> None:
    redactor = Redactor()
    line = "ERROR web-{} upstream timeout from https://api.internal:8443/v1/orders/{}?page=2 status=502 attempt=3 "
    texts = [line.format(n, n).ljust(200, "x") for n in range(10_000)]
    start = process_time()
    for text in texts:
        redactor.text(text)

    assert process_time() - start < 10


def test_ten_megabytes_with_and_without_line_ends() -> None:
    line = "2026-11-24T09:26:46Z ERROR web upstream timeout https://api/v1?x=2 orders=1 shop 1234567"
    lines = [line] * 115_000 + ["password=hunter2"]

    assert Redactor().text("\n".join(lines)).endswith("\npassword=‹password:1›")
    assert seconds("\n".join(lines)) < 30
    assert seconds(" ".join(lines)) < 60

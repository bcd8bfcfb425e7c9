"""What looks like a secret and is none stays as it is: evidence must stay readable, and ids citable."""

import pytest

from pipeline.redact import Redactor

HARMLESS = (
    # Words about secrets
    "token expired",
    "invalid token",
    "error: invalid token: expired",
    "invalid token: illegal base64 data at byte 4",
    "unexpected token: foo",
    "SyntaxError: Unexpected token < in JSON at position 0",
    "password must be changed",
    "password: ",
    "Failed password for root from 10.0.0.7 port 22 ssh2",
    'secret "web-tls" not found',
    "secretName: web-tls",
    "secret:\n  secretName: web-tls",
    "tokens: 512",
    "token_count=512",
    "max_tokens=100",
    "token=512",
    "password_changed_at: 2026-11-24",
    "passwordPolicy: strict",
    "bearer token expired for the client",
    "basic auth is enabled",
    "Authorization: required",
    "authorization failed for user 7",
    "cookie banner shown",
    "session opened for user root",
    "private key mismatch",
    "apiVersion: v1",
    "PASS=12 FAIL=3",
    "key=value",
    "foreign_key=orders_user_id",
    "routing_key=orders.created",
    "partition key: 42",
    "public_key=ssh-ed25519",
    # References, masks and empty values
    "password=${DB_PASSWORD}",
    "PASSWORD=$DB_PASSWORD",
    "password=***",
    "password: null",
    '"password": true',
    "token=",
    'password=""',
    "password= user=bob",
    "password={{ .Values.password }}",
    "token=<token>",
    "secret: [REDACTED]",
    "PWD=/srv/app",
    "https://user:***@host/",
    "https://user:${PASS}@host/",
    "user=<*> password=<*>",
    # Ids that evidence is cited by
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
    "span 00f067aa0ba902b7",
    "550e8400-e29b-41d4-a716-446655440000",
    "fingerprint 7c6f4e7b0a3d2f11",
    "container 3f4e5d6c7b8a3f4e5d6c7b8a3f4e5d6c7b8a3f4e5d6c7b8a3f4e5d6c7b8a3f4e",
    "evidence mfrggzdfmztw",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "pod web-7d4b9c6f5d-x2x7q",
    "run 11873562451",
    "PagerDuty Q1A2B3C4D5E6F7",
    "message 1732440406.123456",
    "AC0123456789abcdef0123456789abcdef",
    "arn:aws:iam::123456789012:role/web",
    "ETag d41d8cd98f00b204e9800998ecf8427e",
    # Numbers
    "order 1234567890123456",
    "order 4111111111111112",
    "at 1732440406123456789 ns",
    "at 1732440406123456 us",
    "latency 0.4111111111111111",
    "sequence 94111111111111111111",
    "trace_id=4111111111111111",
    "0000000000000000",
    "ip 192.168.100.200",
    "2001:db8::ff00:42:8329",
    "DE88 3704 0044 0532 0130 00",
    "SKU DE89370400440532013",
    # What has an @ or a colon
    "pod@sha256:e3b0c44298fc1c149afbf4c8996fb924",
    "root@web-1",
    "git@github.com:acme/web.git",
    "ssh://git@host:22/web",
    "docker://registry:5000/web@sha256:e3b0c442",
    "lodash@4.17.21",
    "getty@tty1.service",
    "icon@2x.png",
    "https://host:8443/a?b=c#d",
    "http://[::1]:9090/graph",
    "12:30:45 GET /orders 200",
    "redis://cache:6379/0",
    "GET /cb?code=500&state=ok",
    "sk-learn-model-registry-web",
    "task-sk-1",
    "s.String()",
    "the ghp_ prefix",
    "eyJ",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_lookalike_stays(text: str) -> None:
    redactor = Redactor()

    assert redactor.text(text) == text
    assert redactor.counts == {}


def test_a_card_number_is_told_from_an_order_number_by_its_check_digit() -> None:
    number = "4111 1111 1111 111"

    assert [digit for digit in range(10) if "card" in Redactor().text(f"paid with {number}{digit}")] == [1]

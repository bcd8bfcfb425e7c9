"""What is masked in a message, and what keeps two messages apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lines.fields import content
from pipeline.lines.templates import LONGEST, mask, template, trace, whole_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("took 12ms for user_17", "took <*> for <*>"),
        ("from 10.0.0.7:8080 at 2026-11-24", "from <*> at <*>"),
        ("id 0ba1-b2c3/d4,5", "id <*>"),
        ("span 123e4567-e89b-12d3-a456-426614174000 ended", "span <*> ended"),
        ("span abcdefab-cdef-abcd-efab-cdefabcdefab ended", "span <*> ended"),
        ("sum deadbeefcafe of data", "sum <*> of data"),
        ("key \"a b\" and 'c' don't match", "key <*> and <*> don't match"),
        ('"Error syncing pod" err="no route" pod="web-1"', '"Error syncing pod" err=<*> pod=<*>'),
        ("user=bob id=12", "user=bob id=<*>"),
        ("boot = -5, init = 7, a=-3, node-5", "boot = <*>, init = <*>, a=<*>, node-<*>"),
        ("900 B of 1.2 KB left after 3 ms", "<*> of <*> left after <*>"),
        ("path=/a/17 ms=3", "path=/a/<*> ms=<*>"),
        ('10.0.0.7 "GET /a/1 HTTP/1.1" status: 200 "ref" x', "<*> GET <*> status: <*> x"),
        ('10.0.0.7 "DELETE /a/1 HTTP/1.1" status: 204', "<*> DELETE <*> status: <*>"),
        ("lost 0a:bb:1c:dd:ee:ff and fe80::ab:1:ff", "lost <*> and <*>"),
        ("since Mon Jul  4 09:07:53 2005 of May 12", "since <*> of <*>"),
        ("blk_-17 and blk_17, lifetime <1 sec", "<*> and <*>, lifetime <*>"),
        ("nodes 1 2 3, 4 left", "nodes <*> left"),
        ("nodes n1 <ok> n2 <ok> n3 <ok> on channel 132,+1", "nodes <*> <ok> on channel <*>"),
        ("no route to host", "no route to host"),
        ("", ""),
    ],
)
def test_a_token_that_holds_a_digit_is_masked(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"msg":"no route 12","level":"error","status":502,"err":{"type":"TimeoutError","id":7},"trace_id":"a1"}',
         "no route <*> [error status=502 error=TimeoutError]"),
        ('{"msg":"x","exception":"java.net.ConnectException: refused\\n\\tat a.b(C.java:1)"}',
         "x [error error=java.net.ConnectException]"),
        ('{"method":"GET","path":"/a/17","ms":3}', "method=GET path=/a/<*> ms=<*>"),
        ('level=warn msg="disk 3 full" device=sda1', "disk <*> full [warning]"),
        ('- - - [24/Nov/2026:09:26:46 +0000] "GET /a/v1/orders/17/items HTTP/1.1" 200 5', "GET /a/<*>/orders/… 200"),
        ('- - - [24/Nov/2026:09:26:46 +0000] "GET /img/deadbeefcafedeadbeef HTTP/1.1" 200 5', "GET /img/<*> 200"),
        ('- - - [24/Nov/2026:09:26:46 +0000] "\\x16\\x03" 400 5', "(no HTTP) 400"),
    ],
)  # fmt: skip
def test_structured_lines_are_reduced_on_their_message_and_telling_fields(line: str, expected: str) -> None:
    parsed = content(line)
    assert (parsed.template or template(parsed.message, parsed.traits, ())) == expected


@given(st.text(max_size=2_000))
def test_masking_is_bounded_and_settles(text: str) -> None:
    once = mask(text)
    assert len(once) <= 2 * LONGEST + 2
    assert not any(sign in "0123456789" for sign in once if sign.isascii())


def test_a_cut_never_leaves_half_a_word():
    secret = "eyJhbGciOi" + "x" * 80
    assert secret[:20] not in mask("word " * 118 + secret)
    assert whole_words("x" * 700, 600) == ""


def test_a_line_of_a_key_is_no_exception_type():
    lines = [
        "Traceback (most recent call last):",
        '  File "a.py", line 3, in load',
        "MIIEpAIBAAKCAQEA" + "Q7zT" * 12,
        "AbCdEfGh12",
    ]
    assert "MII" not in trace(lines) and "AbCd" not in trace(lines)

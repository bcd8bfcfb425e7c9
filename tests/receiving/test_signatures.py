"""How a delivery proves that it comes from its sender: by an HMAC over its bytes, made lately."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.receiving import REPLAY, STANDARD, Signature, delivery

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
PLAIN = Signature("X-Sig", prefix="v1=")
STAMPED = Signature("X-Sig", stamp="X-Time", message="{stamp}:{body}")


def mac(secret: bytes, message: bytes) -> bytes:
    return hmac.new(secret, message, hashlib.sha256).digest()


@given(st.binary(), st.text(min_size=1))
def test_any_body_with_its_own_signature_fits(body: bytes, secret: str) -> None:
    headers = {"x-sig": f"v1={mac(secret.encode(), body).hex()}"}
    assert PLAIN.fits(secret, headers, body, NOW)


@given(st.binary(), st.binary())
def test_no_other_body_fits(body: bytes, other: bytes) -> None:
    headers = {"x-sig": f"v1={mac(b'secret', body).hex()}"}
    assert PLAIN.fits("secret", headers, other, NOW) == (body == other)


@pytest.mark.parametrize("told", ["", "v1=", "v1=zz", "v1=é", "v0=00", mac(b"secret", b"body").hex(), "v1=" + "0" * 64])
def test_what_is_no_signature_of_this_form_does_not_fit(told: str) -> None:
    assert not PLAIN.fits("secret", {"x-sig": told}, b"body", NOW)
    assert not PLAIN.fits("secret", {}, b"body", NOW)


def test_one_of_several_signatures_is_enough_so_that_secrets_can_be_rotated() -> None:
    old, new = (f"v1={mac(secret, b'body').hex()}" for secret in (b"old", b"new"))
    assert PLAIN.fits("new", {"x-sig": f"{old},{new}"}, b"body", NOW)
    assert not PLAIN.fits("third", {"x-sig": f"{old},{new}"}, b"body", NOW)


@pytest.mark.parametrize(
    ("late", "fits"),
    [
        (timedelta(), True),
        (REPLAY, True),
        (-REPLAY, True),
        (REPLAY + timedelta(seconds=1), False),
        (-2 * REPLAY, False),
    ],
)
def test_a_signed_time_must_be_now(late: timedelta, fits: bool) -> None:
    headers = {"x-time": STAMP, "x-sig": mac(b"secret", f"{STAMP}:body".encode()).hex()}
    assert STAMPED.fits("secret", headers, b"body", NOW + late) is fits


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "1e9", "٣", "9" * 400])
def test_what_is_no_time_is_refused(stamp: str) -> None:
    headers = {"x-time": stamp, "x-sig": mac(b"secret", f"{stamp}:body".encode()).hex()}
    assert not STAMPED.fits("secret", headers, b"body", NOW)


def test_a_standard_webhook_signs_its_id_and_time_with_a_key_in_base64() -> None:
    key = b"a key of twenty-four byte"
    secret = "whsec_" + base64.b64encode(key).decode()
    signed = base64.b64encode(mac(key, f"msg_1.{STAMP}.".encode() + b"\xff{body}")).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": STAMP, "webhook-signature": f"v1,AAAA v1,{signed}"}
    assert STANDARD.fits(secret, headers, b"\xff{body}", NOW)
    assert not STANDARD.fits(secret, headers | {"webhook-id": "msg_2"}, b"\xff{body}", NOW)
    assert not STANDARD.fits("whsec_no base64", headers, b"\xff{body}", NOW)


def test_a_delivery_is_known_by_its_id_or_its_bytes() -> None:
    assert delivery({"webhook-id": "msg_1"}, b"a") == delivery({"webhook-id": "msg_1"}, b"b") == "msg_1"
    assert delivery({}, b"a") == delivery({}, b"a") != delivery({}, b"b")

"""What tells a secret from a lookalike once the pattern has matched. Each takes the matched text."""

import base64
import binascii
import re

_NOT_A_VALUE = re.compile(
    r"""[*•.#_-]+ | x{3,} | null | none | nil | true | false | undefined
      | [\[(<]? (?:redacted|filtered|masked|hidden|removed|omitted|sanitized|secret|password|value) [\])>]?
      | <[\w* .:-]*>? | \[\**\]? | \{[\w.]*\}? | \{\{.* | %[sdvqr] | %\w+%
      | \$\{[\w.]+\}? | \$\([^)]*\)? | \$(?-i:[A-Z_][A-Z0-9_]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_SMALL_NUMBER = re.compile(r"-?[0-9]{1,5}(?:\.[0-9]+)?(?:%|ms|s|/[0-9]+)?")
# Words that follow `token:` in an error message. They are no secrets; a password may be any word.
_STATUS = re.compile(
    r"""(?:expired|invalid|missing|required|revoked|rejected|denied|unknown|malformed|unauthori[sz]ed|unauthenticated
      |not|unexpected|failed|failure|error|cannot|empty|unset|ok|valid|found|changed|rotated|refreshed|present|absent
      |disabled|enabled|optional|mismatch|illegal|unsupported|forbidden|bad|eof|timeout|in-?valid|updated|created
      |deleted|none)[.:!]?""",
    re.VERBOSE | re.IGNORECASE,
)
_ISSUERS = (
    (re.compile(r"4"), {13, 16}),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile(r"3[47]"), {15}),  # American Express
    (re.compile(r"30[0-5]|3[689]"), {14, 16}),  # Diners Club
    (re.compile(r"6011|64[4-9]|65"), {16, 19}),  # Discover
    (re.compile(r"35(?:2[89]|[3-8])"), {16}),  # JCB
    (re.compile(r"62"), {16, 17, 18, 19}),  # UnionPay
)
# Lengths by country, from the SWIFT IBAN registry.
_IBAN = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18"
    " FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20"
    " LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18"
    " SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
_IBAN_LENGTH = {one[:2]: int(one[2:]) for one in _IBAN.split()}
# What follows the last dot of a systemd unit, a file or a cluster name is no top-level domain.
_NO_DOMAIN = re.compile(
    "service|socket|timer|target|mount|slice|scope|device|path|swap|png|jpe?g|gif|svg|webp|css|m?js|ts|map|html|json"
    "|ya?ml|yml|toml|xml|txt|log|gz|tar|zip|whl|jar|conf|java|class|go|py|rb|rc|beta|alpha",
    re.IGNORECASE,
)


def is_value(text: str) -> bool:
    """Whether it is more than a reference to a secret (`${VAR}`), a mask (`***`) or nothing (`null`)."""
    return not _NOT_A_VALUE.fullmatch(text)


def is_credential(text: str) -> bool:
    """A value that is neither a small number nor a word about the state of a token."""
    return is_value(text) and not _SMALL_NUMBER.fullmatch(text) and not _STATUS.fullmatch(text)


def is_pwd(text: str) -> bool:
    """A password, not the working directory that a shell keeps in PWD."""
    return is_value(text) and not text.startswith(("/", "~", "C:\\"))


def is_random(text: str) -> bool:
    """Letters of both cases, or letters and digits: no plain words, no kebab-case name."""
    kinds = (any(c.isdigit() for c in text), any(c.isupper() for c in text), any(c.islower() for c in text))
    return sum(kinds) >= 2 and not (kinds == (False, True, True) and text.istitle())


def is_mixed(text: str) -> bool:
    """Digits, capitals and small letters all three, as in a random base62 text."""
    return any(c.isdigit() for c in text) and any(c.isupper() for c in text) and any(c.islower() for c in text)


def is_basic(text: str) -> bool:
    """Base64 of `user:password` (RFC 7617)."""
    try:
        return b":" in base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def is_email(text: str) -> bool:
    """An address of a person, not an SSH remote, a systemd unit, a package version or a file name."""
    local, _, domain = text.replace("%40", "@").partition("@")
    labels = domain.split(".")
    return local != "git" and not _NO_DOMAIN.fullmatch(labels[-1]) and not labels[0].isdigit()


def is_card(text: str) -> bool:
    """An issuer's prefix and length (ISO/IEC 7812) and a right check digit (Luhn)."""
    digits = re.sub(r"[ -]", "", text)
    if len(set(digits)) < 2 or not any(p.match(digits) and len(digits) in lengths for p, lengths in _ISSUERS):
        return False
    doubled = (sum(divmod(int(d) * 2, 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def is_iban(text: str) -> bool:
    """The country's length and a remainder of 1 modulo 97 (ISO 13616)."""
    plain = text.replace(" ", "")
    if _IBAN_LENGTH.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1

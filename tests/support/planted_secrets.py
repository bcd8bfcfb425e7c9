"""Secrets to plant in tests, put together on import, so that no scanner finds one in the repository."""

import base64
import hashlib
import string
from typing import NamedTuple


class Planted(NamedTuple):
    """`secret` must not be found after redaction; `text` is how it would be written down."""

    kind: str
    text: str
    secret: str


HEX = string.hexdigits[:16]
UPPER = string.ascii_uppercase + "234567"
MIXED = string.ascii_letters + string.digits


def made(alphabet: str, length: int, seed: str) -> str:
    """A text that looks random and is the same in every run; with all kinds of characters for the usual alphabets."""
    noise = hashlib.shake_256(seed.encode()).digest(length)
    body = "".join(alphabet[byte % len(alphabet)] for byte in noise)
    return body if alphabet is not MIXED or length < 6 else body[:-3] + "aZ7"


def _hex(length: int, seed: str) -> str:
    return made(HEX, length, seed)


def _mix(length: int, seed: str) -> str:
    return made(MIXED, length, seed)


def _uuid(seed: str) -> str:
    body = _hex(32, seed)
    return "-".join((body[:8], body[8:12], body[12:16], body[16:20], body[20:]))


def _jwt() -> str:
    parts = ('{"alg":"HS256","typ":"JWT"}', '{"sub":"planted","admin":true}')
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, _mix(43, "jwt")))


def _pem(kind: str, newline: str) -> str:
    dashes = "-" * 5
    body = newline.join(_mix(64, f"{kind}{n}") for n in range(4))
    return f"{dashes}BEGIN {kind}{dashes}{newline}{body}{newline}{dashes}END {kind}{dashes}"


def _luhn(start: str, length: int) -> str:
    """A card number with the issuer's prefix and the right check digit."""
    body = start + made(string.digits, length - len(start) - 1, start)
    total = sum(sum(divmod(int(d) * (2 if n % 2 == 0 else 1), 10)) for n, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _iban(country: str, body: str) -> str:
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    return f"{country}{98 - number % 97:02d}{body}"


_CARD = _luhn("4", 16)
_VISA = " ".join(_CARD[n : n + 4] for n in range(0, 16, 4))

# A secret with a shape of its own: found wherever it stands.
SHAPED: tuple[tuple[str, str], ...] = (
    ("aws-key", "AKIA" + made(UPPER, 16, "aws")),
    ("aws-key", "ASIA" + made(UPPER, 16, "sts")),
    ("aws-session-token", "IQoJ" + "b3JpZ2lu" + _mix(200, "session")),
    ("gcp-key", "AIza" + _mix(35, "gcp")),
    ("google-token", "ya29" + ".a0" + _mix(60, "google")),
    ("google-token", "GOCSPX" + "-" + _mix(28, "gocspx")),
    ("private-key", _pem("RSA PRIVATE " + "KEY", "\n")),
    ("private-key", _pem("OPENSSH PRIVATE " + "KEY", "\\n")),
    ("private-key", _pem("PGP PRIVATE " + "KEY BLOCK", "\n")),
    ("private-key", "AGE-SECRET-" + "KEY-1" + made(UPPER, 58, "age")),
    ("azure-secret", _mix(3, "az") + "8Q~" + _mix(34, "azure")),
    ("digitalocean-token", "dop_" + "v1_" + _hex(64, "do")),
    ("heroku-key", "HRKU" + "-" + _uuid("heroku")),
    ("github-token", "gh" + "p_" + _mix(36, "ghp")),
    ("github-token", "gh" + "o_" + _mix(36, "gho")),
    ("github-token", "gh" + "u_" + _mix(36, "ghu")),
    ("github-token", "gh" + "s_" + _mix(36, "ghs")),
    ("github-token", "gh" + "r_" + _mix(36, "ghr")),
    ("github-token", "github_" + "pat_" + _mix(22, "pat") + "_" + _mix(59, "pat2")),
    ("gitlab-token", "glp" + "at-" + _mix(20, "glpat")),
    ("gitlab-token", "gl" + "dt-" + _mix(20, "gldt")),
    ("gitlab-token", "gl" + "rt-" + _mix(20, "glrt")),
    ("npm-token", "npm" + "_" + _mix(36, "npm")),
    ("pypi-token", "pypi-" + "AgEI" + _mix(120, "pypi")),
    ("docker-token", "dckr_" + "pat_" + _mix(27, "docker")),
    ("atlassian-token", "ATA" + "TT3xFf" + _mix(180, "atlassian")),
    ("linear-key", "lin_" + "api_" + _mix(40, "linear")),
    ("terraform-token", _mix(14, "tf") + ".atlas" + "v1." + _mix(67, "tf2")),
    ("vault-token", "hv" + "s." + _mix(90, "vault")),
    ("vault-token", "s" + "." + _mix(24, "vault-old")),
    ("slack-token", "xox" + "b-" + "123456789012-1234567890123-" + _mix(24, "slack")),
    ("slack-token", "xox" + "p-" + "123456789012-" + _mix(32, "slackp")),
    ("slack-token", "xap" + "p-1-A0123456789-" + _hex(64, "xapp")),
    ("telegram-token", "123456789" + ":AA" + _mix(33, "telegram")),
    ("discord-token", "M" + _mix(23, "discord") + "." + _mix(6, "dis") + "." + _mix(38, "cord")),
    ("twilio-key", "S" + "K" + _hex(32, "twilio")),
    ("sendgrid-key", "S" + "G." + _mix(22, "sg") + "." + _mix(43, "sg2")),
    ("mailgun-key", "key" + "-" + _hex(32, "mailgun")),
    ("stripe-key", "sk_" + "live_" + _mix(24, "stripe")),
    ("stripe-key", "rk_" + "live_" + _mix(24, "stripe-rk")),
    ("stripe-key", "wh" + "sec_" + _mix(32, "whsec")),
    ("square-token", "sq0" + "atp-" + _mix(22, "square")),
    ("shopify-token", "shp" + "at_" + _hex(32, "shopify")),
    ("openai-key", "sk-" + "proj-" + _mix(64, "openai")),
    ("openai-key", "sk" + "-" + _mix(48, "openai-old")),
    ("anthropic-key", "sk-" + "ant-api03-" + _mix(90, "anthropic")),
    ("huggingface-token", "h" + "f_" + _mix(34, "hf")),
    ("notion-token", "nt" + "n_" + _mix(46, "ntn")),
    ("notion-token", "secret" + "_" + _mix(43, "notion")),
    ("launchdarkly-key", "sdk" + "-" + _uuid("ld")),
    ("grafana-token", "gl" + "sa_" + _mix(32, "glsa") + "_" + _hex(8, "crc")),
    ("grafana-token", "gl" + "c_" + _mix(100, "glc")),
    ("sentry-token", "sntry" + "u_" + _hex(64, "sentry")),
    ("newrelic-key", "NR" + "AK-" + made(UPPER, 27, "nr")),
    ("jwt", _jwt()),
    ("email", "ada.planted" + "@" + "example.org"),
    ("card", _CARD),
    ("card", _VISA),
    ("card", _luhn("37", 15)),
    ("card", _luhn("55", 16)),
    ("iban", _iban("DE", "370400440532013000")),
    ("iban", _iban("GB", "NWBK60161331926819")),
)


def _keyed() -> tuple[Planted, ...]:
    """Secrets of no shape: what stands around them tells."""
    return tuple(
        Planted(kind, before + secret + after, secret)
        for kind, before, secret, after in (
            ("aws-secret-key", "aws_secret_access_key = ", _mix(40, "secret-access"), "\nregion = eu-west-1"),
            ("aws-secret-key", '{"SecretAccessKey": "', _mix(40, "sak"), '", "Version": 1}'),
            ("aws-session-token", "AWS_SESSION_TOKEN=", _mix(120, "aws-st"), " aws s3 ls"),
            ("aws-session-token", "https://b.example/k?X-Amz-Security-Token=", _mix(99, "amz"), "&X-Amz-Expires=300"),
            ("signature", "https://b.example/k?X-Amz-Signature=", _hex(64, "amz-sig"), " 403"),
            ("azure-key", "AccountName=web;AccountKey=", _mix(86, "azk") + "==", ";EndpointSuffix=core.example"),
            ("signature", "https://web.blob.example/c?sv=2022-11-02&sig=", _mix(43, "sas") + "%3D", "&se=2026-11-24"),
            ("datadog-key", "DD_API_KEY=", _hex(32, "dd"), " agent run"),
            ("datadog-key", "DD-APPLICATION-KEY: ", _hex(40, "dd-app"), ""),
            ("cloudflare-key", "CLOUDFLARE_API_TOKEN=", _mix(40, "cf"), ""),
            ("heroku-key", "HEROKU_API_KEY=", _uuid("heroku-old"), ""),
            ("twilio-token", "TWILIO_AUTH_TOKEN=", _hex(32, "twilio-auth"), ""),
            ("pagerduty-key", '{"routing_key": "', _hex(32, "pd"), '", "event_action": "trigger"}'),
            ("pagerduty-token", "Authorization: Token token=", _mix(20, "pd-token"), ""),
            ("sentry-dsn", "https://", _hex(32, "dsn"), "@o1.ingest.example/42"),
            ("slack-webhook", "https://hooks.slack.com/services/", "T0PLANTED/B0PLANTED/" + _mix(24, "hook"), " sent"),
            ("discord-webhook", "https://discord.com/api/webhooks/123456789012345678/", _mix(68, "dhook"), ""),
            ("bearer", "Authorization: Bearer ", _mix(40, "bearer"), ""),
            ("bearer", '{"Authorization": ["Bearer ', _mix(30, "bearer-json"), '"]}'),
            ("basic-auth", "Proxy-Authorization: Basic ", base64.b64encode(b"planted:hunter2").decode(), ""),
            ("authorization", "authorization: ", _mix(32, "bare-auth"), ""),
            ("api-key", "X-Api-Key: ", _mix(32, "x-api-key"), ""),
            ("token", "X-Auth-Token: ", _mix(32, "x-auth"), ""),
            ("cookie", "Cookie: ", "sid=" + _mix(24, "sid") + "; theme=dark-planted", ""),
            ("cookie", "Set-Cookie: ", "JSESSIONID=" + _mix(24, "jsid"), "; Path=/; HttpOnly"),
            ("session", "session_id=", _mix(24, "session-id"), " user=7"),
            ("url-password", "postgres://app:", "Pl4nted/ch@nge", "@db.internal:5432/orders"),
            ("url-password", "https://deploy:", _mix(12, "url"), "@git.internal/app.git"),
            ("url-password", "root:", "Pl4nted-dsn", "@tcp(db:3306)/orders"),
            ("password", "Server=db;User Id=sa;Password=", "Pl4nted!word", ";Encrypt=True"),
            ("password", "dbname=orders password='", "Pl4nted with space", "' host=db"),
            ("password", "PASSWORD=", "pl4nted-env", " ./run.sh"),
            ("password", "password: ", "pl4nted-yaml", "\nuser: app"),
            ("password", '{"user": "app", "password": "', "pl4nted json", '"}'),
            ("password", '{"msg": "{\\"password\\":\\"', "pl4nted-nested", '\\"}"}'),
            ("password", "tool --db-password ", "pl4nted-cli", " --verbose"),
            ("password", "mysql -u root -p", "Pl4ntedMysql", " orders"),
            ("password", "curl -u app:", "pl4nted-curl", " https://api.internal/"),
            ("password", "<password>", "pl4nted-xml", "</password>"),
            ("password", "- name: DB_PASSWORD\n  value: ", "pl4nted-k8s", "\n"),
            ("password", "ALTER USER app IDENTIFIED BY '", "pl4nted-sql", "';"),
            ("secret", "client_secret=", _mix(32, "client-secret"), "&grant_type=client_credentials"),
            ("token", "https://api.internal/v1?access_token=", _mix(32, "query"), "&page=2"),
            ("token", "refreshToken => '", _mix(32, "refresh"), "'"),
            ("access-key", "access_key: ", _mix(20, "access"), ""),
            ("private-key", "private_key=", _mix(44, "wg"), ""),
            ("credentials", "credentials=", _mix(20, "creds"), ""),
            ("oauth-code", "https://app.internal/cb?code=", "4/0A" + _mix(40, "code"), "&state=9"),
        )
    )


KEYED: tuple[Planted, ...] = _keyed()
PLANTED: tuple[Planted, ...] = tuple(Planted(kind, secret, secret) for kind, secret in SHAPED) + KEYED

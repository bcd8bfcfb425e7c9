"""The keys whose values are secrets, whatever they look like. The first that matches gives the kind."""

from pipeline.redact.checks import is_credential, is_pwd, is_value
from pipeline.redact.rule import Key

_HEX32 = r"[A-Za-z0-9_+-]{20,32}(?![A-Za-z0-9_+-])"

KEYS: tuple[Key, ...] = (
    Key("aws-secret-key", r"secret[ _-]?access[ _-]?key|aws[_-]secret[_-]key", ("secret",), is_credential),
    Key("aws-session-token", r"aws[_-]session[_-]token|x-amz-security-token", ("session", "x-amz"), is_credential),
    Key("azure-key", r"account[ _-]?key|shared[ _-]?access[ _-]?key", ("account", "shared"), is_credential),
    Key("datadog-key", r"(?:dd|datadog)[_-](?:api|app|application)[_-]?key", ("dd", "datadog"), is_credential),
    Key(
        "cloudflare-key",
        r"(?:cloudflare|cf)[_-](?:global[_-])?api[_-]?(?:key|token)",
        ("cloudflare", "cf"),
        is_credential,
    ),
    Key("heroku-key", r"heroku[_-](?:oauth[_-])?(?:api[_-])?(?:key|token)", ("heroku",), is_credential),
    Key("twilio-token", r"twilio[_-]auth[_-]?token|twilio[_-]token", ("twilio",), is_credential),
    Key("newrelic-key", r"license[ _-]?key", ("license",), is_credential),
    Key(
        "pagerduty-key",
        r"(?:routing|integration|service|pagerduty)[_-]?key",
        ("routing", "integration", "service", "pagerduty"),
        is_credential,
        _HEX32,
    ),
    Key("private-key", r"private[ _-]?key", ("private",), is_credential),
    Key(
        "access-key", r"(?:access|auth|account|shared)[ _-]?key", ("access", "auth", "account", "shared"), is_credential
    ),
    Key(
        "api-key",
        r"api[ _-]?key|app(?:lication)?[_-]key|appkey"
        r"|(?:secret|encryption|signing|master|storage)[ _-]?key(?:[_-]base)?",
        ("api", "app", "secret", "encryption", "signing", "master", "storage"),
        is_credential,
    ),
    Key("session", r"session[ _-]?id|session[_-]?key|sess[_-]?id|connect\.sid", ("sess", "connect.sid"), is_credential),
    Key("cookie", r"cookies?", ("cookie",), is_credential),
    Key("password", r"password|passwd|passphrase|passcode", ("passw", "passphrase", "passcode"), is_value),
    Key("password", r"pwd", ("pwd",), is_pwd),
    Key("password", r"(?<![A-Za-z])pw", ("pw",), is_credential),
    Key("password", r"(?<![A-Za-z])pass", ("pass",), is_credential),
    Key("secret", r"secret", ("secret",), is_credential, prose=True),
    Key("token", r"(?<!unexpected )token", ("token",), is_credential, prose=True),
    Key("credentials", r"credentials?|creds", ("cred",), is_credential, prose=True),
    Key("signature", r"[?&]sig|x-amz-signature|x-goog-signature", ("sig",), is_credential),
    Key("signature", r"(?<![A-Za-z])signature", ("signature",), is_credential, value=r"[A-Za-z0-9+/=%_-]{32,}"),
    Key("oauth-code", r"[?&](?:amp;)?code", ("code=",), is_credential, value=r"[A-Za-z0-9/._~%-]{16,}"),
)

# In a mapping the key alone tells, so that these need no header syntax around them.
WHOLE_KEYS: tuple[Key, ...] = (
    *(key for key in KEYS if not key.value),
    Key("authorization", r"authorization", (), is_credential),
    Key("connection-string", r"connection[ _-]?string", (), is_credential),
)

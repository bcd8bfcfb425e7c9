"""The table of rules, in the order in which they are tried: what has a shape of its own, then keys, then people.

Shapes are those that the vendors publish for secret scanning. A pattern with a group captures the secret alone.
Every pattern starts at a word boundary or has a bounded length, so that a text is read in linear time.
"""

from pipeline.redact.checks import is_basic, is_card, is_email, is_iban, is_mixed, is_random, is_value
from pipeline.redact.keys import KEYS
from pipeline.redact.rule import Rule

_B = r"(?<![A-Za-z0-9])"  # not in the middle of a longer word
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_END = r"(?![A-Za-z0-9])"


def _shape(kind: str, pattern: str, *hints: str) -> Rule:
    return Rule(kind, _B + pattern, hints)


_BEGIN = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
KEY_BLOCKS = (
    Rule(
        "private-key",
        rf"{_BEGIN}(?:[^-]|-(?!----))*-----END [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----(?:\\+[nr])*"
        rf"|{_BEGIN}(?:[A-Za-z0-9+/=]{{20,}}|[A-Z][A-Za-z-]{{1,20}}: [^\r\n\\]*|\s|\\+[nr])*[A-Za-z0-9+/=]*",
        ("private key",),
    ),
    Rule("private-key", r"AGE-SECRET-KEY-1[0-9A-Z]{50,60}", ("age-secret-key",)),
)

_CLOUDS = (
    Rule(
        "aws-secret-key",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}[\s:,;|/\"']{1,4}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        ("akia", "asia"),
    ),
    _shape("aws-key", rf"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}{_END}", "akia", "asia", "abia", "acca"),
    _shape("aws-session-token", r"(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+=%]{60,}", "fwogzxivyxdz", "iqojb3jpz2lu"),
    _shape("gcp-key", r"AIza[0-9A-Za-z_-]{35}", "aiza"),
    _shape("google-token", r"(?:ya29\.[0-9A-Za-z_.-]{20,}|1//0[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,})",
           "ya29.", "1//0", "gocspx-"),
    Rule("azure-secret", r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~-])", ("q~",)),
    _shape("digitalocean-token", r"do[opr]_v1_[0-9a-f]{64}", "_v1_"),
    _shape("heroku-key", r"HRKU-[\w-]{30,}", "hrku-"),
)  # fmt: skip

_FORGES = (
    _shape("github-token", r"(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255})",
           "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    _shape("gitlab-token", r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[\w.-]{16,300}", "gl"),
    _shape("npm-token", r"npm_[A-Za-z0-9]{36}", "npm_"),
    _shape("pypi-token", r"pypi-AgEI[\w-]{20,}", "pypi-agei"),
    _shape("docker-token", r"dckr_(?:pat|oat)_[\w-]{20,}", "dckr_"),
    _shape("atlassian-token", r"(?:AT[AC]TT3|ATBB)[\w=-]{20,}", "atatt3", "atctt3", "atbb"),
    _shape("linear-key", r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}", "lin_"),
    _shape("terraform-token", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}", ".atlasv1."),
    _shape("vault-token", r"hv[sbr]\.[\w-]{20,}", "hvs.", "hvb.", "hvr."),
    Rule("vault-token", r"(?<![\w.-])s\.[A-Za-z0-9]{24}(?![\w.(-])", ("s.",), is_mixed),
)  # fmt: skip

_MESSENGERS = (
    _shape("slack-token", r"(?:(?:xoxe\.)?xox[abeoprs]|xapp-[0-9])-[A-Za-z0-9-]{10,}",
           "xox", "xapp-"),
    Rule("slack-webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/([\w/+-]{20,})",
         ("hooks.slack",)),
    Rule("telegram-token", r"(?<![0-9])([0-9]{8,10}:AA[\w-]{32,34})(?![\w-])", (":aa",)),
    Rule("discord-webhook", r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{10,20}/([\w-]{30,})",
         ("webhooks/",)),
    Rule("discord-token", r"(?<![\w.-])[MNO][A-Za-z0-9_-]{23,27}\.[\w-]{6}\.[\w-]{27,45}(?![\w-])", (".",)),
    Rule("teams-webhook", r"webhook\.office\.com/webhookb2/([\w@/-]{40,})", ("webhook.office",)),
    _shape("twilio-key", rf"SK[0-9a-f]{{32}}{_END}", "sk"),
    _shape("sendgrid-key", r"SG\.[\w-]{16,32}\.[\w-]{16,64}", "sg."),
    Rule("mailgun-key", r"(?<![\w-])(?:key-[0-9a-z]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![\w-])",
         ("-",)),
)  # fmt: skip

_SERVICES = (
    _shape("stripe-key", r"(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,})",
           "sk_", "rk_", "whsec_"),
    _shape("square-token", r"(?:sq0(?:atp|csp|idp)-[\w-]{22,43}|EAAA[\w-]{60})", "sq0", "eaaa"),
    _shape("shopify-token", r"shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32}", "shp"),
    _shape("anthropic-key", r"sk-ant-[\w-]{20,}", "sk-ant-"),
    Rule("openai-key", r"(?<![A-Za-z0-9-])sk-(?:[a-z]{2,8}-)?[\w-]{20,}", ("sk-",), is_mixed),
    _shape("huggingface-token", r"hf_[A-Za-z0-9]{30,}", "hf_"),
    _shape("notion-token", r"(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})", "ntn_", "secret_"),
    Rule("launchdarkly-key", rf"(?<![\w-])(?:sdk|api)-{_UUID}(?![\w-])", ("sdk-", "api-")),
    _shape("grafana-token", r"(?:glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|(?:glc_|eyJrIjoi)[A-Za-z0-9+/=]{32,})",
           "glsa_", "glc_", "eyjrijoi"),
    Rule("sentry-dsn", r"https?://([0-9a-f]{32}(?::[0-9a-f]{32})?)@", ("://",)),
    _shape("sentry-token", r"sntry[su]_[A-Za-z0-9+/=_.-]{30,}", "sntry"),
    _shape("newrelic-key", rf"(?:NR(?:AK|JS|II|RA|IQ)-[A-Za-z0-9_-]{{19,40}}|[0-9a-f]{{36}}(?:NRAL|FFFFNRAL){_END})",
           "nr"),
    Rule("jwt", r"(?<![A-Za-z0-9_-])eyJ[\w-]{10,}(?:\.[\w-]*){2,4}", ("eyj",)),
)  # fmt: skip

_VALUE = r"([^\s\"'\\,;<>&\])}]{1,8192})"
_HEADER = r"(?i:authorization)(?:\\{0,3}[\"'])?\s{0,4}[:=]{1,2}\s{0,4}(?:[\[(]|\\{0,3}[\"']){0,4}"
_SCHEME = r"(?i:token|negotiate|ntlm|api-?key|geniekey|splunk)"
_OTHERS = r"(?i:bearer|basic|digest|aws4-hmac-sha256|hmac)"
_COOKIE = r"[\w.%-]{1,100}=[^\s;,\"'\\]{1,4096}"
_ATTRIBUTE = r"(?i:expires|path|domain|max-age|samesite)="  # of Set-Cookie; they stay
_HEADERS = (
    Rule("pagerduty-token", rf"(?i:\btoken\s{{1,4}}token=)(?:\\{{0,3}}[\"'])?{_VALUE}", ("token=",)),
    Rule("bearer", rf"{_HEADER}(?i:bearer)\s{{1,4}}{_VALUE}", ("bearer",), is_value),
    Rule("basic-auth", rf"{_HEADER}(?i:basic)\s{{1,4}}{_VALUE}", ("basic",), is_value),
    Rule("authorization", rf"{_HEADER}(?i:digest)\s{{1,4}}([^\r\n]{{1,2000}})", ("digest",), is_value),
    Rule("authorization", rf"{_HEADER}{_SCHEME}\s{{1,4}}(?!token=){_VALUE}", ("authorization",), is_value),
    Rule("authorization", rf"{_HEADER}(?!(?:{_SCHEME}|{_OTHERS})\b)([\w.~+/=:-]{{16,}})",
         ("authorization",), is_random),
    Rule("bearer", r"(?i:\bbearer)[ :]{1,3}([\w.~+/=-]{16,})", ("bearer",), is_random),
    Rule("basic-auth", r"(?i:\bbasic) {1,3}([A-Za-z0-9+/]{8,}={0,2})(?![\w+/=])", ("basic",), is_basic),
    Rule("cookie", r"(?i:cookie)(?:\\{0,3}[\"'])?\s{0,4}[:=]\s{0,4}(?:\[|\\{0,3}[\"']){0,3}"
        rf"({_COOKIE}(?:; ?(?!{_ATTRIBUTE}){_COOKIE})*)", ("cookie",)),
)  # fmt: skip

_NO_AT = r"\s\"'<>/?#,@\\"
_PASSWORDS = (
    Rule("url-password", rf"://[^\s/?#@:\"'<>]{{0,256}}:(?:([^{_NO_AT}]{{1,512}}+(?:@[^{_NO_AT}]{{1,512}}+){{0,3}})@(?=[\w\[.\ue000$/-])"
        r"|(?![0-9]{1,5}[/?#])([^\s\"'<>@]{1,512}+(?:@[^\s\"'<>@/?#]{1,512}+){0,3})@(?=[\w.-]))", ("://",), is_value),
    Rule("url-password", r"(?<![\w/:.-])[\w.-]{1,64}:(?!//)([^\s@\"']{1,256}+)@(?:tcp|udp|unix)\(",
         ("@tcp(", "@udp(", "@unix("), is_value),
    Rule("url-password", r"%3A%2F%2F[\w.+-]{0,100}%3A((?:[^\s&\"'%]|%(?!40|2F)[0-9A-Fa-f]{2}){1,200})%40",
         ("%3a%2f%2f",), is_value),
    Rule("password", r"(?i:(?<!\w)(?:mysql\w{0,10}|mariadb|sshpass|docker login)\b)[^\r\n|;&]{0,120}?"
        r" -p ?([^\s\-\"'][^\s\"']{0,200})", (" -p",), is_value),
    Rule("password", r"(?i:(?<!\w)curl\b)[^\r\n|;]{0,200}?(?: -u ?| --user[ =])[\"']?[\w.@-]{1,100}:([^\s\"']{1,200})",
        ("curl",), is_value),
    Rule("password", r"(?:\bredis-cli\b[^\r\n|;&]{0,120}? -a |\b(?:requirepass|masterauth) )[\"']?([^\s\"']{1,200})",
        ("redis-cli", "requirepass", "masterauth"), is_value),
    Rule("password", r"(?i:\bidentified by(?: password)?|\bpassword)\s{1,4}'([^'\r\n]{1,200})'",
         ("identified by", "password '"), is_value),
)  # fmt: skip

_PEOPLE = (
    Rule("email", r"(?<![\w.+%-])[\w+-][\w.+-]{0,63}(?:@|%40)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}"
        r"(?![\w-]|\.\w|:[\w~/])", ("@", "%40"), is_email),
    Rule("card", r"(?<![A-Za-z0-9])(?<![0-9]\.)(?<!race_id[=:])(?<!span_id[=:])(?:"
        r"[0-9]{13,19}(?!\w|\.[0-9])|(?<![0-9][ -])(?:[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}"
        r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?!\w|[ .-][0-9]))", (), is_card, group=0),
    Rule("iban", rf"{_B}[A-Z]{{2}}[0-9]{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?{_END}",
         (), is_iban, group=0),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *KEY_BLOCKS, *_CLOUDS, *_FORGES, *_MESSENGERS, *_SERVICES, *_HEADERS, *_PASSWORDS,
    *(rule for key in KEYS for rule in key.rules()),
    *_PEOPLE,
)  # fmt: skip

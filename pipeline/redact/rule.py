"""What a rule is: a kind, a pattern, which group is the secret, and a check that refuses lookalikes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline.errors import ConfigError

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _always(_secret: str) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """`written`: the pattern, compiled when a text first holds one of the hints: most runs need few.

    `hints`: lower-case words of which one must be in the text (none: always tried); they keep the engine quick.

    `group` names the group that holds the secret; None means the group that matched, or else the whole match.
    """

    kind: str
    written: str
    hints: tuple[str, ...] = ()
    check: Callable[[str], bool] = _always
    group: int | str | None = None

    @property
    def at_end(self) -> bool:
        """Whether it looks for a text's end, which texts that are joined hide."""
        return "$" in self.written

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.written)


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule from the configuration: what `pattern` (or its `group`) matches becomes `‹name:1›`.

    Raises ConfigError where the name is not lower case with dashes, the pattern does not compile, or has no such group.
    """

    name: str
    pattern: str
    group: int | str | None = None

    def __post_init__(self) -> None:
        where = f"redaction rule {self.name!r}"
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                "the name becomes the placeholder.",
                where=where,
                fix='Use small letters, digits, dashes: "customer-id".',
            )
        try:
            compiled = re.compile(self.pattern)
        except re.error as problem:
            raise ConfigError(
                f"the pattern is no regular expression: {problem}.", where=where, fix="Mend the pattern."
            ) from None
        if compiled.fullmatch(""):
            raise ConfigError("the pattern matches an empty text.", where=where, fix="Make it match the secret only.")
        known = {0, *range(1, compiled.groups + 1), *compiled.groupindex}
        if self.group is not None and self.group not in known:
            raise ConfigError(
                f"the pattern has no group {self.group!r}.", where=where, fix="Name one of its groups, or none."
            )

    def compiled(self) -> Rule:
        return Rule(self.name, self.pattern, group=self.group or 0)


@dataclass(frozen=True, slots=True)
class Key:
    """A key whose value is a secret, as in `key=value`, `"key": "value"`, `--key value`, `<key>value</key>`.

    `name` is a pattern for the END of the key: `token` covers `access_token`, yet not `token_count` or `tokens`.
    `value` narrows what a secret looks like. `prose`: the key is also a word of messages ("invalid token: illegal
    base64 data"), where two plain words after the colon are no secret.
    """

    kind: str
    name: str
    hints: tuple[str, ...]
    check: Callable[[str], bool]
    value: str = ""
    prose: bool = False

    def ends(self, name: str) -> bool:
        """Whether a key of this name (of a label, say) is this key."""
        return re.search(rf"(?i:(?:{self.name}){KEY_END})\Z", name) is not None

    def rules(self) -> tuple[Rule, ...]:
        value = rf"{_QUOTE}?({self.value})" if self.value else _VALUE
        name = f"(?:{self.name}){KEY_END}"
        pair = rf"{name}(?:{_SEPARATOR}{_NO_PROSE if self.prose else ''}|{_NAME_VALUE}){value}"
        flag = rf"-(?<![\w-]-)-?(?i:[\w-]{{0,40}}{name}[ \t]+(?!-){value})"
        element = rf"<(?i:[\w:.-]{{0,40}}{name}>([^<>]{{1,4096}})</)"
        return tuple(Rule(self.kind, pattern, self.hints, self.check) for pattern in (f"(?i:{pair})", flag, element))


KEY_END = r"(?:[_-]?(?:hash|digest))?[0-9]{0,2}"
_QUOTE = r"(?:\\{0,3}[\"'])"
_SEPARATOR = (
    r"(?:\]|%5D)?(?:\\{0,3}[\"'`])?(?:=(?![ \t>=])"
    r"|[ \t]+={1,2}[ \t]*"
    r"|={1,2}[ \t]+(?![\w.-]{1,40}=[^\s=])"  # logfmt's empty value: `password= user=bob`
    r"|%3D|[ \t]*(?:=>|:=|:)[ \t]*)"
)
_NO_PROSE = r"(?!(?<=: )(?-i:[a-z]{1,15},? [a-z]{2}))"
# Kubernetes writes an environment as {"name": "DB_PASSWORD", "value": "…"}, also as two lines of YAML,
# whose line end may be escaped.
_NAME_VALUE = rf"{_QUOTE}?(?:[,\s]|\\{{1,3}}[nrt]){{1,40}}{_QUOTE}?value{_QUOTE}?[ \t]*[:=][ \t]*"
_STOP = r"\s\"'`,;&|<>(){}\[\]\\"
# An unquoted value runs on over punctuation only where more of the value follows, not the next key.
_BARE = (
    rf"(?:\$\{{[^\s{{}}\"']{{1,200}}\}}|[^{_STOP}]"
    rf"|[,;&|<>(){{}}\[\]]{{1,4}}(?=[^{_STOP}])(?![\w.%\[\]-]{{1,40}}{_QUOTE}?[ \t]*[:=])"
    rf"|\\(?![nrt\"'\\])){{1,4096}}"
)
_VALUE = (
    r"(?:[bru](?=[\"']))?(?:\"((?:[^\"\\\r\n]|\\.){1,8192})\""
    r"|'((?:[^'\\\r\n]|\\.|''(?=[^\s,)])){1,8192})'"
    r"|\\{1,3}\"([^\"\r\n]{1,8192}?)\\{1,3}\""
    rf"|{_QUOTE}?({_BARE}))"
)

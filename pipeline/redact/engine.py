"""The engine: runs the rules over a text or a record and puts a stable placeholder where a secret was."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.redact.keys import WHOLE_KEYS
from pipeline.redact.rule import Key, OwnRule, Rule
from pipeline.redact.rules import KEY_BLOCKS, RULES

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

_PLACEHOLDER = re.compile(r"‹[a-z0-9-]+:[0-9]+›")
_MASK = "\ue000"  # stands for a placeholder while rules look, so that none reads `password:1` inside one
_PASSES = 8  # a redaction may bare the next one; two passes do in practice
_PIECE = 65_536  # a longer text is read in pieces, so that a rare secret does not cost a pass over all of it
_SHORT = 200  # characters; shorter texts that hold nothing are remembered: services and labels come again
_FIXED = frozenset({"kind", "moment", "bad"})  # words of a closed list
_SCHEME = re.compile(r"\w+ (?:token=)?[\"']?‹[a-z0-9-]+:[0-9]+›[\"']?")
_CUT = re.compile(r"\n(?=\S)")
_REST = re.compile(r"\\[nrt]|[\W_]")


class Redactor:
    """Redacts texts and records; the same secret has the same placeholder in all of them. Safe to share by threads.

    `counts` is the number of redactions by kind.
    """

    def __init__(self, rules: Sequence[OwnRule] = ()) -> None:
        self.counts: dict[str, int] = {}
        self._rules = tuple(rule.compiled() for rule in rules) + RULES
        self._hints = {hint for rule in self._rules for hint in rule.hints}
        self._chosen: dict[frozenset[str], tuple[Rule, ...]] = {}
        self._harmless: set[str] = set()
        self._own = bool(rules)
        self._placeholders: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._lock = Lock()

    def text(self, text: str) -> str:
        """The text with each secret replaced by `‹kind:number›`; what surrounds it stays."""
        if len(text) <= _PIECE:
            return self._settled(text, self._telling(text))
        for rule in KEY_BLOCKS:  # the only ones that go on over lines
            text = self._apply(rule, text, _masked(text))
        return "".join(self._settled(piece, self._telling(piece)) for piece in _pieces(text))

    def _telling(self, text: str) -> tuple[Rule, ...]:
        """The rules that may find something: a hint of theirs is in the text, or they have none."""
        low = text.lower()
        hits = frozenset([hint for hint in self._hints if hint in low])
        if hits not in self._chosen:
            chosen = (rule for rule in self._rules if not rule.hints or not hits.isdisjoint(rule.hints))
            self._chosen[hits] = tuple(chosen)
        return self._chosen[hits]

    def _settled(self, text: str, rules: tuple[Rule, ...]) -> str:
        if text in self._harmless:
            return text
        start = text
        for _ in range(_PASSES):
            redacted = self._pass(text, rules)
            if redacted == text:
                break
            text = redacted
        if text == start and len(text) < _SHORT:
            self._harmless.add(text)
        return text

    def record(self, record: R, lines: str = "") -> R:
        """The record with every text in it redacted, also in mappings, tuples and nested records.

        `lines` are its texts joined by line ends, where the caller has them.
        """
        # Most records hold no secret: one look at the whole of one, as lines, tells.
        whole = lines or "\n".join(texts(record))
        return record if self.finds_nothing([record], whole) else self._record(record, self._telling(whole))

    def finds_nothing(self, records: Sequence[Any], lines: str) -> bool:
        """Whether no rule finds anything in records, whose texts are `lines`, joined by line ends."""
        if self._own or any(map(_key, {key for record in records for key in _keys(record)})):
            return False
        return not _may_find(self._telling(lines), _masked(lines))

    def _record(self, record: R, rules: tuple[Rule, ...]) -> R:
        changed = {
            name: after
            for name in _names(type(record))
            for before in [getattr(record, name)]
            if (after := self._value(before, rules)) is not before
        }
        return replace(record, **changed) if changed else record

    def _value(self, value: Any, rules: tuple[Rule, ...]) -> Any:
        if isinstance(value, str):
            after: Any = self._settled(value, rules) if len(value) <= _PIECE else self.text(value)
        elif isinstance(value, Mapping):
            after = {self._value(key, rules): self._entry(key, part, rules) for key, part in value.items()}
        elif isinstance(value, (tuple, list)):
            after = type(value)(self._value(part, rules) for part in value)
        elif is_dataclass(value) and not isinstance(value, type):
            return self._record(value, rules)
        else:
            return value
        return value if after == value else after

    def _entry(self, key: Any, value: Any, rules: tuple[Rule, ...]) -> Any:
        """A value of a mapping, whose key may tell that the whole of it is a secret."""
        redacted = self._value(value, rules)
        if not (isinstance(key, str) and isinstance(value, str) and value):
            return redacted
        found = _key(key)
        if found is None or not found.check(value) or _is_redacted(redacted) or _SCHEME.fullmatch(redacted):
            return redacted
        return self._placeholder(found.kind, value)

    def _pass(self, text: str, rules: tuple[Rule, ...]) -> str:
        masked = _masked(text)
        for rule in rules:
            redacted = self._apply(rule, text, masked)
            if redacted != text:
                text, masked = redacted, _masked(redacted)
        return text

    def _apply(self, rule: Rule, text: str, masked: str) -> str:
        parts, done = [], 0
        for found in rule.pattern.finditer(masked):
            start, end = _whole(masked, *found.span((found.lastindex or 0) if rule.group is None else rule.group))
            secret = text[start:end]
            if start < done or not secret or _is_redacted(secret) or not rule.check(secret):
                continue
            parts += [text[done:start], self._placeholder(rule.kind, secret)]
            done = end
        return "".join([*parts, text[done:]])

    def _placeholder(self, kind: str, secret: str) -> str:
        with self._lock:
            if secret not in self._placeholders:
                self._numbers[kind] = self._numbers.get(kind, 0) + 1
                self._placeholders[secret] = f"‹{kind}:{self._numbers[kind]}›"
            placeholder = self._placeholders[secret]
            known = placeholder[1:].partition(":")[0]
            self.counts[known] = self.counts.get(known, 0) + 1
        return placeholder


def _may_find(rules: tuple[Rule, ...], lines: str) -> bool:
    """Whether a rule finds something in texts joined by line ends; one that looks for a text's end always may."""
    return any(rule.at_end or rule.pattern.search(lines) for rule in rules)


def _keys(record: Any) -> Iterator[str]:
    """The keys of the mappings of a record and of the records inside it."""
    kind: type = type(record)
    for name in _names(kind):
        value = getattr(record, name)
        if not value or value.__class__ is str:
            continue
        if isinstance(value, Mapping):
            yield from (key for key in value if isinstance(key, str))
        elif isinstance(value, tuple):
            yield from (key for part in value if is_dataclass(part) for key in _keys(part))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _FIXED)


def texts(value: Any) -> list[str]:
    """Every text in a record that is not empty, mapping keys included."""
    found: list[str] = []
    _gather(value, found)
    return found


def _gather(value: Any, found: list[str]) -> None:
    """This is done to every record: most of their parts are texts, and are not asked what else they may be."""
    if isinstance(value, str):
        if value:
            found.append(value)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _gather(key, found)
            _gather(part, found)
    elif isinstance(value, (tuple, list)):
        for part in value:
            _gather(part, found)
    elif is_dataclass(value) and not isinstance(value, type):
        for name in _names(type(value)):
            part = getattr(value, name)
            if part.__class__ is str:
                if part:
                    found.append(part)
            elif part:
                _gather(part, found)


def _pieces(text: str) -> Iterator[str]:
    """The text cut before lines that are not indented, which no key-and-value of the line before goes on in."""
    start = 0
    while cut := _CUT.search(text, start + _PIECE):
        yield text[start : cut.end()]
        start = cut.end()
    yield text[start:]


def _masked(text: str) -> str:
    return _PLACEHOLDER.sub(lambda found: _MASK * len(found[0]), text) if "‹" in text else text


def _whole(masked: str, start: int, end: int) -> tuple[int, int]:
    """The span, widened where it would cut a placeholder in two."""
    while 0 < start < end and masked[start - 1] == masked[start] == _MASK:
        start -= 1
    while start < end < len(masked) and masked[end - 1] == masked[end] == _MASK:
        end += 1
    return start, end


def _is_redacted(text: str) -> bool:
    """Whether nothing is left but placeholders and punctuation."""
    return "‹" in text and _PLACEHOLDER.search(text) is not None and not _REST.sub("", _PLACEHOLDER.sub("", text))


@lru_cache(maxsize=4096)
def _key(name: str) -> Key | None:
    return next((key for key in WHOLE_KEYS if key.ends(name)), None)

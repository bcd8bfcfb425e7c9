"""What every record passes before anything else sees it: no secret, no person's name, no path of this machine."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from pipeline.collect.people import People
from pipeline.config import Config
from pipeline.event import Event, Exemplar, LogSummary
from pipeline.incident import Incident
from pipeline.redact import OwnRule, Redactor, texts

Record = TypeVar("Record")
_MACHINE_MADE = ("log", "metric")  # an @ in these is hardly ever a person
_AT_ONCE = 64  # records that are asked for secrets together
_CUT = re.compile(r"… \(([0-9,]+) more characters\)\Z")


class Cleaner:
    """One for a whole collection, used in a fixed order, so that placeholders are the same in every run."""

    def __init__(self, config: Config, incident: Incident) -> None:
        self._people = People({**_roles_of(incident), **config.roles})
        self._redactor = Redactor(rules(config))
        self._base = f"{config.base}/"

    @property
    def counts(self) -> Mapping[str, int]:
        """Redactions by kind."""
        return self._redactor.counts

    def text(self, text: str) -> str:
        """Paths relative to the configuration file, and nothing that UTF-8 cannot hold."""
        return text.replace(self._base, "").encode("utf-8", "replace").decode()

    def looked_at(self, records: Iterable[Record]) -> Iterator[tuple[Record, str, bool]]:
        """Each record, its texts as lines, and whether no secret is in them: many are asked at once, few hold one."""
        left = iter(records)
        while some := list(islice(left, _AT_ONCE)):
            wholes = ["\n".join(texts(record)) for record in some]
            harmless = self._redactor.finds_nothing(some, "\n".join(wholes))
            yield from ((record, whole, harmless) for record, whole in zip(some, wholes, strict=True))

    def record(self, record: Record, whole: str | None = None, harmless: bool = False) -> Record:
        """The same record, fit to be kept; what `looked_at` told of it need not be found out again."""
        whole = "\n".join(texts(record)) if whole is None else whole
        fit = record if whole.isascii() and self._base not in whole else each_text(record, self.text)
        unnamed = self._unnamed(fit, whole)
        if harmless and unnamed is record:
            return record
        clean: Record = self._redactor.record(unnamed, whole if unnamed is record else "")
        return clean

    def _unnamed(self, record: Any, whole: str) -> Any:
        people = self._people
        if isinstance(record, Event):
            if not people.may_be_in(whole):
                return record
            words = people.names if record.kind in _MACHINE_MADE else people.mentions
            title, body, role = words(record.title), words(record.body), people.actor(record.actor_role)
            labels = each_text(record.labels, people.names)
            if (title, body, role, labels) == (record.title, record.body, record.actor_role, record.labels):
                return record
            return replace(record, title=title, body=body, labels=labels, actor_role=role)
        if isinstance(record, Incident):
            title, summary = people.mentions(record.title), people.mentions(record.summary)
            return replace(record, title=title, summary=summary, roles={})
        if isinstance(record, (LogSummary, Exemplar)):
            return each_text(record, lambda text: people.names(_without_cut_word(text)))
        return record


def _without_cut_word(text: str) -> str:
    """A long log record without the word that it was cut in: half a secret has no shape that redaction knows."""
    cut = _CUT.search(text)
    kept = text[: cut.start()] if cut else ""
    if cut is None or not kept or kept[-1].isspace():
        return text
    word = kept.split()[-1]
    return f"{kept.removesuffix(word)}… ({int(cut[1].replace(',', '')) + len(word):,} more characters)"


def rules(config: Config) -> list[OwnRule]:
    """The configured rules, and one that knows every secret of the configuration by heart."""
    secrets = sorted(set(config.secrets()), key=len, reverse=True)
    own = [OwnRule(rule.name, rule.pattern) for rule in config.redaction.rules]
    return [OwnRule("configured-secret", "|".join(map(re.escape, secrets))), *own] if secrets else own


def _roles_of(incident: Incident) -> dict[str, str]:
    """Role by login, whichever way round the source gives it: `{login: role}` or `{role: "login:NAME"}`."""
    pairs = incident.roles.items()
    return dict((who[6:], role) if who.startswith("login:") else (role, who) for role, who in pairs)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text inside it changed; mapping keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: each_text(part, change) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(each_text(part, change) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        old = {name: getattr(value, name) for name in _names(type(value))}
        new = {name: each_text(part, change) for name, part in old.items()}
        return replace(value, **{name: part for name, part in new.items() if part != old[name]})
    return value

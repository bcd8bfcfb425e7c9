"""What one run of a command shares: the configuration once it is read, and the two ways out, stdout and stderr."""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.store import Store

T = TypeVar("T")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Session:
    """`say` is for people (stderr, redacted), `emit` is the result (stdout, as it is)."""

    def __init__(self) -> None:
        self.config: Config | None = None
        self._store: Store | None = None
        self._without_store = False

    def load(self, named: Path | None, *, needed: bool = True) -> "Config | None":
        """The configuration; None where it is not needed and there is none."""
        from pipeline.config import find, load
        from pipeline.errors import UsageError

        try:
            path = find(named)
        except UsageError:
            if needed:
                raise
            return None
        self.config = load(path, os.environ)
        return self.config

    def store(self) -> "Store":
        """The store, as configured or the default; StoreError where it cannot be opened."""
        from pipeline.store import Store

        if self._store is None:
            self._store = Store.open(self.config.store_address if self.config else None)
        return self._store

    def with_store(self, step: "Callable[[Store], T]", otherwise: T) -> T:
        """What a step gives; `otherwise`, told once on stderr, where the store cannot be used: a draft needs none."""
        from pipeline.store import StoreError

        if self._without_store:
            return otherwise
        try:
            return step(self.store())
        except StoreError as problem:
            self._without_store = True
            self.say(f"store {problem} Nothing is kept there; the next draft cannot be merged with edits of this one.")
            return otherwise

    def say(self, text: str) -> None:
        """Lines for people; a secret in them is redacted, and no control character reaches the terminal."""
        from pipeline.redact import Redactor

        rules = []
        if self.config:
            from pipeline.collect.clean import rules as configured

            rules = configured(self.config)
        for line in Redactor(rules).text(text).splitlines():
            with suppress(OSError):
                click.echo(f"befell: {printable(line)}", err=True)


def printable(text: str) -> str:
    """The text without what would move a terminal's cursor or change its colours."""
    return _CONTROL.sub("·", text)


def emit(result: str | bytes) -> None:
    """The result on stdout, text as UTF-8; a reader that went away (`| head`) ends the program without a word."""
    try:
        click.echo(result.encode() if isinstance(result, str) else result, nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None  # what a shell reports for SIGPIPE

"""The one error type: where it went wrong, what is wrong, and how to mend it."""


class BefellError(Exception):
    """An error that a user can act on; only the doors turn it into an exit code.

    >>> str(BefellError("connectors[1].url: missing.", where="config.yaml:9", fix="Add the server's address."))
    "config.yaml:9: connectors[1].url: missing. Add the server's address."
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.where, self.what, self.fix = where, what, fix
        super().__init__(f"{where}: {what} {fix}".strip() if where else f"{what} {fix}".strip())


class ConfigError(BefellError):
    """The configuration cannot be used."""

    exit_code = 2


class UsageError(BefellError):
    """The command was called with words that do not fit together."""

    exit_code = 2


class IncidentNotFound(BefellError):
    """The incident source does not know this id."""


class SourceError(BefellError):
    """A source cannot be read at all; in collect it becomes a notice, never the end of a draft."""

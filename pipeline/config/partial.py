"""What `befell check` reads of a configuration: these keys only, so that it needs no source and no token of one."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.config.checking import Check
from pipeline.config.messages import explain
from pipeline.config.model import Redaction
from pipeline.config.text import Problems, filled, plain, read


class Checking(BaseModel):
    """`store` is its address; "" where it is not configured, or a variable in it is not set here.

    Paths are absolute.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: Check = Field(default=Check(), description="rules and severities")
    redaction: Redaction = Field(default=Redaction(), description="what to redact besides the built-in rules")
    roles: Mapping[str, str] = Field(default={}, description="role by login or name")
    store: str = ""
    templates: Path | None = None


def checking(path: Path, environ: Mapping[str, str]) -> Checking:
    """The keys that a check needs; ConfigError with one line a mistake in them. All others are left unread."""
    tree = read(path)
    problems, unset = Problems(path, tree), Problems(path, tree)
    base = path.parent.resolve()
    data = plain(tree)
    if not isinstance(data, dict):
        problems.add((), "should be a mapping of keys.", "See config.example.yaml.")
        raise problems.error()
    wanted = {name: data[name] for name in ("check", "redaction", "roles") if data.get(name) is not None}
    store = filled(data.get("store"), environ, base, unset)
    if isinstance(store, str) and not unset:
        wanted["store"] = store if "://" in store else str(base / Path(store).expanduser())
    if isinstance(data.get("templates"), str):
        wanted["templates"] = str(base / Path(data["templates"]).expanduser())
    try:
        found = Checking.model_validate(filled(wanted, environ, base, problems))
    except ValidationError as error:
        explain(error, Checking, problems)
    if problems:
        raise problems.error()
    return found

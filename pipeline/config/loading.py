"""From a file to a Config: every mistake of the file is told at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.config.messages import explain, nearest
from pipeline.config.model import Config
from pipeline.config.sources import Source, connector_class, registered
from pipeline.config.text import Loc, Problems, filled, plain, read
from pipeline.errors import UsageError
from pipeline.receiving import Receives

DEFAULTS = (Path("befell.yaml"), Path("config.yaml"))


def find(named: Path | None) -> Path:
    """The file to use: the named one, else ./befell.yaml, else ./config.yaml; UsageError where there is none."""
    for path in (named,) if named else DEFAULTS:
        if named or path.is_file():
            return path
    raise UsageError(
        "no configuration: neither ./befell.yaml nor ./config.yaml is here, so there is no source to read.",
        fix="Copy config.example.yaml to befell.yaml and adapt it, or name a file with --config.",
    )


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The checked configuration; ConfigError with one line a mistake. Connectors in use are imported, no others."""
    tree = read(path)
    problems = Problems(path, tree)
    base = path.parent.resolve()
    data = plain(tree)
    if not isinstance(data, dict):
        problems.add((), "should be a mapping of keys.", "See config.example.yaml.")
        raise problems.error()
    data = filled(data, environ, base, problems)
    if isinstance(data.get("connectors"), list):
        data["connectors"] = _sources(data["connectors"], base, problems)
        _check_incidents(data, problems)
        _check_hooks(data, problems)
    try:
        config = Config.model_validate(data, context={"base": base}).at(base)
    except ValidationError as error:
        explain(error, Config, problems)
    if problems:
        raise problems.error()
    return config


def _sources(items: list[Any], base: Path, problems: Problems) -> list[Source]:
    """The sources whose settings are right; what is wrong with the others is in `problems`."""
    found: list[Source] = []
    names: set[str] = set()
    for index, item in enumerate(items):
        loc = ("connectors", index)
        kind = item.get("use") if isinstance(item, dict) else None
        if kind is None:
            problems.add(loc, "has no kind.", f'Add "use: KIND"; the kinds here are {", ".join(registered())}.')
        elif str(kind) not in registered():
            problems.add((*loc, "use"), "no such kind of connector.", nearest(str(kind), registered()))
        elif source := _source(kind, item, base, problems, loc):
            if not source.name.strip():
                problems.add((*loc, "name"), "is empty.", "Give it a name that tells readers what it is.")
            elif source.name in names:
                problems.add((*loc, "name"), "this name is taken by a connector above.", "Give each its own name.")
            names.add(source.name)
            found.append(source)
    return found


def _source(kind: str, item: dict[str, Any], base: Path, problems: Problems, loc: Loc) -> Source | None:
    try:
        connector = connector_class(kind)
    except ImportError as problem:
        problems.add(loc, f"this connector needs {problem.name or 'a package'}.", "Install it beside befell.")
        return None
    try:
        settings = connector.Settings.model_validate({"name": kind, **item}, context={"base": base})
    except ValidationError as error:
        explain(error, connector.Settings, problems, loc)
        return None
    return Source(settings, connector)


def _check_incidents(data: Mapping[str, Any], problems: Problems) -> None:
    """`incidents.from` names a connector that knows incidents; not judged while connectors are in error."""
    chosen = data.get("incidents")
    if problems or not isinstance(chosen, dict) or "from" not in chosen:
        return
    sources = {source.name: source for source in data["connectors"]}
    loc = ("incidents", "from")
    if chosen["from"] not in sources:
        problems.add(loc, "no connector has this name.", nearest(str(chosen["from"]), sources))
    elif not sources[chosen["from"]].knows_incidents:
        able = [name for name, source in sources.items() if source.knows_incidents]
        problems.add(loc, "this connector knows no incidents.", f"Those that do: {', '.join(able) or 'none'}.")


def _check_hooks(data: Mapping[str, Any], problems: Problems) -> None:
    """Each hook has a connector that understands it, which signs where that is asked, and a path of its own."""
    serve = data.get("serve")
    hooks = serve.get("hooks") if isinstance(serve, dict) else None
    if problems or not isinstance(hooks, list):
        return
    sources = {source.name: source for source in data["connectors"]}
    able = [name for name, source in sources.items() if isinstance(source.connector, Receives)]
    paths: set[str] = set()
    for index, hook in enumerate(hook for hook in hooks if isinstance(hook, dict)):
        loc, name = ("serve", "hooks", index, "connector"), str(hook.get("connector"))
        if name not in sources:
            problems.add(loc, "no connector has this name.", nearest(name, sources))
        elif name not in able:
            problems.add(loc, "this connector takes no webhooks.", f"Those that do: {', '.join(able) or 'none'}.")
        elif "secret" in hook and not sources[name].connector.signatures:
            problems.add((*loc[:-1], "secret"), "this source signs nothing.", "Use token, or username and password.")
        path = str(hook.get("name") or name)
        if path in paths:
            problems.add(loc, f"/hooks/{path} is taken by a hook above.", "Give it a name of its own.")
        paths.add(path)

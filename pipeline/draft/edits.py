"""Changes to the overrides in a draft's front matter, as a reviewer makes them one at a time; and of two at once."""

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pipeline.draft import document
from pipeline.times import rfc3339

Edit = Callable[[Any], None]
LISTS = ("starred", "hidden", "split")
TEXTS = ("titles", "phases")
_NONE = "overrides: {}\n"
_APART = {"starred": "hidden", "hidden": "starred"}  # a row is not both


def edited(text: str, edit: Edit) -> str:
    """The text with its overrides changed by `edit`; comments and the order of keys in them stay.

    BefellError where the front matter cannot be read.
    """
    front, body = document.parts(text)
    if "overrides" not in document.split(text)[0]:
        text = f"---\n{front}{_NONE}---\n{body}"
    block = document.parts(document.with_overrides(f"---\n{_NONE}---\n", text))[0]
    return document.with_overrides(text, f"---\n{_block(block, edit)}---\n")


def _block(block: str, edit: Edit) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.width = 10_000
    whole = yaml.load(block)
    if not whole.get("overrides"):
        whole["overrides"] = CommentedMap()
    edit(whole["overrides"])
    if not whole["overrides"]:
        whole["overrides"].fa.set_flow_style()
    out = io.StringIO()
    yaml.dump(whole, out)
    return out.getvalue()


def toggle(key: str, row: str) -> Edit:
    """Put a row into the list `key` (of LISTS), or take it out; a row is not starred and hidden at once."""

    def edit(overrides: Any) -> None:
        inside = has(overrides, key, row)
        for name in (key, _APART.get(key, key)):
            _without(overrides, name, row)
        if not inside:
            overrides[key] = [*(overrides.get(key) or ()), row]

    return edit


def put(key: str, row: str, said: str) -> Edit:
    """Set the text of a row under `key` (of TEXTS); "" takes it away."""

    def edit(overrides: Any) -> None:
        _without(overrides, key, row)
        if said.strip():
            overrides[key] = {**(overrides.get(key) or {}), row: said.strip()}

    return edit


def milestone(name: str, at: datetime | None, *, found: bool = False) -> Edit:
    """Set a milestone, None for unknown; with `found` it is again what the evidence says."""

    def edit(overrides: Any) -> None:
        others = {key: value for key, value in (overrides.get("milestones") or {}).items() if key != name}
        kept = others if found else {**others, name: rfc3339(at) if at else None}
        if kept:
            overrides["milestones"] = kept
        else:
            overrides.pop("milestones", None)

    return edit


def _without(overrides: Any, key: str, row: str) -> None:
    given = overrides.get(key) or ()
    kept = [one for one in given if not _names(one, row)]
    if kept:
        overrides[key] = {one: given[one] for one in kept} if isinstance(given, Mapping) else kept
    else:
        overrides.pop(key, None)


def of(text: str) -> dict[str, Any]:
    """The overrides as they stand in a text."""
    return dict(document.split(text)[0].get("overrides") or {})


def has(overrides: Mapping[str, Any], key: str, row: str) -> bool:
    """Whether a row is named under a key of LISTS or TEXTS."""
    return any(_names(one, row) for one in overrides.get(key) or ())


def _names(given: Any, row: str) -> bool:
    """Whether a name in the overrides is this row: the beginning of its id is enough."""
    return isinstance(given, str) and bool(given) and row.startswith(given.casefold())


def merged(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """`mine` with what `theirs` changed in `base`; where both changed the same name, mine stands."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys([*theirs, *mine]):
        old, own, other = base.get(key), mine.get(key), theirs.get(key)
        if any(isinstance(one, Mapping) for one in (own, other)) and all(
            one is None or isinstance(one, Mapping) for one in (old, own, other)
        ):
            kept: Any = merged(old or {}, own or {}, other or {})
            if kept:
                found[key] = kept
        elif key in LISTS:
            wanted = [one for one in other or () if one in (own or ()) or one not in (old or ())]
            wanted += [one for one in own or () if one not in wanted and one not in (old or ())]
            if wanted:
                found[key] = wanted
        elif _differs(base, mine, key):
            if key in mine:
                found[key] = own
        elif key in theirs:
            found[key] = other
    return found


def both_changed(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Each name that both changed, and differently, with what `mine` and what `theirs` says; None for nothing."""
    for key in dict.fromkeys([*mine, *theirs]):
        old, own, other = base.get(key), mine.get(key), theirs.get(key)
        if all(one is None or isinstance(one, Mapping) for one in (old, own, other)):
            yield from both_changed(old or {}, own or {}, other or {}, f"{above}{key}.")
        elif key not in LISTS and own != other and _differs(base, mine, key) and _differs(base, theirs, key):
            yield f"{above}{key}", own, other


def _differs(base: Mapping[str, Any], other: Mapping[str, Any], key: str) -> bool:
    return (key in base) != (key in other) or base.get(key) != other.get(key)


def replaced(text: str, overrides: Mapping[str, Any]) -> str:
    """The text with these overrides in the place of its own."""

    def edit(kept: Any) -> None:
        for key in [key for key in kept if key not in overrides]:
            del kept[key]
        for key, value in overrides.items():
            if key not in kept or kept[key] != value:
                kept[key] = value

    return edited(text, edit)

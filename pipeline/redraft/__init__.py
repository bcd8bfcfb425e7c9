"""A draft made again: what was generated before, what a reviewer made of it, and what is generated now, in one text.

Ids of sections, rows and actions come first, text second. Pure: three texts in, one text and the conflicts out.
"""

from dataclasses import dataclass

from pipeline.draft import document
from pipeline.redraft.items import Item, Section, alike, cited, headings, keys, sections
from pipeline.redraft.merge import Conflict, Merge, Part, order

__all__ = ["Conflict", "Redraft", "redraft"]


@dataclass(frozen=True, slots=True)
class Redraft:
    """The merged draft; in a conflict the reviewer's words stand in it, and both sides in `conflicts`."""

    text: str
    conflicts: tuple[Conflict, ...]


def redraft(base: str, mine: str, new: str) -> Redraft:
    """`mine`, which a reviewer made of `base`, with what `new` says otherwise than `base`.

    All three are drafts as befell writes them; line ends are those of `mine`, its overrides stand word for word.
    """
    new, base = document.with_overrides(new, mine), document.with_overrides(base, mine)
    stamp = document.stamp(new)
    fronts, bodies = zip(*(document.parts(document.stamped(text, stamp)) for text in (base, mine, new)), strict=True)
    old, ours, theirs = (keys(front) for front in fronts)
    front = Merge(old, [alike(one, old, theirs) for one in ours], theirs)
    body, conflicts = _body(*bodies)
    found = [Conflict("front matter", *sides) for sides in front.conflicts]
    merged = f"---\n{front.text().rstrip()}\n---\n{body}" if fronts[1] else body
    if mine.startswith("\ufeff"):
        merged = "\ufeff" + merged
    if "\r\n" in mine:
        merged = merged.replace("\n", "\r\n")
    return Redraft(merged, (*found, *conflicts))


def _body(base: str, mine: str, new: str) -> tuple[str, list[Conflict]]:
    known = {**headings(new), **headings(base)}
    old, ours, theirs = ({one.key: one for one in sections(text, known)} for text in (base, mine, new))
    merged: dict[str, tuple[str, list[Conflict]]] = {}
    links: set[str] = set()
    for key in sorted({**ours, **theirs}, key=lambda key: key == "evidence"):  # last: it lists what the others cite
        kept = _section(key, old.get(key), ours.get(key), theirs.get(key), links)
        if kept:
            merged[key] = kept
            links |= cited(kept[0])
    places = [{key: index for index, key in enumerate(one)} for one in (ours, theirs, old)]
    parts = [Part(Item("section", merged[key][0], key), *(place.get(key) for place in places)) for key in merged]
    laid = [part.item for part in order(parts)]
    text = "\n".join(item.text for item in laid)
    above, below = (len(one) for one in (mine[: len(mine) - len(mine.lstrip("\n"))], mine[len(mine.rstrip("\n")) :]))
    return "\n" * above + text.strip("\n") + "\n" * below, [
        conflict for item in laid for conflict in merged[item.key][1]
    ]


def _section(
    key: str, base: Section | None, mine: Section | None, new: Section | None, linked: set[str]
) -> tuple[str, list[Conflict]] | None:
    """The merged text of a section and its conflicts; None where it is gone."""
    if mine is None and base is not None:
        return None  # the reviewer took it out
    empty: tuple[Item, ...] = ()
    old, ours, theirs = (one.items if one else empty for one in (base, mine, new))
    done = Merge(old, ours, theirs, linked)
    if not done.parts:
        return None
    name = next((item.text.lstrip("# ") for item in ours or theirs if item.kind == "heading"), key)
    return done.text(), [Conflict(name, *sides) for sides in done.conflicts]

"""A draft in parts that can be told apart: sections, and in each the rows, list items, paragraphs and fences."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.draft.document import fenced

_MARKER = re.compile(r"<!-- befell:([\w:-]+) -->\s*")
_HEADING = re.compile(r"#{1,6} ")
_LIST = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_ACTION = re.compile(r"<!-- befell:(action:\w+) -->")
_OWN_ANCHOR = re.compile(r'<a id="(e-[\w-]+)">')
_CITED = re.compile(r"\(#(e-[\w-]+)\)")
_CELL = re.compile(r"(?<!\\)\|")
_WORDS = re.compile(r"\w+")
_YAML_KEY = re.compile(r"([A-Za-z_]\w*):")


@dataclass(frozen=True, slots=True)
class Item:
    """One part. `key` tells it apart whatever its text says, "" where only the text does; `gap` blank lines follow."""

    kind: str
    text: str
    key: str = ""
    gap: int = 0

    @property
    def plain(self) -> str:
        """The text as it counts: how a paragraph is wrapped does not."""
        return self.text if self.kind in ("fence", "yaml") else " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is its id, or its heading where it has none; "" for what stands before the first."""

    key: str
    items: tuple[Item, ...]


def sections(body: str, headings: Mapping[str, str]) -> list[Section]:
    """The sections of a body; `headings` has the ids of headings, for those whose comment was taken away."""
    starts = _starts(body, set(headings.values()))
    lines = body.split("\n")
    found, taken = [], set()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        part = lines[start:end]
        heading = next((line.strip() for line in part if line.startswith("## ")), "")  # its level may be another one
        marker = _MARKER.fullmatch(part[0])
        key = marker[1] if marker else headings.get(heading, f"own {heading}" if heading else "")
        while key in taken:  # a copy is the reviewer's own
            key += " again"
        taken.add(key)
        found.append(Section(key, tuple(items(part))))
    return found


def headings(body: str) -> dict[str, str]:
    """The id of each section by its heading."""
    return {
        item.text.strip(): section.key
        for section in sections(body, {})
        for item in section.items
        if item.text.startswith("## ")
    }


def _starts(body: str, known: Collection[str]) -> list[int]:
    """The lines that sections begin with: their comment where they have one, else their heading.

    With the ids that are `known` a comment tells by itself, whatever level the heading below it was given.
    """
    starts, fence, above = [0], "", -1
    lines = body.split("\n")
    for number, line in enumerate(lines):
        fence = fenced(line, fence)
        if fence or not line.strip():
            continue
        marker = _MARKER.fullmatch(lines[above]) if above >= 0 else None
        own = _MARKER.fullmatch(line)
        if own and own[1] in known:
            start = number
        elif line.startswith("## ") and not (marker and known):
            start = above if marker else number
        else:
            start = 0
        if start > starts[-1]:
            starts.append(start)
        above = number
    return starts


def items(lines: list[str]) -> list[Item]:
    """The parts of a section, in order; every line that is not blank is in one."""
    parts: list[tuple[str, list[str], int]] = []
    fence = ""
    for line in lines:
        inside, fence = fence, fenced(line, fence)
        if inside:
            parts[-1][1].append(line)
        elif not line.strip():
            if parts:
                kind, text, gap = parts[-1]
                parts[-1] = (kind, text, gap + 1)
        elif (kind := "fence" if fence else _kind(line)) != "text" or not _continues(parts):
            parts.append((kind, [line], 0))
        else:
            parts[-1][1].append(line)
    return [Item(kind, "\n".join(text), _key(kind, text[0]), gap) for kind, text, gap in parts]


def _continues(parts: list[tuple[str, list[str], int]]) -> bool:
    """Whether a line of text belongs to the part above it."""
    return bool(parts) and not parts[-1][2] and parts[-1][0] in ("text", "list", "quote")


def _kind(line: str) -> str:
    bare = line.lstrip()
    if _MARKER.fullmatch(line):
        return "marker"
    if _HEADING.match(line):
        return "heading"
    if bare.startswith("|"):
        return "row"
    if bare.startswith(">"):
        return "quote"
    return "list" if _LIST.match(line) else "text"


def _key(kind: str, line: str) -> str:
    if kind == "marker":
        return line.strip()
    if kind != "row":
        return ""
    if own := _ACTION.search(line) or _OWN_ANCHOR.search(line):
        return own[1]
    first = cells(line)[1].strip()
    if first and not first[0].isdigit() and set(first) - set("-: "):
        return f"label {first}"
    cited = _CITED.search(line)
    return cited[1] if cited else ""


def cells(row: str) -> list[str]:
    """What stands between the pipes, with what stands before the first and after the last."""
    found = _CELL.split(row)
    return found if len(found) > 1 else [*found, ""]


def cited(text: str) -> set[str]:
    """The anchors of evidence that a text links to."""
    return set(_CITED.findall(text))


def own_anchor(text: str) -> str:
    """The anchor that a row of the evidence list is, or ""."""
    found = _OWN_ANCHOR.search(text)
    return found[1] if found else ""


def keys(front: str) -> list[Item]:
    """The keys of a front matter, each with the lines that belong to it; comments and blank lines are parts too."""
    found: list[tuple[str, list[str]]] = []
    for line in front.removesuffix("\n").split("\n"):
        named = _YAML_KEY.match(line)
        if named:
            found.append((named[1], [line]))
        elif found and found[-1][0] and (line[:1] in (" ", "\t") or not line.strip() or line[:1] in "}]-"):
            found[-1][1].append(line)
        else:
            found.append(("", [line]))
    return [Item("yaml", "\n".join(text), f"key {name}" if name else "") for name, text in found]


def alike(mine: Item, *others: Sequence[Item]) -> Item:
    """A key as it stands in others where it says the same and only quotes or brackets tell them apart."""
    known = [one for keys_ in others for one in keys_ if mine.key and one.key == mine.key and one.text != mine.text]
    for one in known:
        if _WORDS.findall(one.text) == _WORDS.findall(mine.text) and _said(one.text) == _said(mine.text) is not None:
            return one
    return mine


def _said(text: str) -> object:
    """What a key says; None where it cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError):
        return None

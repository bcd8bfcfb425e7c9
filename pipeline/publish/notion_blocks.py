"""A draft as blocks of Notion, within its limits (https://developers.notion.com/reference/request-limits).

A rich text has at most 2,000 characters, a list of them 100; an address has at most 2,000.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.publish.post import digest
from pipeline.publish.tree import Node, parse

TEXT, TEXTS, ADDRESS = 2000, 100, 2000
_LOOKS = {"strong": "bold", "em": "italic", "s": "strikethrough", "code": "code"}
_HEADINGS = {
    "h1": "heading_1",
    "h2": "heading_2",
    "h3": "heading_3",
    "h4": "heading_3",
    "h5": "heading_3",
    "h6": "heading_3",
}
_LISTS = {"ul": "bulleted_list_item", "ol": "numbered_list_item"}
_BLOCKS = {*_HEADINGS, *_LISTS, "p", "pre", "table", "details", "blockquote", "hr"}
_LANGUAGES = {"mermaid", "json", "yaml", "sql", "bash", "python"}  # of those that Notion knows, what a draft may hold
_BOX = re.compile(r"\[([ xX])\] ")


def blocks(markdown: str) -> list[dict[str, Any]]:
    """The blocks of a page, each with `children` where it has some; the page has its own title."""
    root = parse(markdown)
    first = next((one for one in root.inside if isinstance(one, Node)), None)
    if first is not None and first.tag == "h1":
        root.inside.remove(first)
    return list(_flow(root.inside))


def content(block: Any) -> str:
    """What a reader sees of a block, whether it is to be sent or was read: for telling whether somebody edited it."""
    kind = block["type"]
    told = block.get(kind) or {}
    cells = [plain(cell) for cell in told.get("cells", ())]
    return json.dumps([kind, plain(told.get("rich_text", ())), told.get("checked", False), cells], ensure_ascii=False)


def plain(texts: Sequence[Any]) -> str:
    return "".join(one["plain_text"] if "plain_text" in one else one["text"]["content"] for one in texts)


def children(block: Any) -> list[Any]:
    """The blocks inside one that is to be sent."""
    return list(block.get(block["type"], {}).get("children", ()))


def fingerprint(found: Sequence[Any]) -> str:
    """The hash of what a reader sees of blocks, in their order; `children` as in `blocks`."""
    return digest("\n".join(_all(found)))


def _all(found: Sequence[Any]) -> Iterator[str]:
    for block in found:
        yield content(block)
        yield from _all(children(block))


def _flow(inside: Sequence[Node | str]) -> Iterator[dict[str, Any]]:
    """Blocks, and the texts between them as paragraphs."""
    loose: list[Node | str] = []
    for one in inside:
        if isinstance(one, Node) and one.tag in _BLOCKS:
            yield from _texts("paragraph", loose)
            loose = []
            yield from _block(one)
        else:
            loose.append(one)
    yield from _texts("paragraph", loose)


def _block(one: Node) -> Iterator[dict[str, Any]]:
    if one.tag in _LISTS:
        for item in one.inside:
            if isinstance(item, Node):
                yield _item(_LISTS[one.tag], item)
    elif one.tag == "p":
        yield from _flow(one.inside)
    elif one.tag == "hr":
        yield {"type": "divider", "divider": {}}
    elif one.tag == "pre":
        yield _code(one)
    elif one.tag == "table":
        yield _table(one)
    elif one.tag == "details":
        title = next(one.find("summary"), Node("summary", inside=["Details"]))
        yield _made("toggle", _runs(title.inside)[:TEXTS], [*_flow([part for part in one.inside if part is not title])])
    elif one.tag == "blockquote":
        yield _made("quote", [], [*_flow(one.inside)])
    else:
        yield from _texts(_HEADINGS[one.tag], one.inside)


def _made(kind: str, texts: list[Any], inside: Sequence[Any] = (), **more: Any) -> dict[str, Any]:
    return {"type": kind, kind: {"rich_text": texts, **more, **({"children": list(inside)} if inside else {})}}


def _texts(kind: str, inside: Sequence[Node | str]) -> Iterator[dict[str, Any]]:
    """A block of text, or several of the same kind where it has more parts than one block holds."""
    runs = _runs(inside)
    if plain(runs).strip():
        for start in range(0, len(runs), TEXTS):
            yield _made(kind, runs[start : start + TEXTS])


def _item(kind: str, item: Node) -> dict[str, Any]:
    """An item of a list; `[ ]` makes it one that can be ticked."""
    first, *more = [*_flow(item.inside)] or [_made("paragraph", [])]
    if first["type"] != "paragraph":
        return _made(kind, [], [first, *more])
    texts = first["paragraph"]["rich_text"]
    box = _BOX.match(texts[0]["text"]["content"]) if texts else None
    if not box:
        return _made(kind, texts, more)
    texts[0]["text"]["content"] = texts[0]["text"]["content"][box.end() :]
    return _made("to_do", texts, more, checked=box[1] != " ")


def _code(one: Node) -> dict[str, Any]:
    named = next((part.attributes.get("class", "") for part in one.find("code")), "").removeprefix("language-")
    texts = [_run(piece) for piece in _pieces(one.text().rstrip("\n"))]
    return _made("code", texts[:TEXTS], language=named if named in _LANGUAGES else "plain text")


def _table(one: Node) -> dict[str, Any]:
    rows = [[_cell(cell) for cell in row.find("th", "td")] for row in one.find("tr")]
    wide = max(map(len, rows))
    filled = [row + [[]] * (wide - len(row)) for row in rows]
    inside = [{"type": "table_row", "table_row": {"cells": cells}} for cells in filled]
    return {"type": "table", "table": {"table_width": wide, "has_column_header": True, "children": inside}}


def _cell(cell: Node) -> list[Any]:
    """The texts of a cell; one with too many parts keeps its words and loses their looks."""
    runs = _runs(cell.inside)
    return runs if len(runs) <= TEXTS else [_run(piece) for piece in _pieces(plain(runs))][:TEXTS]


def _runs(inside: Sequence[Node | str], link: str = "", **looks: bool) -> list[Any]:
    found: list[Any] = []
    for one in inside:
        if isinstance(one, str):
            found += [_run(piece, link, **looks) for piece in _pieces(re.sub(r"\s+", " ", one))]
        elif one.tag == "br":
            found.append(_run("\n"))
        else:
            more = {_LOOKS[one.tag]: True} if one.tag in _LOOKS else {}
            found += _runs(one.inside, _address(one) or link, **{**looks, **more})
    return found


def _run(piece: str, link: str = "", **looks: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "text", "text": {"content": piece, **({"link": {"url": link}} if link else {})}}
    return {**made, "annotations": looks} if looks else made


def _address(one: Node) -> str:
    """A link to elsewhere; Notion has none within a page."""
    target = one.attributes.get("href", "") if one.tag == "a" else ""
    return target if target.startswith(("https://", "http://", "mailto:")) and len(target) <= ADDRESS else ""


def _pieces(text: str) -> list[str]:
    return [text[start : start + TEXT] for start in range(0, len(text), TEXT)]

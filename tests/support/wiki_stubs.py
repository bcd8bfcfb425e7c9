"""A Confluence Cloud and a Notion, with the limits that they really have."""

import copy
import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from publishing_stub import Target

_NAMESPACES = 'xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'


def well_formed(storage: str) -> ET.Element:
    """The storage format as XML; ParseError where Confluence would refuse it."""
    return ET.fromstring(f"<body {_NAMESPACES}>{storage}</body>")


@dataclass
class Confluence(Target):
    """One space OPS (id 7) with the page 1 in it; pages of children come 2 at a time."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        path = path.removeprefix("/wiki/api/v2/")
        if path == "spaces":
            return 200, {"results": [{"id": "7", "key": "OPS"}] if params["keys"] == "OPS" else []}
        if path.endswith("/children"):
            return 200, self._children(path.split("/")[1], int(params.get("cursor", 0)))
        if method == "POST":
            return self._created(body)
        if path == "pages":
            return 200, {
                "results": [self._shown(one) for one in self.pages.values() if one["title"] == params["title"]]
            }
        page = self.pages.get(path.removeprefix("pages/"))
        if page is None:
            return 404, {"errors": [{"title": "Not Found"}]}
        return self._updated(page, body) if method == "PUT" else (200, self._shown(page))

    def edit(self, number: str, value: str = "", *, title: str = "") -> None:
        """Somebody edits the page in the browser."""
        page = self.pages[number]
        page["value"], page["title"] = value or page["value"], title or page["title"]
        page["version"] = {"number": page["version"]["number"] + 1, "message": ""}

    def _children(self, parent: str, start: int) -> Any:
        below = [one for one in self.pages.values() if one.get("parentId") == parent]
        more = {"next": f"/wiki/api/v2/pages/{parent}/children?cursor={start + 2}"} if len(below) > start + 2 else {}
        shown = [{"id": one["id"], "title": one["title"]} for one in below[start : start + 2]]
        return {"results": shown, "_links": more}

    def _created(self, body: Any) -> tuple[int, Any]:
        if any(one["title"] == body["title"] for one in self.pages.values()):
            return 400, {"errors": [{"title": "A page with this title already exists in this space"}]}
        if body["spaceId"] != "7" or len(body["title"]) > 255:
            return 400, {"errors": [{"title": "Bad Request"}]}
        well_formed(body["body"]["value"])
        number = str(100 + len(self.pages))
        kept = {"id": number, "title": body["title"], "parentId": body.get("parentId"), "value": body["body"]["value"]}
        self.pages[number] = {**kept, "version": {"number": 1, "message": ""}}
        return 200, self._shown(self.pages[number])

    def _updated(self, page: Any, body: Any) -> tuple[int, Any]:
        if body["version"]["number"] != page["version"]["number"] + 1:
            return 409, {"errors": [{"title": "Version must be incremented when updating a page"}]}
        if body["id"] != page["id"] or body["status"] != "current":
            return 400, {"errors": [{"title": "Bad Request"}]}
        well_formed(body["body"]["value"])
        page.update(title=body["title"], value=body["body"]["value"], version=body["version"])
        return 200, self._shown(page)

    def _shown(self, page: Any) -> Any:
        links = {"webui": f"/spaces/OPS/pages/{page['id']}"}
        body = {"storage": {"value": page["value"], "representation": "storage"}}
        return {**{key: page[key] for key in ("id", "title", "version")}, "body": body, "_links": links}


@dataclass
class Notion(Target):
    """The page `root` is shared; a request that passes a limit is refused with 400, as Notion does."""

    blocks: dict[str, dict[str, Any]] = field(default_factory=lambda: {"root": {"inside": [], "title": "Postmortems"}})
    numbers: Any = field(default_factory=lambda: count(1))

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        if self.headers[-1].get("Notion-Version") != "2025-09-03":
            return 400, {"code": "missing_version", "message": "Notion-Version header should be defined"}
        if body is not None and (wrong := _too_much(body)):
            return 400, {"code": "validation_error", "message": wrong}
        kind, _, rest = path.removeprefix("/v1/").partition("/")
        if (method, kind, rest) == ("POST", "pages", ""):
            return 200, self._page(self._add(body["parent"]["page_id"], {"type": "child_page"}, _title(body)))
        name = rest.removesuffix("/children")
        if name not in self.blocks:
            return 404, {"code": "object_not_found", "message": f"Could not find block with ID: {name}."}
        if kind == "pages":
            if method == "PATCH":
                self.blocks[name]["title"] = _title(body)
                self.blocks[name]["inside"] = [] if body.get("erase_content") else self.blocks[name]["inside"]
            return 200, self._page(name)
        if method == "PATCH":
            return 200, {"results": [self._shown(self._add(name, one)) for one in body["children"]]}
        return 200, self._listed(name, params)

    def page(self) -> str:
        """The id of the only page below the root."""
        (name,) = self.blocks["root"]["inside"]
        return name

    def texts(self, name: str) -> list[str]:
        """What a reader sees of a page, block by block."""
        found = []
        for inside in self.blocks[name]["inside"]:
            told = self.blocks[inside].get(self.blocks[inside]["type"], {})
            cells = " | ".join(_words(cell) for cell in told.get("cells", ()))
            found += [_words(told.get("rich_text", ())) or cells, *self.texts(inside)]
        return found

    def _add(self, parent: str, block: Any, title: str = "") -> str:
        name = f"b{next(self.numbers)}"
        kind = block["type"]
        kept = copy.deepcopy(block.get(kind, {}))
        inside = kept.pop("children", [])
        self.blocks[name] = {"type": kind, kind: kept, "inside": [], "title": title}
        self.blocks[parent]["inside"].append(name)
        for child in inside:
            self._add(name, child)
        return name

    def _listed(self, name: str, params: dict[str, str]) -> Any:
        start, size = int(params.get("start_cursor", 0)), min(100, int(params["page_size"]))
        inside = self.blocks[name]["inside"]
        more = start + size < len(inside)
        found = [self._shown(one) for one in inside[start : start + size]]
        return {"results": found, "has_more": more, "next_cursor": str(start + size) if more else None}

    def _shown(self, name: str) -> Any:
        """A block as Notion gives it: with `plain_text`, and without what is inside it."""
        block = copy.deepcopy(self.blocks[name])
        told = block[block["type"]]
        for run in [*told.get("rich_text", ()), *(run for cell in told.get("cells", ()) for run in cell)]:
            run["plain_text"] = run["text"]["content"]
        if block["type"] == "child_page":
            told["title"] = block["title"]
        return {"object": "block", "id": name, "type": block["type"], "has_children": bool(block["inside"]),
                block["type"]: told}  # fmt: skip

    def _page(self, name: str) -> Any:
        return {"object": "page", "id": name, "url": f"https://notion.example/{name}"}


def _title(body: Any) -> str:
    return _words(body["properties"]["title"]["title"])


def _words(texts: Any) -> str:
    return "".join(run["text"]["content"] for run in texts)


def _too_much(body: Any) -> str:
    """The limit that a request passes: 100 blocks, 1,000 in all, two levels, 500 kB, texts and addresses."""
    blocks = body.get("children", [])
    every = list(_every(blocks))
    if len(blocks) > 100 or any(len(inside) > 100 for inside, _ in every):
        return "body.children.length should be ≤ `100`"
    if len(every) > 1000 or len(json.dumps(body)) > 500_000:
        return "payload is too large"
    if any(depth > 2 for _, depth in every):
        return "body.children nests deeper than two levels"
    return _too_long(body)


def _every(blocks: Any, depth: int = 1) -> Any:
    for block in blocks:
        inside = block[block["type"]].get("children", [])
        yield inside, depth
        yield from _every(inside, depth + 1)


def _too_long(value: Any) -> str:
    """Texts of more than 2,000 characters, lists of more than 100 of them, addresses that are none."""
    if isinstance(value, list):
        if len(value) > 100 and isinstance(value[0], dict) and "text" in value[0]:
            return "rich_text.length should be ≤ `100`"
        return next(filter(None, map(_too_long, value)), "")
    if not isinstance(value, dict):
        return ""
    text = value.get("text") if isinstance(value.get("text"), dict) else {}
    if len(text.get("content", "")) > 2000:
        return "text.content.length should be ≤ `2000`"
    url = (text.get("link") or {}).get("url", "https://")
    if not url.startswith(("http://", "https://", "mailto:")) or len(url) > 2000:
        return "Invalid URL for link."
    return next(filter(None, map(_too_long, value.values())), "")

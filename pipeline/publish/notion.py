"""A page in Notion (https://developers.notion.com/reference).

Notion numbers no versions. The last block of a page that befell wrote names two hashes: of what was read back after it
was written, and of what was sent. Where the page no longer reads as it did, somebody edited it; without that block it
was not finished, or is not befell's.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.config.publishing import Notion
from pipeline.http import Http
from pipeline.publish.api import Api
from pipeline.publish.notion_blocks import TEXT, blocks, children, fingerprint, plain
from pipeline.publish.post import Done, Post, edited

_VERSION = {"Notion-Version": "2025-09-03"}
_BLOCKS, _ELEMENTS, _BYTES = 100, 900, 400_000  # of a request; Notion's own limits are 100, 1,000 and 500 kB
_ROWS = 90  # of a table, sent with it; the others follow
_MARK = re.compile(r"befell (sha256:[0-9a-f]{64}) (sha256:[0-9a-f]{64})$")
_FIXES = {
    401: "Check token: the secret of an internal integration.",
    403: "Give the integration the capabilities to read, insert and update content.",
    404: "Check the id of the page, and share that page with the integration.",
}


def publish(post: Post, settings: Notion, overwrite: bool, http: Http) -> Done:
    """Write the draft as a page, or anew into its page. EditedThere, or SourceError."""
    api = Api(settings, http, f"{settings.base}/v1", _VERSION, _FIXES)
    wanted = blocks(post.body)
    sent = fingerprint(wanted)
    title = {"title": [{"type": "text", "text": {"content": post.title[:TEXT]}}]}
    page = _found(api, post, settings.page)
    if page is None:
        page = api.ask("POST", "pages", {"parent": {"page_id": settings.page}, "properties": {"title": title}})
    else:
        there = [*_read(api, page)]
        read, before = _marked(there)
        page = api.ask("GET", f"pages/{page}")
        ours = not there or read == fingerprint(there[:-1])
        if ours and before == sent:
            return Done(page["url"], changed=False)
        if not ours and not overwrite:
            raise edited(page["url"], "was edited since befell published it, or that was never finished")
        api.ask("PATCH", f"pages/{page['id']}", {"properties": {"title": title}, "erase_content": True})
    _append(api, page["id"], wanted)
    _append(api, page["id"], [_mark(fingerprint([*_read(api, page["id"])]), sent)])
    return Done(page["url"])


def _mark(read: str, sent: str) -> Any:
    """The last block: it tells readers where to edit, and befell what it wrote."""
    text = f"Written from a draft: edit that, or this page will be replaced. befell {read} {sent}"
    return {"type": "paragraph", "paragraph": {"rich_text": [{"type": "text", "text": {"content": text}}]}}


def _marked(there: Sequence[Any]) -> tuple[str, str]:
    """The two hashes that the last block names; "" where it names none."""
    last = there[-1].get("paragraph", {}).get("rich_text", ()) if there else ()
    mark = _MARK.search(plain(last))
    return (mark[1], mark[2]) if mark else ("", "")


def _found(api: Api, post: Post, parent: str) -> Any:
    """The id of the page below the parent that names the incident in its title."""
    named = re.compile(rf"(?<![\w-]){re.escape(post.incident)}(?![\w-])")
    titles = ((one["id"], one["child_page"]["title"]) for one in _list(api, parent) if one["type"] == "child_page")
    return next((name for name, title in titles if named.search(title)), None)


def _list(api: Api, block: str) -> Iterator[Any]:
    cursor: dict[str, str] = {}
    while True:
        answer = api.ask("GET", f"blocks/{block}/children", page_size=100, **cursor)
        yield from answer["results"]
        if not answer.get("has_more"):
            return
        cursor = {"start_cursor": answer["next_cursor"]}


def _read(api: Api, block: str) -> Iterator[Any]:
    """The blocks inside one, each with its own `children`."""
    for one in _list(api, block):
        if one.get("has_children") and one["type"] != "child_page":
            one[one["type"]]["children"] = [*_read(api, one["id"])]
        yield one


def _append(api: Api, parent: str, wanted: Sequence[Any]) -> None:
    """Add blocks to the end, then what is inside each of them: a request takes two levels, and a table its rows."""
    for batch in _batches([_bare(block) for block in wanted]):
        made = api.ask("PATCH", f"blocks/{parent}/children", {"children": batch})["results"]
        for block, one in zip(wanted, made, strict=False):
            if rest := children(block)[_ROWS if block["type"] == "table" else 0 :]:
                _append(api, one["id"], rest)
        wanted = wanted[len(batch) :]


def _bare(block: Any) -> Any:
    """A block with only those children that have to be sent with it."""
    kind = block["type"]
    inside = {name: value for name, value in block[kind].items() if name != "children"}
    rows = {"children": children(block)[:_ROWS]} if kind == "table" else {}
    return {"object": "block", "type": kind, kind: {**inside, **rows}}


def _batches(wanted: Sequence[Any]) -> Iterator[list[Any]]:
    """As many blocks at a time as a request may hold."""
    batch: list[Any] = []
    elements = size = 0
    for block in wanted:
        more, bytes_more = 1 + len(children(block)), len(json.dumps(block))
        if batch and (len(batch) == _BLOCKS or elements + more > _ELEMENTS or size + bytes_more > _BYTES):
            yield batch
            batch, elements, size = [], 0, 0
        batch.append(block)
        elements, size = elements + more, size + bytes_more
    if batch:
        yield batch

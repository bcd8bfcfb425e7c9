"""A page in Confluence Cloud (https://developer.atlassian.com/cloud/confluence/rest/v2/).

The message of each version that befell writes names the incident and the hash of the body: where the last version has
another message, somebody else wrote it.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.config.publishing import Confluence
from pipeline.errors import BefellError
from pipeline.http import Http, HttpError
from pipeline.publish.api import Api
from pipeline.publish.post import Done, Post, digest, edited
from pipeline.publish.storage import storage

_TITLE = 255  # characters
_COMMENT = "<ac:inline-comment-marker"  # a remark on a piece of the text is in the body, and in no version
_FIXES = {
    401: "Check username (the account's e-mail) and password (an API token of that account).",
    403: "Give the account the right to add pages to this space.",
    404: "Check url (with /wiki), space and parent, and that the account may see them.",
}


def publish(post: Post, settings: Confluence, overwrite: bool, http: Http) -> Done:
    """Write the draft as a page, or as the next version of its page. EditedThere, BefellError or SourceError."""
    api = Api(settings, http, f"{settings.base}/api/v2", fixes=_FIXES)
    title, body = post.title[:_TITLE], storage(post.body)
    message = f"befell {post.incident} {digest(title + body)}"
    spaces = api.ask("GET", "spaces", keys=settings.space)["results"]
    if not spaces:
        raise BefellError(
            f"there is no space {settings.space!r}.", where=settings.base, fix="Check publish.confluence."
        )
    page = _found(api, post, spaces[0]["id"], settings.parent)
    content = {"title": title, "status": "current", "body": {"representation": "storage", "value": body}}
    if page is None:
        parent = {"parentId": settings.parent} if settings.parent else {}
        made = api.ask("POST", "pages", {**content, **parent, "spaceId": spaces[0]["id"]})
        # A first version takes no message, so that a second one says what is ours.
        return Done(_address(settings, _next(api, made, content, message)))
    commented = _COMMENT in page["body"]["storage"]["value"]
    if page["version"].get("message") == message and not commented:
        return Done(_address(settings, page), changed=False)
    if not overwrite:
        _check_ours(page, post, commented, _address(settings, page))
    return Done(_address(settings, _next(api, page, content, message)))


def _check_ours(page: Any, post: Post, commented: bool, where: str) -> None:
    if commented:
        raise edited(where, "has comments on its text")
    if not (page["version"].get("message") or "").startswith(f"befell {post.incident} "):
        raise edited(where)


def _next(api: Api, page: Any, content: dict[str, Any], message: str) -> Any:
    """The page's next version; Confluence refuses the number where another version came in between."""
    version = {"number": page["version"]["number"] + 1, "message": message}
    try:
        return api.ask("PUT", f"pages/{page['id']}", {**content, "id": page["id"], "version": version})
    except HttpError as problem:
        if problem.status != 409:
            raise
        raise edited(problem.where, "was changed just now") from None


def _found(api: Api, post: Post, space: str, parent: str) -> Any:
    """The incident's page: the one with this title, or, below the parent, one that names the incident in its title."""
    wanted = {"space-id": space, "title": post.title[:_TITLE], "status": "current", "body-format": "storage"}
    if exact := api.ask("GET", "pages", **wanted)["results"]:
        return exact[0]
    named = re.compile(rf"(?<![\w-]){re.escape(post.incident)}(?![\w-])")
    for child in _children(api, parent) if parent else ():
        if named.search(child["title"]):
            return api.ask("GET", f"pages/{child['id']}", **{"body-format": "storage"})
    return None


def _children(api: Api, parent: str) -> Iterator[Any]:
    cursor: dict[str, str] = {}
    while True:
        answer = api.ask("GET", f"pages/{parent}/children", limit=250, **cursor)
        yield from answer["results"]
        following = parse_qs(urlsplit(answer.get("_links", {}).get("next") or "").query).get("cursor")
        if not following:
            return
        cursor = {"cursor": following[0]}


def _address(settings: Confluence, page: Any) -> str:
    shown = page.get("_links", {}).get("webui") or f"/pages/{page['id']}"
    return f"{settings.base}{shown}"

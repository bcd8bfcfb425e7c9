"""The draft of a postmortem on an incident of Statuspage (https://developer.statuspage.io): it is never published here.

Its last line, which Markdown does not show, names the incident and the hash of what stands above it.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pipeline import times
from pipeline.config.publishing import Statuspage
from pipeline.errors import BefellError
from pipeline.flags import bare_token
from pipeline.http import Http
from pipeline.publish.api import Api
from pipeline.publish.post import Done, Post, digest, edited
from pipeline.publish.sections import heading, section, uncited

_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_MARK = re.compile(r"\n*^\[befell\]: # \((.*)\)\s*\Z", re.MULTILINE)
_LISTED = 100
_FIXES = {
    401: "Check token: an API key of Statuspage.",
    403: "Give the key's owner access to this page.",
    404: "Check page in the configuration, and the incident given with --target.",
}


def publish(post: Post, settings: Statuspage, overwrite: bool, http: Http, target: str = "") -> Done:
    """Write the draft of the postmortem; `target` is the incident's id there. EditedThere, BefellError, SourceError."""
    page = quote(settings.page, safe="")
    api = Api(settings, http, f"{settings.base.removesuffix('/v1')}/v1/pages/{page}", fixes=_FIXES)
    if settings.token:
        bare_token(api.session, f"OAuth {settings.token.get_secret_value()}")
    incident = target or _only(api, post)
    where = f"{api.root}/incidents/{incident}"
    found = api.find(f"incidents/{quote(incident, safe='')}/postmortem") or {}
    there = (found.get("body_draft") or found.get("body") or "").strip()  # once it is published, there is no draft
    text = _text(post, settings.sections)
    if _same(there, f"{text}\n\n{_mark(post, text)}"):
        return Done(where, changed=False)
    if there and not overwrite and not _is_ours(there, post):
        raise edited(where)
    body = {"postmortem": {"body_draft": f"{text}\n\n{_mark(post, text)}"}}
    api.ask("PUT", f"incidents/{quote(incident, safe='')}/postmortem", body)
    return Done(where)


def _text(post: Post, sections: tuple[str, ...]) -> str:
    """The sections that customers may read, without the ids of internal evidence."""
    found = [(heading(post.body, name), section(post.body, name)) for name in sections]
    text = "\n\n".join(f"## {title}\n\n{part}" for title, part in found if part)
    if not text:
        raise BefellError(
            f"the draft has none of the sections {', '.join(sections)}.", fix="See docs/draft.md for ids."
        )
    return _COMMENT.sub("", uncited(text)).strip()


def _mark(post: Post, text: str) -> str:
    return f"[befell]: # ({re.sub('[()]', '', post.incident)} {digest(text)})"


def _is_ours(there: str, post: Post) -> bool:
    """Whether the text above the mark is the one that was written with it."""
    text = there.replace("\r\n", "\n")
    mark = _MARK.search(text)
    return mark is not None and mark[0].strip() == _mark(post, text[: mark.start()])


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.strip()


def _only(api: Api, post: Post) -> str:
    """The one incident of the page that began within the draft's window; BefellError names those to choose from."""
    listed = api.ask("GET", "incidents", limit=_LISTED)
    begun = [one for one in listed if _within(str(one.get("started_at") or one.get("created_at")), post)]
    if len(begun) == 1:
        return str(begun[0]["id"])
    shown = "; ".join(f"{one['id']} {one['name']}" for one in begun[:10])
    what = f"several incidents began in the window: {shown}." if begun else "no incident there began in the window."
    raise BefellError(what, where=api.root, fix="Name the incident's id on the status page with --target.")


def _within(began: str, post: Post) -> bool:
    window = post.front.get("window") or {}
    try:
        start, end = (_moment(window[key]) for key in ("start", "end"))
        return start <= times.parse(began) < end
    except (KeyError, TypeError, ValueError):
        return False


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else times.parse(str(value))

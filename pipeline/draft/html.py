"""The draft as one HTML page that works offline: CSS and SVG inline, no script, nothing loaded from elsewhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from markupsafe import Markup

from pipeline.draft import chart, templates
from pipeline.draft.document import seal, split
from pipeline.draft.style import PLAIN, Style
from pipeline.draft.view import View
from pipeline.errors import BefellError
from pipeline.timeline.model import Timeline

_PICTURE = '<div id="befell-picture"></div>'
_WIDE = '<div class="wide" role="region" tabindex="0" aria-label="{}">'
_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "details",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href", "id"},
    "h2": {"id"},
    "h3": {"id"},
    "div": {"class", "id", "role", "tabindex", "aria-label"},
    "th": {"scope"},
    "ol": {"start"},
}


def render_html(markdown: str, timeline: Timeline, style: Style = PLAIN) -> str:
    """The page for a draft, generated or reviewed: Markdown, then an allow-list of tags, then our own SVG put in."""
    spoken = _told_in(markdown, style).spoken()
    body, contents = fragment(markdown, timeline, style)
    title = f"{timeline.incident.id} – {timeline.incident.title}"
    text: dict[str, Any] = {"title": title, "contents": contents, "body": body, "fields": dict(style.fields)}
    text |= {"language": spoken.code, "say": spoken.plain}
    return seal(templates.rendered(templates.page(style.templates), "page.html.j2", text, style.templates))


def fragment(
    markdown: str, timeline: Timeline, style: Style = PLAIN
) -> tuple[Markup, list[tuple[str, str]]]:  # fmt: skip
    """What stands in the page: its safe HTML, and the (id, text) of each heading for a table of contents."""
    import nh3

    style = _told_in(markdown, style)
    say = style.spoken().plain
    body, contents = _converted(split(markdown)[1], say)
    safe = nh3.clean(body, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    safe = safe.replace("<pre>", '<pre tabindex="0">')  # what scrolls can be reached by keyboard
    return Markup(
        safe.replace(
            _PICTURE, f"{_WIDE.format(escape(say('Picture of the timeline')))}{picture(timeline, style=style)}</div>", 1
        )
    ), contents


def picture(timeline: Timeline, address: str = "", style: Style = PLAIN) -> Markup:
    """The timeline as SVG; with `address` each event links to `address` and the id of its evidence."""
    drawn = chart.chart(View(timeline, style.spoken())) | {"address": address}
    return Markup(templates.rendered(templates.page(style.templates), "timeline.svg.j2", drawn, style.templates))


def _told_in(markdown: str, style: Style) -> Style:
    """The style, in the language that the draft says it is written in."""
    said = replace(style, language=str(split(markdown)[0].get("language") or "en"))
    try:
        said.spoken()
    except BefellError:  # a reviewer translated it: the page speaks English around it
        return replace(style, language="en")
    return said


def _converted(body: str, say: Callable[..., str]) -> tuple[str, list[tuple[str, str]]]:
    """HTML, and the (id, text) of each second-level heading for the table of contents."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(body)
    contents: list[tuple[str, str]] = []
    used: set[str] = set()
    named: list[str] = []
    heading = say("Draft")
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and token.tag in ("h2", "h3") and following is not None:
            name = _slug(following.content, used)
            token.attrSet("id", name)
            heading = "".join(child.content for child in following.children or ())
            if token.tag == "h2":
                contents.append((name, following.content))
        elif token.type == "table_open":
            named.append(heading)
            number = f" {count}" if (count := named.count(heading)) > 1 else ""
            token.attrs = {"aria-label": f"{heading}: {say('table')}{number}"}
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
        elif token.type == "inline" and token.content.startswith(("[ ] ", "[x] ", "[X] ")):
            _box(token.children or ())
    first = next((token for token in tokens if token.type == "fence" and token.info.strip() == "mermaid"), None)
    rules: Any = reader.renderer.rules  # type: ignore[attr-defined]
    fence = rules["fence"]
    rules["fence"] = lambda all_, at, options, env: _PICTURE if all_[at] is first else fence(all_, at, options, env)
    rules["table_open"] = _table
    rules["table_close"] = lambda *_: "</table></div>\n"
    return str(reader.renderer.render(tokens, reader.options, {})), contents


def _table(tokens: Sequence[Any], at: int, *_: Any) -> str:
    """A table that scrolls where it is too wide, by keyboard too; its name tells it from others."""
    name = escape(tokens[at].attrGet("aria-label"))
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>\n'


def _slug(text: str, used: set[str]) -> str:
    """The id that GitHub gives a heading, made unique."""
    name = re.sub(r"[^\w -]", "", text.lower()).strip().replace(" ", "-") or "section"
    while name in used or name.startswith(("e-", "befell-")):
        name += "-1"
    used.add(name)
    return name


def _box(children: Sequence[Any]) -> None:
    """A task list's `[ ]` as a box that can be printed and ticked by hand."""
    if children and children[0].type == "text":
        children[0].content = re.sub(
            r"^\[([ xX])\]", lambda found: "☐" if found[1] == " " else "☑", children[0].content
        )

"""A draft in Confluence's storage format (https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html)."""

import re
from html import escape

from pipeline.publish.tree import Node, parse

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
_AS_IT_IS = {
    "blockquote", "em", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "strong", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip


def storage(markdown: str) -> str:
    """The body of a page. The page has its own title, so the draft's first heading is left out."""
    root = parse(markdown)
    first = next((one for one in root.inside if isinstance(one, Node)), None)
    if first is not None and first.tag == "h1":
        root.inside.remove(first)
    return "".join(map(_written, root.inside)).strip()


def _written(one: Node | str) -> str:
    if isinstance(one, str):
        return escape(_CONTROL.sub("", one), quote=False)
    inside = "".join(map(_written, one.inside))
    if one.tag in _AS_IT_IS:
        return f"<{one.tag}>{inside}</{one.tag}>"
    if one.tag in ("br", "hr"):
        return f"<{one.tag} />"
    if one.tag == "a":
        return _link(one, inside)
    if one.tag == "pre":
        return _code(one)
    if one.tag == "details":
        return _folded(one)
    return {"code": f"<code>{inside}</code>", "s": f"<del>{inside}</del>"}.get(one.tag, inside)


def _macro(name: str, *parts: str) -> str:
    return f'<ac:structured-macro ac:name="{name}" ac:schema-version="1">{"".join(parts)}</ac:structured-macro>'


def _parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{name}">{escape(value)}</ac:parameter>'


def _link(one: Node, inside: str) -> str:
    """A link out, a link within the page, or the place that such a link leads to."""
    target = one.attributes.get("href", "")
    if place := one.attributes.get("id"):
        inside = _macro("anchor", _parameter("", place)) + inside
    if target.startswith("#"):
        return f'<ac:link ac:anchor="{escape(target[1:])}"><ac:link-body>{inside}</ac:link-body></ac:link>'
    return f'<a href="{escape(target)}">{inside}</a>' if target else inside


def _code(one: Node) -> str:
    """A block of code; a CDATA section cannot hold its own end, so that one is split in two."""
    text = _CONTROL.sub("", one.text()).rstrip("\n").replace("]]>", "]]]]><![CDATA[>")
    return _macro("code", f"<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body>")


def _folded(one: Node) -> str:
    title = next((part.text() for part in one.find("summary")), "Details")
    inside = "".join(_written(part) for part in one.inside if not (isinstance(part, Node) and part.tag == "summary"))
    return _macro("expand", _parameter("title", title), f"<ac:rich-text-body>{inside.strip()}</ac:rich-text-body>")

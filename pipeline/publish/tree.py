"""The Markdown of a draft as a tree of its HTML, with nothing in it but what is allowed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TAGS = {
    "a", "blockquote", "br", "code", "details", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "id"}, "code": {"class"}, "ol": {"start"}}
_EMPTY = {"br", "hr"}


@dataclass(slots=True)
class Node:
    """An element with what is inside it: elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)

    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text() for one in self.inside)

    def find(self, *tags: str) -> Iterator["Node"]:
        """The elements with one of these tags, at any depth, in their order."""
        for one in self.inside:
            if isinstance(one, Node):
                if one.tag in tags:
                    yield one
                yield from one.find(*tags)


def parse(markdown: str) -> Node:
    """The tree of a draft's Markdown; scripts, styles, comments and unknown tags are gone, their text stays."""
    import nh3
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    safe = nh3.clean(
        reader.render(markdown), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )  # fmt: skip
    builder = _Builder()
    builder.feed(safe)
    builder.close()
    return builder.stack[0]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Node("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].inside.append(node)
        if tag not in _EMPTY:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.stack) > 1 and tag not in _EMPTY:  # nh3 closes all that it opens, in order
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].inside.append(data)

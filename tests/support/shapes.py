"""The shape of a draft and of its page: everything but the words."""

import re
from collections import Counter
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from pipeline.draft.document import actions, split
from pipeline.publish.sections import heading, section
from pipeline.redraft.items import sections

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKER = re.compile(r"<!-- befell:([\w:-]+) -->")
NAMES = ("summary", "logs", "actions", "evidence")


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, links apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements, self.attributes, self.links, self.ids = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.attributes += [(tag, name) for name, _ in attributes]
        self.ids += [value for name, value in attributes if name == "id" and value.startswith("e-")]
        if tag == "a":
            self.links += [value for name, value in attributes if name == "href"]
        else:
            self.elements.append(tag)

    def handle_endtag(self, tag):
        if tag != "a":
            self.elements.append(f"/{tag}")


def shape(draft: str) -> dict[str, object]:
    """Everything of a draft but its words: markers, headings, the columns of each row, citations, action items."""
    tokens = READER.parse(split(draft)[1])
    comments = [token.content.strip() for token in tokens if token.type == "html_block"]
    level = [token.tag for token in tokens if token.type == "heading_open"]
    rows, names = [], [token.content for token in tokens if token.type == "inline"]
    for token in tokens:
        if token.type in ("thead_open", "tr_open"):
            rows.append(0)
        elif token.type in ("th_open", "td_open"):
            rows[-1] += 1
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    own = [child.content for child in inline if child.type == "html_inline"]
    return {
        "front": list(split(draft)[0]),
        "comments": [MARKER.findall(comment) for comment in comments],
        "headings": level,
        "rows": rows,
        "citations": Counter(target for target in targets if target.startswith("#")),
        "html": Counter(own),
        "actions": [(one["id"], one["owner"], one["due"]) for one in actions(draft)],
        "parts": [(one.key, [item.kind for item in one.items]) for one in sections(split(draft)[1], {})],
        "section names": [heading(split(draft)[1], name) for name in NAMES],
        "section ends": [section(split(draft)[1], name)[-6:] for name in NAMES],
        "paragraphs": len(names),
    }


def check_page(page: str) -> Page:
    """No script, no handler, no address but web and mail, and nothing loaded from elsewhere."""
    seen = Page(page)
    assert not {"script", "img", "iframe", "object", "embed", "form", "base", "link"}.intersection(seen.elements)
    assert not [name for _, name in seen.attributes if name.startswith("on") or name in ("src", "style")]
    assert all(link.startswith(("#", "http://", "https://", "mailto:")) for link in seen.links)
    return seen

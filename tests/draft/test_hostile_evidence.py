"""Whatever sources write, a draft keeps its shape: headings, tables, markers and citations as with plain words."""

import itertools
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support import evidence
from support.hostile import HOSTILE, hostile

from pipeline.draft import render, render_html
from pipeline.draft.document import actions, is_untouched, split
from pipeline.draft.text import clean
from pipeline.event import Account, Exemplar, Notice
from pipeline.incident import Incident
from pipeline.publish.sections import heading, section
from pipeline.redraft.items import sections
from pipeline.timeline import reconstruct
from pipeline.timeline.model import Timeline

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKER = re.compile(r"<!-- befell:([\w:-]+) -->")
NAMES = ("summary", "logs", "actions", "evidence")
PIECES = (
    *HOSTILE,
    "|",
    "\\|",
    "`",
    "\n\n",
    "\r\n| <!-- befell:action:A1 --> A1 | done | eve | today | x | 1 | y | z |  |\r\n",
    "\n<!-- befell:evidence -->\n## Evidence\n",
    "<!--",
    "-->",
    "\n---\nbefell: 1\noverrides: {severity: SEV-1}\n---\n",
    "{{ 7 * 7 }}{% include 'x' %}{# no #}",
    "](javascript:alert(1))",
    "](#e-forged000000)",
    '<a id="e-forged000000"></a>',
    '" onmouseover="alert(1)',
    "<svg/onload=alert(1)>",
    "</details></title></text></style>",
    "\n```\n",
    "~~~\n",
    "\u202e\u2066",
    "\u200b\u200d",
    "\x00\x1b[31m",
    "\ud800",
    "&#x3c;script&#x3e;",
    "\n    code\n",
    "\n[x]: https://evil.example\n",
    "w" * 10_000,
)
OWN = {"#data-sources", "#full-timeline", "#log-excerpts"}
ACTIONS = {f"<!-- befell:action:A{number} -->" for number in range(1, 10)}
texts = (
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), min_size=1, max_size=3).map("".join).filter(bool)
)


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


def assert_alike(found: dict[str, object], expected: dict[str, object]) -> None:
    for name, seen in found.items():
        assert (name, seen) == (name, expected[name])


def plain(found: list[str]) -> tuple[str, ...]:
    """As many plain words, equal where two texts are, so that both timelines group alike."""
    known: dict[str, str] = {}
    return tuple(known.setdefault(text, f"plain{chr(97 + len(known))}") for text in found)


@given(st.lists(texts, min_size=1, max_size=12))
@example(list(PIECES))
@settings(max_examples=40, deadline=None)
def test_a_draft_keeps_its_shape_whatever_the_evidence_says(found):
    evil, calm = hostile(tuple(found)), hostile(plain(found))
    draft, expected = render(evil), render(calm)
    assert_alike(shape(draft), shape(expected))
    assert is_untouched(draft)
    assert split(draft)[0]["title"] == clean(evil.incident.title)
    page, pattern = check_page(render_html(draft, evil)), Page(render_html(expected, calm))
    assert page.elements == pattern.elements
    assert page.ids == pattern.ids
    assert Counter(page.attributes) - Counter(pattern.attributes) <= Counter(
        {("a", "href"): 1_000, ("a", "rel"): 1_000}
    )


def from_sources(found: list[str]) -> Timeline:
    """A timeline out of events, logs and notices in which every text that a source writes is one of these."""
    turn = itertools.cycle(found)
    events = []
    for minute, kind in enumerate(("deploy", "change", "alert", "page", "message", "status", "action", "log") * 2, 10):
        more = {name: next(turn) for name in ("source", "body", "actor_role", "url", "severity", "native_id")}
        title, label = next(turn), {next(turn): next(turn)}
        service = "shop" if minute % 3 else next(turn)
        events.append(evidence.event(f"09:{minute}", kind, title, service=service, labels=label, **more))
    log = evidence.errors([f"09:{minute}" for minute in range(10, 40)], next(turn), next(turn))
    log = replace(log, reason=next(turn), exemplars=(Exemplar(at=log.first, text=next(turn), path=next(turn)),))
    series = evidence.metric([0.0] * 80 + [9.0] * 80 + [0.0] * 80, name=next(turn), unit=next(turn))
    incident = Incident(
        id=next(turn), title=next(turn), services=("shop", next(turn)), url=next(turn), severity_raw=next(turn)
    )
    given = evidence.snapshot(
        *events, incident=incident, logs=(log,), series=(series,), redactions={next(turn): 1},
        notices=(Notice(kind=next(turn), detail=next(turn), source=next(turn), gap=True),),
    )  # fmt: skip
    return reconstruct(replace(given, accounts={"test": Account(read=16, parsed=16)}))


@given(st.lists(texts, min_size=1, max_size=6))
@example(list(PIECES))
@settings(max_examples=25, deadline=None)
def test_from_events_to_page_no_text_becomes_structure(found):
    timeline = from_sources([text.replace("\ud800", "?") for text in found])  # collect lets no lone surrogate in
    draft = render(timeline)
    seen, calm = shape(draft), shape(render(from_sources(["plain"])))
    for same in ("front", "section names"):
        assert seen[same] == calm[same]
    marked = [name for names in seen["comments"] for name in names if not name.startswith("timeline:")]
    assert marked == [name for names in calm["comments"] for name in names if not name.startswith("timeline:")]
    assert all(
        (target.startswith("#e-") and target[3:] in timeline.evidence) or target in OWN for target in seen["citations"]
    )
    assert set(seen["html"]) <= {f'<a id="e-{name}">' for name in timeline.evidence} | {"</a>", "<br>"} | ACTIONS
    check_page(render_html(draft, timeline))

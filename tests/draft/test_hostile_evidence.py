"""Whatever sources write, a draft keeps its shape: headings, tables, markers and citations as with plain words."""

import itertools
from collections import Counter
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import evidence
from support.hostile import HOSTILE, hostile
from support.shapes import Page, check_page, shape

from pipeline.draft import Style, render, render_html
from pipeline.draft.document import is_untouched, split
from pipeline.draft.text import clean
from pipeline.event import Account, Exemplar, Notice
from pipeline.incident import Incident
from pipeline.timeline import reconstruct
from pipeline.timeline.model import Timeline

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


def assert_alike(found: dict[str, object], expected: dict[str, object]) -> None:
    for name, seen in found.items():
        assert (name, seen) == (name, expected[name])


def plain(found: list[str]) -> tuple[str, ...]:
    """As many plain words, equal where two texts are, so that both timelines group alike."""
    known: dict[str, str] = {}
    return tuple(known.setdefault(text, f"plain{chr(97 + len(known))}") for text in found)


@given(st.lists(texts, min_size=1, max_size=12))
@example(list(PIECES))
@settings(max_examples=30, deadline=None)
def test_a_draft_keeps_its_shape_whatever_the_evidence_says(found):
    check_shape(found, Style())


@given(st.lists(texts, min_size=1, max_size=12))
@example(list(PIECES))
@settings(max_examples=15, deadline=None)
def test_a_german_draft_keeps_its_shape_too(found):
    check_shape(found, Style(language="de"))


def check_shape(found: list[str], style: Style) -> None:
    evil, calm = hostile(tuple(found)), hostile(plain(found))
    draft, expected = render(evil, style), render(calm, style)
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
        id=next(turn),
        title=next(turn),
        services=("shop", next(turn)),
        url=next(turn),
        severity_raw=next(turn),
        summary=next(turn),
        roles={next(turn): next(turn)},
        source=next(turn),
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


def test_a_text_too_long_to_be_our_own_is_not_looked_up_in_a_catalogue():
    spoken = Style(language="de").spoken()
    assert spoken.told("x is earlier than " * 6_000) == "x is earlier than " * 6_000

"""Drafts in other languages: every word of befell's is translated, and nothing else is different."""

import ast
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.german import german
from support.shapes import Page, check_page, shape
from support.timelines import empty, rich

from pipeline.draft import Style, render, render_html
from pipeline.draft.document import split
from pipeline.draft.language import language
from pipeline.draft.templates import names, shipped
from pipeline.errors import BefellError
from pipeline.redraft import redraft

ROOT = Path(__file__).resolve().parents[2]
GERMAN = Style(language="de")
CATALOGUE = language("de", shipped())
SAID = re.compile(r"""\bsay\(\s*(?:f?"((?:[^"\\]|\\.)*)"|f?'([^']*)')""")
_COMMON = """the of and which what who whose by from at after before with not no when where how why this that these it
    its were are is has had be been for to set seen found none time times evidence row rows record records more first
    change alert answer unknown impact start detected source service other others while until as or if than"""
ENGLISH = frozenset(_COMMON.split())
# Reasons that are put together of parts, as they can be.
COMPOSED = (
    "recovered is earlier than mitigated by the evidence: check both",
    "recovered (set by the reviewer) is earlier than mitigated: check both",
    "hidden names k3v7qx, which is no evidence of a row: check the id",
    "roles names chef, which is no evidence of a row and no role: check the id",
    "5 min 55 s before impact start; on shop, which the incident names; rolled back later",
    "new since 09:20 UTC, 315 times, 0 in the 20 min before; most at 09:20 UTC (9 in that minute)",
    "315 times, 1,204 in the 20 min before; most at 09:20 UTC (9 in that minute)",
    "1 time; no record of this service from before the incident to compare with",
    "“Titel”, and the signals got better after it",
    "Took longer than 60 s and was left; it had given nothing. "
    "Raise time_limit of this source (and deadline), or ask it for less.",
)


class Told(HTMLParser):
    """Every text that a reader of a page sees or hears."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts, self._skip = [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self._skip = tag == "style"
        self.texts += [value for name, value in attributes if name in ("aria-label", "title", "alt")]

    def handle_data(self, text):
        if not self._skip:
            self.texts.append(text)


def english_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", text.casefold())) & ENGLISH


def keys() -> set[str]:
    """The texts that templates and page say."""
    files = [shipped() / name for name in names(shipped())]
    files += [ROOT / "pipeline/draft/html.py", ROOT / "pipeline/draft/__init__.py"]
    return {one or two for path in files for one, two in SAID.findall(path.read_text())}


def test_every_text_of_the_templates_is_translated_and_no_other_is_there():
    assert keys() - set(CATALOGUE._words) == set()
    assert set(CATALOGUE._words) - keys() - {"unknown"} == set()


def test_no_translation_is_for_a_text_that_the_code_does_not_have():
    code = "".join(path.read_text() for path in (ROOT / "pipeline").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?"', "", code)
    for text in CATALOGUE._told:
        pieces = [piece for piece in re.split(r"\{[a-z_]+\}", text) if re.search(r"\w{3}", piece)]
        for piece in pieces:
            assert all(word in code for word in re.findall(r"[\w-]{3,}", piece)), text


def reasons():
    """Each text that a rule of the timeline gives as its reason, with something in the place of what it names."""
    for path in (ROOT / "pipeline/timeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = [word.value for word in node.keywords if word.arg in ("reason", "detail")]
            if getattr(node.func, "id", "") in ("claims", "_first") and len(node.args) > 3:
                given.append(node.args[3])
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value.replace("{title}", "Titel").replace("{actor}", "a responder")
                elif isinstance(value, ast.JoinedStr):
                    text = "".join(one.value if isinstance(one, ast.Constant) else "7" for one in value.values)
                    if not text.startswith(("77", "7 names 7, which is 7")):  # among COMPOSED
                        yield text


@pytest.mark.parametrize("text", sorted({*reasons(), *COMPOSED}))
def test_every_reason_of_the_timeline_is_translated(text):
    assert english_in(CATALOGUE.listed(text)) == set()


@pytest.mark.parametrize("make", [german, empty])
def test_no_english_is_left(make):
    timeline = make()
    if make is empty:
        timeline = replace(timeline, incident=replace(timeline.incident, title="Anmeldung"), notices=())
    draft = render(timeline, GERMAN)
    front = re.findall(r"^# (.*)", split_front(draft), re.MULTILINE)
    ours = r"<!--.*?-->|\(#[^)]*\)|<a id=[^>]*>|</?\w+>|:milestone|todayMarker|dateFormat|axisFormat"
    body = re.sub(ours, " ", split(draft)[1])
    assert english_in(body) == set()
    assert not {"the", "and", "evidence", "then"} & english_in(" ".join(front))
    page = render_html(draft, timeline)
    assert english_in(" ".join(Told(page).texts)) == set()
    assert '<html lang="de">' in page


def split_front(draft: str) -> str:
    return draft.split("\n---\n")[0]


@pytest.mark.parametrize("make", [german, rich, empty])
def test_a_draft_has_the_same_shape_in_every_language(make):
    timeline = make()
    timeline = replace(timeline, rows=tuple(replace(row, actor_role="") for row in timeline.rows))  # roles make rows
    english, other = render(timeline), render(timeline, GERMAN)
    seen, expected = shape(other), shape(english)
    for different in ("section names", "citations", "front", "section ends"):
        del seen[different], expected[different]
    assert seen == expected
    assert split(other)[0] | {"generated": "", "language": ""} == split(english)[0] | {"generated": "", "language": ""}
    page, pattern = check_page(render_html(other, timeline)), Page(render_html(english, timeline))
    assert page.elements == pattern.elements
    own = [link for link in page.links if link.startswith("#") and not link.startswith("#e-")]
    assert len(own) == len([link for link in pattern.links if link.startswith("#") and not link.startswith("#e-")])


def test_every_link_within_a_german_page_leads_somewhere():
    from urllib.parse import unquote

    timeline = german()
    page = render_html(render(timeline, GERMAN), timeline)
    ids = set(re.findall(r'id="([^"]+)"', page))
    links = {unquote(link) for link in re.findall(r'href="#([^"]+)"', page)}
    assert links <= ids


def test_numbers_are_written_as_the_language_does_and_times_stay():
    draft = render(german(), GERMAN)
    assert "0,22 %" in draft
    assert "91.240" in draft
    assert "2026-11-24 09:22:10" in draft
    assert "2 min 10 s nach Beginn der Auswirkungen" in draft


def test_an_edited_german_draft_is_merged():
    timeline = german()
    base = render(timeline, GERMAN)
    mine = base.replace("Wie viele waren betroffen, und was haben sie gesehen? _Antwort:_", "Etwa 4.000 Kunden.")
    more = replace(timeline, rows=timeline.rows[:-1])
    done = redraft(base, mine, render(more, GERMAN))
    assert "Etwa 4.000 Kunden." in done.text
    assert not done.conflicts


def test_an_edited_draft_that_changes_its_language_keeps_what_was_written():
    timeline = rich()
    base = render(timeline)
    mine = base.replace("and what did they see? _Answer:_", "and what did they see? Some 4,000 saw errors.")
    done = redraft(base, mine, render(timeline, GERMAN))
    assert "Some 4,000 saw errors." in done.text
    assert "## Maßnahmen" in done.text
    assert done.text.count("<!-- befell:actions -->") == 1


def test_words_of_ones_own_go_before_the_shipped_ones(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words/de.yaml").write_text('words: {"Impact": "Folgen"}\n')
    (tmp_path / "words/fr.yaml").write_text('words: {"Summary": "Résumé"}\nnumber: {".": ","}\n')
    german_draft = render(rich(), Style(templates=tmp_path, language="de"))
    assert "## Folgen" in german_draft
    assert "## Zusammenfassung" in german_draft
    french = render(rich(), Style(templates=tmp_path, language="fr"))
    assert "## Résumé" in french
    assert "## Impact\n" in french
    assert 'language: "fr"' in french


def test_a_language_without_words_is_told():
    with pytest.raises(BefellError, match=r"language tlh: there are no words for it\. Known are de, en;"):
        render(rich(), Style(language="tlh"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("words: [", "no YAML"),
        ("phrases: {}", "other keys"),
        ('words: {"Impact": 7}', "is no text"),
        ('words: {"From {place}.": "De {lieu}."}', "has a part that is not in it"),
    ],
)
def test_words_that_cannot_be_used_name_their_file(tmp_path, text, what):
    (tmp_path / "words").mkdir()
    (tmp_path / "words/fr.yaml").write_text(text)
    with pytest.raises(BefellError, match=what) as told:
        render(rich(), Style(templates=tmp_path, language="fr"))
    assert told.value.where.startswith(str(tmp_path / "words/fr.yaml"))

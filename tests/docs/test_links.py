"""Links between pages lead somewhere, and so do the paths that a page names."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.pages import PAGES, ROOT, anchors, code, name, tokens

OURS = re.compile(r"(?:pipeline|connectors|tests|templates|lab|bench|examples|docs)/[\w./-]*")
ELSEWHERE = {"pipeline/templates", "lab/shop"}  # in the wheel; in a run of the lab


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [str(token.attrs["href"]) for token in tokens(page) if token.type == "link_open"]
    for link in (link for link in links if not re.match(r"https?://|mailto:", link)):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link}: there is no such file"
        assert not anchor or anchor in anchors(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_paths_are_there(page: Path) -> None:
    named = {piece for piece in code(page) if OURS.fullmatch(piece)} - ELSEWHERE
    assert {path for path in named if not (ROOT / path).exists() and not (page.parent / path).exists()} == set()


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {
        (index.parent / str(token.attrs["href"])).resolve() for token in tokens(index) if token.type == "link_open"
    }
    pages = {page for page in PAGES if page.parent in (ROOT / "docs", ROOT / "docs" / "connectors")} - {index}
    assert pages - linked == set()


def test_every_decision_is_in_its_index_and_has_its_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    pages = sorted(folder.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text()
        title = re.match(r"# \d+\. (.+)", text)
        assert title and f"| {page.name[:4]} | [{title[1]}]({page.name}) |" in index
        assert re.findall(r"(?m)^\*\*(\w+)\.\*\*", text) == ["Context", "Decision", "Consequences", "Measured"]

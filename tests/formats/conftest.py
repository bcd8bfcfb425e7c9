"""One draft as a page, and the files made from it."""

import io
from typing import Any

import pytest
from docx import Document
from support.timelines import rich

from pipeline.draft import render, render_html


def page_of(markdown: str) -> str:
    return render_html(markdown, rich())


@pytest.fixture(scope="session")
def page() -> str:
    return page_of(render(rich()))


@pytest.fixture
def opened():
    """A DOCX as python-docx reads it."""

    def opened(content: bytes) -> Any:
        return Document(io.BytesIO(content))

    return opened

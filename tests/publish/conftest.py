"""A draft to publish, and targets to publish it to."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.timelines import rich

from pipeline.draft import render
from pipeline.http import Http
from pipeline.publish import Post, read
from pipeline.run import safe_name

DRAFT = render(rich())


def posted(text: str) -> Post:
    """A draft as it is read from its file."""
    return read(text, Path("INC-42.md"), safe_name)


@pytest.fixture
def post() -> Post:
    return posted(DRAFT)


@pytest.fixture
def later(post: Post) -> Post:
    """The same draft, after a reviewer worked on it."""
    text = post.text.replace("_Answer:_", "_Answer:_ forty customers", 1)
    assert text != post.text
    return posted(text)


@pytest.fixture
def http():
    """A fresh way to the network for each publication."""
    return lambda: Http(30.0, lambda: datetime.now(UTC))


@pytest.fixture
def linked(post: Post):
    return lambda address: replace(post, link=address)

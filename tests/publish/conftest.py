"""A draft to publish, and the way to a target."""

from datetime import UTC, datetime

import pytest
from support.posts import DRAFT, posted

from pipeline.http import Http
from pipeline.publish import Post


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

import contextlib
from collections.abc import Callable, Iterator

import pytest
import servers


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], str]]:
    """Start a server that sends `start` and then `part` every 50 ms for 20 s, until the test ends."""
    with contextlib.ExitStack() as stack:
        yield lambda start, part: stack.enter_context(servers.dripping(start, part))

"""What the tests of collect share."""

from collections.abc import Callable

import pytest
from fake_source import INCIDENT, NOW, config_of

from pipeline.collect import collect
from pipeline.snapshot import Snapshot


@pytest.fixture
def collected() -> Callable[..., Snapshot]:
    """Collect from these sources for the test incident, with these keys of the configuration."""
    return lambda *sources, incident=INCIDENT, **keys: collect(incident, config_of(*sources, **keys), lambda: NOW)

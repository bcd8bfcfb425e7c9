"""A drafted incident for each test."""

import pytest
from support.followed import Service
from support.reviewed import Reviewed


@pytest.fixture
def reviewed(service: Service) -> Reviewed:
    return Reviewed(service)

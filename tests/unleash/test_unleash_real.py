"""A real Unleash on a real PostgreSQL: its event log, with real tokens, days and pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import requests
import unleash_server
from unleash_server import TOKEN, ask

from connectors.unleash import UnleashConnector
from pipeline.event import Event, Notice
from pipeline.http import Http, HttpError
from pipeline.incident import Window

pytestmark = pytest.mark.real
PAST = Window(datetime(2024, 2, 29, 23, tzinfo=UTC), datetime(2024, 3, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def unleash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with unleash_server.unleash(tmp_path_factory.mktemp("unleash")) as both:
        yield both


def connector(url: str, token: str = TOKEN) -> UnleashConnector:
    given = {"use": "unleash", "name": "flags", "url": url, "token": token, "services": {"new-checkout": "checkout"}}
    return UnleashConnector(UnleashConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def test_what_is_done_to_a_flag_is_told(unleash: tuple[str, str]) -> None:
    url, began = unleash[0], datetime.now(UTC) - timedelta(seconds=2)
    project = f"{url}/api/admin/projects/default/features"
    here = f"{project}/new-checkout/environments/development"
    ask("POST", project, name="new-checkout", type="release")
    ask("POST", f"{here}/strategies", name="default", parameters={})
    ask("POST", f"{here}/on")
    ask("POST", f"{here}/off")
    window = Window(began, datetime.now(UTC) + timedelta(seconds=2))
    found = [one for one in connector(url).events(window) if one.labels.get("flag")]  # the rest is of its first start
    assert [one.title for one in found] == [
        "Flag new-checkout switched off in development", "Flag new-checkout switched on in development",
        "Feature strategy add: new-checkout in development", "Feature created: new-checkout",
    ]  # fmt: skip
    assert all(began < one.at < datetime.now(UTC) and one.service == "checkout" for one in found)
    page = requests.get(found[0].url, timeout=10)
    assert page.status_code == 200


def test_more_than_a_page_of_a_past_day_comes_whole(unleash: tuple[str, str]) -> None:
    """The server takes whole days: what is a minute before midnight is found from the other side of it."""
    url, database = unleash
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO events (type, created_by, created_at, feature_name, project, environment, data) SELECT"
            " 'feature-environment-enabled', 'alice', timestamptz '2024-02-29 22:00Z' + n * interval '10 s',"
            " 'flag-' || n, 'default', 'development', '{}' FROM generate_series(1, 1200) AS n"
        )
    found: list[Any] = list(connector(url).events(PAST))
    assert not [one for one in found if isinstance(one, Notice)]
    names = [one.labels["flag"] for one in found if isinstance(one, Event)]
    assert sorted(names) == sorted(f"flag-{number}" for number in range(1, 1201))
    assert sum(one.at in PAST for one in found) == 720, "seven hundred and twenty of them lie within the two hours"


def test_a_wrong_token_is_told(unleash: tuple[str, str]) -> None:
    with pytest.raises(HttpError, match="HTTP 401"):
        list(connector(unleash[0], "user:wrong").events(PAST))


def test_doctor_finds_it_well(unleash: tuple[str, str]) -> None:
    assert [(one.name, one.ok) for one in connector(unleash[0]).check()] == [("event log", True)]

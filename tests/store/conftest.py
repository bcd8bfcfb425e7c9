"""A store of each kind: SQLite in a folder, PostgreSQL as a server of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.unleash_server import postgres


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres(tmp_path_factory.mktemp("store") / "postgres") as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "befell" / "store.db")
    import psycopg

    server = str(request.getfixturevalue("database"))
    name = tmp_path.name.replace("-", "_").casefold()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    return f"{server.rsplit('/', 1)[0]}/{name}"

"""A connection to the store: where it is, how SQLite and PostgreSQL are opened, and its tables up to date."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from pipeline.errors import BefellError

HEAD = "0003"  # the newest of the migrations
WAIT_S = 30  # how long one process waits for another
_LOCK = 0x62656665  # the advisory lock of PostgreSQL that migrations are made under
_MIGRATIONS = Path(__file__).parent / "migrations"


def default() -> Path:
    """`$XDG_DATA_HOME/befell/store.db`, by default in ~/.local/share."""
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "befell" / "store.db"


def engine(address: str) -> Engine:
    """The engine for a path or a URL, its tables made or brought up to date.

    Raises BefellError for an address that cannot be used, OSError and SQLAlchemyError where the store cannot be opened.
    """
    url = _url(address)
    if url.get_backend_name() == "sqlite":
        made = _sqlite(url)
    else:
        try:
            made = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
        except ModuleNotFoundError:
            what, fix = "PostgreSQL needs the package psycopg.", "Install it: pip install 'befell[postgresql]'."
            raise BefellError(what, where="store", fix=fix) from None
    _patiently(lambda: _up_to_date(made))
    return made


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise BefellError(
            "is no address of a store.", where="store", fix="Write a path, or postgresql://USER@HOST/DATABASE."
        )
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)  # evidence is for those who may see the incident
    made = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_S})

    @event.listens_for(made, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not by themselves
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was accepted outlives a power failure
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(made, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # one writer after the other, from the first statement on

    return made


def _patiently(step: Callable[[], None]) -> None:
    """Do it again while another process holds a file that is just being made: SQLite does not wait by itself then."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            return step()
        except OperationalError as problem:
            if "database is locked" not in str(problem) or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _up_to_date(made: Engine) -> None:
    with made.begin() as connection:
        if made.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == HEAD:
            return
        if found is not None and not list(_MIGRATIONS.glob(f"versions/{found}_*.py")):
            what = f"was made by a newer befell (version {found})."
            raise BefellError(what, where="store", fix="Upgrade befell, or name another store.")
        from alembic import command
        from alembic.config import Config

        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")

"""Bring the database to the tables of this version, by the same Alembic migrations on SQLite and PostgreSQL."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from app.problems import CannotStart
from app.settings import PROJECT, Settings
from app.storage.database import Database, is_sqlite

LOCK_KEY = 0x7468756F63  # "thuoc": several processes may start at once, one of them migrates


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """A connection in a transaction, with every other migrating process kept out."""
    if is_sqlite(database.engine):
        folder = Path(make_url(database.url).database or ".").parent
        with (folder / ".migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with database.engine.connect() as connection:
                # Alembic rebuilds tables on SQLite; the switch works only outside a transaction, hence on the driver's own connection.
                _driver(connection).execute("PRAGMA foreign_keys=OFF")
                try:
                    with connection.begin():
                        yield connection
                finally:
                    _driver(connection).execute("PRAGMA foreign_keys=ON")
    else:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            yield connection


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def upgrade(settings: Settings | None = None, revision: str = "head") -> str:
    """Migrate the settings' database and return the revision it is at."""
    database = Database.of(settings or Settings.load())
    try:
        return upgrade_database(database, revision)
    except OperationalError as error:
        told = str(error.orig).strip().splitlines()[0]
        raise CannotStart("database_unavailable", f"Không mở được cơ sở dữ liệu: {told}") from error
    finally:
        database.close()


def upgrade_database(database: Database, revision: str = "head") -> str:
    with alone(database) as connection:
        return upgrade_connection(connection, revision)


def upgrade_connection(connection: Connection, revision: str = "head") -> str:
    """Migrate within the transaction of a connection of `alone`."""
    command.upgrade(_config(connection), revision)
    return revision_of(connection)


def downgrade_database(database: Database, revision: str) -> str:
    with alone(database) as connection:
        command.downgrade(_config(connection), revision)
        return revision_of(connection)


def is_current(database: Database) -> bool:
    """Whether the database has exactly the tables of this version."""
    with database.engine.connect() as connection:
        return revision_of(connection) == head()


def knows(revision: str) -> bool:
    """Whether this version of the program has the tables of `revision`."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def head() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision_of(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""

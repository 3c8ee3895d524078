"""The database: one engine, two kinds of transaction. SQLite in the data folder by default, PostgreSQL by address.

`read()` gives a session that cannot write; `write()` one that commits when its block ends and rolls back when it raises. Nobody
else commits: one request or one job is one transaction. On SQLite a writer takes the lock at its start (BEGIN IMMEDIATE), so two
writers queue instead of failing half-way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.settings import Settings

BUSY_SECONDS = 30
WRITES = "thuoc_writes"
LAST_ACTS = "thuoc_last_acts"


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)
        self._reading = self.engine.execution_options(**_read_options(self.engine))
        self._writing = self.engine.execution_options(**{WRITES: True})

    @classmethod
    def of(cls, settings: Settings) -> Database:
        if not settings.database_url:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        return cls(settings.sqlalchemy_url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session
            for act in session.info.pop(LAST_ACTS, ()):
                act(session)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A reading session whose every query sees the same moment, however long it lasts and whoever writes meanwhile."""
        frozen = self._reading if is_sqlite(self.engine) else self._reading.execution_options(isolation_level="REPEATABLE READ")
        with Session(frozen, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Raise when the database cannot be asked."""
        with self._reading.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def before_commit(session: Session, act: Callable[[Session], None]) -> None:
    """Have `act` done as the last thing of the session's `write()`, in the same transaction."""
    session.info.setdefault(LAST_ACTS, []).append(act)


def is_sqlite(engine: Engine | Connection) -> bool:
    return engine.dialect.name == "sqlite"


def _read_options(engine: Engine) -> dict[str, Any]:
    return {WRITES: False} if is_sqlite(engine) else {WRITES: False, "postgresql_readonly": True}


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args={"connect_timeout": 10})


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver opens no transaction of its own: `begin` below does
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, True)
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

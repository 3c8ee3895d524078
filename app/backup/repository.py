"""The tables of the database as they are, whatever its revision: read and written by what the database says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, bindparam, cast, func, insert, select, text, type_coerce
from sqlalchemy.types import Text

from app.storage.base import is_ours
from app.storage.database import is_sqlite

NOT_KEPT = {"alembic_version", "workers"}  # the schema's own mark, and signs of life
BATCH = 200

_DROP_ALL = """
DO $$
DECLARE thing record; here regnamespace := current_schema()::regnamespace;
BEGIN
    FOR thing IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = here AND relkind IN ('r', 'p') LOOP
        EXECUTE 'DROP TABLE IF EXISTS ' || thing.name || ' CASCADE';
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = here
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') LOOP
        EXECUTE 'DROP FUNCTION IF EXISTS ' || thing.name || ' CASCADE';
    END LOOP;
    FOR thing IN SELECT t.oid::regtype AS name FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = here AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e') LOOP
        EXECUTE 'DROP TYPE IF EXISTS ' || thing.name || ' CASCADE';
    END LOOP;
END $$
"""
_SQLITE_TABLES = text("""
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
    ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'
""")
_REFERENCES = text("""
    SELECT conrelid::regclass::text AS owner, conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conname NOT LIKE 'procrastinate%'
    ORDER BY 1, 2
""")


class TableRepository:
    """Over one connection, whose transaction is the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._metadata = MetaData()
        self._metadata.reflect(connection, only=lambda name, _: is_ours(name, "table", None))

    @property
    def tables(self) -> dict[str, Table]:
        """Every table that a backup keeps, whoever refers to another after it."""
        return {table.name: table for table in self._metadata.sorted_tables if table.name not in NOT_KEPT}

    def counts(self) -> dict[str, int]:
        return {name: self._connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in self.tables.items()}

    def rows(self, table: Table) -> Iterator[Mapping[str, Any]]:
        """Every row, in the order of the key; JSON as its text."""
        columns = [_as_text(column, self._connection).label(column.name) for column in table.columns]
        wanted = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
        for row in self._connection.execute(wanted):
            yield row._asdict()

    def clear(self) -> None:
        """Remove the rows that the migrations put in."""
        for table in self.tables.values():
            self._connection.execute(table.delete())

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """Put rows in as they are; how many."""
        values = {column.name: _of_text(column, self._connection) for column in table.columns}
        statement, rows, number = insert(table).values(values), iter(rows), 0
        while batch := [{f"v_{name}": value for name, value in row.items()} for row in islice(rows, BATCH)]:
            self._connection.execute(statement, batch)
            number += len(batch)
        return number

    def drop_everything(self) -> None:
        if is_sqlite(self._connection):
            for name in self._connection.scalars(_SQLITE_TABLES).all():  # a search table takes those beneath it with it
                self._connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        else:
            self._connection.exec_driver_sql(_DROP_ALL, execution_options={"no_parameters": True})

    def put_references_aside(self) -> list[str]:
        """Take the foreign keys off, so that rows may come in any order; the statements that put them back and prove them."""
        if is_sqlite(self._connection):
            return []  # a migrating connection has them off already
        found = self._connection.execute(_REFERENCES).all()
        for owner, name, _ in found:
            self._connection.exec_driver_sql(f'ALTER TABLE {owner} DROP CONSTRAINT "{name}"')
        return [f'ALTER TABLE {owner} ADD CONSTRAINT "{name}" {definition}' for owner, name, definition in found]

    def put_references_back(self, statements: list[str]) -> None:
        """Raises IntegrityError (PostgreSQL) or ValueError (SQLite) for a row that refers to nothing."""
        for statement in statements:
            self._connection.exec_driver_sql(statement)
        if is_sqlite(self._connection):
            broken = self._connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise ValueError(f"a row of {broken[0]} refers to a missing row of {broken[2]}")

    def go_on_counting(self) -> None:
        """Let every sequence go on after the highest key that was put in."""
        if is_sqlite(self._connection):
            return
        for table in self.tables.values():
            for column in table.primary_key.columns:
                sequence = self._connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
                if sequence is not None:
                    highest = self._connection.scalar(select(func.max(column)))
                    self._connection.execute(select(func.setval(sequence, highest or 1, highest is not None)))

    def files(self) -> Iterator[tuple[str, int]]:
        """SHA-256 and size of every recorded file."""
        table = self._metadata.tables["files"]
        wanted = select(table.c.sha256, table.c.size).order_by(table.c.sha256)
        for row in self._connection.execute(wanted.execution_options(yield_per=BATCH)):
            yield row.sha256, row.size

    def users_of(self, sha256: str) -> list[str]:
        """The rows that need this file, as "table id"."""
        found = []
        for table in self.tables.values():
            for column in table.columns:
                if any(key.target_fullname == "files.sha256" for key in column.foreign_keys):
                    keys = select(*table.primary_key.columns).where(column == sha256).order_by(*table.primary_key.columns)
                    found += [f"{table.name} {' '.join(map(str, row))}" for row in self._connection.execute(keys)]
        return found


def _as_text(column: Any, connection: Connection) -> Any:
    if not isinstance(column.type, JSON):
        return column
    return type_coerce(column, Text) if is_sqlite(connection) else cast(column, Text)


def _of_text(column: Any, connection: Connection) -> Any:
    if not isinstance(column.type, JSON):
        return bindparam(f"v_{column.name}", type_=column.type)
    given = bindparam(f"v_{column.name}", type_=Text())
    return given if is_sqlite(connection) else cast(given, column.type)

"""A file of units taken in, in one transaction: for the API and for the command."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.organisations.imports import Line, import_rows
from app.organisations.service import Asker
from app.organisations.sheet import read_rows
from app.storage.database import Database

OUTCOMES = ("added", "changed", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of every row; `stored`: the rows that were taken are written."""

    lines: list[Line]
    stored: bool

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}  # type: ignore[index]


class _NotStored(Exception):
    """Ends the transaction so that nothing of it stays."""


def import_file(database: Database, asker: Asker, data: bytes, *, dry_run: bool = False, all_or_nothing: bool = False) -> Done:
    """Raises Problem units_file_invalid where the file is no table of units."""
    rows = read_rows(data)
    lines: list[Line] = []
    try:
        with database.write() as session:
            lines = import_rows(session, asker, rows)
            if dry_run or (all_or_nothing and any(line.outcome == "refused" for line in lines)):
                raise _NotStored
    except _NotStored:
        return Done(lines, stored=False)
    return Done(lines, stored=True)

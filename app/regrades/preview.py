"""The dry run: score every stored agreement again in memory, page by page, on one or several processes; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

from app.regrades import service
from app.regrades.repository import RegradeRepository
from app.regrades.rescore import Plan
from app.rubrics import service as rubrics
from app.settings import Settings
from app.storage.database import Database

PAGE = 50
AHEAD = 3  # pages given out for each process, so that memory stays flat


@dataclass(frozen=True, slots=True)
class Ask:
    """A regrade in plain words, to be handed to another process."""

    rubric: str | None
    judged: bool
    graded_on: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """One agreement that would get another letter, or a proposal for one."""

    agreement_id: str
    employer: str
    confirmed: bool
    from_grade: str | None
    to_grade: str | None
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    scored: int
    unchanged: int
    failed: list[str]
    moves: list[Move]


def preview(settings: Settings, ask: Ask, processes: int = 1) -> Iterator[Page]:
    """Pages in the order of the agreements' ids. Raises Problem (unknown profile)."""
    if processes == 1:
        with closing(Database.of(settings)) as database:
            for ids in _pages(database):
                yield page(database, ask, ids)
        return
    context = get_context("spawn")
    with closing(Database.of(settings)) as database, ProcessPoolExecutor(processes, context, _open, (settings,)) as pool:
        waiting: list[Future[Page]] = []
        for ids in _pages(database):
            waiting.append(pool.submit(_page, ask, ids))
            if len(waiting) >= processes * AHEAD:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()


def page(database: Database, ask: Ask, ids: list[str]) -> Page:
    """Score one page of agreements."""
    with database.read() as session:
        plan = Plan(rubrics.find(session, ask.rubric) if ask.rubric else None, ask.judged, ask.graded_on)
        found = service.tally(session, plan, ids, rows=False)
    moves = [
        Move(one.agreement_id, one.employer, one.confirmation_id is not None, one.from_grade, one.to_grade, one.reasons)
        for one in found.outcomes
        if one.moved
    ]
    return Page(len(found.outcomes), found.unchanged, found.failed, moves)


def _pages(database: Database) -> Iterator[list[str]]:
    after = ""
    while True:
        with database.read() as session:
            ids = RegradeRepository(session).ids(after, None, PAGE)
        if not ids:
            return
        yield ids
        after = ids[-1]


_database: Database | None = None  # of a process of the pool


def _open(settings: Settings) -> None:
    global _database
    _database = Database.of(settings)


def _page(ask: Ask, ids: list[str]) -> Page:
    assert _database is not None
    return page(_database, ask, ids)

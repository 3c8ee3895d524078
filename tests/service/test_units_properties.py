"""The dated tree under random moves, closings, reopenings: every day has a tree, and days before a change stay as they were."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import select

from app.organisations import history
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository, subtree
from app.problems import Problem
from app.storage.database import Database
from app.wiring import Services

FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(12)]
SIZE = 6
DAY = strategies.sampled_from(DAYS)
UNIT = strategies.integers(0, SIZE - 1)
CHANGE = strategies.tuples(strategies.sampled_from(["add", "move", "move", "close", "reopen"]), UNIT, UNIT, DAY, DAY)
Snapshot = dict[date, dict[int, int | None]]


class Undone(Exception):
    """Ends a write so that nothing of it stays."""


def parents(session: Any, ids: list[str]) -> Snapshot:
    """The parents of every day, from the rows alone: units that do not stand are left out, -1 is the root."""
    rows = list(session.scalars(select(Placement)))
    number = {id: n for n, id in enumerate(ids)} | {ROOT_ID: -1}
    found: Snapshot = {}
    for day in [FIRST - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=400)]:
        covering = [row for row in rows if (row.from_on or date.min) <= day < (row.until or date.max)]
        placed = [row.unit_id for row in covering]
        assert len(placed) == len(set(placed)), "two parents on one day"
        found[day] = {number[row.unit_id]: number[row.parent_id] for row in covering}
    return found


def check(session: Any, ids: list[str]) -> Snapshot:
    """Every day is a tree whose every parent stands."""
    found = parents(session, ids)
    for tree in found.values():
        for unit, above in tree.items():
            line = [unit]
            while above != -1:
                assert above not in line, "a circle"
                assert above in tree, "a parent that does not stand"
                line.append(above)  # type: ignore[arg-type]
                above = tree[above]  # type: ignore[index]
    return found


def check_queries(session: Any, ids: list[str], found: Snapshot, day: date) -> None:
    """What the queries say of one day: upwards as the rows say, downwards the same, closed units and those to come included."""
    units = UnitRepository(session)
    lines = {id: units.lineage(id, day) for id in ids}
    for unit, above in found[day].items():
        assert lines[ids[unit]][1] == (ROOT_ID if above == -1 else ids[above])  # type: ignore[index]
    for root in ids:
        assert set(session.scalars(subtree([root], day))) == {id for id, line in lines.items() if root in line}


def apply(units: UnitRepository, known: list[Unit], change: tuple[str, int, int, date, date]) -> None:
    kind, one, other, day, later = change
    unit, parent = known[one], known[other] if one != other else units.get(ROOT_ID)
    assert parent is not None
    if kind == "add":
        if not units.placements([unit.id])[unit.id]:
            history.place(units, unit, parent, day if day < later else None, later if day < later and one % 2 else None)
    elif kind == "move":
        history.move(units, unit, parent, day)
    elif kind == "close":
        history.close(units, unit, day)
    else:
        history.reopen(units, unit, parent, day)


@pytest.fixture
def database(services: Services) -> Database:
    return services.database


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=strategies.lists(CHANGE, min_size=4, max_size=16), probe=DAY)
def test_every_day_has_a_tree_and_the_past_stays(database: Database, changes: list[tuple[str, int, int, date, date]], probe: date) -> None:
    def tried() -> None:
        with database.write() as session:
            live(session, changes, probe)
            raise Undone

    with pytest.raises(Undone):
        tried()


def live(session: Any, changes: list[tuple[str, int, int, date, date]], probe: date) -> None:
    units = UnitRepository(session)
    known = [Unit(code=f"U{n}", kind="industry", name=f"Ngành {n}") for n in range(SIZE)]
    for unit in known:
        units.add(unit)
    ids = [unit.id for unit in known]
    before = check(session, ids)
    for change in changes:
        try:
            apply(units, known, change)
        except Problem:
            session.flush()
            assert parents(session, ids) == before, "a refused change left a trace"
            continue
        after = check(session, ids)
        start = FIRST - timedelta(days=1) if change[0] == "add" else change[3]
        assert {day: tree for day, tree in after.items() if day < start} == {day: tree for day, tree in before.items() if day < start}
        if change[0] in ("close", "reopen", "move"):
            assert all(after[day].get(n) == above for day in after for n, above in before[day].items() if n != change[1])
        before = after
    for day in (DAYS[0], probe, DAYS[-1]):
        check_queries(session, ids, before, day)

"""Queries on the tree of units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.organisations.models import Placement, Unit


def subtree(roots: Sequence[str], on: date) -> Select[tuple[str]]:
    """The ids of `roots` and of every unit below them on the day `on`, as a query to stand in another one's `IN`."""
    reached = select(Unit.id.label("id")).where(Unit.id.in_(roots)).cte("subtree", recursive=True)
    below = (
        select(Placement.unit_id)
        .join(reached, Placement.parent_id == reached.c.id)
        .where(or_(Placement.from_on.is_(None), Placement.from_on <= on), or_(Placement.until.is_(None), Placement.until > on))
    )
    reached = reached.union(below)
    return select(reached.c.id)


class UnitRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Unit | Placement) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, unit_id: str) -> Unit | None:
        return self._session.get(Unit, unit_id)

    def by_code(self, code: str) -> Unit | None:
        return self._session.scalar(select(Unit).where(Unit.code == code))

    def within(self, unit_id: str, roots: Sequence[str], on: date) -> bool:
        """Whether the unit is one of `roots` or stands below one of them on the day `on`."""
        return self._session.scalar(subtree(roots, on).where(Unit.id == unit_id)) is not None

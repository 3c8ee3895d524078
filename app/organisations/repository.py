"""Queries on the tree of units.

Where a unit belongs on a day, for who may see it, is its *seat*: the placement that covers the day, for a closed unit the last one
before it, for one that is still to open its first. So a closed district stays with its province, and nothing falls out of every scope.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.organisations.models import ROOT_ID, FormerName, Placement, Unit

_DEEPEST = 50  # levels; a real tree has six


def subtree(roots: Sequence[str], on: date) -> Select[tuple[str]]:
    """The ids of `roots` and of every unit seated below them on the day `on`, as a query to stand in another one's `IN`."""
    if ROOT_ID in roots:
        return select(Unit.id)
    reached = select(Unit.id.label("id")).where(Unit.id.in_(roots)).cte(recursive=True)
    below = select(Placement.unit_id).join(reached, Placement.parent_id == reached.c.id).where(_seat(on))
    reached = reached.union(below)
    return select(reached.c.id)


def _started(one: type[Placement], on: date) -> ColumnElement[bool]:
    return or_(one.from_on.is_(None), one.from_on <= on)


def _covers(one: type[Placement], on: date) -> ColumnElement[bool]:
    return and_(_started(one, on), or_(one.until.is_(None), one.until > on))


def _seat(on: date) -> ColumnElement[bool]:
    """Of a unit's placements the one that counts on the day: the last that has begun, before all of them the first."""
    other = aliased(Placement)
    same = other.unit_id == Placement.unit_id
    later = select(other.id).where(same, other.from_on <= on, or_(Placement.from_on.is_(None), other.from_on > Placement.from_on))
    earlier = select(other.id).where(same, or_(other.from_on.is_(None), other.from_on < Placement.from_on))
    return or_(and_(_started(Placement, on), ~later.exists()), and_(Placement.from_on > on, ~earlier.exists()))


def _seat_of(history: Sequence[Placement], on: date) -> Placement:
    begun = [row for row in history if row.from_on is None or row.from_on <= on]
    return begun[-1] if begun else history[0]


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a unit bears, or bore to the day before `until`."""

    unit_id: str
    name: str
    key: str
    until: date | None


class UnitRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Unit | Placement | FormerName) -> None:
        self._session.add(row)
        self._session.flush()

    def flush(self) -> None:
        self._session.flush()

    def lock_tree(self) -> None:
        """Let nobody else change the tree until the transaction ends: what is checked together stays true together."""
        self._session.execute(select(Unit.id).where(Unit.id == ROOT_ID).with_for_update())

    def get(self, unit_id: str) -> Unit | None:
        return self._session.get(Unit, unit_id)

    def by_code(self, code: str) -> Unit | None:
        return self._session.scalar(select(Unit).where(Unit.code == code))

    def units(self, ids: Collection[str]) -> dict[str, Unit]:
        found = self._session.scalars(select(Unit).where(Unit.id.in_(ids)))
        return {unit.id: unit for unit in found}

    def all(self, within: Select[tuple[str]]) -> list[Unit]:
        return list(self._session.scalars(select(Unit).where(Unit.id.in_(within)).order_by(Unit.name_key, Unit.id)))

    # the tree

    def seats(self, ids: Collection[str], on: date) -> dict[str, Placement]:
        """The seat of each unit on a day, as `_seat` has it; the root has none."""
        return {unit_id: _seat_of(rows, on) for unit_id, rows in self.placements(ids).items() if rows}

    def lineage(self, unit_id: str, on: date) -> list[str]:
        """The unit and its superiors on the day `on`, nearest first."""
        line = [unit_id]
        for _ in range(_DEEPEST):
            seat = self.seats(line[-1:], on).get(line[-1])
            if seat is None or seat.parent_id in line:
                break
            line.append(seat.parent_id)
        return line

    def within(self, unit_id: str, roots: Sequence[str], on: date) -> bool:
        """Whether the unit is one of `roots` or is seated below one of them on the day `on`."""
        if not roots or self.get(unit_id) is None:
            return False
        return ROOT_ID in roots or not set(self.lineage(unit_id, on)).isdisjoint({*roots})

    def superiors(self, roots: Sequence[str], on: date) -> set[str]:
        """Every unit above one of `roots` on the day `on`."""
        return {one for root in roots for one in self.lineage(root, on)[1:]}

    def placements(self, unit_ids: Collection[str]) -> dict[str, list[Placement]]:
        """The history of each unit, oldest first."""
        history: dict[str, list[Placement]] = {unit_id: [] for unit_id in unit_ids}
        for row in self._session.scalars(select(Placement).where(Placement.unit_id.in_(unit_ids))):
            history[row.unit_id].append(row)
        for rows in history.values():
            rows.sort(key=lambda row: row.from_on or date.min)
        return history

    def children_after(self, unit_id: str, on: date) -> list[Placement]:
        """Placements under the unit that cover the day `on` or any later one."""
        wanted = select(Placement).where(Placement.parent_id == unit_id, or_(Placement.until.is_(None), Placement.until > on))
        return sorted(self._session.scalars(wanted), key=lambda row: (row.unit_id, row.from_on or date.min))

    def former_names(self, unit_ids: Collection[str]) -> dict[str, list[FormerName]]:
        """The former names of each unit that has any, oldest first."""
        names: dict[str, list[FormerName]] = {}
        for row in self._session.scalars(select(FormerName).where(FormerName.unit_id.in_(unit_ids)).order_by(FormerName.until)):
            names.setdefault(row.unit_id, []).append(row)
        return names

    # lists

    def page(
        self,
        seen: Select[tuple[str]],
        also: Collection[str],
        on: date,
        *,
        kind: str | None = None,
        parent: str | None = None,
        below: str | None = None,
        words: Sequence[str] = (),
        closed: bool = False,
        after: str | None = None,
        limit: int,
    ) -> list[Unit]:
        """Units of `seen` and `also` by name, those that stand on the day `on` (with `closed` all), after the unit `after`."""
        wanted = select(Unit).where(or_(Unit.id.in_(seen), Unit.id.in_(also))).order_by(Unit.name_key, Unit.id).limit(limit)
        seated = select(Placement.id).where(Placement.unit_id == Unit.id)
        if not closed:
            wanted = wanted.where(or_(Unit.id == ROOT_ID, seated.where(_covers(Placement, on)).exists()))
        if parent is not None:
            wanted = wanted.where(seated.where(Placement.parent_id == parent, _seat(on) if closed else _covers(Placement, on)).exists())
        if kind is not None:
            wanted = wanted.where(Unit.kind == kind)
        if below is not None:
            wanted = wanted.where(Unit.id.in_(subtree([below], on)))
        for word in words:
            wanted = wanted.where((literal(" ") + Unit.search).contains(f" {word}", autoescape=True))
        if after is not None:
            last = self.get(after)
            wanted = wanted.where(tuple_(Unit.name_key, Unit.id) > tuple_(literal(last.name_key), literal(last.id)) if last else false())
        return list(self._session.scalars(wanted))

    # names

    def all_former_names(self) -> list[FormerName]:
        return list(self._session.scalars(select(FormerName)))

    def named_in(self, text: str) -> list[Named]:
        """Every present and former name whose key stands in `text` as whole words, or begins with it."""
        present = select(Unit.id, Unit.name, Unit.name_key).where(_stands_in(Unit.name_key, text))
        former = select(FormerName.unit_id, FormerName.name, FormerName.name_key, FormerName.until)
        found = [Named(id, name, name_key, None) for id, name, name_key in self._session.execute(present)]
        found += [Named(*row) for row in self._session.execute(former.where(_stands_in(FormerName.name_key, text)))]
        return found


def _stands_in(name_key: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    inside = literal(f" {text} ").contains(literal(" ") + name_key + literal(" "))
    return and_(func.length(name_key) > 0, or_(inside, name_key.startswith(f"{text} ", autoescape=True)))

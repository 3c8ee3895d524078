"""Builds the answers of `/api/v1/units` from the rows, a whole page with one query per table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.organisations.models import ROOT_ID, FormerName, Placement, Unit
from app.organisations.repository import UnitRepository
from app.organisations.rules import rules
from app.organisations.schemas import FormerNameOut, PlacementOut, UnitOut, UnitRef, UnitWhole

_OWN = (
    "id", "code", "kind", "province", "commune", "employer", "ownership", "sector", "wage_region", "workers", "members",
    "created_at", "changed_at",
)  # fmt: skip


def show(session: Session, units: Sequence[Unit], on: date) -> list[UnitOut]:
    """The units in the order given, as they were on the day `on`."""
    repository = UnitRepository(session)
    ids = [unit.id for unit in units]
    seats = repository.seats(ids, on)
    refs = references(repository, [row.parent_id for row in seats.values()], on)
    history, former = repository.placements(ids), repository.former_names(ids)
    shown = []
    for unit in units:
        seat = seats.get(unit.id)
        parent = refs[seat.parent_id] if seat else None
        shown.append(_one(unit, on, history[unit.id], former.get(unit.id, []), parent))
    return shown


def show_whole(session: Session, unit: Unit, on: date) -> UnitWhole:
    repository = UnitRepository(session)
    [head] = show(session, [unit], on)
    line = repository.lineage(unit.id, on)[1:]
    history = repository.placements([unit.id])[unit.id]
    refs = references(repository, line, on)
    return UnitWhole(
        **head.model_dump(),
        on=on,
        ancestors=[refs[one] for one in line],
        history=[_placement(repository, row) for row in history],
        former_names=[FormerNameOut(name=row.name, until=row.until) for row in repository.former_names([unit.id]).get(unit.id, [])],
    )


def references(repository: UnitRepository, ids: Sequence[str], on: date) -> dict[str, UnitRef]:
    """Short forms of units with the names they bore on the day."""
    former = repository.former_names(ids)
    return {
        id: UnitRef(id=id, code=unit.code, kind=unit.kind, name=name_on(unit, former.get(id, []), on))  # type: ignore[arg-type]
        for id, unit in repository.units(ids).items()
    }


def name_on(unit: Unit, former: Sequence[FormerName], on: date) -> str:
    return next((row.name for row in former if row.until > on), unit.name)


def _placement(repository: UnitRepository, row: Placement) -> PlacementOut:
    """A stretch of the history; its superior is named as at the stretch's beginning."""
    refs = references(repository, [row.parent_id], row.from_on or date.min)
    return PlacementOut(parent=refs[row.parent_id], from_on=row.from_on, until=row.until)


def _one(unit: Unit, on: date, history: Sequence[Placement], former: Sequence[FormerName], parent: UnitRef | None) -> UnitOut:
    covering = any((row.from_on or date.min) <= on < (row.until or date.max) for row in history)
    return UnitOut(
        **{name: getattr(unit, name) for name in _OWN},
        name=name_on(unit, former, on),
        kind_label=rules().kinds[unit.kind].label,
        stands=covering or unit.id == ROOT_ID,
        opened_on=history[0].from_on if history else None,
        closed_on=history[-1].until if history else None,
        parent=parent,
    )

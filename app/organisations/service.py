"""The units of the organisation: who may see and change which, and what every change leaves in the audit.

Every function works in the caller's transaction and is given who asks and the day it is. An administrator changes what stands in the
own subtree; everybody else reads the own superiors and subtree. A unit out of sight is answered like one that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.principal import Grant, Principal, Role
from app.accounts.refusals import Refused
from app.audit.events import Event
from app.audit.service import SYSTEM, Actor, record
from app.organisations import history, names
from app.organisations.models import ROOT_ID, Unit
from app.organisations.repository import UnitRepository, subtree
from app.organisations.schemas import ENTERPRISE, CloseIn, MoveIn, UnitChange, UnitIn
from app.problems import Problem
from app.storage.base import now

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
READERS = (Role.OFFICER, Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and the day it is. `actor` is who the audit names; None: `who`."""

    who: Principal
    on: date
    actor: Actor | None = None

    @classmethod
    def over_all(cls, on: date, actor: Actor = SYSTEM) -> Asker:
        """An administrator of every unit without an account: the service itself, or its operator."""
        return cls(Principal("key", ROOT_ID, actor.name, (Grant(Role.ADMINISTRATOR, ROOT_ID),)), on, actor)

    @property
    def named(self) -> Actor | Principal:
        return self.actor or self.who

    @property
    def seen(self) -> tuple[str, ...]:
        return self.who.roots(*READERS)

    @property
    def administered(self) -> tuple[str, ...]:
        return self.who.roots(Role.ADMINISTRATOR)


def find(session: Session, asker: Asker, unit_id: str) -> Unit:
    """One unit that this person may see. Raises Problem unit_not_found."""
    units = UnitRepository(session)
    missing = f"Không có đơn vị mang mã «{unit_id[:60]}»."
    unit = units.get(unit_id) if _UUID.fullmatch(unit_id) else None
    if unit is None:
        raise Problem("unit_not_found", missing)
    if not _sees(units, asker, unit.id):
        raise Refused("unit_not_found", missing, subject=f"unit:{unit.id}", unit_id=unit.id)
    return unit


def page(
    session: Session,
    asker: Asker,
    on: date,
    *,
    kind: str | None,
    parent: str | None,
    below: str | None,
    name: str | None,
    closed: bool,
    after: str | None,
    limit: int,
) -> list[Unit]:
    """Units that this person may see, by name. `name` is compared without marks and with abbreviations written out."""
    units = UnitRepository(session)
    for asked in (parent, below):
        if asked is not None:
            find(session, asker, asked)
    words = (names.key(name).split() or names.words(name)) if name else []
    return units.page(
        subtree(asker.seen, asker.on),
        units.superiors(asker.seen, asker.on),
        on,
        kind=kind,
        parent=parent,
        below=below,
        words=words,
        closed=closed,
        after=after,
        limit=limit,
    )


def add(session: Session, asker: Asker, wanted: UnitIn) -> Unit:
    units = UnitRepository(session)
    units.lock_tree()
    parent = _parent(units, asker, wanted.parent_id)
    if units.by_code(wanted.code) is not None:
        raise _exists(wanted.code)
    values = wanted.model_dump(exclude={"parent_id", "from_on", "closed_on"})
    unit = Unit(**values)
    _check_about(unit.kind, values)
    if wanted.closed_on is not None:
        _check_days(wanted.from_on, wanted.closed_on)
    history.check(units, unit, parent, wanted.from_on, wanted.closed_on)
    describe(units, unit)
    try:
        units.add(unit)
    except IntegrityError as error:  # added by somebody else in this moment
        raise _exists(wanted.code) from error
    history.put(units, unit, parent, wanted.from_on, wanted.closed_on)
    days = {"parent": parent.id, "from": _iso(wanted.from_on), "until": _iso(wanted.closed_on)}
    record(session, asker.named, Event.UNIT_ADDED, subject=f"unit:{unit.id}", unit_id=unit.id, after={**_given(values), **days})
    return unit


def change(session: Session, asker: Asker, unit_id: str, wanted: UnitChange, if_match: str | None) -> Unit:
    units, unit = _changing(session, asker, unit_id, if_match)
    values = wanted.model_dump(exclude_unset=True, exclude={"renamed_on"})
    if values.get("name", "") is None:
        raise Problem("unit_invalid", "Đơn vị phải có tên.")
    _check_about(unit.kind, values)
    before = {name: getattr(unit, name) for name, value in values.items() if getattr(unit, name) != value}
    if not before:
        return unit
    after = {name: values[name] for name in before}
    if "name" in before and wanted.renamed_on is not None:
        history.rename(units, unit, unit.name_key, wanted.renamed_on)
        after["renamed_on"] = _iso(wanted.renamed_on)
    for name in before:
        setattr(unit, name, values[name])
    describe(units, unit)
    _changed(units, unit)
    record(session, asker.named, Event.UNIT_CHANGED, subject=f"unit:{unit.id}", unit_id=unit.id, before=before, after=after)
    return unit


def move(session: Session, asker: Asker, unit_id: str, wanted: MoveIn, if_match: str | None) -> Unit:
    units, unit = _changing(session, asker, unit_id, if_match, place=True)
    parent = _parent(units, asker, wanted.parent_id)
    before = units.seats([unit.id], wanted.on).get(unit.id)
    old = before.parent_id if before else None
    history.move(units, unit, parent, wanted.on)
    _changed(units, unit)
    _moved(session, asker, unit, old, parent, wanted.on)
    return unit


def close(session: Session, asker: Asker, unit_id: str, wanted: CloseIn, if_match: str | None) -> Unit:
    """Close a unit; with `children_to` everything directly under it moves there from the same day."""
    units, unit = _changing(session, asker, unit_id, if_match, place=True)
    if wanted.children_to is not None:
        target = _parent(units, asker, wanted.children_to)
        for row in units.children_after(unit.id, wanted.on):
            child = units.get(row.unit_id)
            assert child is not None
            history.move(units, child, target, wanted.on)
            _changed(units, child)
            _moved(session, asker, child, unit.id, target, wanted.on)
    history.close(units, unit, wanted.on)
    _changed(units, unit)
    record(session, asker.named, Event.UNIT_CLOSED, subject=f"unit:{unit.id}", unit_id=unit.id, after={"on": _iso(wanted.on)})
    return unit


def reopen(session: Session, asker: Asker, unit_id: str, wanted: MoveIn, if_match: str | None) -> Unit:
    units, unit = _changing(session, asker, unit_id, if_match, place=True)
    parent = _parent(units, asker, wanted.parent_id)
    history.reopen(units, unit, parent, wanted.on)
    _changed(units, unit)
    after = {"parent": parent.id, "from": _iso(wanted.on)}
    record(session, asker.named, Event.UNIT_REOPENED, subject=f"unit:{unit.id}", unit_id=unit.id, after=after)
    return unit


def etag(unit: Unit) -> str:
    return f'"{unit.id}.{unit.revision}"'


def describe(units: UnitRepository, unit: Unit) -> None:
    """Work out what the unit is found by, from its names."""
    former = units.former_names([unit.id]).get(unit.id, []) if unit.id else []
    unit.name_key = names.key(unit.name)[:1000]
    texts = [unit.name, *(one.name for one in former), unit.employer, unit.code, unit.province, unit.commune]
    found = [form for text in texts if text for form in (" ".join(names.words(text)), names.key(text))]
    unit.search = " ".join(dict.fromkeys(word for form in found for word in form.split()))


def reindex(session: Session) -> int:
    """Work out anew what units are found by, after the abbreviations changed; returns how many units that changed."""
    units = UnitRepository(session)
    done = 0
    former = units.all_former_names()
    for unit in units.all(subtree([ROOT_ID], date.max)):
        before = (unit.name_key, unit.search)
        describe(units, unit)
        done += before != (unit.name_key, unit.search)
    for row in former:
        row.name_key = names.key(row.name)[:1000]
    units.flush()
    return done


def _sees(units: UnitRepository, asker: Asker, unit_id: str) -> bool:
    roots = asker.seen
    return units.within(unit_id, roots, asker.on) or unit_id in units.superiors(roots, asker.on)


def _changing(session: Session, asker: Asker, unit_id: str, if_match: str | None, *, place: bool = False) -> tuple[UnitRepository, Unit]:
    """The unit for a change that this person may make and nobody overtook; `place`: the change is its superior's affair as well."""
    units = UnitRepository(session)
    units.lock_tree()
    unit = find(session, asker, unit_id)
    line = units.lineage(unit.id, asker.on)
    if set(line[1:] if place and unit.id != ROOT_ID else line).isdisjoint(asker.administered):
        raise Problem("forbidden", f"Chỉ quản trị của cấp trên được sửa «{unit.name}».")
    if if_match is None:
        raise Problem("if_match_required", "Hãy gửi kèm If-Match là ETag của đơn vị khi anh/chị mở nó.")
    if if_match != "*" and etag(unit) not in [tag.strip() for tag in if_match.split(",")]:
        raise Problem("changed_meanwhile", "Đơn vị đã thay đổi từ khi anh/chị mở. Hãy xem lại rồi sửa lại.")
    return units, unit


def _parent(units: UnitRepository, asker: Asker, unit_id: str) -> Unit:
    """A unit under which this person may put others."""
    parent = units.get(unit_id) if _UUID.fullmatch(unit_id) else None
    if parent is None or not units.within(parent.id, asker.administered, asker.on):
        raise Problem("unit_parent_invalid", f"Không có đơn vị cấp trên «{unit_id[:60]}» trong phạm vi quản trị của anh/chị.")
    return parent


def _check_about(kind: str, values: Mapping[str, Any]) -> None:
    given = [name for name in ENTERPRISE if values.get(name) is not None]
    if kind != "grassroots" and given:
        raise Problem("unit_invalid", f"Chỉ công đoàn cơ sở có thông tin doanh nghiệp. Hãy bỏ: {', '.join(given)}.", fields=given)


def _check_days(from_on: date | None, closed_on: date) -> None:
    if from_on is not None and closed_on <= from_on:
        raise Problem("unit_invalid", "Ngày kết thúc phải sau ngày bắt đầu.")


def _changed(units: UnitRepository, unit: Unit) -> None:
    """Give the unit a new revision, also where only its placements changed."""
    unit.changed_at = now()
    units.flush()


def _moved(session: Session, asker: Asker, unit: Unit, old: str | None, parent: Unit, on: date) -> None:
    after = {"parent": parent.id, "from": _iso(on)}
    record(session, asker.named, Event.UNIT_MOVED, subject=f"unit:{unit.id}", unit_id=unit.id, before={"parent": old}, after=after)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _exists(code: str) -> Problem:
    return Problem("unit_exists", f"Đã có đơn vị mang mã «{code}». Hãy dùng mã khác hoặc sửa đơn vị đó.")


def find_unit_by_name(session: Session, text: str, on: date | None, near: Sequence[str] = ()) -> Unit | None:
    """The unit that a signatory's text means: "TM. BCH LĐLĐ huyện Kỳ Anh". None where it names none, or several.

    Only units that stood on `on` and bore that name then (any day where None). The longest name standing in the text counts; among
    units of one name those count that are written with the same marks, then those that share a province with a unit of `near`.
    """
    wanted = names.key(text)
    if not wanted:
        return None
    units = UnitRepository(session)
    found = [one for one in units.named_in(wanted) if on is None or _bore(units, one.unit_id, one.until, on)]
    inside = [one for one in found if f" {one.key} " in f" {wanted} "]
    if inside:
        longest = max(len(one.key) for one in inside)
        found = [one for one in inside if len(one.key) == longest]
    ids = list(dict.fromkeys(one.unit_id for one in found))
    if len(ids) > 1:
        plain = " ".join(text.split()).casefold()
        marked = [one.unit_id for one in found if " ".join(one.name.split()).casefold() in plain]
        ids = list(dict.fromkeys(marked)) or ids
    if len(ids) > 1 and near:
        day = on or date.max
        above = {top for one in near for top in units.lineage(one, day)} - {ROOT_ID}
        ids = [one for one in ids if not above.isdisjoint(units.lineage(one, day))]
    return units.get(ids[0]) if len(ids) == 1 else None


def _bore(units: UnitRepository, unit_id: str, until: date | None, on: date) -> bool:
    """Whether the unit stood on the day and bore the name that ended on `until` (None: its present one)."""
    unit = units.get(unit_id)
    assert unit is not None
    if history.first_day_without(units, unit, on, date.fromordinal(on.toordinal() + 1)) is not None:
        return False
    ends = [row.until for row in units.former_names([unit_id]).get(unit_id, [])]
    return next((end for end in ends if end > on), None) == until

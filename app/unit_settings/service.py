"""The settings of a unit: what counts on a day, and setting it from a day on. Every function works in the caller's transaction."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.principal import Principal, Role
from app.accounts.refusals import Refused
from app.audit.events import Event
from app.audit.service import record
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.unit_settings.models import UnitSetting
from app.unit_settings.repository import UnitSettingRepository

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WIDE = (Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)  # roles that cover the units below theirs


def value_of(session: Session, unit_id: str, name: str, on: date) -> Any:
    """The value in force for a unit on a day: its own, else that of the nearest unit above that set one; None where nobody did."""
    repository = UnitSettingRepository(session)
    above = UnitRepository(session).lineage(unit_id, on)
    known = repository.in_force(above, name, on)
    return next((known[unit].value for unit in above if unit in known), None)


def history(session: Session, who: Principal, unit_id: str, on: date) -> list[UnitSetting]:
    """Every value a unit ever set. Raises Problem."""
    _check(session, who, unit_id, on, (Role.OFFICER, *WIDE))
    return UnitSettingRepository(session).of_unit(unit_id)


def put(session: Session, who: Principal, unit_id: str, name: str, value: Any, from_on: date, on: date) -> UnitSetting:
    """Set a value from a day on, today at the earliest: what counted in the past stays as it was. Raises Problem."""
    _check(session, who, unit_id, on, (Role.ADMINISTRATOR,))
    if from_on < on:
        raise Problem("setting_invalid", "Thiết lập chỉ đổi được từ hôm nay trở đi, để những việc đã qua vẫn theo thiết lập lúc đó.")
    repository = UnitSettingRepository(session)
    before = repository.in_force([unit_id], name, from_on).get(unit_id)
    row = UnitSetting(unit_id=unit_id, name=name, value=value, from_on=from_on, by_id=who.account_id or who.id, by_name=who.name)
    repository.add(row)
    record(
        session,
        who,
        Event.SETTINGS_CHANGED,
        subject=f"unit:{unit_id}",
        unit_id=unit_id,
        before={name: before.value} if before else None,
        after={name: value, "from_on": from_on.isoformat()},
    )
    return row


def _check(session: Session, who: Principal, unit_id: str, on: date, roles: tuple[Role, ...]) -> None:
    missing = f"Không có đơn vị mang mã «{unit_id[:60]}»."
    units = UnitRepository(session)
    if not _UUID.fullmatch(unit_id) or units.get(unit_id) is None:
        raise Problem("unit_not_found", missing)
    above = set(units.lineage(unit_id, on))
    if unit_id not in who.roots(Role.OFFICER) and above.isdisjoint(who.roots(*WIDE)):
        raise Refused("unit_not_found", missing, subject=f"unit:{unit_id}", unit_id=unit_id)
    if not (Role.OFFICER in roles and unit_id in who.roots(Role.OFFICER)) and above.isdisjoint(who.roots(*(set(roles) & set(WIDE)))):
        names = ", ".join(sorted(role.label for role in roles))
        raise Problem("forbidden", f"Thiết lập của đơn vị do {names} của đơn vị này đổi. Hãy nhờ người có quyền.")

"""Queries on the settings of units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.unit_settings.models import UnitSetting


class UnitSettingRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: UnitSetting) -> None:
        self._session.add(row)
        self._session.flush()

    def in_force(self, unit_ids: Sequence[str], name: str, on: date) -> dict[str, UnitSetting]:
        """By unit, the value that is in force on a day."""
        wanted = (
            select(UnitSetting)
            .where(UnitSetting.unit_id.in_(unit_ids), UnitSetting.name == name, UnitSetting.from_on <= on)
            .order_by(UnitSetting.from_on, UnitSetting.id)
        )
        return {row.unit_id: row for row in self._session.scalars(wanted)}

    def of_unit(self, unit_id: str) -> list[UnitSetting]:
        """Every value ever set, the latest day first."""
        wanted = select(UnitSetting).where(UnitSetting.unit_id == unit_id)
        return list(self._session.scalars(wanted.order_by(UnitSetting.name, UnitSetting.from_on.desc(), UnitSetting.id.desc())))

"""`/api/v1/units/{id}/settings`: what a unit settles for itself and for the units below it."""

from __future__ import annotations

from fastapi import APIRouter

from app.unit_settings import service
from app.unit_settings.models import UnitSetting
from app.unit_settings.schemas import Name, SettingIn, SettingOut, SettingsOut
from app.web.deps import Parts, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1/units/{unit_id}/settings", tags=["Đơn vị"])


@router.get(
    "",
    response_model=SettingsOut,
    summary="Các thiết lập của một đơn vị, với ngày có hiệu lực",
    responses=problems("unit_not_found", "database_unavailable"),
)
def list_settings(unit_id: str, parts: Parts, who: Who) -> SettingsOut:
    with parts.database.read() as session:
        return SettingsOut(items=[_show(row) for row in service.history(session, who, unit_id, parts.today())])


@router.put(
    "/{name}",
    response_model=SettingOut,
    summary="Đặt một thiết lập từ một ngày",
    description="Có hiệu lực cho đơn vị và mọi đơn vị bên dưới chưa tự đặt. Giá trị cũ vẫn còn trong lịch sử.",
    responses=problems("unit_not_found", "forbidden", "setting_invalid", "request_invalid", "busy", "database_unavailable"),
)
def put_setting(unit_id: str, name: Name, wanted: SettingIn, parts: Parts, who: Who) -> SettingOut:
    today = parts.today()
    with parts.database.write() as session:
        return _show(service.put(session, who, unit_id, name, wanted.value, wanted.from_on or today, today))


def _show(row: UnitSetting) -> SettingOut:
    return SettingOut(name=row.name, value=row.value, from_on=row.from_on, set_by=row.by_name, set_at=row.created_at)  # type: ignore[arg-type]

"""What goes in and out of `/api/v1/units/{id}/settings`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Literal["confirmer_may_publish"]
MEANING = "confirmer_may_publish: người đã xác nhận một thỏa ước được tự công bố nó."


class SettingIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Đặt thiết lập của đơn vị")

    value: bool = Field(description="Có hay không.", examples=[True])
    from_on: date | None = Field(default=None, description="Có hiệu lực từ ngày này; để trống: từ hôm nay.", examples=["2025-07-01"])


class SettingOut(BaseModel):
    model_config = ConfigDict(title="Thiết lập của đơn vị")

    name: Name = Field(description=MEANING)
    value: bool
    from_on: date
    set_by: str
    set_at: datetime


class SettingsOut(BaseModel):
    model_config = ConfigDict(title="Các thiết lập của đơn vị")

    items: list[SettingOut] = Field(description="Mọi giá trị đã đặt, ngày mới nhất trước; đơn vị không đặt thì theo đơn vị cấp trên.")

"""What goes in and out of `/api/v1/alerts`, with the words and examples of the OpenAPI page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_ID = "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44"
KindName = Literal["expiring", "expired", "review_due", "overtaken", "proposal_open"]


class AlertAgreement(BaseModel):
    model_config = ConfigDict(title="Thỏa ước của cảnh báo")

    id: str = Field(examples=[EXAMPLE_ID])
    employer: str | None = Field(examples=["Công ty TNHH May Haneul Kỳ Anh"])
    number: str | None = Field(examples=["02/2024/TƯLĐTT-HNKA"])
    stage: str = Field(examples=["published"])
    expires_on: date | None = Field(description="Ngày cuối còn hiệu lực.")


class AlertUnit(BaseModel):
    model_config = ConfigDict(title="Đơn vị của cảnh báo")

    id: str = Field(examples=[EXAMPLE_ID])
    code: str
    name: str = Field(examples=["CĐCS Công ty TNHH May Haneul"])


class AlertOut(BaseModel):
    model_config = ConfigDict(title="Cảnh báo")

    id: str = Field(examples=[EXAMPLE_ID])
    kind: KindName
    label: str = Field(examples=["Sắp hết hiệu lực"])
    message: str = Field(examples=["Thỏa ước 02/2024/TƯLĐTT-HNKA của Công ty TNHH May Haneul Kỳ Anh hết hiệu lực ngày 31/8/2026."])
    agreement: AlertAgreement
    unit: AlertUnit
    since: date = Field(description="Từ ngày nào thì như vậy.")
    due_on: date | None = Field(description="Hạn, khi có.")
    raised_on: date = Field(description="Lần chạy hằng ngày nào thấy đầu tiên.")
    details: dict[str, Any] = Field(
        description="overtaken: `promises`, mỗi nội dung một mục; proposal_open: `from`, `to`, `reasons`; review_due: `last`."
    )


class AlertPage(BaseModel):
    model_config = ConfigDict(title="Một trang cảnh báo")

    as_of: date | None = Field(description="Ngày của lần chạy gần nhất đã xong; null: chưa chạy lần nào.")
    counts: dict[KindName, int] = Field(description="Tổng số cảnh báo từng loại trong phạm vi của người hỏi.")
    items: list[AlertOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class DigestSettingIn(BaseModel):
    model_config = ConfigDict(title="Nhận thư cảnh báo hay không", extra="forbid")

    wanted: bool


class DigestSettingOut(BaseModel):
    model_config = ConfigDict(title="Thư cảnh báo của tôi")

    wanted: bool
    possible: bool = Field(description="Máy chủ có thiết lập gửi thư và tài khoản có địa chỉ thư.")
    last_sent: datetime | None = Field(description="Lần gửi gần nhất.")

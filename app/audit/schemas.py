"""What goes out of `/api/v1/audit`, with the words and examples of the OpenAPI page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_ID = "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44"


class ActorOut(BaseModel):
    model_config = ConfigDict(title="Người làm")

    kind: Literal["account", "key", "system", "nobody"] = Field(description="Tài khoản, khóa API, chính hệ thống, hoặc chưa đăng nhập.")
    id: str | None
    name: str = Field(examples=["Nguyễn Thị Hoa"])


class EventOut(BaseModel):
    model_config = ConfigDict(title="Sự kiện trong sổ")

    seq: int = Field(description="Số thứ tự trong sổ, liên tục từ 1.")
    at: datetime
    kind: str = Field(examples=["agreement_confirmed"])
    label: str = Field(description="Tên sự kiện bằng tiếng Việt.", examples=["xác nhận xếp loại"])
    actor: ActorOut
    unit_id: str | None = Field(description="Đơn vị liên quan.", examples=[EXAMPLE_ID])
    subject: str | None = Field(description="Việc gì: «loại:mã».", examples=[f"agreement:{EXAMPLE_ID}"])
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    engine: str = Field(description="Phiên bản chương trình.", examples=["0.1.0"])
    rubric: str | None = Field(examples=["hd90-2023@1"])
    hash: str = Field(description="SHA-256 của sự kiện này cùng mã của sự kiện trước nó.")


class EventPage(BaseModel):
    model_config = ConfigDict(title="Một trang của sổ")

    items: list[EventOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class VerificationOut(BaseModel):
    model_config = ConfigDict(title="Kết quả kiểm tra sổ")

    sound: bool = Field(description="Mọi sự kiện còn đủ, không bị sửa, đúng thứ tự.")
    events: int = Field(description="Số sự kiện đã kiểm tra đúng từ đầu sổ.")
    head: str = Field(description="Đầu sổ để giữ ở nơi khác, dạng MÃ@SỐ; gửi lại trong `head` của lần kiểm tra sau.")
    problem: str | None = Field(examples=["thiếu sự kiện số 41"])
    at_seq: int | None = Field(description="Số của sự kiện hỏng đầu tiên.")

"""What goes in and out of `/api/v1/webhooks`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.web.text import printable

Url = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(printable)]
EventName = Literal["publication.published", "publication.changed", "publication.withdrawn"]
Events = Annotated[list[EventName], Field(min_length=1, max_length=3)]
ALL: list[EventName] = ["publication.published", "publication.changed", "publication.withdrawn"]


class WebhookIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Webhook mới")

    url: Url = Field(description="Địa chỉ https nhận tin.", examples=["https://congdoanhatinh.vi-du.vn/thuoc-hook"])
    events: Events = Field(default=ALL, description="Những việc cần báo.")
    unit_id: str | None = Field(default=None, max_length=36, description="Báo về thỏa ước của đơn vị này và các đơn vị dưới nó.")


class WebhookEdit(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Sửa webhook")

    url: Url | None = None
    events: Events | None = None
    state: Literal["active", "paused"] | None = Field(default=None, description="active: gửi (cả những tin đang chờ); paused: tạm dừng.")


class WebhookOut(BaseModel):
    model_config = ConfigDict(title="Webhook", from_attributes=True)

    id: str
    unit_id: str
    url: str
    events: list[EventName]
    state: Literal["active", "paused", "disabled"] = Field(
        description="disabled: hệ thống tự tắt vì hỏng quá lâu; sửa máy nhận rồi đặt lại active."
    )
    sequence: int = Field(description="Số thứ tự của tin mới nhất.")
    failing_since: datetime | None = Field(description="Lần hỏng đầu tiên kể từ lần nhận được gần nhất.")
    created_at: datetime
    changed_at: datetime


class WebhookSecret(WebhookOut):
    model_config = ConfigDict(title="Webhook và khóa bí mật")

    secret: str = Field(description="Khóa để kiểm chữ ký `X-Thuoc-Signature`. Chỉ hiện một lần này.")


class WebhookPage(BaseModel):
    model_config = ConfigDict(title="Một trang webhook")

    items: list[WebhookOut]
    next_cursor: str | None


class AttemptOut(BaseModel):
    model_config = ConfigDict(title="Một lần thử gửi", from_attributes=True)

    at: datetime
    milliseconds: int
    status: int | None = Field(description="Mã HTTP máy nhận trả; null khi không có trả lời.")
    error: str | None = Field(examples=["timeout"])
    error_label: str | None = Field(examples=["Máy nhận không trả lời xong trong 10 giây"])
    excerpt: str = Field(description="Đầu câu trả lời, tối đa 500 ký tự.")


class DeliveryOut(BaseModel):
    model_config = ConfigDict(title="Một tin gửi đi")

    id: str
    sequence: int = Field(description="Số thứ tự của tin ở webhook này, từ 1; gửi lại vẫn giữ số cũ.")
    event: str
    publication_id: str | None
    state: Literal["waiting", "delivered", "failed"]
    created_at: datetime
    due_at: datetime | None = Field(description="Lần gửi tới, khi đang chờ.")
    ended_at: datetime | None
    attempts: list[AttemptOut]


class DeliveryPage(BaseModel):
    model_config = ConfigDict(title="Một trang nhật ký gửi")

    items: list[DeliveryOut]
    next_cursor: str | None


class ReplayIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Gửi lại")

    since: datetime | None = Field(
        default=None, description="Mọi tin viết từ lúc này (ISO 8601, có múi giờ).", examples=["2026-01-01T00:00:00Z"]
    )
    after_sequence: int | None = Field(default=None, ge=0, le=2**31 - 1, description="Mọi tin sau số này.", examples=[41])

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        if (self.since is None) == (self.after_sequence is None):
            raise ValueError("phải có đúng một trong hai: since, after_sequence")
        if self.since is not None and self.since.tzinfo is None:
            raise ValueError("since phải có múi giờ, ví dụ 2026-01-01T00:00:00Z")
        return self


class Replayed(BaseModel):
    model_config = ConfigDict(title="Số tin gửi lại")

    count: int

"""What goes in and out of `/api/v1/agreements/{id}/release`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.web.text import printable

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300), AfterValidator(printable)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), AfterValidator(printable)]


class AddWords(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Chữ bỏ thêm")

    words: Words = Field(description="Chữ đúng như trong văn bản; bỏ ở mọi chỗ nó đứng.", examples=["Trần Văn Bình"])
    kind: str = Field(max_length=40, description="Loại dữ liệu cá nhân.", examples=["person_name"])
    reason: Reason | None = Field(default=None, description="Vì sao bỏ.")


class KeepWords(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Chữ giữ lại")

    words: Words = Field(description="Chữ máy đã đề nghị bỏ mà không phải dữ liệu cá nhân.", examples=["Nguyễn Văn Linh"])
    reason: Reason = Field(description="Vì sao giữ.", examples=["tên đường"])


class ReleaseEdit(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Sửa bản công khai")

    add: list[AddWords] = Field(default=[], max_length=500, description="Mọi chữ bỏ thêm; thay danh sách trước.")
    take_back: list[KeepWords] = Field(default=[], max_length=500, description="Mọi chữ giữ lại; thay danh sách trước.")


class Segment(BaseModel):
    model_config = ConfigDict(title="Đoạn chữ")

    text: str = Field(description="Chữ của thỏa ước; chỉ người công bố thấy.")
    kind: str | None = Field(default=None, description="Loại dữ liệu cá nhân, khi đoạn này bị bỏ.")
    label: str | None = None
    mark: str | None = Field(default=None, description="Dấu đứng thay trong bản công khai.")
    why: str | None = Field(default=None, description="Vì sao bỏ.")


class MarkedClause(BaseModel):
    model_config = ConfigDict(title="Điều khoản có đánh dấu")

    path: str
    kind: str
    label: str
    segments: list[Segment]


class ReleaseOut(BaseModel):
    model_config = ConfigDict(title="Bản công khai đang chuẩn bị")

    id: str
    agreement_id: str
    state: Literal["preparing", "ready", "approved", "failed"]
    error: dict[str, Any] | None = Field(description="Vì sao không đọc được tệp.")
    counts: dict[str, int] = Field(description="Số chỗ bỏ, theo loại.")
    clauses: list[MarkedClause] = Field(description="Toàn văn có đánh dấu chỗ bỏ; trống khi đang chuẩn bị.")
    added: list[AddWords]
    taken_back: list[KeepWords]
    legal_ground: str | None = Field(description="Căn cứ bỏ dữ liệu cá nhân vào ngày phê duyệt.")
    approved_by: str | None
    approved_at: datetime | None

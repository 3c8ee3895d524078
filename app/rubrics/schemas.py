"""What goes in and out of `/api/v1/rubrics`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.web.text import printable

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)]
WHO = "Nguyễn Thị Hoa, Liên đoàn Lao động tỉnh"


class ImportFields(BaseModel):
    """The fields of the import form beside the file."""

    model_config = ConfigDict(extra="forbid", title="Đưa khung điểm vào")

    imported_by: Words = Field(description="Người đưa vào.", examples=[WHO])


class ConfirmRubricIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Xác nhận khung điểm")

    confirmed_by: Words = Field(description="Người có thẩm quyền xác nhận.", examples=[WHO])


class RubricLetter(BaseModel):
    model_config = ConfigDict(title="Ngưỡng của một loại", from_attributes=True)

    grade: Literal["A", "B", "C"]
    at_least: float = Field(description="Từ bấy nhiêu điểm trên 100.", examples=[80])


class RubricOut(BaseModel):
    model_config = ConfigDict(title="Khung điểm")

    reference: str = Field(description="Mã và phiên bản, dùng trong `rubric`.", examples=["hd90-2023@1"])
    id: str = Field(examples=["hd90-2023"])
    version: int = Field(examples=[1])
    status: Literal["confirmed", "provisional"] = Field(description="provisional: tạm thời, chưa được xác nhận.")
    federation: str
    basis: str = Field(examples=["Hướng dẫn 90/HD-TLĐ ngày 17/7/2023"])
    author: str
    dated: date
    in_force_from: date
    in_force_to: date | None
    letters: list[RubricLetter]
    items: int = Field(description="Số mục chấm.", examples=[115])
    filename: str | None = Field(description="Bảng tính đã đưa vào; null: khung có sẵn của chương trình.")
    imported_at: datetime | None
    imported_by: str | None
    confirmed_at: datetime | None
    confirmed_by: str | None


class RubricWhole(RubricOut):
    model_config = ConfigDict(title="Khung điểm đầy đủ")

    profile: dict[str, Any] = Field(description="Nhóm, chủ đề, mục, cách tính và các điều kiện, theo dạng của tệp YAML.")


class RubricList(BaseModel):
    model_config = ConfigDict(title="Các khung điểm")

    items: list[RubricOut]

"""What goes out of `/api/v1/publications`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class BetterProvision(BaseModel):
    model_config = ConfigDict(title="Nội dung có lợi hơn luật")

    provision: str = Field(description="Mã nội dung trong danh mục.", examples=["shift_meal"])
    label: str = Field(examples=["Giá trị bữa ăn ca"])
    topic: str = Field(examples=["meals"])
    topic_label: str = Field(examples=["Bữa ăn ca"])
    amount: float | None = Field(description="Mức cam kết; null khi cam kết không có con số.", examples=[25000])
    unit: str | None = Field(examples=["VND/meal"])
    amount_label: str = Field(examples=["25.000 đồng/bữa"])


class RubricRef(BaseModel):
    model_config = ConfigDict(title="Khung điểm")

    id: str = Field(examples=["hd90-2023"])
    version: int = Field(examples=[1])
    status: Literal["confirmed", "provisional"] = Field(description="provisional: khung điểm tạm, chưa được liên đoàn xác nhận.")


class PublicationOut(BaseModel):
    """Only what may be public: no sentence of the agreement, no person."""

    model_config = ConfigDict(title="Thỏa ước đã công bố", from_attributes=True)

    id: str
    agreement_id: str
    grade: Literal["A", "B", "C"] = Field(description="Loại đã được người có thẩm quyền xác nhận.")
    employer: str | None = Field(examples=["Công ty TNHH May Haneul Kỳ Anh"])
    number: str | None = Field(examples=["02/2024/TƯLĐTT-HNKA"])
    province: str | None = Field(examples=["Hà Tĩnh"])
    sector: str | None = Field(examples=["may mặc"])
    ownership: Literal["state", "private", "fdi"] | None
    signed_on: date | None
    effective_from: date | None
    expires_on: date | None = Field(description="Ngày cuối cùng còn hiệu lực.")
    better_firm: int = Field(description="Số nội dung cam kết chắc chắn, có lợi hơn luật.")
    better_provisions: list[BetterProvision]
    rubric: RubricRef
    published_at: datetime
    changed_at: datetime


class PublicationPage(BaseModel):
    model_config = ConfigDict(title="Một trang thỏa ước đã công bố")

    items: list[PublicationOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")

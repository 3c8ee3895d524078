"""What goes out of `/api/v1/publications` and `/api/v1/clauses`: only what may be public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Letter = Literal["A", "B", "C"]


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


class PublicationLinks(BaseModel):
    """Addresses of the same publication in every form."""

    model_config = ConfigDict(title="Các dạng của một thỏa ước đã công bố")

    self: str
    fragment: str = Field(description="Đoạn HTML để nhúng vào trang web.")
    pdf: str
    akoma_ntoso: str = Field(description="XML Akoma Ntoso 3.0.")
    json_ld: str = Field(description="JSON-LD theo schema.org.")


class PublicationOut(BaseModel):
    """A publication in a list: no sentence of the agreement."""

    model_config = ConfigDict(title="Thỏa ước đã công bố", from_attributes=True)

    id: str
    withdrawn: Literal[False] = False
    grade: Letter = Field(description="Loại đã được người có thẩm quyền xác nhận.")
    title: str
    employer: str | None = Field(examples=["Công ty TNHH May Haneul Kỳ Anh"])
    unit_name: str | None = Field(description="Công đoàn cơ sở.")
    number: str | None = Field(examples=["02/2024/TƯLĐTT-HNKA"])
    province: str | None = Field(examples=["Hà Tĩnh"])
    area: str | None = Field(description="Xã, phường, khu công nghiệp.")
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
    links: PublicationLinks


class Tombstone(BaseModel):
    """What is left of a publication that is no longer shown (or no longer matches the filter): take it off the site."""

    model_config = ConfigDict(title="Thỏa ước đã gỡ")

    id: str
    withdrawn: Literal[True] = True
    because: str = Field(
        description="withdrawn, expired, superseded, downgraded, hoặc filtered (không còn khớp bộ lọc).", examples=["expired"]
    )
    because_label: str = Field(examples=["Thỏa ước đã hết hiệu lực"])
    changed_at: datetime


class PublicationPage(BaseModel):
    model_config = ConfigDict(title="Một trang thỏa ước đã công bố")

    items: list[PublicationOut | Tombstone]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")
    next_changed_since: datetime | None = Field(
        default=None, description="Chỉ khi hỏi `changed_since`: gửi lại lần sau để chỉ nhận những gì đổi từ đây."
    )


class ClauseOut(BaseModel):
    """One clause of a publication that promises something better than the law."""

    model_config = ConfigDict(title="Cách một thỏa ước cam kết")

    provision: str = Field(examples=["shift_meal"])
    provision_label: str = Field(examples=["Giá trị bữa ăn ca"])
    amount: float | None = Field(examples=[25000])
    unit: str | None = Field(examples=["VND/meal"])
    amount_label: str = Field(examples=["25.000 đồng/bữa"])
    path: str = Field(examples=["12.1"])
    label: str = Field(examples=["khoản 1 Điều 12"])
    quote: str = Field(description="Lời của thỏa ước, đã bỏ dữ liệu cá nhân.")
    publication_id: str
    employer: str | None
    province: str | None
    sector: str | None
    signed_on: date | None
    grade: Letter
    link: str = Field(description="Thỏa ước có điều khoản này.")


class ClausePage(BaseModel):
    model_config = ConfigDict(title="Một trang điều khoản")

    items: list[ClauseOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class PublicDocumentOut(BaseModel):
    """The whole redacted agreement: `thuoc.publication/1`."""

    model_config = ConfigDict(title="Toàn văn đã bỏ dữ liệu cá nhân", extra="allow")

    id: str
    title: str
    clauses: list[dict[str, Any]]

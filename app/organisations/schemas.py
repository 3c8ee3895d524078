"""What goes in and out of `/api/v1/units`, with the words and examples of the OpenAPI page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.web.text import printable

Kind = Literal["confederation", "province", "industry", "zone", "commune", "district", "grassroots"]
Ownership = Literal["state", "private", "fdi"]
Region = Literal["I", "II", "III", "IV"]
EXAMPLE_ID = "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


def one_line(value: str) -> str:
    return printable(" ".join(value.split()))


def _known_day(value: date) -> date:
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError("ngày phải từ năm 1900 đến năm 2200")
    return value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(one_line)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[0-9A-Za-zĐđ][0-9A-Za-zĐđ./_-]*$", max_length=60)]
Day = Annotated[date, AfterValidator(_known_day)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class About(BaseModel):
    """What a unit is, beside its place in the tree. All but province and commune only for a grassroots union."""

    model_config = ConfigDict(extra="forbid")

    province: Words | None = Field(default=None, max_length=100, description="Tỉnh, thành phố.", examples=["Hà Tĩnh"])
    commune: Words | None = Field(default=None, max_length=100, description="Xã, phường.", examples=["Phường Vũng Áng"])
    employer: Words | None = Field(default=None, max_length=300, description="Doanh nghiệp.", examples=["Công ty TNHH May Haneul Kỳ Anh"])
    ownership: Ownership | None = Field(default=None, description="Loại hình: nhà nước, tư nhân, FDI.", examples=["fdi"])
    sector: Words | None = Field(default=None, max_length=200, description="Ngành nghề.", examples=["may mặc"])
    wage_region: Region | None = Field(default=None, description="Vùng lương tối thiểu.", examples=["III"])
    workers: Count | None = Field(default=None, description="Số lao động.", examples=[850])
    members: Count | None = Field(default=None, description="Số đoàn viên.", examples=[790])


ENTERPRISE = ("employer", "ownership", "sector", "wage_region", "workers", "members")


class UnitIn(About):
    model_config = ConfigDict(title="Thêm đơn vị", extra="forbid")

    code: Code = Field(description="Mã riêng của đơn vị, không đổi; nhập từ bảng tính nhận ra đơn vị bằng mã này.", examples=["HT-KKT-001"])
    kind: Kind = Field(examples=["grassroots"])
    name: Words = Field(max_length=300, examples=["CĐCS Công ty TNHH May Haneul Kỳ Anh"])
    parent_id: str = Field(max_length=60, description="Đơn vị cấp trên trực tiếp.", examples=[EXAMPLE_ID])
    from_on: Day | None = Field(default=None, description="Thuộc cấp trên này từ ngày nào; bỏ trống: từ trước đến nay.")
    closed_on: Day | None = Field(default=None, description="Ngày đầu tiên không còn đơn vị, khi ghi một đơn vị đã kết thúc.")


class UnitChange(About):
    """Only the fields that are sent change; null clears one."""

    model_config = ConfigDict(title="Sửa đơn vị", extra="forbid")

    name: Words | None = Field(default=None, max_length=300, examples=["CĐCS Công ty TNHH May Haneul Vũng Áng"])
    renamed_on: Day | None = Field(
        default=None, description="Tên mới dùng từ ngày này, tên cũ giữ trong lịch sử; bỏ trống: chỉ sửa tên ghi sai."
    )


class MoveIn(BaseModel):
    model_config = ConfigDict(title="Chuyển đơn vị", extra="forbid")

    parent_id: str = Field(max_length=60, description="Đơn vị cấp trên mới.", examples=[EXAMPLE_ID])
    on: Day = Field(description="Từ ngày nào.", examples=["2025-07-01"])


class CloseIn(BaseModel):
    model_config = ConfigDict(title="Kết thúc đơn vị", extra="forbid")

    on: Day = Field(description="Ngày đầu tiên không còn đơn vị.", examples=["2025-07-01"])
    children_to: str | None = Field(
        default=None, max_length=60, description="Chuyển các đơn vị trực thuộc sang đơn vị này từ cùng ngày.", examples=[EXAMPLE_ID]
    )


class UnitRef(BaseModel):
    model_config = ConfigDict(title="Đơn vị (tóm tắt)")

    id: str = Field(examples=[EXAMPLE_ID])
    code: str = Field(examples=["HT"])
    kind: Kind
    name: str = Field(examples=["Liên đoàn Lao động tỉnh Hà Tĩnh"])


class UnitOut(UnitRef):
    model_config = ConfigDict(title="Đơn vị")

    kind_label: str = Field(examples=["Công đoàn cơ sở"])
    stands: bool = Field(description="Đơn vị có hoạt động vào ngày tra cứu.")
    opened_on: date | None = Field(description="null: không ghi ngày thành lập.")
    closed_on: date | None = Field(description="Ngày đầu tiên không còn đơn vị; null: đang hoạt động.")
    parent: UnitRef | None = Field(description="Cấp trên trực tiếp vào ngày tra cứu; với đơn vị đã kết thúc là cấp trên cuối cùng.")
    province: str | None
    commune: str | None
    employer: str | None
    ownership: Ownership | None
    sector: str | None
    wage_region: Region | None
    workers: int | None
    members: int | None
    created_at: datetime
    changed_at: datetime


class PlacementOut(BaseModel):
    model_config = ConfigDict(title="Một quãng thuộc một cấp trên")

    parent: UnitRef
    from_on: date | None = Field(description="null: từ trước đến nay.")
    until: date | None = Field(description="Ngày đầu tiên không còn thuộc; null: chưa có.")


class FormerNameOut(BaseModel):
    model_config = ConfigDict(title="Tên cũ")

    name: str
    until: date = Field(description="Ngày đầu tiên mang tên mới.")


class UnitWhole(UnitOut):
    model_config = ConfigDict(title="Đơn vị và lịch sử")

    on: date = Field(description="Ngày tra cứu.")
    ancestors: list[UnitRef] = Field(description="Các cấp trên vào ngày tra cứu, gần nhất trước.")
    history: list[PlacementOut] = Field(description="Đã thuộc những đơn vị nào, cũ trước.")
    former_names: list[FormerNameOut]


class UnitPage(BaseModel):
    model_config = ConfigDict(title="Một trang đơn vị")

    items: list[UnitOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class ImportFields(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(default=False, description="true: chỉ kiểm tra và báo cáo, không ghi gì.")
    all_or_nothing: bool = Field(default=False, description="true: có một dòng bị từ chối thì không ghi dòng nào.")


class RowOut(BaseModel):
    model_config = ConfigDict(title="Một dòng của bảng đã nhập")

    row: int = Field(description="Số dòng như bảng tính hiện.", examples=[2])
    code: str | None = Field(examples=["HT-KKT-001"])
    outcome: Literal["added", "changed", "unchanged", "refused"]
    message: str = Field(description="Đã làm gì, hoặc vì sao từ chối.", examples=["thêm mới"])
    column: str | None = Field(description="Cột làm dòng bị từ chối.", examples=["Mã cấp trên"])
    unit_id: str | None


class ImportOut(BaseModel):
    model_config = ConfigDict(title="Kết quả nhập đơn vị")

    dry_run: bool
    stored: bool = Field(description="Các dòng được nhận đã ghi.")
    added: int
    changed: int
    unchanged: int
    refused: int
    rows: list[RowOut]

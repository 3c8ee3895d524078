"""What goes in and out of `/api/v1/agreements`, with the words and examples of the OpenAPI page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.agreements.life import Move, Stage
from app.web.text import printable

State = Literal["waiting", "grading", "graded", "failed"]
Letter = Literal["A", "B", "C"]
Relation = Literal["renewal", "amendment"]
EXAMPLE_ID = "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44"


def _half_points(value: float) -> float:
    if value * 2 != int(value * 2):
        raise ValueError("điểm tính theo bước 0,5")
    return value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(printable)]
Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), AfterValidator(_half_points)]


class Given(BaseModel):
    """What the sender says of the agreement; every field may stay empty. What the text says is read from the text."""

    model_config = ConfigDict(extra="forbid", title="Thông tin người gửi khai")

    employer: Words | None = Field(
        default=None, max_length=300, description="Tên doanh nghiệp.", examples=["Công ty TNHH May Haneul Kỳ Anh"]
    )
    number: Words | None = Field(default=None, max_length=100, description="Số thỏa ước.", examples=["02/2024/TƯLĐTT-HNKA"])
    province: Words | None = Field(default=None, max_length=100, description="Tỉnh, thành phố.", examples=["Hà Tĩnh"])
    sector: Words | None = Field(default=None, max_length=200, description="Ngành nghề.", examples=["may mặc"])
    ownership: Literal["state", "private", "fdi"] | None = Field(default=None, description="Loại hình: nhà nước, tư nhân, FDI.")
    uploaded_by: Words | None = Field(
        default=None, max_length=200, description="Người hoặc đơn vị gửi.", examples=["CĐCS May Haneul Kỳ Anh"]
    )
    note: Words | None = Field(default=None, max_length=2000, description="Ghi chú của người gửi.")


class UploadFields(Given):
    """The fields of the upload form beside the file."""

    unit: Words | None = Field(
        default=None,
        max_length=36,
        description="Mã đơn vị có thỏa ước này; cán bộ của đúng một công đoàn cơ sở thì không cần nêu.",
        examples=[EXAMPLE_ID],
    )
    supersedes: Words | None = Field(
        default=None, max_length=36, description="Mã thỏa ước trước mà bản này ký lại hoặc sửa đổi, bổ sung.", examples=[EXAMPLE_ID]
    )
    relation: Relation | None = Field(default=None, description="renewal: ký lại; amendment: sửa đổi, bổ sung.")
    rubric: Words | None = Field(
        default=None, max_length=100, description="Khung điểm để chấm; để trống là khung mặc định.", examples=["hd90-2023"]
    )
    law_on: date | None = Field(default=None, description="So với pháp luật của ngày này thay vì ngày ký.", examples=["2025-07-01"])
    page_order: Literal["sent", "name"] | None = Field(
        default=None,
        description="Thứ tự trang khi gửi nhiều ảnh: `sent` theo thứ tự trong biểu mẫu (mặc định), `name` theo tên tệp, số nhỏ trước.",
        examples=["sent"],
    )


class FileOut(BaseModel):
    model_config = ConfigDict(title="Tệp")

    filename: str = Field(description="Tên tệp người gửi đặt.", examples=["thoa-uoc-2024.docx"])
    sha256: str = Field(description="Dấu vân tay SHA-256 của nội dung tệp.", examples=["9f2c" + "0" * 60])
    size: int = Field(description="Cỡ tệp, byte.", examples=[48210])
    media_type: str = Field(description="Loại tệp, nhận theo nội dung.")


class Progress(BaseModel):
    model_config = ConfigDict(title="Tiến độ chấm")

    message: str = Field(description="Một câu cho người đọc.", examples=["Đang chờ chấm, còn 2 tệp phía trước"])
    ahead: int = Field(description="Số tệp đến lượt trước tệp này.", examples=[2])
    attempt: int = Field(description="Lần thử thứ mấy; 0 khi chưa bắt đầu.", examples=[0])
    next_try_at: datetime | None = Field(default=None, description="Khi lần trước hỏng: sẽ thử lại lúc này.")


class Failure(BaseModel):
    model_config = ConfigDict(title="Vì sao không chấm được")

    code: str = Field(description="Mã lỗi ổn định.", examples=["not_an_agreement"])
    detail: str = Field(description="Một câu cho người đọc.")


class Summary(BaseModel):
    """The machine's reading in brief; the whole is at `…/assessment`."""

    model_config = ConfigDict(title="Tóm tắt kết quả chấm")

    grade: Letter | None = Field(description="Loại máy đề xuất; null khi có lý do chưa được xếp loại.")
    would_be_grade: Letter | None = Field(description="Loại sẽ đạt nếu các lý do đó được gỡ.")
    better_provisions: int = Field(description="Số nội dung cam kết chắc chắn, có lợi hơn luật.", examples=[27])
    graded_on: date
    law_as_of: date
    rubric: str = Field(description="Khung điểm và phiên bản.", examples=["hd90-2023@1"])
    engine: str = Field(description="Phiên bản phần chấm.", examples=["0.1.0"])


class DossierPoints(BaseModel):
    """The three groups that the text alone cannot earn."""

    model_config = ConfigDict(extra="forbid", title="Điểm hồ sơ")

    process: Points = Field(description="Quy trình thương lượng.", examples=[4])
    signing_implementation: Points = Field(description="Ký kết và thực hiện.", examples=[5.5])
    bonus: Points = Field(description="Điểm thưởng.", examples=[0])


class ConfirmIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        title="Xác nhận xếp loại",
        json_schema_extra={
            "examples": [
                {
                    "grade": "B",
                    "points": {"process": 4, "signing_implementation": 5.5, "bonus": 0},
                }
            ]
        },
    )

    grade: Letter | None = Field(description="Loại được xác nhận; null = xác nhận là không xếp loại.")
    points: DossierPoints | None = Field(default=None, description="Cho những nhóm hồ sơ chưa nhập từng mục; đã nhập đủ thì không cần.")
    reason: Words | None = Field(
        default=None,
        max_length=2000,
        description="Bắt buộc khi gỡ một lý do chưa xếp loại, hoặc khi loại xác nhận khác loại mà tổng điểm cho.",
    )


class ConfirmationOut(BaseModel):
    model_config = ConfigDict(title="Xác nhận")

    grade: Letter | None
    points: DossierPoints | None
    total: float | None = Field(description="Tổng điểm trên 100, khi đủ các nhóm.", examples=[76.5])
    computed_grade: Letter | None = Field(description="Loại mà tổng điểm cho theo khung điểm.")
    cleared_gates: list[str] = Field(description="Các lý do chưa xếp loại mà người xác nhận đã gỡ.")
    reason: str | None
    confirmed_by: str
    confirmed_at: datetime
    assessment_sha256: str = Field(description="Kết quả chấm mà xác nhận này dựa vào (ETag của nó).")


class ProposalOut(BaseModel):
    """A confirmed letter never changes by itself: a person settles a proposal by confirming again, the old letter or the new."""

    model_config = ConfigDict(title="Đề nghị đổi loại đã xác nhận")

    agreement_id: str = Field(examples=[EXAMPLE_ID])
    regrade_id: str = Field(description="Lần chấm lại nêu ra đề nghị này.", examples=[EXAMPLE_ID])
    from_grade: Letter | None = Field(description="Loại đang được xác nhận.")
    to_grade: Letter | None = Field(description="Loại theo kết quả chấm lại, với điểm hồ sơ đã xác nhận.")
    total: float | None = Field(description="Tổng điểm mới; null khi khung mới không nhận điểm hồ sơ đã nhập.", examples=[81.5])
    reasons: list[str] = Field(description="Vì sao, mỗi ý một câu.", examples=[["Điểm nội dung 63 → 70", "Giá trị bữa ăn ca: 5,5 → 8,5"]])
    proposed_at: datetime


class ProposalPage(BaseModel):
    model_config = ConfigDict(title="Một trang đề nghị đổi loại")

    items: list[ProposalOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class UnitRef(BaseModel):
    model_config = ConfigDict(title="Đơn vị")

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["CĐCS Công ty TNHH May Haneul Kỳ Anh"])


class PersonRef(BaseModel):
    model_config = ConfigDict(title="Người")

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Nguyễn Thị Hoa"])


class RemarkIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Nhận xét theo điều khoản")

    path: Words | None = Field(
        default=None, max_length=60, description="Điều, khoản, điểm được nhận xét; null: cả thỏa ước.", examples=["5.2.a"]
    )
    text: Words = Field(max_length=4000, description="Phải sửa gì, vì sao.", examples=["Thử việc không được quá 60 ngày."])


class ReturnIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Trả lại thỏa ước")

    message: Words | None = Field(default=None, max_length=4000, description="Lời chung cho đơn vị.")
    remarks: list[RemarkIn] = Field(default=[], max_length=200)


class RemarkOut(BaseModel):
    model_config = ConfigDict(title="Nhận xét")

    path: str | None
    label: str | None = Field(description="Tên điều khoản.", examples=["điểm a khoản 2 Điều 5"])
    text: str


class ReturnOut(BaseModel):
    model_config = ConfigDict(title="Lần trả lại")

    version: int = Field(description="Bản bị trả lại.")
    by: str
    at: datetime
    message: str | None
    remarks: list[RemarkOut]


class SubmitIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Nộp thỏa ước")

    note: Words | None = Field(default=None, max_length=2000, description="Lời gửi người duyệt; nộp lại đúng tệp đã bị trả thì bắt buộc.")


class WithdrawIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Gỡ khỏi website")

    reason: Words = Field(max_length=2000, description="Vì sao gỡ.")


class VersionOut(BaseModel):
    model_config = ConfigDict(title="Một bản của thỏa ước")

    number: int
    file: FileOut
    sent_by: str | None
    sent_at: datetime
    assessment: str | None = Field(description="Địa chỉ kết quả chấm của bản này, khi có.")


class VersionsOut(BaseModel):
    model_config = ConfigDict(title="Các bản của thỏa ước")

    items: list[VersionOut] = Field(description="Mới nhất trước.")


class Links(BaseModel):
    self: str
    assessment: str
    versions: str
    confirm: str


class AgreementOut(BaseModel):
    model_config = ConfigDict(title="Thỏa ước")

    id: str = Field(examples=[EXAMPLE_ID])
    unit: UnitRef
    stage: Stage = Field(description="Thỏa ước đang ở đâu trong đời của nó, từ bản thảo đến công bố.", examples=["in_review"])
    open_moves: list[Move] = Field(description="Những việc người đang hỏi làm được lúc này.", examples=[["return", "confirm"]])
    state: State = Field(description="Tệp mới nhất; waiting: chờ chấm; grading: đang chấm; graded: đã chấm; failed: không chấm được.")
    version: int = Field(description="Tệp mới nhất là bản thứ mấy.", examples=[2])
    submitted_at: datetime | None = Field(description="Lần nộp gần nhất.")
    assigned_to: PersonRef | None = Field(description="Người duyệt được giao.")
    returned: ReturnOut | None = Field(description="Lần trả lại gần nhất, với nhận xét theo điều khoản.")
    supersedes: str | None = Field(description="Thỏa ước trước mà bản này ký lại hoặc sửa đổi, bổ sung.")
    relation: Relation | None
    progress: Progress | None = Field(description="Chỉ có khi đang chờ hoặc đang chấm.")
    error: Failure | None = Field(description="Chỉ có khi không chấm được.")
    file: FileOut
    given: Given
    machine: Summary | None = Field(description="Máy đề xuất gì.")
    confirmation: ConfirmationOut | None = Field(description="Người đã xác nhận gì.")
    proposal: ProposalOut | None = Field(description="Đề nghị đổi loại đã xác nhận, khi một lần chấm lại cho loại khác.")
    created_at: datetime
    changed_at: datetime
    links: Links


class AgreementPage(BaseModel):
    model_config = ConfigDict(title="Một trang thỏa ước")

    items: list[AgreementOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")

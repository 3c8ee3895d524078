"""What goes in and out of `/api/v1/reviews`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.agreements.schemas import EXAMPLE_ID, AgreementOut, Letter, Points, Relation, Words

Action = Literal["accept", "correct", "reject", "add"]
Verdict = Literal["better", "equal", "below", "vague"]
Evidence = Literal["declared", "attached", "verified"]
Place = Annotated[int, Field(ge=0, le=100_000_000)]
SAID = ("provision", "verdict", "amount", "unit", "unlawful")


class CorrectionIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        title="Quyết định về một phát hiện",
        json_schema_extra={
            "examples": [
                {"action": "accept", "finding": 3},
                {"action": "correct", "finding": 3, "amount": 30000, "unit": "VND/meal", "reason": "Phụ lục 2 ghi 30.000 đồng"},
                {"action": "reject", "finding": 7, "reason": "Công đoàn chi, không phải cam kết của công ty"},
                {"action": "add", "span": [1200, 1262], "quote": "Công ty thưởng …", "provision": "tet_bonus", "verdict": "better"},
            ]
        },
    )

    action: Action = Field(description="accept: đồng ý; correct: sửa; reject: bỏ; add: thêm điều máy bỏ sót.")
    finding: Place | None = Field(default=None, description="Số thứ tự trong `findings` của kết quả máy chấm; không dùng khi thêm.")
    span: tuple[Place, Place] | None = Field(default=None, description="Khi thêm: vị trí các chữ được chọn trong văn bản sạch.")
    quote: str | None = Field(default=None, min_length=1, max_length=20_000, description="Khi thêm: đúng các chữ ở vị trí đó.")
    provision: Words | None = Field(default=None, max_length=80, description="Nội dung trong danh mục.", examples=["shift_meal"])
    verdict: Verdict | None = Field(default=None, description="Kết luận; để trống: theo luật của ngày ký với con số đã nêu.")
    amount: float | None = Field(default=None, ge=0, le=1e15, allow_inf_nan=False, description="Con số; null: không có.")
    unit: Words | None = Field(default=None, max_length=40, examples=["VND/meal"])
    unlawful: Words | None = Field(default=None, max_length=60, description="Loại trái luật.", examples=["wage_fine"])
    reason: Words | None = Field(default=None, max_length=2000, description="Vì sao.")

    def said(self) -> dict[str, Any]:
        """What was given of the finding; what was left out stays the machine's."""
        return {name: getattr(self, name) for name in SAID if name in self.model_fields_set}


class GateIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Quyết định về một lý do không xếp loại")

    stands: bool = Field(description="true: giữ hoặc nêu lý do này; false: gỡ.")
    reason: Words = Field(max_length=2000, description="Vì sao.", examples=["Đã ký phụ lục bỏ nội dung này ngày 12/3/2025"])


class EntryIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Điểm một mục hồ sơ")

    points: Points = Field(description="Điểm của mục, bước 0,5.", examples=[1.5])
    document: Words | None = Field(default=None, max_length=500, description="Giấy tờ chứng minh.", examples=["Biên bản lấy ý kiến 12/01"])
    state: Evidence | None = Field(
        default=None, description="declared: tự khai; attached: đã kèm tài liệu; verified: người duyệt đã đối chiếu. Để trống: tự xác định."
    )


class AssigneeIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Giao người duyệt")

    account: Words | None = Field(max_length=36, description="Mã tài khoản; `me`: chính mình; null: không giao ai.", examples=["me"])


class Said(BaseModel):
    model_config = ConfigDict(title="Một phát hiện nói gì")

    provision: str | None
    verdict: Verdict
    amount: float | None
    unit: str | None
    unlawful: str | None


class CorrectionOut(BaseModel):
    model_config = ConfigDict(title="Quyết định đã ghi")

    id: str = Field(examples=[EXAMPLE_ID])
    action: Action
    status: Literal["held", "changed", "lost"] = Field(
        description="held: câu chữ vẫn đó, quyết định được áp dụng; changed: câu chữ còn nhưng con số đã khác, chưa áp dụng, cần quyết "
        "định lại; lost: không còn câu chữ này trong bản mới, giữ để xem."
    )
    finding: int | None = Field(description="Phát hiện của máy mà quyết định này nhắm đến, theo kết quả mới nhất.")
    path: str
    label: str | None = Field(description="Điều khoản nơi câu chữ đang đứng.", examples=["khoản 2 Điều 15"])
    quote: str = Field(description="Câu chữ khi quyết định.")
    span: tuple[int, int] | None = Field(description="Vị trí hiện nay trong văn bản sạch.")
    found: str | None = Field(description="Câu chữ hiện nay ở vị trí đó.")
    machine: Said | None = Field(description="Máy đã đề xuất; null: máy bỏ sót.")
    person: Said | None = Field(description="Người đã quyết định; null: không còn phát hiện này (hoặc giữ nguyên đề xuất).")
    reason: str | None
    by: str
    at: datetime


class GateOut(BaseModel):
    model_config = ConfigDict(title="Lý do không xếp loại")

    code: str
    message: str
    stands: bool
    decided_by: Literal["machine", "reviewer"]
    reason: str | None
    by: str | None


class DocumentOut(BaseModel):
    model_config = ConfigDict(title="Tài liệu hồ sơ")

    id: str = Field(examples=[EXAMPLE_ID])
    filename: str
    size: int
    media_type: str
    sha256: str
    by: str
    at: datetime
    href: str


class DossierItemOut(BaseModel):
    model_config = ConfigDict(title="Mục hồ sơ")

    item: str = Field(examples=["workforce_vote"])
    group: str
    label: str
    max_points: float
    evidence: str = Field(description="Giấy tờ cần có.")
    points: float | None = Field(description="null: chưa có điểm.")
    state: Evidence | None
    document: str | None
    by: str | None
    documents: list[DocumentOut]


class Standing(BaseModel):
    """The score at once: of the machine, and after the person's decisions."""

    model_config = ConfigDict(title="Điểm và loại")

    content_points: float
    total: float | None
    grade: Letter | None
    would_be_grade: Letter | None
    grade_range: tuple[Letter | None, Letter | None]


class ReviewOut(BaseModel):
    model_config = ConfigDict(title="Việc duyệt một thỏa ước")

    agreement: AgreementOut
    rubric: str
    machine: Standing = Field(description="Máy đề xuất; không bao giờ đổi vì quyết định của người.")
    person: Standing = Field(description="Sau các quyết định của người duyệt.")
    corrections: list[CorrectionOut]
    gates: list[GateOut]
    dossier: list[DossierItemOut]
    links: dict[str, str]


class QueueItem(BaseModel):
    model_config = ConfigDict(title="Một thỏa ước chờ duyệt")

    agreement: AgreementOut
    waiting_days: int | None = Field(description="Số ngày từ khi nộp.")
    expires_on: date | None
    confidence: float | None = Field(description="Độ chắc chắn thấp nhất của một phát hiện được tính điểm hoặc trái luật.", examples=[0.72])
    unlawful: int | None = Field(description="Số phát hiện trái luật.")


class QueuePage(BaseModel):
    model_config = ConfigDict(title="Một trang hàng chờ duyệt")

    items: list[QueueItem]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class PredecessorIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Thỏa ước được thay")

    supersedes: Words | None = Field(max_length=36, description="Mã thỏa ước trước của cùng đơn vị; null: không thay bản nào.")
    relation: Relation | None = Field(default=None, description="renewal: ký lại (mặc định); amendment: sửa đổi, bổ sung.")

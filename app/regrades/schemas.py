"""What goes in and out of `/api/v1/regrades`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.web.text import printable

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)]


class RegradeIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Chấm lại các thỏa ước đã lưu")

    rubric: Words | None = Field(default=None, description="Khung điểm mới; null: mỗi thỏa ước giữ khung của nó.", examples=["hd90-2023@2"])
    law: bool = Field(default=False, description="So lại các cam kết với mức luật định hiện có của chương trình, không đọc lại tệp.")
    graded_on: date | None = Field(default=None, description="Chấm như vào ngày này; null: giữ ngày chấm của từng kết quả.")
    created_by: Words = Field(description="Người yêu cầu.", examples=["Nguyễn Thị Hoa, Liên đoàn Lao động tỉnh"])


class RegradeOut(BaseModel):
    model_config = ConfigDict(title="Lần chấm lại")

    id: str
    rubric: str | None = Field(examples=["hd90-2023@2"])
    law: bool
    graded_on: date | None
    created_by: str | None
    created_at: datetime
    finished_at: datetime | None = Field(description="null: đang chạy ở nền.")
    message: str = Field(description="Một câu cho người đọc.", examples=["Đã chấm lại 1.200 / 40.000 thỏa ước"])
    total: int
    done: int
    unchanged: int = Field(description="Không có gì đổi.")
    failed: int = Field(description="Không chấm lại được từ bản đã lưu; kết quả cũ vẫn giữ.")
    failures: list[str] = Field(description="Mã của những thỏa ước đó, nhiều nhất 50.")
    moves: dict[str, int] = Field(description="Số thỏa ước đổi loại, theo «từ>đến»; «-»: không xếp loại.", examples=[{"B>A": 12, "C>-": 1}])
    proposals: int = Field(description="Số đề nghị đổi loại đã xác nhận, chờ người quyết định.")
    error: str | None = Field(description="Vì sao một phần bị bỏ dở.")


class RegradePage(BaseModel):
    model_config = ConfigDict(title="Một trang các lần chấm lại")

    items: list[RegradeOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")

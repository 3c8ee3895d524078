"""`/api/v1/law`: the legal values that agreements are compared with, and their history."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.law.explain import explain, value_text
from app.law.loader import Law, load_law
from app.law.values import value_on
from app.problems import Problem
from app.web.deps import Parts, problems

router = APIRouter(prefix="/api/v1/law", tags=["Pháp luật"])
On = Annotated[date | None, Query(description="Ngày tra cứu; bỏ trống: hôm nay.", examples=["2025-07-01"])]
Number = int | float
Value = Number | str | list[str] | dict[str, Number | str]


class LawItem(BaseModel):
    model_config = ConfigDict(title="Quy định pháp luật vào một ngày")

    id: str = Field(examples=["annual_leave_days_normal"])
    label: str = Field(examples=["Số ngày nghỉ hằng năm, điều kiện bình thường"])
    topic: str = Field(examples=["Thời giờ nghỉ ngơi"])
    unit: str = Field(examples=["ngày/năm"])
    on: date
    value: Value | None = Field(description="Số, hoặc chữ khi quy định không phải một con số; null khi ngày đó không có.", examples=[12])
    value_text: str = Field(description="Giá trị kèm đơn vị.", examples=["12 ngày/năm"])
    in_force_from: date | None
    source: str | None = Field(examples=["điểm a khoản 1 Điều 113 Bộ luật Lao động 45/2019/QH14"])
    disputed: bool = Field(description="Có cách hiểu khác nhau chưa ngã ngũ.")


class LawEntry(BaseModel):
    model_config = ConfigDict(title="Một giá trị trong lịch sử", from_attributes=True)

    in_force_from: date
    in_force_to: date | None = Field(description="Ngày cuối còn hiệu lực; null khi chưa biết.")
    value: Value
    text: str
    source: str
    verified: str = Field(description="Đã đối chiếu đến đâu.", examples=["đã đọc văn bản"])
    where: list[str]
    current: bool = Field(description="Đang có hiệu lực vào ngày tra cứu.")
    note: str


class LawReading(BaseModel):
    model_config = ConfigDict(title="Một cách hiểu khác", from_attributes=True)

    label: str
    disputed: bool
    history: list[LawEntry]
    exceptions: list[str]
    notes: str


class LawDetail(LawItem):
    model_config = ConfigDict(title="Quy định pháp luật và lịch sử")

    direction: str = Field(examples=["càng cao càng lợi cho người lao động"])
    floor: str = Field(examples=["mức tối thiểu"])
    history: list[LawEntry] = Field(description="Mọi giá trị từ trước đến nay, cũ trước.")
    readings: list[LawReading]
    applies_to: str
    exceptions: list[str]
    left_to_parties_by: str
    notes: str
    used_by: list[str] = Field(description="Các nội dung thỏa ước được so sánh với quy định này.", examples=[["annual_leave"]])


class LawList(BaseModel):
    model_config = ConfigDict(title="Các quy định pháp luật")

    items: list[LawItem]


@lru_cache(maxsize=1)
def _law() -> Law:
    return load_law()


@router.get("", response_model=LawList, summary="Các mức luật định dùng để so sánh", responses=problems("request_invalid"))
def list_law(parts: Parts, on: On = None) -> LawList:
    law, day = _law(), on or parts.today()
    return LawList(items=[_item(law, one, day) for one in law.ids])


@router.get(
    "/{law_id}",
    response_model=LawDetail,
    summary="Một mức luật định, giá trị vào một ngày và lịch sử",
    responses=problems("law_not_found", "request_invalid"),
)
def read_law(parts: Parts, law_id: Annotated[str, Path(examples=["annual_leave_days_normal"])], on: On = None) -> LawDetail:
    law, day = _law(), on or parts.today()
    if law_id not in law:
        raise Problem("law_not_found", f"Không có quy định mang mã «{law_id[:80]}». Xem danh sách ở /api/v1/law.")
    told = explain(law, law_id, day)
    return LawDetail(
        **_item(law, law_id, day).model_dump(),
        direction=told.direction,
        floor=told.floor,
        history=[LawEntry.model_validate(one) for one in told.history],
        readings=[LawReading.model_validate(one) for one in told.readings],
        applies_to=told.applies_to,
        exceptions=list(told.exceptions),
        left_to_parties_by=told.left_to_parties_by,
        notes=told.notes,
        used_by=list(told.used_by),
    )


def _item(law: Law, law_id: str, day: date) -> LawItem:
    parameter, found = law.parameter(law_id), value_on(law, law_id, day)
    value: Value | None = None
    if found is not None:
        value = list(found.value) if isinstance(found.value, tuple) else found.value
    return LawItem(
        id=parameter.id,
        label=parameter.label,
        topic=law.topics[parameter.topic],
        unit=law.units[parameter.unit],
        on=day,
        value=value,
        value_text=value_text(law, parameter, found.value) if found else "",
        in_force_from=found.in_force_from if found else None,
        source=found.source if found else None,
        disputed=found.disputed if found else parameter.disputed,
    )

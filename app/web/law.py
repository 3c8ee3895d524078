"""`/api/v1/law`: the legal values that agreements are compared with, and their history."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.law.loader import Law, load_law
from app.law.model import Parameter
from app.law.values import LawValue, law_value, value_on
from app.problems import Problem
from app.web.deps import Parts, problems

router = APIRouter(prefix="/api/v1/law", tags=["Pháp luật"])
On = Annotated[date | None, Query(description="Ngày tra cứu; bỏ trống: hôm nay.", examples=["2025-07-01"])]


class LawValueOut(BaseModel):
    model_config = ConfigDict(title="Mức luật định")

    value: Any = Field(description="Số, hoặc chữ khi quy định không phải một con số.", examples=[12])
    in_force_from: date
    in_force_to: date | None = Field(description="Ngày cuối còn hiệu lực; null khi chưa biết.")
    source: str = Field(examples=["điểm a khoản 1 Điều 113 Bộ luật Lao động 45/2019/QH14"])
    verified: str = Field(description="seen: đã đối chiếu văn bản; seen_secondary: theo nguồn dẫn; memory: chưa đối chiếu.")
    note: str


class LawItem(BaseModel):
    model_config = ConfigDict(title="Quy định pháp luật")

    id: str = Field(examples=["annual_leave_days_normal"])
    label: str
    topic: str
    topic_label: str
    unit: str
    floor: str = Field(description="minimum: mức tối thiểu; maximum: mức tối đa; … ; none: luật không đặt mức.")
    disputed: bool = Field(description="Có cách hiểu khác nhau chưa ngã ngũ.")
    on: date
    current: LawValueOut | None = Field(description="Mức vào ngày tra cứu; null khi ngày đó chưa có hoặc đã bỏ.")


class LawDetail(LawItem):
    model_config = ConfigDict(title="Quy định pháp luật và lịch sử")

    history: list[LawValueOut] = Field(description="Mọi mức từ trước đến nay, cũ trước.")
    applies_to: str
    notes: str


class LawList(BaseModel):
    model_config = ConfigDict(title="Các quy định pháp luật")

    items: list[LawItem]


@lru_cache(maxsize=1)
def _law() -> Law:
    return load_law()


@router.get("", response_model=LawList, summary="Các mức luật định dùng để so sánh", responses=problems("request_invalid"))
def list_law(parts: Parts, on: On = None) -> LawList:
    day = on or parts.today()
    return LawList(items=[LawItem(**_item(parameter, day)) for parameter in _law().parameters()])


@router.get(
    "/{law_id}",
    response_model=LawDetail,
    summary="Một mức luật định, giá trị vào một ngày và lịch sử",
    responses=problems("law_not_found", "request_invalid"),
)
def read_law(parts: Parts, law_id: Annotated[str, Path(examples=["annual_leave_days_normal"])], on: On = None) -> LawDetail:
    law = _law()
    if law_id not in law:
        raise Problem("law_not_found", f"Không có quy định mang mã «{law_id[:80]}». Xem danh sách ở /api/v1/law.")
    parameter = law.parameter(law_id)
    history = [_value(law_value(law, parameter, one, one.start)) for one in parameter.values]
    return LawDetail(**_item(parameter, on or parts.today()), history=history, applies_to=parameter.applies_to, notes=parameter.notes)


def _item(parameter: Parameter, day: date) -> dict[str, Any]:
    law = _law()
    found = value_on(law, parameter.id, day)
    return {
        "id": parameter.id,
        "label": parameter.label,
        "topic": parameter.topic,
        "topic_label": law.topics.get(parameter.topic, parameter.topic),
        "unit": parameter.unit,
        "floor": parameter.floor_on(day),
        "disputed": found.disputed if found else parameter.disputed,
        "on": day,
        "current": _value(found) if found else None,
    }


def _value(value: LawValue) -> LawValueOut:
    return LawValueOut(
        value=value.value,
        in_force_from=value.in_force_from,
        in_force_to=value.in_force_to,
        source=value.source,
        verified=value.verified,
        note=value.note,
    )

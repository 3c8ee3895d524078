"""A legal value with its validity, source and history, in words. Reads the law room; writes lines of Vietnamese text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any

from app.cli.base import Failure
from app.grading.wording import day as day_words
from app.grading.wording import number
from app.law.loader import Law, load_law
from app.law.model import DatedValue, Parameter
from app.law.values import LawValue, cite, end_of, value_on

UNITS = {
    "VND": "đồng",
    "VND_per_day": "đồng/ngày",
    "VND_per_hour": "đồng/giờ",
    "VND_per_meal": "đồng/bữa",
    "VND_per_month": "đồng/tháng",
    "VND_per_year": "đồng/năm",
    "days": "ngày",
    "days_per_month": "ngày/tháng",
    "days_per_year": "ngày/năm",
    "working_days": "ngày làm việc",
    "working_days_per_year": "ngày làm việc/năm",
    "consecutive_hours": "giờ liên tục",
    "hours": "giờ",
    "hours_per_day": "giờ/ngày",
    "hours_per_week": "giờ/tuần",
    "hours_per_month": "giờ/tháng",
    "hours_per_year": "giờ/năm",
    "minutes": "phút",
    "minutes_per_day": "phút/ngày",
    "months": "tháng",
    "months_wage": "tháng lương",
    "months_wage_per_year": "tháng lương mỗi năm làm việc",
    "years": "năm",
    "times": "lần",
    "times_per_year": "lần/năm",
    "persons": "người",
    "employees": "người lao động",
    "female_workers": "lao động nữ",
}
_VERIFIED = {
    "seen": "đã đối chiếu văn bản",
    "seen_secondary": "đối chiếu qua nguồn thứ cấp có dẫn điều luật",
    "memory": "CHƯA đối chiếu văn bản",
}


def law_text(id: str, on: date, law: Law | None = None) -> str:
    """What one parameter says on a day, where it stands, and its other values. Failure names the nearest ids."""
    law = law or load_law()
    if id not in law:
        near = get_close_matches(id, law.ids, n=3, cutoff=0.5)
        hint = f"; gần giống: {', '.join(near)}" if near else ""
        raise Failure("law_not_found", f"không có quy định «{id}» trong bộ quy định pháp luật{hint}")
    parameter = law.parameter(id)
    return "\n".join(_lines(law, parameter, value_on(law, id, on), on))


def _lines(law: Law, parameter: Parameter, found: LawValue | None, on: date) -> Iterator[str]:
    yield f"{parameter.label} ({parameter.id})"
    if found is None:
        yield f"Ngày {day_words(on)}: không có quy định"
    else:
        yield f"Ngày {day_words(on)}: {_value(found.value, found.unit)}"
        yield f"Căn cứ: {found.source}"
        until = f" đến {day_words(found.in_force_to)}" if found.in_force_to else ", đang có hiệu lực"
        yield f"Hiệu lực: từ {day_words(found.in_force_from)}{until}"
        yield f"Loại: {law.vocabulary.raw['floors'][found.floor]}"
        yield f"Kiểm chứng: {_VERIFIED[found.verified]}"
        if found.disputed:
            yield "Đang có cách hiểu khác nhau; cần người xem, không tự kết luận."
    for note in (parameter.applies_to, *parameter.exceptions, parameter.notes, found.note if found else ""):
        if note:
            yield f"Ghi chú: {note}"
    if len(parameter.values) > 1:
        yield "Lịch sử:"
        for one in parameter.values:
            yield f"  {_history(law, parameter, one)}"
    for variant in parameter.variants:
        yield f"{'Cách hiểu còn tranh luận' if variant.disputed else 'Trường hợp khác'}: {variant.label}"
        for one in variant.values:
            span = _span(one, end_of(variant.values, one))
            yield f"  {span}: {_value(one.value, parameter.unit)} ({cite(law, one.citation)})"


def _history(law: Law, parameter: Parameter, one: DatedValue) -> str:
    span = _span(one, end_of(parameter.values, one))
    return f"{span}: {_value(one.value, parameter.unit)} ({cite(law, one.citation)})"


def _span(one: DatedValue, end: date | None) -> str:
    return f"{day_words(one.start)} – {day_words(end) if end else 'nay'}"


def _value(value: Any, unit: str) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value(one, unit)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(one) for one in value)
    if not isinstance(value, int | float):
        return str(value)
    if unit.startswith("percent"):
        return f"{number(value)}%"
    return f"{number(value)} {UNITS.get(unit, '')}".rstrip()

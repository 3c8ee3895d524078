"""Explain one legal parameter: its value on a day, its history, and how promises are compared with it.

What `thuoc law show ID --on DATE` prints and `GET /api/v1/law/{id}` returns. Reads the law; writes plain values and Vietnamese lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from app.law.loader import Law
from app.law.model import DatedValue, Parameter, Value
from app.law.schema import LawError
from app.law.values import LawValue, cite, end_of, value_on

_VERIFIED = {
    "seen": "đã đọc văn bản",
    "seen_secondary": "đọc qua nguồn dẫn lại",
    "memory": "theo trí nhớ, chưa đối chiếu văn bản",
}
_DIRECTIONS = {
    "higher": "càng cao càng lợi cho người lao động",
    "lower": "càng thấp càng lợi cho người lao động",
    "any_provision": "luật không có mức; có quy định là có lợi",
    "compliance": "chỉ xét đúng hay sai",
}
_FLOORS = {
    "minimum": "mức tối thiểu",
    "maximum": "mức tối đa",
    "rule": "nghĩa vụ hoặc điều cấm",
    "fixed": "mức cố định theo luật",
    "encouraged": "luật khuyến khích, không bắt buộc",
    "none": "luật không đặt mức sàn",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a history."""

    in_force_from: date
    in_force_to: date | None
    value: Value
    text: str  # the value as people write it, with its unit
    source: str
    verified: str  # in Vietnamese
    where: tuple[str, ...]  # where it was read, in words
    current: bool  # in force on the day asked for
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of the law beside the main values."""

    label: str
    disputed: bool
    history: tuple[Entry, ...]
    exceptions: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known of a parameter on a day. `used_by` are ids of provisions compared with it."""

    id: str
    label: str
    topic: str
    unit: str
    direction: str
    floor: str
    on: date
    value: LawValue | None
    value_text: str
    history: tuple[Entry, ...]
    readings: tuple[Reading, ...]
    applies_to: str
    exceptions: tuple[str, ...]
    left_to_parties_by: str
    notes: str
    used_by: tuple[str, ...]


def explain(law: Law, parameter_id: str, on: date) -> Explanation:
    """The explanation of a parameter on the day `on`. LawError `law.unknown_parameter` names ids that look alike."""
    if parameter_id not in law:
        near = get_close_matches(parameter_id, law.ids, n=3, cutoff=0.5) or [i for i in law.ids if parameter_id in i][:3]
        hint = f"; có thể là: {', '.join(near)}" if near else ""
        raise LawError("law.unknown_parameter", f"không có tham số pháp luật “{parameter_id}”{hint}")
    parameter = law.parameter(parameter_id)
    value = value_on(law, parameter_id, on)
    return Explanation(
        id=parameter.id,
        label=parameter.label,
        topic=law.topics[parameter.topic],
        unit=law.units[parameter.unit],
        direction=_DIRECTIONS[parameter.direction],
        floor=_FLOORS[parameter.floor_on(on)],
        on=on,
        value=value,
        value_text=value_text(law, parameter, value.value) if value is not None else "",
        history=_history(law, parameter, parameter.values, on),
        readings=tuple(
            Reading(v.label, v.disputed, _history(law, parameter, v.values, on), v.exceptions, v.notes) for v in parameter.variants
        ),
        applies_to=parameter.applies_to,
        exceptions=parameter.exceptions,
        left_to_parties_by=parameter.left_to_parties_by,
        notes=parameter.notes,
        used_by=tuple(_used_by(law, parameter_id)),
    )


def lines(explanation: Explanation) -> list[str]:
    """The explanation as Vietnamese lines for a terminal."""
    e = explanation
    out = [f"{e.label} ({e.id})", f"Nhóm: {e.topic}. Đơn vị: {e.unit}. {_sentence(e.floor)}; {e.direction}."]
    if e.value is None:
        out.append(f"Ngày {_day(e.on)}: chưa có giá trị.")
    else:
        out.append(f"Ngày {_day(e.on)}: {e.value_text} – {e.value.source}, áp dụng từ {_day(e.value.in_force_from)}.")
    if e.applies_to:
        out.append(f"Áp dụng cho: {e.applies_to}.")
    if e.exceptions:
        out.append(f"Ngoại lệ: {'; '.join(e.exceptions)}.")
    if e.left_to_parties_by:
        out.append(f"Luật để hai bên thỏa thuận: {e.left_to_parties_by}.")
    out.append("Lịch sử:")
    out.extend(_history_lines(e.history))
    for reading in e.readings:
        out.append(f"{'Còn ý kiến khác nhau' if reading.disputed else 'Cách hiểu khác'}: {reading.label}")
        out.extend(_history_lines(reading.history))
        if reading.notes:
            out.append(f"    {reading.notes}")
    if e.notes:
        out.append(f"Ghi chú: {e.notes}")
    if e.used_by:
        out.append(f"Dùng để so sánh: {', '.join(e.used_by)}.")
    return out


def value_text(law: Law, parameter: Parameter, value: Value) -> str:
    """A value with its unit as people write it: "5.310.000 đồng/tháng", "0,5 tháng tiền lương …"."""
    unit = law.units[parameter.unit]
    if isinstance(value, dict):
        return "; ".join(f"{key}: {number_text(item)}" for key, item in value.items()) + f" ({unit})"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, str):
        return value
    text = number_text(value)
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"


def number_text(number: int | float | str) -> str:
    """Vietnamese separators: 5310000 is "5.310.000", 0.5 is "0,5"."""
    if isinstance(number, str):
        return number
    whole, _, fraction = f"{number:,.4f}".rstrip("0").rstrip(".").partition(".")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def _history(law: Law, parameter: Parameter, values: tuple[DatedValue, ...], on: date) -> tuple[Entry, ...]:
    entries = []
    for value in values:
        end = end_of(values, value)
        entries.append(
            Entry(
                in_force_from=value.start,
                in_force_to=end,
                value=value.value,
                text=value_text(law, parameter, value.value),
                source=cite(law, value.citation),
                verified=_VERIFIED[value.verified.status],
                where=tuple(law.sources[source]["what"] for source in value.verified.where),
                current=value.start <= on and (end is None or on <= end),
                note=value.note,
            )
        )
    return tuple(entries)


def _history_lines(history: Iterable[Entry]) -> list[str]:
    out = []
    for entry in history:
        until = f"đến {_day(entry.in_force_to)}" if entry.in_force_to is not None else "đến nay"
        mark = "→" if entry.current else " "
        note = f" ({entry.note})" if entry.note else ""
        out.append(f"  {mark} {_day(entry.in_force_from)} {until}: {entry.text} – {entry.source} [{entry.verified}]{note}")
    return out


def _used_by(law: Law, parameter_id: str) -> list[str]:
    used = []
    for provision, rule in law.comparison.provisions.items():
        steps = [s for case in rule.cases for s in (*case.steps, *(step for _, step in case.by_region))]
        named = {name for s in steps for name in (s.parameter, s.share, s.times, s.plus)}
        if parameter_id in named | {case.cites for case in rule.cases}:
            used.append(provision)
    return used


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

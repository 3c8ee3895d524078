"""One YAML document of `grading_rules/law/parameters/` becomes a `Parameter`, or a `LawError` that says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.law.model import Citation, DatedValue, FloorPeriod, Parameter, Value, Variant, Verified
from app.law.schema import LawError, Node

_FLOORS = ("minimum", "maximum", "rule", "fixed", "encouraged", "none")
_STATUS = ("seen", "seen_secondary", "memory")
_DIRECTIONS = ("higher", "lower", "any_provision", "compliance")


@dataclass(frozen=True, slots=True)
class Register:
    """What a parameter may refer to."""

    documents: Callable[[str], bool]
    sources: Callable[[str], bool]
    units: frozenset[str]
    topics: frozenset[str]


def read_parameter(raw: Any, place: str, topic: str, register: Register) -> Parameter:
    """The parameter in `raw`; `topic` is the family of its file. Raises LawError."""
    node = Node(
        raw,
        place,
        "id label_vi label_en topic unit direction floor values verified",
        "floor_by_date disputed variant_of applies_to exceptions left_to_parties_by keywords_vi notes variants",
    )
    if node.text("topic") != topic:
        raise LawError("law.wrong_family", f"{place}: tham số thuộc nhóm “{node.text('topic')}” nhưng nằm trong tệp {topic}.yaml")
    if node.text("unit") not in register.units:
        raise node.bad("unit", "đơn vị có trong vocabulary.yaml")
    return Parameter(
        id=node.text("id"),
        label=node.text("label_vi"),
        label_en=node.text("label_en"),
        topic=topic,
        unit=node.text("unit"),
        direction=node.choice("direction", _DIRECTIONS),
        floor=node.choice("floor", _FLOORS),
        values=_values(node, register),
        verified=read_verified(node.raw["verified"], f"{place}, verified", register),
        floor_periods=tuple(_floor(item, f"{place}, floor_by_date") for item in node.items("floor_by_date")),
        variants=tuple(_variant(item, f"{place}, variants", register) for item in node.items("variants")),
        disputed=node.flag("disputed"),
        variant_of=node.text("variant_of"),
        applies_to=node.text("applies_to"),
        exceptions=node.texts("exceptions"),
        left_to_parties_by=node.text("left_to_parties_by"),
        keywords=node.texts("keywords_vi"),
        notes=node.text("notes"),
    )


def read_verified(raw: Any, place: str, register: Register) -> Verified:
    if isinstance(raw, str):
        raw = {"status": raw}
    node = Node(raw, place, "status", "where confidence note")
    status = node.choice("status", _STATUS)
    where = node.texts("where")
    for source in where:
        if not register.sources(source):
            raise LawError("law.unknown_source", f"{place}: nguồn “{source}” không có trong sources.yaml")
    if status != "memory" and not where:
        raise LawError("law.source_missing", f"{place}: mức kiểm chứng “{status}” phải nêu nguồn ở khóa “where”")
    return Verified(status, where, node.text("confidence"), node.text("note"))


def read_citation(raw: Any, place: str, register: Register) -> Citation:
    node = Node(raw, place, "document", "article clause point")
    document = node.text("document")
    if not register.documents(document):
        raise LawError("law.unknown_document", f"{place}: văn bản “{document}” không có trong documents.yaml")
    return Citation(document, node.text("article"), node.text("clause"), node.text("point"))


def _variant(raw: Any, place: str, register: Register) -> Variant:
    node = Node(raw, place, "id label_vi status values", "exceptions notes")
    return Variant(
        id=node.text("id"),
        label=node.text("label_vi"),
        disputed=node.choice("status", ("disputed", "settled")) == "disputed",
        values=_values(node, register),
        exceptions=node.texts("exceptions"),
        notes=node.text("notes"),
    )


def _floor(raw: Any, place: str) -> FloorPeriod:
    node = Node(raw, place, "floor", "from to")
    return FloorPeriod(node.choice("floor", _FLOORS), node.day("from"), node.day("to"))


def _values(node: Node, register: Register) -> tuple[DatedValue, ...]:
    items = node.items("values")
    if not items:
        raise LawError("law.no_values", f"{node.place}: phải có ít nhất một giá trị có ngày")
    values: list[DatedValue] = []
    for item in items:
        value = _value(item, node.place, register)
        if values:
            _follow(values[-1], value, node.place)
        values.append(value)
    return tuple(values)


def _value(raw: Any, place: str, register: Register) -> DatedValue:
    start = raw.get("from") if isinstance(raw, dict) else None
    node = Node(raw, f"{place}, giá trị từ {start}", "from value source verified", "to note")
    start, end = node.day("from"), node.day("to")
    if start is None:
        raise node.bad("from", "ngày dạng 2025-07-01")
    if end is not None and end < start:
        raise LawError("law.dates_order", f"{node.place}: ngày kết thúc {end} trước ngày bắt đầu {start}")
    return DatedValue(
        start,
        end,
        _plain(node),
        read_citation(node.raw["source"], f"{node.place}, source", register),
        read_verified(node.raw["verified"], f"{node.place}, verified", register),
        node.text("note"),
    )


def _plain(node: Node) -> Value:
    value = node.raw["value"]
    if isinstance(value, dict) and all(isinstance(item, int | float | str) for item in value.values()):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, list) and all(isinstance(item, int | float | str) for item in value):
        return tuple(str(item) for item in value)
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return value
    raise node.bad("value", "số, chữ, danh sách hoặc bảng")


def _follow(before: DatedValue, value: DatedValue, place: str) -> None:
    """The next value starts after the one before, the day after its end where it has one."""
    if value.start <= before.start:
        raise LawError("law.dates_order", f"{place}: giá trị từ {value.start} phải đứng trước giá trị từ {before.start}")
    if before.end is None:
        return
    expected = before.end + timedelta(days=1)
    if value.start < expected:
        raise LawError("law.dates_overlap", f"{place}: giá trị từ {value.start} chồng lên giá trị đến {before.end}")
    if value.start > expected:
        raise LawError("law.dates_gap", f"{place}: hở từ {expected} đến {_before(value.start)} không có giá trị nào")


def _before(day: date) -> date:
    return day - timedelta(days=1)

"""The columns of the open data, each with its meaning: the tables and the codebook are made from these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.publications.summary import Summary

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """`take` gives the cell of a publication (and of one of its promises, in the second table)."""

    name: str
    meaning: str
    kind: str
    values: str
    take: Callable[[Summary, dict[str, Any]], Cell]


def _of(key: str) -> Callable[[Summary, dict[str, Any]], Cell]:
    def take(summary: Summary, promise: dict[str, Any]) -> Cell:
        value: Cell = summary[key]  # type: ignore[literal-required]
        return value

    return take


def _in(key: str) -> Callable[[Summary, dict[str, Any]], Cell]:
    def take(summary: Summary, promise: dict[str, Any]) -> Cell:
        value: Cell = promise[key]
        return value

    return take


_ID = Column("id", "Mã thỏa ước đã công bố; nối hai bảng với nhau và với API", "chữ", "UUID", _of("id"))
PUBLICATIONS: Final = (
    _ID,
    Column("title", "Tên văn bản", "chữ", "", _of("title")),
    Column("number", "Số thỏa ước", "chữ", "", _of("number")),
    Column("employer", "Doanh nghiệp", "chữ", "", _of("employer")),
    Column("unit", "Công đoàn cơ sở", "chữ", "", _of("unit")),
    Column("province", "Tỉnh, thành phố", "chữ", "", _of("province")),
    Column("area", "Xã, phường, khu công nghiệp", "chữ", "", _of("area")),
    Column("sector", "Ngành nghề", "chữ", "", _of("sector")),
    Column("ownership", "Loại hình doanh nghiệp", "mã", "state: nhà nước; private: tư nhân; fdi: có vốn nước ngoài", _of("ownership")),
    Column("signed_on", "Ngày ký", "ngày", "năm-tháng-ngày", _of("signed_on")),
    Column("effective_from", "Ngày có hiệu lực", "ngày", "năm-tháng-ngày", _of("effective_from")),
    Column("expires_on", "Ngày cuối cùng còn hiệu lực", "ngày", "năm-tháng-ngày", _of("expires_on")),
    Column("grade", "Loại đã xác nhận", "mã", "A, B, C", _of("grade")),
    Column("rubric", "Khung điểm đã dùng", "chữ", "mã@phiên bản", lambda one, _: f"{one['rubric']['id']}@{one['rubric']['version']}"),
    Column(
        "rubric_status",
        "Khung điểm đã được liên đoàn xác nhận chưa",
        "mã",
        "confirmed: đã xác nhận; provisional: khung tạm",
        lambda one, _: str(one["rubric"]["status"]),
    ),
    Column("better_firm", "Số nội dung cam kết chắc chắn, có lợi hơn luật", "số", "", _of("better_firm")),
    Column("published_at", "Lúc công bố", "lúc", "ISO 8601, giờ UTC", _of("published_at")),
    Column("changed_at", "Lúc đổi gần nhất", "lúc", "ISO 8601, giờ UTC", _of("changed_at")),
)
PROMISES: Final = (
    _ID,
    Column("provision", "Mã nội dung trong danh mục", "mã", "danh mục nội dung của Thước", _in("provision")),
    Column("label", "Tên nội dung", "chữ", "", _in("label")),
    Column("topic", "Mã nhóm nội dung", "mã", "", _in("topic")),
    Column("topic_label", "Tên nhóm nội dung", "chữ", "", _in("topic_label")),
    Column("amount", "Mức cam kết; trống khi cam kết không có con số", "số", "", _in("amount")),
    Column("unit", "Đơn vị của mức", "mã", "ví dụ VND/meal, percent, days/year", _in("unit")),
    Column("amount_label", "Mức viết cho người đọc", "chữ", "ví dụ 25.000 đồng/bữa", _in("amount_label")),
)
CODEBOOK: Final = ("table", "column", "meaning", "kind", "values")
TABLES: Final = (("publications", PUBLICATIONS), ("promises", PROMISES))


def publication_rows(summary: Summary) -> list[list[Cell]]:
    """The row of a publication in the first table."""
    return [[column.take(summary, {}) for column in PUBLICATIONS]]


def promise_rows(summary: Summary) -> list[list[Cell]]:
    """The rows of a publication in the second table, one per promise."""
    return [[column.take(summary, promise) for column in PROMISES] for promise in summary["better_provisions"]]


def codebook_rows() -> list[list[Cell]]:
    """One row per column of both tables."""
    return [[table, column.name, column.meaning, column.kind, column.values] for table, columns in TABLES for column in columns]

"""Advice and comparison in words. Reads their JSON; writes lines of Vietnamese text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.cli.present import letter_line, letter_words, rubric_line, short
from app.grading.wording import amount, day, number, place

Json = Mapping[str, Any]
MOST = 15
_COSTS = {1: "gần như không tốn tiền", 2: "tốn ít", 3: "tốn đáng kể"}
_STATES = {
    "missing": "chưa có",
    "equal": "mới bằng luật",
    "vague": "đang nói chung chung",
    "below": "đang trái luật",
    "better": "có thể nâng mức",
}
_CHANGES = (
    ("worse", "KÉM ĐI"),
    ("dropped", "BỊ BỎ"),
    ("better", "TỐT HƠN"),
    ("new", "THÊM MỚI"),
)


def advice_text(got: Json) -> str:
    """What `thuoc advise` prints for an assessment."""
    return "\n".join(_advice(got))


def comparison_text(both: Json) -> str:
    """What `thuoc compare` prints."""
    return "\n".join(_comparison(both))


def _advice(got: Json) -> Iterator[str]:
    advice = got["advice"]
    yield letter_line(got)
    yield rubric_line(got)
    yield ""
    if advice["unlawful"]:
        yield "1. PHẢI SỬA CHO ĐÚNG LUẬT"
        for one in advice["unlawful"]:
            figure = f"đang ghi {one['promised']}; " if one["promised"] else ""
            law = ", ".join(part for part in (one["lawful_minimum"], one["article"]) if part)
            yield f"  • {one['where']}, {one['label']}: {figure}luật: {law}" if law else f"  • {one['where']}, {one['label']}"
            yield f"    Đang viết: “{short(got['findings'][one['finding']]['quote'])}”"
            yield f"    Sửa: {one['remedy']}"
        yield ""
    if advice["vague"]:
        yield "2. LÀM RÕ CAM KẾT ĐANG NÓI CHUNG CHUNG"
        for one in advice["vague"]:
            gain = f"+{number(one['points'])} điểm" if one["points"] else "chủ đề đã đủ điểm"
            yield f"  • {one['where']}, {one['label']} ({gain}): {one['how']}"
            yield f"    Đang viết: “{short(got['findings'][one['finding']]['quote'])}”"
            yield f"    Mẫu: “{one['model_clause']}”"
        yield ""
    yield "3. NÊN THƯƠNG LƯỢNG THÊM (nhiều điểm, ít tốn xếp trước)"
    for one in advice["add"][:MOST]:
        yield from _step(one)
    if len(advice["add"]) > MOST:
        yield f"  … còn {len(advice['add']) - MOST} nội dung khác (xem bằng --json)"
    yield ""
    way = advice["next_letter"]
    if way is None:
        yield "4. Điểm nội dung đã đạt hạng cao nhất."
        return
    have, then = number(way["content_points"]), number(way["content_points_then"])
    reached = "" if way["reached"] else " (chưa đủ, cần mức cao hơn điều khoản mẫu)"
    yield f"4. ĐƯỜNG NGẮN NHẤT LÊN HẠNG {way['letter']}: {len(way['steps'])} nội dung, {have} → {then} điểm nội dung{reached}"
    for one in way["steps"]:
        yield from _step(one)


def _step(one: Json) -> Iterator[str]:
    yield f"  • +{number(one['points'])} {one['label']} ({_STATES[one['state']]}, {_COSTS[one['cost']]})"
    yield f"    Mẫu: “{one['model_clause']}”"


def _comparison(both: Json) -> Iterator[str]:
    for side, name in (("old", "Bản cũ"), ("new", "Bản mới")):
        one = both[side]
        signed = f", ký {day(one['signed_on'])}" if one["signed_on"] else ""
        letter = both["grade"][side]
        graded = f"hạng {letter}" if letter else f"không xếp loại ({letter_words(both['would_be_grade'][side])})"
        points = number(both["content_points"][side])
        yield f"{name}: {one['filename']}{signed}: {points} điểm nội dung, {graded}"
    rubric = both["new"]["rubric"]
    if rubric["status"] == "provisional":
        yield f"Khung điểm {rubric['id']}@{rubric['version']} là KHUNG TẠM THỜI."
    for warning in both["warnings"]:
        yield f"Cảnh báo: {warning['message']}"
    for change, title in _CHANGES:
        rows = [row for row in both["provisions"] if row["change"] == change]
        if not rows:
            continue
        yield ""
        yield f"{title}: {len(rows)}"
        for row in rows:
            yield f"  • {row['label']}"
            for side, name in (("old", "cũ "), ("new", "mới")):
                if row[side]:
                    yield f"    {name} {_side(row[side])}"
    same = sum(row["change"] == "same" for row in both["provisions"])
    yield ""
    yield f"Giữ nguyên: {same} nội dung"


def _side(one: Json) -> str:
    figure = amount(one["amount"], one["unit"])
    return f"{place(one['path'])}{', ' + figure if figure else ''}: “{short(one['quote'], 120)}”"

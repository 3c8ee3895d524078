"""`thuoc grade --explain`: every half point down to its item, band, finding, sentence and article of law.

Reads the assessment's JSON; writes lines of Vietnamese text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.cli.present import letter_line, rubric_line, short, where
from app.grading.wording import amount, day, number, place

Json = Mapping[str, Any]
_VERDICTS = {"better": "có lợi hơn luật", "equal": "bằng luật", "below": "thấp hơn luật", "vague": "nói chung chung"}


def tree(got: Json) -> str:
    """The whole explanation as an indented tree."""
    return "\n".join(_lines(got))


def _lines(got: Json) -> Iterator[str]:
    yield letter_line(got)
    yield rubric_line(got)
    for gate in got["not_graded_because"]:
        yield f"├ [{gate['code']}] {gate['message']}"
        for index in gate["findings"]:
            yield from _finding(got, index, "│   ")
    for group in got["score"]["groups"]:
        given = "chờ hồ sơ" if group["points"] is None else number(group["points"])
        yield f"├ {group['label']}: {given} / {number(group['max_points'])}"
        if group["id"] != "content":
            for item in group["items"]:
                value = "–" if item["points"] is None else number(item["points"])
                yield f"│   ├ {value} / {number(item['max_points'])}  {item['label']}: {item['why']}"
            continue
        for topic in group["topics"]:
            over = ""
            if topic["earned"] > topic["points"]:
                over = f" (các mục cộng lại {number(topic['earned'])}, tính đến tối đa)"
            yield f"│   ├ {topic['label']}: {number(topic['points'])} / {number(topic['max_points'])}{over}"
            for item in group["items"]:
                if item["topic"] == topic["id"]:
                    yield from _item(got, item)
    total = got["score"]["total"]
    yield f"└ Tổng: {'chưa đủ các nhóm' if total is None else number(total)}"


def _item(got: Json, item: Json) -> Iterator[str]:
    yield f"│   │   ├ {number(item['points'])} / {number(item['max_points'])}  {item['label']}"
    yield f"│   │   │   {item['why']}"
    for index in item["findings"]:
        yield from _finding(got, index, "│   │   │   ")


def _finding(got: Json, index: int, margin: str) -> Iterator[str]:
    finding = got["findings"][index]
    figure = amount(finding["amount"], finding["unit"])
    said = f"{_VERDICTS[finding['verdict']]}{', ' + figure if figure else ''}"
    yield f"{margin}• {where(got, finding)}: {said} (quy tắc {finding['rule']}, tin cậy {number(finding['confidence'])})"
    yield f"{margin}  “{short(finding['quote'])}”"
    at = finding.get("figure_at")
    if at:
        yield f"{margin}  mức ghi tại {place(at['path'])}: {amount(at['amount'], at['unit'])}"
    baseline = finding["baseline"]
    if baseline:
        law = amount(baseline["amount"], baseline["unit"])
        since = f", từ {day(baseline['in_force_from'])}"
        yield f"{margin}  luật: {law + ', ' if law else ''}{baseline['source']}{since}"

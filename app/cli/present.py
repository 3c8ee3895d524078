"""An assessment in words a union officer reads: letter, points, what earned them, what is unlawful, vague and missing.

Reads the assessment's JSON; writes lines of Vietnamese text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.grading.wording import amount, day, number, place

Json = Mapping[str, Any]
QUOTE = 160
COPIES = 10  # clauses that only repeat the law, shown by name


def summary(got: Json) -> str:
    """The whole summary of `thuoc grade`."""
    return "\n".join(line for part in _PARTS for line in part(got))


def letter_line(got: Json) -> str:
    """The letter and how far it can be trusted, in one line."""
    low, high = got["grade_range"]
    if got["not_graded_because"]:
        letter = got["would_be_grade"]
        meant = f"nếu gỡ được các lý do dưới đây: {letter_words(letter)}"
        return f"KHÔNG XẾP LOẠI ({meant})"
    grade = letter_words(got["grade"])
    if got["grade_basis"] == "complete":
        return f"XẾP LOẠI ĐỀ XUẤT: {grade} (đủ điểm hồ sơ)"
    reach = letter_words(low) if low == high else f"từ {letter_words(low)} đến {letter_words(high)}"
    return f"XẾP LOẠI ĐỀ XUẤT: {grade} (mới tính điểm nội dung; khi có đủ điểm hồ sơ: {reach})"


def letter_words(letter: str | None) -> str:
    return f"hạng {letter}" if letter else "dưới mức hạng C"


def rubric_line(got: Json) -> str:
    rubric = got["rubric"]
    name = f"Khung điểm: {rubric['id']}@{rubric['version']}, {rubric['basis']}"
    if rubric["status"] == "provisional":
        return f"{name}. KHUNG TẠM THỜI, chưa được cấp công đoàn có thẩm quyền xác nhận."
    return f"{name}, {rubric['federation']} đã xác nhận."


def short(text: str, limit: int = QUOTE) -> str:
    """A quote on one line, cut between words."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] + " …"


def where(got: Json, finding: Json) -> str:
    """The label of a finding's clause: "khoản 1 Điều 13"."""
    labels = {clause["path"]: clause["label"] for clause in got["clauses"]}
    return labels.get(finding["path"]) or place(finding["path"])


def _head(got: Json) -> Iterator[str]:
    agreement, source = got["agreement"], got["source"]
    number_ = f", số {agreement['number']}" if agreement["number"] else ""
    yield f"{agreement['employer'] or 'Không rõ doanh nghiệp'}{number_}"
    facts = []
    if agreement["signed_on"]:
        facts.append(f"ký ngày {day(agreement['signed_on'])}")
    if agreement["in_force_until"]:
        facts.append(f"có hiệu lực đến {day(agreement['in_force_until'])}")
    if agreement["wage_region"]:
        facts.append(f"lương tối thiểu vùng {agreement['wage_region']}")
    facts.append(f"so với pháp luật ngày {day(got['law_as_of'])}")
    facts.append(f"chấm ngày {day(got['graded_on'])}")
    text = "; ".join(facts)
    yield text[0].upper() + text[1:]
    pages = "" if source["method"] == "docx" else f"{source['pages']} trang, "  # Word lays out its pages only when it opens the file
    yield f"Tệp {source['filename']}, {pages}{len(got['articles'])} điều"
    yield ""


def _letter(got: Json) -> Iterator[str]:
    yield letter_line(got)
    yield rubric_line(got)
    for gate in got["not_graded_because"]:
        by = "" if gate["decided_by"] == "machine" else " (người thẩm định quyết định)"
        yield f"  • {gate['message']}{by}"
    for gate in got["gates_cleared"]:
        yield f"  • Đã gỡ: {gate['message']}; lý do: {gate['reason']}"
    yield ""


def _points(got: Json) -> Iterator[str]:
    yield "ĐIỂM"
    for group in got["score"]["groups"]:
        given = "chờ hồ sơ" if group["points"] is None else number(group["points"])
        yield f"  {group['label']:<58}{given:>9} / {number(group['max_points'])}"
        for topic in group.get("topics", ()):
            over = f"  (đạt {number(topic['earned'])})" if topic["earned"] > topic["points"] else ""
            yield f"    {topic['label']:<56}{number(topic['points']):>9} / {number(topic['max_points'])}{over}"
    total = got["score"]["total"]
    yield f"  {'Tổng':<58}{'chưa đủ' if total is None else number(total):>9} / 100"
    yield ""


def _earned(got: Json) -> Iterator[str]:
    better = got["better_provisions"]
    yield f"CÓ LỢI HƠN LUẬT: {better['firm']} nội dung chắc chắn, {better['quantified']} nội dung có con số"
    for topic, items in _by_topic(got):
        won = [item for item in items if item["findings"] and item["earned"]]
        if won:
            yield f"  {topic}"
        for item in sorted(won, key=lambda item: (-item["points"], -item["earned"], item["id"])):
            finding = got["findings"][item["findings"][0]]
            over = "" if item["points"] == item["earned"] else " (chủ đề đã đủ điểm tối đa)"
            yield f"    +{number(item['points']):<4} {item['label']}: {where(got, finding)}{_figure(finding)}{over}"
            yield f"          “{short(finding['quote'])}”"
    yield ""


def _unlawful(got: Json) -> Iterator[str]:
    broken = [f for f in got["findings"] if (f["unlawful"] or f["verdict"] == "below") and not f["superseded_by"]]
    yield f"CÓ DẤU HIỆU TRÁI LUẬT: {len(broken) or 'không có'}"
    for finding in broken:
        yield f"  • {where(got, finding)}, {finding['label']}{_figure(finding)}{_source(finding)}"
        yield f"    “{short(finding['quote'])}”"
    yield ""


def _vague(got: Json) -> Iterator[str]:
    firm = {f["provision"] for f in got["findings"] if f["verdict"] == "better"}
    vague = [f for f in got["findings"] if f["verdict"] == "vague" and f["provision"] not in firm]
    if vague:
        yield f"NÓI CHUNG CHUNG, CHƯA CÓ ĐIỂM: {len(vague)}"
        for finding in vague:
            yield f"  • {where(got, finding)}, {finding['label']}: “{short(finding['quote'], 100)}”"
        yield ""


def _missing(got: Json) -> Iterator[str]:
    said = {finding["provision"] for finding in got["findings"]}
    yield "CHƯA CÓ TRONG THỎA ƯỚC"
    for topic, items in _by_topic(got):
        names = [f"{item['label']} ({number(item['max_points'])})" for item in items if item["provision"] not in said]
        if names:
            yield f"  {topic}: {'; '.join(names)}"
    yield ""


def _review(got: Json) -> Iterator[str]:
    doubtful = [finding for finding in got["findings"] if finding["needs_review"]]
    if doubtful:
        yield "CẦN NGƯỜI XEM LẠI"
        for finding in doubtful:
            yield f"  • {where(got, finding)}, {finding['label']}: {finding['reason']}"
        yield ""
    copied = got["copy_of_law"]["clauses"]
    if copied and not got["better_provisions"]["firm"]:
        yield f"CHÉP LẠI LUẬT: {len(copied)} điều, khoản"
        for one in copied[:COPIES]:
            yield f"  • {place(one['path'])}: {one['source']}"
        if len(copied) > COPIES:
            yield f"  … còn {len(copied) - COPIES} điều, khoản khác (xem bằng --json)"
        yield ""
    if got["overtaken"]:
        yield "ĐÃ BỊ LUẬT MỚI VƯỢT QUA (cần sửa đổi, bổ sung)"
        for one in got["overtaken"]:
            finding = got["findings"][one["finding"]]
            law = amount(one["baseline"]["amount"], one["baseline"]["unit"])
            since = f"từ {day(one['since'])} luật quy định {law}"
            yield f"  • {where(got, finding)}, {finding['label']}{_figure(finding)}; {since} ({one['baseline']['source']})"
        yield ""
    if got["source"]["warnings"]:
        yield "LƯU Ý"
        for warning in got["source"]["warnings"]:
            yield f"  • {warning['message']}"
        yield ""


def _figure(finding: Json) -> str:
    figure = amount(finding["amount"], finding["unit"])
    return f", {figure}" if figure else ""


def _source(finding: Json) -> str:
    baseline = finding["baseline"]
    if not baseline:
        return ""
    law = amount(baseline["amount"], baseline["unit"])
    return f"; luật: {law + ', ' if law else ''}{baseline['source']}"


def _by_topic(got: Json) -> Iterator[tuple[str, list[Json]]]:
    content = next(group for group in got["score"]["groups"] if group["id"] == "content")
    for topic in content["topics"]:
        yield topic["label"], [item for item in content["items"] if item["topic"] == topic["id"]]


_PARTS = (_head, _letter, _points, _earned, _unlawful, _vague, _missing, _review)

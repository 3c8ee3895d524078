"""The review form (phiếu chấm điểm, phân loại thỏa ước) as values: what stands on it, in which order, in which words.

Reads an assessment (`contract/assessment.md`) and, where there is one, a person's decision; writes `ReviewForm`, which
`form_docx`, `form_xlsx` and `to_json` put on paper. No clock: the same assessment gives the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from app.grading.wording import amount, day, listing, number, place

Json = Mapping[str, Any]
SCHEMA = "thuoc.review_form/1"
FULL = 100.0
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
DOSSIER = ("process", "signing_implementation", "bonus")
GATES = {
    "unlawful_content": "Có nội dung trái pháp luật",
    "not_better_than_law": "Sao chép luật, không có nội dung nào có lợi hơn luật",
    "expired": "Đã hết hiệu lực vào ngày chấm",
    "wrong_signatory": "Người ký không đúng thẩm quyền",
    "procedure": "Không đúng trình tự thương lượng, lấy ý kiến, ký kết",
    "void_by_court": "Bị Tòa án tuyên bố vô hiệu",
    "incomplete_text": "Văn bản không đầy đủ",
}
BY_PERSON = ("procedure", "void_by_court")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
METHODS = {"docx": "Word", "pdf_text": "PDF", "ocr": "bản quét, nhận dạng chữ", "doc": "Word cũ"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person confirmed over the assessment; points by dossier group, where they were entered by group."""

    grade: str | None
    points: Mapping[str, float]
    total: float | None
    cleared_gates: tuple[str, ...]
    reason: str
    confirmed_by: str
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class Heading:
    """Who issues the form, where and when; "" leaves a dotted line to write on."""

    above: str = ""  # the organisation above: "LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ TĨNH"
    union: str = ""  # the union that scores
    place: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of points. `points` None: still to be entered by a person."""

    kind: Literal["group", "topic", "item"]
    number: str
    label: str
    max_points: float
    points: float | None
    where: str = ""  # the clause that earned them
    reason: str = ""  # why so many points, or why none
    quote: str = ""  # the sentence that earned them, whole
    law: str = ""  # what the law says instead


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause that a person should look at."""

    place: str
    label: str
    quote: str
    note: str


@dataclass(frozen=True, slots=True)
class Gate:
    code: str
    label: str
    found: bool
    machine: str  # what the machine says
    person: str  # what a person decided, "" where nobody has


@dataclass(frozen=True, slots=True)
class ReviewForm:
    heading: Heading
    basis: str
    rubric: str
    provisional: bool
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    gates: tuple[Gate, ...]
    unlawful: tuple[Passage, ...]
    to_review: tuple[Passage, ...]
    total: float | None  # of 100
    letter: str | None  # the letter that stands: confirmed, else proposed; None: none
    letter_line: str  # how that letter is to be read
    would_be: str | None  # the letter without the gates
    notes: tuple[str, ...]
    confirmed_by: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def groups(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.kind == "group")


def review_form(got: Json, heading: Heading | None = None, decision: Decision | None = None, given: Json | None = None) -> ReviewForm:
    """The form of an assessment. `given` replaces what the text says of the employer by what the sender said."""
    heading = heading or Heading()
    issued = heading.day or (decision.confirmed_on if decision else date.fromisoformat(got["graded_on"]))
    province = (given or {}).get("province") or got["agreement"]["province"]
    heading = replace(heading, day=issued, place=heading.place or str(province or ""))
    rubric = got["rubric"]
    total = decision.total if decision and decision.total is not None else got["score"]["total"]
    letter = decision.grade if decision else got["grade"]
    return ReviewForm(
        heading=heading,
        basis=str(rubric["basis"]),
        rubric=f"{rubric['id']}@{rubric['version']}",
        provisional=rubric["status"] == "provisional",
        facts=tuple(_facts(got, given or {})),
        rows=tuple(_rows(got, decision)),
        gates=tuple(_gates(got, decision)),
        unlawful=tuple(_unlawful(got)),
        to_review=tuple(_to_review(got)),
        total=total,
        letter=letter,
        letter_line=_letter_line(got, decision),
        would_be=got["would_be_grade"],
        notes=tuple(_notes(got, decision)),
        confirmed_by=decision.confirmed_by if decision else "",
        warnings=tuple(one["message"] for one in got["source"]["warnings"]),
    )


def to_json(form: ReviewForm) -> dict[str, Any]:
    """The form as JSON values (schema thuoc.review_form/1)."""
    data = asdict(form)
    data["heading"]["day"] = form.heading.day.isoformat() if form.heading.day else None
    data["facts"] = [{"label": label, "value": value} for label, value in form.facts]
    return {"schema": SCHEMA, **data}


def _facts(got: Json, given: Json) -> Iterator[tuple[str, str]]:
    agreement, source, rubric = got["agreement"], got["source"], got["rubric"]
    known = {name: given.get(name) or agreement.get(name) for name in ("employer", "number", "province")}
    term = f"{agreement['term_months']} tháng" if agreement["term_months"] else ""
    until = day(agreement.get("in_force_until") or agreement["expires_on"])
    in_force = "; ".join(
        part
        for part in (
            f"từ ngày {day(agreement['effective_from'])}" if agreement["effective_from"] else "",
            f"đến hết ngày {until}" if until else "",
            f"thời hạn {term}" if term else "",
        )
        if part
    )
    region = f"lương tối thiểu vùng {agreement['wage_region']}" if agreement["wage_region"] else ""
    pages = f", {source['pages']} trang" if source["pages"] > 1 else ""
    yield "Doanh nghiệp", str(known["employer"] or "")
    yield "Số thỏa ước", str(known["number"] or "")
    yield "Tỉnh, thành phố", "; ".join(part for part in (str(known["province"] or ""), region) if part)
    if given.get("sector"):
        yield "Ngành nghề", str(given["sector"])
    if agreement.get("workers"):
        yield "Số lao động", f"{number(agreement['workers'])} người"
    yield "Ngày ký", day(agreement["signed_on"])
    yield "Hiệu lực", in_force
    yield "Văn bản đã chấm", f"{source['filename']} ({METHODS[source['method']]}{pages}, {len(got['articles'])} điều)"
    yield "Pháp luật so sánh", f"có hiệu lực ngày {day(got['law_as_of'])}"
    status = "tạm thời, chưa được xác nhận" if rubric["status"] == "provisional" else "đã được xác nhận"
    yield "Khung điểm", f"{rubric['id']}, phiên bản {rubric['version']} – {rubric['federation']} ({status})"
    yield "Ngày chấm", day(got["graded_on"])


def _rows(got: Json, decision: Decision | None) -> Iterator[Row]:
    places = {clause["path"]: clause["label"] for clause in got["clauses"]}
    for order, group in enumerate(got["score"]["groups"]):
        points = group["points"]
        if points is None and decision and group["id"] in decision.points:
            points = decision.points[group["id"]]
        yield Row("group", ROMAN[order], group["label"], group["max_points"], points)
        if group["id"] != "content":
            for n, item in enumerate(group["items"], 1):
                yield Row("item", str(n), item["label"], item["max_points"], item["points"], reason=_dossier(item))
            continue
        for t, topic in enumerate(group["topics"], 1):
            over = f"Các mục cộng lại {number(topic['earned'])} điểm, tính đến mức tối đa" if topic["earned"] > topic["points"] else ""
            yield Row("topic", str(t), topic["label"], topic["max_points"], topic["points"], reason=over)
            for n, item in enumerate((one for one in group["items"] if one["topic"] == topic["id"]), 1):
                yield _content(got, item, f"{t}.{n}", places)


def _content(got: Json, item: Json, label: str, places: Json) -> Row:
    row = Row("item", label, item["label"], item["max_points"], item["points"], reason=sentence(item["why"]))
    if not item["findings"]:
        return row
    finding = got["findings"][item["findings"][0]]
    others = dict.fromkeys(places.get(got["findings"][n]["path"], "") for n in item["findings"][1:])
    more = [one for one in others if one and one != places.get(finding["path"])]
    band = f"đạt mức {item['band']}" if item.get("band") else ""
    told = [part for part in (amount(finding["amount"], finding["unit"]), band) if part]
    if item["points"] != item["earned"]:
        told.append(f"đáng {number(item['earned'])} điểm, tính {number(item['points'])} vì chủ đề đã đủ điểm tối đa")
    if more:
        told.append(f"xem thêm {listing(more)}")
    if item.get("by") == "person":
        told.append("theo người duyệt")
    reason = "; ".join(told) or "cam kết chắc chắn, có lợi hơn luật"
    return replace(row, where=_where(got, finding), reason=reason, quote=_one_line(finding["quote"]), law=_law(finding))


def _dossier(item: Json) -> str:
    return sentence(item["why"]) if item["points"] is not None else f"Hồ sơ: {item['evidence']}"


def _gates(got: Json, decision: Decision | None) -> Iterator[Gate]:
    standing = {gate["code"]: gate for gate in got["not_graded_because"]}
    cleared = {gate["code"]: gate for gate in got["gates_cleared"]}
    for code, label in GATES.items():
        gate = standing.get(code) or cleared.get(code)
        if gate is None:
            yield Gate(code, label, False, "Người chấm xem hồ sơ" if code in BY_PERSON else "Không thấy", "")
            continue
        person = ""
        if gate["decided_by"] == "reviewer":
            person = f"{'Giữ' if code in standing else 'Gỡ'}: {gate.get('reason', '')}"
        elif decision:
            person = f"Gỡ: {decision.reason}" if code in decision.cleared_gates else "Giữ"
        yield Gate(code, label, code in standing, gate["message"], person)


def _unlawful(got: Json) -> Iterator[Passage]:
    mends = {one["finding"]: one for one in got["advice"]["unlawful"]}
    for index, finding in enumerate(got["findings"]):
        if (finding["unlawful"] or finding["verdict"] == "below") and not finding["superseded_by"]:
            figure = amount(finding["amount"], finding["unit"])
            label = f"{finding['label']}, {figure}" if figure else finding["label"]
            law = _law(finding) or ", ".join(filter(None, (mends.get(index, {}).get(key) for key in ("lawful_minimum", "article"))))
            yield Passage(_where(got, finding), label, _one_line(finding["quote"]), sentence(law))


def _to_review(got: Json) -> Iterator[Passage]:
    for finding in got["findings"]:
        if finding["needs_review"] and not finding["superseded_by"]:
            yield Passage(_where(got, finding), finding["label"], _one_line(finding["quote"]), finding["reason"])
    for one in got["overtaken"]:
        finding, law = got["findings"][one["finding"]], one["baseline"]
        note = f"Từ ngày {day(one['since'])} luật quy định {amount(law['amount'], law['unit'])} ({law['source']}); cần sửa đổi, bổ sung"
        yield Passage(_where(got, finding), finding["label"], _one_line(finding["quote"]), note)


def _letter_line(got: Json, decision: Decision | None) -> str:
    if decision:
        if decision.grade is None:
            return "Không xếp loại (người có thẩm quyền đã xác nhận)"
        return f"Loại {decision.grade} (người có thẩm quyền đã xác nhận)"
    if got["not_graded_because"]:
        return f"Chưa xếp loại; nếu gỡ được các lý do ở mục IV thì {letter_words(got['would_be_grade'])}"
    if got["grade_basis"] == "complete":
        return f"Đề xuất: {letter_words(got['grade'])}"
    low, high = got["grade_range"]
    reach = letter_words(low) if low == high else f"từ {letter_words(low)} đến {letter_words(high)}"
    return f"Đề xuất theo điểm nội dung: {letter_words(got['grade'])}; khi đủ điểm hồ sơ: {reach}"


def _notes(got: Json, decision: Decision | None) -> Iterator[str]:
    better = got["better_provisions"]
    yield f"Thỏa ước có {better['firm']} nội dung cam kết chắc chắn, có lợi hơn luật, trong đó {better['quantified']} nội dung có con số."
    if got["rubric"]["status"] == "provisional":
        yield "Khung điểm tạm thời, chưa được cấp công đoàn có thẩm quyền xác nhận."
    if decision and decision.reason:
        yield f"Lý do của người xác nhận: {decision.reason}"
    if decision is None:
        yield "Điểm nội dung và loại do máy đề xuất; điểm hồ sơ và kết luận do người chấm."


def letter_words(letter: str | None) -> str:
    return f"loại {letter}" if letter else "dưới mức loại C"


def _where(got: Json, finding: Json) -> str:
    labels = {clause["path"]: clause["label"] for clause in got["clauses"]}
    return sentence(labels.get(finding["path"]) or place(finding["path"]))


def _law(finding: Json) -> str:
    base = finding["baseline"]
    if not base:
        return ""
    return ", ".join(part for part in (amount(base["amount"], base["unit"]), base["source"]) if part)


def dated(when: date | None) -> str:
    """The date of an official document: days below 10, January and February with a leading zero (Nghị định 30/2020, Phụ lục I)."""
    if when is None:
        return "ngày …… tháng …… năm ………"
    month = f"{when.month:02}" if when.month < 3 else str(when.month)
    return f"ngày {when.day:02} tháng {month} năm {when.year}"


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def storable(text: str) -> str:
    """Without the characters that no Office file may hold."""
    return _FORBIDDEN.sub("", text)


def shorten(text: str, limit: int) -> str:
    """A quote of at most `limit` characters, cut between words and marked so."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " […]"


def columns(signed_by: str) -> Sequence[tuple[str, str, str]]:
    """The signature columns: (office, what to do, name)."""
    return (("NGƯỜI CHẤM ĐIỂM", "(Ký, ghi rõ họ tên)", ""), ("TM. BAN THƯỜNG VỤ", "(Ký tên, đóng dấu, ghi rõ họ tên)", signed_by))

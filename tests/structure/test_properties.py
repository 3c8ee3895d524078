# ruff: noqa: E501 (texts of agreements in tables)
"""The parser never refuses text and never loses any: whatever the lines, the clauses partition the text and name each place once."""

from __future__ import annotations

import random
import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.document import Document, DocumentBuilder
from app.structure import Agreement, parse
from tests.structure.documents import SAMPLES, build, in_form, source_blocks

LABELS = [
    "Điều {n}. ", "Điều {n}", "ĐIỀU {n} – ", "Điều {n}: ", "{n}. ", "{n}) ", "{n}/ ", "{n}.{m} ", "{n}.{m}. ", "{n}.{m}.{n} ", "Khoản {n}. ",
    "{c}) ", "{c}. ", "({n}) ", "({c}) ", "{c}.{n}) ", "{r}) ", "{R}. ", "{C}. ", "Chương {R}", "CHƯƠNG {n}: ", "Mục {n}. ", "Phần {R}. ",
    "PHỤ LỤC {n}", "PHỤ LỤC {R}: ", "PHỤ LỤC", "Phụ lục số {n} ", "- ", "+ ", "", "“", "Điểm {c}) ", "* Điều {n}. ", "Điêu {c}. ", "Số: {n}/{m}",
]  # fmt: skip
WORDS = [
    "Nghỉ phép hằng năm", "người lao động được nghỉ 12 ngày", "QUY ĐỊNH CHUNG", "như sau:", "Bộ luật Lao động", "1.500.000 đồng", "của", ";",
    "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG", "ĐẠI DIỆN TẬP THỂ LAO ĐỘNG", "CHỦ TỊCH CÔNG ĐOÀN", "GIÁM ĐỐC", "(đã ký)", "có hiệu lực từ ngày ký",
    "thời hạn 36 tháng", "ngày 01 tháng 3 năm 2024", "ngày … tháng … năm", "THỎA ƯỚC LAO ĐỘNG TẬP THỂ", "Công ty TNHH An Phát", "tỉnh Hà Tĩnh",
    "Sửa đổi khoản 2 Điều 14 như sau", "vùng III", "”", "…….. 5", "theo quy định tại", ".",
]  # fmt: skip

label = st.builds(
    lambda pattern, n, m, c, r: pattern.format(n=n, m=m, c=c, C=c.upper(), r=r, R=r.upper()),
    st.sampled_from(LABELS),
    st.integers(0, 14),
    st.integers(0, 6),
    st.sampled_from("abcdđeghiklmnopxyz"),
    st.sampled_from(["i", "ii", "iii", "iv", "v", "vi", "ix", "x"]),
)
words = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
odd = st.text(max_size=20).map(lambda t: t.replace("\n", " "))
line = st.tuples(st.one_of(label, st.just("")), st.one_of(words, odd)).map("".join)
attributes = st.fixed_dictionaries(
    {
        "bold": st.booleans(),
        "centered": st.booleans(),
        "heading": st.sampled_from([None, None, 1, 2]),
        "origin": st.sampled_from(["body", "body", "body", "footnote", "textbox"]),
    }
)
lines = st.lists(st.tuples(line, attributes, st.sampled_from(["paragraph", "paragraph", "paragraph", "automatic", "row"])), max_size=40)


def document(parts: list[tuple[str, dict[str, object], str]], method: str) -> Document:
    builder = DocumentBuilder()
    for text, given_attributes, kind in parts:
        if kind == "row":
            builder.row([(cell, i, "") for i, cell in enumerate(text.split(" ", 2))])
        elif kind == "automatic":
            builder.paragraph(text, **{**given_attributes, "label": text.split(" ")[0] or "1.", "level": 1})
        else:
            builder.paragraph(text, **given_attributes)
    return build(builder, method)  # type: ignore[arg-type]


def assert_sound(agreement: Agreement) -> None:
    text, clauses = agreement.document.text, agreement.clauses
    assert clauses[0].start == 0
    assert clauses[-1].end == len(text)
    for before, after in pairwise(clauses):
        assert before.end == after.start
        assert after.start < after.end
    assert len({c.path for c in clauses}) == len(clauses)
    for index, clause in enumerate(clauses):
        assert clause.start <= clause.body <= clause.end
        assert clause.body == clause.end or not text[clause.body].isspace()
        assert clause.parent is None or clause.parent < index
        if text[clause.start : clause.end].strip("\n"):
            assert clause.lines
        for number in clause.lines:
            held = agreement.document.lines[number]
            assert held.start < clause.end
            assert held.end >= clause.start
    held_lines = {number for clause in clauses for number in clause.lines}
    assert held_lines == set(range(len(agreement.document.lines)))


@settings(max_examples=300, deadline=None)
@given(lines, st.sampled_from(["docx", "pdf_text", "ocr", "doc"]))
def test_any_lines_are_partitioned(parts: list[tuple[str, dict[str, object], str]], method: str) -> None:
    assert_sound(parse(document(parts, method)))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_partitioned(text: str) -> None:
    builder = DocumentBuilder()
    for part in text.split("\n"):
        builder.paragraph(part)
    assert_sound(parse(build(builder)))


@settings(max_examples=100, deadline=None)
@given(lines)
def test_the_same_document_gives_the_same_agreement(parts: list[tuple[str, dict[str, object], str]]) -> None:
    one = document(parts, "docx")
    assert parse(one) == parse(one)


def test_mutated_agreements_stay_sound() -> None:
    """Lines dropped, doubled, swapped, cut and spoiled in real agreements: nothing is lost and nothing fails."""
    rng = random.Random(20)
    folders = sorted(p.parent for p in SAMPLES.glob("*/gold.json"))
    for turn in range(60):
        original = in_form(source_blocks(folders[turn % len(folders)]), ("typed", "colon", "upper", "auto")[turn % 4])
        builder = DocumentBuilder()
        kept = [original.line_text(held) for held in original.lines]
        for _ in range(30):
            at = rng.randrange(len(kept))
            action = rng.randrange(5)
            if action == 0:
                del kept[at]
            elif action == 1:
                kept.insert(at, kept[rng.randrange(len(kept))])
            elif action == 2:
                kept[at] = kept[at][rng.randrange(len(kept[at]) + 1) :]
            elif action == 3:
                kept[at] = kept[at].translate({ord("1"): "l", ord("i"): "1", ord("."): ","})
            else:
                kept[at] = kept[at] + " " + kept[(at + 1) % len(kept)]
        for text in kept:
            builder.paragraph(text)
        assert_sound(parse(build(builder, "ocr" if turn % 2 else "docx")))


def _seconds(document_: Document) -> float:
    best = 9.9
    for _ in range(5):
        start = time.process_time()
        parse(document_)
        best = min(best, time.process_time() - start)
    return best


def _many(texts: list[str], times: int) -> Document:
    builder = DocumentBuilder()
    for n in range(times):
        for text in texts:
            builder.paragraph(text.replace("{n}", str(n + 1)))
    return build(builder)


def test_cost_grows_with_the_text() -> None:
    """Ten times the lines may cost at most about ten times the time, in ordinary text and in text made to be hard."""
    hard = [
        ["Điều {n}. Nghỉ phép", "1. Một.", "2. Hai.", "a) Ba;"],
        ["Điều 1. Một", "PHỤ LỤC 1", "1. Một:", "1. Một:"],
        ["Điều 98 Bộ luật", "“Điều 5. Một", "hiệu lực từ ngày hiệu lực từ ngày hiệu lực từ"],
        ["(" * 80, "1.1.1.1.1", "aaaaaaaaaaaa (NLĐ", "Số: " + "1/" * 60],
        ["ĐẠI DIỆN NGƯỜI LAO ĐỘNG", "GIÁM ĐỐC", "vùng vùng vùng vùng I"],
    ]
    for texts in hard:
        small, large = _seconds(_many(texts, 150)), _seconds(_many(texts, 1500))
        assert large <= 14 * small + 0.02, (texts, small, large)

"""Whatever the text: spans never overlap nor leave their line, nothing removed is left, a second pass finds nothing, time is linear."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.document import Document, DocumentBuilder
from app.redaction import Redaction, redact
from app.structure import parse

NAMES = ["Nguyễn Văn Tám", "TRẦN THỊ LỆ", "Giàng A Páo", "Kim Dong Hyun", "H'Bia Niê", "Tanaka Hiroshi", "Hoa", "Lê Công Hậu", "Trần Phú"]
NUMBERS = ["042188006431", "0912 604 377", "0912604377", "M48210957", "1903 4455 6677", "38B-012.44", "a.b@c.example", "15/02/1991", "1990"]
WORDS = [
    "Ông", "Bà:", "ông", "chị", "Đại diện:", "Họ và tên:", "Thành viên:", "Giám đốc", "CHỦ TỊCH CÔNG ĐOÀN", "(đã ký)", "CCCD số",
    "Điện thoại:", "STK", "sinh ngày", "Thường trú:", "thôn 5, xã Kỳ Phú, huyện Kỳ Anh", "Công ty TNHH Trần Phú", "đường Trần Phú",
    "Mã số thuế", "hộ chiếu", "GPLX số", "Biển số", ",", ";", " – ", ".", "và", "(", ")", "1.", "-", "1.500.000 đồng",
    "Điều 5. Tiền lương", "công nhân", "tài khoản của Công ty", "Ông Ông", "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG",
    "THỎA ƯỚC LAO ĐỘNG TẬP THỂ", "[họ tên]", "Danh sách người lao động:", "Việt Nam", "Hà Nội",
]  # fmt: skip
piece = st.one_of(st.sampled_from(NAMES), st.sampled_from(NUMBERS), st.sampled_from(WORDS), st.text(max_size=6))
joint = st.sampled_from([" ", ", ", " – ", "; ", ". ", " ("])
line = st.lists(st.tuples(piece, joint), max_size=8).map(lambda parts: " ".join("".join(p + j for p, j in parts).split()))
lines = st.lists(line, max_size=8)


def document(texts: list[str], table: bool = False) -> Document:
    builder = DocumentBuilder()
    for text in texts:
        builder.paragraph(text)
    if table and len(texts) > 2:
        builder.row([("Họ và tên", 0, ""), ("Điện thoại", 1, "")], table=0, row=0, header=True)
        builder.row([(texts[0], 0, "Họ và tên"), (texts[1], 1, "Điện thoại")], table=0, row=1)
    return builder.build(method="docx", media_type="application/test", pages=1, sha256="0" * 64)


def left(got: Redaction) -> list[str]:
    """Removed words that still stand as whole words, but for those kept as a firm's or a street's."""
    kept = {got.document.text[k.start : k.end] for k in got.kept}
    out = []
    for span in got.spans:
        words = got.removed(span)
        if span.everywhere and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", got.text) and not any(words in k for k in kept):
            out.append(words)
    return out


@settings(max_examples=300, deadline=None)
@given(lines, st.booleans())
def test_spans_are_sound_and_nothing_removed_is_left(texts: list[str], table: bool) -> None:
    original = document(texts, table)
    got = redact(parse(original))
    assert all(a.end <= b.start for a, b in pairwise(got.spans))
    for span in got.spans:
        assert span.start < span.end
        assert any(one.start <= span.start and span.end <= one.end for one in original.lines)
    assert left(got) == []
    published = got.published_document()
    assert published.text == got.text
    for before, after in zip(original.lines, published.lines, strict=True):
        assert got.piece(before.start, before.end) == published.line_text(after)
        for cell in after.cells:
            assert after.start <= cell.start <= cell.end <= after.end


@settings(max_examples=300, deadline=None)
@given(lines, st.booleans())
def test_second_pass_finds_nothing(texts: list[str], table: bool) -> None:
    published = redact(parse(document(texts, table))).published_document()
    again = redact(parse(published))
    assert [again.removed(s) for s in again.spans] == []


HOSTILE = {
    "titles": "Ông ",
    "names": "ông Nguyễn Văn Tám, ",
    "capitals": "Nguyễn ",
    "labels": "Họ và tên gồm thành viên ",
    "colons": "Thành viên: ",
    "at signs": "a@a.",
    "letters": "a",
    "dots": "a.",
    "digits": "0912345678 ",
    "run of digits": "7",
    "digit words": "0 ",
    "addresses": "Thường trú: thôn 5, xã ",
    "places": "xã Kỳ Phú, ",
    "brackets": "Thành viên: Lê Văn Tám ((((",
    "signatures": "GIÁM ĐỐC Lê Văn Tám ",
    "firms": "Công ty TNHH Trần Phú ",
}


@pytest.mark.parametrize("shape", list(HOSTILE))
@pytest.mark.parametrize("broken", [False, True], ids=["one line", "many lines"])
def test_time_grows_with_the_text(shape: str, broken: bool) -> None:
    unit = HOSTILE[shape]

    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        texts = [text[i : i + 60].strip() for i in range(0, size, 60)] if broken else [text.strip()]
        agreement = parse(document([t for t in texts if t]))
        best = float("inf")
        for _ in range(2):
            start = time.perf_counter()
            redact(agreement)
            best = min(best, time.perf_counter() - start)
        return best

    small, large = seconds(6_000), seconds(36_000)
    assert large < 6 * 3 * small + 0.15, f"{small:.3f}s -> {large:.3f}s"


def test_many_people_are_looked_for_in_one_walk() -> None:
    texts = [
        f"{n}. Ông Lê {chr(65 + n % 26)}ạ{chr(97 + n // 26 % 26)} Tám{chr(97 + n // 676 % 26)}, CCCD số 0421{n:08d}" for n in range(1500)
    ]
    start = time.perf_counter()
    got = redact(parse(document(texts)))
    assert len(got.spans) >= 3000
    assert time.perf_counter() - start < 6

"""What is found once is found again; what names a firm or a street stays; marks, pieces, published document, record."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from app.reading import read
from app.reading.document import Document, DocumentBuilder
from app.redaction import Redaction, redact
from app.structure import parse


def document(*lines: str) -> Document:
    builder = DocumentBuilder()
    for line in lines:
        builder.paragraph(line)
    return builder.build(method="docx", media_type="application/test", pages=1, sha256="0" * 64, filename="TULD ong Lo Van Hac.docx")


def of(*lines: str) -> Redaction:
    return redact(parse(document(*lines)))


PARTIES = (
    "CÔNG TY TNHH MAY AN LỘC PHÁT",
    "THỎA ƯỚC LAO ĐỘNG TẬP THỂ",
    "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Công ty TNHH May An Lộc Phát",
    "Địa chỉ: số 9 đường Lê Duy Điếm, phường Thạch Linh, thành phố Hà Tĩnh, tỉnh Hà Tĩnh. Mã số thuế: 3000123456.",
    "Đại diện: Ông Lê Duy Điếm – Giám đốc, CCCD số 042077001234, điện thoại 0912 604 377.",
    "ĐẠI DIỆN TẬP THỂ LAO ĐỘNG: Công đoàn cơ sở Công ty TNHH May An Lộc Phát",
    "Đại diện: Bà Mai Thị Hằng Nga – Chủ tịch Công đoàn cơ sở.",
)


@pytest.mark.parametrize(
    ("again", "left"),
    [
        ("Mọi việc do LÊ DUY ĐIẾM quyết.", "LÊ DUY"),
        ("Mọi việc do Lê  Duy   Điếm quyết.", "Duy"),
        ("Mọi việc do Le Duy Diem quyết.", "Le Duy"),
        ("Gọi 0912604377 hoặc 0912.604.377.", "0912"),
        ("Số 042 077 001 234 nói trên.", "042"),
        ("bà mai thị hằng nga nhận đơn", "mai thị"),
        ("Hằng Nga không phải là họ tên đầy đủ.", ""),
    ],
)
def test_found_once_is_removed_again(again: str, left: str) -> None:
    got = of(*PARTIES, "Điều 1. Phạm vi", again)
    last = got.text.rsplit("\n", 1)[1]
    assert (left not in last) if left else (last == again)


def test_company_and_its_address_stay_though_they_carry_the_name() -> None:
    got = of(*PARTIES, "Điều 1. Xưởng tại đường Lê Duy Điếm và Doanh nghiệp tư nhân Lê Duy Điếm")
    assert "số 9 đường Lê Duy Điếm, phường Thạch Linh, thành phố Hà Tĩnh, tỉnh Hà Tĩnh" in got.text
    assert "tại đường Lê Duy Điếm và Doanh nghiệp tư nhân Lê Duy Điếm" in got.text
    assert "Mã số thuế: 3000123456" in got.text
    assert "Ông [họ tên] – Giám đốc, CCCD số [số giấy tờ], điện thoại [số điện thoại]." in got.text
    assert {got.document.text[k.start : k.end] for k in got.kept} == {"Lê Duy Điếm"}
    assert len(got.kept) == 3


def test_company_named_after_its_owner_stays() -> None:
    got = of(
        "THỎA ƯỚC LAO ĐỘNG TẬP THỂ",
        "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Doanh nghiệp tư nhân Trần Khánh Hội",
        "Đại diện: Ông Trần Khánh Hội – Chủ doanh nghiệp.",
        "Điều 1. DOANH NGHIỆP TƯ NHÂN TRẦN KHÁNH HỘI trả lương; ông Khánh Hội ký.",
    )
    assert got.text.count("Trần Khánh Hội") == 1
    assert "Doanh nghiệp tư nhân Trần Khánh Hội\nĐại diện: Ông [họ tên]" in got.text
    assert got.text.endswith("DOANH NGHIỆP TƯ NHÂN TRẦN KHÁNH HỘI trả lương; ông [họ tên] ký.")


def test_home_that_holds_the_company_name_goes() -> None:
    got = of(*PARTIES, "Nơi ở: khu tập thể Công ty TNHH May An Lộc Phát, phường Thạch Linh.")
    assert got.text.endswith("Nơi ở: [địa chỉ nơi ở].")


def test_every_span_says_rule_and_reason() -> None:
    got = of(*PARTIES)
    assert [(got.removed(s), s.kind, s.rule) for s in got.spans] == [
        ("Lê Duy Điếm", "person_name", "title"),
        ("042077001234", "id_number", "id_label"),
        ("0912 604 377", "phone", "phone_label"),
        ("Mai Thị Hằng Nga", "person_name", "title"),
    ]
    assert all(s.why for s in got.spans)


def test_piece_of_a_clause_is_redacted_as_the_whole_is() -> None:
    got = of(*PARTIES)
    pieces = "".join(got.piece(c.start, c.end) for c in parse(got.document).clauses)
    assert "Lê Duy Điếm –" not in pieces
    assert got.piece(0, len(got.document.text)) == got.text
    span = got.spans[0]
    assert got.piece(span.start + 2, span.end - 2) == "[họ tên]"
    assert got.piece(span.end, span.end + 3) == " – "


def test_published_document_holds_nothing_of_the_file() -> None:
    builder = DocumentBuilder()
    builder.row([("Họ và tên", 0, ""), ("Điện thoại", 1, "")], table=0, row=0, header=True)
    builder.row([("Trần Bá Đạt", 0, "Họ và tên"), ("0914 556 210", 1, "Điện thoại")], table=0, row=1)
    original = builder.build(method="docx", media_type="x", pages=1, sha256="0" * 64, filename="danh sach ong Dat.docx")
    published = redact(parse(original)).published_document()
    assert published.text == "Họ và tên | Điện thoại\n[họ tên] | [số điện thoại]"
    assert published.filename == ""
    assert not published.warnings
    for line in published.lines:
        assert published.line_text(line) in published.text.split("\n")
    assert [published.text[c.start : c.end] for c in published.lines[1].cells] == ["[họ tên]", "[số điện thoại]"]


def test_properties_and_comments_of_a_file_are_not_carried_over() -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("Điều 1. Tiền lương được trả vào ngày 10 hằng tháng.")
    file.core_properties.author = "Tạ Hữu Kín"
    file.core_properties.title = "Của ông Tạ Hữu Kín"
    file.core_properties.last_modified_by = "Tạ Hữu Kín"
    file.add_comment(paragraph.runs, text="Hỏi lại ông Tạ Hữu Kín, 0912 345 678", author="Tạ Hữu Kín", initials="THK")
    data = io.BytesIO()
    file.save(data)
    got = redact(parse(read(data.getvalue(), "Tạ Hữu Kín.docx")))
    assert "Kín" not in repr(got.published_document())
    assert "0912" not in repr(got.published_document())


def test_record_holds_no_removed_word_unless_asked() -> None:
    got = of(*PARTIES)
    on = date(2026, 11, 20)
    assert "Điếm" not in repr(got.record(on))
    assert "042077001234" not in repr(got.record(on))
    full = got.record(on, with_removed=True)
    assert [one["text"] for one in full["removed"]][:2] == ["Lê Duy Điếm", "042077001234"]
    assert full["counts"] == {"person_name": 2, "id_number": 1, "phone": 1}


@pytest.mark.parametrize(
    ("on", "document_number"),
    [
        (date(2023, 6, 30), None),
        (date(2023, 7, 1), "13/2023/NĐ-CP"),
        (date(2025, 12, 31), "13/2023/NĐ-CP"),
        (date(2026, 1, 1), "91/2025/QH15"),
        (date(2031, 5, 5), "91/2025/QH15"),
    ],
)
def test_legal_ground_of_the_day(on: date, document_number: str | None) -> None:
    ground = of("Điều 1. Phạm vi").record(on)["legal_ground"]
    assert (ground and ground["document"]) == document_number

"""Text PDFs: paragraphs, tables and furniture against the labelled sources and against recorded files of other typing habits."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest

from app.reading.document import Document, ReadingError
from app.reading.pdf import read_pdf
from app.reading.text import clean

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
RECORDED = Path(__file__).parent / "recorded"
WITH_PDF = sorted(path.parent.name for path in SAMPLES.glob("*/text.pdf"))
NATIONAL = re.compile(r"CỘNG H|Độc lập|ngày\s+\S+\s+tháng", re.IGNORECASE)


def no_ocr(number: int, image: object, mode: int) -> str:
    raise AssertionError(f"page {number} went to OCR")


def read(data: bytes) -> Document:
    return read_pdf(data, sha256="0" * 64, recognise=no_ocr)


def lines_of(document: Document) -> list[str]:
    return [document.line_text(line) for line in document.lines]


def blocks_of(source: str) -> list[tuple[str, list[str]]]:
    """(mark, fields or rows) of a labelled source."""
    blocks: list[tuple[str, list[str]]] = []
    rows: list[str] | None = None
    for line in source.splitlines():
        mark, _, rest = line.strip().partition(" ")
        if rows is not None:
            if mark == "@end":
                rows = None
            elif line.strip():
                rows.append(" | ".join(cell.strip() for cell in line.split("|")))
        elif mark == "@table":
            rows = []
            blocks.append((mark, rows))
        elif mark.startswith("@"):
            blocks.append((mark, [part.strip() for part in rest.split("|", 1)]))
        elif line.strip():
            blocks[-1][1][-1] += " " + line.strip()
    return blocks


def expected_lines(source: str) -> list[str]:
    """The lines of the typed form of a source: letterhead and signatures column by column."""
    out: list[str] = []
    for mark, group in itertools.groupby(blocks_of(source), key=lambda block: block[0]):
        parts = [fields for _, fields in group]
        texts = [fields[-1] for fields in parts]
        if mark == "@head":
            out += [t for t in texts if not NATIONAL.search(t)] + [t for t in texts if NATIONAL.search(t)]
        elif mark == "@sign":
            out += [f[0] for f in parts if f[0]] + [f[1] for f in parts if len(f) > 1 and f[1]]
        elif mark == "@chapter":
            for number, name in parts:
                out += [f"Chương {number}", name.upper()]
        elif mark == "@table":
            out += [row for rows in parts for row in rows]
        else:
            form = {"@section": "Mục {}. {}", "@article": "Điều {}. {}", "@khoan": "{}. {}", "@diem": "{}) {}", "@annex": "PHỤ LỤC {}: {}"}
            for fields in parts:
                text = form[mark].format(*fields, *[""] * (2 - len(fields))) if mark in form else fields[-1]
                out.append("- " + text if mark == "@bullet" else text.rstrip().removesuffix(":") if mark == "@annex" else text)
    return [clean(text) for text in out]


@pytest.fixture(scope="module", params=WITH_PDF)
def sample(request: pytest.FixtureRequest) -> tuple[Path, Document]:
    folder = SAMPLES / request.param
    return folder, read((folder / "text.pdf").read_bytes())


def test_every_paragraph_and_row_of_the_source(sample: tuple[Path, Document]) -> None:
    folder, document = sample
    assert lines_of(document) == expected_lines((folder / "source.txt").read_text(encoding="utf-8"))


def test_tables_have_the_cells_that_pdfplumber_finds(sample: tuple[Path, Document]) -> None:
    """pdfplumber does not join rows cut by the end of a page, so those cells differ; every letter must be in both."""
    folder, document = sample
    wanted: list[str] = []
    with pdfplumber.open(folder / "text.pdf") as pdf:
        for page in pdf.pages:
            wanted += [re.sub(r"\W+", "", cell or "") for table in page.extract_tables() for row in table for cell in row]
    got = [re.sub(r"\W+", "", document.text[cell.start : cell.end]) for line in document.lines for cell in line.cells]
    assert bool(got) == bool(wanted)
    assert sorted("".join(got)) == sorted("".join(wanted))
    missing = Counter(filter(None, wanted)) - Counter(got)
    assert missing.total() <= 0.1 * len(wanted), missing


def test_lines_lie_in_the_text_in_order(sample: tuple[Path, Document]) -> None:
    _, document = sample
    assert document.text == "\n".join(lines_of(document))
    assert [line.start for line in document.lines] == sorted(line.start for line in document.lines)
    assert [line.page for line in document.lines] == sorted(line.page for line in document.lines)
    assert document.lines[-1].page == document.pages or document.lines[-1].kind == "row"


def test_headings_are_bold_and_chapters_centred(sample: tuple[Path, Document]) -> None:
    _, document = sample
    for line in document.lines:
        text = document.line_text(line)
        if re.match(r"Điều \d+\. [A-ZĐ]", text) and line.kind == "paragraph":
            assert line.bold, text
        if re.match(r"Chương [IVX]+$", text):
            assert line.centered, text
        if re.match(r"\d+\. ", text) and line.kind == "paragraph":
            assert not line.centered, text


def test_cells_know_their_headers() -> None:
    document = read((SAMPLES / "d05-thep-vung-ang" / "text.pdf").read_bytes())
    row = next(line for line in document.lines if document.line_text(line).startswith("2 | Đội viên chữa cháy"))
    assert [cell.header for cell in row.cells] == ["STT", "Chức danh", "Mức (đồng/tháng)"]
    assert not row.header
    head = next(line for line in document.lines if line.table == row.table and line.row == 0)
    assert head.header
    assert [cell.header for cell in head.cells] == ["", "", ""]


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.txt")))
def test_recorded_habits(name: str) -> None:
    document = read((RECORDED / f"{name}.pdf").read_bytes())
    assert lines_of(document) == (RECORDED / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_a_table_over_pages_is_one_table() -> None:
    document = read((RECORDED / "long_table.pdf").read_bytes())
    rows = [line for line in document.lines if line.kind == "row"]
    assert {line.table for line in rows} == {0}
    assert len({line.page for line in rows}) > 1
    assert [line.row for line in rows] == list(range(31))
    assert [line.header for line in rows] == [True] + [False] * 30
    assert rows[-1].cells[2].header == "Mức (đồng/tháng)"


def test_merged_header_cells_rule_the_columns_below() -> None:
    document = read((RECORDED / "merged_cells.pdf").read_bytes())
    row = next(line for line in document.lines if "1.500.000" in document.line_text(line))
    assert [cell.header for cell in row.cells] == [
        "Nhóm",
        "Chức danh",
        "Mức thưởng (đồng) / Dưới 03 năm",
        "Mức thưởng (đồng) / Từ 03 năm",
    ]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_display_turned_pages_read_the_same(turn: int) -> None:
    data = (RECORDED / "merged_cells.pdf").read_bytes()
    out = io.BytesIO()
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.set_rotation(turn)
        document.save(out)
    assert read(out.getvalue()).text == read(data).text


@pytest.mark.parametrize(("turn", "shift"), [(90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_sideways_writing_reads_the_same(turn: int, shift: tuple[int, int]) -> None:
    """Landscape pages: the writing itself is turned, inside a form object."""
    data = (RECORDED / "long_table.pdf").read_bytes()
    out = io.BytesIO()
    made = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(data) as source:
        for at in range(len(source)):
            width, height = source[at].get_size()
            size = (height, width) if turn != 180 else (width, height)
            page = made.new_page(*size)
            form = source.page_as_xobject(at, made) if hasattr(source, "page_as_xobject") else source[at].as_pageobject()  # type: ignore[attr-defined]
            item = form.as_pageobject() if hasattr(form, "as_pageobject") else form
            item.set_matrix(pypdfium2.PdfMatrix().rotate(turn, ccw=True).translate(shift[0] * size[0], shift[1] * size[1]))
            page.insert_obj(item)
            page.gen_content()
        made.save(out)
    assert read(out.getvalue()).text == read(data).text


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of raw objects 1, 2 … with its cross-reference table; object 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def page_pdf(content: bytes, catalog: bytes = b"", resources: bytes = b"") -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>" % resources,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
    )


TEXT = b"BT /F 12 Tf 72 700 Td (Hai ben cung nhau thi hanh ban nay trong ba nam lien) Tj ET"


def code_of(data: bytes) -> str:
    with pytest.raises(ReadingError) as caught:
        read(data)
    assert caught.value.message.endswith(".")
    return caught.value.code


def test_locked_pdf_is_named() -> None:
    assert code_of((RECORDED / "locked.pdf").read_bytes()) == "encrypted_file"


def test_pdf_without_pages_is_named() -> None:
    assert code_of(pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")) == "no_pages"
    code_of((RECORDED / "locked.pdf").read_bytes())  # PDFium's last error must not decide the next file
    assert code_of(pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")) == "no_pages"


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.6, 0.9])
def test_cut_pdf_is_corrupt(keep: float) -> None:
    data = (RECORDED / "hanging.pdf").read_bytes()
    assert code_of(data[: int(len(data) * keep)]) == "corrupt_file"


def test_blank_page_has_no_text() -> None:
    assert code_of(page_pdf(b"")) == "no_text"


def test_too_many_pages() -> None:
    kids = b" ".join(b"3 0 R" for _ in range(501))
    pages = b"<</Type/Pages/Kids[%s]/Count 501>>" % kids
    data = pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>")
    assert code_of(data) == "too_large"


def test_too_many_drawn_objects() -> None:
    assert code_of(page_pdf(TEXT + b"\n" + b"1 1 3 3 re f\n" * 40_100)) == "too_large"


def test_too_large_a_picture_is_refused_before_it_is_drawn() -> None:
    data = pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 27>>stream\n595 0 0 842 0 0 cm /I Do   \nendstream",
        b"<</Type/XObject/Subtype/Image/Width 20000/Height 20000/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>"
        b"stream\nabcd\nendstream",
    )
    assert code_of(data) == "too_large"


def test_xfa_and_embedded_files_are_named() -> None:
    form = page_pdf(TEXT, b"/AcroForm<</XFA(<xdp/>)/Fields[]>>")
    assert [notice.code for notice in read(form).warnings] == ["pdf_xfa_form"]
    out = io.BytesIO()
    with pypdfium2.PdfDocument(page_pdf(TEXT)) as document:
        document.new_attachment("so-tinh.xls").set_data(b"so tinh")
        document.save(out)
    assert [notice.code for notice in read(out.getvalue()).warnings] == ["pdf_embedded_files"]


def test_text_that_nobody_sees_is_left_out() -> None:
    hidden = TEXT + b" BT 3 Tr /F 12 Tf 72 650 Td (thuong muoi thang luong) Tj ET"
    assert "thuong" not in read(page_pdf(hidden)).text


def test_slanted_watermark_is_left_out() -> None:
    mark = TEXT + b" BT /F 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (BAN SAO) Tj ET"
    assert read(page_pdf(mark)).text == "Hai ben cung nhau thi hanh ban nay trong ba nam lien"

"""What a reader of the page sees, once, in order; and nothing else."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from app.reading import read
from app.reading.document import Document, ReadingError
from app.reading.docx_styles import without_bulk
from app.reading.text import fold
from tests.reading.docx_maker import docx, lines, p, package, r, tabbed, tbl

BOLD = "<w:b/>"
SAMPLES = Path(__file__).parents[2] / "samples"


def codes(document: Document) -> set[str]:
    return {notice.code for notice in document.warnings}


def test_tracked_changes_as_if_accepted() -> None:
    body = (
        f'<w:p>{r("Nghỉ ")}<w:ins w:id="1">{r("14")}</w:ins>'
        f'<w:del w:id="2"><w:r><w:delText>12</w:delText></w:r></w:del>{r(" ngày")}</w:p>'
        f'<w:moveFrom w:id="3">{p("cũ")}</w:moveFrom><w:p><w:moveFrom w:id="4">{r("đi")}</w:moveFrom>'
        f'<w:moveTo w:id="5">{r("đến")}</w:moveTo></w:p>'
    )
    document = read(docx(body))
    assert document.text == "Nghỉ 14 ngày\nđến"
    assert codes(document) == {"tracked_changes"}


def test_a_deleted_paragraph_mark_joins_paragraphs() -> None:
    body = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{r("Công ty trả ")}</w:p>' + p("đủ lương") + p("Sau")
    assert lines(body) == ["Công ty trả đủ lương", "Sau"]


def test_a_deleted_mark_at_the_end_of_a_cell_loses_nothing() -> None:
    cell = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{r("trong ô")}</w:p>'
    assert lines(tbl([["A", "B"], [cell, "2"]]) + p("ngoài")) == ["A | B", "trong ô | 2", "ngoài"]


def test_deleted_table_rows() -> None:
    deleted = tbl([["A", "B"], ["1", "2"]]).replace("<w:tr><w:tc>" + p("1"), '<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>' + p("1"))
    assert lines(deleted + p("x")) == ["A", "B", "x"]


def test_content_controls_links_fields_and_smart_tags() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('khối')}</w:sdtContent></w:sdt>"
        f"<w:p>{r('Số ')}<w:sdt><w:sdtContent>{r('05')}</w:sdtContent></w:sdt>"
        f'<w:hyperlink r:id="x">{r(" theo liên kết")}</w:hyperlink>'
        f'<w:smartTag w:element="date">{r(" ngày 1")}</w:smartTag>'
        f'<w:fldSimple w:instr="PAGE">{r(" trang 3")}</w:fldSimple>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
        f'{r("mã bị bỏ")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(" kết quả")}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{r(" hết")}</w:p>'
    )
    assert lines(body) == ["khối", "Số 05 theo liên kết ngày 1 trang 3 kết quả hết"]


def test_a_field_that_never_separates_eats_no_other_paragraph() -> None:
    assert lines('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' + p("còn nguyên")) == ["còn nguyên"]


def test_placeholder_prompts_are_no_text() -> None:
    prompt = (
        "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + r("Nhấn để nhập", '<w:rStyle w:val="PlaceholderText"/>')
        + f"</w:sdtContent></w:sdt>{r('x')}</w:p>"
    )
    assert lines(prompt) == ["x"]


def test_text_boxes_once_and_after_their_paragraph() -> None:
    inside = f"<w:txbxContent>{p('Trong hộp')}</w:txbxContent>"
    body = (
        f"<w:p>{r('Trước ')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        f"{r('sau')}</w:p>"
    )
    document = read(docx(body))
    assert document.text == "Trước sau\nTrong hộp"
    assert [line.origin for line in document.lines] == ["body", "textbox"]


def test_a_text_box_that_only_the_fallback_holds() -> None:
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='zz'><w:drawing/></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{p('Hộp cũ')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert lines(body) == ["Hộp cũ"]


def test_footnotes_follow_their_paragraph() -> None:
    notes = f'<w:footnote w:type="separator" w:id="-1">{p("---")}</w:footnote><w:footnote w:id="2">{p("Chú thích hai")}</w:footnote>'
    body = f'<w:p>{r("Phụ cấp")}<w:r><w:footnoteReference w:id="2"/></w:r>{r(" ca đêm")}</w:p>' + p("Sau")
    document = read(docx(body, footnotes=notes))
    assert document.text == "Phụ cấp ca đêm\nChú thích hai\nSau"
    assert document.lines[1].origin == "footnote"


def test_hidden_text_is_dropped_and_told() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="AnDoan"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = (
        f"<w:p>{r('thấy')}{r(' ẩn', '<w:vanish/>')}"
        + r(" ẩn", '<w:rStyle w:val="An"/>')
        + r(" rõ", '<w:vanish w:val="0"/>')
        + "</w:p>"
        + p("ẩn cả", style="AnDoan")
    )
    document = read(docx(body, styles=styles))
    assert document.text == "thấy rõ"
    assert codes(document) == {"hidden_text"}


def test_small_things_inside_runs() -> None:
    run = (
        "<w:p><w:r><w:t>một</w:t><w:tab/><w:t>hai</w:t><w:noBreakHyphen/><w:t>ba</w:t><w:softHyphen/>"
        '<w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>5</w:t></w:r>'
        "<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath></w:p>"
    )
    assert lines(run) == ["một hai-ba≥☒5x+1"]


def test_ruby_shows_its_base() -> None:
    ruby = f"<w:p><w:r><w:ruby><w:rt>{r('trên')}</w:rt><w:rubyBase>{r('gốc')}</w:rubyBase></w:ruby></w:r></w:p>"
    assert lines(ruby) == ["gốc"]


@pytest.mark.parametrize(
    ("before", "after", "want"),
    [
        ("người lao động được nghỉ", "12 ngày phép", ["người lao động được nghỉ 12 ngày phép"]),
        ("thực hiện theo quy định tại", "Điều 98 của Bộ luật", ["thực hiện theo quy định tại Điều 98 của Bộ luật"]),
        ("Hai bên thống nhất.", "Điều 5. Ăn ca", ["Hai bên thống nhất.", "Điều 5. Ăn ca"]),
        ("CHƯƠNG II", "Điều 5: Ăn ca", ["CHƯƠNG II", "Điều 5: Ăn ca"]),
        ("Điều 5. Ăn ca:", "1. Suất ăn 25.000 đồng", ["Điều 5. Ăn ca:", "1. Suất ăn 25.000 đồng"]),
        ("gồm các khoản:", "- Ăn ca", ["gồm các khoản:", "- Ăn ca"]),
        ("- Ăn ca", "- Xe đưa đón", ["- Ăn ca", "- Xe đưa đón"]),
        ("từ 12 tháng", "- 24 tháng", ["từ 12 tháng - 24 tháng"]),
        ("trường hợp sau;", "b) nghỉ ốm", ["trường hợp sau;", "b) nghỉ ốm"]),
        ("theo", "Điều 98 Bộ luật Lao động", ["theo Điều 98 Bộ luật Lao động"]),
        ("Điều 5 Ăn ca", "Điều 6 Nhà ở", ["Điều 5 Ăn ca", "Điều 6 Nhà ở"]),
        ("mức hưởng tại khoản", "1. điểm a", ["mức hưởng tại khoản 1. điểm a"]),
        ("Điều 5. Ăn giữa ca", "1. Suất ăn 25.000 đồng", ["Điều 5. Ăn giữa ca", "1. Suất ăn 25.000 đồng"]),
        ("Điều 5. Ăn giữa ca", "- Ca ngày", ["Điều 5. Ăn giữa ca", "- Ca ngày"]),
        ("Điều 5. Ăn giữa ca", "Công ty tổ chức bữa ăn", ["Điều 5. Ăn giữa ca", "Công ty tổ chức bữa ăn"]),
        ("Điều 5. Tiền lương, thưởng và", "Phụ cấp", ["Điều 5. Tiền lương, thưởng và Phụ cấp"]),
        ("Điều 5. Ăn giữa ca cho", "người làm đêm", ["Điều 5. Ăn giữa ca cho người làm đêm"]),
        ("ĐIỀU 5. TIỀN LƯƠNG,", "PHỤ CẤP", ["ĐIỀU 5. TIỀN LƯƠNG, PHỤ CẤP"]),
        ("ĐIỀU 5. CHẾ ĐỘ", "TIỀN LƯƠNG", ["ĐIỀU 5. CHẾ ĐỘ TIỀN LƯƠNG"]),
        ("ĐIỀU 5. ĂN CA", "Công ty tổ chức bữa ăn", ["ĐIỀU 5. ĂN CA", "Công ty tổ chức bữa ăn"]),
        ("1. Tiền ăn ca", "2. Tiền xăng xe", ["1. Tiền ăn ca", "2. Tiền xăng xe"]),
        ("1. Mức hưởng tại điểm a khoản", "3. Điều này", ["1. Mức hưởng tại điểm a khoản 3. Điều này"]),
    ],
)
def test_soft_line_breaks(before: str, after: str, want: list[str]) -> None:
    assert lines(f"<w:p>{r(before)}<w:r><w:br/></w:r>{r(after)}</w:p>") == want


def test_soft_line_breaks_part_the_lines_of_a_centered_title() -> None:
    body = f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{r("CỘNG HÒA XÃ HỘI")}<w:r><w:br/></w:r>{r("Độc lập - Tự do")}</w:p>'
    assert lines(body) == ["CỘNG HÒA XÃ HỘI", "Độc lập - Tự do"]


def test_bold_centered_and_heading() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:jc w:val="center"/><w:outlineLvl w:val="0"/></w:pPr>'
    styles += "<w:rPr><w:b/></w:rPr></w:style>"
    body = (
        p("Chương I", style="H")
        + f"<w:p>{r('đậm', BOLD)}{r(' thường')}</w:p>"
        + f"<w:p>{r('đậm', BOLD)}{r(' ')}{r('cả', BOLD)}</w:p>"
        + '<w:p><w:pPr><w:pStyle w:val="H"/><w:jc w:val="left"/></w:pPr>'
        + r("không đậm", '<w:b w:val="0"/>')
        + "</w:p>"
    )
    seen = [(line.bold, line.centered, line.heading) for line in read(docx(body, styles=styles)).lines]
    assert seen == [(True, True, 1), (False, False, None), (True, False, None), (False, False, 1)]


def test_pages_by_words_own_breaks_or_by_hard_breaks() -> None:
    hard = p("một") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("hai") + p("ba", props="<w:pageBreakBefore/>")
    assert [line.page for line in read(docx(hard)).lines] == [1, 2, 3]
    rendered = p("một") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>hai</w:t></w:r></w:p>'
    document = read(docx(rendered))
    assert [line.page for line in document.lines] == [1, 2]
    assert document.pages == 2


def test_contents_are_not_read_twice() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    document = read(docx(p("Điều 1. Phạm vi 3", style="T1") + p("Điều 1. Phạm vi"), styles=styles))
    assert document.text == "Điều 1. Phạm vi"
    assert codes(document) == {"contents_skipped"}
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    entry = tabbed("Điều 1. Phạm vi", "3")
    plain = p("MỤC LỤC") + p("Trợ cấp 500.000")
    document = read(docx(f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{plain}{entry}</w:sdtContent></w:sdt>" + p("Điều 1. Phạm vi")))
    assert document.text == "MỤC LỤC\nTrợ cấp 500.000\nĐiều 1. Phạm vi"


def test_strict_ooxml() -> None:
    data = docx(p("Điều 1. Phạm vi"))
    members = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            members[name] = (
                archive.read(name)
                .replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main")
                .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            )  # fmt: skip
    assert read(package(members)).text == "Điều 1. Phạm vi"


def test_the_bulk_of_styles_goes_before_parsing() -> None:
    bulk = (
        b'<w:styles><w:latentStyles a="1"><w:x/></w:latentStyles><w:style w:styleId="A"><w:tblStylePr w:type="a"><w:b/></w:tblStylePr>'
        b'<w:tblStylePr w:type="b"/><w:y/></w:style></w:styles>'
    )
    assert without_bulk(bulk) == b'<w:styles><w:style w:styleId="A"><w:y/></w:style></w:styles>'


def test_headers_and_footers_of_pages_are_no_body_text() -> None:
    document = read(docx(p("thân") + "<w:sectPr/>", footer=p("chân trang")))
    assert document.text == "thân"


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(ReadingError) as raised:
        read(docx(p() + p(" ")))
    assert raised.value.code == "no_text"


# --- whole agreements -----------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(unicodedata.normalize("NFC", text))).split()


def source_words(folder: Path, wanted: frozenset[str]) -> list[str]:
    """Every word of the source after its marks, without the letterhead and signatures, whose sides may change places."""
    out: list[str] = []
    mark = ""
    for line in (folder / "source.txt").read_text(encoding="utf-8").splitlines():
        head, _, rest = line.partition(" ")
        if line.startswith("@"):
            mark = head[1:]
        else:
            rest = line
        if mark not in wanted:
            out += words(rest)
    return out


def is_subsequence(wanted: list[str], have: list[str]) -> str:
    """Return "" when all words stand in order, else the first words that are missing."""
    at = 0
    for index, word in enumerate(wanted):
        try:
            at = have.index(word, at) + 1
        except ValueError:
            return " ".join(wanted[max(0, index - 8) : index + 3])
    return ""


FILES = sorted(path for pattern in ("*/*", "unseen/agreements/*/*") for path in SAMPLES.glob(pattern) if path.suffix in (".docx", ".doc"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_word_of_the_source_is_in_the_text_in_order(path: Path) -> None:
    document = read(path.read_bytes(), path.name)
    assert is_subsequence(source_words(path.parent, frozenset(("head", "sign"))), words(document.text)) == ""
    everything = set(words(document.text))
    assert set(source_words(path.parent, frozenset())) <= everything


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_lines_partition_the_text(path: Path) -> None:
    document = read(path.read_bytes(), path.name)
    assert "\n".join(document.line_text(line) for line in document.lines) == document.text
    for line in document.lines:
        assert document.line_text(line).startswith(line.label)
        assert " | ".join(document.text[cell.start : cell.end] for cell in line.cells) in ("", document.line_text(line))


def body_words(document: Document) -> list[str]:
    """The words between letterhead and signatures."""
    text = fold(document.text)
    return words(text[text.index("thoa uoc lao dong tap the") : text.rindex("dai dien tap the")])


def test_forms_of_one_agreement_read_the_same() -> None:
    """Typed and automatic numbers, Unicode forms, soft breaks and legacy fonts give the same words."""
    upper, auto = (read((SAMPLES / "d03-thuy-dien-nam-na" / f"docx-{form}.docx").read_bytes()) for form in ("upper", "auto"))
    assert body_words(upper) == body_words(auto)
    typed, tcvn3 = (read((SAMPLES / "d06-xe-khach-tay-bac" / f"docx-{form}.docx").read_bytes()) for form in ("typed", "tcvn3"))
    assert body_words(tcvn3) == body_words(typed)
    assert "legacy_font" in codes(tcvn3)

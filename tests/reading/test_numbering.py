"""Automatic numbers: what Word draws in front of paragraphs and never writes into them."""

from __future__ import annotations

import pytest

from app.reading import read
from app.reading.docx_formats import format_number
from tests.reading.docx_maker import abstract, docx, lvl, num, p, tbl

AGREEMENT = abstract(0, lvl(0, "Điều %1."), lvl(1, "%2."), lvl(2, "%3)", "lowerLetter"))


def lines(data: bytes) -> list[str]:
    return read(data).text.split("\n")


def test_articles_clauses_and_points() -> None:
    body = (
        p("Phạm vi", num=1, level=0)
        + p("Một", num=1, level=1)
        + p("a", num=1, level=2)
        + p("b", num=1, level=2)
        + p("Hai", num=1, level=1)
        + p("a lại", num=1, level=2)
        + p("Đối tượng", num=1, level=0)
        + p("Ba", num=1, level=1)
    )
    document = read(docx(body, numbering=AGREEMENT + num(1, 0)))
    assert document.text.split("\n") == [
        "Điều 1. Phạm vi", "1. Một", "a) a", "b) b", "2. Hai", "a) a lại", "Điều 2. Đối tượng", "1. Ba",
    ]  # fmt: skip
    assert [(line.label, line.level) for line in document.lines[:3]] == [("Điều 1.", 0), ("1.", 1), ("a)", 2)]


def test_an_empty_numbered_paragraph_keeps_its_label() -> None:
    body = p(num=1, level=0) + p("Nội dung") + p(num=1, level=0)
    assert lines(docx(body, numbering=AGREEMENT + num(1, 0))) == ["Điều 1.", "Nội dung", "Điều 2."]


def test_labels_that_lost_their_letters_on_the_way_through_rtf() -> None:
    lost = abstract(0, lvl(0, "?i?u %1."), lvl(1, "CH??NG %2 "), lvl(2, "%3?"))
    body = "".join(p("x", num=1, level=level) for level in range(3))
    assert lines(docx(body, numbering=lost + num(1, 0))) == ["Điều 1. x", "Chương 1 x", "1? x"]


def test_letters_run_as_in_word_without_d_bar() -> None:
    body = "".join(p("x", num=1, level=2) for _ in range(28))
    labels = [line.split(")")[0] for line in lines(docx(body, numbering=AGREEMENT + num(1, 0)))]
    assert labels[:6] == ["a", "b", "c", "d", "e", "f"]
    assert labels[25:] == ["z", "aa", "bb"]


def test_numbers_above_that_were_never_used_stand_at_their_start() -> None:
    numbering = abstract(0, lvl(0, "%1.", start=3), lvl(1, "%1.%2.")) + num(1, 0)
    assert lines(docx(p("x", num=1, level=1) + p("y", num=1, level=0), numbering=numbering)) == ["3.1. x", "3. y"]


def test_start_override_restarts_at_first_use_only() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = abstract(0, lvl(0, "%1.")) + num(1, 0) + num(2, 0, override)
    body = p("a", num=1, level=0) + p("b", num=1, level=0) + p("c", num=2, level=0) + p("d", num=2, level=0)
    assert lines(docx(body, numbering=numbering)) == ["1. a", "2. b", "1. c", "2. d"]


def test_lists_of_one_abstract_list_continue_each_other() -> None:
    numbering = abstract(0, lvl(0, "Điều %1.")) + num(1, 0) + num(2, 0)
    body = p("a", num=1, level=0) + p("b", num=2, level=0) + p("c", num=1, level=0)
    assert lines(docx(body, numbering=numbering)) == ["Điều 1. a", "Điều 2. b", "Điều 3. c"]


def test_override_redefines_a_level() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{lvl(0, "Mục %1:", "upperRoman", start=4)}</w:lvlOverride>'
    numbering = abstract(0, lvl(0, "%1.")) + num(1, 0, override)
    assert lines(docx(p("a", num=1, level=0), numbering=numbering)) == ["Mục IV: a"]


@pytest.mark.parametrize(("restart", "want"), [("", "1"), ('<w:lvlRestart w:val="0"/>', "2"), ('<w:lvlRestart w:val="1"/>', "1")])
def test_level_restart(restart: str, want: str) -> None:
    numbering = abstract(0, lvl(0, "Điều %1."), lvl(1, "%2.", extra=restart)) + num(1, 0)
    body = p("a", num=1, level=0) + p("b", num=1, level=1) + p("c", num=1, level=0) + p("d", num=1, level=1)
    assert lines(docx(body, numbering=numbering))[-1] == f"{want}. d"


def test_restart_after_a_named_level_only() -> None:
    """Articles (level 1) run on through chapters (level 0): lvlRestart 0; points restart after articles, not after clauses."""
    numbering = abstract(
        0,
        lvl(0, "Chương %1", "upperRoman"),
        lvl(1, "Điều %2.", extra='<w:lvlRestart w:val="0"/>'),
        lvl(2, "%3."),
        lvl(3, "%4)", "lowerLetter", extra='<w:lvlRestart w:val="2"/>'),
    ) + num(1, 0)
    body = "".join(p("x", num=1, level=level) for level in (0, 1, 2, 3, 2, 3, 1, 2, 3, 0, 1))
    labels = [line.removesuffix(" x") for line in lines(docx(body, numbering=numbering))]
    assert labels == [
        "Chương I", "Điều 1.", "1.", "a)", "2.", "b)", "Điều 2.", "1.", "a)", "Chương II", "Điều 3.",
    ]  # fmt: skip


def test_legal_numbering_shows_roman_levels_in_digits() -> None:
    numbering = abstract(0, lvl(0, "%1.", "upperRoman"), lvl(1, "%1.%2", extra="<w:isLgl/>")) + num(1, 0)
    assert lines(docx(p("a", num=1, level=0) + p("b", num=1, level=1), numbering=numbering)) == ["I. a", "1.1 b"]


def test_numbering_from_the_style_chain() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Dieu"><w:name w:val="Dieu"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '<w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="DieuCon"><w:name w:val="DieuCon"/><w:basedOn w:val="Dieu"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Khoan"><w:name w:val="Khoan"/><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = abstract(
        0, lvl(0, "Điều %1.", extra='<w:pStyle w:val="Dieu"/>'), lvl(1, "%1.%2.", extra='<w:pStyle w:val="Khoan"/>')
    ) + num(1, 0)
    body = p("a", style="Dieu") + p("b", style="Khoan") + p("c", style="DieuCon") + p("d", style="Dieu", num=0)
    document = read(docx(body, numbering=numbering, styles=styles))
    assert document.text.split("\n") == ["Điều 1. a", "1.1. b", "Điều 2. c", "d"]
    assert [line.heading for line in document.lines] == [2, None, 2, 2]


def test_numbering_style_link() -> None:
    styles = (
        '<w:style w:type="numbering" w:styleId="Ds"><w:name w:val="Ds"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
    )
    numbering = (
        abstract(0, lvl(0, "Điều %1:"), extra='<w:styleLink w:val="Ds"/>')
        + abstract(1, extra='<w:numStyleLink w:val="Ds"/>')
        + num(7, 0)
        + num(8, 1)
    )
    body = p("a", num=8, level=0) + p("b", num=7, level=0)
    assert lines(docx(body, numbering=numbering, styles=styles)) == ["Điều 1: a", "Điều 2: b"]


def test_lists_go_on_across_tables_and_into_cells() -> None:
    body = (
        p("a", num=1, level=0)
        + tbl([["STT", "Mức"], [p("x", num=2, level=0), "500.000"], [p("y", num=2, level=0), "600.000"]])
        + p("b", num=1, level=0)
    )
    numbering = AGREEMENT + abstract(5, lvl(0, "%1")) + num(1, 0) + num(2, 5)
    assert lines(docx(body, numbering=numbering)) == ["Điều 1. a", "STT | Mức", "1 x | 500.000", "2 y | 600.000", "Điều 2. b"]


def test_typed_and_automatic_numbers_stand_side_by_side() -> None:
    body = p("a", num=1, level=0) + p("1. gõ tay") + p("b", num=1, level=0)
    document = read(docx(body, numbering=AGREEMENT + num(1, 0)))
    assert document.text.split("\n") == ["Điều 1. a", "1. gõ tay", "Điều 2. b"]
    assert [line.label for line in document.lines] == ["Điều 1.", "", "Điều 2."]


def test_bullets() -> None:
    numbering = abstract(0, lvl(0, "\uf0b7", "bullet"), lvl(1, "-", "bullet"), lvl(2, "o", "bullet")) + num(1, 0)
    body = "".join(p("x", num=1, level=level) for level in (0, 1, 2)) + p(num=1, level=0)
    assert lines(docx(body, numbering=numbering)) == ["• x", "- x", "• x"]


def test_deleted_and_hidden_paragraphs_do_not_count() -> None:
    deleted = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        '<w:del w:id="2"><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>'
    )
    body = p("a", num=1, level=0) + deleted + p("b", num=1, level=0)
    assert lines(docx(body, numbering=AGREEMENT + num(1, 0))) == ["Điều 1. a", "Điều 2. b"]


def test_a_label_that_touches_its_text() -> None:
    numbering = abstract(0, lvl(0, "Điều %1", extra='<w:suff w:val="nothing"/>')) + num(1, 0)
    assert lines(docx(p(": Phạm vi", num=1, level=0) + p("Tên", num=1, level=0), numbering=numbering)) == [
        "Điều 1: Phạm vi",
        "Điều 2 Tên",
    ]


def test_unknown_and_circular_lists_are_no_lists() -> None:
    numbering = abstract(1, extra='<w:numStyleLink w:val="Vong"/>') + num(8, 1)
    styles = '<w:style w:type="numbering" w:styleId="Vong"><w:basedOn w:val="Vong"/>'
    styles += '<w:pPr><w:numPr><w:numId w:val="8"/></w:numPr></w:pPr></w:style>'
    assert lines(docx(p("a", num=8, level=0) + p("b", num=99, level=0), numbering=numbering, styles=styles)) == ["a", "b"]


@pytest.mark.parametrize(
    ("count", "name", "want"),
    [
        (4, "upperRoman", "IV"), (1999, "lowerRoman", "mcmxcix"), (4000, "upperRoman", "4000"), (0, "lowerLetter", ""),
        (27, "upperLetter", "AA"), (7, "decimalZero", "07"), (12, "decimalZero", "12"), (21, "ordinal", "21st"),
        (12, "ordinal", "12th"), (21, "vietnameseCounting", "hai mươi mốt"), (15, "vietnameseCounting", "mười lăm"),
        (21, "cardinalText", "Twenty-one"), (20, "ordinalText", "Twentieth"), (22, "ordinalText", "Twenty-second"),
        (5, "none", ""), (5, "numberInDash", "- 5 -"), (5, "aiueo", "5"), (255, "hex", "FF"), (5, "chicago", "**"),
    ],
)  # fmt: skip
def test_formats(count: int, name: str, want: str) -> None:
    assert format_number(count, name) == want


def test_custom_format_in_alternate_content() -> None:
    fmt = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="9"/>{fmt}<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    )
    assert lines(docx(p("a", num=1, level=0) + p("b", num=1, level=0), numbering=numbering + num(1, 0))) == ["009. a", "010. b"]

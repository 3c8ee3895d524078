"""The building blocks of an official Vietnamese document in Word (Nghị định 30/2020/NĐ-CP, Phụ lục I), over python-docx.

A4, margins 20/20/30/15 mm, Times New Roman, page number in the middle of the head from the second page on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.reports.form import storable

FONT = "Times New Roman"
TEXT_WIDTH = 165.0  # millimetres between the margins
Align = Literal["left", "center", "right", "both"]
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def new_document(title: str, font: str = FONT) -> Any:
    """An empty A4 document with the margins, the font and the page numbers of the decree."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.alignment = _ALIGN["center"]
    _page_number(head)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = font, Pt(13)
    fonts = normal.element.rPr.rFonts
    for script in ("w:eastAsia", "w:cs", "w:hAnsi", "w:ascii"):
        fonts.set(qn(script), font)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    properties = document.core_properties
    properties.title, properties.author, properties.language, properties.comments = title, "Thước", "vi-VN", ""
    return document


def write(
    paragraph: Any,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
    align: Align | None = None,
) -> Any:
    """Add a run of text to a paragraph and return the paragraph."""
    run = paragraph.add_run(storable(text))
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)
    if align:
        paragraph.alignment = _ALIGN[align]
    return paragraph


def space(paragraph: Any, before: float = 0, after: float = 0, *, keep_with_next: bool = False) -> Any:
    """Points before and after a paragraph."""
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = keep_with_next or None
    return paragraph


def ruled(paragraph: Any, width: float, within: float, below: float = 2) -> Any:
    """Make an empty paragraph a thin line of `width` millimetres in the middle of `within`, `below` points under what is above it."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((within - width) / 2)
    form.space_before, form.space_after, form.line_spacing = Pt(below), Pt(0), Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )
    return paragraph


def dotted(paragraph: Any) -> Any:
    """A dotted line to write on, from margin to margin."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    paragraph.add_run("\t")
    return paragraph


def table(document: Any, widths: Sequence[float], *, borders: bool = True, padding: float = 1.2) -> Any:
    """A table of fixed column widths in millimetres, without rows; `padding` is left and right of each cell."""
    made = document.add_table(rows=0, cols=len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    properties = made._tbl.tblPr
    _full_width(properties, sum(widths))
    if borders:
        properties.append(_borders())
    margins = OxmlElement("w:tblCellMar")
    for side, millimetres in (("top", 0.7), ("left", padding), ("bottom", 0.7), ("right", padding)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(int(Mm(millimetres) / 635)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.append(margins)
    return made


def row(made: Any, *, header: bool = False, split: bool = False) -> list[Any]:
    """Add a row and return its cells; a `header` row stands again on every page, others stay whole unless `split`."""
    added = made.add_row()
    properties = added._tr.get_or_add_trPr()
    if not split:
        properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    cells = list(added.cells)
    for cell, column in zip(cells, made.columns, strict=True):
        cell.width = column.width
    return cells


def shade(cells: Sequence[Any], colour: str) -> None:
    """Give cells a background (RRGGBB)."""
    for cell in cells:
        fill = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
            fill.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(fill)


def first(cell: Any) -> Any:
    """The empty paragraph that every cell begins with."""
    return cell.paragraphs[0]


def _full_width(properties: Any, millimetres: float) -> None:
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(int(Mm(millimetres) / 635)))


def _borders() -> Any:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    return borders


def _page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._r.append(instruction)

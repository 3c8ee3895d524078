"""PDF → Document: text layer through pypdfium2, scanned and broken pages through OCR, one Document for both.

Reads PDF bytes; writes `Document` (method "pdf_text", or "ocr" when most pages were recognised). Raises ReadingError: encrypted_file,
corrupt_file, no_pages, too_large, missing_program, no_text.
"""

from __future__ import annotations

from app.reading.document import Document, DocumentBuilder, Notice
from app.reading.pdf_furniture import drop_furniture
from app.reading.pdf_geometry import Block, PageContent, Table, TextLine, rows_of
from app.reading.pdf_lines import page_lines
from app.reading.pdf_page import PageReader, open_pdf
from app.reading.pdf_paragraphs import Paragraph, measure, paragraphs
from app.reading.tables_pdf import join_tables, take_tables

MEDIA_TYPE = "application/pdf"


def read_pdf(data: bytes, *, sha256: str, filename: str = "") -> Document:
    document = open_pdf(data)
    reader = PageReader()
    pages = [reader.read(document[at], at + 1) for at in range(len(document))]
    builder = DocumentBuilder()
    write_pages(builder, pages)
    return builder.build(
        method="pdf_text", media_type=MEDIA_TYPE, pages=len(pages), sha256=sha256, filename=filename, warnings=()
    )


def write_pages(builder: DocumentBuilder, pages: list[PageContent]) -> None:
    """Lay out the pages and write their paragraphs and tables into `builder`."""
    columns = 1
    ruled: list[list[Block]] = []
    rows = []
    for page in pages:
        blocks, words, columns = take_tables(page, columns)
        ruled.append(blocks)
        rows.append(rows_of(words))
    rows = drop_furniture(pages, rows)
    blocks = []
    for page, own, page_rows in zip(pages, ruled, rows, strict=True):
        laid, columns = page_lines(page, page_rows, columns)
        blocks += _by_height(own, laid)
    blocks = join_tables(blocks)
    lines = [block for block in blocks if isinstance(block, TextLine)]
    set_margins(lines, pages)
    habits = measure(lines)
    number = 0
    run: list[TextLine] = []
    for block in blocks:
        if isinstance(block, TextLine):
            run.append(block)
            continue
        _write_paragraphs(builder, paragraphs(run, habits))
        run = []
        _write_table(builder, block, number)
        number += 1
    _write_paragraphs(builder, paragraphs(run, habits))


def _by_height(ruled: list[Block], laid: list[Block]) -> list[Block]:
    """Merge the ruled tables of a page into its other blocks; columns of one region stay together."""
    out: list[Block] = []
    waiting = list(ruled)
    for at, block in enumerate(laid):
        inside = isinstance(block, TextLine) and at and isinstance(laid[at - 1], TextLine) and block.column
        while waiting and not inside and _top(waiting[0]) < _top(block):
            out.append(waiting.pop(0))
        out.append(block)
    return out + waiting


def _top(block: Block) -> float:
    return block.top if isinstance(block, Table) else block.baseline


def set_margins(lines: list[TextLine], pages: list[PageContent]) -> None:
    """Set the margins of the body lines: one frame for all text pages of a size, one for each scanned page."""
    groups: dict[tuple[object, ...], list[TextLine]] = {}
    for line in lines:
        if line.column == 0:
            page = pages[line.page - 1]
            key = (line.page,) if page.recognised else (round(page.width), round(page.height))
            groups.setdefault(key, []).append(line)
    for group in groups.values():
        starts = sorted(line.x0 for line in group)
        ends = sorted((line.x1 for line in group), reverse=True)
        rank = 0 if len(group) < 20 else max(1, len(group) // 200)
        left, right = starts[rank], ends[rank]
        edges: dict[int, list[float]] = {}
        for line in group:
            edges.setdefault(round(line.x0 / 3), []).append(line.x1)
        shared = {
            at
            for at, ends in edges.items()
            if len(ends) >= max(4, 0.03 * len(group)) and max(ends) - min(ends) > 0.2 * (right - left)
        }
        for line in group:
            line.left, line.right = left, right
            line.flush = round(line.x0 / 3) in shared


def _write_paragraphs(builder: DocumentBuilder, found: list[Paragraph]) -> None:
    for item in found:
        builder.paragraph(
            item.text, page=item.page, bold=item.bold, centered=item.centered, confidence=round(item.confidence, 3)
        )


def _write_table(builder: DocumentBuilder, table: Table, number: int) -> None:
    width = len(table.edges) - 1
    heads = [""] * width
    for at, row in enumerate(table.rows):
        cells = [(text, column, "" if row.header else heads[column]) for text, column, _ in row.cells]
        if row.header:
            for text, column, span in row.cells:
                for covered in range(column, min(width, column + span)):
                    heads[covered] = f"{heads[covered]} {text}".strip()
        builder.row(
            cells, page=row.page, table=number, row=at, header=row.header, confidence=round(row.confidence, 3)
        )

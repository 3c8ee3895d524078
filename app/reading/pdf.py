"""PDF → Document: text layer through pypdfium2, scanned and broken pages through OCR, one Document for both.

Reads PDF bytes; writes `Document` (method "pdf_text", or "ocr" when most pages were recognised). Raises ReadingError: encrypted_file,
corrupt_file, no_pages, too_large, missing_program, no_text.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import pypdfium2

from app.reading.document import Document, DocumentBuilder, Notice, ReadingError
from app.reading.docx_blocks import Cell as DocxCell
from app.reading.docx_blocks import Paragraph as DocxParagraph
from app.reading.docx_blocks import Row as DocxRow
from app.reading.docx_tables import CellText, Grid, header_rows, headers_above
from app.reading.ocr import Gray, Progress, Recognise, in_parallel, processes, tesseract
from app.reading.ocr_image import scale_of, to_gray
from app.reading.ocr_labels import repair_numbering
from app.reading.ocr_page import read_image
from app.reading.ocr_repair import repair_pages
from app.reading.pdf_drawings import page_image
from app.reading.pdf_furniture import drop_furniture
from app.reading.pdf_geometry import Block, PageContent, Table, TextLine, rows_of
from app.reading.pdf_lines import page_lines
from app.reading.pdf_page import READABLE, PageReader, notices, open_pdf
from app.reading.pdf_paragraphs import Paragraph, measure, paragraphs
from app.reading.pdf_regions import Row, Span, margins_of
from app.reading.tables_pdf import join_tables, take_tables

MEDIA_TYPE = "application/pdf"
_FRAME_LINES = 10  # lines that show a page's margins
_FEW = 40  # characters: a page number or a stamp over a scan is no text layer


def read_pdf(
    data: bytes,
    *,
    sha256: str,
    filename: str = "",
    recognise: Recognise = tesseract,
    progress: Progress | None = None,
) -> Document:
    """Read a PDF. `recognise` reads page images (tests replay recorded output); `progress` hears of every recognised page."""
    document = open_pdf(data)
    try:
        reader = PageReader()
        pages = [reader.read(document[at], at + 1) for at in range(len(document))]
        scanned = [page.number for page in pages if needs_ocr(page)]
        warnings = notices(document)
        if scanned:
            for page in recognise_pages(_drawn(document, scanned), len(scanned), recognise, progress):
                pages[page.number - 1] = page
    finally:
        document.close()
    return write_document(pages, scanned, media_type=MEDIA_TYPE, sha256=sha256, filename=filename, warnings=tuple(warnings))


def needs_ocr(page: PageContent) -> bool:
    """Whether a page's text layer is missing or cannot be believed, and the page shows something to recognise."""
    if sum(len(word.text) for word in page.words) < _FEW:
        return page.pictures
    return page.quality < READABLE


def _drawn(document: pypdfium2.PdfDocument, numbers: list[int]) -> Iterator[tuple[int, Gray]]:
    for number in numbers:
        page = document[number - 1]
        width, height = page.get_size()
        yield number, to_gray(page_image(page, scale_of(width, height)))


def recognise_pages(images: Iterator[tuple[int, Gray]], total: int, recognise: Recognise, progress: Progress | None) -> list[PageContent]:
    """Recognise page images, one process a core, in order."""
    workers = min(processes(), total)
    return in_parallel(images, lambda item: read_image(item[0], item[1], recognise), workers, total, progress)


def write_document(
    pages: list[PageContent],
    scanned: list[int],
    *,
    media_type: str,
    sha256: str,
    filename: str,
    warnings: tuple[Notice, ...] = (),
) -> Document:
    """Lay out pages of text and of scans and build the Document."""
    if not any(page.words for page in pages):
        raise ReadingError("no_text", "Không đọc được chữ nào trong tệp. Hãy quét lại rõ hơn hoặc gửi bản Word, PDF có chữ.")
    notices = [*warnings, *repair_pages(pages)]
    builder = DocumentBuilder()
    write_pages(builder, pages)
    return builder.build(
        method="ocr" if 2 * len(scanned) > len(pages) else "pdf_text",
        media_type=media_type,
        pages=len(pages),
        sha256=sha256,
        filename=filename,
        warnings=tuple(notices),
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
    kept = drop_furniture(pages, rows)
    if any(kept) or any(ruled):  # else the same line on every page is all that the file says
        rows = kept
    blocks = []
    margins = _margins(pages, rows)
    for page, own, page_rows, edges in zip(pages, ruled, rows, margins, strict=True):
        laid, columns = page_lines(page, page_rows, edges, columns)
        blocks += _by_height(own, laid)
    blocks = join_tables(blocks)
    for block in blocks:
        if isinstance(block, Table) and pages[block.page - 1].recognised:
            repair_numbering(block)
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


def _margins(pages: list[PageContent], rows: list[list[Row]]) -> list[Span]:
    """The margins of each page: those of all text pages of its size, or its own where a full page was scanned."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    keys: list[tuple[object, ...]] = []
    for page, own in zip(pages, rows, strict=True):
        full = page.recognised and len(own) >= 12
        keys.append((page.number,) if full else (round(page.width / 10), round(page.height / 10)))
        groups.setdefault(keys[-1], []).extend(own)
    found = {key: margins_of(group) for key, group in groups.items()}
    return [found[key] for key in keys]


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
    """Set the margins of the body lines: one frame for all text pages of a size, one for each scanned page.

    A frame of few lines shows no margins of its own: it takes those of its neighbours, or of a usual page.
    """
    groups: dict[tuple[object, ...], list[TextLine]] = {}
    for line in lines:
        if line.column == 0:
            page = pages[line.page - 1]
            place: tuple[object, ...] = (line.page,) if page.recognised else (round(page.width), round(page.height))
            groups.setdefault(place, []).append(line)
    frames: dict[tuple[object, ...], Span] = {}
    for key, group in groups.items():
        starts = sorted(line.x0 for line in group)
        ends = sorted((line.x1 for line in group), reverse=True)
        rank = 0 if len(group) < 20 else max(1, len(group) // 200)
        frames[key] = starts[rank], ends[rank]
    sure = [frames[key] for key, group in groups.items() if len(group) >= _FRAME_LINES]
    for key, group in groups.items():
        left, right = frames[key]
        if len(group) < _FRAME_LINES:
            width = pages[group[0].page - 1].width
            left = min(left, median(frame[0] for frame in sure) if sure else 0.14 * width)
            right = max(right, median(frame[1] for frame in sure) if sure else 0.88 * width)
        if right < 0.75 * pages[group[0].page - 1].width:  # nothing but short lines
            right = 0.88 * pages[group[0].page - 1].width
        _set_frame(group, left, right)


def _set_frame(group: list[TextLine], left: float, right: float) -> None:
    edges: dict[int, list[float]] = {}
    for line in group:
        edges.setdefault(round(line.x0 / 3), []).append(line.x1)
    shared = {at for at, ends in edges.items() if len(ends) >= max(4, 0.03 * len(group)) and max(ends) - min(ends) > 0.2 * (right - left)}
    for line in group:
        line.left, line.right = left, right
        line.flush = round(line.x0 / 3) in shared


def _write_paragraphs(builder: DocumentBuilder, found: list[Paragraph]) -> None:
    for item in found:
        builder.paragraph(item.text, page=item.page, bold=item.bold, centered=item.centered, confidence=round(item.confidence, 3))


def _write_table(builder: DocumentBuilder, table: Table, number: int) -> None:
    seen = _as_grid(table)
    count = header_rows(seen)
    for at, (row, texts) in enumerate(zip(table.rows, seen.rows, strict=True)):
        header = at < count
        cells = [(cell.text, cell.column, "" if header else headers_above(seen, count, cell.column, cell.span)) for cell in texts]
        builder.row(cells, page=row.page, table=number, row=at, header=header, confidence=round(row.confidence, 3))


def _as_grid(table: Table) -> Grid:
    """The table as the reader of Word files sees it, so that both find the same headers."""
    rows, sources = [], []
    for row in table.rows:
        cells = []
        for found in row.cells:
            block = DocxParagraph([], bold=found.bold, lines=[found.text] if found.text else [])
            cell = DocxCell(found.column, found.span, [block], found.continues, found.restarts)
            cells.append(CellText(found.column, found.span, found.text, block.lines or [], cell))
        rows.append(cells)
        sources.append(DocxRow([cell.cell for cell in cells]))
    return Grid(rows, sources, len(table.edges) - 1)

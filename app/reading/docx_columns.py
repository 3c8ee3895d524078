"""Columns typed with tabs: tables nobody drew, and signatures side by side.

Reads runs of tabbed paragraphs; writes `Table` blocks in their place where the lines line up: rows below a header become a data table,
two sides set far apart become a layout table that reads the left side, then the right. All other tabs stay the spaces they look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from app.reading.docx_blocks import Block, Cell, Paragraph, Row, Table
from app.reading.docx_tables import grid, header_rows
from app.reading.text import clean

Text = Callable[[Paragraph], str]

_GAP = re.compile(r"[ ]*\t[\t ]*")
_FAR = re.compile(r"\t[ ]*\t|[ ]*\t {3,}")
_FIGURE = re.compile(r"\d")
# A typed label with a tab behind it is no column: "1.", "5.1", "a)", "-", "Điều 5.", "Chương II".
_LABEL = re.compile(r"\d+(?:\.\d+)*[.)]?|[a-zđ][.)]|[-–—+*•]|(?:điều|chương|mục|phần|phụ lục) .{1,6}", re.IGNORECASE)
_MAX_SIDE = 90  # characters of one side of a signature


def regroup(blocks: list[Block], text: Text) -> list[Block]:
    """Return the blocks with tabbed columns as tables. `text` gives a paragraph's decoded text, tabs kept."""
    if not any(isinstance(block, Paragraph) and block.tabs for block in blocks):
        return blocks
    out: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.tabs and not block.label and "\t" in text(block).strip():
            run.append(block)
            continue
        out.extend(_tables(run, text))
        run = []
        out.append(block)
    out.extend(_tables(run, text))
    return out


def _tables(run: list[Paragraph], text: Text) -> list[Block]:
    """Split a run of tabbed paragraphs into stretches of equal width and turn those that are tables into tables."""
    out: list[Block] = []
    at = 0
    while at < len(run):
        rows = _stretch(run[at:], text)
        taken = len(rows)
        table = _data(run[at : at + taken], rows) if taken > 1 else None
        if table is None:
            pairs: list[tuple[str, str]] = []
            while at + len(pairs) < len(run) and (sides := _sides(text(run[at + len(pairs)]))):
                pairs.append(sides)
            taken = len(pairs)
            table = _beside(run[at : at + taken], pairs) if pairs else None
        out.append(table or run[at])
        at += taken if table else 1
    return out


def _stretch(run: list[Paragraph], text: Text) -> list[list[str]]:
    """Return the cells of the longest beginning of the run that has as many cells in each line."""
    for split in (lambda line: line.split("\t"), _GAP.split):
        rows: list[list[str]] = []
        for paragraph in run:
            cells = [clean(cell) for cell in split(text(paragraph).strip())]
            if rows and len(cells) != len(rows[0]):
                break
            rows.append(cells)
        if len(rows) > 1 and all(rows[0]):
            return rows
    return []


def _data(paragraphs: list[Paragraph], rows: list[list[str]]) -> Table | None:
    """Return the data table these rows are: a header, and figures below it; None where they are none."""
    width = len(rows[0])
    if not all(rows[0]) or (width == 2 and len(rows) < 3) or any(len(cell) > 200 for row in rows for cell in row):
        return None
    below = rows[1:]
    if not any(2 * sum(bool(_FIGURE.search(row[column])) for row in below) >= len(below) for column in range(1, width)):
        return None
    if any(":" in cell or _FIGURE.match(cell) or _LABEL.fullmatch(cell) for cell in rows[0]):
        return None
    if width == 2 and any(_LABEL.fullmatch(row[0]) for row in below):
        return None
    table = Table([_row(paragraph, cells) for paragraph, cells in zip(paragraphs, rows, strict=True)], True, paragraphs[0].page)
    table.origin = paragraphs[0].origin
    return table if header_rows(grid(table, lambda paragraph: paragraph.lines or [])) else None


def _row(paragraph: Paragraph, cells: list[str]) -> Row:
    return Row([Cell(column, 1, [_piece(paragraph, cell)]) for column, cell in enumerate(cells)])


def _piece(paragraph: Paragraph, text: str) -> Paragraph:
    return Paragraph(
        [(text, "")],
        bold=paragraph.bold,
        centered=paragraph.centered,
        page=paragraph.page,
        origin=paragraph.origin,
        lines=[text] if text else [],
    )


def _sides(text: str) -> tuple[str, str] | None:
    """Return the two sides of a line set far apart ("GIÁM ĐỐC        CHỦ TỊCH"), None for any other line."""
    text = text.strip()
    if not _FAR.search(text):
        return None
    cells = [clean(cell) for cell in _GAP.split(text)]
    if len(cells) != 2 or not all(cells) or max(map(len, cells)) > _MAX_SIDE:
        return None
    left, right = cells
    if _LABEL.fullmatch(left) or left.endswith((":", ",")):
        return None
    return (left, right) if right[0].isalnum() or right[0] in '("“' else None


def _beside(paragraphs: list[Paragraph], rows: list[tuple[str, str]]) -> Table:
    columns = [Cell(side, 1, [_piece(paragraph, row[side]) for paragraph, row in zip(paragraphs, rows, strict=True)]) for side in (0, 1)]
    return Table([Row(columns)], False, paragraphs[0].page, paragraphs[0].origin)

"""Data or layout: what a table of a Word file is for, which of its rows are headers, and how its cells read.

Reads `Table` blocks and the lines of their cells; writes decisions. A data table becomes rows whose cells know their headers; a layout
table (letterhead, signature block, a whole agreement typed into two columns) is read as the paragraphs it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.reading.docx_blocks import Block, Cell, Paragraph, Row, Table

Reader = Callable[[Paragraph], list[str]]

_MANY_PARAGRAPHS = 15  # no cell of a data table holds as many
_LONG = 200  # characters: longer cells are prose
_REPEAT = 120  # a vertically merged cell up to this long is repeated in each row it rules
_ARTICLE = re.compile(r"(?:điều|chương|phần|mục) +(?:\d{1,3}|[ivxlc]{1,6})\b(?P<rest>.*)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[~≥≤<>±]? *\d")


@dataclass(slots=True)
class CellText:
    """A cell as read: grid column, span, text, its paragraphs' lines."""

    column: int
    span: int
    text: str
    lines: list[str]
    cell: Cell


@dataclass(slots=True)
class Grid:
    """A table with its texts. `rows` has only rows that show something."""

    rows: list[list[CellText]]
    sources: list[Row]
    width: int


def grid(table: Table, read: Reader) -> Grid:
    """Read every cell once; a vertically merged cell is repeated in the rows it rules, when it is short."""
    rows: list[list[CellText]] = []
    sources: list[Row] = []
    width = 0
    above: dict[int, CellText] = {}
    for source in table.rows:
        cells: list[CellText] = []
        for cell in source.cells:
            if cell.continues and cell.column in above:
                merged = above[cell.column]
                text = merged.text if len(merged.text) <= _REPEAT else ""
                cells.append(CellText(cell.column, cell.span, text, [], cell))
                continue
            lines = cell_lines(cell.blocks, read)
            found = CellText(cell.column, cell.span, " ".join(lines), lines, cell)
            cells.append(found)
            above[cell.column] = found
            width = max(width, cell.column + cell.span)
        if any(cell.lines for cell in cells):
            rows.append(cells)
            sources.append(source)
    return Grid(rows, sources, width)


def cell_lines(blocks: list[Block], read: Reader) -> list[str]:
    """Return every line of a cell, those of nested tables included, in reading order."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    lines.extend(cell_lines(cell.blocks, read))
        else:
            lines.extend(read(block))
    return lines


def is_data(table: Table, seen: Grid) -> bool:
    """Whether the table is a table of data."""
    filled = [[cell for cell in row if cell.text] for row in seen.rows]
    if len(filled) < 2 or max(map(len, filled), default=0) < 2:
        return False
    cells = [cell for row in filled for cell in row]
    if any(len(cell.lines) >= _MANY_PARAGRAPHS for cell in cells):
        return False
    if _is_prose(filled):
        return False
    if table.bordered:
        return True
    return _is_data_without_lines(seen)


def _is_prose(rows: list[list[CellText]]) -> bool:
    """An agreement typed into a table: articles stand in its cells, with their text behind or beside them."""
    beside = 0
    for row in rows:
        for index, cell in enumerate(row):
            opened = [match for line in cell.lines if (match := _ARTICLE.match(line))]
            if not opened:
                continue
            if len(cell.lines) >= 3 and any(match["rest"].strip(" .:–-") for match in opened):
                return True
            alone = len(cell.lines) <= 2
            if alone and any(len(other.text) > _LONG or len(other.lines) > 2 for other in row[index + 1 :]):
                beside += 1
    return beside >= 2


def _is_data_without_lines(seen: Grid) -> bool:
    """Without drawn lines only a header above figures makes a table: letterheads and signatures have neither."""
    if len(seen.rows) < 3 and seen.width < 3:
        return False
    first, below = seen.rows[0], seen.rows[1:]
    if seen.sources[0].header:
        return True
    texts = [cell.text for cell in first]
    if not all(texts) or len(texts) < 2 or any(":" in text or len(text) > 80 or _FIGURE.match(text) for text in texts):
        return False
    if any(len(cell.text) > _LONG for row in below for cell in row):
        return False
    columns = {cell.column for cell in first}
    regular = sum({cell.column for cell in row} == columns for row in below) >= 0.8 * len(below)
    figures = any(_share(below, cell.column, _is_figure) >= 0.5 for cell in first)
    return regular and figures and not mostly_centered(seen)


def mostly_centered(seen: Grid) -> bool:
    """Whether most paragraphs are centered, as in letterheads and signature blocks."""
    found = [
        block.centered for row in seen.rows for cell in row for block in cell.cell.blocks if isinstance(block, Paragraph) and block.lines
    ]
    return bool(found) and 2 * sum(found) > len(found)


def header_rows(seen: Grid) -> int:
    """Return how many rows at the top of a data table are its header, 0 where it has none."""
    marked = 0
    for source in seen.sources:
        if not source.header:
            break
        marked += 1
    if 0 < marked < len(seen.rows):
        return marked
    if not _is_header(seen):
        return 0
    first = seen.rows[0]
    count = 1
    split = any(cell.span > 1 for cell in first) and len(first) > 1
    tall = any(cell.cell.restarts for cell in first)
    while count < len(seen.rows) - 1 and (split or tall):
        row = seen.rows[count]
        under = tall and any(cell.cell.continues for cell in row) and not all(cell.cell.continues for cell in row)
        under = under and any(not first_cell.cell.restarts for first_cell in first)
        if not (under or (split and not tall and not any(_is_figure(cell.text) for cell in row))):
            break
        count += 1
        break
    if count < len(seen.rows) - 1 and _is_numbering(seen.rows[count]):
        count += 1
    return count


def _is_header(seen: Grid) -> bool:
    first, below = seen.rows[0], seen.rows[1:]
    texts = [cell.text for cell in first if cell.text]
    if len(texts) < 2 or any(len(text) > 150 for text in texts):
        return False
    if _stands_out(first) and not _stands_out(below[0]):
        return True
    clashes = [cell for cell in first if _is_figure(cell.text) and _share(below, cell.column, _is_figure) >= 0.5]
    if clashes:  # conditions across the top of a few rows, or simply data
        leading = _share(seen.rows, first[0].column, _is_figure) == 0
        return leading and seen.width >= 3 and len(seen.rows) <= 3
    if any(_share(below, cell.column, _is_figure) >= 0.5 for cell in first):
        return True
    if not any(map(_DIGIT.search, texts)) and any(_share(below, cell.column, _has_digit) >= 0.5 for cell in first[1:]):
        return True
    average = sum(len(cell.text) for row in below for cell in row) / len(below)
    return seen.width >= 3 or sum(map(len, texts)) < 0.7 * average


def headers_above(seen: Grid, count: int, column: int, span: int) -> str:
    """Return the header texts over these columns, from the top, joined with " / "."""
    found: list[str] = []
    for row in seen.rows[:count]:
        if _is_numbering(row):
            continue
        for cell in row:
            if cell.column < column + span and column < cell.column + cell.span and cell.text and cell.text not in found:
                found.append(cell.text)
    return " / ".join(found)


def _is_figure(text: str) -> bool:
    """Whether a cell is a value: it begins with a digit, or a third of what it says is digits."""
    if _FIGURE.match(text):
        return True
    letters = sum(map(str.isalnum, text))
    return letters > 0 and 3 * sum(map(str.isdigit, text)) > letters


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _share(rows: list[list[CellText]], column: int, test: Callable[[str], bool]) -> float:
    texts = [cell.text for row in rows for cell in row if cell.column == column and cell.text]
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _is_numbering(row: list[CellText]) -> bool:
    """The row "(1) | (2) | (3)" or "A | B | 1 | 2" under a header."""
    texts = [cell.text.strip("() ") for cell in row if cell.text]
    return len(texts) >= 3 and all(len(text) <= 2 for text in texts) and any(text == "1" for text in texts)


def _stands_out(row: list[CellText]) -> bool:
    """Whether every cell of the row is bold or shaded."""
    filled = [cell for cell in row if cell.text]
    return bool(filled) and all(
        cell.cell.shaded or all(block.bold for block in cell.cell.blocks if isinstance(block, Paragraph) and block.lines) for cell in filled
    )

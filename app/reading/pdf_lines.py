"""Visual rows of a page → lines in reading order: side-by-side blocks column by column, aligned columns as tables.

Reads rows of words (no tables, no furniture); writes `TextLine` and unruled `Table` blocks from top to bottom. A letterhead or signature
block is two columns of centred lines; two columns of running text are prose; three rows or more whose pieces stand flush under each other
are a table without rulings.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from app.reading.pdf_geometry import Block, PageContent, Table, TableCell, TableRow, TextLine
from app.reading.pdf_regions import Row, Span, find_region, piece_of, rivers, wraps
from app.reading.tables_pdf import cell_text


@dataclass(slots=True)
class _Columns:
    """Lines side by side: the pieces of each column, top to bottom."""

    columns: list[list[Row]]
    prose: bool


def page_lines(page: PageContent, rows: list[Row], margins: Span, columns_from: int) -> tuple[list[Block], int]:
    """Return the blocks of one page, top to bottom, and the next free column number. `margins`: left and right edge of the text."""
    blocks: list[Block] = []
    at = start = 0  # start: the first row not yet written
    beside: _Columns | None = None  # a letterhead or signature block that may go on
    while at < len(rows):
        region = find_region(rows, at, start, margins)
        if region is None:
            at += 1
            continue
        first, last, corridors = region
        found = _judge(rows[first:last], corridors, page, margins)
        goes_on = isinstance(found, _Columns) and beside is not None and first == start and not (found.prose or beside.prose)
        if beside is not None and not (goes_on and len(found.columns) == len(beside.columns)):  # type: ignore[union-attr]
            columns_from = _write_columns(blocks, beside, page, columns_from)
            beside = None
        blocks.extend(_line(row, page) for row in rows[start:first])
        if not isinstance(found, _Columns):
            blocks.extend(found)
        elif beside is not None:
            beside.columns = [one + two for one, two in zip(beside.columns, found.columns, strict=True)]
        else:
            beside = found
        at = start = last
    if beside is not None:
        columns_from = _write_columns(blocks, beside, page, columns_from)
    blocks.extend(_line(row, page) for row in rows[start:])
    return blocks, columns_from


def _line(row: Row, page: PageContent) -> TextLine:
    return TextLine(row, page.number, recognised=page.recognised)


def _judge(rows: list[Row], corridors: list[Span], page: PageContent, margins: Span) -> _Columns | list[Block]:
    """What a region is: columns, a table, or lines of the body set with tabs."""
    corridors = rivers(rows, corridors)
    pieces = [[piece_of(row, corridors, c) for c in range(len(corridors) + 1)] for row in rows]
    full = [row for row in pieces if sum(map(bool, row)) > 1]
    capitals = all(word.text.isupper() for word in rows[0])
    if len(rows) == 1 and rows[0][0].x0 <= margins[0] + 0.5 * rows[0][0].size and not capitals:
        return [_line(rows[0], page)]  # tabs inside one line of text
    prose = _is_prose(full, corridors, margins)
    if not prose and _is_table(full):
        return [_aligned_table(pieces, corridors, page, margins)]
    if not prose and _named_values(full, margins):
        return [_line(row, page) for row in rows]
    return _Columns([[row[c] for row in pieces if row[c]] for c in range(len(corridors) + 1)], prose)


def _write_columns(blocks: list[Block], found: _Columns, page: PageContent, columns_from: int) -> int:
    for own in found.columns:
        if not own:
            continue
        low, high = min(piece[0].x0 for piece in own), max(piece[-1].x1 for piece in own)
        for piece in own:
            blocks.append(TextLine(piece, page.number, columns_from, low, high, found.prose, page.recognised))
        columns_from += 1
    return columns_from


def _is_prose(full: list[list[Row]], corridors: list[Span], margins: Span) -> bool:
    """Two columns of running text: many rows, each side mostly full."""
    if len(full) < 8 or len(corridors) != 1:
        return False
    (a, b) = corridors[0]
    widths = (a - margins[0], margins[1] - b)
    for column, width in enumerate(widths):
        fill = [(p[-1].x1 - p[0].x0) / max(1.0, width) for row in full if (p := row[column])]
        if not fill or median(fill) < 0.75 or median(len(row[column]) for row in full) < 3:
            return False
    return True


def _is_table(full: list[list[Row]]) -> bool:
    """Three rows or more whose pieces stand flush (left or right) under each other in every column."""
    if len(full) < 2:
        return False
    columns = len(full[0])
    if len(full) < 3 and (columns < 3 or any(_colon(row) for row in full)):
        return False
    if columns == 2 and sum(_colon(row) for row in full) >= 0.5 * len(full):
        return False
    for column in range(columns):
        own = [row[column] for row in full if row[column]]
        if len(own) < 2:
            return False
        size = max(word.size for word in own[0])
        body = own[1:] if len(own) > 3 else own  # the header may stand otherwise
        for edges in ([p[0].x0 for p in body], [p[-1].x1 for p in body]):
            middle = median(edges)
            if sum(abs(edge - middle) <= 0.5 * size for edge in edges) >= 0.8 * len(edges):
                break
        else:
            return False
    return not _all_centred(full)


def _all_centred(full: list[list[Row]]) -> bool:
    """Letterheads and signatures: in both columns lines of different lengths round one middle."""
    for column in range(len(full[0])):
        own = [row[column] for row in full if row[column]]
        size = max(word.size for word in own[0])
        middles = [(p[0].x0 + p[-1].x1) / 2 for p in own]
        lengths = [p[-1].x1 - p[0].x0 for p in own]
        if max(middles) - min(middles) > 0.8 * size or max(lengths) - min(lengths) < size:
            return False
    return True


def _colon(row: list[Row]) -> bool:
    return sum(any(word.text.endswith(":") for word in piece[:5]) for piece in row if piece) >= 2


def _named_values(full: list[list[Row]], margins: Span) -> bool:
    """Lines of the body set with tabs ("Ông: …    Chức vụ: …"): read row by row."""
    flush = sum(row[0][0].x0 <= margins[0] + row[0][0].size for row in full if row[0])
    return bool(full) and flush >= 0.8 * len(full) and sum(_colon(row) for row in full) >= 0.5 * len(full)


def _aligned_table(pieces: list[list[Row]], corridors: list[Span], page: PageContent, margins: Span) -> Table:
    """A table without rulings: a new row begins where the first column is filled and the row is no mere continuation."""
    rows: list[list[list[Row]]] = []
    ends = [*(b - 2 for _, b in corridors), margins[1]]
    for row in pieces:
        if rows and _goes_on(row, rows[-1], ends):
            for column, piece in enumerate(row):
                if piece:
                    rows[-1][column].append(piece)
        else:
            rows.append([[piece] if piece else [] for piece in row])
    words = [word for row in pieces for piece in row for word in piece]
    made = [
        TableRow(
            [TableCell(cell_text(cell), column) for column, cell in enumerate(row)],
            page.number,
            confidence=_mean([w.confidence for cell in row for piece in cell for w in piece]),
        )
        for row in rows
    ]
    edges = [min((row[c][0].x0 for row in pieces if row[c]), default=0.0) for c in range(len(corridors) + 1)]
    edges.append(margins[1])
    top = min(word.baseline - word.size for word in words)
    return Table(made, edges, top, max(word.baseline for word in words), page.number, ruled=False)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _goes_on(row: list[Row], before: list[list[Row]], edges: list[float]) -> bool:
    """Whether a row of pieces is the next line of the cells above it."""
    filled = [column for column, piece in enumerate(row) if piece]
    if len(filled) == len(row):
        return all(piece[0].text[0].islower() or piece[0].text[0] == "(" for piece in row)
    if not filled:
        return False
    for column in filled:
        if not before[column]:
            return False
        above = before[column][-1]
        first = row[column][0].text[0]
        if not first.islower() and first not in "(" and above[-1].text[-1] not in "-–/," and not wraps(above, row[column], edges[column]):
            return False
    return True

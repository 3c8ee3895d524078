"""Visual rows of a page → lines in reading order: side-by-side blocks column by column, aligned columns as tables.

Reads rows of words (no tables, no furniture); writes `TextLine` and unruled `Table` blocks from top to bottom. A letterhead or signature
block is two columns of centred lines; two columns of running text are prose; three rows or more whose pieces stand flush under each other
are a table without rulings.
"""

from __future__ import annotations

import re
from statistics import median

from app.reading.pdf_geometry import Block, PageContent, Table, TableCell, TableRow, TextLine, Word
from app.reading.tables_pdf import cell_text

Row = list[Word]
Span = tuple[float, float]
_LABEL = re.compile(r"(?:[-–—+*•●○▪■◦·►➢✓]|\(?[\dIVXLC]{1,4}(?:\.\d+)*[.)]?|\(?[a-zđ]{1,2}[.)])")
_WIDE = 1.2  # ems: a gap between words that may part columns
_FAR = 11.0  # ems: the widest vertical gap inside a signature block


def page_lines(page: PageContent, rows: list[Row], columns_from: int) -> tuple[list[Block], int]:
    """Return the blocks of one page, top to bottom, and the next free column number."""
    blocks: list[Block] = []
    left, right = _margins(rows)
    at = 0
    start = 0  # first row not yet written
    while at < len(rows):
        region = _region(rows, at, start, left, right)
        if region is None:
            at += 1
            continue
        first, last, corridors = region
        for row in rows[start:first]:
            blocks.append(_line(row, page))
        columns_from = _write_region(blocks, rows[first:last], corridors, page, columns_from, (left, right))
        at = start = last
    for row in rows[start:]:
        blocks.append(_line(row, page))
    return blocks, columns_from


def _line(row: Row, page: PageContent) -> TextLine:
    return TextLine(row, page.number, recognised=page.recognised)


def _margins(rows: list[Row]) -> Span:
    if not rows:
        return 0.0, 0.0
    starts = sorted(row[0].x0 for row in rows)
    ends = sorted((row[-1].x1 for row in rows), reverse=True)
    return starts[min(2, len(starts) - 1)], ends[min(2, len(ends) - 1)]


def _gaps(row: Row) -> list[Span]:
    """The gaps of a row wide enough to part columns; the gap after a leading label is none."""
    size = max(word.size for word in row)
    spaces = [(a.x1, b.x0) for a, b in zip(row, row[1:], strict=False)]
    usual = median(end - start for start, end in spaces) if len(spaces) >= 4 else 0.3 * size
    least = max(_WIDE * size, 2.5 * min(usual, 0.8 * size))
    found = [(start, end) for start, end in spaces if end - start >= least]
    if found and found[0][0] == row[0].x1 and _LABEL.fullmatch(row[0].text) and found[0][1] - found[0][0] < 4 * size:
        found = found[1:]
    return found


def _region(rows: list[Row], at: int, start: int, left: float, right: float) -> tuple[int, int, list[Span]] | None:
    """The run of rows round row `at` that a common corridor parts: (first row, row after the last, corridors)."""
    corridors = _gaps(rows[at])
    if not corridors:
        return None
    seeds = [at]
    last = at
    open_ = corridors
    for j in range(at + 1, len(rows)):
        size = max(word.size for word in rows[j])
        kept = _common(open_, _free(rows[j], left, right), 0.5 * size)
        if not kept or not _near(rows[j - 1], rows[j]) or j - last > 6:
            break
        if _sides(rows[j], kept) > 1 and (_gaps(rows[j]) or _stands_under(rows[j], rows[last], kept)):
            seeds.append(j)
            open_, last = kept, j
        elif j - last > 3 and not _belongs(rows[j], [rows[s] for s in seeds], kept, left):
            break
    corridors = open_
    end = last + 1
    sides = [rows[s] for s in seeds]
    while end < len(rows) and _near(rows[end - 1], rows[end]) and _tail(rows[end], rows[end - 1], sides, corridors, left):
        end += 1
    first = at
    while first > start and _near(rows[first - 1], rows[first]):
        if not _tail(rows[first - 1], None, sides, corridors, left):
            break
        first -= 1
    return first, end, corridors


def _stands_under(row: Row, above: Row, corridors: list[Span]) -> bool:
    """Whether a piece behind a corridor starts where the piece above it starts."""
    for column in range(1, len(corridors) + 1):
        one, two = _piece(above, corridors, column), _piece(row, corridors, column)
        if one and two and abs(one[0].x0 - two[0].x0) <= 0.3 * row[0].size:
            return True
    return False


def _rivers(rows: list[Row], corridors: list[Span]) -> list[Span]:
    """All corridors that every row leaves free: the ones found row by row and narrower ones."""
    size = rows[0][0].size
    spans = sorted((word.x0, word.x1) for row in rows for word in row)
    rivers = []
    end = spans[0][1]
    for x0, x1 in spans[1:]:
        if x0 - end >= 0.5 * size:
            rivers.append((end, x0))
        end = max(end, x1)
    return rivers or corridors


def _near(one: Row, two: Row) -> bool:
    return two[0].baseline - one[0].baseline <= _FAR * max(one[0].size, two[0].size)


def _free(row: Row, left: float, right: float) -> list[Span]:
    """What a row leaves free between the margins."""
    spans = [(min(left, row[0].x0) - 50, row[0].x0)]
    spans += [(a.x1, b.x0) for a, b in zip(row, row[1:], strict=False)]
    return [*spans, (row[-1].x1, max(right, row[-1].x1) + 50)]


def _common(one: list[Span], other: list[Span], least: float) -> list[Span]:
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(a, b) for a, b in both if b - a >= least]


def _sides(row: Row, corridors: list[Span]) -> int:
    return len({sum((w.x0 + w.x1) / 2 > (a + b) / 2 for a, b in corridors) for w in row})


def _piece(row: Row, corridors: list[Span], column: int) -> Row:
    return [w for w in row if sum((w.x0 + w.x1) / 2 > (a + b) / 2 for a, b in corridors) == column]


def _belongs(row: Row, seeds: list[Row], corridors: list[Span], left: float) -> bool:
    """Whether a row that stands in one column only is part of the region round it."""
    if _sides(row, corridors) != 1:
        return _sides(row, corridors) > 1
    column = next(c for c in range(len(corridors) + 1) if _piece(row, corridors, c))
    pieces = [p for s in seeds if (p := _piece(s, corridors, column))]
    if not pieces:
        return column > 0
    size = max(word.size for word in row)
    flush = any(abs(row[0].x0 - p[0].x0) <= 0.3 * size for p in pieces)
    if column > 0:
        return True
    return _centred(row, seeds, corridors) or (flush and row[0].x0 > left + size)


def _centred(row: Row, seeds: list[Row], corridors: list[Span]) -> bool:
    """Whether a row stands in the middle of its column as a line above or below it does."""
    column = next(c for c in range(len(corridors) + 1) if _piece(row, corridors, c))
    pieces = [p for s in seeds if (p := _piece(s, corridors, column))]
    middle = (row[0].x0 + row[-1].x1) / 2
    return any(abs(middle - (p[0].x0 + p[-1].x1) / 2) <= 0.6 * row[0].size for p in pieces)


def _tail(row: Row, before: Row | None, seeds: list[Row], corridors: list[Span], left: float) -> bool:
    """Whether a row before or after the region, in one column only, is still part of it; `before` is the row above it."""
    size = max(word.size for word in row)
    if _sides(row, corridors) != 1:
        return False
    column = next(c for c in range(len(corridors) + 1) if _piece(row, corridors, c))
    inside = all(row[-1].x1 <= a + 1 or row[0].x0 >= b - 1 for a, b in corridors)
    if not inside and not (all(row[-1].x1 <= b or row[0].x0 >= a for a, b in corridors) and _centred(row, seeds, corridors)):
        return False
    if column > 0:
        return True
    if row[0].x0 > left + 0.3 * size and _belongs(row, seeds, corridors, left):
        return True
    above = _piece(before, corridors, 0) if before else []
    if not above or abs(above[0].x0 - row[0].x0) > 0.3 * size or not row[0].text[0].islower():
        return False
    return _wraps(above, row, corridors[0][1] - 0.5 * size)  # the second line of a cell of the first column


def _wraps(above: Row, row: Row, right: float) -> bool:
    """Whether the first word of `row` would not have fitted behind `above` in a column that ends at `right`."""
    return above[-1].x1 + 0.25 * row[0].size + row[0].x1 - row[0].x0 > right


def _write_region(
    blocks: list[Block], rows: list[Row], corridors: list[Span], page: PageContent, columns_from: int, margins: Span
) -> int:
    corridors = _rivers(rows, corridors)
    pieces = [[_piece(row, corridors, c) for c in range(len(corridors) + 1)] for row in rows]
    full = [row for row in pieces if sum(map(bool, row)) > 1]
    if len(rows) == 1 and rows[0][0].x0 <= margins[0] + 0.5 * rows[0][0].size:
        blocks.append(_line(rows[0], page))  # tabs inside one line of text
        return columns_from
    prose = _is_prose(full, corridors, margins)
    if not prose and _is_table(full):
        blocks.append(_aligned_table(pieces, corridors, page, margins))
        return columns_from
    if not prose and _named_values(full, margins):
        blocks.extend(_line(row, page) for row in rows)
        return columns_from
    for column in range(len(corridors) + 1):
        own = [row[column] for row in pieces if row[column]]
        if not own:
            continue
        low, high = min(p[0].x0 for p in own), max(p[-1].x1 for p in own)
        for piece in own:
            line = TextLine(piece, page.number, columns_from, low, high, prose, page.recognised)
            blocks.append(line)
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
    if len(filled) == len(row) or not filled:
        return False
    for column in filled:
        if not before[column]:
            return False
        above = before[column][-1]
        first = row[column][0].text[0]
        if not first.islower() and first not in "(" and above[-1].text[-1] not in "-–/," and not _wraps(above, row[column], edges[column]):
            return False
    return True

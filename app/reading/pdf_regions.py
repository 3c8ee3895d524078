"""Regions of a page whose rows are parted by common corridors of white: letterheads, signature blocks, columns, aligned tables.

Reads rows of words; finds runs of rows and the corridors that part them. What a region is, `pdf_lines` decides.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from app.reading.pdf_geometry import Word
from app.reading.text import fold

Row = list[Word]
Span = tuple[float, float]
_LABEL = re.compile(r"(?:[-–—+*•●○▪■◦·►➢✓]|\(?[\dIVXLC]{1,4}(?:\.\d+)*[.)]?|\(?[a-zđ]{1,2}[.)])")
_HEADING_LABEL = re.compile(r"(?:dieu|chuong|phan|muc|khoan|diem|phu luc) \S{1,6}")
_WIDE = 1.2  # ems: a gap between words that may part columns
_FAR = 11.0  # ems: the widest vertical gap inside a signature block


def margins_of(rows: list[Row]) -> Span:
    """Left and right edge of the text that these rows show, but for a few that stand out."""
    if not rows:
        return 0.0, 0.0
    starts = sorted(row[0].x0 for row in rows)
    ends = sorted((row[-1].x1 for row in rows), reverse=True)
    rank = min(2 + len(rows) // 200, len(rows) - 1)
    return starts[rank], ends[rank]


def _gaps(row: Row) -> list[Span]:
    """The gaps of a row wide enough to part columns; the gap after a leading label is none, nor are those of a stretched line."""
    size = max(word.size for word in row)
    spaces = [(a.x1, b.x0) for a, b in pairwise(row)]
    widths = [end - start for start, end in spaces]
    if len(widths) >= 3 and max(widths) - min(widths) <= 0.25 * size:
        return []  # justified against its will, as before a soft line break
    usual = median(widths) if len(widths) >= 4 else 0.3 * size
    least = max(_WIDE * size, 2.5 * min(usual, 0.8 * size))
    found = [(start, end) for start, end in spaces if end - start >= least]
    if found and found[0][1] - found[0][0] < 4 * size:
        before = [word.text for word in row if word.x1 <= found[0][0]]
        if (len(before) == 1 and _LABEL.fullmatch(before[0])) or (len(before) == 2 and _HEADING_LABEL.fullmatch(fold(" ".join(before)))):
            found = found[1:]
    return found


def find_region(rows: list[Row], at: int, start: int, margins: Span) -> tuple[int, int, list[Span]] | None:
    """The run of rows round row `at` that a common corridor parts: (first row, row after the last, corridors)."""
    left, right = margins
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
        one, two = piece_of(above, corridors, column), piece_of(row, corridors, column)
        if one and two and abs(one[0].x0 - two[0].x0) <= 0.3 * row[0].size:
            return True
    return False


def rivers(rows: list[Row], corridors: list[Span]) -> list[Span]:
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
    spans += [(a.x1, b.x0) for a, b in pairwise(row)]
    return [*spans, (row[-1].x1, max(right, row[-1].x1) + 50)]


def _common(one: list[Span], other: list[Span], least: float) -> list[Span]:
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(a, b) for a, b in both if b - a >= least]


def _sides(row: Row, corridors: list[Span]) -> int:
    return len({sum((w.x0 + w.x1) / 2 > (a + b) / 2 for a, b in corridors) for w in row})


def piece_of(row: Row, corridors: list[Span], column: int) -> Row:
    return [w for w in row if sum((w.x0 + w.x1) / 2 > (a + b) / 2 for a, b in corridors) == column]


def _belongs(row: Row, seeds: list[Row], corridors: list[Span], left: float) -> bool:
    """Whether a row that stands in one column only is part of the region round it."""
    if _sides(row, corridors) != 1:
        return _sides(row, corridors) > 1
    column = next(c for c in range(len(corridors) + 1) if piece_of(row, corridors, c))
    pieces = [p for s in seeds if (p := piece_of(s, corridors, column))]
    if not pieces:
        return column > 0
    size = max(word.size for word in row)
    flush = any(abs(row[0].x0 - p[0].x0) <= 0.3 * size for p in pieces)
    if column > 0:
        return True
    return _centred(row, seeds, corridors) or (flush and row[0].x0 > left + size)


def _centred(row: Row, seeds: list[Row], corridors: list[Span]) -> bool:
    """Whether a row stands in the middle of its column as a line above or below it does."""
    column = next(c for c in range(len(corridors) + 1) if piece_of(row, corridors, c))
    pieces = [p for s in seeds if (p := piece_of(s, corridors, column))]
    middle = (row[0].x0 + row[-1].x1) / 2
    return any(abs(middle - (p[0].x0 + p[-1].x1) / 2) <= 0.6 * row[0].size for p in pieces)


def _tail(row: Row, before: Row | None, seeds: list[Row], corridors: list[Span], left: float) -> bool:
    """Whether a row before or after the region, in one column only, is still part of it; `before` is the row above it."""
    size = max(word.size for word in row)
    if _sides(row, corridors) != 1:
        return False
    column = next(c for c in range(len(corridors) + 1) if piece_of(row, corridors, c))
    inside = all(row[-1].x1 <= a + 1 or row[0].x0 >= b - 1 for a, b in corridors)
    if not inside and not (all(row[-1].x1 <= b or row[0].x0 >= a for a, b in corridors) and _centred(row, seeds, corridors)):
        return False
    if column > 0:
        return True
    if row[0].x0 > left + 0.3 * size and _belongs(row, seeds, corridors, left):
        return True
    if before and not piece_of(before, corridors, 0) and row[0].baseline - before[0].baseline < 0.8 * size:
        return True  # too near to the line above to stand under it: it stands beside it
    above = piece_of(before, corridors, 0) if before else []
    if not above or abs(above[0].x0 - row[0].x0) > 0.3 * size or not row[0].text[0].islower():
        return False
    return wraps(above, row, corridors[0][1] - 0.5 * size)  # the second line of a cell of the first column


def wraps(above: Row, row: Row, right: float) -> bool:
    """Whether the first word of `row` would not have fitted behind `above` in a column that ends at `right`."""
    return above[-1].x1 + 0.25 * row[0].size + row[0].x1 - row[0].x0 > right

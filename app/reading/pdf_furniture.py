"""Headers, footers and page numbers: rows that stand at the same place of many pages with the same words, or that count the pages.

Reads the visual rows of every page, top to bottom; writes the same without the furniture. A row leaves only by its repetition and its
place at the edge of the page: words of the agreement that happen to stand at the head of a page stay.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from app.reading.pdf_geometry import PageContent, Word
from app.reading.text import fold

Row = list[Word]
_EDGE_ROWS = 3  # rows from the top and from the bottom of a page that may be furniture
_APART = 4  # pages from one header to its next, at most
_EDGE = 0.14  # of the page's height
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:trang|page|tr\.?)?[\W_]*(\d{1,3})(?:\s*(?:/|of|tren|tong so)\s*\d{1,3})?[\W_]*(?:trang)?")


@dataclass(frozen=True, slots=True)
class _Edge:
    page: int  # index
    row: int  # index
    top: bool
    y: float  # from the nearer end of the page
    text: str  # folded, numbers as "#"
    number: int | None  # of a page-number row


def drop_furniture(pages: list[PageContent], rows: list[list[Row]]) -> list[list[Row]]:
    """Return `rows` (one list a page, the rows outside tables) without headers, footers and page numbers."""
    edges = [edge for at, page in enumerate(pages) for edge in _edges(at, page, rows[at])]
    gone = _page_numbers(edges, pages) | _repeated(edges, pages)
    return [[row for r, row in enumerate(page_rows) if (p, r) not in gone] for p, page_rows in enumerate(rows)]


def _edges(at: int, page: PageContent, rows: list[Row]) -> list[_Edge]:
    found = []
    for r, row in enumerate(rows):
        top, bottom = r < _EDGE_ROWS, r >= len(rows) - _EDGE_ROWS
        if not (top or bottom):
            continue
        y = row[0].baseline
        upper = y < page.height / 2
        away = y if upper else page.height - y
        if away > _EDGE * page.height or (upper and not top) or (not upper and not bottom):
            continue
        folded = fold(" ".join(word.text for word in row))
        number = _PAGE_NUMBER.fullmatch(folded)
        found.append(_Edge(at, r, upper, away, _DIGITS.sub("#", folded), int(number.group(1)) if number else None))
    return found


def _page_numbers(edges: list[_Edge], pages: list[PageContent]) -> set[tuple[int, int]]:
    """Rows that hold nothing but a number that grows with the pages."""
    steps: dict[tuple[bool, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        if edge.number is not None:
            steps[edge.top, edge.number - edge.page].append(edge)
    gone = set()
    for (_, step), group in steps.items():
        enough = len({edge.page for edge in group}) >= 2
        for edge in group:
            lonely = step == 1 and edge.y < 0.09 * pages[edge.page].height  # "1" in the margin of the first page
            if enough or lonely:
                gone.add((edge.page, edge.row))
    return gone


def _repeated(edges: list[_Edge], pages: list[PageContent]) -> set[tuple[int, int]]:
    """Rows with the same words at the same height on many pages."""
    needed = 2 if len(pages) == 2 else max(3, round(0.4 * len(pages)))
    if len(pages) < 2:
        return set()
    groups: list[list[_Edge]] = []
    recent: list[list[_Edge]] = []  # groups that a page just before this one belongs to
    for page, found in groupby(edges, key=lambda edge: edge.page):
        recent = [group for group in recent if group[-1].page >= page - _APART]
        for edge in found:
            loose = pages[page].recognised
            for group in recent:
                last = group[-1]
                if last.top == edge.top and abs(last.y - edge.y) <= (18 if loose else 5) and _alike(last, edge, loose):
                    group.append(edge)
                    break
            else:
                groups.append([edge])
                recent.append(groups[-1])
    gone = set()
    for group in groups:
        if len({edge.page for edge in group}) >= needed and (
            len(pages) > 2 or all(edge.y < 0.08 * pages[edge.page].height for edge in group)
        ):
            gone |= {(edge.page, edge.row) for edge in group}
    return gone


def _alike(one: _Edge, other: _Edge, loose: bool) -> bool:
    if one.text == other.text:
        return True
    if not loose or len(one.text) <= 8 or abs(len(one.text) - len(other.text)) > 0.3 * len(one.text):
        return False
    matcher = SequenceMatcher(None, one.text, other.text)
    return matcher.real_quick_ratio() >= 0.8 and matcher.quick_ratio() >= 0.8 and matcher.ratio() >= 0.8

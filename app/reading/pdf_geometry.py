"""The value types between a page (of text or of a scan) and its layout: words, rulings, visual lines.

Lengths are PDF points (1/72 inch) from the upper left corner of the upright page, y growing downwards. Written by `pdf_page` (text
layer) and `ocr_page` (scans), read by `pdf_lines`, `tables_pdf`, `pdf_furniture` and `pdf_paragraphs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median


@dataclass(slots=True)
class Word:
    """A run of visible characters without a space."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float  # height of the font, points
    bold: bool = False
    space: bool = False  # the file itself has a space after the word
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruling, horizontal (y0 == y1) or vertical (x0 == x1)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        return self.y0 == self.y1


@dataclass(slots=True)
class PageContent:
    """What one page holds, upright."""

    number: int  # 1-based
    width: float
    height: float
    words: list[Word]
    rules: list[Rule] = field(default_factory=list)
    recognised: bool = False  # by OCR


@dataclass(slots=True)
class TextLine:
    """Words that stand on one baseline of one column."""

    words: list[Word]
    page: int
    column: int = 0  # 0 = the page's body; columns of side-by-side blocks are numbered through the document
    left: float = 0.0  # margins of the column
    right: float = 0.0
    prose: bool = True  # the column is running text, which goes on in the next column of prose
    recognised: bool = False

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def baseline(self) -> float:
        return self.words[0].baseline if len(self.words) == 1 else median(word.baseline for word in self.words)

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @property
    def space(self) -> bool:
        return self.words[-1].space

    @property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words)

    def part(self, words: Sequence[Word], **changes: object) -> TextLine:
        return replace(self, words=list(words), **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class TableRow:
    """Cells of one row of a data table as (text, column, columns spanned)."""

    cells: list[tuple[str, int, int]]
    page: int
    header: bool = False
    confidence: float = 1.0


@dataclass(slots=True)
class Table:
    """A data table; `edges` are the left edges of its columns and its right edge."""

    rows: list[TableRow]
    edges: list[float]
    top: float
    bottom: float
    page: int
    ruled: bool = True


Block = TextLine | Table


def rows_of(words: list[Word], tolerance: float = 0.35) -> list[list[Word]]:
    """Group words into visual rows by baseline, top to bottom, each from left to right."""
    rows: list[list[Word]] = []
    heights: list[tuple[float, float]] = []  # baseline and font size of each row
    for word in sorted(words, key=lambda w: (w.baseline, w.x0)):
        for at in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            baseline, size = heights[at]
            if abs(word.baseline - baseline) <= tolerance * max(size, word.size):
                rows[at].append(word)
                if word.size > size * 1.15:
                    heights[at] = (word.baseline, word.size)
                break
        else:
            rows.append([word])
            heights.append((word.baseline, word.size))
    for row in rows:
        row.sort(key=lambda w: w.x0)
    order = sorted(range(len(rows)), key=lambda at: heights[at][0])
    return [rows[at] for at in order]


_GLUE = "-/–"


def join_lines(before: str, after: str, space: bool) -> str:
    """Join two lines of one paragraph: with a space, except after a hyphen or slash inside a word ("NĐ-" + "CP")."""
    if not before or not after:
        return before + after
    inside = before[-1] in _GLUE and len(before) > 1 and before[-2].isalnum() and after[0].isalnum()
    return before + after if inside and not space else f"{before} {after}"

"""The value types between a page (of text or of a scan) and its layout: words, rulings, visual lines.

Lengths are PDF points (1/72 inch) from the upper left corner of the upright page, y growing downwards. Written by `pdf_page` (text
layer) and `ocr_page` (scans), read by `pdf_lines`, `tables_pdf`, `pdf_furniture` and `pdf_paragraphs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
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
    quality: float = 1.0  # how Vietnamese the text layer looks
    pictures: bool = False  # the page holds images, so an empty text layer may hide a scan


@dataclass(slots=True)
class TextLine:
    """Words that stand on one baseline of one column, from left to right."""

    words: list[Word]
    page: int
    column: int = 0  # 0 = the page's body; columns of side-by-side blocks are numbered through the document
    left: float = 0.0  # margins of the column
    right: float = 0.0
    prose: bool = True  # the column is running text, which goes on in the next column of prose
    recognised: bool = False
    flush: bool = False  # starts at a left edge that many lines share
    text: str = field(init=False)
    x0: float = field(init=False)
    x1: float = field(init=False)
    baseline: float = field(init=False)
    size: float = field(init=False)
    bold: bool = field(init=False)  # every word is
    space: bool = field(init=False)  # the file has a space at the end of the line

    def __post_init__(self) -> None:
        words = self.words
        first, last = words[0], words[-1]
        self.text = " ".join([word.text for word in words])
        self.x0, self.x1 = first.x0, last.x1
        self.baseline = first.baseline if not self.recognised else median([word.baseline for word in words])
        self.size = max([word.size for word in words])
        self.bold = all(word.bold for word in words)
        self.space = last.space


@dataclass(slots=True)
class TableCell:
    """A cell of a data table; a cell merged over rows is repeated in each row it rules."""

    text: str
    column: int
    span: int = 1
    bold: bool = False
    continues: bool = False  # merged with the cell above
    restarts: bool = False  # the cells below are merged with it


@dataclass(slots=True)
class TableRow:
    cells: list[TableCell]
    page: int
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
    lines: list[TextLine] = field(default_factory=list)  # of a table of one row: how it reads if nothing continues it
    last_page: int = field(init=False)

    def __post_init__(self) -> None:
        self.last_page = self.page


Block = TextLine | Table


def rows_of(words: list[Word], tolerance: float = 0.35) -> list[list[Word]]:
    """Group words into visual rows by baseline, top to bottom, each from left to right."""
    rows: list[list[Word]] = []
    heights: list[tuple[float, float]] = []  # baseline and font size of each row
    baseline = size = -1e9
    for word in sorted(words, key=attrgetter("baseline", "x0")):
        if word.baseline == baseline and word.size == size:  # the common case: the row just written
            rows[-1].append(word)
            continue
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
        baseline, size = heights[-1]
    for row in rows:
        row.sort(key=attrgetter("x0"))
    order = sorted(range(len(rows)), key=lambda at: heights[at][0])
    return [rows[at] for at in order]


_GLUE = "-/–"


def join_lines(before: str, after: str, space: bool) -> str:
    """Join two lines of one paragraph: with a space, except after a hyphen or slash inside a word ("NĐ-" + "CP")."""
    if not before or not after:
        return before + after
    inside = before[-1] in _GLUE and len(before) > 1 and before[-2].isalnum() and after[0].isalnum()
    return before + after if inside and not space else f"{before} {after}"

"""One view of a Document for the whole room: its text, the same text folded, and its lines with both.

Reads `reading.Document`; offsets in `folded` are offsets in `text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.document import Document, Line
from app.reading.text import fold

# Vietnamese capitals, for character classes.
UPPER = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))


def fold_aligned(text: str) -> str:
    """Fold `text` without changing its length, whatever characters it holds; dashes of every width become "-"."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = "".join(f if len(f := fold(char)) == 1 else " " for char in text)
    return folded.replace("–", "-").replace("—", "-")


def lower_aligned(text: str) -> str:
    """Lower-case `text` without changing its length."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(low if len(low := char.lower()) == 1 else char for char in text)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the document: `text` and `fold` are its words, `start`/`end` its span."""

    index: int
    start: int
    end: int
    text: str
    fold: str
    line: Line

    @property
    def opens(self) -> bool:
        """Whether a line of this kind may open a clause at all (footnotes and table rows do not)."""
        return self.line.kind == "paragraph" and self.line.origin != "footnote"

    @property
    def upper(self) -> bool:
        """Whether its letters are capitals but for a few."""
        return is_upper(self.text)

    @property
    def display(self) -> bool:
        """Whether it is set off as headings are: bold, centred, in a heading style or in capitals."""
        line = self.line
        return line.bold or line.centered or line.heading is not None or self.upper


def is_upper(text: str) -> bool:
    """Whether at least three quarters of its letters, and more than two letters there are, are capitals."""
    capitals = sum(map(str.isupper, text))
    if not capitals:
        return False
    letters = sum(map(str.isalpha, text))
    return letters > 2 and capitals >= 0.75 * letters


@dataclass(frozen=True, slots=True)
class Source:
    document: Document
    text: str
    folded: str
    rows: tuple[Row, ...]

    @property
    def scanned(self) -> bool:
        return self.document.method == "ocr"


def read(document: Document) -> Source:
    """Fold the document once and cut it into rows."""
    text = document.text
    folded = fold_aligned(text)
    rows = tuple(
        Row(i, line.start, line.end, text[line.start : line.end], folded[line.start : line.end], line)
        for i, line in enumerate(document.lines)
    )
    return Source(document, text, folded, rows)


_OPENING_QUOTES = '“"«'
_CLOSING = re.compile(r"[”\"»]\s*[.;,]?$")
_QUOTED_ROWS = 60  # longest quotation of amended text looked for


def quoted_rows(source: Source) -> frozenset[int]:
    """Rows inside a quotation that spans several lines (the new wording of an amended article): labels in them open nothing."""
    out: set[int] = set()
    rows = source.rows
    index = 0
    while index < len(rows):
        text = rows[index].text
        announced = index and rows[index - 1].text.rstrip()[-1:] == ":"
        if text[:1] not in _OPENING_QUOTES or not text or not announced or _CLOSING.search(text[1:]):
            if text[:1] and text[:1] in _OPENING_QUOTES and announced:
                out.add(index)
            index += 1
            continue
        last = next((i for i in range(index + 1, min(len(rows), index + _QUOTED_ROWS)) if _CLOSING.search(rows[i].text)), None)
        if last is None:
            index += 1
            continue
        out.update(range(index, last + 1))
        index = last + 1
    return frozenset(out)

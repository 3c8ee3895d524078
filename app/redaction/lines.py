"""The lines of a document as redaction looks at them: words with their places, the same line in lower case and folded.

Reads `reading.Document`; offsets in a row are offsets from its start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.document import Document, Line
from app.structure.source import fold_aligned, lower_aligned

_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?:['’‘-][^\W\d_]++)*+(?!\w)")  # not the tail of a code ("HD1000", "3B")
_MARKED = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a row: letters only, hyphens and apostrophes inside it included."""

    start: int
    end: int
    text: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def upper(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `start` is its offset in the document; `plain` says that it was typed without Vietnamese marks."""

    index: int
    start: int
    text: str
    lower: str
    fold: str
    plain: bool
    words: tuple[Word, ...]
    line: Line

    def word_at(self, place: int) -> int:
        """Index of the first word that begins at or after a place."""
        low, high = 0, len(self.words)
        while low < high:
            middle = (low + high) // 2
            if self.words[middle].start < place:
                low = middle + 1
            else:
                high = middle
        return low


def rows(document: Document) -> tuple[Row, ...]:
    out = []
    for index, line in enumerate(document.lines):
        text = document.text[line.start : line.end]
        fold = fold_aligned(text)
        lower = lower_aligned(text)
        words = tuple(Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(text))
        plain = not any(a != b for a, b in zip(lower, fold, strict=True) if _MARKED.match(a) and a not in "–—")
        out.append(Row(index, line.start, text, lower, fold, plain, words, line))
    return tuple(out)

"""Where the signature block begins, and who signs for each side.

Reads the rows of the end of the agreement; writes the first row of the block and the `Signatory` of each side.
"""

from __future__ import annotations

import re

from app.structure.rules import StructureRules
from app.structure.source import Row, Source, is_upper

_SHORT = 170
_ITEM = re.compile(r"\s*(?:\d{1,2}[.)]|[a-z]\)|[-+•*–])\s*\S")


class SignatureBlocks:
    """Finds signature blocks by the lines that head a side or name an office."""

    def __init__(self, source: Source, rules: StructureRules) -> None:
        self._rows = source.rows
        self._openings = rules["labels.signature.openings"]
        self._remarks = rules["labels.signature.remarks"]
        self._receivers = rules["labels.signature.receivers"]
        self._place_and_date = rules["labels.signature.place_and_date"]

    def find(self, first: int, last: int) -> int | None:
        """Return the row where the block begins among the rows first..last-1, None where there is none."""
        start = last
        while start > first and len(self._rows[start - 1].text) <= _SHORT:
            start -= 1
        for index in range(start, last):
            if self._heads(self._rows[index]) and self._is_block(index, last):
                return self._extend(index, first)
        for index in range(first, start):
            if self._heads(self._rows[index]) and self._is_block(index, last, closed=True):
                return self._extend(index, first)
        return None

    def _heads(self, row: Row) -> bool:
        """Whether the line heads a side of the block."""
        text = row.text.rstrip(" :")
        if not text or len(text) > _SHORT or text[-1] in ".;," or _ITEM.match(row.fold):
            return False
        m = self._openings.match(row.fold)
        if not m:
            return False
        return row.display or m.end() >= 0.6 * len(text) or self._openings.search(row.fold, m.end()) is not None

    def _is_block(self, index: int, last: int, *, closed: bool = False) -> bool:
        """Whether a second side, an office or a remark follows shortly, with nothing long between."""
        evidence = 0
        for row in self._rows[index : min(last, index + 14)]:
            if len(row.text) > _SHORT:
                break
            evidence += len(list(self._openings.finditer(row.fold))) if self._heads(row) else 0
            signed = self._remarks.match(row.fold.lstrip("( "))
            evidence += 2 if signed and len(row.text) < 60 else 0
        return evidence >= (4 if closed else 2)

    def _extend(self, index: int, first: int) -> int:
        """Take in the line of place and date and the list of receivers that stand above."""
        start = index
        while start - 1 >= first:
            row = self._rows[start - 1]
            dated = self._place_and_date.search(row.fold) and len(row.text) < 110 and not _ITEM.match(row.fold)
            if not (dated and row.text.rstrip()[-1] not in ";:" and not row.fold.startswith("thoa uoc")):
                break
            start -= 1
        for back in range(start - 1, max(first, start - 12) - 1, -1):
            row = self._rows[back]
            if self._receivers.match(row.fold.lstrip("* ")):
                return back
            if len(row.text) > 120 or row.text[:1] not in "-+•*–":
                break
        return start


def columns(row: Row) -> list[str]:
    """The texts that stand side by side in a row of the block."""
    if row.line.cells:
        return [row.text[c.start - row.start : c.end - row.start].strip() for c in row.line.cells]
    parts = [p.strip() for p in re.split(r"\t+|\s{3,}|\s\|\s", row.text)]
    return [p for p in parts if p]


def looks_like_name(text: str) -> bool:
    """Whether the words may be a person's name: two to six words, each with a capital, no figures."""
    words = text.strip(" .").split()
    if not 2 <= len(words) <= 6 or any(c.isdigit() for c in text):
        return False
    return all(w[:1].isupper() for w in words) or is_upper(text)

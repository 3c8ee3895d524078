"""Names where the document lists people: lines of a list, columns of a table, the signature block.

Reads rows and the structure room's clauses and signatories; writes `Found`s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.redaction.evidence import Evidence
from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.names import NameFinder
from app.redaction.rules import RedactionRules
from app.structure.agreement import Agreement
from app.structure.source import fold_aligned

_ITEM = re.compile(r"\s*(?:\d{1,3}\s?[.)/]\s*|[-+•*–]\s*)")
_AFTER_NAME = re.compile(r"\s*(?:$|[,;:.(|–-])")
_SIGNED = 4  # lines above a name in which the office or the remark of its signature stands
_SHORT = 70


class PeopleFinder:
    def __init__(self, rules: RedactionRules, evidence: Evidence, names: NameFinder) -> None:
        self._rules = rules
        self._names = rules.names
        self._evidence = evidence
        self._finder = names

    def read(self, rows: tuple[Row, ...], agreement: Agreement) -> Iterator[Found]:
        block = {index for c in agreement.clauses if c.kind == "signature" for index in c.lines}
        signatories = {" ".join(fold_aligned(s.name).split()) for s in agreement.signatories if s.name}
        listing = False
        signing = -_SIGNED - 1  # the last row that heads a signature
        in_block = False
        for row in rows:
            yield from self._columns(row)
            item = _ITEM.match(row.text)
            if item:
                yield from self._item(row, item.end(), listing)
            else:
                listing = self._heads_list(row)
            if self._heads_signature(row):
                signing, in_block = row.index, in_block or row.index in block
            elif row.index in block and in_block:
                yield from self._signed(row, signatories, sure=True)
            elif row.index - signing <= _SIGNED:
                yield from self._signed(row, signatories, sure=False)

    # -- lists

    def _heads_list(self, row: Row) -> bool:
        """Whether people are listed below the row: it names people and ends with a colon, or is a short heading of them."""
        text = row.text.rstrip()
        people = self._names["people"].search(row) is not None
        return people and (text.endswith(":") or (len(text) < _SHORT and (row.line.bold or text.isupper())))

    def _item(self, row: Row, at: int, listing: bool) -> Iterator[Found]:
        first = row.word_at(at)
        if first >= len(row.words) or row.words[first].start != at:
            return
        last = self._evidence.run(row, first)
        if last - first < 2 or not _AFTER_NAME.match(row.text, row.words[last - 1].end):
            return
        described = self._evidence.described(row, row.words[last - 1].end)
        if (listing and self._evidence.name(row, first, last)) or (described and self._evidence.name(row, first, last)):
            yield self._finder.found(row, first, last, "list")

    # -- tables

    def _columns(self, row: Row) -> Iterator[Found]:
        for cell in row.line.cells:
            if not cell.header or self._names["columns"].marked.search(cell.header.lower()) is None:
                continue
            at, end = cell.start - row.start, cell.end - row.start
            while at < end:
                first = row.word_at(at)
                if first >= len(row.words) or row.words[first].start >= end:
                    break
                last = self._evidence.run(row, first)
                while last > first and row.words[last - 1].end > end:
                    last -= 1
                whole = last > first and row.text[row.words[last - 1].end : end].strip(" .,") == "" and at == cell.start - row.start
                lone = whole and last - first == 1 and self._names["labels"].marked.search(cell.header.lower()) is not None
                if lone or (last - first >= 2 and (whole or self._evidence.name(row, first, last))):
                    why = self._rules.reasons["column"].format(header=f"«{cell.header}»")
                    start, stop = row.words[first].start, row.words[last - 1].end
                    yield Found(row.start + start, row.start + stop, "person_name", "column", why, not lone)
                    first = last - 1
                at = row.words[first].end

    # -- signatures

    def _heads_signature(self, row: Row) -> bool:
        if len(row.text) > 2 * _SHORT:
            return False
        lead = row.text.lstrip("( ")
        at = len(row.text) - len(lead)
        if self._names["remarks"].match(row, at) and (at > 0 or len(row.text) < _SHORT):
            return True
        office = self._names["signing"].match(row) or self._names["offices"].match(row)
        return office is not None and ":" not in row.text and "," not in row.text

    def _signed(self, row: Row, signatories: set[str], *, sure: bool) -> Iterator[Found]:
        """A row that holds nothing but names, those of two columns side by side parted by family names."""
        bounds = [(c.start - row.start, c.end - row.start) for c in row.line.cells] or [(0, len(row.text))]
        for start, end in bounds:
            first, last = row.word_at(start), row.word_at(end)
            start = self._past_degrees(row, start)
            first = row.word_at(start)
            words = row.words[first:last]
            letters = sum(len(w.text) for w in words)
            bare = sum(c.isalnum() for c in row.text[start:end])
            if not 2 <= len(words) <= 12 or bare - letters > 0 or not all(w.capital for w in words):
                continue
            if any(self._evidence.stops(row, w) for w in words if w is not words[0]) or self._names["starts"].match(row, words[0].start):
                continue
            for a, b in self._parted(row, first, last, signatories):
                known = " ".join(w.text for w in row.words[a:b])
                signatory = " ".join(fold_aligned(known).split()) in signatories
                if signatory or sure or self._evidence.name(row, a, b):
                    yield self._finder.found(row, a, b, "signatory" if signatory else "signature", "signature_name")

    def _past_degrees(self, row: Row, start: int) -> int:
        for _ in range(4):
            m = self._names["degrees"].match(row, start) or self._names["titles"].match(row, start)
            if not m or self._finder.surname_at(row, start, m.end()):
                break
            start = m.end()
            while start < len(row.text) and row.text[start] in " .:":
                start += 1
        return start

    def _parted(self, row: Row, first: int, last: int, signatories: set[str]) -> list[tuple[int, int]]:
        """Where one name ends and the next begins in a row of names."""
        for cut in range(first + 2, last - 1):
            left = " ".join(fold_aligned(w.text) for w in row.words[first:cut])
            right = " ".join(fold_aligned(w.text) for w in row.words[cut:last])
            if left in signatories or right in signatories:
                return [(first, cut), *self._parted(row, cut, last, signatories)]
        gap = self._wide_gap(row, first, last)
        if last - first > 5 or gap:
            family = (p for p in range(first + 2, last - 1) if self._evidence.surname(row.words[p].text, row.plain))
            side = gap or next(family, None)
            if side is not None:
                return [(first, side), *self._parted(row, side, last, signatories)]
        return [(first, last)]

    def _wide_gap(self, row: Row, first: int, last: int) -> int | None:
        for place in range(first + 1, last):
            if row.words[place].start - row.words[place - 1].end > 2:
                return place
        return None

"""Where persons live or come from: what stands after the labels of a residence, in their columns, and beside a person's papers.

Reads rows; writes `Found`s. An address is a run of place words, capitalised words and numbers; any other word ends it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.rules import RedactionRules

_LEAD = re.compile(r"[\s:.,|(–-]*")
_TOKEN = re.compile(r"[^\W_][\w/.’'-]*+")
_GAP = re.compile(r"[\s,/()–-]*")
_ABBREVIATION = re.compile(r"(?:tp|p|q|h|x|tt|tx|st|t|kp|tdp|đ)\.", re.I)
_LONGEST = 220  # characters of one address
_PAPERS = frozenset(("id_number", "birth_date", "passport"))


class AddressFinder:
    def __init__(self, rules: RedactionRules) -> None:
        self._rules = rules
        self._words = rules.addresses

    def read(self, rows: tuple[Row, ...], papers: Collection[Found]) -> list[Found]:
        """`papers` are the numbers already found: beside a person's papers a plain "Địa chỉ" is the person's."""
        described: dict[int, int] = {}
        by_start = sorted(f.start for f in papers if f.kind in _PAPERS)
        ends = sorted(f.end for f in papers if f.kind == "birth_date")
        born: dict[int, list[int]] = {}
        at = last = 0
        for row in rows:
            end = row.start + len(row.text)
            while last < len(ends) and ends[last] <= end:
                born.setdefault(row.index, []).append(ends[last] - row.start)
                last += 1
            while at < len(by_start) and by_start[at] < end:
                described.setdefault(row.index, by_start[at] - row.start)
                at += 1
        out: list[Found] = []
        for row in rows:
            out += self._columns(row)
            others = {end for _, end in self._words["not_labels"].all(row)}
            for _, label_end in self._words["labels"].all(row):
                if label_end in others:
                    continue
                out += self._after(row, label_end, "home_label")
            out += self._birthplaces(row, born.get(row.index, ()))
            if row.index in described:
                for start, label_end in self._words["open_labels"].all(row):
                    if start > described[row.index] and not row.line.cells:
                        out += self._after(row, label_end, "home_of_person")
        return out

    def _birthplaces(self, row: Row, dates: Collection[int]) -> list[Found]:
        """What stands after a birth date and "tại"."""
        out: list[Found] = []
        for end in dates:
            lead = _LEAD.match(row.text, end)
            at = self._words["born_at"].match(row, lead.end() if lead else end)
            out += self._after(row, at.end(), "home_label") if at else []
        return out

    def _after(self, row: Row, at: int, rule: str) -> list[Found]:
        lead = _LEAD.match(row.text, at)
        start = lead.end() if lead else at
        end = self._run(row, start)
        if end <= start:
            return []
        return [Found(row.start + start, row.start + end, "home_address", rule, self._rules.reasons[rule])]

    def _run(self, row: Row, start: int) -> int:
        """Where the address that begins at `start` ends; `start` itself where none begins."""
        at = end = start
        if self._words["not_first"].match(row, start):
            return start
        placed = capital = number = False  # what stood in it
        limit = min(len(row.text), start + _LONGEST)
        while at < limit:
            if self._words["ends"].match(row, at) and row.text[at].isalpha():
                break
            place = self._words["places"].match(row, at)
            token = _TOKEN.match(row.text, at)
            if place and place.end() > at:
                stop = place.end()
                if token and token.end() > stop and (token.group()[0].isupper() or token.group()[0].isdigit()):
                    stop = token.end()
                    number = True
                placed = True
            elif token and (token.group()[0].isupper() or token.group()[0].isdigit()):
                stop = token.end()
                capital = capital or token.group()[0].isupper()
                number = number or token.group()[0].isdigit()
            else:
                break
            while stop > at and row.text[stop - 1] in ".-'’/":
                stop -= 1
            end = stop
            if row.text[stop : stop + 1] == ".":
                if not _ABBREVIATION.match(row.text, max(at, stop - 3)) and not _ABBREVIATION.fullmatch(row.text[at : stop + 1]):
                    break
                stop += 1
            gap = _GAP.match(row.text, stop)
            at = gap.end() if gap else stop
            if at == stop and row.text[stop - 1 : stop] != ".":
                break
        alone = not placed and row.text[start:end].isalpha() and row.text[end : end + 2].strip().islower()
        return end if (capital and not alone) or (placed and number) else start

    def _columns(self, row: Row) -> list[Found]:
        """Cells below a header of residence; below a plain "Địa chỉ" where another column holds names."""
        cells = [cell for cell in row.line.cells if cell.header and cell.end > cell.start]
        people = any(self._rules.names["columns"].marked.search(cell.header.lower()) for cell in cells)
        out = []
        for cell in cells:
            header = cell.header.lower()
            if self._words["labels"].marked.search(header) or (people and self._words["open_labels"].marked.search(header)):
                words = row.text[cell.start - row.start : cell.end - row.start]
                if any(c.isupper() or c.isdigit() for c in words) and len(words) > 3:
                    why = self._rules.reasons["column"].format(header=f"«{cell.header}»")
                    out.append(Found(cell.start, cell.end, "home_address", "column", why))
        return out

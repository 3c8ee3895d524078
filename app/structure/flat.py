"""Agreements without "Điều": where the numbered text begins, and whether roman lines are chapters or the clauses themselves.

Reads the rows; used by `tree`. Small firms number "1. 2. 3." or "I. II." with "1. 2." below.
"""

from __future__ import annotations

from app.structure.headings import Headings
from app.structure.labels import Label, readings
from app.structure.rules import StructureRules
from app.structure.skeleton import Opening
from app.structure.source import Row, Source

_OPENING_ROWS = 80  # how far down the parties may stand


class Flat:
    """What the numbering of an agreement without articles means.

    `first` is the first row of the numbered text; `chapters` are roman or capital-letter titles above a numbering that runs on through
    them; `restarts` says that numbers begin anew below every named chapter.
    """

    def __init__(self, source: Source, rules: StructureRules, headings: Headings, openings: list[Opening], blocks: dict[int, int]) -> None:
        self._rows = source.rows
        self._parties = (rules["parties.employer_side"], rules["parties.worker_side"], rules["parties.persons"])
        self._address = rules["parties.address"]
        stops = [o.row for o in openings if o.kind == "annex"] + list(blocks)
        self.last = min(stops, default=len(self._rows))
        self.first = self._begin(rules)
        self.chapters: dict[int, Label] = {}
        romans, numbers = self._scan()
        titles = [o.row for o in openings if o.kind in ("part", "chapter", "section") and o.row < self.last]
        self.restarts = self._restart(titles, numbers)
        if len(romans) >= 2 and len(numbers) > 2 and not self._restart([r for r, _ in romans], numbers):
            self.chapters = dict(romans)

    def _begin(self, rules: StructureRules) -> int:
        for row in self._rows[: min(_OPENING_ROWS, self.last)]:
            if rules["labels.body_begins"].search(row.fold) and not readings(row, 0, False):  # no clause that announces a list
                return row.index + 1
        for row in self._rows[: self.last]:
            found = [r for r in readings(row, 0, False) if r.value == 1 and r.family != "dotted"] if row.opens else []
            if found and not self._is_party(row, found[0].length):
                return row.index
        return self.last

    def _is_party(self, row: Row, at: int) -> bool:
        rest = row.fold[at:]
        return any(p.match(rest) for p in self._parties) or bool(self._address.match(rest))

    def _scan(self) -> tuple[list[tuple[int, Label]], list[tuple[int, int]]]:
        """Roman (or capital-letter) titles in sequence, and the rows and values of top-level numbers."""
        romans: list[tuple[int, Label]] = []
        numbers: list[tuple[int, int]] = []
        for row in self._rows[self.first : self.last]:
            if not row.opens:
                continue
            for label in readings(row, 0, False):
                if label.family in ("upper_roman", "upper_letter"):
                    same = not romans or romans[0][1].family == label.family
                    if same and label.value == (romans[-1][1].value + 1 if romans else 1):
                        romans.append((row.index, label))
                        break
                elif label.family == "number":
                    numbers.append((row.index, label.value))
        return romans, numbers

    @staticmethod
    def _restart(titles: list[int], numbers: list[tuple[int, int]]) -> bool:
        """Whether numbers begin anew below most titles after the first."""
        again = total = 0
        position = 0
        for title in titles[1:]:
            while position < len(numbers) and numbers[position][0] < title:
                position += 1
            if position < len(numbers):
                total += 1
                again += numbers[position][1] == 1
        return total > 0 and 2 * again >= total

    @staticmethod
    def titles_above(openings: list[int], rows: tuple[Row, ...], taken: set[int]) -> list[tuple[int, Label]]:
        """Roman or capital-letter titles that stand right above an article or a section, in sequence from I or A."""
        out: list[tuple[int, Label]] = []
        for opening in openings:
            for index in (opening - 1, opening - 2):
                if index < 0 or index in taken:
                    break
                row = rows[index]
                if not row.opens or not row.display or len(row.text) > 160:
                    break
                fitting = [
                    label for label in readings(row, 0, False)
                    if label.family in ("upper_roman", "upper_letter")
                    and (not out or (label.family == out[0][1].family and label.value == out[-1][1].value + 1))
                ]  # fmt: skip
                first = [label for label in fitting if out or label.value == 1]
                if first:
                    out.append((index, first[0]))
                    break
        return out if len(out) >= 2 else []

"""Whose a landline or a bank account is: a person's, or the company's that may stay.

Reads rows, the open numbers and the names found; writes `Found`s for those that are not an organisation's.
"""

from __future__ import annotations

from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.numbers import Open
from app.redaction.rules import RedactionRules

_LINES_BACK = 3


class Owners:
    def __init__(self, rules: RedactionRules, rows: tuple[Row, ...], names: list[Found], found: list[Found]) -> None:
        self._words = rules.numbers
        self._rows = rows
        self._marks: dict[int, list[tuple[int, bool]]] = {}
        starts = sorted({f.start for f in [*names, *(f for f in found if f.kind in ("id_number", "birth_date", "passport"))]})
        at = 0
        for row in rows:
            end = row.start + len(row.text)
            while at < len(starts) and starts[at] < end:
                self._marks.setdefault(row.index, []).append((starts[at] - row.start, True))
                at += 1

    def personal(self, one: Open) -> bool:
        """A number whose owner is not told counts as personal."""
        row = one.row
        nearest = self._nearest(row, one.start)
        if nearest is not None:
            return nearest
        for back in range(1, _LINES_BACK + 1):
            if row.index - back < 0:
                break
            above = self._rows[row.index - back]
            nearest = self._nearest(above, len(above.text))
            if nearest is not None:
                return nearest
        return True

    def _nearest(self, row: Row, before: int) -> bool | None:
        """Whether the nearest owner named before a place is a person; None where none is named."""
        marks = [mark for mark in self._marks.get(row.index, ()) if mark[0] < before][-1:]
        for key, personal in (("person_holders", True), ("organisation_holders", False)):
            pattern = self._words[key].folded
            spans = [m.start() for m in pattern.finditer(row.fold, max(0, before - 400), before)]
            marks += [(start, personal) for start in spans[-1:]]
        if marks:
            return max(marks)[1]
        return False if self._words["organisations"].folded.search(row.fold, max(0, before - 400), before) else None

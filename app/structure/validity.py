"""When the agreement was signed, from when and until when it is valid, for how many months.

Reads the rows and clauses; writes dates and months. Only sentences that speak of this agreement count: dates of laws, votes, meetings and
of the agreement it replaces do not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.reading.document import Notice
from app.structure.agreement import Clause
from app.structure.dates import DATE_MASK, MONTHS_MASK, mask, months_between, parse_date, parse_months
from app.structure.rules import StructureRules
from app.structure.source import UPPER, Row, Source, fold_aligned

_BOUNDARY = re.compile(rf"[\n.!?](?:(?<=\n)|(?<!\n)[\"”)]?\s+(?=[{UPPER}]|[\"“(-]))")
_REACH = 700  # longest sentence looked at, characters each side
_LONGEST = 240  # months; anything longer is no term of an agreement
_LETTERHEAD = re.compile(rf"[,.]?\s*{DATE_MASK}+[\s.]*$")


@dataclass(slots=True)
class Validity:
    signed_on: date | None = None
    effective_from: date | None = None
    term_months: int | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Sentence:
    folded: str
    masked: str
    weight: int


class ValidityReader:
    """Reads the dates of one agreement; `notices` says what disagreed."""

    def __init__(self, source: Source, rules: StructureRules, clauses: tuple[Clause, ...], preamble: list[Row], title: int | None) -> None:
        self._source = source
        self._rules = rules
        self._clauses = clauses
        self._preamble = preamble
        self._title = title
        self.notices: list[Notice] = []

    def read(self, signed_on: date | None = None) -> Validity:
        """The dates and the term; `signed_on`: the day of signing where it is known from elsewhere."""
        out = Validity(signed_on=signed_on or self._signed_on())
        sentences = sorted(self._sentences(), key=lambda s: -s.weight)
        for sentence in sentences:
            self._take(sentence, out)
        if out.term_months is None and out.effective_from and out.expires_on:
            out.term_months = months_between(out.effective_from, out.expires_on)
        return out

    # -- signing

    def _signed_on(self) -> date | None:
        found: list[date] = []  # by trust: the signature block, the letterhead, "Hôm nay, ngày …", a sentence that says so
        for clause in self._clauses:
            if clause.kind == "signature":
                found += self._dates_in(self._source.rows[i] for i in clause.lines[:8])
        until = self._title if self._title is not None else 0
        below = self._preamble[until : until + 4]
        found += self._dates_in(self._preamble[:until] or self._preamble[:10])[:1]
        found += self._dates_in(r for r in below if _LETTERHEAD.search(mask(r.fold)) and len(r.text) < 90)[:1]
        for row in self._preamble:
            if self._rules["metadata.today_words"].search(row.fold, 0, 200):
                m = self._rules["metadata.today"].search(mask(row.fold))
                if m:
                    day = parse_date(row.fold[m.start() : m.end()])
                    found += [day] if day else []
        if not found:
            found += self._said_signed()
        if not found:
            return None
        counts = Counter(found)
        best = max(counts.values())
        chosen = next(day for day in found if counts[day] == best)
        if len(counts) > 1:
            days = ", ".join(day.strftime("%d/%m/%Y") for day in counts)
            self.notices.append(Notice("date_conflict", f"Văn bản nêu nhiều ngày ký khác nhau: {days}."))
        return chosen

    def _dates_in(self, rows: Iterator[Row] | list[Row]) -> list[date]:
        """Dates of lines of place and date, not of laws and votes."""
        out = []
        for row in rows:
            if "ngay" not in row.fold and "/" not in row.fold:
                continue
            if self._rules["metadata.other_dates"].search(row.fold) or self._rules["metadata.today_words"].search(row.fold):
                continue
            masked = mask(row.fold)
            at = masked.find(DATE_MASK)
            if at >= 0 and (day := parse_date(row.fold[at:])):
                out.append(day)
        return out

    def _said_signed(self) -> list[date]:
        out = []
        last = self._clauses[-3:] if len(self._clauses) > 3 else self._clauses
        for row in [*self._preamble, *(self._source.rows[i] for c in last for i in c.lines)]:
            if "ngay" not in row.fold:
                continue
            masked = mask(row.fold)
            m = self._rules["metadata.signed"].search(masked)
            if m and not self._rules["metadata.former"].search(masked, 0, m.start() + 1):
                day = parse_date(row.fold[m.start() : m.end()])
                out += [day] if day else []
        return out

    # -- validity

    def _sentences(self) -> Iterator[_Sentence]:
        """Sentences that may speak of the validity of this agreement, with how surely they do."""
        text, folded = self._source.text, self._source.folded
        clauses = iter(self._clauses)
        clause = next(clauses, None)
        done = 0
        bounds = [b.end() for b in _BOUNDARY.finditer(text)]
        for m in self._rules["metadata.effect_words"].finditer(folded):
            if m.start() < done:
                continue
            low = max(0, m.start() - _REACH)
            before = bisect_right(bounds, m.start())
            start = bounds[before - 1] if before and bounds[before - 1] > low else low
            after = _BOUNDARY.search(text, m.end(), m.end() + _REACH)
            end = done = after.start() + 1 if after else min(len(text), m.end() + _REACH)
            while clause is not None and clause.end <= m.start():
                clause = next(clauses, None)
            masked = mask(folded[start:end], text[start:end])
            if DATE_MASK not in masked and MONTHS_MASK not in masked and " ky" not in masked:
                continue
            weight = self._weight(clause, masked)
            if weight > 0:
                yield _Sentence(folded[start:end], masked, weight)

    def _weight(self, clause: Clause | None, masked: str) -> int:
        weight = 0
        heading = ""
        at = clause
        while at is not None:
            heading += " " + at.heading
            at = self._clauses[at.parent] if at.parent is not None else None
        if self._rules["labels.effect_headings"].search(fold_aligned(heading)):
            weight += 2
        if self._rules["metadata.about"].search(masked):
            weight += 2
        if DATE_MASK in masked:
            weight += 1
        if clause is not None and clause.kind == "preamble":
            weight -= 1
        return weight

    def _take(self, sentence: _Sentence, out: Validity) -> None:
        masked, folded = sentence.masked, sentence.folded
        if out.effective_from is None:
            for m in self._rules["metadata.from_date"].finditer(masked):
                if self._ours(masked, m.start()):
                    at = masked.find(DATE_MASK, m.start())
                    out.effective_from = parse_date(folded[at : m.end()])
                    break
        if out.effective_from is None and out.signed_on is not None:
            for m in self._rules["metadata.from_signing"].finditer(masked):
                if self._ours(masked, m.start()):
                    out.effective_from = out.signed_on
                    break
        if out.term_months is None:
            for m in self._rules["metadata.term"].finditer(masked):
                at = masked.find(MONTHS_MASK, m.start())
                if self._ours(masked, m.start()) and self._is_term(masked, at, m.end()):
                    months = parse_months(folded[at : m.end()])
                    if months and months <= _LONGEST:
                        out.term_months = months
                        break
        if out.expires_on is None:
            for key in ("metadata.to_date", "metadata.end_date"):
                for m in self._rules[key].finditer(masked):
                    said = key.endswith("end_date") or self._rules["metadata.effect_words"].search(masked, 0, m.start())
                    if said and out.expires_on is None and self._ours(masked, m.start()):
                        at = masked.find(DATE_MASK, m.start())
                        out.expires_on = parse_date(folded[at : m.end()])

    def _is_term(self, masked: str, start: int, end: int) -> bool:
        """Whether the months stand alone: "từ 01 đến 03 năm" and "03 năm một lần" are no term."""
        before, after = masked[max(0, start - 12) : start], masked[end : end + 12].lstrip(" ,")
        return not before.rstrip().endswith(("den", "tu", "duoi", "tren", "khong qua")) and not after.startswith(("mot lan", "den"))

    def _ours(self, masked: str, at: int) -> bool:
        """Whether the validity spoken of at `at` is this agreement's: the nearest thing named before is not another one."""
        about = _last(self._rules["metadata.about"], masked, at)
        other = _last(self._rules["metadata.not_about"], masked, at)
        former = _last(self._rules["metadata.former"], masked, at)
        if masked[max(0, at - 4) : at] == "het ":
            return False
        if former > 0 and self._rules["metadata.joined"].search(masked[max(0, at - 8) : at]):
            return self._rules["metadata.about"].search(masked, 0, former) is not None
        return about >= other and (former < 0 or about > former)


def _last(pattern: re.Pattern[str], text: str, until: int) -> int:
    """Where the last match before `until` starts, -1 where there is none."""
    at = -1
    for m in pattern.finditer(text, 0, until):
        at = m.start()
    return at

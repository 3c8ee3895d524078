"""Numbers of persons: after their labels, in the columns they head, and by their own form.

Reads rows; writes `Found`s. A company's tax code, registration, contracts and fax stay; every telephone and every bank account goes,
the company's too: whose desk a number rings at cannot be told from the text, and nobody reads an agreement for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.rules import Label, RedactionRules
from app.structure.source import fold_aligned

_FILLER = re.compile(r"[^\d\n\[\];]*")
_NEXT = re.compile(r"\s?(?:[,;/&+-]|–|và|hoặc|hay)\s?\(?")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_MOBILE = re.compile(r"(?<![\w/.\-+])(?:\(?\+?84\)?|0)(?:[ .\-]{0,2}\d){9,10}(?![\d/])(?!-?[A-Za-zĐ])(?![.\-]\d)")
_CITIZEN = re.compile(r"(?<![\w/.\-])\d(?:[ .\-]?\d){11}(?![\w/])(?![.\-]\d)")
_PLATE = re.compile(r"(?<![\w/.\-])\d{2}[A-ZĐ]{1,2}\d?[ \-]\d{3}\.\d{2}(?!\d)|(?<![\w/.\-])\d{2}[A-ZĐ]-?\d?[ \-]\d{3}\.\d{2}(?!\d)")
_LEAD = re.compile(r"\d")
_BACK = 5  # characters before the first digit that may belong to the value: "TT 1234567", "ngày 5"


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


class NumberFinder:
    """Finds the numbers of a document row by row."""

    def __init__(self, rules: RedactionRules) -> None:
        self._rules = rules
        self._labels: dict[str, Label] = {label.id: label for label in rules.labels}

    def read(self, rows: tuple[Row, ...]) -> list[Found]:
        out: list[Found] = []
        for row in rows:
            taken = bytearray(len(row.text))  # 1 = settled
            self._columns(row, out, taken)
            self._labelled(row, out, taken)
            self._shapes(row, out, taken)
        return out

    # -- after labels

    def _marks(self, row: Row) -> list[tuple[int, int, Label | None]]:
        """Labels of a row in order, the longest of those that overlap; None = a label of organisations."""
        marks: list[tuple[int, int, Label | None]] = []
        for label in self._rules.labels:
            marks += [(*m.span(), label) for m in label.phrases.finditer(row.fold)]
        marks += [(*m.span(), None) for m in self._rules.numbers["organisation_labels"].folded.finditer(row.fold)]
        marks.sort(key=lambda mark: (mark[0], -mark[1]))
        out: list[tuple[int, int, Label | None]] = []
        for mark in marks:
            if not out or mark[0] >= out[-1][1]:
                out.append(mark)
            elif mark[1] - mark[0] > out[-1][1] - out[-1][0]:
                out[-1] = mark
        return out

    def _labelled(self, row: Row, out: list[Found], taken: bytearray) -> None:
        marks = self._marks(row)
        for place, (start, at, label) in enumerate(marks):
            last = marks[place + 1][0] if place + 1 < len(marks) else len(row.text)
            if label is None:
                self._organisation(row, at, last, out, taken)
                continue
            for first, end in self._values(row, label, start, at, last):
                if not _overlaps(taken, first, end):
                    self._take(row, label, first, end, out, taken)

    def _organisation(self, row: Row, at: int, last: int, out: list[Found], taken: bytearray) -> None:
        filler = _FILLER.match(row.text, at, min(last, at + 60))
        found = self._rules.forms["digits"].match(row.text, filler.end() if filler else at)
        if found is None or found.start() >= last or _overlaps(taken, *found.span()):
            return
        if self._rules.digits["personal_tax"].fullmatch(digits(found.group())) and self._is_tax(row, at):
            _settle(taken, *found.span())
            label = self._labels["personal_tax_label"]
            out.append(self._found(row, *found.span(), label.kind, label.id, label.why))
            return
        _settle(taken, *found.span())

    def _is_tax(self, row: Row, at: int) -> bool:
        return bool(re.search(r"(?:mst|ma so thue)$", row.fold[max(0, at - 12) : at]))

    def _values(self, row: Row, label: Label, start: int, at: int, last: int) -> Iterator[tuple[int, int]]:
        """The places of the values that follow a label: the first within reach, then those joined to it."""
        birth = label.kind == "birth_date"
        if birth and self._rules.numbers["not_born"].search(row, max(0, start - 14), start):
            return
        text = row.fold if birth else row.text
        m = self._first(text, label, at, min(last, at + label.reach))
        while m and m.start() < last:
            yield m.start(), m.end()
            joint = _NEXT.match(row.text, m.end())
            m = label.form.match(row.text, joint.end()) if joint and label.kind in ("phone", "id_number", "plate", "passport") else None

    def _first(self, text: str, label: Label, at: int, end: int) -> re.Match[str] | None:
        """The first thing of the label's form: its letters may be its own ("M48…"), other words are filler."""
        filler = _FILLER.match(text, at, end)
        stop = filler.end() if filler else at
        if stop >= len(text):
            return None
        token = stop
        while token > at and (text[token - 1].isalnum() or text[token - 1] in "(+ -") and stop - token < _BACK:
            token -= 1
        for place in range(token, stop + 1):
            if place > at and text[place - 1].isalnum():
                continue
            if m := label.form.match(text, place):
                return m
        return None

    def _take(self, row: Row, label: Label, start: int, end: int, out: list[Found], taken: bytearray) -> None:
        words = row.text[start:end]
        number = digits(words)
        if label.kind not in ("birth_date", "plate") and (_DATE.fullmatch(words) or self._amount(row, end)):
            return
        if label.kind == "licence" and len(number) < 5:
            return
        if label.kind == "phone" and not self._phone(number):
            return
        _settle(taken, start, end)
        year_only = label.kind == "birth_date" and len(number) == 4
        out.append(self._found(row, start, end, label.kind, label.id, label.why, everywhere=not year_only))

    def _amount(self, row: Row, end: int) -> bool:
        at = end + (row.text[end : end + 1] == " ")
        pattern, text = self._rules.numbers["amounts"].of(row)
        return bool(pattern.match(text, at))

    def _phone(self, number: str) -> bool:
        return any(self._rules.digits[form].fullmatch(number) for form in ("mobile", "mobile_short", "landline"))

    # -- in columns

    def _columns(self, row: Row, out: list[Found], taken: bytearray) -> None:
        for cell in row.line.cells:
            if not cell.header or cell.end <= cell.start:
                continue
            label = self._header(cell.header)
            if label is None:
                continue
            start, end = cell.start - row.start, cell.end - row.start
            text = row.fold if label.kind == "birth_date" else row.text
            for m in label.form.finditer(text, start, end):
                if not _overlaps(taken, *m.span()):
                    self._take(row, label, m.start(), m.end(), out, taken)

    def _header(self, header: str) -> Label | None:
        folded = fold_aligned(header)
        return next((label for label in self._rules.labels if label.phrases.search(folded)), None)

    # -- by form

    def _shapes(self, row: Row, out: list[Found], taken: bytearray) -> None:
        if "@" in row.text:
            for m in re.finditer(rf"(?<![\w.+%\-]){self._rules.forms['email'].pattern}", row.text):
                self._shape(row, *m.span(), "email", "email_shape", out, taken)
        if not _LEAD.search(row.text):
            return
        for m in _MOBILE.finditer(row.text):
            if self._rules.digits["mobile"].fullmatch(digits(m.group())) and not self._amount(row, m.end()):
                self._shape(row, *m.span(), "phone", "mobile_shape", out, taken)
        for m in _CITIZEN.finditer(row.text):
            number = digits(m.group())
            if self._rules.digits["citizen"].fullmatch(number) and not self._amount(row, m.end()):
                self._shape(row, *m.span(), "id_number", "citizen_shape", out, taken)
        for m in _PLATE.finditer(row.text):
            self._shape(row, *m.span(), "plate", "plate_shape", out, taken)

    def _shape(self, row: Row, start: int, end: int, kind: str, rule: str, out: list[Found], taken: bytearray) -> None:
        if _overlaps(taken, start, end):
            return
        _settle(taken, start, end)
        out.append(self._found(row, start, end, kind, rule, self._rules.reasons[rule]))

    def _found(self, row: Row, start: int, end: int, kind: str, rule: str, why: str, *, everywhere: bool = True) -> Found:
        return Found(row.start + start, row.start + end, kind, rule, why, everywhere)


def _overlaps(taken: bytearray, start: int, end: int) -> bool:
    return any(taken[start:end])


def _settle(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\x01" * (end - start)

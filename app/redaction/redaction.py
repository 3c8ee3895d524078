"""What the redaction hands on: the spans that were taken out, why, and the text that may be published.

Reads `reading.Document`; read by whoever publishes. Nothing of it holds a clock: the day of the legal ground is an argument.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from app.reading.document import Cell, Document, Line
from app.redaction.rules import Ground, Kind


@dataclass(frozen=True, slots=True)
class Span:
    """One removed stretch of `Document.text`: `start`/`end` are its offsets, `rule` is the id of the rule that fired.

    `everywhere`: the same words were removed wherever they stand again (not so for a year of birth or a lone given name).
    """

    start: int
    end: int
    kind: str  # an id of grading_rules/redaction/kinds.yaml
    rule: str
    why: str  # one Vietnamese phrase
    everywhere: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that equal or resemble removed ones and stay: the company's name, a street, a company's number."""

    start: int
    end: int
    why: str


_Stretch = TypeVar("_Stretch", Span, Kept)


@dataclass(frozen=True, slots=True)
class Redaction:
    """The removed spans in text order (never overlapping, never across lines) and the text without them."""

    document: Document
    spans: tuple[Span, ...]
    kept: tuple[Kept, ...]
    kinds: dict[str, Kind]
    grounds: tuple[Ground, ...]

    @property
    def text(self) -> str:
        """The whole text with a neutral mark in place of every removed stretch."""
        return self.piece(0, len(self.document.text))

    def removed(self, span: Span) -> str:
        """The words a span takes out. For the publisher's eyes only."""
        return self.document.text[span.start : span.end]

    def piece(self, start: int, end: int) -> str:
        """Any stretch of the original text, redacted; a span that begins before or ends after it counts whole."""
        text, out, at = self.document.text, [], start
        first = bisect_left(self.spans, start, key=lambda span: span.end)
        for span in self.spans[first:]:
            if span.start >= end:
                break
            if span.end <= start:
                continue
            out += [text[at : max(at, span.start)], self.kinds[span.kind].mark]
            at = span.end
        out.append(text[at : max(at, end)])
        return "".join(out)

    def joined(self, spans: tuple[Span, ...], kept: Iterable[Kept]) -> Redaction:
        """This redaction with what was found in its published text beside it: offsets become those of the original text."""
        places, shifts, shift = [], [0], 0  # where marks end in the published text, and how far what follows was moved
        for span in self.spans:
            shift += len(self.kinds[span.kind].mark) - (span.end - span.start)
            places.append(span.end + shift)
            shifts.append(shift)

        def original(place: int) -> int:
            return place - shifts[bisect_right(places, place)]

        def moved(one: _Stretch) -> _Stretch:
            return replace(one, start=original(one.start), end=original(one.end - 1) + 1)

        found = sorted([*self.spans, *(moved(span) for span in spans)], key=lambda span: span.start)
        left = {*self.kept, *(moved(one) for one in kept)}
        starts = [span.start for span in found]
        bare = [k for k in left if bisect_left(starts, k.end) == 0 or found[bisect_left(starts, k.end) - 1].end <= k.start]
        return replace(self, spans=tuple(found), kept=tuple(sorted(bare, key=lambda k: (k.start, k.end))))

    def published_document(self) -> Document:
        """The document as it may be published: the same lines with marks, no file name, no warnings, no words of the file's
        properties or comments (the reading room carries none)."""
        lines: list[Line] = []
        parts: list[str] = []
        at = 0
        for line in self.document.lines:
            words = self.piece(line.start, line.end)
            cells = tuple(self._cell(line, cell, at) for cell in line.cells)
            lines.append(replace(line, start=at, end=at + len(words), cells=cells))
            parts.append(words)
            at += len(words) + 1
        return replace(self.document, text="\n".join(parts), lines=tuple(lines), filename="", warnings=())

    def _cell(self, line: Line, cell: Cell, at: int) -> Cell:
        start = at + len(self.piece(line.start, cell.start))
        return replace(cell, start=start, end=start + len(self.piece(cell.start, cell.end)), header=self._header(cell.header))

    def _header(self, header: str) -> str:
        for span in self.spans:
            if span.everywhere and header and (words := self.removed(span)) in header:
                header = header.replace(words, self.kinds[span.kind].mark)
        return header

    def ground(self, on: date) -> Ground | None:
        """The law on which the removal rests on the day of publication; None before there was one."""
        return next((one for one in self.grounds if one.start <= on and (one.end is None or on <= one.end)), None)

    def record(self, on: date, *, with_removed: bool = False) -> dict[str, Any]:
        """What stays on file of this redaction, ready for JSON. The removed words themselves only `with_removed`."""
        ground = self.ground(on)
        counts: dict[str, int] = {}
        for span in self.spans:
            counts[span.kind] = counts.get(span.kind, 0) + 1
        return {
            "on": on.isoformat(),
            "legal_ground": None
            if ground is None
            else {"document": ground.document, "text": ground.text, "from": ground.start.isoformat()},
            "counts": counts,
            "removed": [self._span_record(span, with_removed) for span in self.spans],
            "kept": [{"start": k.start, "end": k.end, "why": k.why} for k in self.kept],
        }

    def _span_record(self, span: Span, with_removed: bool) -> dict[str, Any]:
        kind = self.kinds[span.kind]
        out: dict[str, Any] = {
            "start": span.start, "end": span.end, "kind": span.kind, "label": kind.label, "mark": kind.mark,
            "rule": span.rule, "why": span.why,
        }  # fmt: skip
        if with_removed:
            out["text"] = self.removed(span)
        return out

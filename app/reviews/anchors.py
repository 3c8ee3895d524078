"""Where the words of a correction stand: a text-quote selector (exact words, words before and after, clause) and how it is found again.

An `Anchor` is made from a selection of one text and looked up in another: the same file read again, a better scan of it, a newer version.
Comparison is on letters and digits without tones, spaces or punctuation, so that a scan's slips do not lose the place; figures
and negations alone must agree, since a clause whose figure changed says something else. Pure: strings in, a `Place` out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import Match, SequenceMatcher
from typing import Any, Literal

from app.reading.text import fold

CONTEXT = 64  # characters kept on each side
GRAM = 4
BUCKET = 16  # alignments this near to each other are one candidate
CANDIDATES = 8
DRIFT, DRIFT_SHARE = 4, 0.03  # characters, and share of the length, that slips may shift the words by
ENOUGH = 0.8  # likeness of the words that are the same words, 0..1
AT_HOME = 1.03  # likeness and a tenth of the context: what is only alike must also stand where it stood
NEGATIONS = ("khong", "chua", "chang", "cam", "tru")
CONTEXT_WEIGHT = 0.2  # of the words around and the clause (0..2.5), beside the likeness of the words themselves
SHORT = 12  # letters and digits: a selection this short must be found as it is
_FIGURE = re.compile(r"(?<!\w)\d[\dOolI|.,]*")
_WORD = re.compile(r"[^\W\d_]+")
_GROUPED = re.compile(r"[.,](?=\d{3}(?!\d))")
_LOOKS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", ",": "."})

Status = Literal["held", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """`exact` stood at `start` of the text, in the clause `path`, between `prefix` and `suffix`."""

    path: str
    exact: str
    prefix: str
    suffix: str
    start: int

    @classmethod
    def of(cls, text: str, span: tuple[int, int], path: str) -> Anchor:
        start, end = span
        return cls(path, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Anchor:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Place:
    """`changed`: the words are there but their figures or negations are others. `span` is None where they are lost, `likeness` 0..1."""

    status: Status
    span: tuple[int, int] | None
    likeness: float


LOST = Place("lost", None, 0.0)


class Haystack:
    """One text made ready for looking up many anchors. `clauses` are (path, start, end)."""

    def __init__(self, text: str, clauses: Sequence[tuple[str, int, int]]) -> None:
        self.text = text
        self._spans = {path: (start, end) for path, start, end in clauses}
        self._bare, self._at = _bare(text)
        self._edges = sorted({bisect_left(self._at, place) for _, *span in clauses for place in span})  # of clauses, in the bare text
        self._grams: dict[str, list[int]] | None = None

    def find(self, anchor: Anchor) -> Place:
        """Where the anchor's words stand in this text."""
        end = anchor.start + len(anchor.exact)
        around = (max(0, anchor.start - len(anchor.prefix)), end + len(anchor.suffix))
        if self.text[around[0] : around[1]] == anchor.prefix + anchor.exact + anchor.suffix:
            return Place("held", (anchor.start, end), 1.0)
        needle, _ = _bare(anchor.exact)
        if not needle:
            return LOST
        found = self._same(needle)
        if not found and len(needle) > SHORT:
            found = [one for one in self._alike(needle) if one[2] + self._context(anchor, one) / 10 >= AT_HOME]
        if not found:
            return LOST
        best = max(found, key=lambda one: (one[2] + CONTEXT_WEIGHT * self._context(anchor, one), self._nearness(anchor, one)))
        start, stop, likeness = best
        span = self._own(start, stop)
        same = _telling(anchor.exact) == _telling(self.text[span[0] : span[1]])
        return Place("held" if same else "changed", span, likeness)

    def _same(self, needle: str) -> list[tuple[int, int, float]]:
        """Every place of the bare words as they are."""
        found, at = [], self._bare.find(needle)
        while at >= 0:
            found.append((at, at + len(needle), 1.0))
            at = self._bare.find(needle, at + 1)
        return found

    def _alike(self, needle: str) -> list[tuple[int, int, float]]:
        """Places that share most runs of four characters with the needle, compared letter by letter."""
        votes: Counter[int] = Counter()
        index = self._index()
        for place in range(len(needle) - GRAM + 1):
            for at in index.get(needle[place : place + GRAM], ()):
                votes[(at - place) // BUCKET] += 1
        found = []
        for bucket, _ in votes.most_common(CANDIDATES):
            low = max(0, (bucket - 1) * BUCKET)
            window = self._bare[low : (bucket + 2) * BUCKET + len(needle) + BUCKET]
            blocks = [one for one in SequenceMatcher(None, needle, window, autojunk=False).get_matching_blocks() if one.size]
            strong = _aligned([one for one in blocks if one.size >= GRAM] or blocks, len(needle))
            if not strong:
                continue
            first, last = strong[0], strong[-1]
            start, stop = self._trimmed(low, first.b, first.a, last.b + last.size, len(needle) - last.a - last.size)
            likeness = SequenceMatcher(None, needle, self._bare[start:stop], autojunk=False).ratio()
            if likeness >= ENOUGH:
                found.append((start, stop, likeness))
        return found

    def _trimmed(self, low: int, first: int, before: int, last: int, after: int) -> tuple[int, int]:
        """The part [first, last) of the window at `low` with so many characters before and after it, within the clauses of that part."""
        first, last = low + first, low + last
        edge = bisect_right(self._edges, first) - 1
        start = max(first - before, self._edges[edge] if edge >= 0 else 0)
        edge = bisect_left(self._edges, last)
        stop = min(last + after, self._edges[edge] if edge < len(self._edges) else len(self._bare))
        return start, stop

    def _index(self) -> dict[str, list[int]]:
        if self._grams is None:
            self._grams = {}
            for at in range(len(self._bare) - GRAM + 1):
                self._grams.setdefault(self._bare[at : at + GRAM], []).append(at)
        return self._grams

    def _context(self, anchor: Anchor, found: tuple[int, int, float]) -> float:
        """How alike the words around are, and whether the clause is the same one."""
        before, after = _bare(anchor.prefix)[0], _bare(anchor.suffix)[0]
        start, stop, _ = found
        alike = _ratio(before, self._bare[max(0, start - len(before)) : start]) + _ratio(after, self._bare[stop : stop + len(after)])
        low, high = self._spans.get(anchor.path, (0, 0))
        return round(alike + (0.5 if low <= self._at[start] < high else 0.0), 2)

    def _nearness(self, anchor: Anchor, found: tuple[int, int, float]) -> int:
        return -abs(self._at[found[0]] - anchor.start)

    def _own(self, start: int, stop: int) -> tuple[int, int]:
        """The span of the text for a span of its bare form, with the punctuation that closes a word or sentence left out."""
        return self._at[start], self._at[stop - 1] + 1


def _aligned(blocks: Sequence[Match], length: int) -> list[Match]:
    """The matching blocks that lie along one alignment: a heading that repeats the first words of its clause does not."""
    if not blocks:
        return []
    shifts = sorted(one.b - one.a for one in blocks for _ in range(one.size))
    middle = shifts[len(shifts) // 2]
    return [one for one in blocks if abs(one.b - one.a - middle) <= DRIFT + length * DRIFT_SHARE]


def _bare(text: str) -> tuple[str, list[int]]:
    """Letters and digits without tones, and where each stood."""
    folded = fold(text)
    at = [place for place, char in enumerate(folded) if char.isalnum()]
    return "".join(folded[place] for place in at), at


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one or other else 1.0


def _telling(text: str) -> tuple[list[str], int]:
    """The figures of a text, in order, and how often it says no: without separators of thousands and leading zeros, a scan's
    look-alikes read as digits."""
    read = (_GROUPED.sub("", one.rstrip(".,")).translate(_LOOKS) for one in _FIGURE.findall(text))
    said_no = sum(word in NEGATIONS for word in _WORD.findall(fold(text)))
    return [one.lstrip("0") or "0" for one in read], said_no

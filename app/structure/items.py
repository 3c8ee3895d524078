"""Khoản, điểm and sub-points inside one article, annex item list or unnumbered agreement, chosen by sequence.

Reads the label readings of each line; writes the `Item`s that open. A label is taken when it continues a list that is open (the deepest
first), else when it starts one, else when it skips or doubles within reason; a number that fits none of these is text. Automatic labels
are always labels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from app.reading.document import Notice
from app.structure.labels import LATIN, VIETNAMESE, Label, readings
from app.structure.rules import StructureRules
from app.structure.source import Row, Source

ItemKind = Literal["clause", "point", "subpoint"]

_SKIP = 4  # how far a typed number may run ahead of its list
_DEEPEST = 6  # lists within lists
_ORPHAN = 6  # how high the first typed number of a list may be
_MARKED = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")  # letters that only Vietnamese has
_FOREIGN = 12  # characters of text without such a letter that make it foreign
_ZEROS = re.compile(r"0{2,3}\b")
_TERMINATED = re.compile(r"[.;:!?)\"”’…,]$")
_CONFUSED = {"d": "đ", "e": "c", "c": "e", "h": "b", "b": "h", "l": "i", "i": "l", "q": "g", "o": "c", "n": "h"}  # in scans
_RANK = {"upper_letter": 0, "upper_roman": 1, "number": 2, "dotted": 2, "letter": 3, "roman": 4, "letter_number": 4}


@dataclass(slots=True)
class Level:
    """One open list: its last label, and the path of the item that carries it."""

    label: Label
    path: str
    vietnamese: bool


@dataclass(slots=True)
class Item:
    """An item that opens at `start` (offset in the text); its words begin at `body`."""

    path: str
    parent: str
    kind: ItemKind
    label: Label
    start: int
    body: int
    automatic: bool
    notices: list[Notice] = field(default_factory=list)


@dataclass(slots=True)
class _Placed:
    level: int  # index in the stack of the list it continues; len(stack) for a new list
    number: str
    notices: list[Notice]


class Items:
    """The open lists of one container (an article, an annex); feed it rows in order."""

    def __init__(self, source: Source, rules: StructureRules, base: str, number: int, seen: dict[str, int]) -> None:
        self._source = source
        self._rules = rules
        self._units = rules["labels.units"]
        self._citations = rules["labels.citations"]
        self._base = base
        self._number = number
        self._seen = seen  # paths used in the whole document, with how often
        self._stack: list[Level] = []
        self._previous = ""  # the words before, to see whether a list was announced or a sentence is unfinished

    def note(self, words: str) -> None:
        """Tell the container of words that open nothing (its heading, a plain paragraph)."""
        if words:
            self._previous = words

    def feed(self, row: Row, at: int = 0) -> list[Item]:
        """Return the items that open in this row from character `at` on: none, one, or a khoản and its first điểm."""
        out: list[Item] = []
        automatic = bool(row.line.label) and not at
        while True:
            item = self._open(row, at, automatic)
            if item is None:
                break
            out.append(item)
            at = item.body - row.start
            automatic = False
            if not self._starts_again(row, at, item.label):
                break
            self._previous = ":"  # "1. a) …": the point follows its khoản in one line
        self.note(row.text[at:].strip() or (self._previous if not out else ""))
        return out

    def _starts_again(self, row: Row, at: int, label: Label) -> bool:
        found = readings(row, at, False)
        return any(r.value == 1 and r.family != label.family and _RANK[r.family] > _RANK[label.family] for r in found)

    def _open(self, row: Row, at: int, automatic: bool) -> Item | None:
        found = readings(row, at, self._source.scanned)
        if not found:
            return None
        choice: tuple[Label, _Placed] | None = None
        for attempt in (self._continues, self._begins, self._skips):
            for label in found:
                if label.guessed and attempt is self._skips:
                    continue
                rest = row.text[at + label.length :]
                if not self._plausible(label, rest, row.fold[at + label.length :], automatic):
                    continue
                if self._translates(label, rest):
                    continue
                placed = attempt(label, rest, automatic)
                if placed is not None:
                    choice = (label, placed)
                    break
            if choice:
                break
        if choice is None:
            return None
        return self._push(row, at, *choice, automatic)

    # -- choosing

    def _plausible(self, label: Label, rest: str, folded: str, automatic: bool) -> bool:
        if automatic:
            return True
        if label.family in ("number", "dotted"):
            if _ZEROS.match(folded):
                return False
            unit = self._units.match(folded)
            if unit and (not rest[0].isupper() or (label.family == "dotted" and rest[0].islower())):
                return False
            if label.style == "1khoan" and self._citations.match(folded) and rest[:1].islower():
                return False
        return not (label.family == "upper_letter" and not rest)

    def _translates(self, label: Label, rest: str) -> bool:
        """Whether the line repeats or restarts a list in another language: the translation that bilingual agreements set below."""
        if len(rest) < _FOREIGN or _MARKED.search(rest) or not self._stack:
            return False
        return any(self._fits(label, level) and label.value <= level.label.value and level.vietnamese for level in self._stack)

    def _fits(self, label: Label, level: Level) -> bool:
        """Whether the label belongs to the list of that level by its form."""
        other = level.label
        if label.family == "dotted":
            return other.family == "dotted" and other.parents == label.parents
        return label.family == other.family and label.style == other.style

    def _next(self, label: Label, last: Label) -> bool:
        if label.family != "letter":
            return label.value == last.value + 1
        return label.number in _letters_after(last.number)

    def _continues(self, label: Label, rest: str, automatic: bool) -> _Placed | None:
        for index in range(len(self._stack) - 1, -1, -1):
            level = self._stack[index]
            if self._fits(label, level) and self._next(label, level.label):
                if label.family == "dotted" and not index and not self._base:
                    return self._chaptered(label, rest, automatic)
                return _Placed(index, label.number, _repaired(label))
        for index in range(len(self._stack) - 1, -1, -1):  # "1." "2)" "3.": one list, typed unevenly
            level = self._stack[index]
            same = label.family == level.label.family and label.family != "dotted"
            if same and label.value > 1 and self._next(label, level.label):
                return _Placed(index, label.number, _repaired(label))
        if self._source.scanned and label.family == "letter":
            for index in range(len(self._stack) - 1, -1, -1):
                last = self._stack[index].label
                meant = _CONFUSED.get(label.number, "") if last.family == "letter" else ""
                for letter in meant:
                    if letter in _letters_after(last.number):
                        return _Placed(index, letter, [_repair_notice(letter)])
        return None

    def _begins(self, label: Label, rest: str, automatic: bool) -> _Placed | None:
        if len(self._stack) >= _DEEPEST:
            return None
        if label.family == "dotted":
            return self._begins_dotted(label, rest, automatic)
        if label.value != 1:
            return None
        if label.family == "letter_number" and not self._carries(label.parents[0]):
            return None
        for index in range(len(self._stack) - 1, -1, -1):
            level = self._stack[index]
            if not (label.family == level.label.family and (label.style == level.label.style or index == 0)):
                continue
            if self._previous.rstrip().endswith(":") and index == len(self._stack) - 1:
                return _Placed(len(self._stack), label.number, [])  # a list announced inside an item
            if label.style == level.label.style:
                return None  # a list that starts again: `_skips` says so
        rank = _RANK[label.family]
        if label.family in ("number", "upper_roman", "upper_letter") and not self._previous.rstrip().endswith(":"):
            for index, level in enumerate(self._stack):
                if _RANK[level.label.family] > rank:  # letters stood where numbers now begin
                    return _Placed(index, label.number, _repaired(label))
        return _Placed(len(self._stack), label.number, _repaired(label))

    def _carries(self, value: int) -> bool:
        return any(level.label.family == "letter" and level.label.value == value for level in self._stack)

    def _begins_dotted(self, label: Label, rest: str, automatic: bool) -> _Placed | None:
        above = label.parents[-1]
        two = len(label.parents) == 1  # "5.1" rather than "5.1.1"
        for index in range(len(self._stack) - 1, -1, -1):
            other = self._stack[index].label
            if (other.family == "dotted" and (*other.parents, other.value) == label.parents) or (
                two and other.family == "number" and other.value == above
            ):
                return self._dotted(index + 1, label, automatic)
        if two and not self._base and (not self._stack or self._stack[0].label.family == "dotted"):
            return self._chaptered(label, rest, automatic)
        if two and above == self._number:
            return self._dotted(self._level_of_numbers(), label, automatic)
        odd = Notice("label_odd", f"Số khoản {above}.{label.number} không theo số của điều.")
        if two and (automatic or (label.value == 1 and rest[:1].isupper() and not self._stack)):
            return _Placed(self._level_of_numbers(), label.number, [odd])
        first = self._stack[0].label if self._stack else None
        if first is None or self._fits(label, self._stack[0]) or first.family != "dotted" or not rest[:1].isupper():
            return None
        return _Placed(0, label.number, [odd]) if label.value == first.value + 1 else None  # "5.1", then "4.2"

    def _chaptered(self, label: Label, rest: str, automatic: bool) -> _Placed | None:
        """Top-level "2.1" of an agreement without articles, numbered by chapter: its path is the whole number."""
        number = f"{label.parents[0]}.{label.number}"
        last = self._stack[0].label if self._stack else None
        if last is None:
            fits = label.value == 1
        else:
            same = label.parents == last.parents and label.value == last.value + 1
            fits = same or (label.value == 1 and label.parents[0] == last.parents[0] + 1)
        return _Placed(0, number, _repaired(label)) if fits and (automatic or not rest[:1].islower()) else None

    def _dotted(self, index: int, label: Label, automatic: bool) -> _Placed | None:
        if label.value > 1 + _SKIP and not automatic:
            return None
        notices = _repaired(label)
        if label.value > 1:
            notices.append(_skipped(label))
        return _Placed(index, label.number, notices)

    def _level_of_numbers(self) -> int:
        for index, level in enumerate(self._stack):
            if level.label.family in ("number", "dotted"):
                return index
        return 0

    def _skips(self, label: Label, rest: str, automatic: bool) -> _Placed | None:
        """Labels that skip, double or stand alone: taken when their form is beyond doubt."""
        strong = automatic or not rest or not rest[0].islower() or (label.family == "letter" and label.style.endswith(")"))
        if not strong or (label.style in ("1/", "1:", "a:", "a/") and not automatic):
            return None
        finished = bool(_TERMINATED.search(self._previous.rstrip())) or len(self._previous) < 80
        for index in range(len(self._stack) - 1, -1, -1):
            level = self._stack[index]
            if not self._fits(label, level):
                continue
            ahead = label.value - level.label.value
            if ahead > 1 and (ahead <= _SKIP or automatic):
                return _Placed(index, label.number, [_skipped(label)])
            if ahead <= 0 and (automatic or finished):
                return _Placed(index, label.number, [Notice("clause_doubled", f"Số {label.number} được dùng hai lần.")])
            return None
        if label.family == "dotted" or label.family == "letter_number":
            return None
        if label.family in ("upper_letter", "upper_roman", "roman") and not automatic:
            return None
        if not automatic and (not finished or (label.value > _ORPHAN and label.family != "letter")):
            return None
        if label.family == "number" and any(level.label.family in ("number", "dotted") for level in self._stack):
            return None
        if label.family == "letter" and not automatic and not label.style.endswith(")"):
            return None
        index = len(self._stack) if _RANK[label.family] > 2 else 0
        return _Placed(index, label.number, [_skipped(label)])

    # -- opening

    def _push(self, row: Row, at: int, label: Label, placed: _Placed, automatic: bool) -> Item:
        del self._stack[placed.level :]
        parent = self._stack[-1].path if self._stack else self._base
        path = unique(f"{parent}.{placed.number}" if parent else placed.number, self._seen)
        depth = len(self._stack) + 1
        if placed.number != label.number and label.family == "letter":  # repaired
            label = Label(label.family, label.style, placed.number, _letter_value(placed.number), label.parents, label.length)
        self._stack.append(Level(label, path, bool(_MARKED.search(row.text, at + label.length))))
        kind: ItemKind = "subpoint"
        if depth == 1:
            kind = "point" if label.family in ("letter", "roman", "letter_number") else "clause"
        elif depth == 2 and label.family in ("letter", "roman", "dotted", "number"):
            kind = "point"
        start = row.start + at
        return Item(path, parent, kind, label, start, start + label.length, automatic, placed.notices)


def unique(path: str, seen: dict[str, int]) -> str:
    """Return `path`, or the path with "bis", "ter" … where it is taken already."""
    times = seen.get(path, 0)
    seen[path] = times + 1
    if not times:
        return path
    suffixes = ("bis", "ter", "quater")
    doubled = path + (suffixes[times - 1] if times <= len(suffixes) else f"x{times + 1}")
    return unique(doubled, seen) if doubled in seen else _claim(doubled, seen)


def _claim(path: str, seen: dict[str, int]) -> str:
    seen[path] = 1
    return path


def _letters_after(letter: str) -> set[str]:
    """The letters that may follow: in the Vietnamese alphabet, in the Latin one, or past a letter that neither uses."""
    out = set()
    for alphabet in (VIETNAMESE, LATIN):
        at = alphabet.find(letter)
        if 0 <= at < len(alphabet) - 1:
            out.add(alphabet[at + 1])
    if letter == "d":
        out.add("e")
    return out


def _letter_value(number: str) -> int:
    return VIETNAMESE.find(number) + 1 or LATIN.find(number) + 1


def _repair_notice(number: str) -> Notice:
    return Notice("label_repaired", f"Số {number} được sửa theo thứ tự vì bản đọc không rõ.")


def _repaired(label: Label) -> list[Notice]:
    return [_repair_notice(label.number)] if label.guessed else []


def _skipped(label: Label) -> Notice:
    return Notice("clause_skipped", f"Số {label.number} không liền sau số trước nó.")

"""What speaks for a run of words being a person's name: how it is written, its family name, what stands around it.

Reads rows and rules; writes runs of words (index of the first word, index after the last).
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.reading.syllables import is_syllable
from app.redaction.lines import Row, Word
from app.redaction.rules import RedactionRules
from app.structure.rules import load as load_structure
from app.structure.source import fold_aligned

MOST_WORDS = 6
_JOINT = re.compile(r" {1,3}|(?<=\b\w)\. ?")  # between two words of a name: spaces, or the dot of an initial
_DESCRIBING = re.compile(r" {0,3}(?:[,;:(|–-] {0,3}){1,2}")
_REACH = 28  # characters before a name in which the word for a street, a school, a firm stands


class Evidence:
    def __init__(self, rules: RedactionRules) -> None:
        self._rules = rules
        self._names = rules.names
        self._provinces = load_structure().province

    # -- runs of capitalised words

    def run(self, row: Row, first: int) -> int:
        """Index after the last word of the name that may begin at word `first`; `first` itself where none may."""
        words = row.words
        if first >= len(words) or not words[first].capital or self.stops(row, words[first]):
            return first
        upper = words[first].upper
        shouted = any(w.upper for w in words[first : first + 3])
        last = first + 1
        while last < len(words) and last - first <= MOST_WORDS:
            word = words[last]
            joint = _JOINT.fullmatch(row.text, words[last - 1].end, word.start)
            if not joint or not word.capital or self._names["ends"].match(row, word.start):
                break
            if not shouted and word.upper:
                break
            if last - first >= 2 and self._names["inner_titles"].match(row, word.start):
                break
            if upper and not word.upper and len(word.text) > 1:
                break
            last += 1
        known = self._names["not_names"].match(row, words[first].start)
        if known is not None and known.end() >= words[last - 1].end:
            return first  # "Hàn Quốc", but not "Hàn Quốc Tuấn"
        if last - first <= MOST_WORDS:
            return last
        cuts = (first + length for length in (3, 4, 2, 5))  # names side by side: the next family name begins another
        return next((cut for cut in cuts if self.surname(words[cut].text, row.plain)), first + 4)

    def stops(self, row: Row, word: Word) -> bool:
        """Whether words that begin here are an organisation, an office or something else that is no person."""
        return any(self._names[key].match(row, word.start) is not None for key in ("starts", "ends"))

    # -- what kind of name

    def surname(self, word: str, plain: bool) -> bool:
        low = word.lower()
        return low in self._rules.surnames or (plain and low in self._rules.plain_surnames) or re.match(r"[hyk]['’]\w", low) is not None

    def vietnamese(self, row: Row, first: int, last: int) -> bool:
        """Two to five words, the first a family name, none of them the name of a province."""
        words = row.words[first:last]
        bare = row.plain or (len(words) >= 3 and all(w.text.isascii() for w in words))  # typed without marks
        if not 2 <= len(words) <= 5 or not self.surname(words[0].text, bare):
            return False
        if self._names["titles"].match(row, words[0].start) and words[1].text.lower() not in self._rules.strong_middles:
            return False  # "Ông Hà Bắc": a title, though Ông is a family name too
        return not self.place(row, words[0].start, words[-1].end)

    def strong(self, row: Row, first: int, last: int) -> bool:
        """A family name with "Thị" or "Văn" after it."""
        words = row.words[first:last]
        return 3 <= len(words) <= 5 and self.vietnamese(row, first, last) and words[1].text.lower() in self._rules.strong_middles

    def foreign(self, row: Row, first: int, last: int) -> bool:
        """Two to five words of which one is no Vietnamese syllable, and no word of business English."""
        words = row.words[first:last]
        if not 2 <= len(words) <= 5 or any(not w.text.isascii() for w in words) or self._names["titles"].match(row, words[0].start):
            return False
        not_names = self._names["foreign_not_names"].marked
        if any(not_names.fullmatch(w.text.lower()) for w in words):
            return False
        return any(not _syllable(w.text.lower()) for w in words)

    def name(self, row: Row, first: int, last: int) -> bool:
        return self.vietnamese(row, first, last) or self.foreign(row, first, last)

    def place(self, row: Row, start: int, end: int) -> bool:
        found = self._provinces.match(fold_aligned(row.text[start:end]))
        return found is not None and found.end() == end - start

    # -- what stands around it

    def namesake(self, row: Row, start: int) -> bool:
        """Whether the word for a street, a school, a firm … stands before a name, with nothing but its form between."""
        at = _back(row.text, start, " “\"'«")
        for _ in range(6):
            for key, found in (("namesakes", True), ("namesake_forms", False)):
                hit = next(iter(self._ending(key, row, max(0, at - _REACH), at)), None)
                if hit is not None and found:
                    return not self._office_of(row, hit)
                if hit is not None:
                    at = _back(row.text, hit)
                    break
            else:
                return False
        return False

    def _ending(self, key: str, row: Row, begin: int, end: int) -> list[int]:
        pattern, text = self._names[key].of(row)
        return [m.start() for m in pattern.finditer(text, begin, end) if m.end() == end]

    def _office_of(self, row: Row, start: int) -> bool:
        """Whether an office stands right before ("Giám đốc Công ty Nguyễn Văn A": the name is the director's)."""
        at = _back(row.text, start)
        return bool(self._ending("offices", row, max(0, at - 2 * _REACH), at))

    def described(self, row: Row, end: int) -> bool:
        """Whether an office, a birth year or a number's label follows a name after a comma, a dash or in brackets."""
        gap = _DESCRIBING.match(row.text, end)
        return gap is not None and self._names["after_name"].match(row, gap.end()) is not None

    def set_off(self, row: Row, start: int, end: int) -> bool:
        """Whether punctuation or the ends of the line stand on both sides; a colon before it would be another label's."""
        at = _back(row.text, start)
        after = row.text[end : end + 3].lstrip(" ")
        return (at == 0 or row.text[at - 1] in "-–|(,;") and (not after or after[0] in "-–:|),;.(")


@lru_cache(maxsize=1 << 14)
def _syllable(word: str) -> bool:
    return len(word) > 1 and is_syllable(word)


def _back(text: str, at: int, skip: str = " ") -> int:
    """The place after the last character before `at` that is not skipped."""
    while at > 0 and text[at - 1] in skip:
        at -= 1
    return at

"""Names of persons in running text: after titles, offices and labels, beside their numbers, and by their form.

Reads rows; writes `Found`s. Lists, tables and signatures are in `people`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.redaction.evidence import Evidence
from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.rules import RedactionRules

_AFTER_TITLE = re.compile(r"(?:\s*\([^()\n]{1,12}\))?\s*[:.]?\s*")
_SENTENCE_START = re.compile(r"(?:^|[.;:|(–•*+/-]|\d[.)])\s*[“\"]?\s*$")
_ITEM_LEAD = re.compile(r"\s*(?:\d{1,3}\s?[.)/]\s*|[-+•*–]\s*)?")
_LABEL_GAP = re.compile(r"[^:\n\[\]|.;]{0,70}?(?::|\||(?<!\w)(?:là|gồm có|gồm|la)(?!\w))[\s:|]*")
_SEPARATOR = re.compile(r"[,;]|(?<!\w)(?:và|va)(?!\w)|\.\s|\n")
_CHAIN = 60  # names that one label may head


class NameFinder:
    def __init__(self, rules: RedactionRules, evidence: Evidence) -> None:
        self._rules = rules
        self._names = rules.names
        self._evidence = evidence

    def read(self, row: Row) -> Iterator[Found]:
        yield from self._titles(row)
        yield from self._offices(row)
        yield from self._labels(row)
        yield from self._by_form(row)

    def beside_number(self, row: Row) -> Iterator[Found]:
        """In a line that held a person's number: names set off by punctuation."""
        at = 0
        while at < len(row.words):
            last = self._evidence.run(row, at)
            if last - at >= 2 and self._evidence.name(row, at, last):
                start, end = row.words[at].start, row.words[last - 1].end
                if self._evidence.set_off(row, start, end) and not self._evidence.namesake(row, start):
                    yield self.found(row, at, last, "beside_number")
            at = max(last, at + 1)

    def found(self, row: Row, first: int, last: int, rule: str, kind: str = "person_name") -> Found:
        words = row.words
        return Found(
            row.start + words[first].start, row.start + words[last - 1].end, kind, rule, self._rules.reasons[rule], last - first > 1
        )

    # -- after a title

    def _titles(self, row: Row) -> Iterator[Found]:
        for start, end in self._names["titles"].all(row):
            if start and self._before_place(row, start):
                continue
            yield from self._titled(row, start, end)
        for start, end in self._names["degrees"].all(row):
            first = self._bridged(row, end)
            last = self._evidence.run(row, first)
            if last - first < 2 or self._evidence.place(row, row.words[first].start, row.words[last - 1].end):
                continue  # "BIDV CN Hà Tĩnh"
            if row.text[end : end + 1] in ".:" or "." in row.text[start:end] or self._evidence.name(row, first, last):
                yield self.found(row, first, last, "title")

    def _before_place(self, row: Row, start: int) -> bool:
        pattern, text = self._names["before_not_title"].of(row)
        return pattern.search(text, max(0, start - 14), start) is not None

    def _titled(self, row: Row, start: int, end: int) -> Iterator[Found]:
        if row.text[end : end + 1] == "." and not self._names["dotted_titles"].match(row, start):
            return
        first = self._bridged(row, end)
        if first >= len(row.words):
            return
        last = self._evidence.run(row, first)
        words = row.words[first:last]
        if not words:
            last = self._lower_case(row, first)
            if last > first:
                yield self.found(row, first, last, "title")
            return
        title = row.text[start:end]
        opens = _SENTENCE_START.search(row.text[max(0, start - 8) : start]) is not None
        coloned = ":" in row.text[end : words[0].start]
        shouted = title.isupper() and words[0].upper
        if shouted and not coloned and len(words) > 1 and not self._evidence.name(row, first, last):
            return  # "ANH CHỊ EM CÔNG NHÂN"
        if len(words) == 1:
            foreign = self._names["dotted_titles"].match(row, start) is not None
            lone = title.islower() or (opens and not shouted)
            if not foreign and (not lone or (len(words[0].text) < 2 and not opens) or words[0].upper):
                return
        elif title[0].isupper() and not opens and not coloned and not self._evidence.name(row, first, last):
            return  # "Tham quan Bà Nà Hill"
        if self._evidence.place(row, start, words[-1].end):
            return
        yield self.found(row, first, last, "title")

    def _bridged(self, row: Row, end: int) -> int:
        """Index of the word where the name begins after a title: further titles, degrees and offices are passed over."""
        at = end
        for _ in range(5):
            gap = _AFTER_TITLE.match(row.text, at)
            at = gap.end() if gap else at
            for key in ("bridges", "titles", "degrees", "offices", "roles"):
                m = self._names[key].match(row, at)
                if m and m.end() > at and not self.surname_at(row, at, m.end()):
                    at = m.end()
                    break
            else:
                break
        first = row.word_at(at)
        return first if first < len(row.words) and row.words[first].start == at else len(row.words)

    def surname_at(self, row: Row, start: int, end: int) -> bool:
        """Whether a capitalised word that is also a title or an office begins a full name ("bà Ông Thị Hân", "Phó Đức Anh")."""
        first = row.word_at(start)
        if not row.text[start].isupper() or " " in row.text[start:end]:
            return False
        return self._evidence.vietnamese(row, first, self._evidence.run(row, first))

    def _lower_case(self, row: Row, first: int) -> int:
        """ "ông nguyễn văn bính": a family name and a usual middle name, up to four words."""
        words = row.words[first : first + 4]
        if len(words) < 3 or not self._evidence.surname(words[0].text, row.plain) or words[0].capital:
            return first
        if words[1].text.lower() not in self._rules.strong_middles:
            return first
        last = first + 3
        if len(words) == 4 and row.text[words[2].end : words[3].start] == " " and row.text[words[3].end : words[3].end + 1] in ",.;:(":
            last += 1
        return last

    # -- after an office or a role

    def _offices(self, row: Row) -> Iterator[Found]:
        for key in ("offices", "roles"):
            for _, end in self._names[key].all(row):
                first = self._bridged(row, end)
                if first >= len(row.words) or not row.text[end : row.words[first].start].isspace():
                    continue
                last = self._evidence.run(row, first)
                named = self._evidence.vietnamese(row, first, last) or (key == "offices" and self._evidence.foreign(row, first, last))
                if not named or self._title_case(row, first, last):
                    continue
                if key == "offices" or not self._evidence.namesake(row, row.words[first].start):
                    yield self.found(row, first, last, "office")

    def _title_case(self, row: Row, first: int, last: int) -> bool:
        """Whether the whole line is in capitals: two words after an office are then no evidence of a name."""
        return last - first == 2 and row.text.isupper()

    # -- after a label

    def _labels(self, row: Row) -> Iterator[Found]:
        tried: set[tuple[int, bool]] = set()
        for key in ("labels", "people"):
            for _, end in self._names[key].all(row):
                gap = _LABEL_GAP.match(row.text, end)
                if gap is None:
                    continue
                strong = key == "labels" and row.text[end : gap.end()].strip(" :|") == ""
                if (gap.end(), strong) not in tried:
                    tried.add((gap.end(), strong))
                    yield from self._chain(row, gap.end(), strong=strong)

    def _chain(self, row: Row, at: int, *, strong: bool) -> Iterator[Found]:
        """Names from a place on, parted by commas, semicolons and "và", each perhaps with a remark; a sentence's end ends them."""
        for number in range(_CHAIN):
            lead = _ITEM_LEAD.match(row.text, at)
            first = self._bridged(row, lead.end() if lead else at)
            last = self._evidence.run(row, first) if first < len(row.words) else first
            if last - first >= 2 and (self._evidence.name(row, first, last) or (strong and number == 0 and self._closed(row, last))):
                yield self.found(row, first, last, "label")
                at = row.words[last - 1].end
            elif number == 0:
                return
            at = self._next_item(row, at)
            if at < 0:
                return

    def _closed(self, row: Row, last: int) -> bool:
        after = row.text[row.words[last - 1].end :][:2].lstrip(" ")
        return not after or after[0] in ",.;:()|–-/"

    def _next_item(self, row: Row, at: int) -> int:
        """Where the next item begins, brackets passed over; -1 where the sentence ends."""
        depth = 0
        for place in range(at, min(len(row.text), at + 160)):
            char = row.text[place]
            depth += (char == "(") - (char == ")")
            if depth > 0:
                continue
            if m := _SEPARATOR.match(row.text, place):
                return -1 if m.group()[0] in ".\n" else m.end()
        return -1

    # -- by form

    def _by_form(self, row: Row) -> Iterator[Found]:
        """A family name with "Thị" or "Văn", or a full name that an office or a number describes."""
        at = 0
        while at < len(row.words):
            word = row.words[at]
            if not word.capital or not self._evidence.surname(word.text, row.plain):
                at += 1
                continue
            last = self._evidence.run(row, at)
            described = last > at and self._evidence.described(row, row.words[last - 1].end)
            sure = self._evidence.strong(row, at, last) or (described and last - at >= 3 and self._evidence.vietnamese(row, at, last))
            if sure and not self._evidence.namesake(row, word.start):
                yield self.found(row, at, last, "surname")
                at = last
            else:
                at += 1

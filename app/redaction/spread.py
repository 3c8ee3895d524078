"""What was found once is found wherever it stands again: names in capitals or not, numbers with other separators.

Reads rows and `Found`s; writes more `Found`s and the places where equal words stay because they name a firm, a street, a school.
One walk over the words of the text, whatever the number of removed strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.redaction.evidence import Evidence
from app.redaction.found import Found
from app.redaction.lines import Row
from app.redaction.redaction import Kept
from app.redaction.rules import RedactionRules
from app.structure.parties import same_words
from app.structure.source import fold_aligned

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_NUMBERS = frozenset(("id_number", "passport", "tax_code_personal", "social_insurance", "phone", "bank_account", "plate", "licence"))
_NAMES = frozenset(("person_name", "signature_name"))
_WORD_GAP = re.compile(r"[\s'’.–-]{1,3}")
_ADDRESS_GAP = re.compile(r"[\s,.:;/'’()–-]{0,4}")
_DIGIT_GAP = re.compile(r"[ ./\-]{0,2}")
_LONGEST = 48  # tokens
_SHORTEST = 6  # letters and digits of a number


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    first: Found | None = None
    words: str = ""


class Spread:
    def __init__(self, rules: RedactionRules, evidence: Evidence, text: str) -> None:
        self._rules = rules
        self._evidence = evidence
        self._text = text

    def read(self, rows: tuple[Row, ...], found: list[Found]) -> tuple[list[Found], list[Kept]]:
        words = _Node()
        numbers: dict[str, Found] = {}
        for one in sorted(found, key=lambda f: f.start):
            if not one.everywhere or one.kind == "email":
                continue
            removed = self._text[one.start : one.end]
            if not spreads(one.kind, removed):
                continue
            if one.kind in _NUMBERS:
                numbers.setdefault(_compact(removed), one)
            else:
                self._learn(words, one, removed)
        longest = max((len(key) for key in numbers), default=0)
        out: list[Found] = []
        kept: list[Kept] = []
        for row in rows:
            tokens = [(m.start(), m.end(), row.fold[m.start() : m.end()]) for m in _TOKEN.finditer(row.text)]
            self._words(row, tokens, words, out, kept)
            if numbers:
                self._numbers(row, tokens, numbers, longest, out)
        return out, kept

    def _learn(self, node: _Node, one: Found, removed: str) -> None:
        tokens = [fold_aligned(m.group()) for m in _TOKEN.finditer(removed)]
        for token in tokens:
            node = node.next.setdefault(token, _Node())
        if node.first is None:
            node.first, node.words = one, removed

    def _words(self, row: Row, tokens: list[tuple[int, int, str]], root: _Node, out: list[Found], kept: list[Kept]) -> None:
        for place in range(len(tokens)):
            node, best = root, None
            at = place
            while at < len(tokens) and (following := node.next.get(tokens[at][2])) is not None:
                node = following
                if node.first is not None and self._same(row, tokens[place][0], tokens[at][1], node):
                    best = (tokens[at][1], node)
                gap = _ADDRESS_GAP.match(row.text, tokens[at][1])
                at += 1
                if at >= len(tokens) or gap is None or gap.end() != tokens[at][0]:
                    break
            if best is not None:
                self._settle(row, tokens[place][0], best[0], best[1], out, kept)

    def _same(self, row: Row, start: int, end: int, node: _Node) -> bool:
        """Whether the words are the removed ones: marks equal or missing, written as a name, not as common words."""
        assert node.first is not None
        here = row.text[start:end]
        if (start and row.text[start - 1].isalnum()) or row.text[end : end + 1].isalnum():
            return False
        if here != node.words and not same_words(here, node.words):
            bare = here.isascii() or node.words.isascii()
            if not bare:
                return False
        if node.first.kind not in _NAMES:
            return True
        words = re.findall(r"[^\W\d_]+", here)
        return all(w[0].isupper() for w in words) or len(words) >= 3

    def _settle(self, row: Row, start: int, end: int, node: _Node, out: list[Found], kept: list[Kept]) -> None:
        first = node.first
        assert first is not None
        a, b = row.start + start, row.start + end
        if (a, b) == (first.start, first.end):
            return
        if first.kind in _NAMES and self._evidence.namesake(row, start):
            kept.append(Kept(a, b, self._rules.reasons["namesake"]))
            return
        label = self._rules.kinds[first.kind].label.lower()
        out.append(Found(a, b, first.kind, "again", self._rules.reasons["again"].format(first=label)))

    def _numbers(self, row: Row, tokens: list[tuple[int, int, str]], numbers: dict[str, Found], longest: int, out: list[Found]) -> None:
        for place, (start, end, _) in enumerate(tokens):
            joined = ""
            at = place
            while at < len(tokens) and len(joined) < longest:
                joined += row.text[tokens[at][0] : tokens[at][1]].upper()
                end = tokens[at][1]
                first = numbers.get(joined)
                if first is not None and (row.start + start, row.start + end) != (first.start, first.end):
                    label = self._rules.kinds[first.kind].label.lower()
                    why = self._rules.reasons["again"].format(first=label)
                    out.append(Found(row.start + start, row.start + end, first.kind, "again", why))
                gap = _DIGIT_GAP.match(row.text, end)
                at += 1
                if at >= len(tokens) or gap is None or gap.end() != tokens[at][0]:
                    break


def spreads(kind: str, words: str) -> bool:
    """Whether removed words are told apart enough to be removed wherever they stand: not a lone word, not a short number."""
    if kind in _NUMBERS:
        return len(_compact(words)) >= _SHORTEST
    return kind == "email" or 2 <= len(_TOKEN.findall(words)) <= _LONGEST


def _compact(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).upper()

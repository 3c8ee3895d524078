"""One pass over a text: phrases of the lexicon, numbers and marks, as one run of tokens in text order.

Reads document text; writes `Tokens`. Linear in the text: one automaton for the phrases, one regular expression without nested
repetition for numbers and marks.
"""

from __future__ import annotations

import re
from operator import itemgetter

from app.provisions.quantities.lexicon import Lexeme, Lexicon
from app.provisions.quantities.spelling import blanked

_HIT = re.compile(r"[0-9]+|[½¼¾⅓⅔⅛%％;:,()|/–—−~÷₫<>≤≥\n.!?…-]")
_FIGURE = re.compile(  # tried where a run of digits begins
    r"(?P<code>\d{1,5}[a-zA-Z]?(?:/\d{4}[/-][A-ZĐƯ]{2}|/[A-ZĐƯ]{2,10}-)[\w-]{0,20}(?:/[\w-]{1,20}){0,2}"
    r"|0\d{1,4}(?:[ .]\d{3,4}){2,3}(?!\d|\.\d)|\d{9,16}(?!\d|[.,]\d))"
    r"|(?P<date>\d{1,2}(?P<s>[/.-])\d{1,2}(?P=s)(?:19|20)\d\d(?!\d))"
    r"|(?P<month_year>(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?!\d))"
    r"|(?P<clock>(?:[01]?\d|2[0-4])(?:[hHgG]|:)[0-5]\d(?!\d))"
    r"|(?P<pair>\d{1,4}/\d{1,4}(?!\d|[.,]\d))"
    r"|(?P<number>\d{1,18}(?:[.,]\d{1,9}){0,6}(?:,-)?)"
)
_START = itemgetter(0)
_WORD = re.compile(r"[^\W\d_]{1,12}")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_VULGAR = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8}
_STOPS = frozenset(".!?…")
_DIGIT = re.compile(r"[0-9½¼¾⅓⅔⅛]")


class Tokens:
    """A text's tokens: `starts[i]`, `ends[i]` are offsets in `text`, `lexemes[i]` says what stands there."""

    __slots__ = ("ends", "lexemes", "size", "starts", "text")

    def __init__(self, text: str, starts: list[int], ends: list[int], lexemes: list[Lexeme]) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends
        self.lexemes = lexemes
        self.size = len(starts)

    def touch(self, i: int, j: int) -> bool:
        """Whether token `j` follows token `i` with nothing but blanks between."""
        if j >= self.size or i < 0:
            return False
        gap = self.starts[j] - self.ends[i]
        return gap == 0 or (gap <= 3 and self.text[self.ends[i] : self.starts[j]].isspace())

    def at(self, i: int) -> Lexeme:
        """The lexeme of token `i`, the empty one outside the text."""
        return self.lexemes[i] if 0 <= i < self.size else NOTHING


NOTHING = Lexeme("")


def number_of(raw: str) -> float:
    """The value of digits with separators: dots or commas between groups of three are thousands, else a decimal mark."""
    raw = raw.removesuffix(",-")
    if _GROUPED.fullmatch(raw):
        decimal = ""
        if "." in raw and "," in raw:
            mark = "," if raw.rfind(",") > raw.rfind(".") else "."
            raw, _, decimal = raw.rpartition(mark)
        elif raw.count(",") == 1 or (raw.startswith("0") and raw.count(".") == 1):
            return float(raw.replace(",", "."))  # "1,125" is a decimal unless its unit says otherwise
        whole = raw.replace(".", "").replace(",", "")
        return float(f"{whole}.{decimal or 0}")
    if raw.count(".") + raw.count(",") == 1:
        return float(raw.replace(",", "."))
    digits = raw.replace(".", "").replace(",", "")
    return float(digits)


def scan(text: str, lexicon: Lexicon) -> Tokens | None:
    """Read the tokens of `text`; None where nothing in it can begin a quantity."""
    blank = blanked(text)
    if _DIGIT.search(text) is None and not lexicon.may_begin(blank):
        return None
    found: list[tuple[int, int, Lexeme]] = []
    for last, (size, lexeme) in lexicon.automaton.iter_long(blank):
        if blank[last + 1] == " ":
            found.append((last - size, last, lexeme))
    found += _marks(text, lexicon)
    found.sort(key=_START)
    starts: list[int] = []
    ends: list[int] = []
    lexemes: list[Lexeme] = []
    end = 0
    for start, stop, lexeme in found:
        if start >= end:
            starts.append(start)
            ends.append(stop)
            lexemes.append(lexeme)
            end = stop
    return Tokens(text, starts, ends, lexemes)


def _marks(text: str, lexicon: Lexicon) -> list[tuple[int, int, Lexeme]]:
    """The numbers and punctuation marks of `text`."""
    out: list[tuple[int, int, Lexeme]] = []
    signs = lexicon.signs
    attached = end = -1
    size = len(text)
    for m in _HIT.finditer(text):
        start = m.start()
        if start < end:
            continue
        mark = m.group()
        if mark[0] not in "0123456789":
            end = start + 1
            sign = signs.get(mark)
            if sign is not None:
                if mark not in _STOPS or end == size or text[end].isspace():
                    out.append((start, end, sign))
                continue
        if mark in _VULGAR:
            lexeme = Lexeme("")
            lexeme.raw, lexeme.shape, lexeme.number = mark, "vulgar", _VULGAR[mark]
            end = start + 1
        else:
            figure = _FIGURE.match(text, start)
            if figure is None:
                continue
            end = figure.end()
            lexeme = Lexeme("")
            raw = lexeme.raw = figure.group()
            if start and start != attached and text[start - 1].isalpha():
                lexeme.phrase = raw  # "A4", "CO2": part of a name
                out.append((start, end, lexeme))
                continue
            lexeme.shape = figure.lastgroup or ""
            if lexeme.shape == "number":
                lexeme.number = float(raw) if raw.isdigit() else number_of(raw)
        lexeme.starts = True
        out.append((start, end, lexeme))
        if end < size and text[end].isalpha():
            attached = _attach(text, end, lexeme, lexicon, out)
    return out


def _attach(text: str, at: int, lexeme: Lexeme, lexicon: Lexicon, out: list[tuple[int, int, Lexeme]]) -> int:
    """Add the word written straight behind a number; a number with an unknown short word is a name ("3A", "5S")."""
    m = _WORD.match(text, at)
    if m is None:
        return -1
    known = lexicon.attached(m.group().lower())
    if known is not None:
        out.append((m.start(), m.end(), known))
        return m.end()
    if lexeme.shape == "number" and len(m.group()) <= 2:
        lexeme.shape = "code"
    return -1

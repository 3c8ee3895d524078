"""One pass over a text: phrases of the lexicon, numbers and marks, as one run of tokens in text order.

Reads document text; writes `Tokens`. Linear in the text: one automaton for the phrases, one regular expression without nested
repetition for numbers and marks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import le

from app.provisions.quantities.lexeme import Lexeme
from app.provisions.quantities.lexicon import Lexicon
from app.provisions.quantities.spelling import blanked

_HIT = re.compile(r"[0-9½¼¾⅓⅔⅛%％;:,()|/–—−~÷₫<>≤≥\n.!?…-]")
_FIGURE = re.compile(  # tried where a run of digits begins
    r"(?P<code>\d{1,5}[a-zA-Z]?(?:/\d{4}[/-][A-ZĐƯ]{2}|/[A-ZĐƯ]{2,10}-)[\w-]{0,20}(?:/[\w-]{1,20}){0,2}"
    r"|0\d{1,4}(?:[ .]\d{3,4}){2,3}(?!\d|\.\d)|\d{9,16}(?!\d|[.,]\d))"
    r"|(?P<date>\d{1,2}(?P<s>[/.-])\d{1,2}(?P=s)(?:19|20)\d\d(?!\d))"
    r"|(?P<month_year>(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?!\d))"
    r"|(?P<clock>(?:[01]?\d|2[0-4])(?:[hHgG]|:)[0-5]\d(?!\d))"
    r"|(?P<pair>\d{1,4}/\d{1,4}(?!\d|[.,]\d))"
    r"|(?P<vulgar>[½¼¾⅓⅔⅛])"
    r"|(?P<number>\d{1,18}(?:[.,]\d{1,9}){0,6}(?:,-)?)"
)
_WORD = re.compile(r"[^\W\d_]{1,12}")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_VULGAR = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8}
_DIGIT = re.compile(r"[0-9½¼¾⅓⅔⅛]")


class Tokens:
    """A text's tokens: `starts[i]`, `ends[i]` are offsets in `text`, `lexemes[i]` says what stands there.

    The lists go a few places beyond `size`, so that looking a little past either end of the text finds the empty lexeme.
    """

    __slots__ = ("ends", "lexemes", "size", "starts", "text")

    def __init__(self, text: str, found: list[tuple[int, int, Lexeme]]) -> None:
        self.text = text
        self.size = len(found)
        starts, ends, lexemes = zip(*found, strict=True) if found else ((), (), ())
        self.starts: list[int] = [*starts, *_PAST_STARTS]
        self.ends: list[int] = [*ends, *_PAST_ENDS]
        self.lexemes: list[Lexeme] = [*lexemes, *_PAST]

    def touch(self, i: int, j: int) -> bool:
        """Whether token `j` follows token `i` with nothing but blanks between; False past the ends."""
        end = self.ends[i]
        gap = self.starts[j] - end
        if gap == 1:
            return self.text[end] == " " or self.text[end].isspace()
        return gap == 0 or (1 < gap <= 3 and self.text[end : end + gap].isspace())


NOTHING = Lexeme("")
_PAST = [NOTHING] * 10
_PAST_STARTS = [1 << 40] * 10
_PAST_ENDS = [-(1 << 40)] * 10


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
    found = _phrases(blank, lexicon) if "\n" not in text else _phrases_by_line(text, lexicon)
    for token in [token for token in found if token[2].split is not None]:
        found.remove(token)
        found += _split(token)
    found += _marks(text, lexicon)
    found.sort()  # by start: no two begin together
    tokens = Tokens(text, found)
    if not all(map(le, tokens.ends[: tokens.size - 1], tokens.starts[1 : tokens.size])):
        return Tokens(text, _apart(found))
    return tokens


def _phrases(blank: str, lexicon: Lexicon) -> list[tuple[int, int, Lexeme]]:
    """The phrases of blanked text, the longest at each place."""
    return [(last - size, last, lexeme) for last, (size, lexeme) in lexicon.automaton.iter_long(blank) if blank[last + 1] == " "]


def _phrases_by_line(text: str, lexicon: Lexicon) -> list[tuple[int, int, Lexeme]]:
    """The phrases of a text of several lines: none goes over a line's end."""
    out: list[tuple[int, int, Lexeme]] = []
    at = 0
    for line in text.split("\n"):
        out += [(start + at, end + at, lexeme) for start, end, lexeme in _phrases(blanked(line), lexicon)]
        at += len(line) + 1
    return out


def _apart(found: list[tuple[int, int, Lexeme]]) -> list[tuple[int, int, Lexeme]]:
    """Without the tokens that begin inside an earlier one."""
    out: list[tuple[int, int, Lexeme]] = []
    end = 0
    for token in found:
        if token[0] >= end:
            out.append(token)
            end = token[1]
    return out


def _split(token: tuple[int, int, Lexeme]) -> list[tuple[int, int, Lexeme]]:
    """ "ca tối thiểu" as "ca" and "tối thiểu"."""
    start, end, lexeme = token
    assert lexeme.split is not None
    first, second = lexeme.split
    out = [(end - len(second.phrase), end, second)]
    return out if first is None else [(start, start + len(first.phrase), first), *out]


def _marks(text: str, lexicon: Lexicon) -> list[tuple[int, int, Lexeme]]:
    """The numbers and punctuation marks of `text`."""
    out: list[tuple[int, int, Lexeme]] = []
    signs = lexicon.signs
    attached = end = -1
    size = len(text)
    for hit in _HIT.finditer(text):
        start = hit.start()
        if start < end:
            continue
        sign = signs.get(text[start])
        if sign is not None:
            end = start + 1
            if sign.sign != "." or end == size or text[end].isspace() or text[start] == "\n":
                out.append((start, end, sign))
            continue
        figure = _FIGURE.match(text, start)
        if figure is None:
            continue
        end = figure.end()
        shape = figure.lastgroup or ""
        if start and start != attached and text[start - 1].isalpha():
            shape = "name"
        known: Lexeme | None = None
        word_end = end
        if end < size and text[end].isalpha():
            word = _WORD.match(text, end)
            if word is not None:
                known = lexicon.attached(word.group().lower())
                word_end = word.end()
                if known is None and shape == "number" and word_end - end <= 2:
                    shape = "code"  # "3A", "5S"
        out.append((start, end, figure_lexeme(figure.group(), shape)))
        if known is not None and shape != "name":
            out.append((end, word_end, known))
            attached = word_end
    return out


@lru_cache(maxsize=4096)
def figure_lexeme(raw: str, shape: str) -> Lexeme:
    """The lexeme of digits as written; a "name" ("A4", "CO2") is none that a quantity begins with."""
    lexeme = Lexeme("")
    lexeme.raw, lexeme.shape = raw, shape
    if shape == "name":
        lexeme.phrase = raw
        return lexeme
    if shape == "number":
        if raw.isdigit():
            lexeme.number = float(raw)
            lexeme.period = lexeme.number == 1
        else:
            lexeme.number = number_of(raw)
            lexeme.grouped = raw.count(".") > 1 or ("." in raw and lexeme.number >= 1000) or raw.count(",") > 1
            lexeme.thousandth = raw.count(",") == 1 and "." not in raw and len(raw) - raw.find(",") == 4
    elif shape == "vulgar":
        lexeme.number = _VULGAR[raw]
    lexeme.starts = True
    return lexeme

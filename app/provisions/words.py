"""Words in a normal form that compares equal however they were typed, each with its place in the text.

Reads any Vietnamese text; writes `Word`s. The normal form of a syllable is its letters without the tone, then the tone as a digit
("thoả" and "thỏa" are both "thoa3"), `y` after a consonant as `i` ("qui định", "quy định"). Numbers keep their digits; `08/3` is `8/3`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?:[/-]\d{1,4})*|[^\W\d_]+|%|[½¼¾]")
_DAY_MONTH = re.compile(r"0?(\d{1,2})[/-]0?(\d{1,2})")
_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_CONSONANT_Y = re.compile(r"^([bcdđghklmnpqrstvx]{1,3}u?|)y$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its normal form and the span it was read from (several words may share the span of one abbreviation)."""

    form: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def form(token: str) -> str:
    """Return the normal form of one token."""
    if token[0].isdigit():
        day_month = _DAY_MONTH.fullmatch(token)
        if day_month:
            return f"{int(day_month[1])}/{int(day_month[2])}"
        return token.lstrip("0") or "0" if token.isdigit() else token
    letters: list[str] = []
    tone = ""
    for char in unicodedata.normalize("NFD", token.lower()):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters))
    short_y = _CONSONANT_Y.match(plain)
    if short_y and short_y[1] and (short_y[1] == "qu" or not short_y[1].endswith("u")):
        plain = short_y[1] + "i"
    return plain + tone


def forms(phrase: str) -> list[str]:
    """Normal forms of the words of a phrase."""
    return [form(m.group()) for m in _WORD.finditer(phrase)]


def words(text: str, start: int, end: int, abbreviations: Mapping[str, tuple[str, ...]]) -> Iterator[Word]:
    """Yield the words of `text[start:end]`; a token whose lower-case form is an abbreviation is written out."""
    for m in _WORD.finditer(text, start, end):
        token = m.group()
        out = abbreviations.get(token.lower())
        if out is not None and (len(token) > 1 and not token.islower()):
            for one in out:
                yield Word(one, m.start(), m.end())
        else:
            yield Word(form(token), m.start(), m.end())

"""Words in a normal form that compares equal however they were typed, each with its place in the text.

Reads any Vietnamese text; writes runs of `Words`. The normal form of a syllable is its letters without the tone, then the tone as a digit
("thoả" and "thỏa" are both "thoa3"), `y` after a consonant as `i` ("qui định", "quy định"). Numbers keep their digits; `08/3` is `8/3`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate

WORD = r"[^\W\d_]+|\d+(?:[.,]\d+)*(?:[/-]\d{1,4})*|[%½¼¾]"
_WORD = re.compile(WORD)
_AROUND = re.compile(f"({WORD})")
_DAY_MONTH = re.compile(r"0?(\d{1,2})[/-]0?(\d{1,2})")
_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_CONSONANT_Y = re.compile(r"^([bcdđghklmnpqrstvx]{1,3}u?|)y$")


class Words:
    """A run of words: their normal forms, and where each was read from (the words of one abbreviation share a span)."""

    __slots__ = ("ends", "forms", "starts")

    def __init__(self, forms: list[str], starts: list[int], ends: list[int]) -> None:
        self.forms = forms
        self.starts = starts
        self.ends = ends

    def __len__(self) -> int:
        return len(self.forms)

    def __add__(self, other: Words) -> Words:
        return Words(self.forms + other.forms, self.starts + other.starts, self.ends + other.ends)


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


def words(text: str, start: int, end: int, abbreviations: Mapping[str, tuple[str, ...]]) -> Words:
    """The words of `text[start:end]`; a token in capitals whose lower-case form is an abbreviation is written out."""
    pieces = _AROUND.split(text[start:end])  # blanks and tokens by turns
    offsets = list(accumulate(map(len, pieces), initial=start))
    tokens = pieces[1::2]
    run = Words(list(map(form, tokens)), offsets[1:-1:2], offsets[2::2])
    if abbreviations:
        short = [i for i, token in enumerate(tokens) if not token.islower() and len(token) > 1 and token.lower() in abbreviations]
        if short:
            return _written_out(run, tokens, short, abbreviations)
    return run


def _written_out(run: Words, tokens: list[str], short: list[int], abbreviations: Mapping[str, tuple[str, ...]]) -> Words:
    out = Words([], [], [])
    done = 0
    for i in short:
        full = abbreviations[tokens[i].lower()]
        out.forms += [*run.forms[done:i], *full]
        out.starts += [*run.starts[done:i], *[run.starts[i]] * len(full)]
        out.ends += [*run.ends[done:i], *[run.ends[i]] * len(full)]
        done = i + 1
    return out + Words(run.forms[done:], run.starts[done:], run.ends[done:])

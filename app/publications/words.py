"""The words of a text as search knows them: the same for what is stored and for what is asked, on both databases."""

from __future__ import annotations

import re
import unicodedata

from app.reading.text import fold

_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(r'"([^"]*)"|([^"]+)')
MOST_WORDS = 12


def normal(text: str) -> str:
    """Lower case, words parted by one space, nothing else."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text).lower()))


def folded(words: str) -> str:
    """Normal words without tone and letter marks."""
    return normal(fold(words))


def phrases(query: str) -> list[str]:
    """What is asked for: each "quoted phrase" and each other word, normal; at most `MOST_WORDS` in all."""
    out: list[str] = []
    for quoted, other in _PHRASE.findall(query):
        out += [normal(quoted)] if quoted else normal(other).split()
    return [one for one in out if one][:MOST_WORDS]

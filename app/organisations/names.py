"""Names of units made comparable: without marks, abbreviations written out, words around a name left away.

`key("TM. BCH LĐLĐ H. Kỳ Anh")` and `key("Ban Chấp hành Liên đoàn Lao động huyện Kì Anh")` differ only where the names do.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.organisations.rules import OrganisationRules, rules
from app.reading.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")  # "t.m." is one word
_FINAL_Y = re.compile(r"^(qu|[hklmst])y$")  # kỳ/kì, lý/lí, quý/quí are one word


def words(text: str) -> list[str]:
    """The words of a text, folded: "LĐLĐ huyện Kỳ Anh" -> ["ldld", "huyen", "ki", "anh"]."""
    folded = fold(unicodedata.normalize("NFC", text))
    folded = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", folded)
    return [_FINAL_Y.sub(r"\1i", word) for word in _WORD.findall(folded)]


def key(text: str) -> str:
    """The name in its comparable form: words with one space between; "" where the text holds no name."""
    known = _known()
    out = words(text)
    while first := next((phrase for phrase in known.leading if tuple(out[: len(phrase)]) == phrase), None):
        del out[: len(first)]
    out = [part for word in out for part in known.long.get(word, (word,))]
    for phrase in known.dropped:
        at = 0
        while at <= len(out) - len(phrase):
            if tuple(out[at : at + len(phrase)]) == phrase:
                del out[at : at + len(phrase)]
            else:
                at += 1
    return " ".join(out)


class _Known:
    def __init__(self, data: OrganisationRules) -> None:
        self.long = {word: tuple(words(text)) for short, text in data.abbreviations.items() for word in words(short)}
        self.leading = sorted({tuple(words(text)) for text in data.leading}, key=len, reverse=True)
        phrases = {tuple(part for word in words(text) for part in self.long.get(word, (word,))) for text in data.not_names}
        self.dropped = sorted(phrases, key=len, reverse=True)


@lru_cache(maxsize=1)
def _known() -> _Known:
    return _Known(rules())

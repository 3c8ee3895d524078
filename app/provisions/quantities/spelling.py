"""Spellings: the same phrase as different hands type it, and a lower case that keeps every offset.

Reads phrases of the rule file and document text; knows nothing of quantities.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

_TONES = "\u0300\u0301\u0309\u0303\u0323"
_OPEN_PAIRS = ("oa", "oe", "uy")  # the tone may stand on either vowel where nothing follows: hòa / hoà
_Y_ONSETS = frozenset(("h", "k", "l", "m", "s", "t", "v", "qu", "b", "d", "n", "th", "ng"))
_MAX = 8

_COMMON = ",.;:()/-"
_RARE = re.compile(r"[^\w .,;:()/-]")


def lower(text: str) -> str:
    """`text` in lower case, of the same length whatever the letters."""
    out = text.lower()
    if len(out) == len(text):
        return out
    return "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def blanked(text: str) -> str:
    """Lower-case `text` with a space before and behind, its punctuation turned into spaces: offset `n` stands at `n + 1`."""
    out = lower(text)
    for mark in _COMMON:
        if mark in out:
            out = out.replace(mark, " ")
    if _RARE.search(out) is not None:
        out = _RARE.sub(" ", out)
    return f" {out} "


def variants(phrase: str) -> tuple[str, ...]:
    """All spellings of a lower-case NFC phrase: tone on the first or second vowel, `y` or `i` after a consonant."""
    choices = [_syllable(s) for s in phrase.split()]
    if all(len(c) == 1 for c in choices):
        return (phrase,)
    out = [" ".join(c) for _, c in zip(range(_MAX), product(*choices), strict=False)]
    return tuple(dict.fromkeys([phrase, *out]))


@lru_cache(maxsize=4096)
def _syllable(syllable: str) -> tuple[str, ...]:
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable) if c not in _TONES)
    tone = "".join(c for c in unicodedata.normalize("NFD", syllable) if c in _TONES)
    out = [syllable]
    plain = unicodedata.normalize("NFC", plain)
    if tone and plain[-2:] in _OPEN_PAIRS and not plain.endswith("quy"):
        stem, first, second = plain[:-2], plain[-2], plain[-1]
        out += [_nfc(stem + first + tone + second), _nfc(stem + first + second + tone)]
    if plain[-1:] in ("y", "i") and plain[:-1] in _Y_ONSETS:
        out += [_nfc(plain[:-1] + end + tone) for end in ("y", "i")]
        if plain.startswith("qu") and tone:  # "qúy" is a common slip
            out.append(_nfc("qu" + tone + plain[-1]))
    return tuple(dict.fromkeys(out))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)

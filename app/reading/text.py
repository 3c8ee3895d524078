"""Clean text: one Unicode form, single spaces, repaired encodings; and a measure of good and broken text.

`clean` is what every reader applies to every paragraph and cell; `fold` is the one folding for comparison and search;
`quality` says how Vietnamese a text looks (0..1) and decides between encodings, legacy fonts and OCR. Reads strings,
writes strings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.reading.syllables import is_syllable

_BULLET = "•"
# Bullets of Symbol and Wingdings, which Word writes into the private use area.
_PRIVATE = {0xF02D: "-", 0xF02B: "+", 0xF0B0: "°", 0xF0B1: "±", 0xF0A3: "≤", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B8: "÷"}
_MAP: dict[int, str | None] = {
    0x00AD: None,  # soft hyphen (TCVN3 text must be decoded before)
    0x00D0: "Đ",  # Eth typed for Đ
    0x00F0: "đ",
    0x0189: "Đ",
    0x0256: "đ",
    0x2010: "-",
    0x2011: "-",
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFEFF: None,
    0xFFFE: None,
}
_MAP |= dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)])  # invisible
_MAP |= dict.fromkeys([*range(0x00, 0x20), *range(0x7F, 0xA0)])  # controls
_MAP |= dict.fromkeys([0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)], " ")
_MAP |= dict.fromkeys([0x2028, 0x2029, 0x202F, 0x205F, 0x3000], " ")
_MAP |= dict.fromkeys(range(0x0300, 0x0370))  # marks that composed with nothing
_MAP |= {code: _PRIVATE.get(code, _BULLET) for code in range(0xF000, 0xF100)}
_PLAIN = re.compile(r"[ -~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ–—“”‘’…]*")  # needs nothing but spaces
_SPACES = re.compile(r" {2,}")

_CP1252 = {}
for _byte in range(0x80, 0x100):
    try:
        _CP1252[bytes([_byte]).decode("cp1252")] = _byte
    except UnicodeDecodeError:
        _CP1252[chr(_byte)] = _byte  # the five holes of CP1252 pass through as C1 controls
_CONTINUATION = "".join(char for char, byte in _CP1252.items() if byte < 0xC0)
_TAIL = f"[{re.escape(_CONTINUATION)} ]"  # a space: the NBSP of "Ã\xa0" (à) after somebody collapsed it
# The last alternative is "Ã\xad" (í) after the soft hyphen was dropped.
_BROKEN = re.compile(f"[Â-ß]{_TAIL}|[à-ï]{_TAIL}[{re.escape(_CONTINUATION)}]|Ã(?=[a-zA-Z,.;:]|$)")
_TELLTALE = re.compile(r"[ÂÃÄÆáâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def clean(text: str) -> str:
    """Return one paragraph as NFC with single spaces and no invisible characters; "" when nothing visible is left.

    Wrong encodings (UTF-8 read as CP1252) are repaired, Eth becomes Đ, private-use bullets become "•". Nothing else is
    changed: case, spelling and punctuation are the author's.
    """
    if not _PLAIN.fullmatch(text):
        if _TELLTALE.search(text):
            text = repair_mojibake(text)
        text = unicodedata.normalize("NFC", text).translate(_MAP)
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


def _decode_broken(match: re.Match[str]) -> str:
    sequence = match.group()
    if sequence == "Ã":
        return "í"
    try:
        return bytes(0xA0 if c == " " else _CP1252[c] for c in sequence).decode("utf-8")
    except UnicodeDecodeError:
        return sequence


def repair_mojibake(text: str) -> str:
    """Undo UTF-8 read as CP1252 ("Káº¿t hÃ´n" → "Kết hôn"), once or twice over, where the words gain by it."""
    best, best_score = text, quality(text)
    for _ in range(2):
        text = _BROKEN.sub(_decode_broken, text)
        score = quality(text)
        if score > best_score:
            best, best_score = text, score
    return best


class _Folding(dict[int, str]):
    """Folds one character at a time, so that NFC text keeps its length and offsets."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if unicodedata.combining(char):
            folded = ""
        elif char in "đĐÐ":
            folded = "d"
        else:
            base = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c)).lower()
            folded = base if len(base) == 1 else char
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return `text` without tone and letter marks, đ as d, lower case: "Điều ước HOÀ/hòa" → "dieu uoc hoa/hoa".

    Cleaned text keeps its length, so an offset in the folded text is the same offset in the text.
    """
    return text.translate(_FOLDING)


_WORD = re.compile(r"[^\s/–—|-]+")
_EDGE = "\"'“”‘’«»()[]{}<>.,;:!?…_+*•=%&#@~^"
_NUMBER = re.compile(r"[\d.,:%°²³½¼¾+×x=<>≤≥±]*")
_LONGEST_KEPT = 60  # characters: longer words are not worth remembering
_FOREIGN = 0.3  # weight of a word in plain letters that is no syllable: a name, a unit, an address


@lru_cache(maxsize=1 << 15)
def _weigh(raw: str) -> tuple[int, int, float]:
    """What one word adds to `quality`: (1 where it is a syllable, 1 where that bears marks, how much it counts as bad)."""
    word = raw.strip(_EDGE)
    if len(word) < 2 and word.isascii():
        return 0, 0, 0.0
    if is_syllable(unicodedata.normalize("NFC", word.lower())):
        return 1, int(not word.isascii()), 0.0
    if _NUMBER.fullmatch(word) or (len(word) <= 8 and word.isalnum() and word.isupper()) or len(word) < 2:
        return 0, 0, 0.0
    return 0, 0, _FOREIGN if word.isascii() else 1.0


def quality(text: str) -> float:
    """Return how much of `text` is well-formed Vietnamese: the share of its words that are valid syllables, 0..1.

    Numbers, single letters and abbreviations (TNHH, NĐ-CP, BHXH) count neither way; foreign words in plain letters
    count little. A longer text that bears hardly any tone or letter marks loses in proportion: marks were dropped.
    Blank text is 0.0; text with nothing to judge (a page of figures) is 1.0. Whole pages of good agreements stand above
    0.99, pages through a wrong font map below 0.98, through a wrong encoding below 0.5.
    """
    good = marked = 0
    bad = 0.0
    for raw in _WORD.findall(text):
        one = _weigh(raw) if len(raw) <= _LONGEST_KEPT else _weigh.__wrapped__(raw)
        good += one[0]
        marked += one[1]
        bad += one[2]
    if not good and not bad:
        return 1.0 if text.strip() else 0.0
    score = good / (good + bad)
    if good >= 30:
        score *= min(1.0, marked / (0.35 * good))
    return score


def distortion(text: str) -> float:
    """Return the share of words with Vietnamese letters that are no Vietnamese syllables, 0..1; 0.0 where there are none.

    A broken font map leaves most words right and turns the same letters wrong everywhere ("cơng đồn", "khơng"): `quality` stays high,
    because plain and foreign words dilute it. Good pages, bilingual ones too, stand below 0.005, pages through a broken map above 0.01.
    """
    counted = wrong = 0
    for raw in _WORD.findall(text):
        word = raw.strip(_EDGE)
        if len(word) < 2 or word.isascii() or not word.isalpha() or (word.isupper() and len(word) <= 8):
            continue
        counted += 1
        wrong += not is_syllable(unicodedata.normalize("NFC", word.lower()))
    return wrong / counted if counted else 0.0

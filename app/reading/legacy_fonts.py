"""Text typed with pre-Unicode Vietnamese fonts: TCVN3 (ABC: .VnTime, .VnTimeH …) and VNI-Windows.

Reads strings of Latin-1 characters and the font they were typed in; writes Unicode. `encoding_of` tells the encoding from a font name,
`decode` converts, `guess` finds the encoding by the quality of the outcome where no font tells. Must run before `text.clean`: TCVN3
writes ư as U+00AD, which is a soft hyphen everywhere else.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Literal

from app.reading.text import quality

Encoding = Literal["", "tcvn3", "tcvn3_capitals", "vni"]

_TCVN3_CODES = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ", 0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
_TCVN3 = {start + i: char for start, chars in _TCVN3_CODES.items() for i, char in enumerate(chars)}
_TCVN3 |= {0xA0: " ", 0x03BC: _TCVN3[0xB5]}  # µ arrives as Greek mu, too
# The same bytes read through the Vietnamese Windows code page.
_TCVN3 |= {0x0300: "è", 0x0309: "ề", 0x0303: "ị", 0x0301: "ỡ", 0x0323: "ũ"}
# One letter for each of 256 bytes: much faster than a table of letters, and nearly all text is of such bytes.
_TCVN3_BYTES = "".join(_TCVN3.get(byte, chr(byte)) for byte in range(256))
_TCVN3_CAPITALS = _TCVN3_BYTES.upper()
_TONED = "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"

_TONE_MARKS = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_PAIRS: dict[str, str] = {}
for _base in "aeouy":
    for _mark, _tone in _TONE_MARKS.items():
        _VNI_PAIRS[_base + _mark] = _base + _tone
for _base in "aeo":
    for _mark, _tone in zip("âáàåãä", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True):
        _VNI_PAIRS[_base + _mark] = _base + "\u0302" + _tone
for _mark, _tone in zip("êéèúüë", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True):
    _VNI_PAIRS["a" + _mark] = "a\u0306" + _tone
for _base, _letter in (("ô", "o\u031b"), ("ö", "u\u031b")):
    for _mark, _tone in _TONE_MARKS.items():
        _VNI_PAIRS[_base + _mark] = _letter + _tone
_VNI_SINGLES = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}
_VNI_PAIRS |= {
    key: value
    for pair, text in list(_VNI_PAIRS.items())
    for key, value in ((pair.upper(), text.upper()), (pair[0].upper() + pair[1], text[0].upper() + text[1:]))
}
_VNI_SINGLES |= {key.upper(): value.upper() for key, value in list(_VNI_SINGLES.items())}
_VNI = re.compile("|".join(sorted(map(re.escape, [*_VNI_PAIRS, *_VNI_SINGLES]), key=len, reverse=True)))
_VNI_TABLE = _VNI_PAIRS | _VNI_SINGLES
_UNICODE = re.compile("[\u1ea0-\u1ef9]")
_HIGH = re.compile("[\xa1-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_CAPITAL = "A-ZĂÂĐÊÔƠƯ"
_LOST_CAPITAL = re.compile(  # a toned letter among capitals: CôNG, THủ, áNH
    f"[{_PLAIN_CAPITAL}][{_TONED}]+[{_PLAIN_CAPITAL}]|[{_PLAIN_CAPITAL}]{{2}}[{_TONED}]|[{_TONED}][{_PLAIN_CAPITAL}]{{2}}"
)
_JOINT = re.compile(r"[ \-–,]+")


def encoding_of(font: str | None) -> Encoding:
    """Return the encoding a font name stands for: ".VnTime" tcvn3, ".VnTimeH" tcvn3_capitals, "VNI-Times" vni, others ""."""
    if not font:
        return ""
    name = font.strip().strip("'\"").lower()
    if name.startswith((".vn", "vntime", "vnarial", "vnhelve")):
        return "tcvn3_capitals" if name.split()[0].rstrip("0123456789").endswith("h") else "tcvn3"
    if name.startswith(("vni-", "vni ")):
        return "vni"
    return ""


def is_unicode(text: str) -> bool:
    """Whether text holds letters that only Unicode Vietnamese has, whatever its font is called."""
    return _UNICODE.search(text) is not None


def decode(text: str, encoding: Encoding) -> str:
    """Return legacy `text` as Unicode; text that already holds Unicode Vietnamese letters is returned as it is."""
    if not encoding or _UNICODE.search(text):
        return text
    if encoding == "vni":
        return _VNI.sub(lambda match: _VNI_TABLE[match.group()], text)
    capitals = encoding == "tcvn3_capitals"
    try:
        return codecs.charmap_decode(text.encode("latin-1"), "strict", _TCVN3_CAPITALS if capitals else _TCVN3_BYTES)[0]
    except UnicodeEncodeError:
        decoded = text.translate(_TCVN3)
        return decoded.upper() if capitals else decoded


def restore_capitals(text: str) -> str:
    """Give back the capitals TCVN3 cannot write: "CéNG TY" decodes to "CộNG TY" and becomes "CỘNG TY".

    A word whose other letters are capitals gets capitals; a word that could be either ("Và", "ở") follows its neighbours.
    """
    if not _LOST_CAPITAL.search(text):
        return text
    out: list[str] = []
    at = 0
    phrase: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if phrase and not _JOINT.fullmatch(text, phrase[-1].end(), match.start()):
            out.append(text[at : phrase[0].start()] + _capitals(text, phrase))
            at, phrase = phrase[-1].end(), []
        phrase.append(match)
    if phrase:
        out.append(text[at : phrase[0].start()] + _capitals(text, phrase))
        at = phrase[-1].end()
    return "".join(out) + text[at:]


def _capitals(text: str, phrase: list[re.Match[str]]) -> str:
    """Return a phrase (words parted by spaces only) with its capitals restored."""
    kinds = [_kind(match.group()) for match in phrase]
    out: list[str] = []
    at = phrase[0].start()
    for index, match in enumerate(phrase):
        kind = kinds[index]
        upper = kind == "capitals" or (kind == "either" and _among_capitals(kinds, index))
        out.append(text[at : match.start()] + (match.group().upper() if upper else match.group()))
        at = match.end()
    return "".join(out)


@lru_cache(maxsize=1 << 12)
def _kind(word: str) -> str:
    """ "capitals": every letter without a tone is a capital, two of them at least; "either": too short to tell; else "plain"."""
    plain = [c for c in word if c not in _TONED]
    if any(c.islower() for c in plain):
        return "plain"
    return "capitals" if len(plain) >= 2 else "either"


def _among_capitals(kinds: list[str], index: int) -> bool:
    before = next((k for k in reversed(kinds[:index]) if k != "either"), None)
    after = next((k for k in kinds[index + 1 :] if k != "either"), None)
    if "plain" not in kinds:
        return "capitals" in (before, after)
    return before == after == "capitals"


def guess(text: str) -> Encoding:
    """Return the legacy encoding that turns broken `text` into good Vietnamese, "" where none clearly does."""
    if _UNICODE.search(text) or len(_HIGH.findall(text)) < 3:
        return ""
    score = quality(text)
    candidates: tuple[Encoding, ...] = ("tcvn3", "vni")
    best, encoding = max((quality(decode(text, candidate)), candidate) for candidate in candidates)
    return encoding if best >= 0.85 and best > score + 0.2 else ""

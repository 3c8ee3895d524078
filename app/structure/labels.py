"""What a line may be labelled as: every reading of its first words as a number, letter or title of a clause.

Reads rows; writes `Heading` candidates (Phần, Chương, Mục, Điều, Phụ lục) and `Label` readings (khoản, điểm and below). Nothing is
decided here: `skeleton` and `items` choose by sequence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.structure.source import Row

Family = Literal["number", "dotted", "letter", "roman", "upper_letter", "upper_roman", "letter_number"]
HeadingKind = Literal["part", "chapter", "section", "article", "annex"]

_ORDINALS = {
    "nhat": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
_ORDINALS |= {f"muoi {w}": 10 + v for w, v in _ORDINALS.items() if v < 10}
_WORD_NUMBER = "|".join(sorted((o.replace(" ", r"\s") for o in _ORDINALS), key=len, reverse=True))
_LOOKALIKE = str.maketrans("lioszbgq|!", "1105286911"[:10])
_SPOILED_ROMAN = str.maketrans("1|!l", "iiii")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN = re.compile(r"(?=[ivxlc])(?:x{0,3}|xl|lx{0,3})(?:ix|iv|v?i{0,3})")


def roman(text: str) -> int | None:
    """Value of a lower-case roman number up to 89, None for anything else."""
    if not _ROMAN.fullmatch(text):
        return None
    total = 0
    for char, following in zip(text, text[1:] + " ", strict=True):
        worth = _ROMAN_VALUES[char]
        total += -worth if _ROMAN_VALUES.get(following, 0) > worth else worth
    return total


def roman_of(value: int) -> str:
    """The capital roman number of 1 to 89."""
    out = ""
    for worth, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while value >= worth:
            out, value = out + sign, value - worth
    return out


def lookalike(text: str) -> int | None:
    """Value of figures that a scan may have read as letters ("l2", "S"), None where they are none."""
    mapped = text.translate(_LOOKALIKE)
    return int(mapped) if mapped.isdigit() else None


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may open a part, chapter, section, article or annex. Offsets are in the text."""

    kind: HeadingKind
    row: int
    number: str  # as written, without leading zeros: "5", "5a", "II", "" where there is none
    values: tuple[int, ...]  # what the number may be worth, the likeliest first
    start: int
    label_end: int  # where the label with its punctuation ends
    separator: str  # "." ":" ")" "-" … or ""
    damaged: bool = False  # the word or the number had to be guessed


_NO_VALUES: tuple[int, ...] = ()
_ALONE = r"(?![a-z0-9|])"  # a number ends where no letter or figure follows
_NUMBER = rf"(?P<n>(?:\d{{1,3}}|[ivxlc]{{1,6}}|[0-9losizb|!]{{1,3}}){_ALONE})"
_SEPARATOR = r"(?:\s?(?P<sep>[.:)\-–—/]+|,(?=\s)))?"
_ARTICLE = re.compile(
    rf"[*§ ]{{0,3}}d\s?i\s?e\s?u\s*"
    rf"(?:thu\s+(?P<w>{_WORD_NUMBER}){_ALONE}|(?:thu\s+)?(?:(?P<whole>\d{{1,3}})(?P<suffix>[a-hk](?![a-z0-9])|\s?bis)|{_NUMBER}))"
    rf"{_SEPARATOR}(?P<next>\s*)"
)
_DAMAGED_ARTICLE = re.compile(rf"[*§ ]{{0,3}}[d0bo]\s?[i1l|!]\s?[eco6]\s?[unv]\s*{_NUMBER}{_SEPARATOR}(?P<next>\s*)")
_CHAPTER = re.compile(rf"[* ]{{0,3}}c\s?h\s?[uo]\s?[uo]\s?n\s?g\s*(?:thu\s+)?(?:(?P<w>{_WORD_NUMBER})|{_NUMBER}){_SEPARATOR}(?P<next>\s*)")
_PART = re.compile(
    rf"[* ]{{0,3}}phan\s+(?:thu\s+)?(?:(?P<w>{_WORD_NUMBER})|(?P<n>\d{{1,2}}|[ivxl1]{{1,5}}|[a-e])){_SEPARATOR}(?P<next>\s*)"
)
_SECTION = re.compile(rf"[* ]{{0,3}}muc\s+(?:(?P<w>{_WORD_NUMBER})|(?P<n>\d{{1,2}}|[ivx1l]{{1,5}}|[a-h])){_SEPARATOR}(?P<next>\s*)")
_ANNEX = re.compile(
    r"[* ]{0,3}(?P<word>p\s?h\s?u\s*l\s?u\s?c)(?:\s+so)?(?:\s*[:.]?\s*(?P<n>\d{1,2}|[ivxl1|]{1,5}|[a-h])(?![a-z0-9]))?"
    + _SEPARATOR
    + r"(?P<next>\s*)"
)
_KINDS: tuple[tuple[HeadingKind, str, re.Pattern[str]], ...] = (
    ("article", "d", _ARTICLE),
    ("chapter", "c", _CHAPTER),
    ("annex", "p", _ANNEX),
    ("part", "p", _PART),
    ("section", "m", _SECTION),
)


def _number(m: re.Match[str], raw: str, scanned: bool) -> tuple[str, tuple[int, ...], bool] | None:
    """Number as written, its possible values and whether it was guessed."""
    groups = m.groupdict()
    if groups.get("w"):
        value = _ORDINALS[" ".join(m["w"].split())]
        return str(value), (value,), False
    if groups.get("whole"):
        return str(int(m["whole"])), (int(m["whole"]),), False
    text = m["n"]
    written = raw[m.start("n") - m.start() : m.end("n") - m.start()]
    if text.isdigit():
        return str(int(text)), (int(text),), False
    if len(text) == 1 and text in "abcdefgh" and m.re in (_PART, _SECTION, _ANNEX):
        return written.upper(), (ord(text) - 96,), False
    values = []
    as_roman = roman(text)
    as_figures = lookalike(text)
    if as_roman and (written.isupper() or m.re is not _ARTICLE):
        values.append(as_roman)
    if as_figures and (scanned or as_roman is None):
        values.append(as_figures)
    spoiled = roman(text.translate(_SPOILED_ROMAN))
    if spoiled and spoiled not in values and m.re is not _ARTICLE:
        values.insert(0, spoiled)
    if not values:
        return None
    guessed = as_roman is None
    return (written.upper() if as_roman else str(values[0])), tuple(values), guessed


def heading(row: Row, scanned: bool) -> Heading | None:
    """Read the line as the opening of a part, chapter, section, article or annex, by its first words alone."""
    first = row.fold[:4].lstrip("*§ ")[:1]
    for kind, letter, pattern in _KINDS:
        if first == letter and (m := pattern.match(row.fold)):
            found = _heading(kind, row, m, scanned)
            if found:
                return found
    if scanned and first and first in "d0bo" and (m := _DAMAGED_ARTICLE.match(row.fold)):
        found = _heading("article", row, m, scanned)
        if found and found.separator:
            return Heading("article", *_fields(found), damaged=True)
    return None


def _fields(h: Heading) -> tuple[int, str, tuple[int, ...], int, int, str]:
    return h.row, h.number, h.values, h.start, h.label_end, h.separator


def _heading(kind: HeadingKind, row: Row, m: re.Match[str], scanned: bool) -> Heading | None:
    separator = m["sep"] or ""
    end = m.end()
    rest = row.fold[end : end + 1]
    if not separator and rest and not m["next"]:
        return None  # "Điều 5x", "Chương Iabc"
    if separator and not m["next"] and rest.isdigit():
        return None  # "Điều 5.1", "Chương 2-3"
    groups = m.groupdict()
    if kind == "annex" and not groups.get("n"):
        number, values, guessed = "", _NO_VALUES, False
    else:
        read = _number(m, row.text[m.start() : m.end()], scanned)
        if read is None:
            return None
        number, values, guessed = read
    if kind == "article" and guessed and not separator and rest:
        return None
    if separator == "," and not (scanned and row.text[end : end + 1].isupper()):
        return None  # "Điều 107, Điều 108 Bộ luật Lao động"
    suffix = (groups.get("suffix") or "").strip()
    if suffix:
        at = m.start("suffix")
        suffix = row.text[at : m.end("suffix")].strip().lower()
    return Heading(kind, row.index, number + suffix, values, row.start, row.start + end, separator, guessed)


@dataclass(frozen=True, slots=True)
class Label:
    """One reading of a line's first words as the label of a khoản, điểm or sub-point."""

    family: Family
    style: str  # what lists of one kind share: "1.", "1)", "a)", "5.1"
    number: str  # "3", "đ", "iv", "2" of "5.2"
    value: int  # position in its sequence, from 1
    parents: tuple[int, ...]  # of a dotted label: (5,) of "5.2"
    length: int  # characters from the start of the line to where the text begins
    guessed: bool = False


VIETNAMESE = "abcdđeghiklmnopqrstuvxy"
LATIN = "abcdefghijklmnopqrstuvwxyz"

_ITEM_NUMBER = re.compile(r"(?P<word>khoan\s+)?(?P<n>\d{1,3})(?P<sep>\s?[.)/:]|\s?[-–—])(?P<gap>\s*)")
_ITEM_BARE = re.compile(r"(?:khoan\s+)(?P<n>\d{1,2})$")
_ITEM_PARENTHESES = re.compile(r"[(\[](?P<n>\d{1,2}|[ivx]{1,5}|\w)[)\]]\s*")
_ITEM_DOTTED = re.compile(
    r"(?:khoan\s+)?(?P<a>\d{1,3})\.(?P<b>\d{1,2})(?:\.(?P<c>\d{1,2}))?(?:\.(?P<d>\d{1,2}))?(?P<sep>[.):/]?)(?P<gap>\s*)"
)
_ITEM_LETTER = re.compile(r"(?P<word>diem\s+)?(?P<l>[^\W\d_])(?P<sep>\s?[).:/]|\s?[-–](?=\s))(?P<gap>\s*)")
_ITEM_ROMAN = re.compile(r"(?P<n>[ivx]{1,5})(?P<sep>\s?[).:/]|\s?[-–](?=\s))(?P<gap>\s*)")
_ITEM_LETTER_NUMBER = re.compile(r"(?P<l>[a-z])\s?[.-]?\s?(?P<n>\d{1,2})(?P<sep>[).:]?)(?P<gap>\s+)")
_SPOILED_NUMBER = re.compile(r"(?P<n>[0-9losizb|!]{1,2})(?P<sep>\s?[.,)])\s+(?=\S)")
_SPOILED_DOTTED = re.compile(r"(?P<a>[0-9losizb|!]{1,2})\s?[.,]?\s?(?P<b>[0-9losizb|!]{1,2})(?P<sep>[.)]?)\s+(?=\S)")


_QUOTES = "\"“'‘(«"


def _opens_text(rest: str) -> bool:
    """Whether what follows a label glued to it looks like the start of words ("1.NSDLĐ")."""
    return not rest or rest[0] in _QUOTES or (rest[0].isalpha() and (rest[0].isupper() or rest[1:2].isalpha()))


def readings(row: Row, at: int, scanned: bool) -> list[Label]:
    """Every reading of the line, from character `at` of it on, as the label of an item."""
    folded, text = row.fold, row.text
    if at >= len(folded):
        return []
    out: list[Label] = []
    first = folded[at]
    if first.isdigit() or folded.startswith("khoan", at):
        _numbers(folded, text, at, out)
    elif first in "([":
        _parentheses(folded, text, at, out)
    if first.isalpha():
        _letters(folded, text, at, scanned, out)
    if scanned:
        _spoiled(folded, text, at, out)
        out.sort(key=lambda found: found.family == "upper_roman")  # "I." is rather a spoiled "1." than a roman one
    return out


def _numbers(folded: str, text: str, at: int, out: list[Label]) -> None:
    m = _ITEM_DOTTED.match(folded, at)
    if m and not folded[m.end() : m.end() + 1].isdigit():
        rest = text[m.end() :]
        if m["gap"] or not rest or rest[0].isupper() or rest[0] in _QUOTES:
            chain = tuple(int(p) for p in (m["a"], m["b"], m["c"], m["d"]) if p)
            out.append(Label("dotted", f"{len(chain)}.", str(chain[-1]), chain[-1], chain[:-1], m.end() - at))
    m = _ITEM_NUMBER.match(folded, at)
    if m:
        separator = m["sep"].strip()
        rest = text[m.end() :]
        glued = not m["gap"]
        if separator in "-–—":
            fits = _opens_text(rest) and bool(rest) and not rest[0].islower()
            separator = "-"
        elif separator in "/:":
            fits = not glued
        else:
            fits = not glued or (not rest[:1].isdigit() and _opens_text(rest))
        if fits:
            out.append(_number_label("khoan" if m["word"] else separator, m["n"], m.end() - at))
    elif m := _ITEM_BARE.match(folded, at):
        out.append(_number_label("khoan", m["n"], m.end() - at))


def _number_label(style: str, digits: str, length: int, guessed: bool = False) -> Label:
    return Label("number", "1" + style, str(int(digits)), int(digits), (), length, guessed)


def _parentheses(folded: str, text: str, at: int, out: list[Label]) -> None:
    m = _ITEM_PARENTHESES.match(folded, at)
    if not m or m.end() >= len(folded):
        return
    inner = m["n"]
    if inner.isdigit():
        out.append(Label("number", "(1)", str(int(inner)), int(inner), (), m.end() - at))
        return
    if value := roman(inner):
        out.append(Label("roman", "(i)", inner, value, (), m.end() - at))
    if len(inner) == 1 and inner.isalpha():
        out.append(_letter_label("(a)", text[m.start("n")], inner, m.end() - at))


def _letter_label(style: str, raw: str, folded: str, length: int) -> Label:
    letter = "đ" if raw in "đĐ" else folded
    value = VIETNAMESE.find(letter) + 1 or LATIN.find(letter) + 1
    return Label("letter", style, letter, value, (), length)


def _letters(folded: str, text: str, at: int, scanned: bool, out: list[Label]) -> None:
    m = _ITEM_LETTER.match(folded, at)
    if m:
        separator = m["sep"].strip()
        raw = text[m.start("l")]
        glued = not m["gap"]
        rest = text[m.end() :]
        plain = raw.lower() in "đ" + LATIN or (scanned and m["l"] in LATIN)  # a scan reads "a)" as "ạ)"
        if (
            plain
            and rest
            and (
                not glued
                or (separator == ")" and (_opens_text(rest) or rest[0].isdigit()))
                or (separator == "." and (_opens_text(rest[:2]) or rest[:2].isdigit()))  # "a.12 ngày", and not "a.1"
            )
        ):
            if raw.isupper() and separator != ")" and not m["word"]:
                value = VIETNAMESE.find(raw.lower()) + 1 or 99
                out.append(Label("upper_letter", "A.", raw, value, (), m.end() - at))
            else:
                out.append(_letter_label("a" + separator, raw, m["l"], m.end() - at))
    m = _ITEM_ROMAN.match(folded, at)
    if m and (m["gap"] or m["sep"].strip() == ")") and m.end() < len(folded):
        written = text[m.start("n") : m.end("n")]
        worth = roman(m["n"])
        if worth and written.isupper():
            out.append(Label("upper_roman", "I.", written, worth, (), m.end() - at))
        elif worth and written.islower():
            out.append(Label("roman", "i" + m["sep"].strip(), written, worth, (), m.end() - at))
    m = _ITEM_LETTER_NUMBER.match(folded, at)
    if m and (m["sep"] or "." in m.group()[:3] or "-" in m.group()[:3]) and text[at] in "đ" + LATIN:
        letter = "đ" if text[at] == "đ" else m["l"]
        parent = VIETNAMESE.find(letter) + 1 or LATIN.find(letter) + 1
        out.append(Label("letter_number", "a1", str(int(m["n"])), int(m["n"]), (parent,), m.end() - at))


def _spoiled(folded: str, text: str, at: int, out: list[Label]) -> None:
    """What a scan may have made of "1." or "5.1"; used only where the sequence wants exactly that number."""
    if (m := _SPOILED_NUMBER.match(folded, at)) and (value := lookalike(m["n"])):
        out.append(Label("number", "1.", str(value), value, (), m.end() - at, True))
    if (m := _SPOILED_DOTTED.match(folded, at)) and (text[m.end()].isupper() or text[m.end()] in _QUOTES):
        above, value = lookalike(m["a"]), lookalike(m["b"])
        if above and value:
            out.append(Label("dotted", "2.", str(value), value, (above,), m.end() - at, True))

"""Repairs of recognised words that the page itself makes certain: amounts, abbreviations, lost spaces. Labels: see `ocr_labels`.

Reads and changes the words of recognised pages in place; returns notices for the reviewer. A word is changed only where one reading is
possible: `1.500.O00`, `l50%`, `vệsinh`, an abbreviation that stands elsewhere in the document without the doubled letter.
"""

from __future__ import annotations

import re
from collections import Counter

from app.reading.document import Notice
from app.reading.ocr_labels import repair_labels
from app.reading.pdf_geometry import PageContent, Word
from app.reading.syllables import is_syllable
from app.reading.text import fold

_UNSURE = 0.85  # confidence under which a figure is worth a second look
_SHAPES = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "i": "1", "S": "5", "s": "5", "B": "8", "Z": "2"})
_DOUBLED = re.compile(r"([A-ZĐ])\1[^\W\dA-ZĐ]")  # "NNgừng": the capital read twice
_FRACTIONS = {"1⁄2": "½", "1⁄4": "¼", "3⁄4": "¾"}
_FRACTION = re.compile("|".join(_FRACTIONS))
_GROUPED = re.compile(
    r"(?P<head>\(?)(?P<figure>[\dOoQlI|iSsBZ]{1,3}(?:[.,][\dOoQlI|iSsBZ]{3})+)(?P<tail>(?:đ|đồng|VNĐ|VND|%)?(?:/[\w/]*)?[).,;:]*)"
)
_PERCENT = re.compile(r"(?P<head>\(?)(?P<figure>[\dOoQlI|]{1,3}(?:,[\dOoQlI|]{1,2})?)(?P<tail>%[).,;:]*)")
_MIXED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{3}(?!\d)|\d{1,3}(?:,\d{3})+\.\d{3}(?!\d)")
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+(?:,\d+)?%|\d")
_UNITS = frozenset(
    [
        "đồng",
        "triệu",
        "nghìn",
        "ngàn",
        "tỷ",
        "ngày",
        "giờ",
        "tháng",
        "năm",
        "phút",
        "lần",
        "đ",
        "người/tháng",
        "đồng/tháng",
        "đồng/người/tháng",
        "%",
        "phần",
    ]
)
_CAPITALS = re.compile(r"[A-ZĂÂĐÊÔƠƯ]{3,}")
_TOKEN = re.compile(r"(?P<head>[\"'“(]*)(?P<core>[^\W\d_]+)(?P<tail>[\"'”).,;:!?]*)")


def repair_pages(pages: list[PageContent]) -> list[Notice]:
    """Repair the recognised pages among `pages`; return what the reviewer should know."""
    recognised = [page for page in pages if page.recognised]
    if not recognised:
        return []
    known = _abbreviations(recognised)
    for page in recognised:
        for word in page.words:
            word.text = _repair(word.text, known)
        page.words = [part for word in page.words for part in _split(word)]
        _join_groups(page.words)
    repair_labels(recognised)
    return _notices(recognised, len(pages))


def _repair(text: str, known: dict[str, str]) -> str:
    if _DOUBLED.match(text) and is_syllable(text[1:].rstrip(".,;:)").lower()):
        text = text[1:]
    if match := _GROUPED.fullmatch(text):
        figure = match["figure"].translate(_SHAPES)
        if sum(map(str.isdigit, match["figure"])) >= 2:
            text = match["head"] + figure + match["tail"]
    elif (match := _PERCENT.fullmatch(text)) and any(map(str.isdigit, match["figure"])):
        text = match["head"] + match["figure"].translate(_SHAPES) + match["tail"]
    text = _MIXED.sub(lambda found: found.group().replace(",", "."), text)
    text = _FRACTION.sub(lambda found: _FRACTIONS[found.group()], text)
    return _CAPITALS.sub(lambda found: known.get(found.group(), found.group()), text)


def _abbreviations(pages: list[PageContent]) -> dict[str, str]:
    """Rare capitals that are a frequent abbreviation of the document with one letter read twice ("NLĐĐ", "TƯULĐTT")."""
    counts = Counter(found.group() for page in pages for word in page.words for found in _CAPITALS.finditer(word.text))
    known: dict[str, str] = {}
    for text, count in counts.items():
        base = fold(text)
        twice = {text[:at] + text[at + 1 :] for at in range(len(text)) if base[at] in (base[at - 1 : at] + base[at + 1 : at + 2])}
        best = max(twice, key=lambda other: counts.get(other, 0), default="")
        if len(best) >= 3 and counts.get(best, 0) >= max(2, 2 * count) and not is_syllable(text.lower()):
            known[text] = best
    return known


def _split(word: Word) -> list[Word]:
    """Part two syllables that were read as one word ("vệsinh"), or a figure and the word after it ("3năm")."""
    text = word.text
    match = _TOKEN.fullmatch(text)
    at = 0
    if match and len(match["core"]) >= 5 and not match["core"].isascii() and not is_syllable(match["core"].lower()):
        core, offset = match["core"], match.start("core")
        lower = core.lower()
        cuts = [
            cut for cut in range(2, len(core) - 1) if is_syllable(lower[:cut]) and is_syllable(lower[cut:]) and not core[:cut].isupper()
        ]
        if len(cuts) == 1:
            at = offset + cuts[0]
    elif figure := re.fullmatch(r"(\d{1,3})([^\W\d_]{3,}[.,;:]?)", text):
        rest = figure.group(2).rstrip(".,;:").lower()
        if is_syllable(rest) and not rest.isascii():
            at = figure.end(1)
    if not at:
        return [word]
    middle = word.x0 + (word.x1 - word.x0) * at / len(text)
    second = Word(text[at:], middle, word.x1, word.baseline, word.size, confidence=word.confidence)
    first = Word(text[:at], word.x0, middle, word.baseline, word.size, confidence=word.confidence)
    return [first, second]


def _join_groups(words: list[Word]) -> None:
    """Join an amount that was cut behind a dot: "1.500." + "000"."""
    at = 1
    while at < len(words) - 1:
        one, two = words[at], words[at + 1]
        near = abs(one.baseline - two.baseline) < 0.3 * one.size and 0 <= two.x0 - one.x1 < 0.6 * one.size
        if near and re.fullmatch(r"\(?\d{1,3}(?:\.\d{3})+\.", one.text) and re.match(r"\d{3}(?!\d)", two.text):
            words[at] = Word(
                one.text + two.text,
                one.x0,
                two.x1,
                one.baseline,
                one.size,
                confidence=min(one.confidence, two.confidence),
            )
            del words[at + 1]
        at += 1


def _notices(recognised: list[PageContent], pages: int) -> list[Notice]:
    notices = [
        Notice(
            "ocr_used",
            f"{len(recognised)} trong {pages} trang là ảnh quét, được đọc bằng nhận dạng chữ; "
            "hãy đối chiếu với bản gốc trước khi xác nhận.",
        )
    ]
    unsure: list[tuple[int, str]] = []
    for page in recognised:
        for at, word in enumerate(page.words):
            if word.confidence < _UNSURE and is_amount(page.words, at):
                unsure.append((page.number, word.text))
    if unsure:
        shown = "; ".join(f"“{text}” (trang {number})" for number, text in unsure[:8])
        more = f" và {len(unsure) - 8} chỗ khác" if len(unsure) > 8 else ""
        notices.append(Notice("ocr_amounts_unsure", f"Con số đọc từ ảnh chưa chắc chắn: {shown}{more}. Hãy xem lại bản gốc."))
    return notices


def is_amount(words: list[Word], at: int) -> bool:
    """Whether a word is a figure that a promise may rest on."""
    text = words[at].text
    if not _FIGURE.search(text):
        return False
    if re.search(r"\d{1,3}[.,]\d{3}|\d%", text):
        return True
    after = words[at + 1].text.strip(".,;:()").lower() if at + 1 < len(words) else ""
    return after in _UNITS

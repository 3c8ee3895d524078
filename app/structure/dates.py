"""Dates and terms as agreements write them, in figures and in words.

Reads folded text ("ngay 01 thang 3 nam 2024", "28/02/2024", "ngay mot thang ba nam hai nghin khong tram hai muoi tu"); writes
`datetime.date` and months. A date with a blank ("ngay … thang … nam 2020") or an impossible one is no date.
"""

from __future__ import annotations

import re
from datetime import date

from app.structure.source import lower_aligned

_UNITS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip


def _small_numbers() -> dict[str, int]:
    """Folded words of 1 to 99."""
    words = {w: v for w, v in _UNITS.items() if w != "lam"}
    tens = {"muoi": 10} | {f"{w} muoi": v * 10 for w, v in _UNITS.items() if 2 <= v <= 9 and w not in ("lam", "tu")}
    for ten, value in tens.items():
        words[ten] = value
        for unit, more in _UNITS.items():
            if more < 10:
                words[f"{ten} {unit}"] = value + more
    for ten, value in [(f"{w} muoi", v * 10) for w, v in _UNITS.items() if 2 <= v <= 9]:
        words[ten] = value
    return words


SMALL = _small_numbers()
_MONTH_WORDS = {"gieng": 1, "chap": 12} | {w: v for w, v in SMALL.items() if v <= 12}
_DAY_WORDS = {w: v for w, v in SMALL.items() if v <= 31}


def _alternatives(words: dict[str, int]) -> str:
    return "|".join(w.replace(" ", r"\s") for w in sorted(words, key=len, reverse=True))


_DIGITS = r"[0-9lo]{1,2}"
_MONTH = rf"(?:{_DIGITS}|{_alternatives(_MONTH_WORDS)})"
_YEAR = rf"(?:[12][0-9lo]{{3}}|hai\s(?:nghin|ngan)(?:\skhong\stram)?(?:\s(?:linh|le))?\s(?:{_alternatives(SMALL)}))"
_WRITTEN = (
    rf"(?:(?:ngay\s*)?(?:(?:mung|mong)\s)?(?P<d>{_DIGITS})|(?:ngay|mung|mong)\s+(?:(?:mung|mong)\s)?(?P<dw>{_alternatives(_DAY_WORDS)}))"
    rf"\s*thang\s*(?P<m>{_MONTH})\s*,?\s*(?:nam|[/-])\s*(?P<y>{_YEAR})"
)
_FIGURES = r"(?:ngay\s*)?(?P<d2>\d{1,2})\s?[/.-]\s?(?P<m2>\d{1,2})\s?(?:[/.-]|\snam)\s?(?P<y2>\d{4}|\d{2})(?![\d/])"
_DATE = re.compile(rf"(?<![\w/])(?:{_WRITTEN}|{_FIGURES})(?!\w)")
_MONTHS = re.compile(
    rf"(?<![\w.,/])(?P<count>\d{{1,3}}|{_alternatives(SMALL)})\s*(?:\([^()]{{1,30}}\)\s*)?"
    r"(?:thang|(?P<years>nam)(?:\s(?:(?P<half>ruoi)|(?:va\s)?(?P<more>\d{1,2})\s*(?:\([^()]{1,30}\)\s*)?thang))?)(?!\w)"
)
DATE_MASK, MONTHS_MASK = "\x01", "\x02"  # what stands for each character of a date or a term in masked text


def _value(text: str, words: dict[str, int]) -> int:
    text = " ".join(text.split())
    if text in words:
        return words[text]
    return int(text.replace("l", "1").replace("o", "0"))


def _year(text: str) -> int:
    text = " ".join(text.split())
    if text[0].isdigit():
        return int(text.replace("l", "1").replace("o", "0"))
    rest = re.sub(r"^hai (?:nghin|ngan)(?: khong tram)?(?: (?:linh|le))? ", "", text)
    return 2000 + SMALL[rest]


def parse_date(folded: str) -> date | None:
    """Return the first date of a folded text, None where there is none or the calendar has no such day."""
    m = _DATE.search(folded)
    return None if m is None else _date(m)


def _date(m: re.Match[str]) -> date | None:
    try:
        written = m["d"] or m["dw"]
        if written is not None:
            day, month, year = _value(written, _DAY_WORDS), _value(m["m"], _MONTH_WORDS), _year(m["y"])
        else:
            day, month, year = int(m["d2"]), int(m["m2"]), int(m["y2"])
        if year < 100:
            year += 2000
        return date(year, month, day) if 1990 <= year <= 2100 else None
    except ValueError:
        return None


def parse_months(folded: str) -> int | None:
    """Return the months of the first term of a folded text ("03 (ba) nam" is 36, "3 nam 6 thang" 42), None where there is none."""
    m = _MONTHS.search(folded)
    if m is None:
        return None
    value = _value(m["count"], SMALL)
    return value * 12 + (6 if m["half"] else int(m["more"] or 0)) if m["years"] else value


# How number words are spelled; folded alone, "từ tháng" would be four months and "sau năm" six years.
_SPELLED = frozenset(["một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "nhăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi"])


def mask(folded: str, text: str = "") -> str:
    """Return the text with every date and every term in months or years blotted out, so that phrases can ask for one; same length.

    With the unfolded `text`, number words count only where they are spelled as numbers.
    """

    def date_or_text(m: re.Match[str]) -> str:
        return DATE_MASK * len(m.group()) if _date(m) else m.group()

    def months_or_text(m: re.Match[str]) -> str:
        words = lower_aligned(text[m.start("count") : m.end("count")]).split()
        spelled = not text or m["count"].isdigit() or all(w in _SPELLED for w in words)
        return MONTHS_MASK * len(m.group()) if spelled else m.group()

    return _MONTHS.sub(months_or_text, _DATE.sub(date_or_text, folded))


def months_between(first: date, last: date) -> int | None:
    """Whole months from `first` to the day after `last`; None where they do not come out even."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if first.day == 1 and (last.month != _next_day_month(last)):
        return months + 1
    if last.day == first.day - 1 or last.day == first.day:
        return months
    return None


def _next_day_month(day: date) -> int:
    return date.fromordinal(day.toordinal() + 1).month

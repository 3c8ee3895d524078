"""How often: "2 lần/năm", "6 tháng một lần", "mỗi quý một lần", "hằng năm".

A frequency is a draft of kind `times`, per year where it was written as an interval (`months` is its length then).
"""

from __future__ import annotations

from typing import NamedTuple

from app.provisions.quantities.draft import Draft
from app.provisions.quantities.numerals import numeral
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.units import every_period, periods
from app.provisions.quantity import Per

_MONTHS: dict[str, float] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "two_years": 24}
_SHORT: dict[str, float] = {"day": 365, "week": 52}
_LONE = frozenset(("quarter", "half_year", "year", "two_years"))


class Leading(NamedTuple):
    """A period that stands before what it belongs to: "mỗi năm, công ty tổ chức … một lần"."""

    token: int
    next: int
    per: Per
    many: float
    start: int
    end: int
    may_stand_alone: bool


def times_at(t: Tokens, j: int) -> tuple[float, int] | None:
    """ "một lần", "02 lần", "/lần", "/01 lần" at token `j`: how many times and the next token."""
    if not t.touch(j - 1, j):
        return None
    if t.lexemes[j].sign == "/":
        j += 1
        if not t.touch(j - 1, j):
            return None
        if t.lexemes[j].unit == "times":
            return 1.0, j + 1
    number = numeral(t, j)
    if number is None or number.scaled or t.lexemes[number.next].unit != "times" or not t.touch(number.next - 1, number.next):
        return None
    return number.value, number.next + 1


def interval(t: Tokens, first: int, length: float, unit: str, times: float, after: int) -> Draft:
    """The frequency "`times` in every `length` `unit`s"."""
    draft = Draft("times", 0.0, 0.0, first, after, t.starts[first], t.ends[after - 1])
    if unit in _SHORT:
        if length == 1:
            draft.low, draft.per = times, [unit]  # type: ignore[list-item]
        else:
            draft.low, draft.per = round(times * _SHORT[unit] / length, 2), ["year"]
    else:
        months = _MONTHS[unit] * length
        if times == 1:
            draft.months = months
        if times != 1 and length == 1 and unit in ("month", "quarter"):
            draft.low, draft.per = times, [unit]  # type: ignore[list-item]
        else:
            draft.low, draft.per = times * 12 / months, ["year"]
    draft.high = draft.low
    return draft


def interval_behind(t: Tokens, first: int, value: float, unit: str, after: int, give: bool) -> Draft | None:
    """ "6 tháng một lần", "2 năm/lần", "một năm hai lần" where `value` `unit`s end before token `after`."""
    if value <= 0 or (unit not in _MONTHS and unit not in _SHORT):
        return None
    found = times_at(t, after)
    if found is None:
        return None
    if unit == "day" and (give or value < 5):
        return None
    return interval(t, first, value, unit, found[0], found[1])


def every(t: Tokens, i: int) -> Draft | Leading | None:
    """What "mỗi", "hằng", "từng" at token `i` begins: a whole frequency or a period that leads a later figure."""
    if t.lexemes[i].yearly and t.lexemes[i - 1].named_before and t.touch(i - 1, i):  # "nghỉ hằng năm"
        return None
    found = every_period(t, i)
    if found is None:
        return None
    per, count, after = found
    if count > 0 and (per in _MONTHS or per in _SHORT):
        times = times_at(t, after)
        if times is not None:
            more = periods(t, times[1], money=False)
            draft = interval(t, i, count, per, times[0], times[1])
            draft.per += [p for p in more[0] if p not in draft.per and p not in _MONTHS and p not in _SHORT]
            return draft
    lexeme = t.lexemes[i]
    alone = per in _LONE and lexeme.standing and len(t.lexemes[after - 1].phrase.split()) == 1
    if alone and lexeme.yearly and t.touch(i - 1, i) and t.lexemes[i - 1].no_frequency_before:
        alone = False
    if alone and t.touch(after - 1, after) and (t.lexemes[after].no_frequency_after or t.lexemes[after].working):
        alone = False
    return Leading(i, after, per, count, t.starts[i], t.ends[after - 1], alone)


def alone(leading: Leading, t: Tokens) -> Draft:
    """The frequency that a period means by itself: "đối thoại hằng quý" is four times a year."""
    draft = interval(t, leading.token, leading.many, leading.per, 1.0, leading.next)
    return draft

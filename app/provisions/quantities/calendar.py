"""What looks like an amount and is none: dates, times of day, citations, ordinals, names with a number.

Reads tokens at a number; writes drafts of the kinds `date`, `clock`, `legal`, and ordinals.
"""

from __future__ import annotations

import re

from app.provisions.quantities.draft import Draft
from app.provisions.quantities.numerals import Numeral
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.units import Unit, unit_at
from app.provisions.quantity import QuantityKind, Role

_PARTS = re.compile(r"\d+")
_CITED = 24  # figures of one list of articles


def marked(t: Tokens, i: int) -> Draft:
    """A token that is a date, a time of day or a code by its own shape."""
    lexeme = t.lexemes[i]
    numbers = [int(p) for p in _PARTS.findall(lexeme.raw)]
    if lexeme.shape == "date":
        value = numbers[2] * 10000 + numbers[1] * 100 + numbers[0]
        return _with_noun(t, i, value, ("day",))
    if lexeme.shape == "month_year":
        return _with_noun(t, i, numbers[1] * 10000 + numbers[0] * 100, ("month",))
    if lexeme.shape == "clock":
        draft = _make(t, "clock", numbers[0] + numbers[1] / 60, i, i + 1, "condition")
        return draft
    if "/" in lexeme.raw:
        return _make(t, "legal", float(numbers[0]), i, i + 1, "other")
    return _make(t, "number", float("".join(_PARTS.findall(lexeme.raw))), i, i + 1, "other")


def _make(t: Tokens, kind: QuantityKind, value: float, i: int, after: int, role: Role) -> Draft:
    return Draft(kind, value, value, i, after, t.starts[i], t.ends[after - 1], role=role)


def _with_noun(t: Tokens, i: int, value: float, nouns: tuple[str, ...]) -> Draft:
    draft = _make(t, "date", float(value), i, i + 1, "condition")
    before = t.lexemes[i - 1]
    if before.calendar in nouns and t.touch(i - 1, i):
        draft.start = _noun_start(t, i - 1)
    return draft


def _noun_start(t: Tokens, i: int) -> int:
    """Where the calendar noun of token `i` begins: the last word of "kể từ ngày"."""
    return t.starts[i] + t.text[t.starts[i] : t.ends[i]].rfind(" ") + 1


def calendar_day(t: Tokens, i: int, number: Numeral) -> Draft | None:
    """A number behind "ngày", "tháng", "năm", "quý" that names a day, month, year or quarter; None where it counts something."""
    noun = t.lexemes[i - 1]
    value = number.value
    if not noun.calendar or not t.touch(i - 1, i) or value != int(value) or number.scaled or number.grouped:
        return None
    if t.lexemes[i - 2].every or (t.lexemes[i - 2].digit == 1 and t.touch(i - 2, i - 1)):
        return None
    raw = t.lexemes[i].raw
    j = number.next
    touching = t.touch(j - 1, j)
    behind = t.lexemes[j]
    if noun.calendar == "year":
        if len(raw) != 4 or not 1900 <= value <= 2100:
            return None
        return _noun_date(t, i, j, value * 10000)
    if noun.calendar == "quarter":
        return _noun_date(t, i, j, 0) if value <= 4 and not (touching and behind.unit) else None
    if noun.calendar == "month":
        if not 1 <= value <= 13 or (touching and behind.unit and behind.calendar != "year") or not number.digits:
            return None
        year = _year(t, j)
        return _noun_date(t, i, year[1] if year else j, value * 100 + (year[0] * 10000 if year else 0))
    if not 1 <= value <= 31:
        return None
    if touching and behind.day_follows:
        return _noun_date(t, i, j + 1, value)
    if touching and behind.every and t.lexemes[j + 1].calendar == "month" and t.touch(j, j + 1):  # "ngày 10 hằng tháng"
        return _noun_date(t, i, j + 2, value)
    if touching and behind.calendar == "month":
        month = t.lexemes[j + 1]
        if t.touch(j, j + 1) and (month.month_name or (month.number is not None and month.number <= 12)):
            figure = month.month_name or int(month.number or 0)
            year = _year(t, j + 2)
            return _noun_date(t, i, year[1] if year else j + 2, value + figure * 100 + (year[0] * 10000 if year else 0))
        if t.touch(j, j + 1) and month.shape == "month_year":
            numbers = [int(p) for p in _PARTS.findall(month.raw)]
            return _noun_date(t, i, j + 2, value + numbers[0] * 100 + numbers[1] * 10000)
        return _noun_date(t, i, j + 1, value)  # "ngày 10 tháng đầu quý"
    dashed = t.lexemes[j + 1].raw
    if behind.sign == "-" and t.ends[j - 1] + 1 == t.starts[j + 1] and dashed.isdigit() and 1 <= int(dashed) <= 12:
        return _noun_date(t, i, j + 2, int(dashed) * 100 + value)  # "ngày 1-7"
    if touching and (behind.unit or behind.scale or behind.half_after):
        return None
    return _noun_date(t, i, j, value) if number.digits and len(raw) <= 2 else None


def day_of_month(t: Tokens, i: int, number: Numeral) -> Draft | None:
    """ "18 tháng 10" without "ngày" before it: a day, where no unit follows the second figure."""
    j = number.next
    month = t.lexemes[j + 1]
    if t.lexemes[j].day_follows and not t.lexemes[j].unit and 1 <= number.value <= 31 and t.touch(j - 1, j) and number.digits:
        return _make(t, "date", number.value, i, j + 1, "condition")  # "chiều 30 Tết"
    if t.lexemes[j].calendar != "month" or not t.touch(j - 1, j) or not t.touch(j, j + 1) or not number.digits:
        return None
    if month.month_name and 1 <= number.value <= 31:
        return _make(t, "date", month.month_name * 100 + number.value, i, j + 2, "condition")
    if not (month.raw.isdigit() and 1 <= int(month.raw) <= 12 and 1 <= number.value <= 31 and number.value == int(number.value)):
        return None
    if t.touch(j + 1, j + 2) and t.lexemes[j + 2].unit and t.lexemes[j + 2].calendar != "year":
        return None
    year = _year(t, j + 2)
    value = int(month.raw) * 100 + number.value + (year[0] * 10000 if year else 0)
    return _make(t, "date", value, i, year[1] if year else j + 2, "condition")


def _noun_date(t: Tokens, i: int, after: int, value: float) -> Draft:
    draft = _make(t, "date", float(value), i, after, "condition")
    draft.start = _noun_start(t, i - 1)
    return draft


def _year(t: Tokens, j: int) -> tuple[float, int] | None:
    """ "năm 2024" or "/2024" at token `j`."""
    lexeme = t.lexemes[j]
    if lexeme.calendar != "year" and lexeme.sign not in ("/", "-"):
        return None
    year = t.lexemes[j + 1]
    if year.number is None or len(year.raw) != 4 or not t.touch(j - 1, j) or not t.touch(j, j + 1):
        return None
    return year.number, j + 2


def pair(t: Tokens, i: int) -> Draft | tuple[float, int]:
    """ "8/3", "1/2 tháng lương", "128/140 người", "24/24": a date, a share of people, a name, or (value, next) of a fraction."""
    top, bottom = (int(p) for p in _PARTS.findall(t.lexemes[i].raw))
    behind = t.lexemes[i + 1]
    near = t.touch(i, i + 1)
    before = t.lexemes[i - 1]
    if before.label and not before.calendar and t.touch(i - 1, i):  # "bậc 5/7"
        return _make(t, "number", float(top), i, i + 1, "other")
    dated = before.calendar in ("day", "month") and t.touch(i - 1, i)
    if (
        not dated
        and near
        and 0 < top < bottom <= 12
        and (behind.unit in ("day", "month", "year", "hour", "week", "quarter") or behind.wage or behind.base or behind.label)
        and not behind.day_follows
    ):
        return top / bottom, i + 1
    if near and behind.unit == "people" and bottom > 12:
        return _make(t, "people", float(top), i, i + 2, "other")
    if 1 <= top <= 31 and 1 <= bottom <= 12:
        draft = _with_noun(t, i, bottom * 100 + top, ("day",))
        if near and behind.day_follows:
            draft.next, draft.end = i + 2, t.ends[i + 1]
        return draft
    draft = _make(t, "clock" if top == 24 else "number", float(top), i, i + 1, "other")
    if near and behind.unit == "hour":
        draft.next, draft.end = i + 2, t.ends[i + 1]
    return draft


def clock(t: Tokens, i: int, number: Numeral, unit: Unit) -> Draft | None:
    """ "22 giờ", "7 giờ 30", "6 giờ sáng" where the words around say that it is a time of day; None for a length of time."""
    if unit.name != "hour" or number.value > 24 or number.value != int(number.value):
        return None
    j, minutes, exact = unit.next, 0.0, False
    follower = t.lexemes[j]
    if follower.raw.isdigit() and len(follower.raw) == 2 and int(follower.raw) < 60 and t.touch(j - 1, j):
        minutes, j, exact = float(follower.raw), j + 1, True
        if t.lexemes[j].unit == "minute" and t.touch(j - 1, j):
            j += 1
    said = t.lexemes[j].clock_after and t.touch(j - 1, j)
    if said:
        j += 1
    before = t.lexemes[i - 1]
    near = t.touch(i - 1, i)
    if not said:
        late = number.value >= 13 and near and (before.clock_before or before.from_)
        if not (late or (exact and near and (before.clock_before or before.from_ or before.to))):
            return None
        if t.lexemes[j].bound_after or (t.lexemes[j].sign == "/" and t.touch(j - 1, j)):
            return None
    draft = _make(t, "clock", number.value + minutes / 60, i, j, "condition")
    return draft


def citation(t: Tokens, i: int) -> list[Draft]:
    """The figures of a citation that begins at number token `i`, behind "Điều", "khoản": "các Điều 34, 35 và 36"."""
    out: list[Draft] = []
    k = i
    while len(out) < _CITED:
        lexeme = t.lexemes[k]
        if lexeme.number is None and lexeme.shape not in ("pair", "code"):
            break
        value = lexeme.number if lexeme.number is not None else float(_PARTS.findall(lexeme.raw)[0])
        draft = _make(t, "legal", value, k, k + 1, "other")
        if not out:
            noun = i - 1 if t.lexemes[i - 1].legal else i - 2
            draft.start = t.starts[noun]
        out.append(draft)
        joint = t.lexemes[k + 1]
        if not (joint.sign in (",", "-", "–") or joint.legal_and) or not t.touch(k, k + 1) or not t.touch(k + 1, k + 2):
            break
        if t.lexemes[k + 2].shape not in ("number", "code"):
            break
        if unit_at(t, k + 3) is not None and t.touch(k + 2, k + 3):
            break
        k += 2
    return out


def ordinal(t: Tokens, i: int, number: float, after: int) -> Draft | None:
    """ "tháng thứ 7", "năm thứ hai", "lần thứ nhất" at the token of "thứ"; None for a day of the week."""
    k = i - 1
    if t.lexemes[k].wage and t.lexemes[k - 1].unit == "month":
        k -= 1
    noun = t.lexemes[k]
    name = noun.unit or noun.per or noun.calendar
    if not name or t.text.count(" ", t.ends[k], t.starts[i]) > 2 or noun.sign:
        return None
    kinds: dict[str, QuantityKind] = {
        "month": "month", "year": "year", "day": "day", "week": "week", "times": "times", "hour": "hour", "quarter": "month",
    }  # fmt: skip
    draft = _make(t, kinds.get(name, "number"), number, k, after, "condition")
    draft.ordinal = True
    return draft

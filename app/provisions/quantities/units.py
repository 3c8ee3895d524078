"""The unit behind a number, and what the figure is given for ("/người/tháng", "một suất", "trong một năm")."""

from __future__ import annotations

from typing import NamedTuple

from app.provisions.quantities.numerals import Numeral
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantity import Base, Per, QuantityKind

_STRONG = {"money", "percent", "minute", "hour", "day", "week", "month", "quarter", "year", "age", "month_age", "times", "distance"}
_TIME: frozenset[str] = frozenset(("hour", "day", "shift", "week", "month", "quarter", "half_year", "year", "night"))
MERGED: dict[tuple[float, str], Per] = {
    (0.5, "year"): "half_year",
    (3, "month"): "quarter", (6, "month"): "half_year", (12, "month"): "year", (24, "month"): "two_years",
    (2, "year"): "two_years", (2, "quarter"): "half_year", (4, "quarter"): "year",
}  # fmt: skip


class Unit(NamedTuple):
    """The unit at a token: the kind it makes, what one of it is worth in that kind, and the token behind it."""

    kind: QuantityKind
    next: int
    end: int  # offset behind the unit's words
    factor: float = 1.0
    name: str = ""  # as the rule file names it
    working: bool = False
    base: Base = ""
    half: bool = False  # "rưỡi" behind it
    whole: bool = True  # the token is the unit and nothing more


def unit_at(t: Tokens, j: int) -> Unit | None:
    """The unit that token `j` is, with "rưỡi", "làm việc" and the wage words that belong to it."""
    lexeme = t.lexemes[j]
    name = lexeme.unit
    if not name:
        seventh = t.lexemes[j + 1]
        if lexeme.ordinal_mark and 7 in (seventh.digit, seventh.number) and t.touch(j, j + 1):  # "hai thứ bảy"
            return Unit("day", j + 2, t.ends[j + 1], 1.0, "day")
        return None
    end = t.starts[j] + lexeme.unit_size
    whole = lexeme.unit_size == t.ends[j] - t.starts[j]
    k, half = j + 1, False
    if whole and t.lexemes[k].half_after and t.touch(j, k):
        half, end, k = True, t.ends[k], k + 1
    behind = t.lexemes[k]
    near = whole and t.touch(k - 1, k)
    if name in ("month", "day") and near and behind.wage:
        kind: QuantityKind = "month_wage" if name == "month" else "day_wage"
        return Unit(kind, k + 1, t.ends[k], 1.0, name, False, behind.base, half)
    if name == "day":
        working = lexeme.working
        if working:
            end, whole = t.ends[j], True
        elif near and behind.working:
            working, end, k = True, t.ends[k], k + 1
        seventh = t.lexemes[k + 1]
        if whole and t.lexemes[k].ordinal_mark and 7 in (seventh.digit, seventh.number) and t.touch(k - 1, k):
            end, k = t.ends[k + 1], k + 2  # "02 ngày thứ bảy"
        return Unit("day", k, end, 1.0, name, working, "", half, whole)
    if name == "quarter":
        return Unit("month", k, end, 3.0, name, False, "", half, whole)
    if name == "month_age":
        return Unit("age", k, end, 1 / 12, name, False, "", half, whole)
    if name == "saturday":
        return Unit("day", k, end, 1.0, name, False, "", half, whole)
    if name in ("item", "other"):
        return Unit("number", k, t.ends[j], 1.0, name, False, "", half, whole)
    if name == "distance":
        return Unit("distance", k, end, 0.001 if lexeme.phrase.startswith("m") else 1.0, name, False, "", half, whole)
    return Unit(name, k, end, 1.0, name, False, "", half, whole)  # type: ignore[arg-type]


def unit_behind(t: Tokens, number: Numeral, labelled: bool) -> Unit | None:
    """The unit behind a number. Behind a name's noun ("tổ 3", "bậc 1") only units that never name anything count."""
    j = number.next
    if not t.touch(j - 1, j):
        return Unit("money", j, t.ends[j - 1], 1.0, "money") if number.scaled else None
    unit = unit_at(t, j)
    if unit is None and t.lexemes[j].round:
        return unit_behind(t, number._replace(next=j + 1), labelled)
    if number.scaled and (unit is None or (unit.name == "item" and t.lexemes[j].per is None)):
        if t.lexemes[j].unit or t.lexemes[j].per:
            return None
        return Unit("money", j, t.ends[j - 1], 1.0, "money")
    if unit is not None and labelled and unit.name not in _STRONG:
        return None
    return unit


def periods(t: Tokens, j: int, money: bool, touching: bool = False) -> tuple[list[Per], int]:
    """What the figure that ends before token `j` is given for, in text order, and the token behind."""
    out: list[Per] = []
    while len(out) < 4:
        step = _period(t, j, money, touching)
        touching = False
        if step is None:
            break
        per, j = step
        out.append(per)
    return out, j


def _period(t: Tokens, j: int, money: bool, touching: bool) -> tuple[Per, int] | None:
    if not touching and (not t.lexemes[j].period or not t.touch(j - 1, j)):
        return None
    k, fillers = j, 0
    while t.lexemes[k].period_filler and fillers < 2 and t.touch(k, k + 1):
        k, fillers = k + 1, fillers + 1
    lexeme = t.lexemes[k]
    if lexeme.sign == "/":
        return _named(t, k + 1, any_per=True)
    if lexeme.every:
        return _named(t, k + 1, any_per=True)
    if lexeme.opener and t.touch(k, k + 1):
        following = t.lexemes[k + 1]
        if following.every:
            return _named(t, k + 2, any_per=True)
        if _one(t, k + 1):
            return _named(t, k + 2, any_per=True)
        if lexeme.open_directly:
            found = _named(t, k + 1, any_per=False)
            return found if found is not None and found[0] in _TIME else None
        return None
    if _one(t, k) and not fillers:
        found = _named(t, k + 1, any_per=True)
        if found is not None and not (found[0] == "time" and money):
            return found
    return None


def _one(t: Tokens, k: int) -> bool:
    lexeme = t.lexemes[k]
    return (lexeme.digit == 1 or lexeme.number == 1.0) and t.touch(k, k + 1)


def _named(t: Tokens, k: int, any_per: bool) -> tuple[Per, int] | None:
    """The period noun at token `k`, with a count before it: "/6 tháng"."""
    lexeme = t.lexemes[k]
    count = 1.0
    if lexeme.number is not None and lexeme.shape == "number":
        if not any_per or not t.touch(k, k + 1):
            return None
        count, k = lexeme.number, k + 1
        lexeme = t.lexemes[k]
    per = lexeme.per
    if per is None or not t.touch(k - 1, k):
        return None
    if t.touch(k, k + 1):
        behind = t.lexemes[k + 1]
        if behind.period_break or (behind.wage and per in ("month", "day")):
            return None
    if count != 1:
        merged = MERGED.get((count, per))
        return (merged, k + 1) if merged is not None else None
    return per, k + 1


def every_period(t: Tokens, i: int) -> tuple[Per, float, int] | None:
    """ "mỗi năm", "hằng quý", "mỗi 6 tháng", "từng người" at token `i`: period, count, next token."""
    k, count = i + 1, 1.0
    if not t.touch(i, k):
        return None
    lexeme = t.lexemes[k]
    value = lexeme.number if lexeme.shape == "number" else float(lexeme.digit) if not lexeme.unit and lexeme.digit else None
    if lexeme.halves:
        value = 0.5
    if value is not None and t.touch(k, k + 1) and not t.lexemes[i].yearly:
        count, k = value, k + 1
        lexeme = t.lexemes[k]
    if lexeme.per is None:
        return None
    return lexeme.per, count, k + 1

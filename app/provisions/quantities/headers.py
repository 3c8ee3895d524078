"""What a table's header cell says of the figures below it: "Mức (đồng/người/tháng)", "Số ngày", "Tỷ lệ %", "Theo luật".

Reads the header text; writes a `Header` that bare numbers of a cell inherit.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.provisions.quantities.lexicon import Lexicon
from app.provisions.quantities.numerals import numeral
from app.provisions.quantities.scanner import Tokens, scan
from app.provisions.quantities.units import periods, unit_at
from app.provisions.quantity import Base, Per, QuantityKind, Role


@dataclass(frozen=True, slots=True)
class Header:
    """The unit, worth of one, periods, base and role that a header gives; kind None where it names no unit."""

    kind: QuantityKind | None = None
    factor: float = 1.0
    per: tuple[Per, ...] = ()
    base: Base = ""
    role: Role | None = None
    working: bool = False
    money: bool = False  # large bare numbers below are đồng
    outside: bool = False  # the column is the union's, or of people who are no regular workers: its role goes for money too


NO_HEADER = Header()
_NEVER = frozenset(("item", "people", "times", "age"))


def read_header(text: str, lexicon: Lexicon) -> Header:
    """Read one header cell."""
    t = scan(f"0 {text}", lexicon)  # a number in front, so that a header without any is scanned too
    if t is None:
        return NO_HEADER
    names: set[str] = set()
    kind: QuantityKind | None = None
    factor, working = 1.0, False
    base: Base = ""
    per: list[Per] = []
    i = 1
    while i < t.size:
        lexeme = t.lexemes[i]
        names |= lexeme.header
        base = base or lexeme.base
        scale = 1.0
        j = i
        number = numeral(t, i) if lexeme.number is not None else None
        if number is not None and number.value >= 10 and (number.scaled or t.touch(i, number.next)):
            scale, j = number.value, number.next
        elif lexeme.scale:
            scale, j = lexeme.scale, i + 1
            while t.lexemes[j].scale:
                scale, j = scale * t.lexemes[j].scale, j + 1
        unit = unit_at(t, j) if j == i or t.touch(j - 1, j) else None
        if unit is None and scale > 1 and j > i and lexeme.scale:
            kind, factor, i = kind or "money", scale, j
            per, i = _periods(t, i, per)
            continue
        if unit is not None and kind is None and _is_unit(t, i, j, unit.name, unit.kind):
            kind, factor, working = unit.kind, unit.factor * scale, unit.working
            base = base or unit.base
            per, i = _periods(t, unit.next, per)
            continue
        once = lexeme.digit == 1 and t.lexemes[i + 1].per not in (None, "time")
        if lexeme.yearly or lexeme.every or lexeme.sign == "/" or once:
            per, i = _periods(t, i, per, one=True)
            continue
        i += 1
    return _judge(names, kind, factor, per, base, working)


def _is_unit(t: Tokens, i: int, j: int, name: str, kind: str) -> bool:
    """A unit in a header counts where it stands in brackets, behind "số" or "tỷ lệ", or is money, percent or a month's wage."""
    if name in _NEVER or kind == "number":
        return name == "times" and "số" in t.text[: t.starts[i]].lower().split()[-1:]
    if name in ("money", "percent") or kind in ("month_wage", "day_wage"):
        return name != "money" or len(t.lexemes[j].phrase) > 1 or j > i or not t.text[t.starts[j]].isspace()
    before = t.text[: t.starts[i]].lower().split()
    bracket = t.lexemes[i - 1].sign == "("
    return bracket or before[-1:] in (["số"], ["(số"]) or t.starts[i] <= 2


def _periods(t: Tokens, i: int, known: list[Per], one: bool = False) -> tuple[list[Per], int]:
    found, j = periods(t, i, money=False)
    return [*known, *(p for p in found if p not in known)], max(j, i + 1 if one else i)


def _judge(names: set[str], kind: QuantityKind | None, factor: float, per: list[Per], base: Base, working: bool) -> Header:
    role: Role | None = None
    outside = "outside" in names and "agreement" not in names
    if outside:
        role = "other"
    elif "statutory" in names and "agreement" not in names:
        role = "statutory"
    elif "other" in names and kind is None and "money" not in names:
        role = "other"
    elif "condition" in names and "money" not in names and kind not in ("money", "percent", "month_wage"):
        role = "condition"
    money = "money" in names and kind is None
    if kind not in (None, "percent", "multiple", "month_wage"):
        base = ""
    return Header(kind, factor, tuple(per), base, role, working, money, outside)

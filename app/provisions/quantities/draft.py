"""A quantity in the making, while the grammar still looks around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.provisions.quantity import Base, Bound, Per, Quantity, QuantityKind, Role

TIMES_OF_DAY = frozenset(("hour", "day", "shift", "week", "month", "quarter", "half_year", "year", "two_years", "night"))


@dataclass(slots=True)
class Draft:
    """`first`/`next` are the tokens of the figure itself (number, unit, period); `left` the first token of its bound words."""

    kind: QuantityKind
    low: float
    high: float
    first: int
    next: int
    start: int
    end: int
    left: int = -1
    bound: Bound = "exact"
    role: Role | None = None
    per: list[Per] = field(default_factory=list)
    base: Base = ""
    working: bool = False
    conflict: bool = False
    ordinal: bool = False
    months: float | None = None
    money_like: bool = False  # a bare number with thousands marks
    plain: bool = False  # a bare whole number in digits, no name: may take the unit of the next figure of a list
    number_of_words: bool = False  # written in words only
    led: int = 0  # periods that stand before the figure, at the front of `per`
    changed: bool = False  # "từ 12 lên 14 ngày": the old figure

    def has_time(self) -> bool:
        return any(p in TIMES_OF_DAY for p in self.per)

    def done(self) -> Quantity:
        return Quantity(
            self.kind, self.low, self.high, self.start, self.end, self.bound, self.role or "amount", tuple(self.per),
            self.base, self.working, self.conflict, self.ordinal, self.months,
        )  # fmt: skip

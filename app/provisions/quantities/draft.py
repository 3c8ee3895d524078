"""A quantity in the making, while the grammar still looks around it."""

from __future__ import annotations

from app.provisions.quantity import Base, Bound, Per, Quantity, QuantityKind, Role

TIMES_OF_DAY = frozenset(("hour", "day", "shift", "week", "month", "quarter", "half_year", "year", "two_years", "night"))


class Draft:
    """`first`/`next` are the tokens of the figure itself (number, unit, period); `left` the first token of its bound words."""

    __slots__ = (
        "base", "bound", "changed", "conflict", "end", "first", "high", "kind", "led", "left", "low", "money_like", "months", "next",
        "number_of_words", "ordinal", "per", "plain", "role", "start", "under", "with_next", "working",
    )  # fmt: skip

    def __init__(
        self,
        kind: QuantityKind,
        low: float,
        high: float,
        first: int,
        after: int,
        start: int,
        end: int,
        left: int = -1,
        role: Role | None = None,
    ) -> None:
        self.kind: QuantityKind = kind
        self.low = low
        self.high = high
        self.first = first
        self.next = after
        self.start = start
        self.end = end
        self.left = left
        self.role: Role | None = role
        self.per: list[Per] = []
        self.bound: Bound = "exact"
        self.base: Base = ""
        self.working: bool = False
        self.conflict: bool = False
        self.ordinal: bool = False
        self.months: float | None = None
        self.money_like: bool = False  # a bare number with thousands marks
        self.plain: bool = False  # a bare whole number in digits, no name: may take the unit of the next figure of a list
        self.number_of_words: bool = False  # written in words only
        self.led: int = 0  # periods that stand before the figure, at the front of `per`
        self.with_next: bool = False  # took its unit from the next figure of a list
        self.under: bool = False  # a range whose upper end is not reached: "từ 5 đến dưới 10 năm"
        self.changed: bool = False  # "từ 12 lên 14 ngày": the old figure

    def has_time(self) -> bool:
        return any(p in TIMES_OF_DAY for p in self.per)

    def done(self, offset: int) -> Quantity:
        return Quantity(
            self.kind, self.low, self.high, self.start + offset, self.end + offset, self.bound, self.role or "amount", tuple(self.per),
            self.base, self.working, self.conflict, self.ordinal, months=self.months,
        )  # fmt: skip

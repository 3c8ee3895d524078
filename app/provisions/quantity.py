"""One quantity of Vietnamese legal prose, as the grammar of `app.provisions.quantities` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QuantityKind = Literal[
    "money",  # đồng
    "percent",
    "month_wage",  # "một tháng lương", "½ tháng tiền lương"
    "day_wage",  # "hai ngày lương"
    "day",
    "week",
    "month",
    "year",
    "hour",
    "minute",
    "times",  # "2 lần/năm", "6 tháng một lần", "mỗi quý một lần": always as times per `per`
    "multiple",  # "gấp 2 lần", "1,5 lần tiền lương giờ": a factor; overtime rates also come as percent (150)
    "date",
    "clock",  # "22 giờ", "7h30": a time of day, no duration
    "age",
    "people",
    "distance",
    "legal",  # figures of a citation: "Điều 98", "Nghị định 145/2020/NĐ-CP", "khoản 2"
    "number",  # a bare number with no unit
]
Bound = Literal["exact", "at_least", "at_most", "more_than", "less_than", "range"]
Role = Literal[
    "amount",  # what is given, owed or limited
    "condition",  # who or when: "từ 3 ngày trở lên", "đủ 12 tháng", "con dưới 6 tuổi", "trước 15 ngày", "trong 30 ngày"
    "statutory",  # quoted as the law's own figure: "luật quy định 03 ngày", "lương tối thiểu vùng là 3.860.000 đồng"
    "increment",  # on top of an amount: "cộng thêm 0,4 tháng", "thêm 20%", "cao hơn 5%"
    "other",  # no benefit: capital, headcount, account, telephone, article numbers
]
Per = Literal[
    "hour", "day", "shift", "week", "month", "quarter", "half_year", "year", "two_years",
    "meal", "person", "child", "time", "occasion", "case", "night", "percent_lost", "trip", "product",
]  # fmt: skip
Base = Literal[
    "", "basic_wage", "contract_wage", "actual_wage", "hourly_wage", "daily_wage", "regional_minimum", "base_salary",
    "insurance_wage", "old_wage", "value_gained", "fee",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low`/`high` are equal unless `bound` is "range"; money in đồng, percent in percent, the rest in its own kind.

    An age is in years ("12 tháng tuổi" is 1), a distance in kilometres, a clock in hours (7.5 = 7h30), a date is the number YYYYMMDD
    with zeros for what is not written ("8/3" is 308, "tháng 3 năm 2024" is 20240300, "ngày 10" is 10), a quarter is three months.

    A bound says what the words say ("ít nhất" at_least, "không quá" at_most). `per` lists the periods and units the figure is
    given for, in text order. `start`/`end` are character offsets in the text that was parsed, unit, period and bound words included.
    """

    kind: QuantityKind
    low: float
    high: float
    start: int
    end: int
    bound: Bound = "exact"
    role: Role = "amount"
    per: tuple[Per, ...] = ()
    base: Base = ""
    working: bool = False  # "ngày làm việc"
    conflict: bool = False  # digits and words disagree ("02 (ba) ngày")
    ordinal: bool = False  # "tháng thứ 7", "năm thứ hai", "lần đầu": which one, not how many
    plus: bool = False  # joined to the figure before it: the second of "150% + 30%"
    months: float | None = None  # of a "times": length of the interval in months, where it was written as an interval

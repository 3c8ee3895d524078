"""One phrase of the rule file, sign or number, with the parts it can play in the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from app.provisions.quantities.vocabulary import RoleRule
from app.provisions.quantity import Base, Bound, Per


@dataclass(slots=True, eq=False, repr=False)
class Lexeme:
    """One phrase, sign or number with the parts it can play; an absent part has the class's default."""

    phrase: str = ""
    sign: str = ""  # one of . ; , ( ) : / - | % as read, "." also for a line end
    # numbers
    neutral: bool = False  # no unit, no rule: "đồng thời", "kỷ luật"
    number: float | None = None  # digits as written
    raw: str = ""  # the digits' text
    grouped: bool = False  # has thousands marks: "400.000"
    thousandth: bool = False  # "1,500": thousands when the unit is đồng
    shape: str = ""  # "number", "pair", "date", "month_year", "clock", "code", "vulgar"
    digit: int = 0
    after_ten: int = 0
    ten: bool = False
    tens: bool = False
    hundred: bool = False
    link: bool = False
    scale: float = 0.0
    short: bool = False  # a scale written short: "k", "tr"
    half_after: bool = False
    halves: bool = False
    part: bool = False
    ordinal_mark: bool = False
    ordinal: int = 0
    multiple: float = 0.0
    multiple_mark: bool = False
    multiple_before: bool = False
    in_words: bool = False
    round: bool = False
    # units
    unit: str = ""
    unit_size: int = 0  # characters of the phrase that are the unit
    working: bool = False
    wage: bool = False
    base: Base = ""
    base_break: bool = False
    # periods
    per: Per | None = None
    every: bool = False
    yearly: bool = False
    standing: bool = False
    interval_mark: bool = False
    opener: bool = False
    open_directly: bool = False
    period_filler: bool = False
    period_break: bool = False
    no_frequency_before: bool = False
    no_frequency_after: bool = False
    named_before: bool = False
    # ranges and bounds
    to: bool = False
    from_: bool = False
    change: bool = False
    bound: Bound | None = None
    bound_after: Bound | None = None
    negation: bool = False
    negation_break: bool = False
    bound_size: int = 0  # characters at the end of the phrase that are the bound
    negatable: bool = False
    filler: bool = False
    linked: bool = False
    # calendar and citations
    calendar: str = ""
    month_name: int = 0
    day_follows: bool = False
    clock_before: bool = False
    clock_after: bool = False
    legal: bool = False
    legal_and: bool = False
    label: bool = False
    # roles
    contrast: bool = False
    contrast_after_comma: bool = False
    stop: bool = False
    rules_before: tuple[RoleRule, ...] = ()
    rules_after: tuple[RoleRule, ...] = ()
    rules_rest: tuple[RoleRule, ...] = ()  # of the words behind the unit: "năm làm việc"
    marks: frozenset[str] = frozenset()  # "rule.unless", "rule.needs", "rule.linked", "rule.followed_by"
    header: frozenset[str] = frozenset()
    split: tuple[Lexeme | None, Lexeme] | None = None  # two phrases, see Lexicon._set_splits
    starts: bool = False  # a quantity may begin here
    period: bool = False  # what a figure is given for may begin here

    def __repr__(self) -> str:
        return f"<{self.phrase or self.raw or self.sign}>"

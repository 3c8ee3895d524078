"""What each phrase of the rule file can be, and the automaton that finds phrases in a text.

Reads a `Vocabulary`; writes a `Lexicon` of shared `Lexeme`s. One phrase may play several parts: "năm" is the number 5, the unit year
and what a figure is given for; the grammar asks for the part it needs at a place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ahocorasick

from app.provisions.quantities.spelling import variants
from app.provisions.quantities.vocabulary import RoleRule, Vocabulary
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


_FLAGS = {  # section.name of the vocabulary -> the part
    "numerals.ten": "ten", "numerals.tens": "tens", "numerals.hundred": "hundred", "numerals.link": "link",
    "numerals.half_after": "half_after", "numerals.halves": "halves", "numerals.part": "part",
    "numerals.ordinal_mark": "ordinal_mark", "numerals.multiple_marks": "multiple_mark",
    "numerals.multiple_before": "multiple_before", "numerals.in_words": "in_words",
    "numerals.round": "round", "wage.wage": "wage", "working_day.working_day": "working", "every.every": "every",
    "yearly.yearly": "yearly", "standing.standing": "standing",
    "interval_marks.interval_marks": "interval_mark", "period_openers.period_openers": "opener",
    "period_open_directly.period_open_directly": "open_directly", "period_fillers.period_fillers": "period_filler",
    "not_a_frequency.named": "named_before", "not_a_frequency.before": "no_frequency_before", "not_a_frequency.after": "no_frequency_after",
    "range.to": "to", "range.from": "from_", "range.change": "change", "bounds.fillers.fillers": "filler",
    "bounds.linked.linked": "linked", "calendar.day_follows": "day_follows", "calendar.clock_before": "clock_before",
    "calendar.clock_after": "clock_after", "citations.nouns": "legal",
    "citations.and": "legal_and", "labels.labels": "label", "contrast.contrast": "contrast",
    "contrast_after_comma.contrast_after_comma": "contrast_after_comma", "period_breaks.period_breaks": "period_break",
    "stops.stops": "stop",
    "neutral.neutral": "neutral", "bounds.negation.negation": "negation",
    "bounds.negation_breaks.negation_breaks": "negation_break", "bounds.negatable.negatable": "negatable",
}  # fmt: skip
_NUMBERS = {
    "numerals.digits": "digit", "numerals.after_tens": "after_ten", "numerals.scales": "scale",
    "numerals.short_scales": "scale", "numerals.ordinal_names": "ordinal", "numerals.multiples": "multiple",
    "calendar.month_names": "month_name",
}  # fmt: skip
_NAMED = {
    "units": "unit", "bases": "base", "periods": "per", "bounds.before": "bound", "bounds.after": "bound_after",
    "calendar": "calendar",
}  # fmt: skip
_CALENDAR = ("day", "month", "year", "quarter")
_FROM_TAIL = ("calendar", "legal", "bound", "every", "yearly", "label", "from_", "clock_before")
_TIME_UNITS = ("minute", "hour", "day", "week", "month", "year", "quarter", "money", "percent")
_SIGNS = "%％;:,()|/–—−~÷₫<>≤≥-.\n!?…"
_ALIKE = {"—": "–", "−": "–", "％": "%", "\n": ".", "!": ".", "?": ".", "…": "."}
_STARTS = ("digit", "ten", "halves", "multiple", "every", "ordinal_mark", "multiple_mark")


class Lexicon:
    """All lexemes by phrase; `automaton` finds them in blanked text, each key with a leading space."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lexemes: dict[str, Lexeme] = {}
        self._fill()
        self._inherit()
        self._set_splits()
        for lexeme in self.lexemes.values():
            lexeme.starts = any(getattr(lexeme, part) for part in _STARTS)
            lexeme.period = lexeme.every or lexeme.opener or lexeme.period_filler or lexeme.digit == 1
        self.signs = {mark: self._sign(_ALIKE.get(mark, mark)) for mark in _SIGNS}
        self.automaton: Any = ahocorasick.Automaton()
        self._beginnings: Any = ahocorasick.Automaton()
        for phrase, lexeme in self.lexemes.items():
            self.automaton.add_word(" " + phrase, (len(phrase), lexeme))
            if lexeme.starts:
                self._beginnings.add_word(f" {phrase} ", True)
        self.automaton.make_automaton()
        self._beginnings.make_automaton()

    def may_begin(self, blank: str) -> bool:
        """Whether a word of blanked text can begin a quantity (digits aside)."""
        return next(self._beginnings.iter(blank), None) is not None

    def _sign(self, mark: str) -> Lexeme:
        """The lexeme of a punctuation mark, with the parts a phrase of the same text has ("-" joins a range)."""
        known = self.lexemes.get(mark)
        if known is None:
            known = Lexeme(mark)
        known.sign = mark
        known.period = mark == "/"
        return known

    def attached(self, word: str) -> Lexeme | None:
        """What a word written straight behind digits is ("500k", "3ngày", "20đ"), None where it is no unit."""
        found = self.lexemes.get(word)
        return found if found is not None and (found.unit or found.scale or found.clock_after) else None

    def _of(self, phrase: str) -> Iterable[Lexeme]:
        for spelling in variants(" ".join(phrase.split())):
            found = self.lexemes.get(spelling)
            if found is None:
                found = self.lexemes[spelling] = Lexeme(spelling)
            yield found

    def _fill(self) -> None:
        words, numbers = self.vocabulary.words, self.vocabulary.numbers
        for section, names in words.items():
            for name, phrases in names.items():
                flag = _FLAGS.get(f"{section}.{name}")
                for phrase in phrases:
                    for lexeme in self._of(phrase):
                        if flag is not None:
                            setattr(lexeme, flag, True)
                        elif section == "headers":
                            lexeme.header = lexeme.header | {name}
                        elif section != "calendar" or name in _CALENDAR:
                            setattr(lexeme, _NAMED[section], name)
        for key, table in numbers.items():
            for phrase, value in table.items():
                for lexeme in self._of(phrase):
                    whole = key in ("numerals.digits", "numerals.after_tens", "numerals.ordinal_names", "calendar.month_names")
                    setattr(lexeme, _NUMBERS[key], int(value) if whole else value)
                    lexeme.short = lexeme.short or key == "numerals.short_scales"
        for rule in self.vocabulary.roles:
            for phrase in rule.before:
                for lexeme in self._of(phrase):
                    lexeme.rules_before = (*lexeme.rules_before, rule)
            for phrase in rule.after:
                for lexeme in self._of(phrase):
                    lexeme.rules_after = (*lexeme.rules_after, rule)
            for part in ("unless", "needs", "linked", "followed_by"):
                for phrase in getattr(rule, part):
                    for lexeme in self._of(phrase):
                        lexeme.marks = lexeme.marks | {f"{rule.id}.{part}"}
        for lexeme in self.lexemes.values():
            if lexeme.base:
                lexeme.wage = lexeme.wage or "lương" in lexeme.phrase.split() or "tối thiểu" in lexeme.phrase
            if lexeme.unit:
                lexeme.unit_size = len(lexeme.phrase)

    def _inherit(self) -> None:
        """A phrase that begins with a unit can be that unit ("ngày nghỉ"); one that ends with "ngày", "từ" can be that too."""
        for lexeme in sorted(self.lexemes.values(), key=lambda one: len(one.phrase)):
            parts = lexeme.phrase.split()
            if len(parts) < 2:
                continue
            neutral = lexeme.neutral
            if not lexeme.unit and not neutral:
                for size in range(len(parts) - 1, 0, -1):
                    head = self.lexemes.get(" ".join(parts[:size]))
                    if head is not None and head.unit in _TIME_UNITS:
                        lexeme.unit, lexeme.unit_size = head.unit, len(head.phrase)
                        lexeme.per = lexeme.per or head.per
                        rest = self.lexemes.get(" ".join(parts[size:]))
                        lexeme.working = lexeme.unit == "day" and rest is not None and rest.working
                        lexeme.rules_rest = rest.rules_after if rest is not None else ()
                        break
            if lexeme.per is None and not neutral:  # "cháu được"
                heads = [self.lexemes.get(" ".join(parts[:n])) for n in range(len(parts) - 1, 0, -1)]
                lexeme.per = next((h.per for h in heads if h is not None and h.per), None)
            if not neutral:
                self._inherit_rules(lexeme, parts)
            if lexeme.bound is None and not neutral:  # "thấp nhất bằng"
                for size in range(len(parts) - 1, 0, -1):
                    head, tail = self.lexemes.get(" ".join(parts[:size])), self.lexemes.get(" ".join(parts[size:]))
                    if head is not None and head.bound and tail is not None and (tail.filler or tail.linked):
                        lexeme.bound, lexeme.linked = head.bound, lexeme.linked or tail.linked
            for part in _FROM_TAIL:
                for begin in range(1, len(parts)):
                    tail = self.lexemes.get(" ".join(parts[begin:]))
                    if tail is not None and not getattr(lexeme, part) and getattr(tail, part) and not neutral:
                        setattr(lexeme, part, getattr(tail, part))
                        if part == "bound":
                            lexeme.bound_size = len(tail.phrase)

    def _inherit_rules(self, lexeme: Lexeme, parts: list[str]) -> None:
        """A phrase carries the marks of the phrases in it and, behind its own, the rules of those it begins and ends with."""
        size = len(parts)
        inner = [" ".join(parts[a:b]) for a in range(size) for b in range(a + 1, size + 1) if b - a < size]
        for phrase in inner:
            known = self.lexemes.get(phrase)
            if known is not None:
                lexeme.marks |= {m for m in known.marks if " " in phrase or not m.endswith(".unless")}
        if lexeme.bound is not None:
            return
        rules = list(lexeme.rules_before)
        tails = [" ".join(parts[n:]) for n in range(1, size)] if not rules else []
        for phrase in [" ".join(parts[:n]) for n in range(size - 1, 0, -1)] + tails:
            known = self.lexemes.get(phrase)
            if known is not None and not known.neutral:
                rules += [r for r in known.rules_before if r not in rules]
        lexeme.rules_before = tuple(rules)

    def _set_splits(self) -> None:
        """Where a phrase's last words may begin a bound, both together are known too: "ca tối" does not hide "ca tối thiểu"."""
        heads: dict[str, list[Lexeme]] = {}
        for lexeme in self.lexemes.values():
            parts = lexeme.phrase.split()
            if lexeme.bound is not None or lexeme.bound_after is not None:
                for n in range(1, len(parts)):
                    heads.setdefault(" ".join(parts[:n]), []).append(lexeme)
        for lexeme in list(self.lexemes.values()):
            parts = lexeme.phrase.split()
            for n in range(1, len(parts)):
                begin = " ".join(parts[:n])
                for bound in heads.get(" ".join(parts[n:]), ()):
                    both = f"{begin} {bound.phrase}"
                    if both not in self.lexemes:
                        self.lexemes[both] = Lexeme(both)
                        self.lexemes[both].split = (self.lexemes.get(begin), bound)

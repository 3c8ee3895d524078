"""What each phrase of the rule file can be, and the automaton that finds phrases in a text.

Reads a `Vocabulary`; writes a `Lexicon` of shared `Lexeme`s. One phrase may play several parts: "năm" is the number 5, the unit year
and what a figure is given for; the grammar asks for the part it needs at a place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ahocorasick

from app.provisions.quantities.inheritance import inherit, split
from app.provisions.quantities.lexeme import Lexeme
from app.provisions.quantities.spelling import variants
from app.provisions.quantities.vocabulary import Vocabulary

_FLAGS = {  # section.name of the vocabulary -> the part
    "numerals.ten": "ten", "numerals.tens": "tens", "numerals.hundred": "hundred", "numerals.link": "link",
    "numerals.half_after": "half_after", "numerals.halves": "halves", "numerals.part": "part",
    "numerals.ordinal_mark": "ordinal_mark", "numerals.multiple_marks": "multiple_mark",
    "numerals.multiple_before": "multiple_before", "numerals.in_words": "in_words",
    "numerals.round": "round", "wage.wage": "wage", "working_day.working_day": "working", "every.every": "every",
    "yearly.yearly": "yearly", "standing.standing": "standing", "base_breaks.base_breaks": "base_break",
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
_SIGNS = "%％;:,()|/–—−~÷₫<>≤≥-.\n!?…"
_ALIKE = {"—": "–", "−": "–", "％": "%", "\n": ".", "!": ".", "?": ".", "…": "."}
_STARTS = ("digit", "ten", "halves", "multiple", "every", "ordinal_mark", "multiple_mark")


class Lexicon:
    """All lexemes by phrase; `automaton` finds them in blanked text, each key with a leading space."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lexemes: dict[str, Lexeme] = {}
        self._fill()
        inherit(self.lexemes)
        split(self.lexemes)
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
            if section == "sums":  # words between two figures, looked for where two stand (app.provisions.quantities.sums)
                continue
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

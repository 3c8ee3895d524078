"""Which legal parameter a promise is compared with, and how: `grading_rules/law/comparison.yaml`, read strictly.

A provision has a list of cases; the first whose conditions fit the promise decides. A case names the statutory steps (one figure, or
a ladder of several lawful figures), the conversion of units and what a figure on, between and beyond the steps means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.law.schema import LawError, Node
from app.provisions.words import forms

Outcome = Literal["better", "equal", "below", "review"]
Phrase = tuple[str, ...]  # normal forms of the words
_OUTCOMES = ("better", "equal", "below", "review")
_GROUPS = ("normal", "heavy", "extra_heavy", "minor", "disabled")


@dataclass(frozen=True, slots=True)
class Step:
    """A statutory figure: a parameter's number, or one `key` of its table; scaled by other parameters where the law says so.

    `share` = so many percent of another parameter; `times` = multiplied by another; `per_year` = an interval in months as times a
    year; `plus` = raised by another parameter's percent while that one binds.
    """

    parameter: str
    key: str = ""
    share: str = ""
    times: str = ""
    plus: str = ""
    per_year: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Conditions, then either steps to compare with or a fixed `verdict`. `units` maps a finding's unit to its factor."""

    units: dict[str, float]
    groups: frozenset[str] = frozenset()
    words: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()
    bounds: frozenset[str] = frozenset()
    per: frozenset[str] = frozenset()
    without_per: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    single: bool = False  # the statement has one figure of this unit
    start: date | None = None
    end: date | None = None
    least: float | None = None  # smallest and largest amount, in the finding's unit
    most: float | None = None
    steps: tuple[Step, ...] = ()
    by_region: tuple[tuple[str, Step], ...] = ()
    direction: Literal["", "higher", "lower"] = ""
    between: Outcome = "better"  # a figure between two steps of a ladder
    beyond: Outcome = "below"  # a figure worse for the worker than every step
    above: Outcome = "better"  # a figure better for the worker than every step
    increment: Outcome | None = None  # a figure that the words put on top of the law's own
    verdict: Outcome | None = None
    cites: str = ""


@dataclass(frozen=True, slots=True)
class ProvisionComparison:
    cases: tuple[Case, ...]
    several: int | None = None  # more distinct figures than this in one place: none alone carries the verdict


@dataclass(frozen=True, slots=True)
class TermRule:
    """The lawful term of an agreement, and the words by which the clause that states it is known."""

    least: str
    most: str
    shorter_until: date | None  # until this day a first agreement could be shorter
    words: tuple[Phrase, ...]
    subject: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class UnlawfulArticle:
    """A parameter that a forbidden clause breaks; with words, only where the statement has one of them."""

    parameter: str
    words: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    provisions: dict[str, ProvisionComparison]
    unlawful: dict[str, tuple[UnlawfulArticle, ...]]
    term: TermRule
    figures: dict[str, re.Pattern[str]]  # unit -> how its figures look in text


def read_comparison(raw: Any, place: str, known: Callable[[str], bool]) -> Comparison:
    """comparison.yaml as data; `known` tells whether a parameter exists. Raises LawError."""
    node = Node(raw, place, "provisions unlawful term figure_words")
    reader = _Reader(known)
    return Comparison(
        {name: reader.provision(item, f"{place}, {name}") for name, item in node.pairs("provisions")},
        {name: tuple(reader.article(item, f"{place}, unlawful.{name}") for item in items) for name, items in node.pairs("unlawful")},
        reader.term(node.raw["term"], f"{place}, term"),
        {unit: _figure(words) for unit, words in node.pairs("figure_words")},
    )


class _Reader:
    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known

    def parameter(self, name: str, place: str) -> str:
        if name and not self._known(name):
            raise LawError("law.unknown_parameter", f"{place}: không có tham số pháp luật “{name}”")
        return name

    def provision(self, raw: Any, place: str) -> ProvisionComparison:
        node = Node(raw, place, "cases", "several_amounts_over")
        several = node.number("several_amounts_over")
        cases = tuple(self.case(item, f"{place}, trường hợp {i + 1}") for i, item in enumerate(node.items("cases")))
        return ProvisionComparison(cases, None if several is None else int(several))

    def case(self, raw: Any, place: str) -> Case:
        node = Node(
            raw,
            place,
            "units",
            "groups words without tags without_tags bounds per without_per bases single from to least most law by_region"
            " direction between beyond above otherwise increment verdict cites",
        )
        if node.has("law") + node.has("by_region") + node.has("verdict") != 1:
            raise LawError("law.bad_case", f"{place}: phải có đúng một trong các khóa law, by_region, verdict")
        otherwise = node.choice("otherwise", (*_OUTCOMES, ""), "")
        verdict = node.choice("verdict", (*_OUTCOMES, ""), "")
        increment = node.choice("increment", (*_OUTCOMES, ""), "")
        return Case(
            units=_units(node),
            groups=frozenset(_members(node, "groups", _GROUPS)),
            words=phrases(node, "words"),
            without=phrases(node, "without"),
            tags=frozenset(node.texts("tags")),
            without_tags=frozenset(node.texts("without_tags")),
            bounds=frozenset(_members(node, "bounds", ("exact", "at_least", "at_most", "more_than", "less_than", "range"))),
            per=frozenset(node.texts("per")),
            without_per=frozenset(node.texts("without_per")),
            bases=frozenset(node.texts("bases")),
            single=node.flag("single"),
            start=node.day("from"),
            end=node.day("to"),
            least=node.number("least"),
            most=node.number("most"),
            steps=self.steps(node.raw.get("law", []), f"{place}, law"),
            by_region=tuple((region, self.step(item, place)) for region, item in node.pairs("by_region")),
            direction=node.choice("direction", ("higher", "lower", ""), ""),
            between=node.choice("between", _OUTCOMES, otherwise or "better"),
            beyond=node.choice("beyond", _OUTCOMES, otherwise or "below"),
            above=node.choice("above", _OUTCOMES, otherwise or "better"),
            increment=increment or None,
            verdict=verdict or None,
            cites=self.parameter(node.text("cites"), place),
        )

    def steps(self, raw: Any, place: str) -> tuple[Step, ...]:
        return tuple(self.step(item, place) for item in (raw if isinstance(raw, list) else [raw]))

    def step(self, raw: Any, place: str) -> Step:
        node = Node({"id": raw} if isinstance(raw, str) else raw, place, "id", "key share times plus per_year")
        names = {key: self.parameter(node.text(key), place) for key in ("share", "times", "plus")}
        return Step(self.parameter(node.text("id"), place), node.text("key"), **names, per_year=node.flag("per_year"))

    def article(self, raw: Any, place: str) -> UnlawfulArticle:
        node = Node({"id": raw} if isinstance(raw, str) else raw, place, "id", "words")
        return UnlawfulArticle(self.parameter(node.text("id"), place), phrases(node, "words"))

    def term(self, raw: Any, place: str) -> TermRule:
        node = Node(raw, place, "least most words subject", "first_agreement_shorter_until")
        return TermRule(
            self.parameter(node.text("least"), place),
            self.parameter(node.text("most"), place),
            node.day("first_agreement_shorter_until"),
            phrases(node, "words"),
            phrases(node, "subject"),
        )


def phrases(node: Node, key: str) -> tuple[Phrase, ...]:
    """Phrases of a list as normal forms of their words."""
    return tuple(tuple(forms(phrase)) for phrase in node.texts(key))


def _units(node: Node) -> dict[str, float]:
    units: dict[str, float] = {}
    for unit, factor in node.pairs("units"):
        if isinstance(factor, bool) or not isinstance(factor, int | float) or factor <= 0:
            raise node.bad("units", "bảng đơn vị – hệ số dương")
        units[unit] = float(factor)
    return units


def _members(node: Node, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = node.texts(key)
    if any(value not in allowed for value in values):
        raise node.bad(key, "các giá trị trong: " + ", ".join(allowed))
    return values


def _figure(words: Any) -> re.Pattern[str]:
    """A number, perhaps with itself in words in brackets, before one of the unit's words."""
    units = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\d[\d.,]*\s*(?:\([^)]*\)\s*)?(?:{units})(?!\w)", re.IGNORECASE)

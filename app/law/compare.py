"""A figure against the statutory steps of a day: on a step, between, beyond or above them.

Reads `comparison.Case`s and dated values; writes an `Outcome` with the baseline it rests on. Knows no provision by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.law.comparison import Case, Outcome, Step
from app.law.finding import Baseline, Measure
from app.law.loader import Law
from app.law.model import BINDING, dated
from app.law.values import LawValue, value_on

Direction = Literal["higher", "lower"]
Position = Literal["equal", "between", "beyond", "above"]
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Figure:
    """A statutory figure on a day, in the finding's unit."""

    amount: float
    value: LawValue
    step: Step


@dataclass(frozen=True, slots=True)
class Compared:
    """`outcome` None = the law of the day has no figure to compare with. `reason` is Vietnamese, "" where nothing is in doubt."""

    outcome: Outcome | None
    baseline: Baseline | None = None
    measure: Measure | None = None
    reason: str = ""
    sure: bool = True


@dataclass(slots=True)
class Figures:
    """The statutory figures of one judging, each computed once."""

    law: Law
    day: date
    _known: dict[Step, tuple[float, LawValue] | None] = field(default_factory=dict)

    def of(self, step: Step) -> tuple[float, LawValue] | None:
        """The step's figure on the day in the parameter's unit, None where it has none."""
        if step not in self._known:
            self._known[step] = step_value(self.law, step, self.day)
        return self._known[step]


def step_value(law: Law, step: Step, day: date) -> tuple[float, LawValue] | None:
    """The figure of a step on `day` with the value it comes from; None where the law has no number for it on that day."""
    value = value_on(law, step.parameter, day)
    if value is None:
        return None
    raw = value.value.get(step.key) if isinstance(value.value, dict) else value.value
    if not isinstance(raw, int | float):
        return None
    number = float(raw)
    if step.per_year:
        number = 12 / number
    for name, percent in ((step.share, True), (step.times, False)):
        if name:
            other = value_on(law, name, day)
            if other is None or other.number is None:
                return None
            number *= other.number / 100 if percent else other.number
    if step.plus:
        other = value_on(law, step.plus, day)
        if other is not None and other.number is not None and other.binding:
            number *= 1 + other.number / 100
    return number, value


def baseline(figure: Figure, unit: str | None) -> Baseline:
    value = figure.value
    return Baseline(value.parameter, tidy(figure.amount), unit, value.in_force_from, value.source, value.verified, value.label)


def tidy(number: float) -> float:
    """5.0 as 5, 0.6000000001 as 0.6."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def compare(figures: Figures, case: Case, amount: float, unit: str, direction: Direction) -> Compared:
    """Judge `amount` (in `unit`) by the steps of `case`."""
    factor = case.units[unit]
    found: list[Figure] = []
    unbound: LawValue | None = None
    for step in case.steps:
        known = figures.of(step)
        if known is None:
            continue
        if known[1].floor not in BINDING:
            unbound = known[1]
            continue
        found.append(Figure(known[0] / factor, known[1], step))
    if not found:
        if unbound is not None:  # the law names the thing but guarantees no figure on that day
            return Compared("better")
        return Compared(None, reason="Chưa có mức luật định cho ngày này để so sánh; cần người xem.")
    position, figure = place(amount, found, direction)
    measure = Measure(case, figure.step, direction, factor)
    base = baseline(figure, unit)
    outcome: Outcome = {"equal": "equal", "between": case.between, "beyond": case.beyond, "above": case.above}[position]
    if outcome == "below":
        reading = disputed_reading(figures, found, amount, factor, direction)
        if reading:
            return Compared("review", base, measure, reading, False)
    if outcome == "review":
        return Compared("review", base, measure, _unclear(found), False)
    sure = position in ("equal", "above") or (position == "beyond" and len(found) == 1)
    return Compared(outcome, base, measure, "", sure)


def place(amount: float, figures: Sequence[Figure], direction: Direction) -> tuple[Position, Figure]:
    """Where `amount` lies among the steps, and its step: the one it meets, else the nearest it exceeds, else the least."""
    sign = 1 if direction == "higher" else -1
    ordered = sorted(figures, key=lambda f: sign * f.amount)  # from worst to best for the worker
    for figure in ordered:
        if abs(amount - figure.amount) <= _TOLERANCE * max(1.0, abs(figure.amount)):
            return "equal", figure
    passed = [figure for figure in ordered if sign * (amount - figure.amount) > 0]
    if not passed:
        return "beyond", ordered[0]
    return ("above" if len(passed) == len(ordered) else "between"), passed[-1]


def disputed_reading(figures: Figures, found: Sequence[Figure], amount: float, factor: float, direction: Direction) -> str:
    """Why a figure below the main value may be lawful by a disputed reading in force on the day; "" where it is not."""
    for figure in found:
        for variant in figures.law.parameter(figure.value.parameter).variants:
            value = dated(variant.values, figures.day)
            if not variant.disputed or value is None or not isinstance(value.value, int | float):
                continue
            other = value.value / factor
            if (amount - other) * (1 if direction == "higher" else -1) >= 0:
                return f"{variant.label} còn có ý kiến khác nhau; cần người xem. {variant.notes}".strip()
    return ""


def by_region(figures: Figures, case: Case, amount: float, unit: str, direction: Direction, candidates: Sequence[str]) -> Compared:
    """Judge by the regions the employer can be in: sure only where every one of them gives the same verdict."""
    results: list[Compared] = []
    for region, step in case.by_region:
        if region in candidates:
            one = Case(case.units, steps=(step,), direction=direction, between=case.between, beyond=case.beyond)
            results.append(compare(figures, one, amount, unit, direction))
    outcomes = {result.outcome for result in results}
    if len(outcomes) == 1:
        # with several regions, the figure nearest to the amount shows best how far it is from the law
        ordered = sorted(results, key=lambda r: abs((r.baseline.amount or 0) - amount) if r.baseline else 0)
        return ordered[0]
    reason = "Chưa xác định được vùng lương tối thiểu của nơi làm việc; cần người xem."
    return Compared("review", None, None, reason, False)


def _unclear(found: Sequence[Figure]) -> str:
    figures = "; ".join(f"{tidy(f.amount):g} ({f.value.label}, {f.value.source})" for f in found)
    return f"Mức này không trùng mức nào của luật và không rõ thuộc trường hợp nào: {figures}; cần người xem."


def baseline_of(figures: Figures, parameter: str, unit: str | None) -> Baseline | None:
    """The parameter of the day as a baseline without a figure: the article a rule rests on."""
    value = value_on(figures.law, parameter, figures.day) if parameter else None
    if value is None:
        return None
    return Baseline(value.parameter, None, unit, value.in_force_from, value.source, value.verified, value.label)

"""Promises that a later law has overtaken: not below on their own day, below by the law in force when they are graded.

Article 82.2 of the 2019 Code makes the parties amend them and lets the law apply meanwhile. Verdicts stay those of their day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.law.compare import Figure, baseline, place, step_value
from app.law.finding import Finding, Overtaken
from app.law.loader import Law


def overtaken(findings: Sequence[Finding], graded_on: date, *, law: Law) -> tuple[Overtaken, ...]:
    """The findings whose figure the law in force on `graded_on` has overtaken, each with the day since when."""
    found = []
    for index, finding in enumerate(findings):
        if finding.verdict in ("better", "equal") and finding.amount is not None and finding.measure is not None:
            one = _overtaken(index, finding, graded_on, law)
            if one is not None:
                found.append(one)
    return tuple(found)


def _overtaken(index: int, finding: Finding, graded_on: date, law: Law) -> Overtaken | None:
    measure, base = finding.measure, finding.baseline
    assert measure is not None
    if base is None or finding.amount is None or measure.case.beyond != "below":
        return None
    if finding.verdict == "better" and "increment" in finding.tags:
        return None  # a figure on top of the law rises with it
    parameter = law.parameter(measure.step.parameter)
    later = [v.start for v in parameter.values if base.in_force_from < v.start <= graded_on]
    since: date | None = None
    passed: Figure | None = None
    for day in later:
        known = step_value(law, measure.step, day)
        if known is None or not known[1].binding:
            since = None
            continue
        figure = Figure(known[0] / measure.factor, known[1], measure.step)
        if place(finding.amount, [figure], "lower" if measure.direction == "lower" else "higher")[0] != "beyond":
            since = None
        elif since is None:
            since, passed = day, figure
    if since is None or passed is None:
        return None
    return Overtaken(index, baseline(passed, finding.unit), since)

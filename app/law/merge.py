"""Several statements of one place that promise the same thing with the same verdict become one finding.

The amount is that of the tier worst for the worker (lowest; highest where lower is better), in the unit that stands first in the
catalogue; what only comes on top ("mỗi năm thêm 1 %") is no tier beside a whole amount. The quote is that statement.
Reads and writes `Finding`s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.law.finding import Finding

if TYPE_CHECKING:
    from app.law.judge import Catalogue


def merge(found: Sequence[Finding], catalogue: Catalogue, several: Mapping[str, int]) -> tuple[Finding, ...]:
    """One finding for each clause, provision (or unlawful kind) and verdict, sorted by position.

    `several`: provisions of which more than so many distinct figures in one place carry no single amount.
    """
    groups: dict[tuple[int, str, str | None, str, str | None], list[Finding]] = {}
    for finding in found:
        unlawful = finding.unlawful if finding.provision is None else None
        groups.setdefault((finding.clause, finding.path, finding.provision, finding.verdict, unlawful), []).append(finding)
    merged = [_one(group, catalogue, several) for group in groups.values()]
    return tuple(sorted(merged, key=lambda f: (f.start, f.clause, f.provision or "", f.verdict, f.unlawful or "")))


def _one(group: list[Finding], catalogue: Catalogue, several: Mapping[str, int]) -> Finding:
    if len(group) == 1:
        return group[0]
    first = group[0]
    entry = catalogue.provisions.get(first.provision or "")
    units = entry.units if entry is not None else ()
    lower = entry is not None and entry.better == "lower"

    whole = any(f.amount is not None and not f.tags & {"increment", "cap"} for f in group)

    def worst_first(finding: Finding) -> tuple[bool, int, bool, float, int]:
        unit = units.index(finding.unit) if finding.unit in units else len(units)
        amount = 0.0 if finding.amount is None else -finding.amount if lower else finding.amount
        return finding.amount is None, unit, whole and "increment" in finding.tags, amount, finding.start

    worst = min(group, key=worst_first)
    review = next((f for f in group if f.needs_review), None)
    amounts = {f.amount for f in group if f.amount is not None}
    unlawful = worst.unlawful or next((f.unlawful for f in group if f.unlawful), None)
    one = replace(worst, promises=len(group), unlawful=unlawful)
    if review is not None and not worst.needs_review:
        one = replace(one, needs_review=True, reason=review.reason, confidence=min(one.confidence, review.confidence))
    if len(amounts) > several.get(first.provision or "", len(amounts)):
        one = replace(one, amount=None, unit=None)
    return one

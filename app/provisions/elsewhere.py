"""Promises whose figure stands in another clause: "mức tại khoản 1 Điều 19", "theo Phụ lục 1".

Reads promises and the clauses they refer to; writes where the figure stands and what it is. The promise itself keeps no amount: the
clause that has the figure has its own promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.provisions import quantities as quantity_grammar
from app.provisions.amounts import as_amount, pick
from app.provisions.promise import FigureAt, Promise
from app.provisions.rules import ProvisionRules, Rules
from app.structure.agreement import Agreement
from app.structure.references import own_references


def tie(agreement: Agreement, promises: Sequence[Promise], rules: Rules) -> tuple[Promise, ...]:
    """Give every promise without a figure the place of the figure it refers to, where there is one."""
    out = []
    for one in promises:
        found = _figure(agreement, one, promises, rules) if one.amount is None and not one.unlawful else None
        out.append(one if found is None else replace(one, figure_at=found))
    return tuple(out)


def _figure(agreement: Agreement, promise: Promise, promises: Sequence[Promise], rules: Rules) -> FigureAt | None:
    known = rules.provisions.get(promise.provision or "")
    if known is None:
        return None
    for path in own_references(agreement, promise.clause, promise.start, promise.end):
        if path == promise.path:
            continue
        found = _promised(path, promise, promises, known) or _written(agreement, path, known)
        if found is not None:
            return found
    return None


def _promised(path: str, promise: Promise, promises: Sequence[Promise], rules: ProvisionRules) -> FigureAt | None:
    """The figure of the same provision that is promised at `path` or below; of several the one the provision picks."""
    there = [
        FigureAt(one.path, one.amount, one.unit, one.start, one.end)
        for one in promises
        if one.provision == promise.provision and one.amount is not None and one.unit is not None and _at(one.path, path)
    ]
    if not there or rules.pick in ("first", "last"):
        return there[-1 if rules.pick == "last" else 0] if there else None
    unit = min((one.unit for one in there), key=rules.units.index)
    return (min if rules.pick == "lowest" else max)((one for one in there if one.unit == unit), key=lambda one: one.amount)


def _written(agreement: Agreement, path: str, rules: ProvisionRules) -> FigureAt | None:
    """The only figure of a khoản or điểm that can be an amount of the provision, whatever it is promised for there."""
    clause = next(one for one in agreement.clauses if one.path == path)
    if clause.kind not in ("clause", "point", "subpoint"):
        return None
    found = quantity_grammar.parse(agreement.text[clause.body : clause.end], offset=clause.body)
    bound = [(q, amount) for q in found if q.role in rules.roles and (amount := as_amount(q, rules)) is not None]
    if len({amount for _, amount in bound}) != 1:
        return None
    chosen = pick(bound, rules)
    return FigureAt(path, *chosen[1], chosen[0].start, chosen[0].end) if chosen is not None else None


def _at(path: str, place: str) -> bool:
    return path == place or path.startswith(place + ".")

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
    places = _Places(agreement, promises)
    out = []
    for one in promises:
        known = rules.provisions.get(one.provision or "")
        found = places.figure(one, known) if one.amount is None and not one.unlawful and known is not None else None
        out.append(one if found is None else replace(one, figure_at=found))
    return tuple(out)


class _Places:
    """The clauses by path, and the figures promised in each."""

    def __init__(self, agreement: Agreement, promises: Sequence[Promise]) -> None:
        self.agreement = agreement
        self.clauses = {one.path: one for one in reversed(agreement.clauses)}
        self.promised: dict[tuple[str, str], list[FigureAt]] = {}  # path or a path above, provision -> figures in text order
        for one in promises:
            if one.amount is None or one.unit is None or one.provision is None:
                continue
            figure = FigureAt(one.path, one.amount, one.unit, one.start, one.end)
            path = one.path
            while path:
                self.promised.setdefault((path, one.provision), []).append(figure)
                path = path.rpartition(".")[0]

    def figure(self, promise: Promise, rules: ProvisionRules) -> FigureAt | None:
        for path in own_references(self.agreement, promise.clause, promise.start, promise.end, self.clauses):
            if path != promise.path:
                found = _picked(self.promised.get((path, rules.id), ()), rules) or self._written(path, rules)
                if found is not None:
                    return found
        return None

    def _written(self, path: str, rules: ProvisionRules) -> FigureAt | None:
        """The only figure of a khoản or điểm that can be an amount of the provision, whatever it is promised for there."""
        clause = self.clauses[path]
        if clause.kind not in ("clause", "point", "subpoint"):
            return None
        found = quantity_grammar.parse(self.agreement.text[clause.body : clause.end], offset=clause.body)
        bound = [(q, amount) for q in found if q.role in rules.roles and (amount := as_amount(q, rules)) is not None]
        if len({amount for _, amount in bound}) != 1:
            return None
        chosen = pick(bound, rules)
        return FigureAt(path, *chosen[1], chosen[0].start, chosen[0].end) if chosen is not None else None


def _picked(there: Sequence[FigureAt], rules: ProvisionRules) -> FigureAt | None:
    """Of several figures the one the provision picks, in the first of its units."""
    if not there or rules.pick in ("first", "last"):
        return there[-1 if rules.pick == "last" else 0] if there else None
    unit = min((one.unit for one in there), key=rules.units.index)
    return (min if rules.pick == "lowest" else max)((one for one in there if one.unit == unit), key=lambda one: one.amount)

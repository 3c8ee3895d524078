"""Promises in the making, and wholes that several statements give together: the days of each holiday are one number of days.

Reads and changes the drafts of one agreement, by statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.provisions.amounts import Amount, plausible
from app.provisions.match import Match
from app.provisions.promise import Promise
from app.provisions.quantity import Quantity
from app.provisions.statements import Statement


@dataclass(slots=True)
class Draft:
    """A promise in the making, with what is needed to look for its figure elsewhere."""

    match: Match
    promise: Promise
    amount: Amount | None
    part: tuple[Quantity, Amount] | None = None  # what it gives of a whole that several statements give together


def add_up(statements: Sequence[Statement], drafts: dict[int, list[Draft]]) -> None:
    """Make one promise of what the items of a list give of a whole that is given nowhere itself; a part alone is its own amount."""
    lists: dict[tuple[str, int | None, int], list[tuple[int, Draft]]] = {}
    for index in sorted(drafts):
        statement = statements[index]
        for draft in drafts[index]:
            if draft.part is not None and draft.amount is None and draft.promise.ruling is None:
                key = (draft.match.rules.id, statement.intro, -1 if statement.intro is not None else statement.clause)
                lists.setdefault(key, []).append((index, draft))
    if not lists:
        return
    whole = _given(statements, drafts)
    for found in lists.values():
        index, first = found[0]
        rules = first.match.rules
        assert first.part is not None
        quantity, (_, unit) = first.part
        total = sum(draft.part[1][0] for _, draft in found if draft.part is not None)
        if (statements[index].clause, rules.id) in whole or (len(found) > 1 and not plausible(total, unit, rules)):
            continue
        promise = replace(first.promise, amount=total, unit=unit, quantity=quantity)
        drafts[index] = [Draft(d.match, promise, (total, unit)) if d is first else d for d in drafts[index]]
        for other, draft in found[1:]:
            drafts[other] = [d for d in drafts[other] if d is not draft]


def _given(statements: Sequence[Statement], drafts: Mapping[int, Sequence[Draft]]) -> set[tuple[int, str]]:
    """The clauses, and those whose items they introduce, where a provision's whole is given itself."""
    out: set[tuple[int, str]] = set()
    introduce: dict[int, set[str]] = {}
    for index, found in drafts.items():
        for draft in found:
            if draft.amount is not None and draft.match.rules.pick == "total":
                out.add((statements[index].clause, draft.match.rules.id))
                introduce.setdefault(index, set()).add(draft.match.rules.id)
    out.update((s.clause, name) for s in statements if s.intro in introduce for name in introduce[s.intro])
    return out

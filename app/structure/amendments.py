"""Which clauses change others: "Sửa đổi khoản 2 Điều 14 như sau", "Bãi bỏ điểm a khoản 1 Điều 7".

Reads the clauses; writes `Amendment`s, one for each clause that is changed. Citations of laws are not targets.
"""

from __future__ import annotations

import re
from typing import Literal

from app.structure.agreement import Amendment, Clause
from app.structure.references import REFERENCE, names_law, targets
from app.structure.rules import StructureRules
from app.structure.source import Source

Action = Literal["replace", "add", "remove"]

_LEAD = re.compile(r"(?:dieu\s+\d{1,3}[.:)]?\s*|khoan\s+\d+[.:]\s*|\d{1,2}(?:\.\d{1,2})?[.)/:]\s*|[a-z][).]\s*|[-+•*–]\s*)?")
_SENTENCE = re.compile(r"[\n;]\s*|[.:]\s+")
_STOP = re.compile(r"[.;:\n]")
_PART = re.compile(  # "khoản 1" without its article
    r"[^.;:\n]{0,20}?(?:diem\s+(?P<diem>[^\W\d_])\s*,?\s*)?khoan\s+(?P<khoan>\d{1,2})(?!\w)(?!\s*,?\s*(?:(?:cua|vao|tai|thuoc)\s+)?dieu)"
)
_REACH = 400
_GAP = 100  # characters between an action and what it changes


def amendments_in(source: Source, rules: StructureRules, clauses: tuple[Clause, ...]) -> tuple[Amendment, ...]:
    """Return every amendment that a clause states, in text order."""
    actions: tuple[tuple[Action, re.Pattern[str]], ...] = (
        ("replace", rules["amendments.replace"]),
        ("add", rules["amendments.add"]),
        ("remove", rules["amendments.remove"]),
    )
    out: dict[tuple[str, str], Amendment] = {}
    for clause in clauses:
        if clause.kind in ("preamble", "signature"):
            continue
        folded = source.folded[clause.start : min(clause.end, clause.start + _REACH)]
        if "dieu" not in folded and "phu luc" not in folded:
            continue
        for action, target in _found(folded, source.text[clause.start : clause.end], actions, rules):
            if target != clause.path:
                out.setdefault((clause.path, target), Amendment(clause.path, target, action))
    return _by_parts(source, clauses, tuple(out.values()), actions)


def _by_parts(
    source: Source, clauses: tuple[Clause, ...], found: tuple[Amendment, ...], actions: tuple[tuple[Action, re.Pattern[str]], ...]
) -> tuple[Amendment, ...]:
    """ "Sửa đổi Điều 14 như sau: 1. Sửa đổi khoản 1 …; 2. Bổ sung khoản 3": only these parts of the article change."""
    whole = {one.at: one for one in found if "." not in one.target and one.action != "remove"}
    if not whole:
        return found
    known = {one.at for one in found}
    parts: dict[str, list[Amendment]] = {}
    for clause in clauses:
        above = clauses[clause.parent] if clause.parent is not None else None
        if above is None or above.path not in whole or clause.path in known:
            continue
        folded = source.folded[clause.start : min(clause.end, clause.start + _REACH)]
        lead = _LEAD.match(folded)
        for action, pattern in actions:
            said = pattern.match(folded, lead.end() if lead else 0)
            part = _PART.match(folded, said.end()) if said else None
            if part:
                path = ".".join(p for p in (whole[above.path].target, part["khoan"], part["diem"]) if p)
                parts.setdefault(above.path, []).append(Amendment(clause.path, path, action))
                break
    return tuple(new for one in found for new in (parts.get(one.at) if one is whole.get(one.at) and one.at in parts else None) or [one])


def _found(folded: str, text: str, actions: tuple[tuple[Action, re.Pattern[str]], ...], rules: StructureRules) -> list[tuple[Action, str]]:
    """Actions and targets of the sentences of one clause that begin with an action or say that something "được sửa đổi"."""
    out: list[tuple[Action, str]] = []
    citing = rules["amendments.citing"]
    for start in [0, *(m.end() for m in _SENTENCE.finditer(folded))]:
        lead = _LEAD.match(folded, start)
        at = lead.end() if lead else start
        found = _imperative(folded, at, actions, citing) or _imperative(folded, start, actions, citing)
        if found is None:
            found = _declared(folded, start, actions)
        if found is None:
            continue
        action, first = found
        position = first
        while m := REFERENCE.search(folded, position, first + 160):
            gap = folded[position : m.start()]
            if len(gap) > _GAP or _STOP.search(gap):
                break
            position = m.end()
            if names_law(folded, m.end(), rules["amendments.of_law"]):
                continue
            out += [(action, target) for target in targets(m, text)]
    return out


def _imperative(
    folded: str, at: int, actions: tuple[tuple[Action, re.Pattern[str]], ...], citing: re.Pattern[str]
) -> tuple[Action, int] | None:
    """An action at `at`, directly before a reference."""
    for action, pattern in actions:
        m = pattern.match(folded, at)
        if m:
            near = REFERENCE.search(folded, m.end(), m.end() + _GAP)
            gap = folded[m.end() : near.start()] if near else ""
            if near and not _STOP.search(gap) and not citing.search(gap):
                return action, m.end()
    return None


def _declared(folded: str, at: int, actions: tuple[tuple[Action, re.Pattern[str]], ...]) -> tuple[Action, int] | None:
    """A reference at `at` of which an action is said after it: "Khoản 2 Điều 14 được sửa đổi như sau"."""
    m = REFERENCE.match(folded, at)
    if not m:
        return None
    rest = folded[m.end() : m.end() + 90]
    for action, pattern in actions:
        said = re.match(r"[^.;:\n]{0,50}?\bduoc\s+", rest)
        if said and pattern.match(rest, said.end()):
            return action, at
    return None

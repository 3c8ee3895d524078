"""Which alternatives of the pattern files a statement fulfils, and with which words as the anchor.

Reads the hits of each statement and of its context; writes `Match`es. Names are tested as sets, anchors by position.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from app.provisions.rules import Alternative, Names, ProvisionRules, Rules
from app.provisions.scene import Scene
from app.provisions.statements import Statement
from app.provisions.vocabulary import Hit, Hits


@dataclass(slots=True)
class Match:
    """One provision found in one statement; `anchors` are character spans of the words that name it, in text order."""

    rules: ProvisionRules
    alternative: Alternative
    statement: Statement
    anchors: list[tuple[int, int]]


class Matcher:
    """The alternatives of all rules, indexed by the names that can start them."""

    def __init__(self, rules: Rules) -> None:
        self._by_name: dict[str, list[_Candidate]] = {}
        self._by_context: dict[str, list[_Candidate]] = {}
        provisions = (*rules.provisions.values(), *rules.unlawful.values())
        candidates = [_Candidate(alternative, provision) for provision in provisions for alternative in provision.find]
        for place, candidate in enumerate(sorted(candidates, key=_id)):
            candidate.place = place
            alternative = candidate.alternative
            if alternative.all:
                for name in alternative.all[0]:
                    self._by_name.setdefault(name, []).append(candidate)
            else:
                for name in (alternative.title or alternative.heading or alternative.with_)[0]:
                    self._by_context.setdefault(name, []).append(candidate)
        self._names = frozenset(self._by_name)
        self._around = frozenset(self._by_context)
        self._skips = [_Candidate(skip) for skip in rules.skips]

    def find(self, scene: Scene, statement: Statement) -> list[Match]:
        """All matches of one statement, in the order of the rule files."""
        names = frozenset(scene.hits[statement.index])
        kinds = frozenset([q.kind for q in scene.quantities[statement.index]])
        found = {c for name in self._names & names for c in self._by_name[name]}
        found.update([c for name in self._around & (scene.context(statement) | names) for c in self._by_context[name]])
        out: list[Match] = []
        for candidate in sorted([c for c in found if c.may(names, kinds)], key=_place):
            assert candidate.provision is not None
            anchors = fulfils(scene, statement, candidate.alternative, candidate.provision.roles)
            if anchors is not None:
                out.append(Match(candidate.provision, candidate.alternative, statement, anchors))
        return out

    def skipped(self, scene: Scene, statement: Statement) -> bool:
        """Whether the statement promises nothing whatever it names."""
        names = frozenset(scene.hits[statement.index])
        kinds = frozenset([q.kind for q in scene.quantities[statement.index]])
        return any(c.may(names, kinds) and fulfils(scene, statement, c.alternative) is not None for c in self._skips)


class _Candidate:
    """One alternative of one provision (of none where it is a skip), with what rules it out soonest."""

    __slots__ = ("alternative", "groups", "needs", "place", "provision", "without")

    def __init__(self, alternative: Alternative, provision: ProvisionRules | None = None) -> None:
        self.provision = provision
        self.alternative = alternative
        self.groups = tuple(map(frozenset, alternative.all))
        self.without = frozenset(alternative.without)
        self.needs = frozenset(alternative.needs)
        self.place = 0  # in the order of the rule files

    def may(self, names: frozenset[str], kinds: frozenset[str]) -> bool:
        """Whether a statement with these names and kinds of figures can fulfil it."""
        if not self.without.isdisjoint(names) or (self.needs and self.needs.isdisjoint(kinds)):
            return False
        for group in self.groups:  # noqa: SIM110 (twice as fast as any() here, where most of the time is spent)
            if group.isdisjoint(names):
                return False
        return True


def _id(candidate: _Candidate) -> tuple[str, int]:
    owner, _, number = candidate.alternative.id.rpartition("/")
    return owner, int(number)


def _place(candidate: _Candidate) -> int:
    return candidate.place


def fulfils(
    scene: Scene, statement: Statement, alternative: Alternative, roles: tuple[str, ...] = ("amount", "increment")
) -> list[tuple[int, int]] | None:
    """Return the anchors (character spans) where the statement fulfils the alternative, else None.

    `roles` are those a figure may have to meet `needs`; the law's own figure beside the agreement's always may.
    """
    hits = scene.hits[statement.index]
    for options in alternative.all:
        for option in options:
            if option in hits:
                break
        else:
            return None
    for name in alternative.without:
        if name in hits:
            return None
    figures = scene.quantities[statement.index]
    if alternative.needs and not any(q.kind in alternative.needs and (q.role in roles or q.role == "statutory") for q in figures):
        return None
    if alternative.lacks and any(q.kind in alternative.lacks and q.role in roles for q in figures):
        return None
    if alternative.with_ and not _each(alternative.with_, hits, scene.context(statement)):
        return None
    if alternative.heading and not _each(alternative.heading, scene.headings(statement)):
        return None
    if alternative.title and not _each(alternative.title, scene.title(statement)):
        return None
    if alternative.context_without and not scene.near(statement).isdisjoint(alternative.context_without):
        return None
    if not alternative.all:
        return [(statement.start, statement.start)]
    anchors = _anchors(hits, alternative.all[0], alternative.unless)
    if anchors and alternative.denied:
        anchors = _said(scene, statement, anchors, alternative.denied)
    if not anchors:
        return None
    if alternative.within is not None and len(alternative.all) > 1:
        reach = alternative.within
        others = [_anchors(hits, options, alternative.unless) for options in alternative.all[1:]]
        anchors = [a for a in anchors if all(any(_distance(a, b) <= reach for b in other) for other in others)]
        if not anchors:
            return None
    return sorted({scene.span(statement, hit) for hit in anchors})


def _each(groups: Names, *places: Container[str]) -> bool:
    """Whether of every group some name stands in one of the places."""
    return all(any(name in place for name in group for place in places) for group in groups)


def _anchors(hits: Hits, options: tuple[str, ...], unless: tuple[str, ...]) -> list[Hit]:
    found = [hit for option in options for hit in hits.get(option, ())]
    if unless:
        hidden = {word for name in unless for start, end in hits.get(name, ()) for word in range(start, end)}
        if hidden:
            found = [hit for hit in found if hidden.isdisjoint(range(*hit))]
    return found


def _said(scene: Scene, statement: Statement, anchors: list[Hit], names: tuple[str, ...]) -> list[Hit]:
    """The anchors that no denial rules: one that stands before them in the same part of the sentence."""
    denials = [hit for name in names for hit in scene.hits[statement.index].get(name, ())]
    if not denials:
        return anchors
    part = scene.parts(statement)
    return [a for a in anchors if not any(d[1] <= a[0] and part[d[1] - 1] == part[a[0]] for d in denials)]


def _distance(a: Hit, b: Hit) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)

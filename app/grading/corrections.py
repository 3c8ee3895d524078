"""A record with a person's decisions on its findings: accepted, corrected, rejected, added. The record itself stays as it is.

Reads a record of a reading, what judging kept of it, and `Correction`s whose words were found in it; writes a record of the same form,
which `app.grading.assessment` scores like any other, so that every half point stays traced. Each finding says `by` whom it is
("machine" or "person"); a person's finding keeps the machine's beside it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from app.grading.catalogue import Catalogue
from app.grading.judging import agreement_of
from app.grading.record import baseline_json, superseded_by
from app.law.finding import Finding
from app.law.judge import judge
from app.law.loader import Law
from app.law.overtaken import overtaken
from app.provisions.promise import Promise, Verdict
from app.structure.agreement import Agreement

Json = dict[str, Any]
Action = Literal["accept", "correct", "reject", "add"]
RULE = "person"
VERDICTS = ("better", "equal", "below", "vague")
FLOOR = "below_statutory_floor"


@dataclass(frozen=True, slots=True)
class Said:
    """What a finding says of its clause. `amount` is in `unit`, one of the provision's units."""

    provision: str | None
    verdict: str
    amount: float | None = None
    unit: str | None = None
    unlawful: str | None = None

    @classmethod
    def of(cls, finding: Mapping[str, Any]) -> Said:
        return cls(**{name: finding[name] for name in ("provision", "verdict", "amount", "unit", "unlawful")})

    def to_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision whose words stand at `span` of this reading. `machine` is None for "add", `person` for "accept" and "reject"."""

    id: str
    action: Action
    span: tuple[int, int]
    machine: Said | None
    person: Said | None
    by: str
    reason: str | None = None


class CorrectionError(ValueError):
    """A finding that the catalogue does not allow: Vietnamese message."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """`record` has the findings that stand; `rejected` those that a person took out; `matched` the machine's index by correction."""

    record: Json
    rejected: tuple[Json, ...]
    matched: Mapping[str, int]


def apply(
    record: Mapping[str, Any], judging: Mapping[str, Any] | None, corrections: Sequence[Correction], law: Law, catalogue: Catalogue
) -> Corrected:
    """The record after the corrections, the earliest first. One whose finding the machine makes no more stands by itself."""
    findings: list[Json] = record["findings"]
    reading = _Reading(record, judging, law, catalogue)
    taken: dict[int, Correction] = {}
    matched: dict[str, int] = {}
    rejected: list[Json] = []
    person: list[tuple[Json, list[Json]]] = []
    for one in corrections:
        index = _match(findings, taken, one, one.machine or one.person)
        if index is not None:
            taken[index] = one
            matched[one.id] = index
        if one.action == "reject":
            rejected += [_marked(findings[index], "person", one)] if index is not None else []
        elif one.action == "accept":
            if index is None and one.machine is not None:
                person.append(reading.finding(one, one.machine, None))
        elif one.person is not None:
            person.append(reading.finding(one, one.person, findings[index] if index is not None else None))
            if one.machine is not None and one.machine.provision != one.person.provision:
                again = _match(findings, taken, one, one.person)  # a newer engine may have learnt it
                if again is not None:
                    taken[again] = one
    merged: list[tuple[Json, int | None, list[Json]]] = []
    for index, finding in enumerate(findings):
        decided = taken.get(index)
        if decided is None:
            merged.append((_marked(finding, "machine", None), index, []))
        elif decided.action == "accept":
            merged.append((_marked(finding, "machine", decided), index, []))
    merged += [(finding, None, later) for finding, later in person]
    merged.sort(key=lambda one: _place(one[0]))
    place = {index: at for at, (_, index, _) in enumerate(merged) if index is not None}
    later = [{**one, "finding": place[one["finding"]]} for one in record["overtaken"] if one["finding"] in place]
    later += [{"finding": at, **one} for at, (_, _, own) in enumerate(merged) for one in own]
    later.sort(key=lambda one: (one["finding"], one["since"]))
    return Corrected({**record, "findings": [finding for finding, _, _ in merged], "overtaken": later}, tuple(rejected), matched)


def resolve(
    record: Mapping[str, Any],
    judging: Mapping[str, Any] | None,
    span: tuple[int, int],
    wanted: Mapping[str, Any],
    machine: Said | None,
    law: Law,
    catalogue: Catalogue,
) -> Said:
    """What a person says of the words at `span`, complete: what is left out is the machine's, the verdict what the law of the day means.

    `wanted` holds any of provision, verdict, amount, unit, unlawful. Raises CorrectionError: not what the catalogue allows.
    """
    provision = wanted.get("provision", machine.provision if machine else None)
    moved = machine is None or provision != machine.provision
    amount = wanted.get("amount", None if moved or machine is None else machine.amount)
    unit = wanted.get("unit", None if moved or machine is None else machine.unit)
    verdict: str | None = wanted.get("verdict")
    unlawful: str | None = wanted.get("unlawful")
    if amount is None:
        unit = None
    _check(catalogue, provision, amount, unit, unlawful, verdict)
    if verdict is None and unlawful is not None:
        verdict = "below"
    if verdict is None and provision is not None:
        same = machine is not None and (provision, amount, unit) == (machine.provision, machine.amount, machine.unit)
        if same and machine:
            verdict = machine.verdict
        else:
            verdict = _Reading(record, judging, law, catalogue).judged(span, Said(provision, "better", amount, unit)).verdict
    assert verdict is not None
    if verdict == "vague":
        amount = unit = None
    if verdict == "below":
        kept = machine.unlawful if machine and not moved else None
        return Said(provision, verdict, amount, unit, unlawful or kept or FLOOR)
    return Said(provision, verdict, amount, unit, None)


def _check(
    catalogue: Catalogue, provision: str | None, amount: float | None, unit: str | None, unlawful: str | None, verdict: str | None
) -> None:
    if provision is None and unlawful is None:
        raise CorrectionError("hãy nêu nội dung (provision) hoặc loại trái luật (unlawful)")
    if provision is not None and provision not in catalogue.provisions:
        raise CorrectionError(f"danh mục không có nội dung «{provision}»")
    if unlawful is not None and unlawful not in catalogue.unlawful:
        raise CorrectionError(f"không có loại trái luật «{unlawful}»; được dùng: {', '.join(catalogue.unlawful)}")
    if unlawful is not None and verdict not in (None, "below"):
        raise CorrectionError("nội dung trái luật thì kết luận phải là below")
    if provision is not None and amount is not None:
        units = catalogue.provisions[provision].units
        if unit not in units:
            raise CorrectionError(f"đơn vị của «{catalogue.label(provision)}» phải là một trong: {', '.join(units)}")
    if provision is None and amount is not None:
        raise CorrectionError("con số cần một nội dung (provision)")


class _Reading:
    """The record as the law room needs it, made once."""

    def __init__(self, record: Mapping[str, Any], judging: Mapping[str, Any] | None, law: Law, catalogue: Catalogue) -> None:
        self.record, self.law, self.catalogue = record, law, catalogue
        self._judging = judging
        self._agreement: Agreement | None = None

    @property
    def agreement(self) -> Agreement:
        if self._agreement is None:
            bare = {
                "place": None,
                "stated_region": self.record["agreement"]["wage_region"],
                "bodies": [0] * len(self.record["clauses"]),
                "amendments": [],
            }
            self._agreement = agreement_of(self.record, self._judging or bare)
        return self._agreement

    def judged(self, span: tuple[int, int], said: Said) -> Finding:
        """What the law of the reading's day makes of a firm promise in these words."""
        clause = self._clause(span)
        promise = Promise(
            clause=clause,
            path=self.agreement.clauses[clause].path,
            provision=said.provision,
            rule=RULE,
            start=span[0],
            end=span[1],
            firmness="vague" if said.verdict == "vague" else "firm",
            amount=said.amount,
            unit=said.unit,
            unlawful=said.unlawful if said.unlawful != FLOOR else None,
        )
        day = date.fromisoformat(self.record["law_as_of"])
        found = judge(self.agreement, [promise], on=day, law=self.law, catalogue=self.catalogue)
        own = next((one for one in found if one.rule == RULE), None)
        return own or _unjudged(promise)

    def finding(self, one: Correction, said: Said, machine: Json | None) -> tuple[Json, list[Json]]:
        """A person's finding, and where the law has overtaken it since (without the finding's place)."""
        span = tuple(machine["span"]) if machine else one.span
        judged = self.judged((span[0], span[1]), said)
        clause = self.agreement.clauses[judged.clause]
        group = machine["group"] if machine else "normal"
        finding: Json = {
            "path": machine["path"] if machine else clause.path,
            "provision": said.provision,
            "label": self.catalogue.label(said.provision) or self.catalogue.unlawful.get(said.unlawful or "", ""),
            "topic": self.catalogue.topic(said.provision),
            "verdict": said.verdict,
            "amount": said.amount,
            "unit": said.unit,
            "unlawful": said.unlawful,
            "quote": self.agreement.text[span[0] : span[1]],
            "span": list(span),
            "baseline": baseline_json(judged.baseline),
            "rule": RULE,
            "confidence": 1.0,
            "firmness": "vague" if said.verdict == "vague" else "firm",
            "group": group,
            "needs_review": False,
            "reason": "",
            "superseded_by": machine["superseded_by"] if machine else superseded_by(clause.path, self.agreement.amendments),
            "figure_at": None,
        }
        verdict: Verdict = said.verdict  # type: ignore[assignment]  # one of the four
        told = overtaken([replace(judged, verdict=verdict)], date.max, law=self.law)
        later = [{"baseline": baseline_json(each.baseline), "since": each.since.isoformat()} for each in told]
        machine_said = Said.of(machine) if machine else one.machine
        marked = _marked(finding, "person", one)
        return {**marked, "machine": machine_said.to_json() if machine_said else None}, later

    def _clause(self, span: tuple[int, int]) -> int:
        """The index of the clause in which the words begin."""
        clauses = self.agreement.clauses
        return next((n for n, one in enumerate(clauses) if one.start <= span[0] < one.end), len(clauses) - 1)


def _match(findings: Sequence[Json], taken: Mapping[int, Correction], one: Correction, said: Said | None) -> int | None:
    """The machine's finding that a correction is about: of the same provision, in the same words, free, the likest first."""
    if said is None:
        return None
    best: tuple[int, int, int] | None = None
    for index, finding in enumerate(findings):
        if index in taken or finding["provision"] != said.provision:
            continue
        if said.provision is None and finding["unlawful"] != said.unlawful:
            continue
        shared = min(one.span[1], finding["span"][1]) - max(one.span[0], finding["span"][0])
        if shared <= 0:
            continue
        same = sum(finding[name] == getattr(said, name) for name in ("verdict", "amount", "unit", "unlawful"))
        rank = (same, shared, -index)
        if best is None or rank > best:
            best = rank
    return None if best is None else -best[2]


def _marked(finding: Json, by: str, one: Correction | None) -> Json:
    """A finding with who says so, and the decision on it if there is one."""
    marked = {**finding, "by": by}
    if one is not None:
        marked["decision"] = {"id": one.id, "action": one.action, "by": one.by, "reason": one.reason}
        if one.action == "accept":
            marked["needs_review"], marked["reason"] = False, ""
    return marked


def _place(finding: Json) -> tuple[Any, ...]:
    amount = -1.0 if finding["amount"] is None else finding["amount"]
    return (finding["span"][0], finding["span"][1], finding["provision"] or "", finding["verdict"], amount, finding["rule"])


def _unjudged(promise: Promise) -> Finding:
    """What the law room takes for no finding at all (the union's own funds, the statute's own words) a person may still call one."""
    return Finding(
        clause=promise.clause,
        path=promise.path,
        provision=promise.provision,
        topic=None,
        verdict="equal",
        amount=promise.amount,
        unit=promise.unit,
        unlawful=promise.unlawful,
        start=promise.start,
        end=promise.end,
        quote="",
        baseline=None,
        rule=promise.rule,
        confidence=1.0,
        group=promise.group,
        needs_review=False,
        reason="",
        refers_to_law=False,
        firmness=promise.firmness,
    )

"""Advice for the grassroots union: what to mend, what to make firm, what to add, and the shortest way to the next letter.

Reads a record, its grading and the model clauses; writes the `advice` of the assessment. Gains are worked out by the profile itself
on the model clause's own figure, within what is left of its topic's maximum, so that following the advice gives what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.grading.assessment import Graded
from app.grading.catalogue import Catalogue
from app.grading.found import Found
from app.grading.model_clauses import ModelClause, ModelClauses
from app.grading.profile import FULL_SCORE, Grade, Profile
from app.grading.score import ItemScore, earned_by
from app.grading.wording import amount
from app.law.explain import value_text
from app.law.loader import Law
from app.law.values import value_on


@dataclass(frozen=True, slots=True)
class Offer:
    """One item that could earn more: its model clause, and the points of that clause before the topic's maximum."""

    item: ItemScore
    topic: str
    model: ModelClause
    text: str
    worth: float
    state: str  # missing | equal | vague | below | better (promised, but a higher figure would earn more)

    @property
    def gain(self) -> float:
        return self.worth - (self.item.earned or 0.0)


def advise(
    record: Mapping[str, Any],
    graded: Graded,
    profile: Profile,
    catalogue: Catalogue,
    models: ModelClauses,
    law: Law,
) -> dict[str, Any]:
    """The advice as JSON values; gains and the way to the next letter hold for this profile and this agreement."""
    day = date.fromisoformat(record["law_as_of"])
    region = record["agreement"].get("wage_region")
    offers = _offers(graded, models, catalogue, law, region, day)
    room = {topic.topic.id: (topic.earned, topic.topic.max) for topic in graded.score.topics}
    adds = [(min(_room_gain(room, offer), offer.gain), offer) for offer in offers]
    best = sorted(
        ((gain, offer) for gain, offer in adds if gain > 0),
        key=lambda one: (-one[0] / one[1].model.cost, one[1].model.cost, one[1].item.item.id),
    )
    return {
        "unlawful": [
            _mend(index, found, catalogue, models) | _lawful(record["findings"][index], catalogue, law, region, day)
            for index, found in enumerate(graded.findings)
            if found.breaks_law
        ],
        "vague": [
            _firm_up(index, found, catalogue, offers, room, models)
            for index, found in enumerate(graded.findings)
            if found.verdict == "vague" and not found.superseded and found.provision in models.clauses
        ],
        "add": [_offer(gain, offer) for gain, offer in best],
        "next_letter": _next_letter(profile, graded, offers, room),
    }


def _offers(graded: Graded, models: ModelClauses, catalogue: Catalogue, law: Law, region: str | None, day: date) -> list[Offer]:
    states: dict[str, str] = {}
    for state in ("equal", "vague", "below", "better"):
        for found in graded.findings:
            if found.provision and found.verdict == state and not found.superseded:
                states[found.provision] = state
    offers = []
    content = next(group for group in graded.score.groups if group.group.id == "content")
    for one in content.items:
        earn = one.item.earn
        model = models.clauses.get(earn.provision) if earn else None
        if earn is None or model is None:
            continue
        text, figure = model.written(law, region, day)
        compared = any(band.measure in ("over", "margin_percent") for band in earn.bands)
        floor, unit = _floor(model, catalogue, law, region, day) if compared else (None, None)
        offered = Found("", model.provision, "better", figure, model.unit, baseline=floor, baseline_unit=unit)
        worth, _ = earned_by(earn, offered)
        if worth > (one.earned or 0.0):
            offers.append(Offer(one, one.item.topic, model, text, worth, states.get(earn.provision, "missing")))
    return offers


def _floor(model: ModelClause, catalogue: Catalogue, law: Law, region: str | None, day: date) -> tuple[float | None, str | None]:
    """The statutory figure that a model clause of one figure stands above, where it can be looked up directly."""
    known = catalogue.provisions.get(model.provision)
    for id in known.law if known and model.unit else ():
        if "_region_" in id and not id.endswith(f"_region_{(region or 'III').lower()}"):
            continue
        value = value_on(law, id, day) if id in law else None
        if value is not None and value.number is not None:
            return value.number, model.unit
    return None, None


def _room_gain(room: Mapping[str, tuple[float, float]], offer: Offer) -> float:
    earned, most = room[offer.topic]
    return min(most, earned + offer.gain) - min(most, earned)


def _next_letter(
    profile: Profile, graded: Graded, offers: Sequence[Offer], room: Mapping[str, tuple[float, float]]
) -> dict[str, Any] | None:
    """The fewest model clauses that reach the next letter by content alone; None where the letter is already the highest."""
    better = [one for one in profile.letters if _above(one.grade, graded.letter)]
    if not better:
        return None
    target = better[-1]
    out_of = profile.group("content").max
    have = sum(min(most, earned) for earned, most in room.values())
    left, spent, steps = dict(room), list(offers), []
    reached = have
    while reached * FULL_SCORE < target.at_least * out_of and spent:
        order = [(-_room_gain(left, one), one.model.cost, one.item.item.id) for one in spent]
        chosen = spent.pop(order.index(min(order)))
        gain = _room_gain(left, chosen)
        if gain <= 0:
            break
        earned, most = left[chosen.topic]
        left[chosen.topic] = (earned + chosen.gain, most)
        reached += gain
        steps.append(_offer(gain, chosen))
    return {
        "letter": target.grade,
        "content_points": have,
        "content_points_then": reached,
        "reached": reached * FULL_SCORE >= target.at_least * out_of,
        "steps": steps,
    }


def _above(grade: Grade, than: Grade | None) -> bool:
    return than is None or grade < than


def _offer(gain: float, offer: Offer) -> dict[str, Any]:
    return {
        "item": offer.item.item.id,
        "provision": offer.model.provision,
        "label": offer.item.item.label,
        "topic": offer.topic,
        "state": offer.state,
        "points": gain,
        "cost": offer.model.cost,
        "model_clause": offer.text,
    }


def _mend(index: int, found: Found, catalogue: Catalogue, models: ModelClauses) -> dict[str, Any]:
    kind = found.unlawful or "below_statutory_floor"
    return {
        "finding": index,
        "where": found.where,
        "kind": kind,
        "label": catalogue.label(found.provision) or catalogue.unlawful.get(kind, ""),
        "promised": found.figure,
        "remedy": models.unlawful[kind],
    }


def _lawful(finding: Mapping[str, Any], catalogue: Catalogue, law: Law, region: str | None, day: date) -> dict[str, str]:
    """The least that the law allows, and its article: what the clause was judged by, else the provision's first figure in the law."""
    baseline = finding.get("baseline")
    if baseline:
        return {"lawful_minimum": amount(baseline.get("amount"), baseline.get("unit")), "article": baseline.get("source", "")}
    known = catalogue.provisions.get(finding.get("provision") or "")
    for id in known.law if known else ():
        value = value_on(law, id, day) if id in law else None
        if value is not None and value.number is not None and ("_region_" not in id or id.endswith(f"_region_{str(region).lower()}")):
            return {"lawful_minimum": value_text(law, law.parameter(id), value.value), "article": value.source}
    return {"lawful_minimum": "", "article": ""}


def _firm_up(
    index: int,
    found: Found,
    catalogue: Catalogue,
    offers: Sequence[Offer],
    room: Mapping[str, tuple[float, float]],
    models: ModelClauses,
) -> dict[str, Any]:
    model = models.clauses[str(found.provision)]
    offer = next((one for one in offers if one.model is model), None)
    return {
        "finding": index,
        "where": found.where,
        "provision": found.provision,
        "label": catalogue.label(found.provision),
        "how": model.hint,
        "points": _room_gain(room, offer) if offer else 0.0,
        "model_clause": offer.text if offer else model.text,
    }

"""What a reading keeps so that its promises can be judged again, by other legal values, without the file.

Reads an `Agreement` and its `Promise`s; writes the `judging` of a record (JSON values), and from a record with it the same record as
today's law judges it. The text itself is not kept twice: the clauses of a record partition it. What restates the statute's own
sentences does not depend on legal values and stays as it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from app.grading.catalogue import Catalogue
from app.grading.record import found_json
from app.law.judge import judge
from app.law.loader import Law
from app.law.overtaken import overtaken
from app.law.regions import wage_region
from app.provisions.promise import FigureAt, Promise
from app.provisions.quantity import Quantity
from app.reading.document import Document
from app.structure.agreement import Agreement, Amendment, Clause, Kind, Metadata

SCHEMA = "thuoc.judging/1"
REGION_NOTICES = ("wage_region_unknown", "wage_region_by_other_list")
_DERIVED = ("path", "quantity")
_PROMISE = tuple((one.name, one.default) for one in fields(Promise))
_QUANTITY = tuple((one.name, one.default) for one in fields(Quantity))


def judging_of(agreement: Agreement, promises: Sequence[Promise]) -> dict[str, Any]:
    """What `judge_again` needs beside the record. Values that are a field's default are left out."""
    metadata = agreement.metadata
    return {
        "schema": SCHEMA,
        "place": metadata.place,
        "stated_region": metadata.wage_region,
        "bodies": [clause.body - clause.start for clause in agreement.clauses],
        "amendments": [[one.at, one.target, one.action] for one in agreement.amendments],
        "promises": [_promise(one, agreement.clauses[one.clause].path) for one in promises],
    }


def judge_again(record: Mapping[str, Any], judging: Mapping[str, Any], law: Law, catalogue: Catalogue) -> dict[str, Any]:
    """The record with its promises judged by `law` on the same day as before. Raises LawError, ValueError (another schema)."""
    if judging.get("schema") != SCHEMA:
        raise ValueError(f"unknown judging schema {judging.get('schema')!r}")
    agreement = agreement_of(record, judging)
    day = date.fromisoformat(record["law_as_of"])
    promises = [_read_promise(one, agreement.clauses) for one in judging["promises"]]
    findings = judge(agreement, promises, on=day, law=law, catalogue=catalogue)
    found, later = found_json(findings, overtaken(findings, date.max, law=law), agreement.amendments, catalogue)
    region = wage_region(agreement.metadata, law.provinces, day)
    notices = [one for one in record["source"]["warnings"] if one["code"] not in REGION_NOTICES]
    if region.notice is not None:
        notice = {"code": region.notice.code, "message": region.notice.message}
        notices = list(record["source"]["warnings"]) if notice in record["source"]["warnings"] else [*notices, notice]
    return {
        **record,
        "source": {**record["source"], "warnings": notices},
        "agreement": {**record["agreement"], "wage_region": agreement.metadata.wage_region or region.region},
        "findings": found,
        "overtaken": later,
    }


def agreement_of(record: Mapping[str, Any], judging: Mapping[str, Any]) -> Agreement:
    """As much of the agreement as judging looks at."""
    source, said = record["source"], record["agreement"]
    clauses = tuple(
        Clause(
            path=one["path"],
            kind=one["kind"],
            label=one["label"],
            number="",
            heading="",
            parent=None,
            start=one["span"][0],
            end=one["span"][1],
            body=one["span"][0] + body,
            page=one["page"],
            lines=(),
        )
        for one, body in zip(record["clauses"], judging["bodies"], strict=True)
    )
    text = "".join(one["text"] for one in record["clauses"])
    document = Document(text, (), source["method"], source["media_type"], source["pages"], source["sha256"], source["filename"])
    metadata = Metadata(
        title=said["title"],
        number=said["number"],
        employer=said["employer"],
        province=said["province"],
        wage_region=judging["stated_region"],
        place=judging["place"],
        signed_on=_day(said["signed_on"]),
        effective_from=_day(said["effective_from"]),
        term_months=said["term_months"],
        expires_on=_day(said["expires_on"]),
        workers=said["workers"],
    )
    amendments = tuple(Amendment(at, target, action) for at, target, action in judging["amendments"])
    return Agreement(document, clauses, metadata, Kind(True), amendments=amendments)


def _promise(one: Promise, path: str) -> dict[str, Any]:
    kept = _sparse(one)
    if one.path != path:
        kept["path"] = one.path
    if one.quantity is not None:
        kept["quantity"] = _sparse(one.quantity)
    return kept


def _read_promise(kept: Mapping[str, Any], clauses: Sequence[Clause]) -> Promise:
    values = {key: value for key, value in kept.items() if key not in _DERIVED}
    if "tags" in values:
        values["tags"] = frozenset(values["tags"])
    if "figure_at" in values:
        values["figure_at"] = FigureAt(*values["figure_at"])
    quantity = kept.get("quantity")
    if quantity is not None:
        quantity = Quantity(**(quantity | ({"per": tuple(quantity["per"])} if "per" in quantity else {})))
    return Promise(path=kept.get("path", clauses[kept["clause"]].path), quantity=quantity, **values)


def _sparse(value: Promise | Quantity) -> dict[str, Any]:
    """The fields that differ from their defaults, as JSON values."""
    kept: dict[str, Any] = {}
    for name, default in _PROMISE if isinstance(value, Promise) else _QUANTITY:
        one = getattr(value, name)
        if name not in _DERIVED and (default is MISSING or one != default):
            kept[name] = sorted(one) if isinstance(one, frozenset) else list(one) if isinstance(one, tuple) else one
    return kept


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None

"""The record of a reading: what the rooms before grading found in one file, as JSON values.

Reads `Agreement` and the law room's findings; writes the dictionary that `app.grading.assessment` scores. A record depends on the
file and on the day of the law only, not on a profile or on the day of grading, so that it can be stored and scored again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.grading.catalogue import Catalogue
from app.law.copying import CopyReport
from app.law.finding import Baseline, Finding, Overtaken
from app.law.term import add_months
from app.reading.document import Notice
from app.structure.agreement import Agreement, Amendment, Clause, Metadata

SCHEMA = "thuoc.reading/1"
NO_COPIES = CopyReport((), 0.0)


def record_of(
    agreement: Agreement,
    findings: Sequence[Finding],
    catalogue: Catalogue,
    *,
    law_as_of: date,
    wage_region: str | None,
    overtaken: Sequence[Overtaken] = (),
    copies: CopyReport = NO_COPIES,
    warnings: Sequence[Notice] = (),
    engine: str,
) -> dict[str, Any]:
    """The record of one agreement. Findings come in text order whatever order they are given in."""
    document = agreement.document
    found, later = found_json(findings, overtaken, agreement.amendments, catalogue)
    notices = [*document.warnings, *agreement.warnings, *warnings]  # those of the clauses are among the agreement's
    return {
        "schema": SCHEMA,
        "source": {
            "filename": document.filename,
            "sha256": document.sha256,
            "media_type": document.media_type,
            "pages": document.pages,
            "method": document.method,
            "warnings": [{"code": one.code, "message": one.message} for one in dict.fromkeys(notices)],
        },
        "agreement": _agreement(agreement.metadata, wage_region),
        "articles": _articles(agreement.clauses),
        "clauses": [
            {
                "path": one.path,
                "kind": one.kind,
                "label": one.label,
                "text": agreement.text[one.start : one.end],
                "page": one.page,
                "span": [one.start, one.end],
            }
            for one in agreement.clauses
        ],
        "signatories": [{"side": one.side, "office": one.office} for one in agreement.signatories],
        "findings": found,
        "law_as_of": law_as_of.isoformat(),
        "overtaken": later,
        "copy_of_law": {
            "share": copies.share,
            "clauses": [{"path": one.path, "share": one.share, "source": one.source} for one in copies.copied],
        },
        "engine": {"version": engine},
    }


def found_json(
    findings: Sequence[Finding], overtaken: Sequence[Overtaken], amendments: Sequence[Amendment], catalogue: Catalogue
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The `findings` of a record in text order, and its `overtaken`."""
    order = sorted(range(len(findings)), key=lambda index: _place(findings[index]))
    position = {index: at for at, index in enumerate(order)}
    later = sorted(overtaken, key=lambda one: (position[one.finding], one.since))
    return [_finding(findings[index], amendments, catalogue) for index in order], [
        {"finding": position[one.finding], "baseline": baseline_json(one.baseline), "since": one.since.isoformat()} for one in later
    ]


def last_day(metadata: Metadata) -> date | None:
    """The last day an agreement is in force: as written, else its effect (or signing) plus its term."""
    start = metadata.effective_from or metadata.signed_on
    if metadata.expires_on or start is None or metadata.term_months is None:
        return metadata.expires_on
    return add_months(start, metadata.term_months) - timedelta(days=1)


def superseded_by(path: str, amendments: Sequence[Amendment]) -> str | None:
    """The path of the amendment that took the place of what stands at `path`, the last of several; None where it still stands.

    The words of an amendment are themselves superseded by a later one of the same clause.
    """
    mine = [(n, one.target) for n, one in enumerate(amendments) if one.action != "remove" and _under(path, one.at)]
    found = None
    for n, one in enumerate(amendments):
        if one.action == "add" or _under(path, one.at):
            continue
        if _under(path, one.target) or any(n > earlier and _under(target, one.target) for earlier, target in mine):
            found = one.at
    return found


def _under(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")


def _place(finding: Finding) -> tuple[Any, ...]:
    amount = -1.0 if finding.amount is None else finding.amount
    return (finding.start, finding.end, finding.provision or "", finding.verdict, amount, finding.rule)


def _agreement(metadata: Metadata, wage_region: str | None) -> dict[str, Any]:
    return {
        "title": metadata.title,
        "number": metadata.number,
        "employer": metadata.employer,
        "province": metadata.province,
        "wage_region": metadata.wage_region or wage_region,
        "signed_on": _day(metadata.signed_on),
        "effective_from": _day(metadata.effective_from),
        "term_months": metadata.term_months,
        "expires_on": _day(metadata.expires_on),
        "in_force_until": _day(last_day(metadata)),
        "workers": metadata.workers,
    }


def _articles(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    articles = []
    for clause in clauses:
        if clause.kind != "article":
            continue
        chapter, above = None, clause.parent
        while above is not None and chapter is None:
            if clauses[above].kind == "chapter":
                chapter = clauses[above].number
            above = clauses[above].parent
        articles.append(
            {
                "path": clause.path,
                "number": clause.number,
                "chapter": chapter,
                "heading": clause.heading,
                "page": clause.page,
            }
        )
    return articles


def _finding(one: Finding, amendments: Sequence[Amendment], catalogue: Catalogue) -> dict[str, Any]:
    return {
        "path": one.path,
        "provision": one.provision,
        "label": catalogue.label(one.provision) or catalogue.unlawful.get(one.unlawful or "", ""),
        "topic": one.topic or catalogue.topic(one.provision),
        "verdict": one.verdict,
        "amount": _figure(one.amount),
        "unit": one.unit,
        "unlawful": one.unlawful,
        "quote": one.quote,
        "span": [one.start, one.end],
        "baseline": baseline_json(one.baseline),
        "rule": one.rule,
        "confidence": round(one.confidence, 4),
        "firmness": one.firmness,
        "group": one.group,
        "needs_review": one.needs_review,
        "reason": one.reason,
        "superseded_by": superseded_by(one.path, amendments),
        "figure_at": _figure_at(one),
    }


def _figure_at(one: Finding) -> dict[str, Any] | None:
    """Where the figure stands that a finding without one refers to ("theo Phụ lục 1")."""
    at = one.figure_at
    return None if at is None else {"path": at.path, "amount": _figure(at.amount), "unit": at.unit, "span": [at.start, at.end]}


def baseline_json(one: Baseline | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "id": one.id,
        "label": one.label,
        "amount": _figure(one.amount),
        "unit": one.unit,
        "in_force_from": one.in_force_from.isoformat(),
        "source": one.source,
        "verified": one.verified,
    }


def _figure(value: float | None) -> int | float | None:
    """A figure without float dust: 500000 and not 500000.0, 1.5 and not 1.4999999999999998."""
    if value is None:
        return None
    value = round(float(value), 6)
    return int(value) if value.is_integer() else value


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def labels(record: Mapping[str, Any]) -> dict[str, str]:
    """Path -> label of every clause of a record."""
    return {clause["path"]: clause["label"] for clause in record["clauses"]}

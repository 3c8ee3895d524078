"""What reviewers make of the machine's proposals, over everything that stands confirmed: a rate per provision, and labelled samples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.grading.catalogue import load_catalogue
from app.reading.sandbox import read_isolated
from app.reading.text import fold
from app.redaction import redact
from app.reviews.labelled import gold, source_text
from app.reviews.repository import ReviewRepository, Sample
from app.storage.database import Database
from app.storage.files import FileStore
from app.structure import parse

PAGE = 20


@dataclass
class Rate:
    """One provision (or kind of unlawful clause) over all confirmed agreements. A correction counts for what the machine had proposed."""

    id: str
    label: str
    proposed: int = 0  # by the machine
    accepted: int = 0  # looked at and agreed to
    left: int = 0  # confirmed without a word
    corrected: int = 0
    rejected: int = 0
    added: int = 0  # missed by the machine

    @property
    def rate(self) -> float | None:
        """The share of the proposals that nobody changed, 0..1."""
        return (self.accepted + self.left) / self.proposed if self.proposed else None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "rate": self.rate}


def agreement_rate(database: Database) -> tuple[int, list[Rate]]:
    """(confirmed agreements, the rates that are known, the most changed first)."""
    catalogue = load_catalogue()
    rates: dict[str, Rate] = {}
    count = 0
    for sample in _samples(database):
        count += 1
        body = json.loads(sample.reviewed.body)
        for one in [*body["findings"], *body["rejected"]]:
            said = one.get("machine") or one
            id = str(said["provision"] or said["unlawful"])
            label = catalogue.label(said["provision"]) or catalogue.unlawful.get(id, id)
            _count(rates.setdefault(id, Rate(id, label)), one.get("decision", {}).get("action"))
    return count, sorted(rates.values(), key=lambda row: (-(row.corrected + row.rejected + row.added), -row.proposed, row.id))


def export_labelled(database: Database, files: FileStore, folder: Path) -> Iterator[Path]:
    """Write every confirmed agreement as a labelled sample below `folder`, one folder each, and tell which.

    They hold what the agreements hold, personal data included: they are for those who improve the rules, not for the public.
    """
    for sample in _samples(database):
        reading = sample.reviewed.assessment.reading
        record, body = json.loads(reading.body), json.loads(sample.reviewed.body)
        source = source_text(record, json.loads(reading.judging) if reading.judging else None)
        given = {name: getattr(sample.agreement, name) for name in ("employer", "number", "province", "sector", "ownership")}
        own = folder / f"{_slug(given['employer'] or record['agreement']['employer'] or 'thoa-uoc')}-{sample.agreement.id[-8:]}"
        own.mkdir(parents=True, exist_ok=True)
        (own / "source.txt").write_text(source, encoding="utf-8")
        told = gold(record, body, given, source, _personal(files, sample))
        (own / "gold.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        yield own


def _samples(database: Database) -> Iterator[Sample]:
    after = ""
    while True:
        with database.read() as session:
            page = ReviewRepository(session).confirmed(after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].agreement.id


def _count(row: Rate, action: str | None) -> None:
    if action == "add":
        row.added += 1
        return
    row.proposed += 1
    if action == "accept":
        row.accepted += 1
    elif action == "correct":
        row.corrected += 1
    elif action == "reject":
        row.rejected += 1
    else:
        row.left += 1


def _personal(files: FileStore, sample: Sample) -> list[str]:
    """What redaction takes out of the file, in the order of the text."""
    submission = sample.submission
    found = redact(parse(read_isolated(files.read(submission.file_sha256), submission.filename)))
    return [found.removed(span) for span in found.spans]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40] or "thoa-uoc"

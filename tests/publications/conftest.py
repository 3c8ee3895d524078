"""Public documents of every sample, made as the service makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.assess import find_in, score_reading
from app.publications.document import SCHEMA, PublicDocument, clauses_of
from app.publications.service import better_provisions
from app.reading import read
from app.redaction import redact
from app.structure import parse
from app.structure.agreement import Agreement
from tests.service.conftest import TODAY

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("d0*/docx-*.docx"))


def made_public(agreement: Agreement) -> PublicDocument:
    redaction = redact(agreement)
    body = score_reading(find_in(agreement, graded_on=TODAY), graded_on=TODAY)
    meta = body["agreement"]
    return {
        "schema": SCHEMA,
        "id": "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44",
        "title": meta["title"] or "Thỏa ước lao động tập thể",
        "number": meta["number"],
        "employer": meta["employer"],
        "unit": "Công đoàn cơ sở",
        "province": meta["province"],
        "area": None,
        "sector": None,
        "ownership": None,
        "signed_on": meta["signed_on"],
        "effective_from": meta["effective_from"],
        "expires_on": meta["expires_on"],
        "grade": "B",
        "rubric": body["rubric"],
        "better_firm": body["better_provisions"]["firm"],
        "better_provisions": better_provisions(body),
        "clauses": clauses_of(agreement, redaction),
        "legal_ground": "Luật 91/2025/QH15",
        "published_at": "2026-01-02T03:04:05+00:00",
        "changed_at": "2026-01-02T03:04:05+00:00",
    }


@pytest.fixture(scope="session", params=FILES)
def agreement(request: pytest.FixtureRequest) -> Agreement:
    path = SAMPLES / request.param
    return parse(read(path.read_bytes(), path.name))


@pytest.fixture(scope="session")
def document(agreement: Agreement) -> PublicDocument:
    return made_public(agreement)

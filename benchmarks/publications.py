"""Synthetic publications, as many as asked for, put straight into a migrated database: for measuring the feed, nothing else.

Rows that publications point to (agreements, confirmations, releases) are left out, so the foreign keys are not checked here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from app.grading.catalogue import load_catalogue
from app.grading.wording import amount
from app.organisations.models import ROOT_ID
from app.publications.models import Publication, PublicationText, PublicationValue, PublicClauseRow
from app.publications.words import folded, normal
from app.reading import read
from app.storage.base import new_id
from app.storage.database import Database, is_sqlite

SAMPLE = Path(__file__).parents[1] / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
PROVINCES = ("Hà Tĩnh", "Lai Châu", "Nghệ An", "Bắc Ninh", "Đồng Nai", "Hải Phòng", "Cần Thơ", "Đà Nẵng")
SECTORS = ("may mặc", "da giày", "điện tử", "chế biến gỗ", "thủy sản", "trồng chè", "bệnh viện", "cấp nước")
PROMISES = 8
WORDS = 80  # of a text; real agreements have some thousand
BATCH = 1000
START = datetime(2024, 1, 1, tzinfo=UTC)


def fill(database: Database, count: int) -> list[str]:
    """The ids, oldest first."""
    rng = random.Random(7)
    words = normal(read(SAMPLE.read_bytes(), SAMPLE.name).text).split()
    ids: list[str] = []
    with database.engine.connect() as connection:
        _unchecked(connection)
        rows = _rows(rng, words, count)
        while batch := list(islice(rows, BATCH)):
            for index, table in enumerate((Publication, PublicationValue, PublicClauseRow, PublicationText)):
                connection.execute(insert(table), [row for one in batch for row in one[index]])
            ids += [one[0][0]["id"] for one in batch]
            connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
    return ids


def _unchecked(connection: Connection) -> None:
    if is_sqlite(connection):
        for pragma in ("foreign_keys=OFF", "synchronous=OFF"):
            connection.connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]
        return
    found = "SELECT conname FROM pg_constraint WHERE conrelid = 'publications'::regclass AND contype = 'f'"
    for name in connection.execute(text(found)).scalars().all():
        connection.execute(text(f"ALTER TABLE publications DROP CONSTRAINT {name}"))
    connection.commit()


def _rows(rng: random.Random, words: list[str], count: int) -> Iterator[tuple[list[dict[str, Any]], ...]]:
    catalogue = load_catalogue()
    provisions = list(catalogue.provisions.values())
    plain_words = [folded(word) for word in words]
    for number in range(count):
        id = new_id()
        at = START + timedelta(minutes=number)
        chosen = rng.sample(provisions, PROMISES)
        promises = []
        for provision in chosen:
            figure, unit = (float(rng.randrange(1, 2000) * 100), provision.units[0]) if provision.units else (None, None)
            promises.append(
                {
                    "provision": provision.id,
                    "label": catalogue.label(provision.id),
                    "topic": catalogue.topic(provision.id),
                    "topic_label": catalogue.topics.get(catalogue.topic(provision.id) or "", ""),
                    "amount": figure,
                    "unit": unit,
                    "amount_label": amount(figure, unit),
                }
            )
        employer = f"Công ty TNHH {rng.choice(words)} {rng.choice(words)} số {number}"
        start = rng.randrange(max(1, len(words) - WORDS))
        own = normal(employer)
        exact = f"{own} {' '.join(words[start : start + WORDS])}"
        plain = f"{folded(own)} {' '.join(plain_words[start : start + WORDS])}"
        publication = {
            "id": id, "agreement_id": new_id(), "confirmation_id": id, "release_id": id, "unit_id": ROOT_ID,
            "published_at": at, "published_by": id, "changed_at": at, "withdrawn_at": None,
            "withdrawn_because": None, "withdrawn_note": None,
            "grade": rng.choice("ABB"), "title": "Thỏa ước lao động tập thể", "employer": employer, "unit_name": "Công đoàn cơ sở",
            "number": f"{number}/2025/TƯLĐTT", "province": rng.choice(PROVINCES), "area": None, "sector": rng.choice(SECTORS),
            "ownership": rng.choice(("state", "private", "fdi")), "signed_on": date(2024, 1, 1) + timedelta(days=number % 700),
            "effective_from": None, "expires_on": date(2099, 1, 1), "better_firm": PROMISES, "better_provisions": promises,
            "rubric": {"id": "hd90-2023", "version": 1, "status": "provisional"},
            "body": json.dumps({"id": id}), "digest": f"{number:064x}",
        }  # fmt: skip
        values = [{"publication_id": id, **{key: one[key] for key in ("provision", "topic", "amount")}} for one in promises]
        quote = " ".join(words[start : start + 30])
        clauses = [
            {
                "publication_id": id, "provision": one["provision"], "amount": one["amount"], "unit": one["unit"], "path": "1.1",
                "label": "khoản 1 Điều 1", "quote": quote, "exact": quote,
                "folded": " ".join(plain_words[start : start + 30]),
            }
            for one in promises[:1]
        ]  # fmt: skip
        yield [publication], values, clauses, [{"publication_id": id, "exact": exact, "folded": plain}]

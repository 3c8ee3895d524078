"""Assessments are stored without their reading and come back word for word, also across the versions of the database."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.agreements.bodies import stored, to_text, whole
from app.assess import read_and_find, score_reading
from app.jobs.loop import Worker
from app.storage import migrate
from app.wiring import Services

from .conftest import SAMPLES
from .documents import plain_agreement
from .people import bearer
from .test_api import API, upload, work_off

FILES = sorted(path for folder in SAMPLES.glob("d0*") for path in folder.glob("docx-*.docx"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_assessment_comes_back_word_for_word(path: Path) -> None:
    on = date(2025, 6, 30)
    record = read_and_find(path.read_bytes(), path.name, graded_on=on)
    assessment = score_reading(record, graded_on=on)
    kept = stored(assessment, record)
    assert to_text(whole(kept, to_text(record))) == to_text(assessment)
    assert len(kept) < len(to_text(assessment)) * 0.6
    assert whole(to_text(assessment), "") == json.loads(to_text(assessment)), "stored whole, as it was before"


def test_the_version_before_gets_whole_assessments(client: TestClient, services: Services, worker: Worker) -> None:
    sent = upload(client, plain_agreement()).json()
    work_off(worker)
    served = client.get(f"{API}/{sent['id']}/assessment")
    with services.database.engine.begin() as connection:
        connection.execute(text("UPDATE assessments SET digest = NULL"))
    assert client.get(f"{API}/{sent['id']}/assessment").headers["etag"] == served.headers["etag"]
    migrate.downgrade_database(services.database, "0001")
    with services.database.engine.connect() as connection:
        [row] = connection.execute(text("SELECT body, digest FROM assessments")).all()
    assert row.digest == hashlib.sha256(served.content).hexdigest()
    migrate.upgrade_database(services.database)
    client.headers.update(bearer(services.settings))  # the version before knew no keys
    again = client.get(f"{API}/{sent['id']}/assessment")
    assert (again.content, again.headers["etag"]) == (served.content, served.headers["etag"])

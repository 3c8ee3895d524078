"""The review form over HTTP: every format, and the confirmed result once there is one."""

from __future__ import annotations

import io
import json
import shutil
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.jobs.loop import Worker

from .documents import plain_agreement
from .life import confirm, decision
from .test_api import API, assert_problem, upload, work_off


@pytest.fixture
def agreement(client: TestClient, worker: Worker) -> str:
    sent = upload(client, plain_agreement(), employer="Công ty Cổ phần Minh Phát", province="Hà Tĩnh").json()
    assert_problem(client.get(f"{API}/{sent['id']}/form"), 409, "not_graded_yet")
    work_off(worker)
    return str(sent["id"])


def form_of(client: TestClient, agreement: str, **query: str) -> dict[str, Any]:
    answer = client.get(f"{API}/{agreement}/form", params={"format": "json", **query})
    assert answer.status_code == 200, answer.text
    form: dict[str, Any] = json.loads(answer.content)
    return form


def test_every_format_is_a_file_to_keep(client: TestClient, agreement: str) -> None:
    word = client.get(f"{API}/{agreement}/form", params={"above": "LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ TĨNH"})
    assert word.headers["content-disposition"] == 'attachment; filename="phieu-cham-01-2025-tuldtt.docx"'
    told = "\n".join(cell.text for table in docx.Document(io.BytesIO(word.content)).tables for row in table.rows for cell in row.cells)
    assert "LIÊN ĐOÀN LAO ĐỘNG\nTỈNH HÀ TĨNH" in told
    assert "nghỉ 05 ngày hưởng nguyên lương" in told
    sheet = client.get(f"{API}/{agreement}/form", params={"format": "xlsx"})
    assert load_workbook(io.BytesIO(sheet.content)).active is not None
    assessment = client.get(f"{API}/{agreement}/assessment").json()
    form = form_of(client, agreement)
    assert form["letter"] == assessment["grade"]
    assert next(one["value"] for one in form["facts"] if one["label"] == "Doanh nghiệp") == "Công ty Cổ phần Minh Phát"


@pytest.mark.slow
def test_pdf(client: TestClient, agreement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("soffice") is not None:
        answer = client.get(f"{API}/{agreement}/form", params={"format": "pdf"})
        assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    monkeypatch.setenv("PATH", "/nowhere")
    assert_problem(client.get(f"{API}/{agreement}/form", params={"format": "pdf"}), 501, "pdf_unavailable")


def test_the_form_of_a_confirmed_agreement_says_what_was_confirmed(client: TestClient, agreement: str) -> None:
    before = client.get(f"{API}/{agreement}/form")
    same = client.get(f"{API}/{agreement}/form", headers={"If-None-Match": before.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    confirmed = confirm(client, agreement, decision("C", reason="Theo hồ sơ")).json()
    after = client.get(f"{API}/{agreement}/form", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    form = form_of(client, agreement)
    assert (form["letter"], form["confirmed_by"]) == ("C", confirmed["confirmation"]["confirmed_by"])
    assert [row["points"] for row in form["rows"] if row["kind"] == "group"][2:] == [5.5, 0]


def test_refusals(client: TestClient, agreement: str) -> None:
    assert_problem(client.get(f"{API}/{agreement}/form?format=doc"), 422, "request_invalid")
    assert_problem(client.get(f"{API}/{'0' * 8}-0000-0000-0000-{'0' * 12}/form"), 404, "agreement_not_found")
    assert_problem(client.get(f"{API}/{agreement}/form", params={"place": "a\x00"}), 422, "request_invalid")

"""Profiles over HTTP: brought in from a spreadsheet, refused cell by cell, graded by, confirmed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from app.jobs.loop import Worker

from .documents import plain_agreement
from .test_api import API, assert_problem, upload, work_off

RUBRICS = "/api/v1/rubrics"
WHO = "Trần Văn Nam, LĐLĐ tỉnh Hà Tĩnh"


def sheet(client: TestClient) -> Workbook:
    answer = client.get(f"{RUBRICS}/hd90-2023/sheet")
    assert answer.headers["content-disposition"] == 'attachment; filename="hd90-2023-1.xlsx"'
    return load_workbook(io.BytesIO(answer.content))


def change(book: Workbook, **cells: Any) -> bytes:
    """The bytes of the book with changed values: `version=2`, or a row's "tối đa" by its code."""
    for row in book.active.iter_rows(min_row=2):
        kind, code = row[0].value, row[1].value
        if code in cells:
            row[4 if kind == "thông tin" else 5].value = cells[code]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: TestClient, data: bytes, name: str = "khung-ha-tinh.xlsx", by: str | None = WHO) -> httpx.Response:
    return client.post(RUBRICS, files={"file": (name, data)}, data={"imported_by": by} if by else {})


def test_an_edited_copy_becomes_a_profile_that_grades(client: TestClient, worker: Worker) -> None:
    assert [one["reference"] for one in client.get(RUBRICS).json()["items"]] == ["hd90-2023@1"]
    made = send(client, change(sheet(client), id="ha-tinh", version="3", federation="LĐLĐ tỉnh Hà Tĩnh", A="90", C="10"))
    assert made.status_code == 201, made.text
    known = made.json()
    assert (known["reference"], known["status"], known["imported_by"], known["filename"]) == (
        "ha-tinh@3", "provisional", WHO, "khung-ha-tinh.xlsx",
    )  # fmt: skip
    assert [one["at_least"] for one in known["letters"]] == [90, 65, 10]
    whole = client.get(made.headers["location"]).json()
    assert len(whole["profile"]["items"]) == whole["items"] == 115
    sent = upload(client, plain_agreement(), rubric="ha-tinh").json()
    work_off(worker)
    assessment = client.get(f"{API}/{sent['id']}/assessment").json()
    assert assessment["rubric"]["federation"] == "LĐLĐ tỉnh Hà Tĩnh"
    assert (assessment["rubric"]["id"], assessment["rubric"]["version"], assessment["rubric"]["status"]) == ("ha-tinh", 3, "provisional")
    assert_problem(upload(client, plain_agreement("CÔNG TY KHÁC"), rubric="ha-tinh@9"), 422, "rubric_not_found")


def test_a_version_is_brought_in_once(client: TestClient) -> None:
    data = change(sheet(client), id="ha-tinh", version="1")
    assert send(client, data).status_code == 201
    assert_problem(send(client, data), 409, "rubric_exists")
    assert_problem(send(client, change(sheet(client), note="khác")), 409, "rubric_exists")


def test_confirming_says_who_and_when(client: TestClient) -> None:
    send(client, change(sheet(client), id="ha-tinh", version="1"))
    done = client.post(f"{RUBRICS}/ha-tinh@1/confirm", json={"confirmed_by": WHO})
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["confirmed_by"]) == ("confirmed", WHO)
    assert done.json()["confirmed_at"]
    assert_problem(client.post(f"{RUBRICS}/ha-tinh@1/confirm", json={"confirmed_by": WHO}), 409, "rubric_confirmed")
    shipped = client.post(f"{RUBRICS}/hd90-2023/confirm", json={"confirmed_by": WHO}).json()
    assert (shipped["status"], shipped["filename"]) == ("confirmed", None)
    assert [one["status"] for one in client.get(RUBRICS).json()["items"]] == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("cells", "where", "what"),
    [
        ({"shift_meal": "mười"}, "cột «tối đa»", "phải là một số"),
        ({"A": "60"}, "cột «tối đa»", "B"),
        ({"bonus": "6"}, "trang «Khung điểm»", "phải là 100"),
        ({"version": "1e999", "id": "Hà Tĩnh"}, "cột «tên»", "chữ thường không dấu"),
    ],
)
def test_every_wrong_cell_is_named(client: TestClient, cells: dict[str, str], where: str, what: str) -> None:
    body = assert_problem(send(client, change(sheet(client), **{"id": "ha-tinh", **cells})), 422, "rubric_invalid")
    assert any(where in one["field"] and what in one["message"] for one in body["errors"]), body["errors"]
    assert [one["id"] for one in client.get(RUBRICS).json()["items"]] == ["hd90-2023"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", b"0" * 30_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(b"", "a.xlsx", id="empty"),
        pytest.param(b"\xff\xfe", "a.csv", id="not UTF-8"),
        pytest.param(b"PK\x03\x04", "a.xlsx", id="broken zip"),
        pytest.param(b"a,b\n1,2\n", "a.csv", id="other columns"),
        pytest.param(b'x"\n' + b"a" * 200_000, "a.csv", id="one huge cell"),
        pytest.param(bomb(), "a.xlsx", id="bomb"),
    ],
)
def test_what_is_no_profile_is_refused(client: TestClient, data: bytes, name: str) -> None:
    answer = send(client, data, name)
    assert_problem(answer, 422, answer.json()["code"])
    assert answer.json()["code"] in ("rubric_invalid", "file_missing")


def test_refusals(client: TestClient) -> None:
    assert_problem(send(client, change(sheet(client), id="x"), by=None), 422, "request_invalid")
    assert_problem(client.get(f"{RUBRICS}/khong-co"), 422, "rubric_not_found")
    assert_problem(client.get(f"{RUBRICS}/hd90-2023@99999999999999999999"), 422, "rubric_not_found")
    assert_problem(client.post(f"{RUBRICS}/khong-co/confirm", json={"confirmed_by": WHO}), 422, "rubric_not_found")
    assert_problem(send(client, b"x" * 2_100_000), 413, "file_too_large")
    two = [("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))]
    assert_problem(client.post(RUBRICS, files=two, data={"imported_by": WHO}), 422, "one_file_only")

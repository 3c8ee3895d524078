"""The API over HTTP, with real agreements and the real engine."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.agreements.models import Agreement, Assessment, Reading, Submission
from app.jobs.loop import Worker
from app.main import create_app
from app.publications.models import Publication
from app.settings import Settings
from app.storage.models import StoredFile
from app.wiring import Services

from .conftest import SAMPLES, TODAY
from .documents import plain_agreement
from .life import POINTS, confirm, decision, in_review, move, publish

API = "/api/v1/agreements"


def upload(client: TestClient, data: bytes, name: str = "thoa-uoc.docx", **fields: str) -> httpx.Response:
    return client.post(API, files={"file": (name, data)}, data=fields)


def work_off(worker: Worker) -> None:
    while worker.run_one():
        pass


def counts(services: Services) -> dict[str, int]:
    tables = (StoredFile, Agreement, Submission, Reading, Assessment, Publication)
    with services.database.read() as session:
        found = {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
        return found | {"jobs": len(services.jobs.rows(session))}


def stored_files(services: Services) -> list[str]:
    return [path.name for path in services.settings.files_dir.rglob("*") if path.is_file()]


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), response.text
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:thuoc:problem:{code}")
    assert body["title"]
    assert len(body["detail"]) > 10
    assert "Traceback" not in response.text
    return body


@pytest.fixture
def graded(client: TestClient, worker: Worker) -> str:
    """The id of a graded agreement that no gate bars."""
    agreement = upload(client, plain_agreement(), sector="may mặc", ownership="fdi").json()["id"]
    work_off(worker)
    assert client.get(f"{API}/{agreement}/assessment").json()["not_graded_because"] == []
    return str(agreement)


def test_from_upload_to_publication(client: TestClient, worker: Worker, sample: bytes) -> None:
    sent = upload(client, sample, "Thỏa ước 2024.docx", province="Hà Tĩnh", uploaded_by="CĐCS")
    assert sent.status_code == 202
    agreement = sent.json()
    assert sent.headers["location"] == agreement["links"]["self"] == f"{API}/{agreement['id']}"
    assert (agreement["state"], agreement["progress"]["ahead"]) == ("waiting", 0)
    assert agreement["file"]["sha256"] == hashlib.sha256(sample).hexdigest()
    assert (agreement["file"]["filename"], agreement["file"]["size"]) == ("Thỏa ước 2024.docx", len(sample))
    assert_problem(client.get(agreement["links"]["assessment"]), 409, "not_graded_yet")
    early = assert_problem(move(client, agreement["id"], "confirm", decision("B")), 409, "move_not_open")
    assert (early["stage"], early["open_moves"]) == ("draft", ["new_version", "submit", "dossier"])
    assert_problem(move(client, agreement["id"], "submit"), 409, "not_graded_yet")

    work_off(worker)
    graded = client.get(agreement["links"]["self"]).json()
    assert (graded["state"], graded["progress"], graded["error"]) == ("graded", None, None)
    answer = client.get(agreement["links"]["assessment"])
    assessment = answer.json()
    assert assessment["schema"] == "thuoc.assessment/1"
    assert assessment["agreement"]["employer"] == "Công ty TNHH May Haneul Kỳ Anh"
    assert assessment["graded_on"] == TODAY.isoformat()
    assert graded["machine"]["better_provisions"] == assessment["better_provisions"]["firm"] > 10
    assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == []

    confirmed = confirm(client, agreement["id"], decision("B", reason="Theo hồ sơ"))
    assert confirmed.status_code == 200, confirmed.text
    decided = confirmed.json()["confirmation"]
    content = next(group["points"] for group in assessment["score"]["groups"] if group["id"] == "content")
    assert (decided["grade"], decided["total"], decided["points"]) == ("B", content + 9.5, POINTS)
    assert decided["assessment_sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert (confirmed.json()["stage"], confirmed.json()["state"]) == ("confirmed", "graded")
    assert confirmed.json()["machine"] == graded["machine"], "the machine's proposal stays as it was"
    assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == [], "publishing is an act of its own"
    assert publish(client, agreement["id"]).json()["stage"] == "published"

    [public] = client.get("/api/v1/publications?grade_at_least=B").json()["items"]
    assert (public["grade"], public["employer"], public["province"]) == ("B", "Công ty TNHH May Haneul Kỳ Anh", "Hà Tĩnh")
    meal = next(one for one in public["better_provisions"] if one["provision"] == "shift_meal")
    assert meal["topic"] == "meals"
    assert meal["amount"]
    assert meal["amount_label"].endswith(("đồng/bữa", "đồng/tháng"))
    assert client.get("/api/v1/publications?grade_at_least=A").json()["items"] == []


def test_no_personal_data_is_published(client: TestClient, worker: Worker, sample: bytes) -> None:
    sent = upload(client, sample).json()
    work_off(worker)
    confirmed = confirm(client, sent["id"], decision("B", reason="Theo hồ sơ"))
    assert publish(client, sent["id"]).status_code == 200
    gold = json.loads((SAMPLES / "d01-may-ky-anh" / "gold.json").read_text(encoding="utf-8"))
    feed = client.get("/api/v1/publications").text
    assert len(json.loads(feed)["items"]) == 1
    assert [name for name in [*gold["personal_data"], confirmed.json()["confirmation"]["confirmed_by"]] if name in feed] == []


def test_an_expired_agreement_is_not_published(client: TestClient, settings: Settings, graded: str) -> None:
    assert confirm(client, graded, decision("A", reason="Theo hồ sơ")).status_code == 200
    assert publish(client, graded).status_code == 200
    expires = date.fromisoformat(client.get("/api/v1/publications").json()["items"][0]["expires_on"])
    for day, shown in ((expires, 1), (date(expires.year + 1, 1, 1), 0)):
        with TestClient(create_app(settings.model_copy(update={"today": day}))) as later:
            assert len(later.get("/api/v1/publications").json()["items"]) == shown


def test_the_same_bytes_are_one_file_and_one_agreement(client: TestClient, services: Services, worker: Worker, sample: bytes) -> None:
    first, again = upload(client, sample), upload(client, sample, "khac.docx")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    work_off(worker)
    third = upload(client, sample)
    assert (third.status_code, third.json()["state"]) == (200, "graded")
    assert counts(services) == {
        "files": 1, "agreements": 1, "submissions": 1, "readings": 1, "assessments": 1, "jobs": 1, "publications": 0,
    }  # fmt: skip
    assert stored_files(services) == [hashlib.sha256(sample).hexdigest()]


def test_a_lost_file_comes_back_with_the_next_upload(client: TestClient, services: Services, sample: bytes) -> None:
    upload(client, sample)
    digest = hashlib.sha256(sample).hexdigest()
    services.files.remove(digest)
    upload(client, sample)
    assert services.files.read(digest) == sample


def test_assessment_is_served_once(client: TestClient, graded: str) -> None:
    first = client.get(f"{API}/{graded}/assessment")
    tag = first.headers["etag"]
    for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(f"{API}/{graded}/assessment", headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"{API}/{graded}/assessment", headers={"If-None-Match": '"other"'}).status_code == 200


def test_confirming_needs_what_the_guideline_asks(client: TestClient, graded: str) -> None:
    reviewer = in_review(client, graded)
    machine = client.get(f"{API}/{graded}").json()["machine"]
    assert_problem(move(reviewer, graded, "confirm", decision("A") | {"points": None}), 422, "points_invalid")
    over = assert_problem(move(reviewer, graded, "confirm", decision("A") | {"points": POINTS | {"bonus": 9}}), 422, "points_invalid")
    assert "bonus tối đa 5" in over["detail"]
    quarter = move(reviewer, graded, "confirm", decision("A") | {"points": POINTS | {"bonus": 0.25}})
    assert "0,5" in assert_problem(quarter, 422, "request_invalid")["detail"]
    assert_problem(move(reviewer, graded, "confirm", decision("D")), 422, "request_invalid")
    assert_problem(move(reviewer, graded, "confirm", decision("A") | {"confirmed_by": "Người khác"}), 422, "request_invalid")
    assert_problem(move(reviewer, graded, "confirm", decision("A") | {"typo": 1}), 422, "request_invalid")
    assert_problem(reviewer.post(f"{API}/{graded}/confirm", content=b"{", headers={"If-Match": "*"}), 422, "request_invalid")
    assert_problem(move(reviewer, graded, "confirm", decision(None, points=None)), 422, "gate_reason_required")
    assert client.get(f"{API}/{graded}").json()["machine"] == machine
    assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == []


def test_a_letter_that_the_points_do_not_give_needs_a_reason(client: TestClient, graded: str) -> None:
    computed = confirm(client, graded, decision("A", reason="thử")).json()["confirmation"]["computed_grade"]
    other = "A" if computed != "A" else "C"
    assert_problem(confirm(client, graded, decision(other)), 422, "letter_reason_required")
    assert confirm(client, graded, decision(computed)).status_code == 200


def test_a_newer_confirmation_counts_and_taking_the_letter_back_withdraws(client: TestClient, graded: str) -> None:
    for grade, shown in (("A", ["A"]), ("C", []), ("B", ["B"]), (None, [])):
        assert confirm(client, graded, decision(grade, reason="Theo hồ sơ")).status_code == 200
        assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == [], "not before a publisher has seen it"
        if not shown:  # a C is below the bar of the federation
            assert_problem(publish(client, graded), 409, "not_publishable")
        else:
            assert publish(client, graded).status_code == 200
        assert [one["grade"] for one in client.get("/api/v1/publications").json()["items"]] == shown


def test_two_people_cannot_overwrite_each_other(client: TestClient, graded: str) -> None:
    path = f"{API}/{graded}"
    reviewer = in_review(client, graded)
    tag = client.get(path).headers["etag"]
    assert_problem(move(reviewer, graded, "confirm", decision("A", reason="x"), tag=None), 428, "if_match_required")
    first = move(reviewer, graded, "confirm", decision("A", reason="x"), tag)
    assert first.status_code == 200
    assert first.headers["etag"] != tag
    late = move(reviewer, graded, "confirm", decision("C", reason="x"), tag)
    assert_problem(late, 412, "changed_meanwhile")
    assert client.get(path).json()["confirmation"]["grade"] == "A"


def test_a_gated_agreement_needs_a_reason_and_keeps_it(client: TestClient, worker: Worker, services: Services) -> None:
    agreement = upload(client, (SAMPLES / "d06-xe-khach-tay-bac" / "docx-typed.docx").read_bytes()).json()["id"]
    work_off(worker)
    gates = [one["code"] for one in client.get(f"{API}/{agreement}/assessment").json()["not_graded_because"]]
    assert gates, "this sample has unlawful clauses"
    refused = assert_problem(confirm(client, agreement, decision("C")), 422, "gate_reason_required")
    assert refused["gates"] == gates
    cleared = confirm(client, agreement, decision("C", reason="Đã ký phụ lục sửa đổi")).json()["confirmation"]
    assert (cleared["cleared_gates"], cleared["reason"]) == (gates, "Đã ký phụ lục sửa đổi")
    assert confirm(client, agreement, decision(None, points=None)).json()["confirmation"]["grade"] is None


def test_pages_walk_through_everything_once(client: TestClient, services: Services, sample: bytes) -> None:
    sent = [upload(client, sample + bytes([number])).json()["id"] for number in range(5)]  # bytes after a ZIP's end are ignored
    seen, cursor = [], None
    while True:
        page = client.get(API, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 2
    assert seen == sent[::-1]
    assert [one["progress"]["ahead"] for one in client.get(API).json()["items"]] == [4, 3, 2, 1, 0]
    assert client.get(f"{API}?stage=confirmed").json()["items"] == []
    assert len(client.get(f"{API}?stage=draft&state=waiting").json()["items"]) == 5
    assert_problem(client.get(f"{API}?cursor=abc"), 422, "cursor_invalid")
    assert_problem(client.get(f"{API}?limit=0"), 422, "request_invalid")
    assert_problem(client.get(f"{API}?state=x"), 422, "request_invalid")


def test_law_is_served_by_day(client: TestClient) -> None:
    items = client.get("/api/v1/law?on=2024-08-15").json()["items"]
    assert len(items) > 50
    assert all(one["label"] and one["topic"] and one["unit"] for one in items)
    wage = client.get("/api/v1/law/min_wage_month_region_i", params={"on": "2024-07-01"}).json()
    assert (wage["value"], wage["value_text"]) == (4_960_000, "4.960.000 đồng/tháng")
    assert "Nghị định" in wage["source"]
    assert wage["used_by"] == ["lowest_wage"]
    assert client.get("/api/v1/law/min_wage_month_region_i", params={"on": "2023-07-01"}).json()["value"] == 4_680_000
    starts = [one["in_force_from"] for one in wage["history"]]
    assert len(starts) > 2
    assert starts == sorted(starts)
    assert [one["value"] for one in wage["history"] if one["current"]] == [4_960_000]
    for one in items:
        assert client.get(f"/api/v1/law/{one['id']}").status_code == 200
    assert_problem(client.get("/api/v1/law/no_such_thing"), 404, "law_not_found")
    assert_problem(client.get("/api/v1/law?on=hôm-nay"), 422, "request_invalid")


def test_health_says_what_is_missing(client: TestClient, services: Services, worker: Worker) -> None:
    body = client.get("/healthz").json()
    assert (body["status"], body["database"]["ok"], body["files"]["ok"], body["worker"]["ok"]) == ("degraded", True, True, False)
    worker._sign(None)
    assert client.get("/healthz").json()["status"] == "ok"


def test_unknown_addresses_are_problems_too(client: TestClient) -> None:
    assert_problem(client.get("/api/v1/nothing"), 404, "route_not_found")
    assert_problem(client.delete(API), 405, "method_not_allowed")
    for address in (f"{API}/none", f"{API}/none/assessment", f"{API}/%00", f"{API}/{'0' * 36}"):
        assert_problem(client.get(address), 404, "agreement_not_found")
    assert_problem(move(client, "none", "confirm", decision("A")), 404, "agreement_not_found")


def test_texts_that_no_database_takes_are_refused(client: TestClient, graded: str) -> None:
    assert_problem(client.get("/api/v1/publications?province=%00"), 422, "request_invalid")
    for name in (b"\\u0000", b"\\ud800"):
        body = b'{"grade": null, "reason": "a' + name + b'"}'
        assert_problem(client.post(f"{API}/{graded}/confirm", content=body), 422, "request_invalid")


def test_an_unforeseen_error_shows_no_inside(client: TestClient, graded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret path /srv/x")

    monkeypatch.setattr("app.agreements.routes.service.assessment_of", broken)
    body = assert_problem(client.get(f"{API}/{graded}/assessment"), 500, "internal_error")
    assert "secret" not in json.dumps(body)

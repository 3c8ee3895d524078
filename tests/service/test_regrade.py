"""Scoring stored agreements again: by another profile, by other legal values; what a person confirmed stays."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import func, select, text, update

from app.agreements.models import Assessment, Reading
from app.grading.catalogue import RULES
from app.jobs.loop import Worker
from app.jobs.worker import worker_of
from app.regrades import rescore, service
from app.regrades.preview import Ask, Page, preview
from app.settings import PROJECT, Settings
from app.storage.files import LocalFiles
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision, publish
from .test_api import API, assert_problem, upload, work_off
from .test_rubrics import RUBRICS, change, send, sheet

REGRADES = "/api/v1/regrades"
BY = {"created_by": "Trần Văn Nam"}


@pytest.fixture
def easy(client: TestClient) -> str:
    """A profile with lower thresholds and a meal that earns nothing below 35.000 đồng."""
    book = sheet(client)
    for row in book.active.iter_rows(min_row=2):
        if row[1].value == "shift_meal":
            row[7].value = "từ 35.000 đồng/bữa: 10"
    made = send(client, change(book, id="de", version="1", A="30", B="20", C="10"))
    assert made.status_code == 201, made.text
    return str(made.json()["reference"])


@pytest.fixture
def graded(client: TestClient, worker: Worker) -> list[str]:
    """Three agreements of one text: all of one letter."""
    ids = [upload(client, plain_agreement(f"CÔNG TY CỔ PHẦN {name}")).json()["id"] for name in ("MỘT", "HAI", "BA")]
    work_off(worker)
    return ids


def assessment(client: TestClient, agreement: str) -> dict[str, Any]:
    got: dict[str, Any] = client.get(f"{API}/{agreement}/assessment").json()
    return got


def content(got: dict[str, Any]) -> float:
    return float(next(group["points"] for group in got["score"]["groups"] if group["id"] == "content"))


def run(client: TestClient, worker: Worker, **asked: Any) -> dict[str, Any]:
    started = client.post(REGRADES, json={**BY, **asked})
    assert started.status_code == 202, started.text
    assert started.json()["done"] == 0
    work_off(worker)
    done: dict[str, Any] = client.get(started.headers["location"]).json()
    assert done["finished_at"]
    return done


def no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(store: LocalFiles, sha256: str) -> bytes:
        raise AssertionError("a file was read")

    monkeypatch.setattr(LocalFiles, "read", read)


def test_another_profile_scores_again_without_reading_a_file(
    client: TestClient, worker: Worker, graded: list[str], easy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [assessment(client, one) for one in graded]
    etags = [client.get(f"{API}/{one}").headers["etag"] for one in graded]
    no_file_is_read(monkeypatch)
    done = run(client, worker, rubric="de")
    after = [assessment(client, one) for one in graded]
    assert {got["rubric"]["id"] for got in after} == {"de"}
    assert [content(new) < content(old) for old, new in zip(before, after, strict=True)] == [True] * 3
    assert [got["findings"][0]["quote"] for got in after] == [got["findings"][0]["quote"] for got in before]
    assert [got["graded_on"] for got in after] == [got["graded_on"] for got in before]
    moved = {(old["grade"], new["grade"]) for old, new in zip(before, after, strict=True)}
    [(old, new)] = moved
    assert old != new
    assert (done["done"], done["total"], done["failed"], done["moves"]) == (3, 3, 0, {f"{old or '-'}>{new}": 3})
    assert done["message"] == "Đã chấm lại 3 / 3 thỏa ước: 3 đổi loại"
    assert [client.get(f"{API}/{one}").headers["etag"] for one in graded] != etags
    again = run(client, worker, rubric="de")
    assert (again["done"], again["unchanged"], again["moves"]) == (3, 3, {}), "the same again changes nothing"
    listed = client.get(REGRADES).json()["items"]
    assert [one["id"] for one in listed] == [again["id"], done["id"]]


def test_a_confirmed_letter_stays_and_gets_a_proposal(client: TestClient, worker: Worker, graded: list[str], easy: str) -> None:
    kept, other = graded[0], graded[1]
    answer = confirm(client, kept, decision("A", reason="Theo hồ sơ"))
    assert answer.status_code == 200, answer.text
    assert publish(client, kept).status_code == 200
    public = client.get("/api/v1/publications?grade_at_least=C").json()
    form = client.get(f"{API}/{kept}/form?format=json").content
    done = run(client, worker, rubric="de")
    assert done["proposals"] == 1
    shown = client.get(f"{API}/{kept}").json()
    assert (shown["stage"], shown["confirmation"]["grade"]) == ("published", "A")
    assert shown["confirmation"] == answer.json()["confirmation"]
    total = content(assessment(client, kept)) + 9.5
    proposal = shown["proposal"]
    assert (proposal["from_grade"], proposal["to_grade"], proposal["total"]) == ("A", "B", total)
    assert "Giá trị bữa ăn ca: 10 → 0 điểm" in proposal["reasons"] or "Giá trị bữa ăn ca: 8 → 0 điểm" in proposal["reasons"]
    assert any(reason.startswith("Ngưỡng loại B: 65 → 20") for reason in proposal["reasons"])
    assert client.get("/api/v1/publications?grade_at_least=C").json() == public
    assert client.get(f"{API}/{kept}/form?format=json").content == form
    assert client.get(f"{API}/{other}").json()["proposal"] is None
    assert [one["agreement_id"] for one in client.get("/api/v1/proposals").json()["items"]] == [kept]
    settled = confirm(client, kept, decision(proposal["to_grade"]))
    assert settled.status_code == 200, settled.text
    assert settled.json()["proposal"] is None
    assert client.get("/api/v1/proposals").json()["items"] == []
    assert publish(client, kept).status_code == 200
    assert client.get("/api/v1/publications?grade_at_least=B").json()["items"][0]["rubric"]["id"] == "de"


def test_a_letter_that_a_person_chose_stays_by_the_same_points(client: TestClient, worker: Worker, graded: list[str]) -> None:
    assert confirm(client, graded[0], decision("A", reason="Theo hồ sơ")).status_code == 200
    book = sheet(client)
    assert send(client, change(book, id="nhu-cu", version="1")).status_code == 201
    done = run(client, worker, rubric="nhu-cu")
    assert (done["proposals"], done["moves"], done["unchanged"]) == (0, {}, 0)


@pytest.fixture
def dearer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules in which the law gives six days of paid leave for one's own wedding."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    leave = rules / "law" / "parameters" / "personal_leave.yaml"
    blocks = leave.read_text(encoding="utf-8").split("\n---")
    [own] = [n for n, block in enumerate(blocks) if "id: personal_leave_marriage_days\n" in block]
    assert "value: 3" in blocks[own]
    blocks[own] = blocks[own].replace("value: 3", "value: 6")
    leave.write_text("\n---".join(blocks), encoding="utf-8")
    judge = rescore.judge_reading
    monkeypatch.setattr(rescore, "judge_reading", lambda record, judging: judge(record, judging, rules))


@pytest.mark.usefixtures("dearer")
def test_changed_legal_values_judge_stored_promises_again(
    client: TestClient, services: Services, worker: Worker, graded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wedding(got: dict[str, Any]) -> list[str]:
        return [one["verdict"] for one in got["findings"] if one["provision"] == "leave_marriage"]

    assert wedding(assessment(client, graded[0])) == ["better"]
    no_file_is_read(monkeypatch)
    done = run(client, worker, law=True)
    got = assessment(client, graded[0])
    assert wedding(got) == ["below"]
    assert [gate["code"] for gate in got["not_graded_because"]] == ["unlawful_content"]
    assert done["failed"] == 0
    queued = client.get("/api/v1/reviews?stage=draft&sort=unlawful").json()["items"]
    assert [one["unlawful"] for one in queued] == [1, 1, 1], "the queue knows what the law now makes of them"
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == 6, "the readings of before stay"
        assert session.scalar(select(func.count()).select_from(Assessment)) == 6
    again = run(client, worker, law=True)
    assert (again["unchanged"], again["done"]) == (3, 3)


def test_readings_of_before_promises_were_kept_are_named(client: TestClient, services: Services, worker: Worker, graded: list[str]) -> None:
    with services.database.engine.begin() as connection:
        connection.execute(update(Reading).values(judging=None))
    done = run(client, worker, law=True)
    assert (done["failed"], sorted(done["failures"]), done["done"]) == (3, sorted(graded), 3)


def test_what_changes_while_it_is_scored_is_scored_again(
    client: TestClient, services: Services, graded: list[str], easy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(REGRADES, json={**BY, "rubric": "de"})
    tally = service.tally
    first = True

    def meanwhile(*given: Any, **more: Any) -> service.Tally:
        nonlocal first
        found = tally(*given, **more)
        if first:
            first = False
            assert confirm(client, graded[0], decision("C", reason="Theo hồ sơ")).status_code == 200
        return found

    monkeypatch.setattr(service, "tally", meanwhile)
    work_off(worker_of(services))
    done = client.get(REGRADES).json()["items"][0]
    assert (done["done"], bool(done["finished_at"])) == (3, True)
    assert client.get(f"{API}/{graded[0]}").json()["confirmation"]["grade"] == "C"
    assert client.get(f"{API}/{graded[0]}").json()["proposal"] is not None


def test_uploads_go_before_the_next_page(
    client: TestClient, services: Services, graded: list[str], easy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE", 1)
    monkeypatch.setattr(service, "LANES", 1)
    client.post(REGRADES, json={**BY, "rubric": "de"})
    sent = upload(client, plain_agreement("CÔNG TY MỚI")).json()
    worker = worker_of(services)
    assert worker.run_one()
    assert worker.run_one()
    assert client.get(f"{API}/{sent['id']}").json()["state"] == "graded", "after one page of three"
    work_off(worker)
    assert client.get(REGRADES).json()["items"][0]["done"] == 3


def test_a_damaged_reading_leaves_the_others_alone(
    client: TestClient, services: Services, worker: Worker, graded: list[str], easy: str
) -> None:
    with services.database.engine.begin() as connection:
        [reading] = connection.execute(select(Assessment.reading_id).where(Assessment.agreement_id == graded[1])).scalars()
        connection.execute(update(Reading).where(Reading.id == reading).values(body="{}"))
    done = run(client, worker, rubric="de")
    assert (done["failed"], done["failures"], sum(done["moves"].values())) == (1, [graded[1]], 2)


def pages(settings: Settings, ask: Ask, processes: int) -> list[Page]:
    return list(preview(settings, ask, processes))


@pytest.mark.parametrize("processes", [1, 2])
def test_the_dry_run_says_what_the_run_then_does(
    client: TestClient, settings: Settings, services: Services, worker: Worker, graded: list[str], easy: str, processes: int
) -> None:
    assert confirm(client, graded[0], decision("C", reason="Theo hồ sơ")).status_code == 200
    with services.database.engine.connect() as connection:
        before = connection.execute(text("SELECT count(*), max(id) FROM assessments")).one()
    [page] = pages(settings, Ask("de", False, None), processes)
    assert [move.agreement_id for move in page.moves] == sorted(graded)
    assert [move.confirmed for move in page.moves] == [one == graded[0] for one in sorted(graded)]
    assert all(move.reasons for move in page.moves)
    with services.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), max(id) FROM assessments")).one() == before
    done = run(client, worker, rubric="de")
    assert sum(done["moves"].values()) == len(page.moves)
    moved = {move.agreement_id: move.to_grade for move in page.moves}
    assert moved[graded[1]] == client.get(f"{API}/{graded[1]}").json()["machine"]["grade"]
    assert moved[graded[0]] == client.get(f"{API}/{graded[0]}").json()["proposal"]["to_grade"]


def test_refusals(client: TestClient) -> None:
    assert_problem(client.post(REGRADES, json=BY), 422, "regrade_invalid")
    assert_problem(client.post(REGRADES, json={"rubric": "x"}), 422, "request_invalid")
    assert_problem(client.post(REGRADES, json={**BY, "rubric": "khong-co"}), 422, "rubric_not_found")
    assert_problem(client.get(f"{REGRADES}/x"), 404, "regrade_not_found")
    nothing = client.post(REGRADES, json={**BY, "rubric": "hd90-2023"}).json()
    assert (nothing["total"], bool(nothing["finished_at"])) == (0, True)


def thuoc(settings: Settings, *args: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "THUOC_DATA_DIR": str(settings.data_dir),
        "THUOC_DATABASE_URL": settings.database_url,
        "THUOC_TODAY": str(settings.today),
    }
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *args], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.slow
def test_the_command(client: TestClient, settings: Settings, graded: list[str], easy: str) -> None:
    assert load_workbook(io.BytesIO(client.get(f"{RUBRICS}/de/sheet").content)).active is not None
    dry = thuoc(settings, "regrade", "--rubric", "de", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert dry.stdout.count("  • Điểm nội dung ") == 3
    assert "Xem trước, chưa ghi gì: 3 thỏa ước, 3 đổi loại" in dry.stdout
    lines = [json.loads(line) for line in thuoc(settings, "regrade", "--rubric", "de", "--dry-run", "--json").stdout.splitlines()]
    assert [line["agreement_id"] for line in lines[:3]] == sorted(graded)
    assert (lines[3]["agreements"], sum(lines[3]["moves"].values())) == (3, 3)
    started = thuoc(settings, "regrade", "--rubric", "de")
    assert "3 thỏa ước, chạy ở nền" in started.stdout
    assert thuoc(settings, "worker", "--drain").returncode == 0
    assert client.get(REGRADES).json()["items"][0]["done"] == 3
    unknown = thuoc(settings, "regrade", "--rubric", "khong-co", "--dry-run")
    assert (unknown.returncode, unknown.stderr.startswith("Lỗi [rubric_not_found]: ")) == (2, True)
    assert thuoc(settings, "regrade").stderr.startswith("Lỗi [usage]: hãy nêu --rubric")

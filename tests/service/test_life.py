"""The life of an agreement: every move from every stage, whose agreement it is, who may not do two things, what time does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from app.accounts.permissions import TABLE
from app.accounts.principal import Role
from app.agreements import stages
from app.agreements.life import STEPS, Move, Stage
from app.agreements.models import Agreement
from app.audit.models import AuditEvent
from app.audit.service import verify
from app.jobs.loop import Worker
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository
from app.storage import migrate
from app.wiring import Services

from .documents import plain_agreement
from .life import API, confirm, decision, in_review, move, publish, release, somebody
from .test_api import assert_problem, upload, work_off

OUTSIDE = {"review": "start_review", "versions": "new_version"}  # names of moves in addresses


@pytest.fixture
def draft(client: TestClient, worker: Worker) -> str:
    agreement = upload(client, plain_agreement()).json()["id"]
    work_off(worker)
    return str(agreement)


@pytest.fixture
def unit(services: Services) -> Callable[..., str]:
    """`unit("Hà Tĩnh", under=…)`: the id of a new unit."""

    def make(name: str, under: str = ROOT_ID, kind: str = "grassroots") -> str:
        with services.database.write() as session:
            repository = UnitRepository(session)
            row = Unit(code=name, kind=kind, name=name)
            repository.add(row)
            repository.add(Placement(unit_id=row.id, parent_id=under))
        return row.id

    return make


def events(services: Services, agreement: str) -> list[str]:
    with services.database.read() as session:
        assert verify(session).problem is None
        wanted = select(AuditEvent.kind).where(AuditEvent.subject == f"agreement:{agreement}").order_by(AuditEvent.seq)
        return list(session.scalars(wanted))


def set_stage(services: Services, agreement: str, stage: Stage) -> None:
    with services.database.write() as session:
        row = session.get(Agreement, agreement)
        assert row is not None
        row.stage = stage.value


def test_a_whole_life_and_its_events(client: TestClient, services: Services, worker: Worker, draft: str) -> None:
    assert confirm(client, draft, decision("A", reason="Theo hồ sơ")).json()["stage"] == "confirmed"
    assert publish(client, draft).json()["stage"] == "published"
    publisher = somebody(client, Role.PUBLISHER)
    assert_problem(move(publisher, draft, "withdraw", {}), 422, "request_invalid")
    gone = move(publisher, draft, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).json()
    assert (gone["stage"], gone["open_moves"]) == ("withdrawn", ["publish"])
    assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == []
    assert publish(client, draft).json()["stage"] == "published"
    assert len(client.get("/api/v1/publications?grade_at_least=C").json()["items"]) == 1
    reopened = move(somebody(client, Role.REVIEWER), draft, "review").json()
    assert (reopened["stage"], reopened["confirmation"]) == ("in_review", None)
    assert client.get("/api/v1/publications?grade_at_least=C").json()["items"] == [], "opened again, it leaves the website"
    assert events(services, draft) == [
        "agreement_uploaded", "agreement_graded", "agreement_submitted", "review_started", "agreement_confirmed",
        "redaction_changed", "redaction_approved", "agreement_published", "agreement_withdrawn",
        "redaction_approved", "agreement_published", "review_started",
    ]  # fmt: skip


BODIES: dict[str, dict[str, Any] | None] = {
    "submit": None, "recall": None, "review": None, "return": {"message": "Thiếu phụ lục"}, "confirm": decision("A", reason="Theo hồ sơ"),
    "publish": None, "withdraw": {"reason": "Sai"},
}  # fmt: skip


@pytest.mark.parametrize("stage", list(Stage))
def test_every_move_from_every_stage(client: TestClient, services: Services, draft: str, stage: Stage) -> None:
    """What the table opens is done, all else is refused with what is open; the answer of a refusal changes nothing."""
    confirm(client, draft, decision("A", reason="Theo hồ sơ"))
    release(client, draft)
    for name, body in BODIES.items():
        everybody = somebody(client, Role.OFFICER, Role.REVIEWER, Role.PUBLISHER)  # each time another, who did nothing with it before
        set_stage(services, draft, stage)
        step = STEPS[Move(OUTSIDE.get(name, name))]
        offered = everybody.get(f"{API}/{draft}").json()["open_moves"]
        answer = move(everybody, draft, name, body)
        if stage in step.sources:
            assert answer.status_code == 200, answer.text
            assert answer.json()["stage"] == (step.target or stage)
            assert step.move in offered
        else:
            refused = assert_problem(answer, 409, "move_not_open")
            assert step.move not in offered
            assert (refused["stage"], set(refused["open_moves"]) <= set(offered)) == (stage, True)
            assert client.get(f"{API}/{draft}").json()["stage"] == stage


def test_the_table_of_permissions_says_the_same() -> None:
    for name in (*BODIES, "versions"):
        rule = TABLE[f"POST {API}/{{agreement_id}}/{name}"]
        assert rule.roles == STEPS[Move(OUTSIDE.get(name, name))].roles, name


def test_whoever_sent_it_does_not_review_it(client: TestClient, worker: Worker) -> None:
    both = somebody(client, Role.OFFICER, Role.REVIEWER)
    agreement = upload(both, plain_agreement()).json()["id"]
    work_off(worker)
    move(both, agreement, "submit")
    assert "start_review" not in both.get(f"{API}/{agreement}").json()["open_moves"]
    assert_problem(move(both, agreement, "review"), 403, "own_upload")
    assert_problem(move(both, agreement, "return", {"message": "x"}), 403, "own_upload")
    move(somebody(client, Role.REVIEWER), agreement, "review")
    assert_problem(move(both, agreement, "confirm", decision("A")), 403, "own_upload")


def test_whoever_confirmed_publishes_only_where_the_province_allows_it(
    client: TestClient, worker: Worker, services: Services, unit: Callable[..., str]
) -> None:
    province = unit("LĐLĐ tỉnh Hà Tĩnh", kind="province")
    company = unit("CĐCS Minh Phát", under=province)
    agreement = upload(somebody(client, Role.OFFICER, unit_id=company), plain_agreement()).json()
    assert agreement["unit"] == {"id": company, "name": "CĐCS Minh Phát"}
    agreement = agreement["id"]
    work_off(worker)
    move(somebody(client, Role.OFFICER, unit_id=company), agreement, "submit")
    both = somebody(client, Role.REVIEWER, Role.PUBLISHER, unit_id=province)
    move(both, agreement, "review")
    assert "publish" not in move(both, agreement, "confirm", decision("A", reason="x")).json()["open_moves"]
    assert_problem(move(both, agreement, "publish"), 403, "own_confirmation")

    settings = f"/api/v1/units/{province}/settings"
    administrator = somebody(client, Role.ADMINISTRATOR, unit_id=province)
    name = "confirmer_may_publish"
    assert_problem(administrator.put(f"{settings}/{name}", json={"value": True, "from_on": "2024-01-01"}), 422, "setting_invalid")
    assert_problem(administrator.put(f"{settings}/khac", json={"value": True}), 422, "request_invalid")
    assert_problem(both.put(f"{settings}/{name}", json={"value": True}), 403, "forbidden")
    below = somebody(client, Role.ADMINISTRATOR, unit_id=company)
    assert_problem(below.put(f"{settings}/{name}", json={"value": True}), 404, "unit_not_found")
    assert_problem(administrator.get("/api/v1/units/%00/settings"), 404, "unit_not_found")
    assert administrator.put(f"{settings}/{name}", json={"value": True, "from_on": "2025-07-01"}).status_code == 200
    assert_problem(move(both, agreement, "publish"), 403, "own_confirmation")
    assert administrator.put(f"{settings}/{name}", json={"value": True}).json()["from_on"] == "2025-06-30"
    assert "publish" in both.get(f"{API}/{agreement}").json()["open_moves"]
    release(client, agreement)
    assert move(both, agreement, "publish").json()["stage"] == "published"
    assert [one["value"] for one in both.get(settings).json()["items"]] == [True, True]
    assert events(services, agreement)[-1] == "agreement_published"
    with services.database.read() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.kind == "settings_changed")).all()
        assert [one.unit_id for one in told] == [province, province]


def test_another_units_agreement_is_like_none_and_the_audit_knows(
    client: TestClient, services: Services, worker: Worker, unit: Callable[..., str]
) -> None:
    here, there = unit("Đây", kind="province"), unit("Đó", kind="province")
    mine, other = unit("Của tôi", under=here), unit("Của người", under=there)
    agreement = upload(somebody(client, Role.OFFICER, unit_id=mine), plain_agreement()).json()["id"]
    work_off(worker)
    allowed = [somebody(client, Role.OFFICER, unit_id=mine), somebody(client, Role.REVIEWER, unit_id=here)]
    refused = [
        somebody(client, Role.OFFICER, unit_id=other),
        somebody(client, Role.OFFICER, unit_id=here),
        somebody(client, Role.REVIEWER, Role.PUBLISHER, unit_id=there),
    ]
    for person in allowed:
        assert person.get(f"{API}/{agreement}").status_code == 200
        assert [one["id"] for one in person.get(API).json()["items"]] == [agreement]
    asked = 0
    for person in refused:
        assert person.get(API).json()["items"] == []
        for path in ("", "/assessment", "/versions", "/versions/1/assessment", "/form"):
            missing = assert_problem(person.get(f"{API}/{'0' * 8}-0000-7000-8000-{'0' * 12}{path}"), 404, "agreement_not_found")
            found = assert_problem(person.get(f"{API}/{agreement}{path}"), 404, "agreement_not_found")
            assert set(missing) == set(found)
            asked += 1
    for name, body in BODIES.items():
        assert_problem(move(somebody(client, *Role, unit_id=there), agreement, name, body), 404, "agreement_not_found")
        asked += 1
    assert events(services, agreement).count("access_refused") == asked
    assert client.get(f"{API}/{agreement}").json()["stage"] == "draft"


def test_the_same_bytes_of_two_units_are_two_agreements(client: TestClient, services: Services, unit: Callable[..., str]) -> None:
    one, other = (somebody(client, Role.OFFICER, unit_id=unit(name)) for name in ("Một", "Hai"))
    data = plain_agreement()
    first, second, again = (upload(person, data).json() for person in (one, other, one))
    assert first["id"] == again["id"] != second["id"]
    assert first["file"] == second["file"]
    assert len(list(services.settings.files_dir.glob("[0-9a-f][0-9a-f]/*"))) == 1


def test_whose_an_upload_is(client: TestClient, services: Services, unit: Callable[..., str]) -> None:
    one, two = unit("Một"), unit("Hai")
    reviewer = somebody(client, Role.REVIEWER)
    assert_problem(upload(reviewer, plain_agreement()), 422, "unit_required")
    assert upload(reviewer, plain_agreement(), unit=two).json()["unit"]["id"] == two
    officer = somebody(client, Role.OFFICER, unit_id=one)
    assert_problem(upload(officer, plain_agreement(), unit=two), 422, "unit_unknown")
    assert_problem(upload(officer, plain_agreement(), unit="none"), 422, "unit_unknown")
    theirs = upload(reviewer, plain_agreement("KHÁC"), unit=two).json()["id"]
    assert_problem(upload(reviewer, plain_agreement(), unit=one, supersedes=theirs), 422, "predecessor_invalid")
    assert_problem(upload(officer, plain_agreement(), supersedes=theirs), 404, "agreement_not_found")
    assert upload(officer, plain_agreement()).json()["unit"]["id"] == one


def test_returned_with_remarks_and_back_as_a_new_version(client: TestClient, services: Services, worker: Worker, draft: str) -> None:
    reviewer = in_review(client, draft)
    assert_problem(move(reviewer, draft, "return", {}), 422, "remarks_required")
    unknown = {"remarks": [{"path": "99.9", "text": "Không có"}]}
    assert_problem(move(reviewer, draft, "return", unknown), 422, "clause_not_found")
    remarks = {"message": "Sửa rồi nộp lại", "remarks": [{"path": "3", "text": "Nên nghỉ 5 ngày"}, {"text": "Thiếu chữ ký"}]}
    returned = move(reviewer, draft, "return", remarks).json()
    assert (returned["stage"], returned["returned"]["message"], returned["returned"]["version"]) == ("returned", "Sửa rồi nộp lại", 1)
    assert [one["label"] for one in returned["returned"]["remarks"]] == ["Điều 3", None]

    assert_problem(move(client, draft, "submit"), 422, "resubmit_unchanged")
    versions = f"{API}/{draft}/versions"
    newer = {"file": ("ban-2.docx", plain_agreement("CÔNG TY CỔ PHẦN MINH PHÁT 2"))}
    assert_problem(client.post(versions, files=newer), 428, "if_match_required")
    assert_problem(client.post(versions, files=newer, headers={"If-Match": '"other"'}), 412, "changed_meanwhile")
    assert_problem(reviewer.post(versions, files=newer, headers={"If-Match": '"other"'}), 412, "changed_meanwhile")
    first = client.get(f"{API}/{draft}/assessment").content
    sent = client.post(versions, files=newer, headers={"If-Match": client.get(f"{API}/{draft}").headers["etag"]})
    assert (sent.status_code, sent.json()["version"], sent.json()["stage"], sent.json()["machine"]) == (202, 2, "returned", None)
    assert_problem(client.get(f"{API}/{draft}/assessment"), 409, "not_graded_yet")
    assert_problem(move(client, draft, "submit"), 409, "not_graded_yet")
    assert_problem(
        client.post(versions, files={"file": ("x.docx", plain_agreement("X"))}, headers={"If-Match": "*"}), 409, "not_graded_yet"
    )
    work_off(worker)
    listed = client.get(versions).json()["items"]
    assert [(one["number"], one["file"]["filename"]) for one in listed] == [(2, "ban-2.docx"), (1, "thoa-uoc.docx")]
    assert client.get(listed[1]["assessment"]).content == first, "the old file keeps its assessment"
    assert client.get(listed[0]["assessment"]).content == client.get(f"{API}/{draft}/assessment").content != first
    assert_problem(client.get(f"{versions}/3/assessment"), 404, "version_not_found")
    same = client.post(versions, files=newer, headers={"If-Match": "*"})
    assert (same.status_code, same.json()["version"]) == (200, 2), "the newest bytes again change nothing"
    assert move(client, draft, "submit").json()["stage"] == "submitted"
    assert move(client, draft, "recall").json()["stage"] == "draft"
    assert events(services, draft)[-4:] == ["version_uploaded", "agreement_graded", "agreement_submitted", "agreement_recalled"]


def test_a_file_of_another_agreement_is_no_version(client: TestClient, worker: Worker, draft: str) -> None:
    other = plain_agreement("CÔNG TY KHÁC")
    upload(client, other)
    work_off(worker)
    answer = client.post(f"{API}/{draft}/versions", files={"file": ("x.docx", other)}, headers={"If-Match": "*"})
    assert_problem(answer, 409, "file_of_another_agreement")
    assert client.get(f"{API}/{draft}").json()["version"] == 1


def test_a_renewal_supersedes_when_it_is_confirmed_and_in_force(client: TestClient, services: Services, worker: Worker, draft: str) -> None:
    confirm(client, draft, decision("A", reason="x"))
    publish(client, draft)
    newer = upload(client, plain_agreement("CÔNG TY CỔ PHẦN MINH PHÁT (2)"), supersedes=draft).json()
    assert (newer["supersedes"], newer["relation"]) == (draft, "renewal")
    work_off(worker)
    assert client.get(f"{API}/{draft}").json()["stage"] == "published"
    assert confirm(client, newer["id"], decision("A", reason="x")).status_code == 200
    old = client.get(f"{API}/{draft}").json()
    assert (old["stage"], old["open_moves"], old["confirmation"]["grade"]) == ("superseded", [], "A")
    assert client.get("/api/v1/publications").json()["items"] == []
    assert events(services, draft)[-1] == "agreement_superseded"


def test_time_ends_agreements_once(client: TestClient, services: Services, draft: str) -> None:
    confirm(client, draft, decision("A", reason="x"))
    publish(client, draft)
    for day, moved, stage in (
        (date(2028, 1, 31), 0, "published"),
        (date(2028, 2, 1), 1, "expired"),
        (date(2028, 2, 2), 0, "expired"),
    ):
        with services.database.write() as session:
            assert stages.pass_time(session, day) == moved
        assert client.get(f"{API}/{draft}").json()["stage"] == stage
    assert client.get("/api/v1/publications").json()["items"] == []
    assert events(services, draft)[-1] == "agreement_expired"


def test_what_was_confirmed_before_lives_gets_its_stage(client: TestClient, services: Services, worker: Worker) -> None:
    """Down to the tables before units and reviews, and up again: letters stay, the unit is the confederation."""
    kept, other = (upload(client, plain_agreement(name)).json()["id"] for name in ("MỘT", "HAI"))
    work_off(worker)
    before = confirm(client, kept, decision("B", reason="x")).json()["confirmation"]
    migrate.downgrade_database(services.database, "0005")
    with services.database.engine.connect() as connection:
        states = dict(connection.execute(text("SELECT id, state FROM agreements")).all())
    assert states == {kept: "confirmed", other: "graded"}
    migrate.upgrade_database(services.database)
    with services.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, state, stage, unit_id FROM agreements")).all()
    assert {tuple(row) for row in rows} == {(kept, "graded", "confirmed", ROOT_ID), (other, "graded", "draft", ROOT_ID)}
    shown = client.get(f"{API}/{kept}").json()["confirmation"]
    assert (shown["grade"], shown["confirmed_by"]) == (before["grade"], before["confirmed_by"])

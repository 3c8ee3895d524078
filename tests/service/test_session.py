"""Signing in, the session's cookie, signing out; keys; what the command line does."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.principal import Role
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.settings import PROJECT, Settings
from app.wiring import Services

from .people import PASSWORD, ClientOf, account_of
from .test_api import API, assert_problem

SESSION = "/api/v1/session"


def events(services: Services, kind: Event) -> list[AuditEvent]:
    with services.database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.seq)))


@pytest.fixture
def person(client: TestClient) -> TestClient:
    return TestClient(client.app, base_url="https://testserver", raise_server_exceptions=False)


def sign_in(person: TestClient, username: str, password: str) -> Any:
    return person.post(SESSION, json={"username": username, "password": password})


def test_a_one_time_password_opens_only_the_change_of_password(person: TestClient, settings: Settings, services: Services) -> None:
    username, password = account_of(settings, Role.REVIEWER)
    answer = sign_in(person, f" {username.upper()} ", password)
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "secure", "path=/"))
    token = {"X-CSRF-Token": answer.json()["csrf_token"]}
    assert answer.json()["must_change_password"] is True
    assert_problem(person.get(API), 403, "password_change_required")
    change = {"current": password, "new": PASSWORD}
    assert_problem(person.post(f"{SESSION}/password", json=change), 403, "csrf_failed")
    assert_problem(person.post(f"{SESSION}/password", json=change | {"current": "sai"}, headers=token), 401, "sign_in_failed")
    for weak in ("ngắn", username + "123", "1234567890", "matkhau 123", "aaaaaaaaaaaa", password):
        assert_problem(person.post(f"{SESSION}/password", json=change | {"new": weak}, headers=token), 422, "password_weak")
    old = person.cookies["thuoc_session"]
    changed = person.post(f"{SESSION}/password", json=change, headers=token)
    assert (changed.status_code, changed.json()["must_change_password"]) == (200, False)
    assert person.cookies["thuoc_session"] != old
    assert person.get(API).status_code == 200
    stale = TestClient(person.app, base_url="https://testserver", cookies={"thuoc_session": old})
    assert_problem(stale.get(API), 401, "session_ended")
    assert_problem(sign_in(person, username, password), 401, "sign_in_failed")
    assert sign_in(person, username, PASSWORD).status_code == 200
    assert len(events(services, Event.PASSWORD_CHANGED)) == 1
    assert len(events(services, Event.SIGNED_IN)) == 3


def test_who_am_i_and_signing_out(sign_in_as: ClientOf, client: TestClient, services: Services) -> None:
    person = sign_in_as(Role.OFFICER, Role.PUBLISHER)
    seen = person.get(SESSION).json()
    assert [one["role"] for one in seen["grants"]] == ["officer", "publisher"]
    assert seen["grants"][0]["unit_name"] == "Tổng Liên đoàn Lao động Việt Nam"
    assert seen["csrf_token"] == person.headers["X-CSRF-Token"]
    stolen = person.cookies["thuoc_session"]
    assert person.delete(SESSION).status_code == 204
    assert "thuoc_session" not in person.cookies
    assert_problem(person.get(SESSION), 401, "sign_in_required")
    thief = TestClient(person.app, base_url="https://testserver", cookies={"thuoc_session": stolen})
    refused = thief.get(SESSION)
    assert_problem(refused, 401, "session_ended")
    assert refused.headers["www-authenticate"].startswith("Bearer")
    told = events(services, Event.ACCESS_REFUSED)[-1]
    assert (told.actor_id, told.after["code"], told.after["request"]) == (seen["id"], "session_ended", f"GET {SESSION}")  # type: ignore[index]
    assert client.get(SESSION).json()["csrf_token"] is None, "a key needs none"


def thuoc(settings: Settings, *args: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"THUOC_DATA_DIR": str(settings.data_dir), "THUOC_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "app.cli", *args]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
def test_the_command_line_makes_the_first_administrator_and_keys(person: TestClient, settings: Settings) -> None:
    added = thuoc(settings, "account", "add", "hoa", "--name", "Nguyễn Thị Hoa", "--administrator")
    assert added.returncode == 0, added.stderr
    answer = sign_in(person, "hoa", added.stdout.split()[-1])
    assert (answer.status_code, answer.json()["name"]) == (200, "Nguyễn Thị Hoa")
    assert thuoc(settings, "account", "add", "hoa").stderr.startswith("Lỗi [account_exists]: ")
    assert "hoa\tNguyễn Thị Hoa\tchờ đổi mật khẩu\tadministrator@TLD" in thuoc(settings, "account", "list").stdout
    again = thuoc(settings, "account", "reset-password", "hoa").stdout.split()[-1]
    assert_problem(person.get(SESSION), 401, "session_ended")
    assert sign_in(person, "hoa", again).status_code == 200
    assert thuoc(settings, "account", "disable", "hoa").returncode == 0
    assert_problem(person.get(SESSION), 401, "session_ended")
    assert_problem(sign_in(person, "hoa", again), 401, "sign_in_failed")

    assert thuoc(settings, "key", "add", "Trang tin").stderr.startswith("Lỗi [usage]: ")
    assert thuoc(settings, "key", "add", "Trang tin", "--grant", "vua").stderr.startswith("Lỗi [usage]: ")
    assert thuoc(settings, "key", "add", "Trang tin", "--grant", "officer@KHONG").stderr.startswith("Lỗi [unit_unknown]: ")
    secret = thuoc(settings, "key", "add", "Trang tin", "--grant", "officer@TLD", "--days", "30").stdout.split()[-1]
    machine = TestClient(person.app, headers={"Authorization": f"Bearer {secret}"})
    assert machine.get(API).status_code == 200
    listed = thuoc(settings, "key", "list").stdout
    assert secret not in listed
    [line] = [line for line in listed.splitlines() if secret[:12] in line]
    assert thuoc(settings, "key", "revoke", line.split("\t")[0]).returncode == 0
    assert_problem(machine.get(API), 401, "key_invalid")
    assert "đã thu hồi" in thuoc(settings, "key", "list").stdout

"""Everything that somebody without the right may try: refused, and every attempt in the audit."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.accounts import keys, refusals, throttle
from app.accounts.models import Account, ApiKey, SignIn, Throttle
from app.accounts.passwords import Passwords
from app.accounts.principal import Grant, Role
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.audit.service import SYSTEM, verify
from app.main import create_app
from app.organisations.models import ROOT_ID
from app.settings import Settings
from app.storage.base import now
from app.wiring import Services

from .people import PASSWORD, ClientOf, account_of
from .test_api import API, assert_problem
from .test_session import SESSION, events, person, sign_in  # noqa: F401  (a fixture)


def attempts(services: Services, kind: Event, code: str | None = None) -> int:
    """How many attempts the events of this kind stand for, after those that were only counted are settled."""
    with services.database.write() as session:
        refusals.settle(session, everything=True)
    told = [row.after or {} for row in events(services, kind)]
    return sum(one.get("times", 1) for one in told if code is None or one.get("code") == code)


def later(services: Services, **by: float) -> None:
    """Let time pass for the counters: they began that much earlier."""
    back = timedelta(**by)
    with services.database.write() as session:
        for row in session.scalars(select(Throttle)):
            row.since -= back
            row.locked_until = row.locked_until - back if row.locked_until else None


def test_a_thousand_wrong_passwords(person: TestClient, settings: Settings, services: Services) -> None:  # noqa: F811
    username, password = account_of(settings, Role.REVIEWER)
    began = time.monotonic()
    answers = [sign_in(person, username, f"sai mật khẩu {number}") for number in range(1000)]
    assert time.monotonic() - began < 60, "the lock is looked at before any password is hashed"
    codes = [answer.json()["code"] for answer in answers]
    assert codes == ["sign_in_failed"] * 10 + ["sign_in_locked"] * 990
    locked = assert_problem(sign_in(person, username, password), 429, "sign_in_locked")
    assert "tạm khóa đăng nhập đến " in locked["detail"]
    assert "Hãy chờ 15 phút" in locked["detail"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert attempts(services, Event.SIGN_IN_FAILED) == 1001
    [lock] = events(services, Event.ACCOUNT_LOCKED)
    assert (lock.unit_id, (lock.subject or "")[:8]) == (ROOT_ID, "account:")
    assert len(events(services, Event.SIGN_IN_FAILED)) < 20, "what repeats is told once with its number"
    with services.database.read() as session:
        assert verify(session).problem is None

    later(services, minutes=15)
    assert sign_in(person, username, password).status_code == 200
    assert sign_in(person, username, "sai").json()["code"] == "sign_in_failed"


def test_an_unknown_name_is_refused_in_the_same_words(person: TestClient, settings: Settings, services: Services) -> None:  # noqa: F811
    username, _ = account_of(settings)
    known = [sign_in(person, username, "sai").json() for _ in range(12)]
    unknown = [sign_in(person, "không.có", "sai").json() for _ in range(12)]
    for one, other in zip(known, unknown, strict=True):
        assert (one["code"], one["detail"].split(" vì ")[-1]) == (other["code"], other["detail"].split(" vì ")[-1])
    told = [row.after or {} for row in events(services, Event.SIGN_IN_FAILED) if row.subject is None and "name_digest" in (row.after or {})]
    assert len(told) == 10
    assert "không.có" not in str(told), "what was typed may be a password"


def test_attempts_at_once_do_not_pass_the_limit_together(person: TestClient, settings: Settings, services: Services) -> None:  # noqa: F811
    username, _ = account_of(settings)
    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda number: sign_in(person, username, f"sai {number}").json()["code"], range(30)))
    assert sorted(codes) == ["sign_in_failed"] * 10 + ["sign_in_locked"] * 20
    assert attempts(services, Event.SIGN_IN_FAILED) == 30


def test_one_address_cannot_try_every_name(settings: Settings, services: Services) -> None:
    few = settings.model_copy(update={"sign_in_failures_per_address": 5})
    username, password = account_of(settings)
    with TestClient(create_app(few), base_url="https://testserver") as one, TestClient(create_app(few), client=("10.0.0.9", 1)) as other:
        for number in range(5):
            assert_problem(sign_in(one, f"ten.{number}", "sai"), 401, "sign_in_failed")
        assert "Địa chỉ mạng này" in assert_problem(sign_in(one, username, password), 429, "sign_in_locked")["detail"]
        assert sign_in(other, username, password).status_code == 200, "another process, another address"
        for _ in range(20):
            assert sign_in(other, username, password).status_code == 200, "right passwords are not counted"


def test_an_administrators_reset_ends_the_lock(person: TestClient, settings: Settings, services: Services) -> None:  # noqa: F811
    from app.accounts import service

    username, _ = account_of(settings)
    for number in range(11):
        locked = sign_in(person, username, f"sai {number}")
    assert_problem(locked, 429, "sign_in_locked")
    with services.database.write() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        password = service.reset_password(session, settings, SYSTEM, account)
    assert sign_in(person, username, password).json()["must_change_password"] is True
    with services.database.write() as session:
        session.execute(update(Account).values(one_time_until=now()))
    assert "quá hạn" in assert_problem(sign_in(person, username, password), 401, "sign_in_failed")["detail"]


def test_the_change_of_password_cannot_be_guessed_at(sign_in_as: ClientOf, services: Services) -> None:
    thief = sign_in_as(Role.OFFICER)
    change = {"current": "sai", "new": "một mật khẩu khác"}
    codes = [thief.post(f"{SESSION}/password", json=change).json()["code"] for _ in range(12)]
    assert codes == ["sign_in_failed"] * 10 + ["sign_in_locked"] * 2
    assert attempts(services, Event.SIGN_IN_FAILED) == 12


def test_hashes_follow_the_settings(settings: Settings, services: Services) -> None:
    username, password = account_of(settings)
    with TestClient(create_app(settings), base_url="https://testserver") as person:  # noqa: F811
        sign_in(person, username, password)
        with services.database.read() as session:
            before = session.scalars(select(Account.password_hash)).one()
    dearer = settings.model_copy(update={"password_rounds": 2})
    with TestClient(create_app(dearer), base_url="https://testserver") as person:
        assert sign_in(person, username, password).status_code == 200
        with services.database.read() as session:
            after = session.scalars(select(Account.password_hash)).one()
    assert after != before
    assert after is not None
    assert after.startswith("$argon2id$")
    assert "t=2" in after
    assert not Passwords(dearer).outdated(after)
    assert PasswordHasher().verify(after, password)


def test_what_anybody_may_send_is_small(person: TestClient) -> None:  # noqa: F811
    kind = {"Content-Type": "application/json"}
    small, large = (b'{"username": "x", "password": "' + b"x" * size + b'"}' for size in (900, 30_000))
    assert_problem(person.post(SESSION, content=small, headers=kind), 401, "sign_in_failed")
    assert_problem(person.post(SESSION, content=large, headers=kind), 413, "request_too_large")
    assert_problem(person.post(SESSION, content=iter([large[:15_000], large[15_000:]]), headers=kind), 413, "request_too_large")


def test_a_session_ends(sign_in_as: ClientOf, services: Services) -> None:
    person = sign_in_as(Role.OFFICER)  # noqa: F811
    assert person.get(API).status_code == 200
    for change in ({"seen_at": now() - timedelta(minutes=61)}, {"expires_at": now()}):
        with services.database.read() as session:
            before = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).one()
        with services.database.write() as session:
            session.execute(update(SignIn).where(SignIn.id == before.id).values(**change))
        assert_problem(person.get(API), 401, "session_ended")
        with services.database.write() as session:
            session.execute(update(SignIn).where(SignIn.id == before.id).values(seen_at=now(), expires_at=before.expires_at))
        assert person.get(API).status_code == 200
    assert attempts(services, Event.ACCESS_REFUSED, "session_ended") == 2


def test_no_change_without_the_sessions_own_token(sign_in_as: ClientOf, services: Services, sample: bytes) -> None:
    person, other = sign_in_as(Role.OFFICER), sign_in_as(Role.OFFICER)  # noqa: F811
    send: dict[str, Any] = {"files": {"file": ("a.docx", sample)}}
    own = person.headers.pop("X-CSRF-Token")
    for token in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": other.headers["X-CSRF-Token"]}):
        assert_problem(person.post(API, headers=token, **send), 403, "csrf_failed")
    for origin in ("https://xau.example", "null", "http://testserver.xau.example"):
        assert_problem(person.post(API, headers={"X-CSRF-Token": own, "Origin": origin}, **send), 403, "csrf_failed")
        assert_problem(sign_in_from(person, origin), 403, "csrf_failed")
    assert person.get(API).json()["items"] == []
    assert person.post(API, headers={"X-CSRF-Token": own, "Origin": "https://testserver"}, **send).status_code == 202
    assert attempts(services, Event.ACCESS_REFUSED, "csrf_failed") == 9


def sign_in_from(person: TestClient, origin: str) -> Any:  # noqa: F811
    return person.post(SESSION, json={"username": "x", "password": PASSWORD}, headers={"Origin": origin})


def test_expired_revoked_and_made_up_keys(client: TestClient, services: Services, settings: Settings) -> None:
    with services.database.write() as session:
        grants = [Grant(Role.OFFICER, ROOT_ID)]
        expired, late = keys.add(session, SYSTEM, "Cũ", grants, expires_at=now() - timedelta(seconds=1))
        revoked, gone = keys.add(session, SYSTEM, "Thu hồi", grants)
        keys.revoke(session, SYSTEM, revoked)
    machine = TestClient(client.app, raise_server_exceptions=False)
    for secret, hint in ((late, "đã hết hạn"), (gone, "đã bị thu hồi"), ("thuoc_x", "Không có khóa")):
        for _ in range(3):
            refused = machine.get(API, headers={"Authorization": f"Bearer {secret}"})
            assert hint in assert_problem(refused, 401, "key_invalid")["detail"]
    assert_problem(machine.get(API, headers={"Authorization": "Basic eDp5"}), 401, "key_invalid")
    assert attempts(services, Event.ACCESS_REFUSED, "key_invalid") == 10
    told = [row for row in events(services, Event.ACCESS_REFUSED) if row.actor_id in (expired.id, revoked.id)]
    assert {row.actor_name for row in told} == {"Cũ", "Thu hồi"}


def test_last_use_is_noted_but_not_at_every_request(client: TestClient, services: Services) -> None:
    def last_used() -> Any:
        with services.database.read() as session:
            return session.scalars(select(ApiKey.last_used_at)).one()

    for _ in range(3):
        assert client.get(API).status_code == 200
    assert last_used() is None, "no request waits for it"
    client.app.state.housekeeping.tidy()  # type: ignore[attr-defined]
    first = last_used()
    assert first is not None
    client.app.state.housekeeping.tidy()  # type: ignore[attr-defined]
    assert last_used() == first


def test_counted_refusals_are_settled_by_the_minute(services: Services) -> None:
    def refuse() -> None:
        with services.database.write() as session:
            refusals.note(session, refusals.Refused("forbidden", "x", subject="agreement:1"), None, "GET /x", "10.0.0.1")

    def told() -> list[Any]:
        return [(row.after or {}).get("times", 1) for row in events(services, Event.ACCESS_REFUSED)]

    for _ in range(5):
        refuse()
    assert told() == [1]
    with services.database.write() as session:
        refusals.settle(session)
    assert told() == [1], "the minute is not over"
    with services.database.write() as session:
        session.execute(update(refusals.Refusal).values(noted_at=now() - timedelta(minutes=2)))
    with services.database.write() as session:
        refusals.settle(session)
    assert told() == [1, 4]
    with services.database.write() as session:
        session.execute(update(refusals.Refusal).values(noted_at=now() - timedelta(hours=2)))
    with services.database.write() as session:
        refusals.settle(session)
        throttle.forget_old(session, Settings(_env_file=None))
    with services.database.read() as session:
        assert session.scalars(select(refusals.Refusal)).all() == []
        assert len(session.scalars(select(AuditEvent)).all()) == 2

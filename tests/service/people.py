"""People and machines of the tests: keys and accounts with any role for any unit, made as the command line makes them."""

from __future__ import annotations

import itertools
from typing import Protocol

from fastapi.testclient import TestClient

from app.accounts import keys, service
from app.accounts.principal import Grant, Role
from app.audit.service import SYSTEM
from app.organisations.models import ROOT_ID
from app.settings import Settings
from app.storage.database import Database

PASSWORD = "chuồn chuồn bay thấp"
_numbers = itertools.count(1)


class ClientOf(Protocol):
    def __call__(self, *roles: Role, unit_id: str = ROOT_ID) -> TestClient: ...


def key_of(settings: Settings, *roles: Role, unit_id: str = ROOT_ID) -> str:
    """A new key that holds these roles, or every role, for the unit."""
    database = Database.of(settings)
    try:
        with database.write() as session:
            grants = [Grant(role, unit_id) for role in roles or Role]
            return keys.add(session, SYSTEM, f"Khóa {next(_numbers)}", grants)[1]
    finally:
        database.close()


def bearer(settings: Settings, *roles: Role, unit_id: str = ROOT_ID) -> dict[str, str]:
    """The header of a new key that holds these roles, or every role, for the unit."""
    return {"Authorization": f"Bearer {key_of(settings, *roles, unit_id=unit_id)}"}


def account_of(settings: Settings, *roles: Role, unit_id: str = ROOT_ID, email: str | None = None) -> tuple[str, str]:
    """The user name and the one-time password of a new account with these roles for the unit."""
    username = f"nguoi.{next(_numbers)}"
    database = Database.of(settings)
    try:
        with database.write() as session:
            new = service.NewAccount(username, f"Người {username}", email)
            _, password = service.add(session, settings, SYSTEM, new, [Grant(role, unit_id) for role in roles])
    finally:
        database.close()
    assert password is not None
    return username, password


def signed_in(person: TestClient, settings: Settings, *roles: Role, unit_id: str = ROOT_ID) -> TestClient:
    username, password = account_of(settings, *roles, unit_id=unit_id)
    answer = person.post("/api/v1/session", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    person.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    answer = person.post("/api/v1/session/password", json={"current": password, "new": PASSWORD})
    assert answer.status_code == 200, answer.text
    person.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return person

"""The audit's chain: written with the change it tells of, and every tampering found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.accounts.principal import Principal
from app.audit.events import Event
from app.audit.service import SYSTEM, Verification, record, verify
from app.wiring import Services


def note(services: Services, name: str = "Hoa") -> None:
    with services.database.write() as session:
        record(session, Principal("account", "1", name, ()), Event.SIGNED_IN, subject="account:1", after={"tên": name})


def checked(services: Services) -> Verification:
    with services.database.read() as session:
        return verify(session)


def test_an_untouched_chain_verifies_and_grows(services: Services) -> None:
    assert checked(services).events == 0
    with services.database.write() as session:
        record(session, SYSTEM, Event.UNIT_ADDED, after={"a": 1.5, "b": [None, "đ"]})
        record(session, SYSTEM, Event.UNIT_CHANGED, before={"a": 1.5}, after={"a": 2})
    note(services)
    found = checked(services)
    assert (found.events, found.problem) == (3, None)


def test_a_change_that_fails_leaves_no_event(services: Services) -> None:
    def fail() -> None:
        with services.database.write() as session:
            record(session, SYSTEM, Event.UNIT_ADDED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert checked(services).events == 0


def test_events_written_at_once_make_one_chain(services: Services) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: note(services, f"Người {number}"), range(24)))
    found = checked(services)
    assert (found.events, found.problem) == (24, None)


TAMPERINGS: dict[str, Callable[[], list[str]]] = {
    "changed": lambda: ["UPDATE audit_events SET actor_name = 'Lan' WHERE seq = 2"],
    "missing": lambda: ["DELETE FROM audit_events WHERE seq = 2"],
    "missing at the end": lambda: ["DELETE FROM audit_events WHERE seq = 4"],
    "reordered": lambda: [
        "UPDATE audit_events SET seq = 99 WHERE seq = 2",
        "UPDATE audit_events SET seq = 2 WHERE seq = 3",
        "UPDATE audit_events SET seq = 3 WHERE seq = 99",
    ],
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found(services: Services, kind: str) -> None:
    for number in range(4):
        note(services, f"Người {number}")
    assert checked(services).problem is None
    with services.database.engine.begin() as connection:
        for statement in TAMPERINGS[kind]():
            connection.execute(text(statement))
    found = checked(services)
    assert found.problem
    assert found.at_seq in (2, 3, 4, 5)

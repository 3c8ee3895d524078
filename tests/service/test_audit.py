"""The audit's chain: written with the change it tells of, and every tampering found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts.principal import Principal, Role
from app.audit.chain import START, event_hash
from app.audit.events import LABELS, Event
from app.audit.models import AuditEvent, AuditHead
from app.audit.service import SYSTEM, Kept, Verification, record, verify
from app.cli import app
from app.cli.base import run_code
from app.jobs.worker import child_environment
from app.organisations.models import ROOT_ID
from app.problems import Problem
from app.settings import PROJECT, Settings
from app.storage.base import VIETNAM
from app.storage.database import is_sqlite
from app.wiring import Services

from .people import ClientOf
from .test_api import assert_problem
from .test_units import Tree
from .test_units_api import add


def note(services: Services, name: str = "Hoa") -> None:
    with services.database.write() as session:
        record(session, Principal("account", "1", name, ()), Event.SIGNED_IN, subject="account:1", after={"tên": name})


def checked(services: Services, kept: Kept | None = None) -> Verification:
    with services.database.snapshot() as session:
        return verify(session, kept)


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


WRITER = """
import sys
from app.accounts.principal import Principal
from app.audit.events import Event
from app.audit.service import record
from app.settings import Settings
from app.storage.database import Database
database = Database.of(Settings.load())
for number in range(15):
    with database.write() as session:
        for _ in range(2):
            record(session, Principal("account", "1", sys.argv[1], ()), Event.SIGNED_IN, subject=f"account:{number}")
"""


@pytest.mark.slow
def test_several_processes_make_one_chain(settings: Settings, services: Services) -> None:
    environment = child_environment(settings)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, f"P{n}"], cwd=PROJECT, env=environment) for n in range(4)]
    for one in writers:
        while one.poll() is None:
            assert checked(services).problem is None, "a reader meets the chain in the middle of writing"
            time.sleep(0.05)
        assert one.returncode == 0
    found = checked(services)
    assert (found.events, found.problem) == (120, None)
    with services.database.read() as session:
        names = list(session.scalars(select(AuditEvent.actor_name).order_by(AuditEvent.seq)))
    assert sorted(names) == sorted(f"P{n}" for n in range(4) for _ in range(30))
    assert names[::2] == names[1::2], "the two events of a transaction stand together"


def tamper(services: Services, *statements: str, guarded: bool = False) -> None:
    """Change rows as somebody with the database's own password would: without its triggers, unless `guarded`."""
    with services.database.engine.begin() as connection:
        if not guarded and is_sqlite(connection):
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        elif not guarded:
            connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
            connection.execute(text("ALTER TABLE audit_head DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def four(services: Services) -> Verification:
    for number in range(4):
        note(services, f"Người {number}")
    found = checked(services)
    assert (found.events, found.problem) == (4, None)
    return found


TAMPERINGS: dict[str, tuple[list[str], int, str]] = {  # the statements; the first event that is wrong; words of what is said
    "changed": (["UPDATE audit_events SET actor_name = 'Lan' WHERE seq = 2"], 2, "đã bị sửa"),
    "changed moment": (["UPDATE audit_events SET at = '2020-01-01 00:00:00' WHERE seq = 3"], 3, "đã bị sửa"),
    "missing": (["DELETE FROM audit_events WHERE seq = 2"], 2, "thiếu sự kiện số 2"),
    "missing at the start": (["DELETE FROM audit_events WHERE seq = 1"], 1, "thiếu sự kiện số 1"),
    "missing at the end": (["DELETE FROM audit_events WHERE seq = 4"], 4, "thiếu sự kiện ở cuối"),
    "all missing": (["DELETE FROM audit_events"], 1, "sổ ghi 4, còn 0"),
    "reordered": (
        [
            "UPDATE audit_events SET seq = 99 WHERE seq = 2",
            "UPDATE audit_events SET seq = 2 WHERE seq = 3",
            "UPDATE audit_events SET seq = 3 WHERE seq = 99",
        ],
        2,
        "không nối",
    ),
    "hash written anew": (["UPDATE audit_events SET hash = previous WHERE seq = 3"], 3, "đã bị sửa"),
    "head moved": (["UPDATE audit_head SET seq = 3"], 5, "sổ ghi 3, còn 4"),
    "head gone": (["DELETE FROM audit_head"], 5, "mất dòng ghi đầu sổ"),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found(services: Services, kind: str) -> None:
    statements, seq, words = TAMPERINGS[kind]
    four(services)
    tamper(services, *statements)
    found = checked(services)
    assert found.problem is not None
    assert words in found.problem
    assert found.at_seq == seq


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor_name = 'Lan' WHERE seq = 2",
        "DELETE FROM audit_events WHERE seq = 4",
        "UPDATE audit_head SET seq = 3",
        "UPDATE audit_head SET hash = 'x'",
    ],
)
def test_the_database_itself_refuses_changes(services: Services, statement: str) -> None:
    four(services)
    with pytest.raises(DBAPIError, match=r"append-only|refuses|forward"):
        tamper(services, statement, guarded=True)
    assert checked(services).problem is None
    note(services)
    assert checked(services).events == 5


def rewrite(services: Services, since: int) -> None:
    """Write the chain anew from an event on, with every hash right."""
    tamper(services)
    with services.database.write() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        for event, before in zip(events[since - 1 :], [None, *events][since - 1 :], strict=False):
            event.actor_name = "Lan"
            event.previous = before.hash if before else START
            event.hash = event_hash(event)
        head = session.scalars(select(AuditHead)).one()
        head.hash = events[-1].hash


def test_a_head_kept_elsewhere_proves_what_the_chain_cannot(services: Services) -> None:
    first = four(services)
    kept = Kept.of(f"{first.head}@{first.events}")
    note(services)
    assert checked(services, kept).problem is None
    assert checked(services, Kept.of(f"{START}@0")).problem is None
    rewrite(services, since=5)
    assert checked(services, kept).problem is None, "what came before the kept head is untouched"
    rewrite(services, since=2)
    assert checked(services).problem is None, "sound in itself"
    found = checked(services, kept)
    assert (found.at_seq, "viết lại" in (found.problem or "")) == (4, True)
    assert "chỉ còn 5" in (checked(services, Kept(kept.hash, 6)).problem or "")
    assert "không phải của sổ này" in (checked(services, Kept(kept.hash, 0)).problem or "")
    with pytest.raises(Problem, match="head_invalid"):
        Kept.of("abc@4")


def test_every_kind_of_event_has_its_words() -> None:
    assert set(LABELS) == set(Event)
    assert all(re.search(r"[à-ỹđ]", one.label) for one in Event)
    assert len({one.label for one in Event}) == len(Event)


AUDIT = "/api/v1/audit"


def test_who_reads_what(client: TestClient, client_of: ClientOf) -> None:
    ht = add(client, "HT", "province", ROOT_ID)["id"]
    may = add(client, "MAY", "grassroots", ht)["id"]
    lc = add(client, "LC", "province", ROOT_ID)["id"]
    officer, reviewer = client_of(Role.OFFICER, unit_id=may), client_of(Role.REVIEWER, unit_id=ht)
    assert officer.get(f"/api/v1/units/{lc}").status_code == 404

    def seen(who: TestClient, **asked: Any) -> list[tuple[str, str | None]]:
        answer = who.get(AUDIT, params={"limit": 100, **asked})
        assert answer.status_code == 200, answer.text
        return [(one["kind"], one["unit_id"]) for one in answer.json()["items"]]

    assert seen(officer) == [("unit_added", may)]
    assert seen(reviewer) == [("unit_added", may), ("unit_added", ht)]
    assert seen(client_of(Role.OFFICER, unit_id=ht)) == [("unit_added", ht)], "an officer's own unit only"
    assert ("access_refused", lc) in seen(client_of(Role.ADMINISTRATOR, unit_id=lc))
    assert ("access_refused", lc) not in seen(client_of(Role.REVIEWER, unit_id=lc))
    whole = seen(client)
    assert {("unit_added", lc), ("access_refused", lc)} < set(whole)
    assert {kind for kind, _ in seen(client, kind=["unit_added", "key_added"])} == {"unit_added", "key_added"}
    assert seen(client, unit=may, kind="unit_added") == seen(client, subject=f"unit:{may}") == [("unit_added", may)]
    assert_problem(reviewer.get(AUDIT, params={"unit": lc}), 404, "unit_not_found")
    assert_problem(client.get(AUDIT, params={"kind": "gì đó"}), 422, "request_invalid")
    assert_problem(client_of(Role.WEBSITE).get(AUDIT), 403, "forbidden")


def test_filters_by_day_and_person_and_pages(client: TestClient) -> None:
    for number in range(5):
        add(client, f"T{number}", "province", ROOT_ID)
    first = client.get(AUDIT, params={"kind": "unit_added", "limit": 2}).json()
    one = first["items"][0]
    assert (one["label"], one["actor"]["kind"], one["after"]["code"]) == ("thêm đơn vị", "key", "T4")
    codes, cursor = [], None
    while True:
        page = client.get(AUDIT, params={"kind": "unit_added", "limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        codes += [item["after"]["code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert codes == ["T4", "T3", "T2", "T1", "T0"]
    today = datetime.fromisoformat(one["at"]).astimezone(VIETNAM).date()
    asked = {"actor": one["actor"]["id"], "kind": "unit_added"}
    assert len(client.get(AUDIT, params=asked | {"from": str(today), "to": str(today)}).json()["items"]) == 5
    assert client.get(AUDIT, params=asked | {"to": str(today - timedelta(days=1))}).json()["items"] == []
    assert client.get(AUDIT, params=asked | {"from": str(today + timedelta(days=1))}).json()["items"] == []
    assert client.get(AUDIT, params={"actor": "không ai"}).json()["items"] == []
    assert_problem(client.get(AUDIT, params={"cursor": "_" * 22}), 422, "cursor_invalid")


def test_verification_over_http_and_by_command(
    client: TestClient, client_of: ClientOf, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.setenv("THUOC_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("THUOC_DATABASE_URL", settings.database_url)

    def thuoc(*arguments: str) -> tuple[int, str]:
        code = run_code(app, ["audit", *arguments])
        got = capfdbinary.readouterr()
        return code, (got.out + got.err).decode()

    add(client, "HT", "province", ROOT_ID)
    sound = client.get(f"{AUDIT}/verification").json()
    assert (sound["sound"], sound["problem"]) == (True, None)
    code, told = thuoc("verify")
    assert (code, told.split()[-1]) == (0, sound["head"])
    add(client, "LC", "province", ROOT_ID)
    assert thuoc("verify", "--head", sound["head"])[0] == 0
    assert client.get(f"{AUDIT}/verification", params={"head": sound["head"]}).json()["sound"]
    assert_problem(client.get(f"{AUDIT}/verification", params={"head": "x"}), 422, "head_invalid")
    assert_problem(client_of(Role.ADMINISTRATOR, unit_id=Tree(services).id("LC")).get(f"{AUDIT}/verification"), 403, "forbidden")
    code, told = thuoc("show", "--kind", "unit_added", "--unit", "lc")
    assert (code, len(told.splitlines())) == (0, 1)
    assert "thêm đơn vị" in told
    assert '"code": "LC"' in told
    assert json.loads(thuoc("show", "--kind", "unit_added", "--limit", "1", "--json")[1])["label"] == "thêm đơn vị"
    assert thuoc("show", "--kind", "x")[0] == 2
    rewrite(services, since=2)
    assert thuoc("verify")[0] == 0
    code, told = thuoc("verify", "--head", sound["head"])
    assert (code, "viết lại" in told) == (1, True)
    tamper(services, "UPDATE audit_events SET actor_name = 'X' WHERE seq = 2")
    code, told = thuoc("verify")
    assert (code, told) == (1, "Lỗi [audit_broken]: sự kiện số 2: nội dung sự kiện đã bị sửa; 1 sự kiện trước đó nguyên vẹn\n")
    assert client.get(f"{AUDIT}/verification").json()["at_seq"] == 2

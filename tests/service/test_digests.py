"""Letters about alerts, through a real SMTP server on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.principal import Role
from app.agreements.models import Agreement, Confirmation
from app.alerts import job
from app.alerts.models import Digest
from app.alerts.repository import AlertRepository
from app.jobs.worker import worker_of
from app.organisations.models import ROOT_ID
from app.problems import CannotStart
from app.settings import Settings
from app.storage.base import now
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision
from .mailbox import PASSWORD, USER, Mailbox, mail_server, self_signed
from .people import ClientOf, account_of
from .test_alerts import ALERTS, on_day
from .test_api import assert_problem, upload, work_off
from .test_units_api import add

DAY = date(2026, 7, 10)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailing(settings: Settings, box: Mailbox) -> Settings:
    return mailing_to(settings, box)


def mailing_to(settings: Settings, box: Mailbox, **more: Any) -> Settings:
    values = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none", "smtp_from": "Thước <thuoc@lien-doan.vn>"}
    return settings.model_copy(update=values | {"public_url": "https://thuoc.vi-du.vn", **more})


@pytest.fixture
def due(client: TestClient, services: Services) -> dict[str, str]:
    """Two provinces, each with a union whose agreement is past its yearly review; the units' ids."""
    units = {}
    for code in ("HT", "LC"):
        units[code] = add(client, code, "province", ROOT_ID, name=f"LĐLĐ tỉnh {code}")["id"]
        units[f"{code}-1"] = add(client, f"{code}-1", "grassroots", units[code], name=f"CĐCS {code} <1>")["id"]
        agreement = upload(client, plain_agreement(f"CÔNG TY {code}"), employer=f"Công ty {code} & <Con>", number=f"01/{code}").json()["id"]
        work_off(worker_of(services))
        assert confirm(client, agreement, decision("B", reason="x")).status_code == 200
        with services.database.write() as session:
            session.execute(update(Agreement).where(Agreement.id == agreement).values(unit_id=units[f"{code}-1"]))
    with services.database.write() as session:
        session.execute(update(Confirmation).values(created_at=datetime(2025, 7, 1, tzinfo=UTC)))
    return units


def run(settings: Settings, day: date = DAY, at: datetime | None = None, **more: Any) -> None:
    """What a worker does on a day, or at a moment of it."""
    services = on_day(settings, day, **more)
    try:
        services.daily().tick(at)
        work_off(worker_of(services))
    finally:
        services.close()


def states(services: Services) -> list[str]:
    with services.database.read() as session:
        return [row.state for row in session.scalars(select(Digest).order_by(Digest.day, Digest.id))]


def test_a_letter_says_what_is_due_in_plain_text_and_html(mailing: Settings, services: Services, due: dict[str, str], box: Mailbox) -> None:
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    run(mailing)
    [sent] = box.letters
    assert box.recipients == ["hoa@lien-doan.vn"]
    assert (sent["subject"], sent["from"]) == ("Thước: 1 việc cần xem về thỏa ước, ngày 10/7/2026", "Thước <thuoc@lien-doan.vn>")
    assert sent["to"].addresses[0].addr_spec == "hoa@lien-doan.vn"
    assert sent["message-id"].endswith("@lien-doan.vn>")
    assert sent["auto-submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in sent.iter_parts())
    told = "Thỏa ước 01/HT của Công ty HT & <Con> xác nhận lần cuối ngày 1/7/2025, quá hạn rà soát từ ngày 1/7/2026. [CĐCS HT <1>]"
    assert f"QUÁ HẠN RÀ SOÁT HẰNG NĂM (1)\n- {told}" in plain
    assert "https://thuoc.vi-du.vn" in plain
    assert "Công ty HT &amp; &lt;Con&gt;" in html
    assert "<Con>" not in html
    assert "LC" not in plain + html
    assert states(services) == ["sent"]


def test_who_is_written_to(client: TestClient, mailing: Settings, services: Services, due: dict[str, str], box: Mailbox) -> None:
    for role, unit, email in (
        (Role.OFFICER, due["HT-1"], "can-bo@ht.vn"),
        (Role.OFFICER, due["HT"], "khong-co-gi@ht.vn"),  # an officer's own unit only
        (Role.PUBLISHER, due["HT"], "cong-bo@ht.vn"),
        (Role.ADMINISTRATOR, ROOT_ID, "quan-tri@tld.vn"),
        (Role.WEBSITE, ROOT_ID, "website@tld.vn"),
        (Role.REVIEWER, due["LC"], None),
    ):
        account_of(mailing, role, unit_id=unit, email=email)
    account_of(mailing, email="khong-quyen@tld.vn")
    run(mailing)
    assert sorted(box.recipients) == ["can-bo@ht.vn", "cong-bo@ht.vn", "quan-tri@tld.vn"]
    whole = next(one for one in box.letters if "quan-tri" in one["to"])
    assert "Thước: 2 việc" in whole["subject"]


def test_one_letter_a_day_however_many_ask(mailing: Settings, services: Services, due: dict[str, str], box: Mailbox) -> None:
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    processes = [on_day(mailing, DAY) for _ in range(4)]

    def work(one: Services) -> None:
        for _ in range(3):
            one.daily().tick()
            work_off(worker_of(one))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, processes))
    for one in processes:
        one.close()
    assert box.recipients == ["hoa@lien-doan.vn"]


def test_new_alerts_at_once_old_ones_after_a_week(
    client: TestClient, mailing: Settings, services: Services, due: dict[str, str], box: Mailbox
) -> None:
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")

    def letters(day: date) -> int:
        before = len(box.letters)
        run(mailing, day)
        return len(box.letters) - before

    assert [letters(DAY + timedelta(days=n)) for n in range(9)] == [1, 0, 0, 0, 0, 0, 0, 1, 0]
    with services.database.write() as session:
        session.execute(update(Agreement).where(Agreement.unit_id == due["HT-1"]).values(expires_on=DAY + timedelta(days=40)))
    assert [letters(DAY + timedelta(days=n)) for n in (9, 10)] == [1, 0]
    assert "SẮP HẾT HIỆU LỰC (1)" in box.letters[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with services.database.write() as session:
        session.execute(update(Agreement).values(stage="superseded"))
    assert letters(DAY + timedelta(days=30)) == 0, "nothing is due any more"


def test_a_server_that_is_away_is_tried_again(settings: Settings, services: Services, due: dict[str, str]) -> None:
    with mail_server() as gone:
        port = gone.port
    mailing = mailing_to(settings, gone)
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    run(mailing, job_max_attempts=2)
    with services.database.read() as session:
        row = session.scalars(select(Digest)).one()
        assert (row.state, "ConnectionRefused" in (row.error or "")) == ("waiting", True)
        assert row.next_try_at > now() + job.TRY_AGAIN - timedelta(minutes=5)
    with mail_server(port=port) as back:
        run(mailing, at=now() + job.TRY_AGAIN - timedelta(minutes=5))
        assert back.letters == [], "not yet"
        run(mailing, at=now() + job.TRY_AGAIN + timedelta(minutes=1))
        run(mailing, at=now() + job.TRY_AGAIN + timedelta(hours=1))
        assert back.recipients == ["hoa@lien-doan.vn"]
    assert states(services) == ["sent"]


def test_yesterdays_letter_is_not_sent_today(settings: Settings, services: Services, due: dict[str, str]) -> None:
    with mail_server() as gone:
        pass
    mailing = mailing_to(settings, gone)
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    run(mailing, job_max_attempts=1)
    with mail_server(port=gone.port) as back:
        run(mailing, DAY + timedelta(days=1), at=now() + timedelta(days=1))
        assert [one["subject"] for one in back.letters] == ["Thước: 1 việc cần xem về thỏa ước, ngày 11/7/2026"]


@pytest.mark.parametrize(
    ("misbehave", "state", "tries"),
    [
        (lambda box: setattr(box, "answer_rcpt", "451 thử lại sau"), "waiting", 2),
        (lambda box: setattr(box, "answer_data", "452 hết chỗ"), "waiting", 2),
        (lambda box: setattr(box, "answer_rcpt", "550 không có người này"), "failed", 1),
        (lambda box: setattr(box, "answer_data", "554 từ chối"), "failed", 1),
        (lambda box: setattr(box, "hang_up", True), "unknown", 1),
    ],
    ids=["busy at the address", "busy at the letter", "no such person", "letter refused", "connection broken"],
)
def test_what_becomes_of_a_letter(
    mailing: Settings, services: Services, due: dict[str, str], box: Mailbox, misbehave: Callable[[Mailbox], None], state: str, tries: int
) -> None:
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    misbehave(box)
    run(mailing, job_max_attempts=2)
    assert (states(services), box.connections) == ([state], tries)
    box.answer_rcpt, box.answer_data, box.hang_up = "250 OK", "250 OK", False
    run(mailing, at=now() + timedelta(hours=2))
    assert states(services) == ["sent" if state == "waiting" else state]
    assert len(box.letters) == 1 if state in ("waiting", "unknown") else not box.letters


def test_a_process_lost_while_sending_sends_nothing_twice(
    mailing: Settings, services: Services, due: dict[str, str], box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")

    def lost(*_: Any) -> None:
        raise SystemExit("killed")

    dying = on_day(mailing, DAY, job_lease_seconds=0.2)
    dying.daily().tick()
    with monkeypatch.context() as killed:
        killed.setattr(job.DigestHandler, "_ending", lost)
        with pytest.raises(SystemExit):
            work_off(worker_of(dying))
    dying.close()
    assert (len(box.letters), states(services)) == (1, ["sending"])
    late = on_day(mailing, DAY, job_lease_seconds=0.2)
    worker = worker_of(late)
    for _ in range(100):
        late.daily().tick(now() + timedelta(hours=1))
        worker.run_one()
        if states(services) != ["sending"]:
            break
        time.sleep(0.05)  # the lost process's lease runs out, the daily run is done again
    late.close()
    assert (len(box.letters), states(services)) == (1, ["unknown"])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_go_encrypted_with_a_name_and_password(
    settings: Settings, services: Services, due: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    certificate = self_signed(tmp_path)
    account_of(settings, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    with mail_server(security, login=True, certificate=certificate) as box:
        mailing = mailing_to(settings, box, smtp_security=security, smtp_user=USER, smtp_password=PASSWORD)
        run(mailing, job_max_attempts=1)
        assert (box.letters, states(services)) == ([], ["waiting"]), "a certificate that nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        run(mailing_to(settings, box, smtp_security=security, smtp_user=USER, smtp_password="sai"), at=now() + job.TRY_AGAIN * 2)
        assert box.letters == []
        with services.database.write() as session:
            session.execute(update(Digest).values(next_try_at=now()))
        run(mailing, at=now() + job.TRY_AGAIN * 2)
        assert (len(box.letters), states(services)) == (1, ["sent"])


def test_a_person_may_stop_the_letters(
    client: TestClient, client_of: ClientOf, sign_in_as: ClientOf, mailing: Settings, services: Services, due: dict[str, str], box: Mailbox
) -> None:
    person = sign_in_as(Role.REVIEWER, unit_id=due["HT"])
    account_of(mailing, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    assert person.get(f"{ALERTS}/digest").json() == {"wanted": True, "possible": False, "last_sent": None}
    assert person.put(f"{ALERTS}/digest", json={"wanted": False}).json()["wanted"] is False
    assert person.get(f"{ALERTS}/digest").json()["wanted"] is False
    assert client.get(f"{ALERTS}/digest").json() == {"wanted": False, "possible": False, "last_sent": None}  # a key that nobody made
    assert_problem(client.put(f"{ALERTS}/digest", json={"wanted": True}), 403, "account_required")
    assert_problem(person.put(f"{ALERTS}/digest", json={}), 422, "request_invalid")
    with services.database.write() as session:
        for account in session.scalars(select(Account)):
            AlertRepository(session).set_wanted(account.id, False)
    run(mailing)
    assert box.letters == []


def test_without_a_mail_server_nothing_is_written(settings: Settings, services: Services, due: dict[str, str]) -> None:
    account_of(settings, Role.REVIEWER, unit_id=due["HT"], email="hoa@lien-doan.vn")
    run(settings)
    assert states(services) == []


def test_a_mail_server_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THUOC_SMTP_HOST", "127.0.0.1")
    with pytest.raises(CannotStart, match="smtp_from"):
        Settings.load()

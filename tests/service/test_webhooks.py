"""Webhooks against a real receiver: signed, retried, in order, replayed, disabled, and never sent to the inside of the network."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.principal import Role
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository
from app.settings import Settings
from app.storage.base import new_id, now
from app.webhooks.addresses import is_public
from app.webhooks.delivering import Deliverer
from app.webhooks.models import Delivery
from app.webhooks.sending import Message, Outcome, send
from app.webhooks.service import CHANGED, PUBLISHED, WITHDRAWN, notify
from app.webhooks.signature import sign, verify
from app.wiring import Services

from .people import ClientOf
from .receiver import Receiver, receiver
from .test_api import assert_problem

HOOKS = "/api/v1/webhooks"


class Clock:
    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_allow_private": True, "public_url": "https://thuoc.vi-du.vn"})


@pytest.fixture
def site() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def publisher(client_of: ClientOf) -> TestClient:
    return client_of(Role.PUBLISHER)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def deliverer(services: Services, settings: Settings, clock: Clock) -> Deliverer:
    return Deliverer(services.database, settings, clock, seconds=1.0)


def tell(services: Services, event: str, publication: str = "p1", unit_id: str = ROOT_ID, **body: Any) -> int:
    with services.database.write() as session:
        return notify(session, event, publication, unit_id, {"id": publication, **body})


def registered(publisher: TestClient, site: Receiver, **more: Any) -> dict[str, Any]:
    answer = publisher.post(HOOKS, json={"url": f"{site.address}/hook?a=1", **more})
    assert answer.status_code == 201, answer.text
    hook: dict[str, Any] = answer.json()
    return hook


def log(publisher: TestClient, hook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = publisher.get(f"{HOOKS}/{hook['id']}/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def drain(deliverer: Deliverer, clock: Clock, hours: float = 24) -> None:
    until = clock.at + timedelta(hours=hours)
    while clock.at < until:
        deliverer.deliver_due()
        clock.at += timedelta(minutes=5)


def test_a_message_is_signed_and_logged(
    publisher: TestClient, services: Services, settings: Settings, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    assert "secret" not in publisher.get(f"{HOOKS}/{hook['id']}").json()
    assert tell(services, PUBLISHED, grade="B", employer="Công ty Đá Núi") == 1
    clock.at = now()
    assert deliverer.deliver_due() == 1
    assert deliverer.deliver_due() == 0
    (got,) = site.got
    body = json.loads(got.body)
    assert got.path == "/hook?a=1"
    assert got.headers["X-Thuoc-Event"] == body["event"] == PUBLISHED
    assert body["sequence"] == 1
    assert body["publication"] == {"id": "p1", "grade": "B", "employer": "Công ty Đá Núi"}
    assert body["links"]["self"] == "https://thuoc.vi-du.vn/api/v1/publications/p1"
    header, at = got.headers["X-Thuoc-Signature"], int(now().timestamp())
    assert verify(header, hook["secret"], got.body, at)
    assert not verify(header, hook["secret"], got.body, at + 301), "too old"
    assert not verify(header, hook["secret"], got.body + b" ", at), "another body"
    assert not verify(header, "whsec_other", got.body, at), "another secret"
    (item,) = log(publisher, hook)
    assert (item["state"], item["attempts"][0]["status"], item["attempts"][0]["excerpt"]) == ("delivered", 200, "da nhan")


def test_the_signature_is_what_the_documentation_says() -> None:
    # echo -n '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_x
    assert sign("whsec_x", b'{"a":1}', 1700000000) == ("t=1700000000,v1=b3438763ab46d9634b9844c8722818eaf523f803db1327484c6067462a5fd6d1")


def test_a_receiver_that_fails_twice_gets_it_the_third_time(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    site.answers = [500, ("long", 900)]
    tell(services, PUBLISHED)
    clock.at = now()
    assert deliverer.deliver_due() == 1
    assert deliverer.deliver_due() == 0, "it waits"
    clock.at += timedelta(seconds=9)
    assert deliverer.deliver_due() == 0
    clock.at += timedelta(seconds=2)
    assert deliverer.deliver_due() == 1
    assert publisher.get(f"{HOOKS}/{hook['id']}").json()["failing_since"] is not None
    clock.at += timedelta(seconds=19)
    assert deliverer.deliver_due() == 0
    clock.at += timedelta(seconds=2)
    assert deliverer.deliver_due() == 1
    (item,) = log(publisher, hook)
    assert item["state"] == "delivered"
    assert [one["status"] for one in item["attempts"]] == [500, 500, 200]
    assert 0 < len(item["attempts"][1]["excerpt"]) <= 500
    assert item["attempts"][1]["excerpt"].startswith("lỗi")
    assert len({one.body for one in site.got}) == 1, "the same bytes each time"
    assert publisher.get(f"{HOOKS}/{hook['id']}").json()["failing_since"] is None


def test_slow_redirecting_and_missing_receivers_are_failures(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    slow = registered(publisher, site)
    site.answers = [("slow", 5)]
    tell(services, PUBLISHED)
    clock.at = now()
    deliverer.deliver_due()
    (attempt,) = log(publisher, slow)[0]["attempts"]
    assert attempt["error"] == "timeout"
    assert 900 <= attempt["milliseconds"] < 3000
    publisher.delete(f"{HOOKS}/{slow['id']}")
    assert_problem(publisher.get(f"{HOOKS}/{slow['id']}"), 404, "webhook_not_found")

    away = registered(publisher, site)
    site.answers = [("redirect", f"{site.address}/elsewhere")]
    tell(services, CHANGED)
    clock.at = now()
    deliverer.deliver_due()
    assert [one.path for one in site.got] == ["/hook?a=1"] * 2, "the redirect was not followed"
    assert log(publisher, away)[0]["attempts"][0]["error"] == "redirected"

    publisher.patch(f"{HOOKS}/{away['id']}", json={"url": "http://127.0.0.1:9/"})
    clock.at += timedelta(minutes=1)
    deliverer.deliver_due()
    last = log(publisher, away)[0]["attempts"][-1]
    assert (last["error"], last["status"]) == ("unreachable", None)


def test_no_message_overtakes_another_of_its_publication(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    site.answers = [503]
    tell(services, PUBLISHED, "p1")
    tell(services, WITHDRAWN, "p1")
    clock.at = now()
    deliverer.deliver_due()
    tell(services, PUBLISHED, "p2")
    clock.at = now()
    deliverer.deliver_due()
    told = [json.loads(one.body) for one in site.got]
    assert [(one["publication"]["id"], one["event"]) for one in told] == [("p1", PUBLISHED), ("p2", PUBLISHED)]
    drain(deliverer, clock, hours=1)
    told = [json.loads(one.body) for one in site.got]
    assert [one["sequence"] for one in told] == [1, 3, 1, 2]
    assert {one["state"] for one in log(publisher, hook)} == {"delivered"}


def test_one_or_all_are_sent_again(publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock) -> None:
    hook = registered(publisher, site)
    for number in range(3):
        tell(services, PUBLISHED, f"p{number}")
    between = now()
    tell(services, CHANGED, "p0")
    clock.at = now()
    while deliverer.deliver_due():
        pass
    assert len(site.got) == 4
    first = log(publisher, hook)[-1]
    answer = publisher.post(f"{HOOKS}/{hook['id']}/deliveries/{first['id']}/replay")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    clock.at = now()
    deliverer.deliver_due()
    assert site.got[-1].body in {one.body for one in site.got[:4]}
    replay = f"{HOOKS}/{hook['id']}/replay"
    assert publisher.post(replay, json={"since": between.isoformat()}).json() == {"count": 1}
    assert publisher.post(replay, json={"after_sequence": 1}).json() == {"count": 2}, "the fourth waits already"
    clock.at = now()
    while deliverer.deliver_due():
        pass
    assert sorted(json.loads(one.body)["sequence"] for one in site.got[5:]) == [2, 3, 4]
    assert_problem(publisher.post(replay, json={}), 422, "request_invalid")
    assert_problem(publisher.post(replay, json={"since": "2026-01-01T00:00:00"}), 422, "request_invalid")
    assert_problem(publisher.post(f"{HOOKS}/{hook['id']}/deliveries/{new_id()}/replay"), 404, "delivery_not_found")


def test_a_dead_receiver_is_disabled_and_goes_on_when_it_is_back(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    site.answers = [500] * 1000
    tell(services, PUBLISHED)
    clock.at = now()
    drain(deliverer, clock, hours=80)
    shown = publisher.get(f"{HOOKS}/{hook['id']}").json()
    assert shown["state"] == "disabled"
    attempts = log(publisher, hook)[0]["attempts"]
    assert 10 <= len(attempts) <= 24
    waits = [(datetime.fromisoformat(b["at"]) - datetime.fromisoformat(a["at"])).total_seconds() for a, b in itertools.pairwise(attempts)]
    assert waits == sorted(waits), "the waits grow"
    assert max(waits) <= 6 * 3600 + 300
    with services.database.read() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.kind == Event.WEBHOOK_DISABLED)).all()
    assert event.after is not None
    assert event.after["error"] == "refused"
    tell(services, WITHDRAWN)
    clock.at = now() + timedelta(days=30)
    before = len(site.got)
    deliverer.deliver_due()
    assert len(site.got) == before, "a disabled webhook is left alone"
    site.answers = []
    assert publisher.patch(f"{HOOKS}/{hook['id']}", json={"state": "active"}).json()["state"] == "active"
    while deliverer.deliver_due():
        pass
    assert [json.loads(one.body)["event"] for one in site.got[before:]] == [PUBLISHED, WITHDRAWN]


def test_a_message_that_is_given_up_lets_the_next_pass(
    publisher: TestClient, services: Services, settings: Settings, site: Receiver, clock: Clock
) -> None:
    hasty = settings.model_copy(update={"webhook_max_attempts": 2, "webhook_backoff_seconds": 0})
    deliverer = Deliverer(services.database, hasty, clock)
    hook = registered(publisher, site)
    site.answers = [500, 500]
    tell(services, PUBLISHED)
    tell(services, WITHDRAWN)
    clock.at = now()
    while deliverer.deliver_due():
        pass
    assert [one["state"] for one in log(publisher, hook)] == ["delivered", "failed"]
    assert len(log(publisher, hook, state="failed")) == 1


def test_a_sender_that_died_is_taken_over_and_counts_no_more(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    registered(publisher, site)
    tell(services, PUBLISHED)
    clock.at = now()
    (lost,) = deliverer._take()
    assert deliverer.deliver_due() == 0, "leased"
    clock.at += timedelta(seconds=61)
    assert deliverer.deliver_due() == 1
    with services.database.read() as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.token) == ("delivered", None)
    assert lost.token != ""
    assert len(site.got) == 1


def test_two_senders_never_take_the_same(publisher: TestClient, services: Services, settings: Settings, site: Receiver) -> None:
    for _ in range(3):
        registered(publisher, site)
    for number in range(12):
        tell(services, PUBLISHED, f"p{number}")

    def work() -> None:
        one = Deliverer(services.database, settings)
        while one.deliver_due():
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [one.headers["X-Thuoc-Delivery"] for one in site.got]
    assert len(told) == len(set(told)) == 36


def test_nothing_is_told_when_the_change_is_undone(publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver) -> None:
    hook = registered(publisher, site)
    with pytest.raises(ZeroDivisionError), services.database.write() as session:
        _ = notify(session, PUBLISHED, "p1", ROOT_ID, {}) / 0
    assert log(publisher, hook) == []


def test_a_webhook_hears_of_its_own_units_and_of_its_own_events(
    client_of: ClientOf, publisher: TestClient, services: Services, site: Receiver
) -> None:
    north, south, shop = (Unit(id=new_id(), code=code, kind="province", name=code, revision=1) for code in ("bac", "nam", "xuong"))
    with services.database.write() as session:
        units = UnitRepository(session)
        for unit in (north, south, shop):
            units.add(unit)
        for unit, parent in ((north, ROOT_ID), (south, ROOT_ID), (shop, north.id)):
            units.add(Placement(unit_id=unit.id, parent_id=parent))
    of_north, of_south = client_of(Role.PUBLISHER, unit_id=north.id), client_of(Role.PUBLISHER, unit_id=south.id)
    everywhere = registered(publisher, site)
    one, other = registered(of_north, site), registered(of_south, site)
    quiet = registered(of_north, site, events=[WITHDRAWN])
    assert tell(services, PUBLISHED, unit_id=shop.id) == 2
    heard = [len(log(person, hook)) for person, hook in ((publisher, everywhere), (of_north, one), (of_south, other), (of_north, quiet))]
    assert heard == [1, 1, 0, 0]
    assert_problem(of_south.get(f"{HOOKS}/{one['id']}"), 404, "webhook_not_found")
    assert_problem(of_south.post(HOOKS, json={"url": site.address, "unit_id": north.id}), 422, "unit_unknown")
    assert [hook["id"] for hook in of_south.get(HOOKS).json()["items"]] == [other["id"]]
    with services.database.read() as session:
        refused = session.scalars(select(AuditEvent).where(AuditEvent.kind == Event.ACCESS_REFUSED)).all()
    assert f"webhook:{one['id']}" in {event.subject for event in refused}
    assert_problem(client_of(Role.OFFICER).get(HOOKS), 403, "forbidden")


def test_a_new_secret_signs_from_then_on(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    renewed = publisher.post(f"{HOOKS}/{hook['id']}/secret").json()["secret"]
    assert renewed != hook["secret"]
    assert publisher.post(f"{HOOKS}/{hook['id']}/ping").status_code == 202
    clock.at = now()
    deliverer.deliver_due()
    (got,) = site.got
    at = int(now().timestamp())
    assert verify(got.headers["X-Thuoc-Signature"], renewed, got.body, at)
    assert not verify(got.headers["X-Thuoc-Signature"], hook["secret"], got.body, at)
    assert json.loads(got.body)["event"] == "ping"


REFUSED = [
    "http://example.com/",
    "ftp://example.com/",
    "https://",
    "https:///x",
    "khong phai dia chi",
    "https://user:pw@example.com/",
    "https://example.com/#x",
    "https://example.com:99999/",
    "https://127.0.0.1/",
    "https://localhost/",
    "https://[::1]/",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://224.0.0.1/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_inside_are_refused_when_registered(url: str) -> None:
    from app.problems import Problem
    from app.webhooks.service import check_url

    with pytest.raises(Problem) as refused:
        check_url(url, allow_private=False)
    assert refused.value.code == "webhook_url_refused"


def test_public_addresses_are_public() -> None:
    assert all(is_public(ipaddress.ip_address(one)) for one in ("1.1.1.1", "103.1.208.1", "2606:4700:4700::1111", "64:ff9b::101:101"))


def test_a_name_that_turned_inside_is_refused_when_sent(
    publisher: TestClient, services: Services, settings: Settings, site: Receiver, clock: Clock
) -> None:
    hook = registered(publisher, site)
    tell(services, PUBLISHED)
    clock.at = now()
    strict = settings.model_copy(update={"webhook_allow_private": False})
    with services.database.write() as session:
        from app.webhooks.repository import WebhookRepository

        row = WebhookRepository(session).lock(hook["id"])
        assert row is not None
        row.url = row.url.replace("http://127.0.0.1", "https://localhost")
    Deliverer(services.database, strict, clock).deliver_due()
    assert site.got == []
    assert log(publisher, hook)[0]["attempts"][0]["error"] == "address_private"


def test_the_connection_goes_to_the_resolved_address_by_its_name(
    publisher: TestClient, services: Services, deliverer: Deliverer, site: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = registered(publisher, site)
    port = site.address.rsplit(":", 1)[1]
    publisher.patch(f"{HOOKS}/{hook['id']}", json={"url": f"http://localhost:{port}/x"})
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # no proxy of the environment is used
    tell(services, PUBLISHED)
    clock.at = now()
    deliverer.deliver_due()
    assert site.got[0].headers["Host"] == f"localhost:{port}"
    assert httpx.URL(site.address).port == int(port)


def test_over_https_the_certificate_must_be_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run([*made, *names], check=True, capture_output=True)

    def sent(host: str) -> Outcome:
        message = Message(f"{site.address.replace('127.0.0.1', host)}/hook", "whsec_x", {}, b"{}")
        return asyncio.run(send(message, allow_private=True, seconds=5))

    with receiver(files) as site:
        assert sent("localhost").error == "unreachable", "nobody vouches for it"
        monkeypatch.setattr("certifi.where", lambda: str(files[0]))
        assert (sent("localhost").status, sent("localhost").error) == (200, None)
        assert sent("127.0.0.1").error == "unreachable", "it is of another name"
    assert [one.headers["Host"].partition(":")[0] for one in site.got] == ["localhost", "localhost"]

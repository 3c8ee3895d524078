"""What people, search engines and spreadsheet programs get of the publications; and what a webhook tells of them."""

from __future__ import annotations

import csv
import io
import json

import feedparser
import openpyxl
import pytest
from fastapi.testclient import TestClient
from lxml import etree, html

from app.accounts.principal import Role
from app.jobs.loop import Worker
from app.publications.formats import sitemap
from app.storage.base import now
from app.webhooks.delivering import Deliverer
from app.webhooks.signature import verify
from app.wiring import Services

from .life import move, publish, somebody
from .receiver import receiver
from .test_api import assert_problem
from .test_feed import FEED, items, published

API = "/api/v1"


@pytest.fixture
def public(client: TestClient) -> TestClient:
    """Somebody who did not sign in."""
    return TestClient(client.app, raise_server_exceptions=False)


def test_pages_atom_sitemap_and_tables_show_what_the_feed_shows(
    client: TestClient, worker: Worker, public: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(client, worker, province="Hà Tĩnh")
    published(client, worker, "CÔNG TY TNHH SAO MAI", sector="=may mặc")
    shown = {one["id"]: one for one in items(public)}
    pages = {f"http://testserver/thoa-uoc/{one}" for one in shown}

    atom = public.get(f"{API}/publications.atom")
    read = feedparser.parse(atom.content)
    assert not read.bozo
    assert {one.link for one in read.entries} == pages
    places = etree.fromstring(public.get("/sitemap.xml").content)
    assert {one.text for one in places.iter(f"{{{sitemap.NAMESPACE}}}loc")} == pages
    listed = html.document_fromstring(public.get("/thoa-uoc").content)
    assert {one.get("href") for one in listed.findall(".//h2/a")} == pages
    for page in pages:
        answer = public.get(page)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert html.document_fromstring(answer.content).find(".//meta[@property='og:title']") is not None
        assert public.get(page, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304

    table = public.get(f"{API}/open-data.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {row["id"]: row["employer"] for row in rows} == {one["id"]: one["employer"] for one in shown.values()}
    assert "'=may mặc" in {row["sector"] for row in rows}
    promises = list(csv.DictReader(io.StringIO(public.get(f"{API}/open-data-promises.csv").content.decode("utf-8-sig"))))
    told = [(one["id"], promise["provision"]) for one in shown.values() for promise in one["better_provisions"]]
    assert sorted((row["id"], row["provision"]) for row in promises) == sorted(told)
    assert len(public.get(f"{API}/open-data-codebook.csv").text.splitlines()) > 20
    for _ in range(2):  # made, and kept
        book = openpyxl.load_workbook(io.BytesIO(public.get(f"{API}/open-data.xlsx").content))
        assert book["Thỏa ước"].max_row == 3

    everything = ("publications.atom", "open-data.csv", "open-data-promises.csv", "open-data.xlsx")
    tags = {name: public.get(f"{API}/{name}").headers["etag"] for name in everything}
    for name, tag in tags.items():
        assert public.get(f"{API}/{name}", headers={"If-None-Match": tag}).status_code == 304, name
    assert move(somebody(client, Role.PUBLISHER), first, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    for name, tag in tags.items():
        again = public.get(f"{API}/{name}", headers={"If-None-Match": tag})
        assert again.status_code == 200, name
    [left] = items(public)
    assert left["id"] in public.get(f"{API}/open-data.csv").text
    gone = (set(shown) - {left["id"]}).pop()
    assert gone not in public.get(f"{API}/open-data.csv").text + public.get("/sitemap.xml").text + public.get("/thoa-uoc").text
    assert_problem(public.get(f"/thoa-uoc/{gone}"), 410, "publication_withdrawn")


def test_a_great_sitemap_is_an_index(client: TestClient, worker: Worker, public: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 2)
    for number in range(3):
        published(client, worker, f"CÔNG TY TNHH SỐ {number}")
    pieces = [one.text for one in etree.fromstring(public.get("/sitemap.xml").content).iter(f"{{{sitemap.NAMESPACE}}}loc")]
    found = [one.text for piece in pieces for one in etree.fromstring(public.get(piece or "").content).iter(f"{{{sitemap.NAMESPACE}}}loc")]
    assert len(pieces) == 2
    assert len(set(found)) == len(found) == 3
    assert_problem(public.get("/sitemap-2.xml"), 404, "route_not_found")


def test_a_webhook_tells_of_publishing_changing_and_withdrawing(
    client: TestClient, worker: Worker, public: TestClient, services: Services
) -> None:
    publisher = somebody(client, Role.PUBLISHER)
    with receiver() as site:
        settings = services.settings.model_copy(update={"webhook_allow_private": True})
        client.app.state.services.settings.webhook_allow_private = True  # type: ignore[attr-defined]
        hook = publisher.post(f"{API}/webhooks", json={"url": site.address}).json()
        deliverer = Deliverer(services.database, settings)
        agreement = published(client, worker)
        assert move(publisher, agreement, "withdraw", {"reason": "Bí mật bên trong"}).status_code == 200
        assert publish(client, agreement).status_code == 200
        while deliverer.deliver_due():
            pass
        told = [json.loads(one.body) for one in site.got]
        assert [one["event"] for one in told] == ["publication.published", "publication.withdrawn", "publication.published"]
        assert all(verify(one.headers["X-Thuoc-Signature"], hook["secret"], one.body, int(now().timestamp())) for one in site.got)
        [shown] = items(public)
        assert {one["publication"]["id"] for one in told} == {shown["id"]}
        assert told[0]["publication"]["employer"] == shown["employer"]
        assert told[1]["publication"]["because"] == "withdrawn"
        assert "Bí mật" not in str(told)
        assert told[0]["links"]["self"].endswith(f"{FEED}/{shown['id']}")

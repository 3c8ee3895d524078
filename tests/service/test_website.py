"""Websites against the running service: a Python consumer, WordPress, Drupal, an embedding page and the static export in a real browser."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from app.accounts.principal import Role
from app.jobs.loop import Worker
from app.main import address_of, create_app, listen, server_of
from app.publications.site.export import export_site
from app.settings import PROJECT, Settings
from app.storage.base import now
from app.webhooks.signature import sign
from app.wiring import Services

from . import browser
from .life import move, publish, somebody
from .test_feed import items, published

DOCS = PROJECT / "docs" / "website"
HERE = Path(__file__).parent / "website"
PHP = shutil.which("php")
needs_php = pytest.mark.skipif(PHP is None, reason="php-cli is not installed")
needs_chromium = pytest.mark.skipif(browser.PROGRAM is None, reason="chromium is not installed")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"feed_clock_seconds": 0})


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    """The address of the service, really listening."""
    listening = listen("127.0.0.1", 0)
    running = server_of(create_app(settings))
    thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
    thread.start()
    yield address_of("127.0.0.1", listening)
    running.should_exit = True
    thread.join(15)


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """A plain web server for a folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()


@pytest.fixture
def consumer() -> Any:
    spec = importlib.util.spec_from_file_location("thuoc_dong_bo", DOCS / "python" / "thuoc_dong_bo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_python_consumer(client: TestClient, worker: Worker, server: str, tmp_path: Path, consumer: Any) -> None:
    folder = tmp_path / "kho"
    first = published(client, worker)
    published(client, worker, "CÔNG TY TNHH SAO MAI")
    assert consumer.pull(server, folder) == {"saved": 2, "removed": 0, "not_modified": False}
    assert consumer.pull(server, folder) == {"saved": 0, "removed": 0, "not_modified": True}
    for one in items(client):
        assert json.loads((folder / f"{one['id']}.json").read_text())["employer"] == one["employer"]
        assert one["employer"].upper() in (folder / f"{one['id']}.html").read_text().upper()
    assert move(somebody(client, Role.PUBLISHER), first, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    assert consumer.pull(server, folder) == {"saved": 0, "removed": 1, "not_modified": False}
    [left] = items(client)
    assert sorted(path.name for path in folder.iterdir()) == [f"{left['id']}.html", f"{left['id']}.json", "trang-thai.json"]
    assert publish(client, first).status_code == 200
    assert consumer.pull(server, folder)["saved"] == 1


def test_the_consumers_signature_is_the_services(consumer: Any) -> None:
    at = int(now().timestamp())
    body = '{"tên":"á"}'.encode()
    assert consumer.signature_ok(sign("whsec_x", body, at), "whsec_x", body)
    assert not consumer.signature_ok(sign("whsec_x", body, at - 301), "whsec_x", body)
    assert not consumer.signature_ok(sign("whsec_y", body, at), "whsec_x", body)
    assert not consumer.signature_ok(sign("whsec_x", body, at), "whsec_x", body + b" ")
    assert not consumer.signature_ok("", "whsec_x", body)


def assembled(tmp_path: Path, kind: str) -> Path:
    """The folder that the page tells an editor to put together."""
    folder = tmp_path / "thuoc"
    shutil.copytree(DOCS / kind / "thuoc", folder)
    shutil.copy(DOCS / "php" / "thuoc_pull.php", folder)
    return folder


@needs_php
@pytest.mark.parametrize("kind", ["wordpress", "drupal"])
def test_wordpress_and_drupal_pull_the_feed(client: TestClient, worker: Worker, server: str, tmp_path: Path, kind: str) -> None:
    first = published(client, worker)
    published(client, worker, "CÔNG TY TNHH SAO MAI")
    folder = assembled(tmp_path, kind)

    def run() -> tuple[dict[str, Any], list[str]]:
        assert PHP is not None
        command = [
            PHP,
            "-d",
            "error_reporting=E_ALL",
            "-d",
            "display_errors=stderr",
            HERE / f"{kind}.php",
            folder,
            tmp_path / "s.json",
            server,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        told = done.stderr.splitlines()
        assert [line for line in told if not line[:3].isdigit()] == [], "no warning of PHP"
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer, told

    shown, _ = run()
    expected = {one["id"]: one for one in items(client)}
    assert set(shown["posts"]) == set(expected)
    for id, post in shown["posts"].items():
        assert expected[id]["employer"] in post["title"]
        article = html.fragment_fromstring(post["content"])
        assert (article.tag, article.get("id")) == ("article", id)
    if kind == "wordpress":
        assert shown["hooks"] == [True, True]
        assert "<article" in shown["shortcode"]
        assert shown["list"].count("<li>") == 2
    again, requests = run()
    assert again["not_modified"] is True
    assert [line[:3] for line in requests] == ["304"]
    assert move(somebody(client, Role.PUBLISHER), first, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    after, _ = run()
    assert list(after["posts"]) == [one["id"] for one in items(client)]
    assert publish(client, first).status_code == 200
    assert len(run()[0]["posts"]) == 2


def embedding(folder: Path, server: str, *ids: str) -> None:
    """The sample page of the documentation, for these agreements."""
    page = (DOCS / "html" / "trang-mau.html").read_text(encoding="utf-8").replace("https://thuoc.vi-du.vn", server)
    block = '<div data-thuoc="MÃ">Đang tải thỏa ước…</div>'
    assert block in page
    (folder / "index.html").write_text(page.replace(block, "".join(block.replace("MÃ", one) for one in ids)), encoding="utf-8")


def looked_at(name: str) -> Path | None:
    """Where a picture is kept for a person who asks for it (THUOC_PICTURES=folder)."""
    return Path(os.environ["THUOC_PICTURES"]) / name if os.environ.get("THUOC_PICTURES") else None


@needs_chromium
def test_a_browser_shows_the_embedding_page(client: TestClient, worker: Worker, server: str, tmp_path: Path) -> None:
    gone = published(client, worker, "CÔNG TY TNHH SAO MAI")
    published(client, worker, province="Hà Tĩnh", sector="may mặc")
    ids = {one["employer"].upper(): one["id"] for one in items(client)}
    assert move(somebody(client, Role.PUBLISHER), gone, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    site = tmp_path / "site"
    site.mkdir()
    kept = ids["CÔNG TY CỔ PHẦN MINH PHÁT"]
    embedding(site, server, kept, ids["CÔNG TY TNHH SAO MAI"], "khong-co")
    with hosted(site) as address:
        seen = html.document_fromstring(browser.dump(tmp_path / "profile", address))
        if picture := looked_at("nhung.png"):
            browser.picture(tmp_path / "profile", address, picture)
    places = seen.findall(".//div[@data-thuoc]")
    assert [one.get("data-thuoc-trang-thai") for one in places] == ["xong", "da-go", "da-go"]
    [article] = seen.findall(".//article")
    assert article.get("id") == kept
    assert "30.000 đồng" in article.text_content()
    assert [one.get("hidden") is not None for one in places] == [False, True, True]


@needs_chromium
def test_a_browser_filters_the_static_export(client: TestClient, worker: Worker, services: Services, tmp_path: Path) -> None:
    published(client, worker, province="Hà Tĩnh", sector="may mặc", grade="A")
    published(client, worker, "CÔNG TY TNHH SAO MAI", province="Lai Châu", sector="trồng chè")
    published(client, worker, "CÔNG TY TNHH BIỂN XANH", province="Hà Tĩnh", sector="thủy sản")
    site = tmp_path / "site"
    with hosted(tmp_path) as address:
        export_site(services, site, f"{address}/site")

        def shown(query: str) -> list[str]:
            seen = html.document_fromstring(browser.dump(tmp_path / "profile", f"{address}/site/{query}"))
            assert seen.find(".//form").get("hidden") is None
            cards = [one for one in seen.findall(".//li[@class='card']") if one.get("hidden") is None]
            assert seen.find(".//p[@class='count']").text == f"{len(cards)} thỏa ước"
            return [one.findtext(".//h2/a").upper() for one in cards]

        assert len(shown("")) == 3
        assert len(shown("?province=H%C3%A0+T%C4%A9nh")) == 2
        [one] = shown("?q=bien+xanh")
        assert "BIỂN XANH" in one
        assert shown("?grade=A&q=sao+mai") == []
        own = html.parse(str(site / "index.html")).find(".//h2/a").get("href")
        if picture := looked_at("danh-sach.png"):
            browser.picture(tmp_path / "profile", f"{address}/site/", picture, "1100,900")
            browser.picture(tmp_path / "profile", f"{address}/site/{own}", picture.with_name("trang.png"))
            browser.picture(tmp_path / "profile", f"{address}/site/{own}", picture.with_name("trang-hep.png"), "420,1400")
        page = browser.dump(tmp_path / "profile", f"{address}/site/{own}")
    assert "BIỂN XANH" in page.upper()

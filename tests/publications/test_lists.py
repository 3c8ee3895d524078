"""Lists of publications: Atom, sitemap, tables; each opened by a reader of its own. And the whole page of one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pytest
from lxml import etree, html

from app.publications.document import PublicDocument
from app.publications.formats.atom import atom
from app.publications.formats.page import POLICY, STYLE_HASH, page
from app.publications.formats.sitemap import NAMESPACE, index, sitemap
from app.publications.opendata.columns import PROMISES, PUBLICATIONS
from app.publications.opendata.sheets import codebook_csv, harmless, promises_csv, publications_csv, write_workbook

SITE = "https://congdoan.example"


def page_of(publication_id: str) -> str:
    return f"{SITE}/thoa-uoc/{publication_id}"


def hostile(document: PublicDocument) -> Any:
    return {
        **document,
        "title": '=HYPERLINK("https://evil.example","x")',
        "employer": "<script>alert(1)</script>\x0b",
        "number": "+1;DROP",
        "province": "@SUM(A1)",
        "sector": "-2+3",
    }


def test_the_atom_feed_is_read_by_feedparser(document: PublicDocument) -> None:
    made = atom([document, hostile(document)], f"{SITE}/atom.xml", SITE, page_of, document["changed_at"])
    read = feedparser.parse(made)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.links[0].href == f"{SITE}/atom.xml"
    first, second = read.entries
    assert first.id == f"urn:uuid:{document['id']}"
    assert first.link == page_of(document["id"])
    assert first.updated == document["changed_at"]
    assert document["employer"] in first.title
    assert f"Loại {document['grade']}" in first.summary
    assert all(one["label"] in first.summary for one in document["better_provisions"][:5])
    assert second.title_detail.type == "text/plain"


def test_the_sitemap_names_every_page() -> None:
    root = etree.fromstring(sitemap([(page_of(str(n)) + "?a=1&b=2", "2026-01-02T03:04:05+00:00") for n in range(3)]))
    assert root.tag == f"{{{NAMESPACE}}}urlset"
    assert [one.text for one in root.iter(f"{{{NAMESPACE}}}loc")] == [page_of(str(n)) + "?a=1&b=2" for n in range(3)]
    assert etree.fromstring(index([f"{SITE}/sitemap-0.xml"])).tag == f"{{{NAMESPACE}}}sitemapindex"


def test_the_page_tells_who_shares_it(document: PublicDocument) -> None:
    text = page(document, page_of(document["id"]), SITE, [("PDF", "document.pdf")])
    root = html.document_fromstring(text)
    graph = {one.get("property"): one.get("content") for one in root.findall(".//meta[@property]")}
    assert graph["og:url"] == page_of(document["id"])
    assert document["employer"] in graph["og:title"]
    assert ("Có lợi hơn luật" in graph["og:description"]) == bool(document["better_provisions"])
    told = json.loads(root.find(".//script[@type='application/ld+json']").text)
    assert told["name"] == document["title"]
    assert root.find(".//article").get("id") == document["id"]
    assert STYLE_HASH in POLICY
    bad = html.document_fromstring(page(hostile(document), page_of("x"), SITE, []))
    assert [one.get("type") for one in bad.findall(".//script")] == ["application/ld+json"]


def tables(document: PublicDocument) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    both = [document, hostile(document)]
    first, second = "".join(publications_csv(both)), "".join(promises_csv(both))
    assert first.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(first[1:]))), list(csv.DictReader(io.StringIO(second[1:])))


def test_the_tables_are_read_by_csv(document: PublicDocument) -> None:
    publications, promises = tables(document)
    assert publications[0]["employer"] == document["employer"]
    assert publications[0]["grade"] == "B"
    assert publications[1]["title"] == "'" + hostile(document)["title"]
    assert [publications[1][name][0] for name in ("number", "province", "sector")] == ["'"] * 3
    assert len(promises) == 2 * len(document["better_provisions"])
    figures = [one["amount"] for one in document["better_provisions"]]
    assert [float(one["amount"]) if one["amount"] else None for one in promises[: len(figures)]] == figures
    book = list(csv.DictReader(io.StringIO(codebook_csv()[1:])))
    assert [one["column"] for one in book] == [column.name for column in (*PUBLICATIONS, *PROMISES)]
    assert all(one["meaning"] for one in book)


def test_the_workbook_is_read_by_openpyxl_and_is_the_same_each_time(document: PublicDocument, tmp_path: Path) -> None:
    both = [document, hostile(document)]
    write_workbook(tmp_path / "a.xlsx", both)
    write_workbook(tmp_path / "b.xlsx", both)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Bảng mã", "Thỏa ước", "Cam kết"]
    sheet = book["Thỏa ước"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == tuple(column.name for column in PUBLICATIONS)
    assert rows[1][3] == document["employer"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}, "no formula"
    assert rows[2][1] == "'" + hostile(document)["title"]
    assert book["Cam kết"].max_row == 1 + 2 * len(document["better_provisions"])


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "＠x", "  =1", "|cmd", "%x"])
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["", "Công ty", "1", 5, -5, 2.5, None, "a=b"])
def test_what_could_not_is_as_it_was(value: Any) -> None:
    assert harmless(value) == value

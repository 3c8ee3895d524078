"""A publication as Akoma Ntoso 3.0 (OASIS LegalDocML), a `doc` whose hierarchy is the agreement's own.

Chương = chapter, Mục = section, Điều = article, khoản = paragraph, điểm = point; the preamble and the signature block stand where the
standard puts them, annexes as attachments would be documents of their own and so stand as `hcontainer`s of the main body.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import quote

from lxml import etree
from lxml.builder import ElementMaker

from app.publications.document import Block, PublicClause, PublicDocument
from app.publications.formats.numbering import number_of
from app.publications.formats.xml_text import clean

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
MEDIA_TYPE = "application/akn+xml"
_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
_TAGS = {
    "part": "part",
    "chapter": "chapter",
    "section": "section",
    "article": "article",
    "clause": "paragraph",
    "point": "point",
    "subpoint": "indent",
    "annex": "hcontainer",
}
_EID = {"part": "part", "chapter": "chp", "section": "sec", "article": "art", "paragraph": "para", "point": "point", "indent": "indent"}


def akoma_ntoso(document: PublicDocument) -> bytes:
    """The document as UTF-8 XML."""
    clauses = document["clauses"]
    preamble = [clause for clause in clauses if clause["kind"] == "preamble"]
    ending = [clause for clause in clauses if clause["kind"] == "signature"]
    body = _E.mainBody()
    _hierarchy(body, clauses)
    if len(body) == 0:
        body.append(_E.p("…"))
    doc = _E.doc(_meta(document), _E.preface(_E.longTitle(_E.p(clean(document["title"])))), name="thoa-uoc-lao-dong-tap-the")
    if preamble:
        doc.append(_E.preamble(*_filled(preamble)))
    doc.append(body)
    if ending:
        doc.append(_E.conclusions(*_filled(ending)))
    return etree.tostring(_E.akomaNtoso(doc), encoding="utf-8", xml_declaration=True, pretty_print=True)


def _meta(document: PublicDocument) -> Any:
    signed = document["signed_on"] or document["published_at"][:10]
    shown = document["published_at"][:10]
    number = quote(re.sub(r"\s+", "-", document["number"] or document["id"]).replace("/", "-"), safe="-")
    work = f"/akn/vn/doc/thoa-uoc-lao-dong-tap-the/{signed}/{number}"
    expression = f"{work}/vie@{shown}"

    def date_of(name: str, on: str) -> Any:
        return _E.FRBRdate(date=date.fromisoformat(on).isoformat(), name=name)

    identification = _E.identification(
        _E.FRBRWork(
            _E.FRBRthis(value=f"{work}/!main"), _E.FRBRuri(value=work), date_of("Generation", signed),
            _E.FRBRauthor(href="#parties"), _E.FRBRcountry(value="vn"), _E.FRBRnumber(value=clean(document["number"] or document["id"])),
        ),
        _E.FRBRExpression(
            _E.FRBRthis(value=f"{expression}/!main"), _E.FRBRuri(value=expression), date_of("Redaction", shown),
            _E.FRBRauthor(href="#thuoc"), _E.FRBRlanguage(language="vie"),
        ),
        _E.FRBRManifestation(
            _E.FRBRthis(value=f"{expression}/!main.xml"), _E.FRBRuri(value=f"{expression}.xml"), date_of("Generation", shown),
            _E.FRBRauthor(href="#thuoc"), _E.FRBRformat(value=MEDIA_TYPE),
        ),
        source="#thuoc",
    )  # fmt: skip
    parties = clean(document["employer"] or "Các bên ký kết")
    references = _E.references(
        _E.TLCOrganization(eId="parties", href="/ontology/organization/vn/parties", showAs=parties),
        _E.TLCOrganization(eId="thuoc", href="/ontology/organization/vn/thuoc", showAs="Thước"),
        source="#thuoc",
    )
    return _E.meta(identification, references)


def _hierarchy(body: etree._Element, clauses: list[PublicClause]) -> None:
    """Append the numbered clauses, each inside its parent. A clause with children has its own words as their introduction."""
    parents = {clause["parent"] for clause in clauses}
    made: dict[int, etree._Element] = {}
    taken: set[str] = set()
    for index, clause in enumerate(clauses):
        tag = _TAGS.get(clause["kind"])
        if tag is None:
            continue
        above = made.get(clause["parent"]) if clause["parent"] is not None else None
        element = _E(tag, eId=_eid(tag, clause, above, taken))
        if tag == "hcontainer":
            element.set("name", "phu-luc")
        number = number_of(clause)
        if number:
            element.append(_E.num(clean(number)))
        if clause["heading"]:
            element.append(_E.heading(clean(clause["heading"])))
        words = _blocks(clause["blocks"])
        has_children = index in parents and any(c["parent"] == index and c["kind"] in _TAGS for c in clauses[index + 1 :])
        if not has_children:
            element.append(_E.content(*(words or [_E.p()])))
        elif words:
            element.append(_E.intro(*words))
        made[index] = element
        (body if above is None else above).append(element)


def _eid(tag: str, clause: PublicClause, above: etree._Element | None, taken: set[str]) -> str:
    own = f"{_EID.get(tag, 'hcontainer')}_{re.sub(r'[^0-9A-Za-zđĐ]+', '-', clause['number']).strip('-') or '1'}"
    base = f"{above.get('eId')}__{own}" if above is not None else own
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name


def _filled(clauses: list[PublicClause]) -> list[Any]:
    return [part for clause in clauses for part in _blocks(clause["blocks"])] or [_E.p()]


def _blocks(blocks: list[Block]) -> list[Any]:
    out = []
    for block in blocks:
        if block["kind"] == "paragraph":
            out.append(_E.p(clean(block["text"])))
            continue
        rows = []
        for index, row in enumerate(block["rows"]):
            cell = _E.th if index == 0 and block.get("header") else _E.td
            rows.append(_E.tr(*(cell(_E.p(clean(words))) for words in row)))
        out.append(_E.table(*rows))
    return out

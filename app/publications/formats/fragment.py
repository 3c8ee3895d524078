"""A publication as an HTML fragment that any page can embed, and as a whole page. Everything is escaped; no script, no style from afar."""

from __future__ import annotations

from datetime import date
from html import escape

from app.publications.document import Block, PublicClause, PublicDocument
from app.publications.formats.numbering import number_of

_TAGS = {"part": "h2", "chapter": "h3", "section": "h4", "annex": "h3", "article": "h4"}


def fragment(document: PublicDocument, home: str = "") -> str:
    """`<article class="thuoc">…</article>`; `home` is the address of the publication itself, for the link at its end."""
    parts = [f'<article class="thuoc" lang="vi" id="{escape(document["id"])}">', _head(document), _promises(document)]
    parts.append('<section class="thuoc-text">')
    parts += [_clause(clause) for clause in document["clauses"]]
    parts.append("</section>")
    note = "Tên người, số giấy tờ, điện thoại, địa chỉ nhà và dữ liệu cá nhân khác đã được bỏ"
    ground = f" theo {escape(document['legal_ground'])}" if document["legal_ground"] else ""
    link = f' <a href="{escape(home)}">Bản gốc của trang này</a>' if home else ""
    parts.append(f'<footer class="thuoc-note">{note}{ground}.{link}</footer></article>')
    return "\n".join(part for part in parts if part)


def day(value: str | None) -> str:
    """An ISO day as Vietnamese readers write it."""
    if not value:
        return ""
    on = date.fromisoformat(value)
    return f"{on.day}/{on.month}/{on.year}"


def _head(document: PublicDocument) -> str:
    facts = [
        ("Doanh nghiệp", document["employer"]),
        ("Số", document["number"]),
        ("Tỉnh, thành phố", document["province"]),
        ("Ngành nghề", document["sector"]),
        ("Ngày ký", day(document["signed_on"])),
        ("Hiệu lực đến", day(document["expires_on"])),
        ("Xếp loại", document["grade"]),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return f"<header><h1>{escape(document['title'])}</h1><dl>{rows}</dl></header>"


def _promises(document: PublicDocument) -> str:
    if not document["better_provisions"]:
        return ""
    items = "".join(
        f"<li>{escape(one['label'])}" + (f": <strong>{escape(one['amount_label'])}</strong>" if one.get("amount_label") else "") + "</li>"
        for one in document["better_provisions"]
    )
    return f'<section class="thuoc-better"><h2>Có lợi hơn luật</h2><ul>{items}</ul></section>'


def _clause(clause: PublicClause) -> str:
    number, heading = number_of(clause), clause["heading"]
    place = f' data-path="{escape(clause["path"])}"' if clause["path"] else ""
    tag = _TAGS.get(clause["kind"])
    out = []
    if tag:
        out.append(f"<{tag}{place}>{escape(' '.join(part for part in (number, heading) if part))}</{tag}>")
        number = place = ""
    for block in clause["blocks"]:
        out.append(_block(block, f"{number} " if number else "", place))
        number = place = ""
    if number:
        out.append(f"<p{place}>{escape(number)}</p>")
    return "\n".join(out)


def _block(block: Block, lead: str, place: str) -> str:
    if block["kind"] == "paragraph":
        return f"<p{place}>{escape(lead + block['text'])}</p>"
    rows = []
    for index, row in enumerate(block["rows"]):
        tag = "th" if index == 0 and block.get("header") else "td"
        rows.append("<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>")
    before = f"<p{place}>{escape(lead.strip())}</p>" if lead else ""
    return f"{before}<table>{''.join(rows)}</table>"

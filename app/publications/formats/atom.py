"""The newest publications as an Atom feed (RFC 4287), for feed readers and for websites that know nothing of this service."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree
from lxml.builder import ElementMaker

from app.publications.formats.fragment import day
from app.publications.formats.xml_text import clean
from app.publications.summary import Summary

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
ENTRIES = 50
_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
_PROMISES = 5


def atom(entries: Sequence[Summary], address: str, home: str, page: Callable[[str], str], updated: str) -> bytes:
    """UTF-8 XML. `address` is the feed's own, `home` the site's, `page` that of one publication; `updated` a moment in ISO."""
    feed = _E.feed(
        _E.id(address),
        _E.title("Thỏa ước lao động tập thể tốt"),
        _E.subtitle("Thỏa ước đã được công đoàn xếp loại và công bố, đã bỏ dữ liệu cá nhân"),
        _E.updated(updated),
        _E.link(rel="self", type=MEDIA_TYPE, href=address),
        _E.link(rel="alternate", type="text/html", href=home),
        _E.author(_E.name("Thước")),
    )
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "vi")
    for one in entries:
        entry = _E.entry(
            _E.id(f"urn:uuid:{one['id']}"),
            _E.title(clean(heading(one))),
            _E.updated(one["changed_at"]),
            _E.published(one["published_at"]),
            _E.link(rel="alternate", type="text/html", href=page(one["id"])),
            _E.category(term=one["grade"], scheme="urn:thuoc:grade", label=f"Loại {one['grade']}"),
            _E.summary(clean(told(one))),
        )
        for name in (one["province"], one["sector"]):
            if name:
                entry.append(_E.category(term=clean(name)))
        feed.append(entry)
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True)


def heading(one: Summary) -> str:
    """The name by which a reader knows the agreement: the title with its employer."""
    title, employer = one["title"], one["employer"]
    title = title.capitalize() if title.isupper() else title
    return title if not employer or employer.lower() in title.lower() else f"{title} – {employer}"


def told(one: Summary) -> str:
    """One or two sentences about a publication: where, when, and what it promises beyond the law."""
    facts = [
        f"Loại {one['grade']}",
        one["province"],
        one["sector"],
        f"ký ngày {day(one['signed_on'])}" if one["signed_on"] else None,
        f"hiệu lực đến {day(one['expires_on'])}" if one["expires_on"] else None,
    ]
    promises = [
        f"{promise['label']}: {promise['amount_label']}" if promise.get("amount_label") else promise["label"]
        for promise in one["better_provisions"][:_PROMISES]
    ]
    more = len(one["better_provisions"]) - len(promises)
    tail = f" và {more} nội dung khác" if more > 0 else ""
    return ", ".join(fact for fact in facts if fact) + "." + (f" Có lợi hơn luật: {'; '.join(promises)}{tail}." if promises else "")

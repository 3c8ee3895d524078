"""The sitemap of published agreements for search engines (sitemaps.org): one file of at most 50,000 pages, or an index of such files."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree
from lxml.builder import ElementMaker

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MEDIA_TYPE = "application/xml"
MOST = 50_000
_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


def sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """Pages as (address, moment of the last change in ISO)."""
    return _written(_E.urlset(*(_E.url(_E.loc(address), _E.lastmod(changed)) for address, changed in pages)))


def index(addresses: Iterable[str]) -> bytes:
    """The sitemap that names other sitemaps."""
    return _written(_E.sitemapindex(*(_E.sitemap(_E.loc(address)) for address in addresses)))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)

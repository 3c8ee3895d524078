"""Pages of what is published: `/thoa-uoc`, `/thoa-uoc/{id}`, the sitemap, Atom, and the script by which other pages embed one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from app.problems import Problem
from app.publications import documents
from app.publications.feed import NOT_CHANGED, TheFeed, base_of
from app.publications.formats import atom as feeds
from app.publications.formats import sitemap as maps
from app.publications.formats.index_page import index_page
from app.publications.formats.page import POLICY, page
from app.publications.policy import LETTERS
from app.publications.repository import PublicationRepository
from app.publications.search.repository import SearchRepository
from app.publications.search.service import links
from app.publications.search.wanted import Wanted, cursor_of, place_of
from app.publications.summary import summary_of
from app.web.deps import Parts, Responses, problems
from app.web.public import answer, etag_of

router = APIRouter(tags=["Trang công bố"])
LISTED: Final = 50
EMBED: Final = Path(__file__).with_name("embed.js")
HTML: Final = "text/html; charset=utf-8"
_SCRIPT: Responses = {200: {"content": {"text/javascript": {}}, "description": "JavaScript."}, **NOT_CHANGED}
_PAGE = {200: {"content": {"text/html": {}}, "description": "Trang HTML."}} | NOT_CHANGED
_XML = {200: {"content": {"application/xml": {}}, "description": "XML."}} | NOT_CHANGED


def page_address(base: str, publication_id: str) -> str:
    return f"{base}/thoa-uoc/{publication_id}"


@router.get(
    "/thoa-uoc",
    response_class=Response,
    summary="Danh sách thỏa ước đang công bố, mới nhất trước (trang HTML)",
    responses=_PAGE | problems("cursor_invalid", "database_unavailable"),
)
async def list_page(request: Request, parts: Parts, feed: TheFeed, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    base = base_of(request)

    def make() -> bytes:
        after = place_of(cursor, (str,))
        with parts.database.read() as session:
            rows = SearchRepository(session).page(Wanted(parts.today(), LETTERS), LISTED + 1, after)
        more = f"{base}/thoa-uoc?cursor={cursor_of([rows[LISTED - 1].id])}" if len(rows) > LISTED else None
        tables = [
            ("Atom", f"{base}/api/v1/publications.atom"),
            ("CSV", f"{base}/api/v1/open-data.csv"),
            ("Excel", f"{base}/api/v1/open-data.xlsx"),
        ]
        entries = [summary_of(row) for row in rows[:LISTED]]
        return index_page(
            entries, lambda one: page_address(base, one), tables, address=f"{base}/thoa-uoc", feed=tables[0][1], more=more
        ).encode()

    return await feed.content(request, base, HTML, make)


@router.get(
    "/thoa-uoc/{publication_id}",
    response_class=Response,
    summary="Trang của một thỏa ước đã công bố",
    responses=_PAGE | problems("publication_not_found", "publication_withdrawn", "database_unavailable"),
)
def one_page(publication_id: str, request: Request, parts: Parts) -> Response:
    found = documents.find(parts, publication_id)
    base = base_of(request)
    own = links(base, publication_id)
    forms = [("PDF", own.pdf), ("XML", own.akoma_ntoso), ("JSON", own.self)]
    text = page(found.document, page_address(base, publication_id), f"{base}/thoa-uoc", forms)
    shown = answer(request, text, HTML, found.etag("page", base))
    shown.headers["Content-Security-Policy"] = POLICY
    return shown


@router.get(
    "/api/v1/publications.atom",
    response_class=Response,
    summary="Những thỏa ước công bố hoặc đổi gần đây (Atom)",
    responses={200: {"content": {feeds.MEDIA_TYPE: {}}, "description": "Atom."}} | NOT_CHANGED | problems("database_unavailable"),
)
async def atom(request: Request, parts: Parts, feed: TheFeed) -> Response:
    base = base_of(request)

    def make() -> bytes:
        with parts.database.read() as session:
            repository = PublicationRepository(session)
            entries = [summary_of(row) for row in repository.latest_changed(parts.today(), feeds.ENTRIES)]
            updated = repository.latest().isoformat()
        return feeds.atom(entries, f"{base}/api/v1/publications.atom", f"{base}/thoa-uoc", lambda one: page_address(base, one), updated)

    return await feed.content(request, base, feeds.MEDIA_TYPE, make)


@router.get(
    "/sitemap.xml", response_class=Response, summary="Sơ đồ trang cho máy tìm kiếm", responses=_XML | problems("database_unavailable")
)
async def sitemap(request: Request, parts: Parts, feed: TheFeed) -> Response:
    base = base_of(request)

    def make() -> bytes:
        with parts.database.read() as session:
            ends = PublicationRepository(session).place_ends(parts.today(), maps.MOST)
        if not ends:
            return _places(parts, base, None)
        return maps.index(f"{base}/sitemap-{number}.xml" for number in range(len(ends) + 1))

    return await feed.content(request, base, maps.MEDIA_TYPE, make)


@router.get(
    "/sitemap-{number}.xml",
    response_class=Response,
    summary="Một phần sơ đồ trang, khi có nhiều hơn 50.000 trang",
    responses=_XML | problems("route_not_found", "request_invalid", "database_unavailable"),
)
async def sitemap_piece(number: int, request: Request, parts: Parts, feed: TheFeed) -> Response:
    base = base_of(request)

    def make() -> bytes:
        with parts.database.read() as session:
            starts = [None, *PublicationRepository(session).place_ends(parts.today(), maps.MOST)]
        if not 0 <= number < len(starts):
            raise Problem("route_not_found", "Không có phần sơ đồ trang này.")
        return _places(parts, base, starts[number])

    return await feed.content(request, base, maps.MEDIA_TYPE, make)


def _places(parts: Parts, base: str, after: str | None) -> bytes:
    with parts.database.read() as session:
        places = PublicationRepository(session).places(parts.today(), after, maps.MOST)
    return maps.sitemap((page_address(base, one), changed.isoformat()) for one, changed in places)


@lru_cache(maxsize=1)
def embed_script() -> str:
    return EMBED.read_text(encoding="utf-8")


@router.get(
    "/thuoc-nhung.js",
    response_class=Response,
    summary="Đoạn JavaScript để trang khác nhúng một thỏa ước",
    responses=_SCRIPT,
)
def embed(request: Request) -> Response:
    return answer(request, embed_script(), "text/javascript; charset=utf-8", etag_of(embed_script()))

"""`/api/v1/publications` and `/api/v1/clauses`: what the website pulls. Public, cacheable, nothing unredacted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator
from starlette.concurrency import run_in_threadpool

from app.grading.catalogue import load_catalogue
from app.problems import Problem
from app.publications import documents
from app.publications.feed import NOT_CHANGED, TheFeed, base_of
from app.publications.policy import LETTERS
from app.publications.schemas import ClausePage, PublicationPage, PublicDocumentOut
from app.publications.search import service
from app.publications.search.wanted import Sort, Wanted
from app.web.deps import Parts, Responses, problems
from app.web.public import HEADERS, answer
from app.web.text import printable

router = APIRouter(prefix="/api/v1", tags=["Công bố"])
Text = Annotated[str, AfterValidator(printable)]
Grade = Literal["A", "B", "C"]
GradeAtLeast = Annotated[Grade, Query(description="Loại thấp nhất: B = loại A và B.")]
Province = Annotated[Text | None, Query(max_length=100, description="Chỉ tỉnh, thành phố này.", examples=["Hà Tĩnh"])]
Area = Annotated[Text | None, Query(max_length=100, description="Chỉ xã, phường, khu công nghiệp này.")]
Sector = Annotated[Text | None, Query(max_length=200, description="Chỉ ngành nghề này.", examples=["may mặc"])]
Ownership = Annotated[Literal["state", "private", "fdi"] | None, Query(description="Loại hình: nhà nước, tư nhân, FDI.")]
Topic = Annotated[Text | None, Query(max_length=40, description="Có cam kết tốt hơn luật thuộc nhóm này.", examples=["meals"])]
Provision = Annotated[Text | None, Query(max_length=60, description="Có cam kết tốt hơn luật về nội dung này.", examples=["shift_meal"])]
AtLeast = Annotated[
    float | None, Query(allow_inf_nan=False, description="Mức ít nhất của nội dung, theo đơn vị đầu tiên của nó.", examples=[25000])
]
AtMost = Annotated[float | None, Query(allow_inf_nan=False, description="Mức nhiều nhất của nội dung.")]
Words = Annotated[Text | None, Query(max_length=200, description='Chữ cần tìm, có dấu hoặc không dấu; "trong ngoặc kép" là liền nhau.')]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` của trang trước; bỏ trống để đọc trang đầu.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Số mục tối đa trong một trang.")]


def _wanted(
    parts: Parts,
    grade_at_least: GradeAtLeast = "B",
    province: Province = None,
    area: Area = None,
    sector: Sector = None,
    ownership: Ownership = None,
    topic: Topic = None,
    provision: Provision = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
    q: Words = None,
) -> Wanted:
    catalogue = load_catalogue()
    if provision is not None and provision not in catalogue.provisions:
        raise Problem("filter_invalid", f"Không có nội dung «{provision[:60]}» trong danh mục.")
    if topic is not None and topic not in catalogue.topics:
        raise Problem("filter_invalid", f"Không có nhóm «{topic[:40]}». Dùng một trong: {', '.join(catalogue.topics)}.")
    if provision is None and (at_least is not None or at_most is not None):
        raise Problem("filter_invalid", "at_least, at_most chỉ dùng cùng với provision.")
    grades = LETTERS[: LETTERS.index(grade_at_least) + 1]
    return Wanted(parts.today(), grades, province, area, sector, ownership, topic, provision, at_least, at_most, q)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get(
    "/publications",
    response_model=PublicationPage,
    summary="Thỏa ước tốt để đăng lên website",
    description=(
        "Chỉ những thỏa ước đã xác nhận, đã được phê duyệt công bố và còn hiệu lực. Không có câu chữ của thỏa ước, không có tên người. "
        "`changed_since`: chỉ những gì đổi từ lúc ấy, theo thứ tự đổi, kể cả những bản đã gỡ (`withdrawn: true`); "
        "lần sau gửi lại `next_changed_since`. Trả 304 khi `If-None-Match` còn đúng."
    ),
    responses=NOT_CHANGED | problems("cursor_invalid", "filter_invalid", "request_invalid", "database_unavailable"),
)
async def list_publications(
    request: Request,
    feed: TheFeed,
    wanted: Filter,
    sort: Annotated[Sort, Query(description="newest: mới nhất; grade: loại; signed_on: ngày ký; better: nhiều cam kết nhất.")] = "newest",
    changed_since: Annotated[
        datetime | None, Query(description="Chỉ những gì đổi sau lúc này (ISO 8601).", examples=["2026-01-01T00:00:00Z"])
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    if changed_since is not None and (cursor is not None or wanted.words is not None or sort != "newest"):
        raise Problem("filter_invalid", "changed_since không đi cùng cursor, q hay sort.")
    if changed_since is not None and changed_since.tzinfo is None:
        raise Problem("filter_invalid", "changed_since phải có múi giờ, ví dụ 2026-01-01T00:00:00Z (dấu + trong địa chỉ viết là %2B).")
    if wanted.words is not None and sort != "newest":
        raise Problem("filter_invalid", "q không đi cùng sort: kết quả tìm chữ xếp theo mới nhất, đúng dấu trước.")
    base = base_of(request)

    def make() -> PublicationPage:
        with feed.database.read() as session:
            if changed_since is not None:
                return service.changes(session, wanted, changed_since, limit, base)
            return service.page(session, wanted.sorted(sort), limit, cursor, base)

    return await feed.answer(request, base, make)


@router.get(
    "/clauses",
    response_model=ClausePage,
    summary="Các thỏa ước khác cam kết một nội dung thế nào",
    description="Từng điều khoản tốt hơn luật của các thỏa ước đang công bố, mới nhất trước: mức, lời văn đã bỏ dữ liệu cá nhân, nguồn.",
    responses=NOT_CHANGED | problems("cursor_invalid", "filter_invalid", "request_invalid", "database_unavailable"),
)
async def list_clauses(request: Request, feed: TheFeed, wanted: Filter, limit: Limit = 20, cursor: Cursor = None) -> Response:
    base = base_of(request)

    def make() -> ClausePage:
        with feed.database.read() as session:
            return service.clauses(session, wanted, limit, cursor, base)

    return await feed.answer(request, base, make)


def _as(shown: dict[str, Any]) -> Responses:
    return {200: shown}


_ONE = NOT_CHANGED | problems("publication_not_found", "publication_withdrawn", "database_unavailable")


@router.get(
    "/publications/{publication_id}",
    response_model=PublicDocumentOut,
    summary="Toàn văn một thỏa ước đã công bố, đã bỏ dữ liệu cá nhân",
    responses=_ONE,
)
def read_publication(publication_id: str, request: Request, parts: Parts) -> Response:
    found = documents.find(parts, publication_id)
    return answer(request, found.body, "application/json", found.etag("json"))


@router.get(
    "/publications/{publication_id}/fragment.html",
    response_class=Response,
    summary="Đoạn HTML để nhúng vào trang web",
    responses=_as({"content": {"text/html": {}}, "description": "Một phần tử <article>."}) | _ONE,
)
def read_fragment(publication_id: str, request: Request, parts: Parts) -> Response:
    found = documents.find(parts, publication_id)
    home = service.links(base_of(request), publication_id).self
    return answer(request, documents.fragment(found, home), "text/html; charset=utf-8", found.etag("html", home))


@router.get(
    "/publications/{publication_id}/akoma-ntoso.xml",
    response_class=Response,
    summary="Toàn văn dạng XML Akoma Ntoso 3.0",
    responses=_as({"content": {documents.AKN: {}}, "description": "Hợp lệ theo lược đồ OASIS."}) | _ONE,
)
def read_akoma_ntoso(publication_id: str, request: Request, parts: Parts) -> Response:
    found = documents.find(parts, publication_id)
    return answer(request, documents.akoma_ntoso(found), documents.AKN, found.etag("xml"))


@router.get(
    "/publications/{publication_id}/json-ld",
    response_class=Response,
    summary="Mô tả dạng JSON-LD theo schema.org",
    responses=_as({"content": {"application/ld+json": {}}, "description": "DigitalDocument."}) | _ONE,
)
def read_json_ld(publication_id: str, request: Request, parts: Parts) -> Response:
    found = documents.find(parts, publication_id)
    home = service.links(base_of(request), publication_id).self
    return answer(request, documents.json_ld(found, home), "application/ld+json", found.etag("ld", home))


@router.get(
    "/publications/{publication_id}/document.pdf",
    response_class=Response,
    summary="Bản PDF",
    responses=_as({"content": {"application/pdf": {}}, "description": "Bản PDF đã bỏ dữ liệu cá nhân."})
    | _ONE
    | problems("pdf_unavailable", "pdf_failed"),
)
async def read_pdf(publication_id: str, request: Request, parts: Parts) -> Response:
    found = await run_in_threadpool(documents.find, parts, publication_id)
    etag = found.etag("pdf")
    content = b"" if request.headers.get("if-none-match") == etag else await run_in_threadpool(documents.pdf, parts, found)
    return answer(request, content, "application/pdf", etag)


@router.options("/publications", include_in_schema=False)
@router.options("/publications/{rest:path}", include_in_schema=False)
@router.options("/clauses", include_in_schema=False)
def preflight(rest: str = "") -> Response:
    """What a browser asks before a page of another site may send `If-None-Match`."""
    allowed = {"Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "If-None-Match", "Access-Control-Max-Age": "86400"}
    return Response(status_code=204, headers={**HEADERS, **allowed})

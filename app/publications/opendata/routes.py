"""`/api/v1/open-data…`: everything that is published, as tables."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.publications.feed import NOT_CHANGED, TheFeed, base_of
from app.publications.opendata.sheets import CSV_TYPE, XLSX_TYPE, codebook_csv, promises_csv, publications_csv, write_workbook
from app.publications.repository import PublicationRepository
from app.publications.summary import Summary, summary_of
from app.web.deps import Parts, problems
from app.web.public import HEADERS, answer, etag_of, matches
from app.wiring import Services

router = APIRouter(prefix="/api/v1", tags=["Dữ liệu mở"])
PAGE = 500


def summaries(parts: Services) -> Iterator[Summary]:
    """Everything that is shown today, oldest first, read page by page."""
    after: str | None = None
    while True:
        with parts.database.read() as session:
            rows = PublicationRepository(session).shown(parts.today(), after, PAGE, bodies=False)
        yield from map(summary_of, rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].id


_CSV = {200: {"content": {"text/csv": {}}, "description": "Bảng CSV, UTF-8 có BOM."}} | NOT_CHANGED | problems("database_unavailable")


@router.get("/open-data.csv", response_class=Response, summary="Bảng các thỏa ước đang công bố (CSV)", responses=_CSV)
async def publications_table(request: Request, parts: Parts, feed: TheFeed) -> Response:
    return await _table(request, parts, feed, "thoa-uoc.csv", publications_csv)


@router.get("/open-data-promises.csv", response_class=Response, summary="Bảng các cam kết có lợi hơn luật (CSV)", responses=_CSV)
async def promises_table(request: Request, parts: Parts, feed: TheFeed) -> Response:
    return await _table(request, parts, feed, "cam-ket.csv", promises_csv)


@router.get("/open-data-codebook.csv", response_class=Response, summary="Nghĩa của từng cột (CSV)", responses=_CSV)
def codebook(request: Request) -> Response:
    text = codebook_csv()
    return answer(request, text, CSV_TYPE, etag_of(text))


@router.get(
    "/open-data.xlsx",
    response_class=Response,
    summary="Cả hai bảng và nghĩa các cột trong một tệp Excel",
    responses={200: {"content": {XLSX_TYPE: {}}, "description": "Tệp Excel."}} | NOT_CHANGED | problems("database_unavailable"),
)
async def workbook(request: Request, parts: Parts, feed: TheFeed) -> Response:
    etag = await feed.etag(request, base_of(request))
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers={**HEADERS, "ETag": etag})
    path = await run_in_threadpool(_workbook, parts, hashlib.sha256(etag.encode()).hexdigest()[:32])
    return FileResponse(path, media_type=XLSX_TYPE, filename="thoa-uoc.xlsx", headers={**HEADERS, "ETag": etag})


async def _table(
    request: Request, parts: Services, feed: TheFeed, filename: str, make: Callable[[Iterator[Summary]], Iterator[str]]
) -> Response:
    etag = await feed.etag(request, base_of(request))
    headers = {**HEADERS, "ETag": etag, "Content-Disposition": f'attachment; filename="{filename}"'}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers={**HEADERS, "ETag": etag})
    return StreamingResponse(make(summaries(parts)), media_type=CSV_TYPE, headers=headers)


def _workbook(parts: Services, name: str) -> Path:
    """Made once for each moment of the feed and kept in the data folder; older ones are dropped."""
    folder = parts.settings.data_dir / "cache" / "open-data"
    kept = folder / f"{name}.xlsx"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as making:
            made = Path(making) / "made.xlsx"
            write_workbook(made, summaries(parts))
            old = sorted(folder.glob("*.xlsx"), key=lambda path: path.stat().st_mtime)
            made.replace(kept)
        for path in old[:-2]:  # the last ones may still be on their way to somebody
            path.unlink(missing_ok=True)
    return kept

"""`/api/v1/units`: the organisation as it stands on a day, and its changes from a day on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from app.accounts.principal import Principal
from app.organisations import service
from app.organisations.models import Unit
from app.organisations.schemas import CloseIn, Day, Kind, MoveIn, UnitChange, UnitIn, UnitPage, UnitWhole
from app.organisations.service import Asker
from app.organisations.views import show, show_whole
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/units", tags=["Đơn vị công đoàn"])
IfMatch = Annotated[str | None, Header(description="ETag của đơn vị khi anh/chị mở nó; khác đi thì trả 412, bỏ trống thì trả 428.")]
On = Annotated[Day | None, Query(description="Ngày tra cứu; bỏ trống: hôm nay.", examples=["2025-06-30"])]
UnitId = Annotated[str, Path(max_length=60)]
CHANGING = (
    "unit_not_found", "unit_invalid", "unit_parent_invalid", "forbidden", "if_match_required", "changed_meanwhile", "unit_closed",
    "unit_changed_later", "request_invalid", "busy", "database_unavailable",
)  # fmt: skip


def asker(parts: Services, who: Principal) -> Asker:
    return Asker(who, parts.today())


@router.get(
    "",
    response_model=UnitPage,
    summary="Các đơn vị công đoàn vào một ngày, theo tên",
    description=(
        "Người hỏi thấy đơn vị của mình, các cấp trên và các đơn vị bên dưới. `name` tìm theo tên, tên cũ, doanh nghiệp, mã, địa bàn; "
        "có dấu hay không dấu, viết tắt (LĐLĐ, CĐCS, KCN …) đều được."
    ),
    responses=problems("unit_not_found", "cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_units(
    parts: Parts,
    who: Who,
    on: On = None,
    kind: Annotated[Kind | None, Query(description="Loại đơn vị.")] = None,
    parent: Annotated[str | None, Query(max_length=60, description="Chỉ đơn vị trực thuộc đơn vị này.")] = None,
    below: Annotated[str | None, Query(max_length=60, description="Đơn vị này và mọi cấp bên dưới.")] = None,
    name: Annotated[str | None, Query(max_length=200, description="Tên hoặc một phần tên.", examples=["ldld ky anh"])] = None,
    closed: Annotated[bool, Query(description="Cả đơn vị không hoạt động vào ngày đó.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> UnitPage:
    day, asking = on or parts.today(), asker(parts, who)
    with parts.database.read() as session:
        rows = service.page(
            session, asking, day,
            kind=kind, parent=parent, below=below, name=name, closed=closed, after=id_of(cursor), limit=limit + 1,
        )  # fmt: skip
        items = show(session, rows[:limit], day)
    return UnitPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.post(
    "",
    status_code=201,
    response_model=UnitWhole,
    summary="Thêm một đơn vị",
    responses=problems(
        "unit_exists", "unit_invalid", "unit_parent_invalid", "request_invalid", "busy", "database_unavailable"
    ),
)  # fmt: skip
def add_unit(parts: Parts, who: Who, wanted: UnitIn, response: Response) -> UnitWhole:
    with parts.database.write() as session:
        unit = service.add(session, asker(parts, who), wanted)
        shown = show_whole(session, unit, parts.today())
    response.headers["Location"] = f"/api/v1/units/{unit.id}"
    response.headers["ETag"] = service.etag(unit)
    return shown


@router.get(
    "/{unit_id}",
    response_model=UnitWhole,
    summary="Một đơn vị, các cấp trên vào một ngày và lịch sử của nó",
    responses=problems("unit_not_found", "request_invalid", "database_unavailable"),
)
def read_unit(parts: Parts, who: Who, unit_id: UnitId, response: Response, on: On = None) -> UnitWhole:
    with parts.database.read() as session:
        unit = service.find(session, asker(parts, who), unit_id)
        response.headers["ETag"] = service.etag(unit)
        return show_whole(session, unit, on or parts.today())


@router.patch(
    "/{unit_id}",
    response_model=UnitWhole,
    summary="Sửa thông tin của một đơn vị",
    description="Chỉ những trường gửi lên thay đổi. Đổi tên thật thì ghi `renamed_on`: tên cũ vẫn đúng cho những ngày trước.",
    responses=problems(*CHANGING),
)
def change_unit(parts: Parts, who: Who, unit_id: UnitId, wanted: UnitChange, response: Response, if_match: IfMatch = None) -> UnitWhole:
    with parts.database.write() as session:
        unit = service.change(session, asker(parts, who), unit_id, wanted, if_match)
        return _answer(response, unit, show_whole(session, unit, parts.today()))


@router.post(
    "/{unit_id}/move",
    response_model=UnitWhole,
    summary="Chuyển một đơn vị sang cấp trên khác từ một ngày",
    description="Các ngày trước đó giữ nguyên. Ghi được thay đổi của ngày đã qua, nhưng không trước thay đổi đã ghi gần nhất.",
    responses=problems(*CHANGING),
)
def move_unit(parts: Parts, who: Who, unit_id: UnitId, wanted: MoveIn, response: Response, if_match: IfMatch = None) -> UnitWhole:
    with parts.database.write() as session:
        unit = service.move(session, asker(parts, who), unit_id, wanted, if_match)
        return _answer(response, unit, show_whole(session, unit, _shown_on(parts, wanted.on)))


@router.post(
    "/{unit_id}/close",
    response_model=UnitWhole,
    summary="Kết thúc một đơn vị từ một ngày",
    description="Đơn vị vẫn đọc được và vẫn đứng tên trên các thỏa ước cũ. `children_to` chuyển luôn các đơn vị trực thuộc.",
    responses=problems(*CHANGING, "unit_has_children"),
)
def close_unit(parts: Parts, who: Who, unit_id: UnitId, wanted: CloseIn, response: Response, if_match: IfMatch = None) -> UnitWhole:
    with parts.database.write() as session:
        unit = service.close(session, asker(parts, who), unit_id, wanted, if_match)
        return _answer(response, unit, show_whole(session, unit, _shown_on(parts, wanted.on)))


@router.post(
    "/{unit_id}/reopen",
    response_model=UnitWhole,
    summary="Mở lại một đơn vị đã kết thúc",
    description="Từ ngày nêu trong `on`; quãng đã kết thúc vẫn giữ trong lịch sử.",
    responses=problems(*CHANGING, "unit_not_closed"),
)
def reopen_unit(parts: Parts, who: Who, unit_id: UnitId, wanted: MoveIn, response: Response, if_match: IfMatch = None) -> UnitWhole:
    with parts.database.write() as session:
        unit = service.reopen(session, asker(parts, who), unit_id, wanted, if_match)
        return _answer(response, unit, show_whole(session, unit, _shown_on(parts, wanted.on)))


def _shown_on(parts: Services, on: date) -> date:
    """A change to come is shown on its own day."""
    return max(on, parts.today())


def _answer(response: Response, unit: Unit, shown: UnitWhole) -> UnitWhole:
    response.headers["ETag"] = service.etag(unit)
    return shown

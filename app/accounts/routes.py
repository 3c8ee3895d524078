"""`/api/v1/accounts`: what an administrator does with the accounts of the units below."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.accounts import authority, service
from app.accounts.principal import Grant, Principal, Role
from app.accounts.schemas import AccountIn, AccountOut, AccountPage, GrantIn, OneTimePassword
from app.accounts.views import show_accounts
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/accounts", tags=["Tài khoản"])
CHANGE = ("account_not_found", "request_invalid", "busy", "database_unavailable")
AccountId = Annotated[str, Path(max_length=60, description="Mã của tài khoản.")]


@router.get(
    "",
    response_model=AccountPage,
    summary="Các tài khoản của những đơn vị mình quản trị",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_accounts(parts: Parts, who: Who, limit: Limit = 20, cursor: Cursor = None) -> AccountPage:
    with parts.database.read() as session:
        rows = service.page(session, who, limit + 1, id_of(cursor), parts.today())
        items = show_accounts(session, rows[:limit])
    return AccountPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.post(
    "",
    status_code=201,
    response_model=OneTimePassword,
    summary="Thêm một tài khoản",
    description="Trả về mật khẩu một lần để trao cho người đó; họ phải đổi nó ở lần đăng nhập đầu.",
    responses=problems("account_invalid", "account_exists", "unit_unknown", "request_invalid", "busy", "database_unavailable"),
)
def add_account(parts: Parts, who: Who, wanted: AccountIn, response: Response) -> OneTimePassword:
    new = service.NewAccount(wanted.username, wanted.name, wanted.email, wanted.subject, wanted.password)
    with parts.database.write() as session:
        for one in wanted.grants:
            authority.require_unit(session, who, one.unit_id, parts.today())
        account, password = service.add(session, parts.settings, who, new, [Grant(one.role, one.unit_id) for one in wanted.grants])
        [shown] = show_accounts(session, [account])
        until = account.one_time_until
    response.headers["Location"] = f"/api/v1/accounts/{shown.id}"
    response.headers["Cache-Control"] = "no-store"
    return OneTimePassword(account=shown, one_time_password=password, good_until=until)


@router.get(
    "/{account_id}",
    response_model=AccountOut,
    summary="Một tài khoản và quyền của nó",
    responses=problems("account_not_found", "request_invalid", "database_unavailable"),
)
def read_account(parts: Parts, who: Who, account_id: AccountId) -> AccountOut:
    with parts.database.read() as session:
        [shown] = show_accounts(session, [authority.account(session, who, account_id, parts.today())])
    return shown


@router.post(
    "/{account_id}/grants",
    response_model=AccountOut,
    summary="Giao một quyền",
    responses=problems("unit_unknown", *CHANGE),
)
def add_grant(parts: Parts, who: Who, account_id: AccountId, wanted: GrantIn) -> AccountOut:
    with parts.database.write() as session:
        account = authority.account(session, who, account_id, parts.today())
        authority.not_own(who, account_id)
        authority.require_unit(session, who, wanted.unit_id, parts.today())
        service.grant(session, who, account, Grant(wanted.role, wanted.unit_id))
        [shown] = show_accounts(session, [account])
    return shown


@router.delete(
    "/{account_id}/grants/{role}/{unit_id}",
    response_model=AccountOut,
    summary="Thu lại một quyền",
    description=(
        "Có hiệu lực từ yêu cầu tiếp theo, kể cả với các khóa API mà tài khoản đã tạo. Tài khoản không còn quyền nào thì chỉ quản trị "
        "toàn hệ thống còn thấy."
    ),
    responses=problems("grant_not_found", *CHANGE),
)
def remove_grant(
    parts: Parts, who: Who, account_id: AccountId, role: Role, unit_id: Annotated[str, Path(max_length=60, description="Mã của đơn vị.")]
) -> AccountOut:
    with parts.database.write() as session:
        account = authority.account(session, who, account_id, parts.today())
        authority.not_own(who, account_id)
        authority.require_unit(session, who, unit_id, parts.today(), "grant_not_found")
        service.take_back(session, who, account, Grant(role, unit_id))
        [shown] = show_accounts(session, [account])
    return shown


@router.post(
    "/{account_id}/reset-password",
    response_model=OneTimePassword,
    summary="Đặt lại mật khẩu",
    description="Trả về mật khẩu một lần, mở khóa tạm, kết thúc mọi phiên của tài khoản.",
    responses=problems(*CHANGE),
)
def reset_password(parts: Parts, who: Who, account_id: AccountId, response: Response) -> OneTimePassword:
    with parts.database.write() as session:
        account = authority.account(session, who, account_id, parts.today(), change=True)
        password = service.reset_password(session, parts.settings, who, account)
        [shown] = show_accounts(session, [account])
        until = account.one_time_until
    response.headers["Cache-Control"] = "no-store"
    return OneTimePassword(account=shown, one_time_password=password, good_until=until)


@router.post(
    "/{account_id}/disable",
    response_model=AccountOut,
    summary="Khóa một tài khoản",
    description="Mọi phiên kết thúc; các khóa API mà tài khoản đã tạo không dùng được nữa.",
    responses=problems(*CHANGE),
)
def disable_account(parts: Parts, who: Who, account_id: AccountId) -> AccountOut:
    return _switch(parts, who, account_id, on=False)


@router.post(
    "/{account_id}/enable",
    response_model=AccountOut,
    summary="Mở lại một tài khoản đã khóa",
    responses=problems(*CHANGE),
)
def enable_account(parts: Parts, who: Who, account_id: AccountId) -> AccountOut:
    return _switch(parts, who, account_id, on=True)


def _switch(parts: Services, who: Principal, account_id: str, *, on: bool) -> AccountOut:
    with parts.database.write() as session:
        account = authority.account(session, who, account_id, parts.today(), change=True)
        (service.enable if on else service.disable)(session, who, account)
        [shown] = show_accounts(session, [account])
    return shown

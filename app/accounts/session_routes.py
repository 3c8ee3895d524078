"""`/api/v1/session`: sign in, who am I, sign out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts import oidc, secrets, sessions
from app.accounts.schemas import PasswordIn, SessionOut, SignInIn
from app.accounts.sessions import Opened
from app.accounts.views import show_session
from app.web.deps import Parts, Responses, problems
from app.web.guard import COOKIE, address_of, check_origin
from app.web.who import Signed
from app.wiring import Services

OIDC_COOKIE = "thuoc_oidc"
OIDC_SECONDS = 600  # to sign in at the provider
REDIRECT: Responses = {303: {"description": "Chuyển sang trang tiếp theo."}}
router = APIRouter(prefix="/api/v1/session", tags=["Đăng nhập"])


@router.post(
    "",
    response_model=SessionOut,
    summary="Đăng nhập bằng mật khẩu",
    description=(
        "Mở một phiên mới và đặt cookie của phiên (HttpOnly, SameSite=Lax). Mọi yêu cầu thay đổi sau đó phải kèm tiêu đề `X-CSRF-Token` "
        "với giá trị `csrf_token`. Phần mềm thì không đăng nhập mà gửi khóa API: `Authorization: Bearer KHÓA`."
    ),
    responses=problems(
        "sign_in_failed", "sign_in_locked", "csrf_failed", "request_too_large", "request_invalid", "busy", "database_unavailable"
    ),
)
def sign_in(wanted: SignInIn, request: Request, response: Response, parts: Parts) -> SessionOut:
    check_origin(request, parts.settings)
    opened = sessions.sign_in(parts.database, parts.settings, wanted.username, wanted.password, address_of(request))
    return _open(opened, response, parts)


def _open(opened: Opened, response: Response, parts: Services) -> SessionOut:
    _set_cookie(response, parts, COOKIE, opened.token, int(parts.settings.session_hours * 3600))
    response.headers["Cache-Control"] = "no-store"
    with parts.database.read() as session:
        return show_session(session, opened.admitted)


@router.get("", response_model=SessionOut, summary="Người đang dùng và quyền của họ", responses=problems("database_unavailable"))
def read_session(signed: Signed, response: Response, parts: Parts) -> SessionOut:
    response.headers["Cache-Control"] = "no-store"
    with parts.database.read() as session:
        return show_session(session, signed)


@router.get(
    "/oidc",
    status_code=303,
    response_class=RedirectResponse,
    summary="Đăng nhập qua máy chủ OIDC của tổ chức",
    description="Mở địa chỉ này trong trình duyệt: nó chuyển sang trang đăng nhập của tổ chức, rồi quay về với một phiên.",
    responses=REDIRECT | problems("oidc_off", "oidc_unavailable"),
)
def begin_oidc(parts: Parts) -> RedirectResponse:
    secret = secrets.new_token()
    answer = RedirectResponse(oidc.begin(parts.settings, secret), 303, {"Cache-Control": "no-store"})
    _set_cookie(answer, parts, OIDC_COOKIE, secret, OIDC_SECONDS, path=oidc.CALLBACK)
    return answer


@router.get(
    "/oidc/callback",
    status_code=303,
    response_class=RedirectResponse,
    summary="Quay về từ máy chủ OIDC",
    description="Máy chủ OIDC gọi địa chỉ này; chỉ vào được tài khoản mà quản trị đã tạo cho danh tính đó.",
    responses=REDIRECT | problems("oidc_off", "oidc_failed", "oidc_unavailable", "request_invalid", "busy", "database_unavailable"),
)
def finish_oidc(
    parts: Parts,
    request: Request,
    state: Annotated[str | None, Query(max_length=200, description="Dấu của lượt đăng nhập.")] = None,
    code: Annotated[str | None, Query(max_length=4000, description="Mã mà máy chủ OIDC cấp.")] = None,
) -> RedirectResponse:
    claims = oidc.finish(parts.settings, request.cookies.get(OIDC_COOKIE), state, code)
    with parts.database.write() as session:
        account = oidc.account_of(session, parts.settings, claims)
        opened = sessions.open_session(session, parts.settings, account, address_of(request), "oidc")
    answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
    _set_cookie(answer, parts, COOKIE, opened.token, int(parts.settings.session_hours * 3600))
    answer.delete_cookie(OIDC_COOKIE, path=oidc.CALLBACK)
    return answer


@router.post(
    "/password",
    response_model=SessionOut,
    summary="Đổi mật khẩu của mình",
    description="Mọi phiên khác của tài khoản kết thúc; phiên này nhận cookie và `csrf_token` mới.",
    responses=problems(
        "sign_in_failed",
        "sign_in_locked",
        "password_weak",
        "changed_meanwhile",
        "request_invalid",
        "busy",
        "database_unavailable",
    ),
)
def change_password(wanted: PasswordIn, signed: Signed, request: Request, response: Response, parts: Parts) -> SessionOut:
    opened = sessions.change_password(parts.database, parts.settings, signed, wanted.current, wanted.new, address_of(request))
    return _open(opened, response, parts)


@router.delete("", status_code=204, summary="Thoát", responses=problems("busy", "database_unavailable"))
def sign_out(signed: Signed, response: Response, parts: Parts) -> None:
    with parts.database.write() as session:
        sessions.sign_out(session, signed)
    response.delete_cookie(COOKIE, httponly=True, secure=parts.settings.session_cookie_secure, samesite="lax")


def _set_cookie(response: Response, parts: Services, name: str, value: str, seconds: int, path: str = "/") -> None:
    response.set_cookie(name, value, max_age=seconds, path=path, httponly=True, secure=parts.settings.session_cookie_secure, samesite="lax")

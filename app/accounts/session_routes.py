"""`/api/v1/session`: sign in, who am I, sign out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.accounts import sessions
from app.accounts.schemas import PasswordIn, SessionOut, SignInIn
from app.accounts.sessions import Opened
from app.accounts.views import show_session
from app.web.deps import Parts, problems
from app.web.guard import COOKIE, address_of, check_origin
from app.web.who import Signed
from app.wiring import Services

router = APIRouter(prefix="/api/v1/session", tags=["Đăng nhập"])


@router.post(
    "",
    response_model=SessionOut,
    summary="Đăng nhập bằng mật khẩu",
    description=(
        "Mở một phiên mới và đặt cookie của phiên (HttpOnly, SameSite=Lax). Mọi yêu cầu thay đổi sau đó phải kèm tiêu đề `X-CSRF-Token` "
        "với giá trị `csrf_token`. Phần mềm thì không đăng nhập mà gửi khóa API: `Authorization: Bearer KHÓA`."
    ),
    responses=problems("sign_in_failed", "sign_in_locked", "csrf_failed", "request_invalid", "busy", "database_unavailable"),
)
def sign_in(wanted: SignInIn, request: Request, response: Response, parts: Parts) -> SessionOut:
    check_origin(request, parts.settings)
    opened = sessions.sign_in(parts.database, parts.settings, wanted.username, wanted.password, address_of(request))
    return _open(opened, response, parts)


def _open(opened: Opened, response: Response, parts: Services) -> SessionOut:
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(parts.settings.session_hours * 3600),
        httponly=True,
        secure=parts.settings.session_cookie_secure,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"
    with parts.database.read() as session:
        return show_session(session, opened.admitted)


@router.get("", response_model=SessionOut, summary="Người đang dùng và quyền của họ", responses=problems("database_unavailable"))
def read_session(signed: Signed, response: Response, parts: Parts) -> SessionOut:
    response.headers["Cache-Control"] = "no-store"
    with parts.database.read() as session:
        return show_session(session, signed)


@router.post(
    "/password",
    response_model=SessionOut,
    summary="Đổi mật khẩu của mình",
    description="Mọi phiên khác của tài khoản kết thúc; phiên này nhận cookie và `csrf_token` mới.",
    responses=problems(
        "sign_in_failed", "sign_in_locked", "password_weak", "changed_meanwhile", "request_invalid", "busy", "database_unavailable"
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

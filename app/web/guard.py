"""The door of the API: who is asking, and does the table of permissions let him in? Asked before anything of the request's body is read."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import replace
from functools import cached_property
from typing import cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts import keys, secrets, sessions
from app.accounts.permissions import BEFORE_PASSWORD, PUBLIC, SIGNED_IN, TABLE, Rule
from app.accounts.principal import Role
from app.accounts.refusals import Refused
from app.accounts.sessions import Admitted
from app.settings import Settings
from app.web import errors
from app.web.housekeeping import Housekeeping
from app.wiring import Services

COOKIE = "thuoc_session"
CSRF_HEADER = "X-CSRF-Token"
SIGN_IN = "POST /api/v1/session"
MOST_BYTES = 20_000  # of what anybody may send
DRAIN_SECONDS = 10.0
SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """ASGI middleware. What it admits it puts into `request.state.admitted`, an `Admitted` or None (an open endpoint, nobody signed in)."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoint(scope) if scope["type"] == "http" else None
        if endpoint is None:  # no such endpoint: the router says so
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.endpoint = endpoint
        if endpoint == SIGN_IN:
            receive = _bounded(receive)
        if TABLE.get(endpoint) is PUBLIC:  # nobody is asked for, nothing to look up
            request.state.admitted = None
            await self._app(scope, receive, send)
            return
        try:
            request.state.admitted = await run_in_threadpool(admit, request, endpoint)
        except Exception as error:
            response = await errors.respond(request, error)
            await _drain(receive, request.app.state.services.settings.max_upload_bytes)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _endpoint(self, scope: Scope) -> str | None:
        """The line of the table, "GET /path/{name}", that the router would call."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        for methods, pattern, path in self._routes:
            if scope["method"] in methods and pattern.match(scope["path"]):
                return f"{method} {path}"
        return None

    @cached_property
    def _routes(self) -> list[tuple[frozenset[str], re.Pattern[str], str]]:
        found = []
        for route in iter_route_contexts(self._api.routes):
            path = cast(str, route.path)
            found.append((frozenset(route.methods or ()), compile_path(path)[0], path))
        return found


async def _drain(receive: Receive, limit: int) -> None:
    """Let a refused sender finish within bounds: one that is cut off while sending would never read the refusal."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while limit > 0:
                message = await receive()
                if not message.get("more_body"):  # the end, or the sender is gone
                    return
                limit -= len(message.get("body", b""))


def _bounded(receive: Receive) -> Receive:
    """No more of a body is taken in than `MOST_BYTES`, whatever was declared."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(413)
        return message

    return counted


def admit(request: Request, endpoint: str) -> Admitted:
    """Who may go on with this request, with the grants that the endpoint admits. Raises Problem."""
    services = cast(Services, request.app.state.services)
    rule = TABLE.get(endpoint)
    if rule is None:
        raise Refused("forbidden", f"Địa chỉ {endpoint} chưa có trong bảng quyền (app/accounts/permissions.py).")
    admitted = _identify(request, services)
    request.state.known = admitted.principal
    cast(Housekeeping, request.app.state.housekeeping).seen(admitted)
    if admitted.must_change and endpoint not in BEFORE_PASSWORD:
        raise Refused("password_change_required", "Anh/chị đang dùng mật khẩu một lần. Hãy đổi mật khẩu trước khi làm việc khác.")
    return _narrowed(admitted, rule)


def check_origin(request: Request, settings: Settings) -> None:
    """Raises Problem where a browser says that another site's page sent the request."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    known = {urlsplit(settings.public_url).netloc} if settings.public_url else {request.headers.get("host", "")}
    if urlsplit(origin).netloc not in known:
        raise Refused("csrf_failed", "Yêu cầu đến từ trang web khác. Hãy mở lại trang của hệ thống rồi làm lại.")


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _identify(request: Request, services: Services) -> Admitted:
    headers: Headers = request.headers
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    token = request.cookies.get(COOKIE)
    if scheme:
        if scheme.lower() != "bearer" or not secret.strip():
            raise Refused("key_invalid", "Tiêu đề Authorization phải có dạng: Bearer KHÓA.")
        with services.database.read() as session:
            return keys.admit(session, secret.strip(), services.today())
    if not token:
        raise Refused("sign_in_required", "Hãy đăng nhập, hoặc gửi khóa API trong tiêu đề Authorization: Bearer KHÓA.")
    with services.database.read() as session:
        admitted = sessions.admit(session, services.settings, token)
    if request.method not in SAFE:
        request.state.known = admitted.principal
        check_origin(request, services.settings)
        if not secrets.same(headers.get(CSRF_HEADER, ""), admitted.csrf or ""):
            raise Refused("csrf_failed", f"Thiếu hoặc sai tiêu đề {CSRF_HEADER}. Hãy mở lại trang rồi làm lại.")
    return admitted


def _narrowed(admitted: Admitted, rule: Rule) -> Admitted:
    principal = admitted.principal
    grants = tuple(grant for grant in principal.grants if rule.admits(grant.role, grant.unit_id))
    if rule is not SIGNED_IN and not grants:
        needed = ", ".join(role.label for role in Role if role in (rule.roles or ()))
        whole = " của toàn hệ thống" if rule.at_root else ""
        raise Refused("forbidden", f"Việc này cần quyền {needed}{whole}. Hãy hỏi quản trị của đơn vị.")
    return replace(admitted, principal=replace(principal, grants=grants))

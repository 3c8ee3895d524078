"""`thuoc account …` and `thuoc key …`: straight on the database, for whoever may run commands on the server. The first administrator
is made here."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import OK, Command, Failure, new_app, out
from app.cli.service import startable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.accounts.models import Account
    from app.accounts.principal import Grant
    from app.audit.service import Actor
    from app.settings import Settings

USERNAME = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đăng nhập.", show_default=False)]
GRANTS = Annotated[
    list[str] | None,
    typer.Option(
        "--grant",
        metavar="VAI[@ĐƠN_VỊ]",
        help="Vai officer, reviewer, publisher, administrator hoặc website, cho đơn vị có mã này; không ghi đơn vị: toàn hệ thống. "
        "Ghi được nhiều lần.",
    ),
]


def add_to(app: typer.Typer) -> None:
    account = new_app("Tài khoản của người dùng, ngay trên cơ sở dữ liệu.")
    account.command("add", cls=Command, help="Thêm một tài khoản và in mật khẩu một lần của nó.")(add_account)
    account.command("list", cls=Command, help="Các tài khoản và quyền.")(list_accounts)
    account.command("reset-password", cls=Command, help="Đặt mật khẩu một lần, mở khóa tạm, kết thúc mọi phiên.")(reset_password)
    account.command("disable", cls=Command, help="Khóa hẳn một tài khoản cùng các khóa API nó đã tạo.")(disable_account)
    account.command("enable", cls=Command, help="Mở lại một tài khoản đã khóa.")(enable_account)
    app.add_typer(account, name="account")
    key = new_app("Khóa API của phần mềm, ngay trên cơ sở dữ liệu.")
    key.command("add", cls=Command, help="Tạo một khóa API và in nó ra, chỉ lần này.")(add_key)
    key.command("list", cls=Command, help="Các khóa API, quyền, hạn và lần dùng cuối.")(list_keys)
    key.command("revoke", cls=Command, help="Thu hồi một khóa API.")(revoke_key)
    app.add_typer(key, name="key")


def add_account(
    username: USERNAME,
    name: Annotated[str, typer.Option("--name", metavar="HỌ_TÊN", help="Họ tên để hiện; để trống: tên đăng nhập.")] = "",
    email: Annotated[str | None, typer.Option("--email", metavar="THƯ", help="Địa chỉ thư điện tử.")] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="DANH_TÍNH", help="Mã của người này ở máy chủ đăng nhập OIDC.")
    ] = None,
    administrator: Annotated[bool, typer.Option("--administrator", help="Quản trị của toàn hệ thống.")] = False,
    grant: GRANTS = None,
    no_password: Annotated[bool, typer.Option("--no-password", help="Không có mật khẩu, chỉ đăng nhập bằng OIDC.")] = False,
) -> int:
    from app.accounts import service

    with _writing() as (session, settings, actor):
        wanted = [*(["administrator"] if administrator else []), *(grant or [])]
        grants = [_grant(session, one) for one in wanted]
        new = service.NewAccount(username, name or username, email, subject, password=not no_password)
        account, password = service.add(session, settings, actor, new, grants)
        shown = account.username
    out(f"Đã thêm tài khoản {shown}.")
    if password:
        _say_password(password, settings)
    return OK


def list_accounts() -> int:
    from app.accounts.repository import AccountRepository

    with _writing() as (session, _, _actor):
        repository = AccountRepository(session)
        accounts = repository.all()
        grants = repository.grants_of_accounts([one.id for one in accounts])
        for one in accounts:
            state = "đã khóa" if one.disabled_at else "chờ đổi mật khẩu" if one.one_time_until else "đang dùng"
            out(f"{one.username}\t{one.name}\t{state}\t{_told(session, grants[one.id])}")
    return OK


def reset_password(username: USERNAME) -> int:
    from app.accounts import service

    with _writing() as (session, settings, actor):
        password = service.reset_password(session, settings, actor, _account(session, username))
    _say_password(password, settings)
    return OK


def disable_account(username: USERNAME) -> int:
    from app.accounts import service

    with _writing() as (session, _, actor):
        service.disable(session, actor, _account(session, username))
    out("Đã khóa tài khoản; mọi phiên và khóa API của tài khoản này không dùng được nữa.")
    return OK


def enable_account(username: USERNAME) -> int:
    from app.accounts import service

    with _writing() as (session, _, actor):
        service.enable(session, actor, _account(session, username))
    out("Đã mở lại tài khoản.")
    return OK


def add_key(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Khóa dùng vào việc gì.", show_default=False)],
    grant: GRANTS = None,
    days: Annotated[int, typer.Option("--days", metavar="SỐ_NGÀY", min=0, help="Hết hạn sau bấy nhiêu ngày; 0: không hết hạn.")] = 365,
) -> int:
    from app.accounts import keys
    from app.storage.base import now

    if not grant:
        raise Failure("usage", "hãy nêu ít nhất một quyền, ví dụ --grant website; xem «thuoc key add --help»")
    with _writing() as (session, _, actor):
        grants = [_grant(session, one) for one in grant]
        key, secret = keys.add(session, actor, name, grants, expires_at=now() + timedelta(days=days) if days else None)
        shown = key.id
    out(f"Đã tạo khóa {shown}. Hãy cất ngay, khóa chỉ hiện lần này:\n{secret}")
    return OK


def list_keys() -> int:
    from app.accounts.repository import AccountRepository
    from app.storage.base import now

    with _writing() as (session, _, _actor):
        repository = AccountRepository(session)
        keys = repository.keys()
        grants = repository.grants_of_keys([one.id for one in keys])
        for one in keys:
            ended = one.expires_at is not None and one.expires_at <= now()
            state = "đã thu hồi" if one.revoked_at else "hết hạn" if ended else "đang dùng"
            until = f"đến {one.expires_at:%Y-%m-%d}" if one.expires_at else "không hết hạn"
            used = f"dùng cuối {one.last_used_at:%Y-%m-%d %H:%M}Z" if one.last_used_at else "chưa dùng"
            out(f"{one.id}\t{one.hint}…\t{one.name}\t{state}\t{until}\t{used}\t{_told(session, grants[one.id])}")
    return OK


def revoke_key(key: Annotated[str, typer.Argument(metavar="MÃ", help="Mã của khóa (thuoc key list), không phải chính khóa đó.")]) -> int:
    from app.accounts import keys
    from app.accounts.repository import AccountRepository

    with _writing() as (session, _, actor):
        found = AccountRepository(session).key(key)
        if found is None:
            raise Failure("key_not_found", f"không có khóa API mang mã «{key[:60]}»; xem «thuoc key list»")
        keys.revoke(session, actor, found)
    out("Đã thu hồi khóa.")
    return OK


@contextmanager
def _writing() -> Iterator[tuple[Session, Settings, Actor]]:
    """A writing transaction on the settings' database, brought up to date first."""
    from app.audit.service import Actor
    from app.problems import Problem
    from app.settings import Settings
    from app.storage import migrate
    from app.storage.database import Database

    with startable():
        settings = Settings.load()
        migrate.upgrade(settings)
    database = Database.of(settings)
    try:
        with database.write() as session:
            yield session, settings, Actor("system", None, f"dòng lệnh ({_user()})")
    except Problem as problem:
        raise Failure(problem.code, problem.detail) from None
    finally:
        database.close()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "không rõ"


def _account(session: Session, username: str) -> Account:
    from app.accounts.repository import AccountRepository
    from app.accounts.service import folded

    found = AccountRepository(session).by_username(folded(username), lock=True)
    if found is None:
        raise Failure("account_not_found", f"không có tài khoản «{username[:60]}»; xem «thuoc account list»")
    return found


def _grant(session: Session, text: str) -> Grant:
    """`role`, `role@unit-code` or `role@unit-id`."""
    from app.accounts.principal import Grant, Role
    from app.organisations.models import ROOT_ID
    from app.organisations.repository import UnitRepository

    role, _, unit = text.partition("@")
    if role not in set(Role):
        raise Failure("usage", f"không có vai «{role[:40]}»; các vai: {', '.join(Role)}")
    if not unit:
        return Grant(Role(role), ROOT_ID)
    units = UnitRepository(session)
    found = units.by_code(unit) or units.get(unit)
    if found is None:
        raise Failure("unit_unknown", f"không có đơn vị mang mã «{unit[:60]}»")
    return Grant(Role(role), found.id)


def _told(session: Session, grants: list[Grant]) -> str:
    from app.organisations.repository import UnitRepository

    units = UnitRepository(session)
    named = [(grant.role.value, units.get(grant.unit_id)) for grant in grants]
    return ", ".join(f"{role}@{unit.code}" if unit else role for role, unit in named) or "chưa có quyền"


def _say_password(password: str, settings: Settings) -> None:
    hours = settings.one_time_password_hours
    out(f"Mật khẩu một lần (dùng trong {hours:g} giờ, phải đổi ở lần đăng nhập đầu):\n{password}")

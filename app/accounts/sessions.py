"""Signing in and out: a browser's session is a random token in a cookie, of which the database keeps the digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from app.accounts import secrets, throttle
from app.accounts.models import Account, SignIn
from app.accounts.passwords import Passwords, check_password
from app.accounts.principal import Principal
from app.accounts.refusals import Refused
from app.accounts.repository import AccountRepository
from app.accounts.service import folded
from app.audit.events import Event
from app.audit.service import NOBODY, Actor, record
from app.problems import Problem
from app.settings import Settings
from app.storage.base import now
from app.storage.database import Database

KEPT = timedelta(days=30)  # an ended session is remembered, so that its later use can be told from a made-up token


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who a request comes from. `session_id` and `csrf` where it came with a session's cookie; `must_change`: the password first."""

    principal: Principal
    session_id: str | None = None
    csrf: str | None = None
    expires_at: datetime | None = None
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened, with the only copy of its token."""

    token: str
    admitted: Admitted


def sign_in(database: Database, settings: Settings, username: str, password: str, address: str) -> Opened:
    """Check name and password and open a session. Raises Problem."""
    name, passwords = folded(username), Passwords(settings)
    with database.write() as session:
        charged = throttle.charge(session, settings, name, address)
        account = AccountRepository(session).by_username(name)
        known = account.password_hash if account else None
    right = passwords.matches(password, known)  # slow on purpose, so outside of any transaction
    renewed = passwords.hash(password) if right and known and passwords.outdated(known) else None
    with database.write() as session:
        account = AccountRepository(session).by_username(name, lock=True)
        open_to = account is not None and account.disabled_at is None and account.password_hash == known
        late = account is not None and account.one_time_until is not None and account.one_time_until <= now()
        if account is not None and right and open_to and not late:
            throttle.give_back(session, charged)
            account.password_hash = renewed or account.password_hash
            return open_session(session, settings, account, address)
        _note_failure(session, account, name, address, charged)
    if right and open_to and late:
        raise Problem("sign_in_failed", "Mật khẩu một lần đã quá hạn. Hãy nhờ quản trị của đơn vị đặt lại.")
    raise Problem("sign_in_failed", "Tên hoặc mật khẩu không đúng. Quên mật khẩu thì nhờ quản trị của đơn vị đặt lại.")


def _note_failure(session: Session, account: Account | None, name: str, address: str, charged: throttle.Charge) -> None:
    """The audit names the account; a name that nobody has may be a mistyped password, so that only its digest is kept."""
    actor = Actor("account", account.id, account.name) if account else NOBODY
    subject = f"account:{account.id}" if account else None
    unit_id = AccountRepository(session).home(account.id) if account else None
    after = {"address": address} | ({} if account else {"name_digest": secrets.digest(name)[:16]})
    record(session, actor, Event.SIGN_IN_FAILED, subject=subject, unit_id=unit_id, after=after)
    if charged.locks is not None:
        until = {"until": charged.locks.isoformat()}
        record(session, actor, Event.ACCOUNT_LOCKED, subject=subject, unit_id=unit_id, after=after | until)


def change_password(database: Database, settings: Settings, admitted: Admitted, current: str, new: str, address: str) -> Opened:
    """Put the person's own password in place of the current one. Every session of the account ends; a new one is opened."""
    if admitted.session_id is None:
        raise Problem("forbidden", "Khóa API không có mật khẩu. Hãy đăng nhập rồi đổi mật khẩu.")
    subject = f"account:{admitted.principal.id}"
    with database.write() as session:
        account = AccountRepository(session).get(admitted.principal.id)
        assert account is not None, "a session without its account"
        charged = throttle.charge(session, settings, account.username, address)
        known = account.password_hash
    passwords = Passwords(settings)
    if not passwords.matches(current, known):
        with database.write() as session:
            _note_failure(session, account, account.username, address, charged)
        raise Problem("sign_in_failed", "Mật khẩu hiện tại không đúng.")
    with database.write() as session:
        throttle.give_back(session, charged)
    if current == new:
        raise Problem("password_weak", "Mật khẩu mới phải khác mật khẩu hiện tại.")
    hashed = passwords.hash(check_password(new, account.username, account.name, account.email))
    with database.write() as session:
        repository = AccountRepository(session)
        account = repository.get(admitted.principal.id, lock=True)
        if account is None or account.password_hash != known or account.disabled_at is not None:
            raise Problem("changed_meanwhile", "Tài khoản vừa được thay đổi ở nơi khác. Hãy đăng nhập lại.")
        account.password_hash, account.one_time_until, account.changed_at = hashed, None, now()
        repository.end_sessions(account.id, now())
        record(session, admitted.principal, Event.PASSWORD_CHANGED, subject=subject, unit_id=repository.home(account.id))
        return open_session(session, settings, account, address)


def open_session(
    session: Session, settings: Settings, account: Account, address: str, method: Literal["password", "oidc"] = "password"
) -> Opened:
    """A new session of an account that has proved who it is."""
    repository = AccountRepository(session)
    token = secrets.new_token()
    row = SignIn(
        account_id=account.id,
        token_hash=secrets.digest(token),
        expires_at=now() + timedelta(hours=settings.session_hours),
        address=address[:60],
        method=method,
    )
    repository.forget_sessions(now() - KEPT)
    repository.add(row)
    admitted = _admitted(repository, row, account, token)
    record(
        session,
        admitted.principal,
        Event.SIGNED_IN,
        subject=f"account:{account.id}",
        unit_id=repository.home(account.id),
        after={"address": address, "method": method},
    )
    return Opened(token, admitted)


def admit(session: Session, settings: Settings, token: str) -> Admitted:
    """Whose session the token opens. Raises Problem where it has ended, ran out, or never was."""
    repository = AccountRepository(session)
    found = repository.sign_in(secrets.digest(token))
    if found is None:
        raise Refused("session_ended", "Phiên đăng nhập không còn. Hãy đăng nhập lại.")
    row, account = found
    idle = row.seen_at + timedelta(minutes=settings.session_idle_minutes)
    if row.ended_at is not None or account.disabled_at is not None or min(row.expires_at, idle) <= now():
        actor = Actor("account", account.id, account.name)
        raise Refused("session_ended", "Phiên đăng nhập đã hết. Hãy đăng nhập lại.", actor=actor, subject=f"session:{row.id}")
    return _admitted(repository, row, account, token)


def sign_out(session: Session, admitted: Admitted) -> None:
    if admitted.session_id is None:
        raise Problem("forbidden", "Khóa API không có phiên để thoát; hãy thu hồi khóa nếu không dùng nữa.")
    repository, account_id = AccountRepository(session), admitted.principal.id
    if repository.end_session(admitted.session_id, now()):
        record(session, admitted.principal, Event.SIGNED_OUT, subject=f"account:{account_id}", unit_id=repository.home(account_id))


def _admitted(repository: AccountRepository, row: SignIn, account: Account, token: str) -> Admitted:
    principal = Principal("account", account.id, account.name, repository.grants(account_id=account.id), account.id)
    must_change = account.one_time_until is not None and row.method == "password"
    return Admitted(principal, row.id, secrets.csrf_token(token), row.expires_at, must_change)

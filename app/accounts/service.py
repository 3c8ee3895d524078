"""Accounts and what they hold: added, granted, reset, disabled. Every function works in the caller's transaction and notes its event."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts import secrets, throttle
from app.accounts.models import Account, GrantRow
from app.accounts.passwords import Passwords
from app.accounts.principal import Grant, Principal, Role
from app.accounts.repository import AccountRepository
from app.audit.events import Event
from app.audit.service import Actor, record
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.settings import Settings
from app.storage.base import now

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,99}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`subject` is the identity at the OIDC provider; without `password` the account signs in by OIDC only."""

    username: str
    name: str
    email: str | None = None
    subject: str | None = None
    password: bool = True


def folded(name: str) -> str:
    """A user name or an e-mail address as it is stored and compared."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def add(
    session: Session, settings: Settings, actor: Actor | Principal, wanted: NewAccount, grants: Sequence[Grant] = ()
) -> tuple[Account, str | None]:
    """The new account, and its one-time password. Raises Problem."""
    repository = AccountRepository(session)
    username = folded(wanted.username)
    if not _USERNAME.fullmatch(username):
        raise Problem("account_invalid", "Tên đăng nhập có từ 3 đến 100 ký tự a–z, 0–9 và . _ @ + -, bắt đầu bằng chữ hoặc số.")
    email = folded(wanted.email) if wanted.email else None
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Problem("account_invalid", "Địa chỉ thư điện tử chưa đúng.")
    taken = repository.taken(username, email, wanted.subject)
    if taken:
        told = {"username": f"Tên đăng nhập «{username}»", "email": f"Địa chỉ thư «{email}»", "subject": "Danh tính OIDC này"}[taken]
        raise Problem("account_exists", f"{told} đã thuộc một tài khoản khác.")
    account = Account(username=username, name=wanted.name, email=email, subject=wanted.subject)
    password = _one_time(settings, account) if wanted.password else None
    repository.add(account)
    home = grants[0].unit_id if grants else None
    record(session, actor, Event.ACCOUNT_ADDED, subject=f"account:{account.id}", unit_id=home, after=shown(account))
    for one in grants:
        grant(session, actor, account, one)
    return account, password


def grant(session: Session, actor: Actor | Principal, account: Account, wanted: Grant) -> None:
    """Raises Problem where there is no such unit; a grant that is there already stays as it is."""
    repository = AccountRepository(session)
    if UnitRepository(session).get(wanted.unit_id) is None:
        raise Problem("unit_unknown", f"Không có đơn vị mang mã «{wanted.unit_id[:60]}».")
    if wanted in repository.grants(account_id=account.id):
        return
    repository.add(GrantRow(account_id=account.id, role=wanted.role, unit_id=wanted.unit_id))
    after = {"role": wanted.role.value, "unit": wanted.unit_id}
    record(session, actor, Event.GRANT_ADDED, subject=f"account:{account.id}", unit_id=wanted.unit_id, after=after)


def take_back(session: Session, actor: Actor | Principal, account: Account, held: Grant) -> None:
    """Raises Problem where the account does not hold it."""
    if not AccountRepository(session).remove_grant(account.id, held):
        raise Problem("grant_not_found", f"Tài khoản này không có quyền «{held.role.label}» ở đơn vị đó.")
    before = {"role": held.role.value, "unit": held.unit_id}
    record(session, actor, Event.GRANT_REMOVED, subject=f"account:{account.id}", unit_id=held.unit_id, before=before)


def page(session: Session, who: Principal, limit: int, after: str | None, on: date) -> list[Account]:
    """The accounts that hold something in a unit that `who` administers, the newest first."""
    return AccountRepository(session).page(who.roots(Role.ADMINISTRATOR), on, limit, after)


def reset_password(session: Session, settings: Settings, actor: Actor | Principal, account: Account) -> str:
    """A one-time password in place of the old one. Every session of the account ends."""
    password = _one_time(settings, account)
    throttle.unlock(session, account.username)
    repository = AccountRepository(session)
    repository.end_sessions(account.id, now())
    record(session, actor, Event.PASSWORD_RESET, subject=f"account:{account.id}", unit_id=repository.home(account.id))
    return password


def disable(session: Session, actor: Actor | Principal, account: Account) -> None:
    """From now on neither its password nor its sessions nor its keys admit anybody."""
    if account.disabled_at is not None:
        return
    account.disabled_at = account.changed_at = now()
    repository = AccountRepository(session)
    repository.end_sessions(account.id, account.disabled_at)
    record(session, actor, Event.ACCOUNT_DISABLED, subject=f"account:{account.id}", unit_id=repository.home(account.id))


def enable(session: Session, actor: Actor | Principal, account: Account) -> None:
    if account.disabled_at is None:
        return
    before = {"disabled_at": account.disabled_at.isoformat()}
    account.disabled_at, account.changed_at = None, now()
    home = AccountRepository(session).home(account.id)
    record(session, actor, Event.ACCOUNT_CHANGED, subject=f"account:{account.id}", unit_id=home, before=before, after={"disabled_at": None})


def administrator_exists(session: Session) -> bool:
    return AccountRepository(session).administrator_exists()


def shown(account: Account) -> dict[str, str | None]:
    """What the audit says of an account."""
    return {"username": account.username, "name": account.name, "email": account.email, "subject": account.subject}


def _one_time(settings: Settings, account: Account) -> str:
    password = secrets.new_password()
    account.password_hash = Passwords(settings).hash(password)
    account.changed_at = now()
    account.one_time_until = now() + timedelta(hours=settings.one_time_password_hours)
    return password

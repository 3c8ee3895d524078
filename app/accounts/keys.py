"""API keys of machines: made once, shown once, held to roles and units, ended by a day or by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import authority, secrets
from app.accounts.models import ApiKey, GrantRow
from app.accounts.principal import Grant, Principal, Role
from app.accounts.refusals import Refused
from app.accounts.repository import AccountRepository
from app.accounts.sessions import Admitted
from app.audit.events import Event
from app.audit.service import Actor, record
from app.organisations.models import ROOT_ID
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.storage.base import now


def add(
    session: Session,
    actor: Actor | Principal,
    name: str,
    grants: Sequence[Grant],
    *,
    account_id: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The new key and its secret, which nobody can read again. Raises Problem where a unit does not exist."""
    repository, units = AccountRepository(session), UnitRepository(session)
    secret = secrets.new_key()
    key = ApiKey(account_id=account_id, name=name, hint=secret[: secrets.HINT], secret_hash=secrets.digest(secret), expires_at=expires_at)
    repository.add(key)
    for one in dict.fromkeys(grants):
        if units.get(one.unit_id) is None:
            raise Problem("unit_unknown", f"Không có đơn vị mang mã «{one.unit_id[:60]}».")
        repository.add(GrantRow(key_id=key.id, role=one.role, unit_id=one.unit_id))
    after = {
        "name": name,
        "hint": key.hint,
        "expires_at": expires_at.isoformat() if expires_at else None,
        "grants": [{"role": one.role.value, "unit": one.unit_id} for one in dict.fromkeys(grants)],
    }
    record(session, actor, Event.KEY_ADDED, subject=f"key:{key.id}", unit_id=grants[0].unit_id if grants else None, after=after)
    return key, secret


def add_own(
    session: Session, who: Principal, name: str, grants: Sequence[Grant], expires_at: datetime | None, on: date
) -> tuple[ApiKey, str]:
    """A key that a signed-in person makes, with no right that is not the person's own. Raises Problem."""
    if who.kind != "account":
        raise Refused("forbidden", "Khóa API không tạo được khóa khác. Hãy đăng nhập rồi tạo.")
    if expires_at is not None and expires_at <= now():
        raise Problem("request_invalid", "Hạn của khóa đã qua. Hãy chọn một ngày sau hôm nay.")
    for one in grants:
        if not authority.includes(session, who.grants, one, on):
            told = f"Anh/chị không có quyền «{one.role.label}» ở đơn vị «{one.unit_id[:60]}» để giao cho khóa."
            raise Refused("forbidden", told, subject=f"unit:{one.unit_id[:36]}")
    return add(session, who, name, grants, account_id=who.id, expires_at=expires_at)


def page(session: Session, who: Principal, limit: int, after: str | None, on: date) -> list[ApiKey]:
    """One's own keys, and for an administrator all of the units below, the newest first."""
    return AccountRepository(session).keys_page(who.account_id, who.roots(Role.ADMINISTRATOR), on, limit, after)


def find(session: Session, who: Principal, key_id: str, on: date) -> ApiKey:
    """A key that `who` may revoke. Raises Problem."""
    words = f"Không có khóa API mang mã «{key_id[:60]}»."
    repository = AccountRepository(session)
    key = repository.key(key_id) if len(key_id) == 36 else None
    if key is None:
        raise Problem("key_not_found", words)
    if key.account_id is not None and key.account_id == who.account_id:
        return key
    grants, roots = repository.grants(key_id=key.id), who.roots(Role.ADMINISTRATOR)
    units = UnitRepository(session)
    if ROOT_ID in roots or (roots and grants and all(units.within(grant.unit_id, roots, on) for grant in grants)):
        return key
    raise Refused("key_not_found", words, subject=f"key:{key.id}", unit_id=grants[0].unit_id if grants else None)


def revoke(session: Session, actor: Actor | Principal, key: ApiKey) -> None:
    if key.revoked_at is None:
        key.revoked_at = now()
        grants = AccountRepository(session).grants(key_id=key.id)
        before = {"name": key.name, "hint": key.hint}
        record(session, actor, Event.KEY_REVOKED, subject=f"key:{key.id}", unit_id=grants[0].unit_id if grants else None, before=before)


def admit(session: Session, secret: str, on: date) -> Admitted:
    """Which machine the key is of. Raises Problem where it is unknown, revoked, expired, or its maker's account is disabled.

    A key that a person made loses what the person loses: of its grants those count that the maker still holds.
    """
    repository = AccountRepository(session)
    key = repository.key_of(secrets.digest(secret))
    if key is None:
        raise Refused("key_invalid", "Không có khóa API này. Hãy kiểm tra lại khóa đã cấu hình.")
    maker = repository.get(key.account_id) if key.account_id else None
    reason = None
    if key.revoked_at is not None:
        reason = "Khóa API này đã bị thu hồi."
    elif key.expires_at is not None and key.expires_at <= now():
        reason = "Khóa API này đã hết hạn."
    elif maker is not None and maker.disabled_at is not None:
        reason = "Tài khoản đã tạo khóa API này đã bị khóa."
    if reason:
        raise Refused("key_invalid", f"{reason} Hãy tạo khóa khác.", actor=Actor("key", key.id, key.name), subject=f"key:{key.id}")
    grants = repository.grants(key_id=key.id)
    if maker is not None:
        held = repository.grants(account_id=maker.id)
        grants = tuple(one for one in grants if authority.includes(session, held, one, on))
    return Admitted(Principal("key", key.id, key.name, grants, key.account_id), expires_at=key.expires_at)

"""API keys of machines: made once, shown once, held to roles and units, ended by a day or by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import secrets
from app.accounts.models import ApiKey, GrantRow
from app.accounts.principal import Grant, Principal
from app.accounts.refusals import Refused
from app.accounts.repository import AccountRepository
from app.accounts.sessions import Admitted
from app.audit.events import Event
from app.audit.service import Actor, record
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


def revoke(session: Session, actor: Actor | Principal, key: ApiKey) -> None:
    if key.revoked_at is None:
        key.revoked_at = now()
        record(session, actor, Event.KEY_REVOKED, subject=f"key:{key.id}", before={"name": key.name, "hint": key.hint})


def admit(session: Session, secret: str) -> Admitted:
    """Which machine the key is of. Raises Problem where it is unknown, revoked, expired, or its maker's account is disabled."""
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
    return Admitted(Principal("key", key.id, key.name, repository.grants(key_id=key.id), key.account_id), expires_at=key.expires_at)

"""Against guessing passwords: wrong ones are counted for the name and for the network address, in the database, before any is hashed.

An attempt is charged before its password is looked at, so that many at once cannot pass the limit together; a right one gives the charge
back. A name that nobody has is counted like one that somebody has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from app.accounts import secrets
from app.accounts.models import Throttle
from app.accounts.refusals import Refused
from app.accounts.repository import ThrottleRepository
from app.audit.events import Event
from app.settings import Settings
from app.storage.base import VIETNAM, now


@dataclass(frozen=True, slots=True)
class Charge:
    """What an attempt was charged to. `locks`: if it fails, the name is locked until then."""

    name: str
    address: str
    locks: datetime | None


def charge(session: Session, settings: Settings, username: str, address: str) -> Charge:
    """Count an attempt. Raises Problem where the name or the address has had too many."""
    repository = ThrottleRepository(session)
    lasting = timedelta(minutes=settings.sign_in_lock_minutes)
    limits: dict[Literal["address", "name"], int] = {
        "address": settings.sign_in_failures_per_address,
        "name": settings.sign_in_failures,
    }
    keys: dict[Literal["address", "name"], str] = {"address": _key("address", address), "name": _key("name", username)}
    locks = None
    for kind, limit in limits.items():  # always in this order, so that no two wait for each other
        row = repository.locked(keys[kind])
        _start_again(row, lasting)
        if row.failures >= limit:
            raise _locked(kind, limit, row.locked_until or now() + lasting)
        row.failures += 1
        if row.failures >= limit:
            row.locked_until = now() + lasting
            locks = row.locked_until if kind == "name" else locks
    return Charge(keys["name"], keys["address"], locks)


def give_back(session: Session, charged: Charge) -> None:
    """The password was right: the name starts afresh, the address gets its charge back."""
    repository = ThrottleRepository(session)
    address = repository.locked(charged.address)
    address.failures = max(0, address.failures - 1)
    address.locked_until = None
    repository.forget(charged.name)


def unlock(session: Session, username: str) -> None:
    ThrottleRepository(session).forget(_key("name", username))


def forget_old(session: Session, settings: Settings) -> None:
    ThrottleRepository(session).forget_before(now() - timedelta(minutes=settings.sign_in_lock_minutes), now())


def _start_again(row: Throttle, lasting: timedelta) -> None:
    if (row.locked_until or row.since + lasting) <= now():
        row.failures, row.since, row.locked_until = 0, now(), None


def _locked(kind: Literal["address", "name"], limit: int, until: datetime) -> Refused:
    minutes = math.ceil((until - now()).total_seconds() / 60)
    whose = "Tên này" if kind == "name" else "Địa chỉ mạng này"
    hint = ", hoặc nhờ quản trị của đơn vị đặt lại mật khẩu" if kind == "name" else ""
    return Refused(
        "sign_in_locked",
        f"{whose} tạm khóa đăng nhập đến {until.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y} vì sai mật khẩu {limit} lần. "
        f"Hãy chờ {minutes} phút rồi thử lại{hint}.",
        event=Event.SIGN_IN_FAILED,
        locked_until=until.isoformat(),
    )


def _key(kind: str, value: str) -> str:
    return secrets.digest(f"{kind}:{value}")

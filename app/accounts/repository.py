"""Queries on accounts, their grants, sessions and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Account, ApiKey, GrantRow, Refusal, SignIn, Throttle
from app.accounts.principal import Grant, Role
from app.organisations.models import ROOT_ID
from app.organisations.repository import subtree
from app.storage.base import now


class AccountRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Account | ApiKey | GrantRow | SignIn) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, account_id: str, *, lock: bool = False) -> Account | None:
        wanted = select(Account).where(Account.id == account_id)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def by_username(self, username: str, *, lock: bool = False) -> Account | None:
        wanted = select(Account).where(Account.username == username)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def by_email(self, email: str) -> Account | None:
        return self._session.scalar(select(Account).where(Account.email == email))

    def by_subject(self, subject: str) -> Account | None:
        return self._session.scalar(select(Account).where(Account.subject == subject))

    def taken(self, username: str, email: str | None, subject: str | None) -> str | None:
        """Which of the three another account has already: "username", "email" or "subject"."""
        for name, value in (("username", username), ("email", email), ("subject", subject)):
            if value is not None and self._session.scalar(select(exists().where(getattr(Account, name) == value))):
                return name
        return None

    def administrator_exists(self) -> bool:
        """Whether anybody who is not disabled holds the administrator's role."""
        held = select(GrantRow.id).join(Account, Account.id == GrantRow.account_id)
        return self._session.scalar(held.where(GrantRow.role == Role.ADMINISTRATOR, Account.disabled_at.is_(None)).limit(1)) is not None

    def all(self) -> list[Account]:
        return list(self._session.scalars(select(Account).order_by(Account.username)))

    def page(self, roots: Sequence[str], on: date, limit: int, before: str | None) -> list[Account]:
        """The newest accounts older than the id `before` that hold a grant in `roots` or below; for the root every account."""
        wanted = select(Account).order_by(Account.id.desc()).limit(limit)
        if ROOT_ID not in roots:
            within = select(GrantRow.account_id).where(GrantRow.unit_id.in_(subtree(roots, on)), GrantRow.account_id.is_not(None))
            wanted = wanted.where(Account.id.in_(within))
        return list(self._session.scalars(wanted if before is None else wanted.where(Account.id < before)))

    def names(self, account_ids: Sequence[str]) -> dict[str, str]:
        rows = self._session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
        return {row.id: row.name for row in rows}

    # grants

    def grants(self, *, account_id: str | None = None, key_id: str | None = None) -> tuple[Grant, ...]:
        wanted = select(GrantRow).where(GrantRow.key_id == key_id if key_id else GrantRow.account_id == account_id).order_by(GrantRow.id)
        return tuple(Grant(Role(row.role), row.unit_id) for row in self._session.scalars(wanted))

    def home(self, account_id: str) -> str | None:
        """The unit whose account it is in the audit: that of its first grant."""
        wanted = select(GrantRow.unit_id).where(GrantRow.account_id == account_id).order_by(GrantRow.id).limit(1)
        return self._session.scalar(wanted)

    def remove_grant(self, account_id: str, grant: Grant) -> bool:
        gone = delete(GrantRow).where(GrantRow.account_id == account_id, GrantRow.role == grant.role, GrantRow.unit_id == grant.unit_id)
        return self._session.execute(gone.returning(GrantRow.id)).first() is not None

    # sessions

    def sign_in(self, token_hash: str) -> tuple[SignIn, Account] | None:
        found = select(SignIn, Account).join(Account, Account.id == SignIn.account_id).where(SignIn.token_hash == token_hash)
        row = self._session.execute(found).first()
        return (row[0], row[1]) if row else None

    def end_sessions(self, account_id: str, at: datetime, *, but: str | None = None) -> None:
        """End every session of the account, except the one with the id `but`."""
        ended = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        if but is not None:
            ended = ended.where(SignIn.id != but)
        self._session.execute(ended.values(ended_at=at))

    def end_session(self, session_id: str, at: datetime) -> bool:
        ended = update(SignIn).where(SignIn.id == session_id, SignIn.ended_at.is_(None)).values(ended_at=at)
        return self._session.execute(ended.returning(SignIn.id)).first() is not None

    def forget_sessions(self, before: datetime) -> None:
        """Remove those that ended or ran out before then."""
        self._session.execute(delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.expires_at < before)))

    def seen(self, sessions: dict[str, datetime], keys: dict[str, datetime]) -> None:
        """Note when sessions and keys, by id, were last used."""
        for session_id, at in sessions.items():
            self._session.execute(update(SignIn).where(SignIn.id == session_id, SignIn.seen_at < at).values(seen_at=at))
        for key_id, at in keys.items():
            older = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < at)
            self._session.execute(update(ApiKey).where(ApiKey.id == key_id, older).values(last_used_at=at))

    # keys

    def key(self, key_id: str) -> ApiKey | None:
        return self._session.get(ApiKey, key_id)

    def key_of(self, secret_hash: str) -> ApiKey | None:
        return self._session.scalar(select(ApiKey).where(ApiKey.secret_hash == secret_hash))

    def keys(self) -> list[ApiKey]:
        return list(self._session.scalars(select(ApiKey).order_by(ApiKey.id)))

    def keys_page(self, account_id: str | None, roots: Sequence[str], on: date, limit: int, before: str | None) -> list[ApiKey]:
        """The newest keys older than the id `before`: of this account, and those that hold grants in `roots` or below and nowhere else."""
        wanted = select(ApiKey).order_by(ApiKey.id.desc()).limit(limit)
        if ROOT_ID not in roots:
            within = subtree(roots, on)
            inside = select(GrantRow.key_id).where(GrantRow.unit_id.in_(within), GrantRow.key_id.is_not(None))
            outside = select(GrantRow.key_id).where(GrantRow.unit_id.not_in(within), GrantRow.key_id.is_not(None))
            governed = and_(ApiKey.id.in_(inside), ApiKey.id.not_in(outside))
            wanted = wanted.where(or_(ApiKey.account_id == account_id, governed) if account_id else governed)
        return list(self._session.scalars(wanted if before is None else wanted.where(ApiKey.id < before)))

    def grants_of_accounts(self, account_ids: Sequence[str]) -> dict[str, list[Grant]]:
        return self._grants("account_id", account_ids)

    def grants_of_keys(self, key_ids: Sequence[str]) -> dict[str, list[Grant]]:
        return self._grants("key_id", key_ids)

    def _grants(self, holder: Literal["account_id", "key_id"], ids: Sequence[str]) -> dict[str, list[Grant]]:
        found: dict[str, list[Grant]] = {one: [] for one in ids}
        for row in self._session.scalars(select(GrantRow).where(getattr(GrantRow, holder).in_(ids)).order_by(GrantRow.id)):
            found[getattr(row, holder)].append(Grant(Role(row.role), row.unit_id))
        return found


class ThrottleRepository:
    """Counters by digest, shared by every process."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked(self, key: str) -> Throttle:
        """The counter, made where there is none; nobody else changes it until the transaction ends."""
        row = {"key": key, "failures": 0, "since": now()}
        self._session.execute(self._insert(Throttle).values(row).on_conflict_do_nothing(index_elements=["key"]))
        return self._session.scalars(select(Throttle).where(Throttle.key == key).with_for_update()).one()

    def find(self, key: str) -> Throttle | None:
        return self._session.get(Throttle, key)

    def forget(self, key: str) -> None:
        self._session.execute(delete(Throttle).where(Throttle.key == key))

    def forget_before(self, since: datetime, at: datetime) -> None:
        """Remove counters that began before `since` and lock nobody at `at`."""
        idle = or_(Throttle.locked_until.is_(None), Throttle.locked_until < at)
        self._session.execute(delete(Throttle).where(Throttle.since < since, idle))

    def first_refusal(self, key: str, event: dict[str, Any]) -> bool:
        """Whether this refusal is the first of its kind for a while; it is remembered from now on."""
        row = {"key": key, "event": event, "noted_at": now(), "waiting": 0, "last_at": now()}
        made = self._insert(Refusal).values(row).on_conflict_do_nothing(index_elements=["key"])
        return self._session.execute(made.returning(Refusal.key)).first() is not None

    def refusal(self, key: str) -> Refusal:
        return self._session.scalars(select(Refusal).where(Refusal.key == key).with_for_update()).one()

    def waiting_refusals(self, before: datetime) -> list[Refusal]:
        """Those noted before then of which some are not in the audit yet. What another process holds is left to it."""
        found = select(Refusal).where(Refusal.waiting > 0, Refusal.noted_at < before).order_by(Refusal.key)
        return list(self._session.scalars(found.with_for_update(skip_locked=True)))

    def forget_refusals(self, before: datetime) -> None:
        self._session.execute(delete(Refusal).where(Refusal.waiting == 0, Refusal.noted_at < before))

    def _insert(self, table: type[Throttle] | type[Refusal]) -> Any:
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        return dialect.insert(table)

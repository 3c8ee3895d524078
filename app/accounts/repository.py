"""Queries on accounts, their grants, sessions and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, ApiKey, GrantRow, SignIn
from app.accounts.principal import Grant, Role


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

    # grants

    def grants(self, *, account_id: str | None = None, key_id: str | None = None) -> tuple[Grant, ...]:
        wanted = select(GrantRow).where(GrantRow.key_id == key_id if key_id else GrantRow.account_id == account_id).order_by(GrantRow.id)
        return tuple(Grant(Role(row.role), row.unit_id) for row in self._session.scalars(wanted))

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

    def keys(self, account_id: str | None = None) -> list[ApiKey]:
        wanted = select(ApiKey).order_by(ApiKey.id)
        return list(self._session.scalars(wanted if account_id is None else wanted.where(ApiKey.account_id == account_id)))

    def grants_of_accounts(self, account_ids: Sequence[str]) -> dict[str, list[Grant]]:
        return self._grants(GrantRow.account_id, account_ids)

    def grants_of_keys(self, key_ids: Sequence[str]) -> dict[str, list[Grant]]:
        return self._grants(GrantRow.key_id, key_ids)

    def _grants(self, holder: object, ids: Sequence[str]) -> dict[str, list[Grant]]:
        found: dict[str, list[Grant]] = {one: [] for one in ids}
        column = GrantRow.account_id if holder is GrantRow.account_id else GrantRow.key_id
        for row in self._session.scalars(select(GrantRow).where(column.in_(ids)).order_by(GrantRow.id)):
            found[str(row.account_id or row.key_id)].append(Grant(Role(row.role), row.unit_id))
        return found

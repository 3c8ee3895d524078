"""Builds the answers about accounts, sessions and keys from the rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.models import Account, ApiKey
from app.accounts.principal import Grant
from app.accounts.repository import AccountRepository
from app.accounts.schemas import AccountOut, GrantOut, KeyOut, SessionOut
from app.accounts.sessions import Admitted
from app.organisations.repository import UnitRepository


def show_session(session: Session, admitted: Admitted) -> SessionOut:
    principal = admitted.principal
    return SessionOut(
        kind=principal.kind,
        id=principal.id,
        name=principal.name,
        grants=show_grants(session, principal.grants),
        must_change_password=admitted.must_change,
        expires_at=admitted.expires_at,
        csrf_token=admitted.csrf,
    )


def show_accounts(session: Session, accounts: list[Account]) -> list[AccountOut]:
    grants = AccountRepository(session).grants_of_accounts([one.id for one in accounts])
    return [
        AccountOut(
            id=one.id,
            username=one.username,
            name=one.name,
            email=one.email,
            subject=one.subject,
            state="disabled" if one.disabled_at else "must_change_password" if one.one_time_until else "active",
            grants=show_grants(session, grants[one.id]),
            created_at=one.created_at,
        )
        for one in accounts
    ]


def show_keys(session: Session, keys: list[ApiKey]) -> list[KeyOut]:
    repository = AccountRepository(session)
    grants = repository.grants_of_keys([one.id for one in keys])
    makers = repository.names([one.account_id for one in keys if one.account_id])
    return [
        KeyOut(
            id=one.id,
            name=one.name,
            hint=one.hint,
            grants=show_grants(session, grants[one.id]),
            made_by=makers.get(one.account_id or ""),
            created_at=one.created_at,
            expires_at=one.expires_at,
            revoked_at=one.revoked_at,
            last_used_at=one.last_used_at,
        )
        for one in keys
    ]


def show_grants(session: Session, grants: Iterable[Grant]) -> list[GrantOut]:
    units = UnitRepository(session)
    found = []
    for grant in grants:
        unit = units.get(grant.unit_id)
        found.append(
            GrantOut(role=grant.role, role_label=grant.role.label, unit_id=grant.unit_id, unit_name=unit.name if unit else grant.unit_id)
        )
    return found

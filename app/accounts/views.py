"""Builds the answers about accounts, sessions and keys from the rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.principal import Grant
from app.accounts.schemas import GrantOut, SessionOut
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


def show_grants(session: Session, grants: Iterable[Grant]) -> list[GrantOut]:
    units = UnitRepository(session)
    found = []
    for grant in grants:
        unit = units.get(grant.unit_id)
        found.append(
            GrantOut(role=grant.role, role_label=grant.role.label, unit_id=grant.unit_id, unit_name=unit.name if unit else grant.unit_id)
        )
    return found

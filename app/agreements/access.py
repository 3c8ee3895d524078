"""Which agreements somebody may see, and what that person is to each of them.

Another unit's agreement is answered like a missing one; that it was asked for is kept in the audit (`app.accounts.refusals`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.principal import Principal, Role
from app.accounts.refusals import Refused
from app.agreements.life import READERS, Move, Stage, Standing, Step, open_moves, step
from app.agreements.models import Agreement
from app.agreements.repository import AgreementRepository, Reach
from app.problems import Problem
from app.unit_settings import service as unit_settings
from app.unit_settings.models import CONFIRMER_MAY_PUBLISH

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and the day it is: what every function of the life of an agreement is given."""

    who: Principal
    on: date

    @property
    def person(self) -> str:
        """The id by which one person is told from another: the account, also where its key asks."""
        return self.who.account_id or self.who.id

    def reach(self, *roles: Role) -> Reach:
        """The units for which this person holds one of `roles` (all that read agreements, where none is named)."""
        wanted = roles or tuple(READERS)
        wide = tuple(role for role in wanted if role is not Role.OFFICER)
        own = self.who.roots(Role.OFFICER) if Role.OFFICER in wanted else ()
        return Reach(own, self.who.roots(*wide) if wide else (), self.on)


def find(session: Session, asker: Asker, agreement_id: str, *, lock: bool = False) -> Agreement:
    """One agreement that this person may see. Raises Problem agreement_not_found."""
    repository = AgreementRepository(session)
    missing = f"Không có thỏa ước mang mã «{agreement_id[:60]}»."
    agreement = repository.get(agreement_id, lock=lock) if _UUID.fullmatch(agreement_id) else None
    if agreement is None:
        raise Problem("agreement_not_found", missing)
    if not repository.units_within([agreement.unit_id], asker.reach()):
        raise Refused("agreement_not_found", missing, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id)
    return agreement


def standings(session: Session, asker: Asker, agreements: Sequence[Agreement]) -> dict[str, Standing]:
    """What the person is to each of these agreements, by agreement; a handful of queries however many there are."""
    repository = AgreementRepository(session)
    units = sorted({one.unit_id for one in agreements})
    held = {role: repository.units_within(units, asker.reach(role)) for role in READERS if asker.who.has(role)}
    ids = [one.id for one in agreements]
    uploaded = repository.sent_by(asker.person, ids)
    confirmed = repository.confirmed_by(asker.person, ids)
    allowed = {
        unit: bool(unit_settings.value_of(session, unit, CONFIRMER_MAY_PUBLISH, asker.on))
        for unit in {one.unit_id for one in agreements if one.id in confirmed}
    }
    return {
        one.id: Standing(
            frozenset(role for role, within in held.items() if one.unit_id in within),
            one.id in uploaded,
            one.id in confirmed,
            allowed.get(one.unit_id, False),
        )
        for one in agreements
    }


def moves_of(agreement: Agreement, standing: Standing) -> list[Move]:
    """The moves open to a person of this standing."""
    return open_moves(Stage(agreement.stage), standing)


def allow(session: Session, asker: Asker, agreement: Agreement, move: Move) -> Step:
    """The step that this person may make with this agreement now. Raises Problem: why not, and what is open instead."""
    return step(move, Stage(agreement.stage), standings(session, asker, [agreement])[agreement.id])


def opened(
    session: Session, asker: Asker, agreement_id: str, move: Move, if_match: str | None, *, lock: bool = True
) -> tuple[Agreement, Step]:
    """The agreement, locked for a change that is open to this person and that nobody overtook. Raises Problem."""
    agreement = find(session, asker, agreement_id, lock=lock)
    unchanged(agreement, if_match)
    return agreement, allow(session, asker, agreement, move)


def etag(agreement: Agreement) -> str:
    return f'"{agreement.id}.{agreement.revision}"'


def unchanged(agreement: Agreement, if_match: str | None) -> None:
    """Raises Problem unless the caller names the agreement's present ETag ("*" names any)."""
    if if_match is None:
        raise Problem("if_match_required", "Hãy gửi kèm If-Match là ETag của thỏa ước khi anh/chị mở nó.")
    tags = [tag.strip() for tag in if_match.split(",")]
    if "*" not in tags and etag(agreement) not in tags:
        raise Problem("changed_meanwhile", "Thỏa ước đã thay đổi từ khi anh/chị mở. Hãy xem lại rồi làm lại.")

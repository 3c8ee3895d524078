"""Queries on alerts, the daily runs and the letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, GrantRow
from app.accounts.principal import Grant, Role
from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, Reading
from app.agreements.repository import Reach
from app.alerts.models import Alert, AlertDay, Digest, DigestSetting, LawCheck
from app.organisations.models import ROOT_ID, Placement, Unit


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with its agreement, unit, and what is known of both by name."""

    alert: Alert
    agreement: Agreement
    unit: Unit
    employer: str | None
    number: str | None


class AlertRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Alert | AlertDay | Digest | DigestSetting | LawCheck) -> None:
        self._session.add(row)
        self._session.flush()

    def keep(self, row: LawCheck) -> None:
        self._session.merge(row)

    # the daily run

    def day(self, day: date) -> AlertDay | None:
        return self._session.get(AlertDay, day)

    def last_finished(self) -> AlertDay | None:
        found = select(AlertDay).where(AlertDay.finished_at.is_not(None)).order_by(AlertDay.day.desc()).limit(1)
        return self._session.scalar(found)

    def agreements_after(self, after: str, limit: int) -> list[Agreement]:
        return list(self._session.scalars(select(Agreement).where(Agreement.id > after).order_by(Agreement.id).limit(limit)))

    def standing(self, unit_ids: Collection[str], on: date) -> set[str]:
        """Those of the units that stand on the day."""
        begun = or_(Placement.from_on.is_(None), Placement.from_on <= on)
        found = select(Placement.unit_id).where(
            Placement.unit_id.in_(unit_ids), begun, or_(Placement.until.is_(None), Placement.until > on)
        )
        return {*self._session.scalars(found), ROOT_ID}

    def decided(self, agreement_ids: Collection[str]) -> dict[str, datetime]:
        """When each agreement was last confirmed."""
        found = select(Confirmation.agreement_id, func.max(Confirmation.created_at)).where(Confirmation.agreement_id.in_(agreement_ids))
        return {row[0]: row[1] for row in self._session.execute(found.group_by(Confirmation.agreement_id))}

    def proposals(self, agreement_ids: Collection[str]) -> dict[str, Proposal]:
        found = select(Proposal).where(Proposal.agreement_id.in_(agreement_ids), Proposal.state == "open").order_by(Proposal.id)
        return {row.agreement_id: row for row in self._session.scalars(found)}

    def newest_readings(self, agreement_ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """(assessment, reading) of the newest assessment of each agreement."""
        newest = select(func.max(Assessment.id)).where(Assessment.agreement_id.in_(agreement_ids)).group_by(Assessment.agreement_id)
        found = select(Assessment.agreement_id, Assessment.id, Assessment.reading_id).where(Assessment.id.in_(newest))
        return {row[0]: (row[1], row[2]) for row in self._session.execute(found)}

    def law_checks(self, agreement_ids: Collection[str]) -> dict[str, LawCheck]:
        found = self._session.scalars(select(LawCheck).where(LawCheck.agreement_id.in_(agreement_ids)))
        return {row.agreement_id: row for row in found}

    def record(self, reading_id: str) -> tuple[str, str | None]:
        """The stored record of a reading, and what judging it again needs."""
        row = self._session.execute(select(Reading.body, Reading.judging).where(Reading.id == reading_id)).one()
        return row[0], row[1]

    def of_agreements(self, agreement_ids: Collection[str]) -> list[Alert]:
        return list(self._session.scalars(select(Alert).where(Alert.agreement_id.in_(agreement_ids))))

    def remove(self, alert_ids: Collection[str]) -> None:
        self._session.execute(delete(Alert).where(Alert.id.in_(alert_ids)))

    # what people read

    def page(self, reach: Reach, kinds: Collection[str] | None, limit: int, before: str | None = None) -> list[Told]:
        """The newest alerts within reach that are older than the id `before`."""
        wanted = (
            select(Alert, Agreement, Unit, LawCheck)
            .join(Agreement, Agreement.id == Alert.agreement_id)
            .join(Unit, Unit.id == Agreement.unit_id)
            .outerjoin(LawCheck, LawCheck.agreement_id == Agreement.id)
            .where(reach.covers(Agreement.unit_id.expression))
            .order_by(Alert.id.desc())
            .limit(limit)
        )
        if kinds:
            wanted = wanted.where(Alert.kind.in_(kinds))
        if before is not None:
            wanted = wanted.where(Alert.id < before)
        return [_told(*row) for row in self._session.execute(wanted)]

    def counts(self, reach: Reach) -> dict[str, int]:
        """How many alerts of each kind are within reach."""
        wanted = select(Alert.kind, func.count()).join(Agreement, Agreement.id == Alert.agreement_id)
        rows = self._session.execute(wanted.where(reach.covers(Agreement.unit_id.expression)).group_by(Alert.kind))
        return {row[0]: row[1] for row in rows}

    def any_raised(self, reach: Reach, after: date | None) -> bool:
        """Whether an alert within reach was raised after a day (None: at all)."""
        wanted = select(Alert.id).join(Agreement, Agreement.id == Alert.agreement_id).where(reach.covers(Agreement.unit_id.expression))
        return bool(self._session.scalar(select(exists(wanted if after is None else wanted.where(Alert.raised_on > after)))))

    # letters

    def recipients(self, roles: Iterable[Role]) -> dict[str, tuple[Account, list[Grant]]]:
        """Accounts that can be written to, want it and hold one of the roles, with those grants."""
        wanted = (
            select(Account, GrantRow)
            .join(GrantRow, GrantRow.account_id == Account.id)
            .outerjoin(DigestSetting, DigestSetting.account_id == Account.id)
            .where(Account.email.is_not(None), Account.disabled_at.is_(None), GrantRow.role.in_([role.value for role in roles]))
            .where(or_(DigestSetting.wanted.is_(None), DigestSetting.wanted))
            .order_by(Account.id, GrantRow.id)
        )
        found: dict[str, tuple[Account, list[Grant]]] = {}
        for account, grant in self._session.execute(wanted):
            found.setdefault(account.id, (account, []))[1].append(Grant(Role(grant.role), grant.unit_id))
        return found

    def last_sent(self, account_id: str) -> date | None:
        """The day of the last letter that went out, or may have."""
        sent = select(func.max(Digest.day)).where(Digest.account_id == account_id, Digest.state.in_(("sent", "unknown")))
        return self._session.scalar(sent)

    def digest_of(self, account_id: str, day: date) -> Digest | None:
        return self._session.scalar(select(Digest).where(Digest.account_id == account_id, Digest.day == day))

    def digest(self, digest_id: str, *, lock: bool = False) -> Digest | None:
        wanted = select(Digest).where(Digest.id == digest_id)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def waiting(self, day: date, at: datetime) -> Sequence[str]:
        """Letters of the day that are to be tried (again) by now."""
        return list(self._session.scalars(select(Digest.id).where(Digest.day == day, Digest.state == "waiting", Digest.next_try_at <= at)))

    def has_address(self, account_id: str) -> bool:
        return bool(self._session.scalar(select(exists().where(Account.id == account_id, Account.email.is_not(None)))))

    def last_sent_at(self, account_id: str) -> datetime | None:
        return self._session.scalar(select(func.max(Digest.sent_at)).where(Digest.account_id == account_id))

    def wants(self, account_id: str) -> bool:
        row = self._session.get(DigestSetting, account_id)
        return row is None or row.wanted

    def set_wanted(self, account_id: str, wanted: bool) -> None:
        self._session.merge(DigestSetting(account_id=account_id, wanted=wanted))


def _told(alert: Alert, agreement: Agreement, unit: Unit, check: LawCheck | None) -> Told:
    facts = check.facts if check else {}
    return Told(alert, agreement, unit, agreement.employer or facts.get("employer"), agreement.number or facts.get("number"))

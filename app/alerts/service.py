"""The daily run: time passes, alerts are found anew, letters are made ready. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts.principal import Grant, Principal
from app.agreements.access import Asker
from app.agreements.life import READERS, Stage
from app.agreements.models import Agreement
from app.agreements.repository import Reach
from app.alerts.finding import ALIVE, Ahead, Found, Known, alerts_of
from app.alerts.law_check import facts_of, law_digest
from app.alerts.models import Alert, Digest, LawCheck
from app.alerts.repository import AlertRepository
from app.storage.base import VIETNAM

WATCHED = ALIVE | {Stage.EXPIRED}


@dataclass(frozen=True, slots=True)
class Looked:
    """What one agreement came to; `check` is to be kept where the law had to be looked at anew."""

    agreement_id: str
    found: tuple[Found, ...]
    check: LawCheck | None


def look(session: Session, agreements: Sequence[Agreement], on: date, ahead: Ahead) -> list[Looked]:
    """The alerts of some agreements on a day. Agreements of a unit that no longer stands have none."""
    repository = AlertRepository(session)
    standing = repository.standing({one.unit_id for one in agreements}, on)
    watched = [one for one in agreements if Stage(one.stage) in WATCHED and one.unit_id in standing]
    ids = [one.id for one in watched]
    decided, proposals = repository.decided(ids), repository.proposals(ids)
    readings, checks = repository.newest_readings(ids), repository.law_checks(ids)
    looked = {one.id: Looked(one.id, (), None) for one in agreements}
    for one in watched:
        check, fresh = checks.get(one.id), None
        if one.id in readings:
            assessment, reading = readings[one.id]
            if check is None or (check.assessment_id, check.law) != (assessment, law_digest()):
                facts = facts_of(*repository.record(reading))
                check = fresh = LawCheck(agreement_id=one.id, assessment_id=assessment, law=law_digest(), facts=facts)
        proposal = proposals.get(one.id)
        known = Known(
            stage=Stage(one.stage),
            expires_on=one.expires_on,
            decided_on=decided[one.id].astimezone(VIETNAM).date() if one.id in decided else None,
            overtaken=check.facts["overtaken"] if check else (),
            proposed_on=proposal.created_at.astimezone(VIETNAM).date() if proposal else None,
            proposal={"from": proposal.from_grade, "to": proposal.to_grade, "reasons": proposal.reasons} if proposal else {},
        )
        looked[one.id] = Looked(one.id, tuple(alerts_of(known, on, ahead)), fresh)
    return list(looked.values())


def store(session: Session, looked: Iterable[Looked], on: date) -> None:
    """Bring the alerts of these agreements to what was found: an alert that goes on keeps the day it was raised."""
    repository = AlertRepository(session)
    by_agreement = {one.agreement_id: one for one in looked}
    before = {(row.agreement_id, row.kind): row for row in repository.of_agreements(by_agreement)}
    now: dict[tuple[str, str], Found] = {}
    for one in by_agreement.values():
        if one.check is not None:
            repository.keep(one.check)
        now |= {(one.agreement_id, found.kind.value): found for found in one.found}
    repository.remove([row.id for key, row in before.items() if key not in now])
    for (agreement_id, kind), found in now.items():
        row = before.get((agreement_id, kind))
        if row is None:
            repository.add(
                Alert(agreement_id=agreement_id, kind=kind, since=found.since, due_on=found.due_on, raised_on=on, details=found.details)
            )
        else:
            row.since, row.due_on, row.details = found.since, found.due_on, found.details


def prepare_digests(session: Session, day: date, repeat_days: int) -> list[str]:
    """Letters of the day for everybody who has something new to read, or has not been reminded for `repeat_days`; their ids."""
    repository = AlertRepository(session)
    made = []
    for account, grants in repository.recipients(READERS).values():
        if repository.digest_of(account.id, day) is not None:
            continue
        reach, last = reach_of(grants, day), repository.last_sent(account.id)
        new = repository.any_raised(reach, last)
        again = last is not None and day - last >= timedelta(days=repeat_days) and repository.any_raised(reach, None)
        if new or again:
            digest = Digest(account_id=account.id, day=day)
            repository.add(digest)
            made.append(digest.id)
    return made


def reach_of(grants: Sequence[Grant], on: date) -> Reach:
    """The units over which somebody with these grants is told of alerts."""
    return Asker(Principal("account", "", "", tuple(grants)), on).reach()

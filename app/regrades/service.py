"""Score stored readings again: start it, do a piece of it, store what came out. Every function works in the caller's transaction.

The agreements are split into a few ranges by id; each range is one job at a time that does a page and asks for the next, so that
uploads in between are graded after one page at most. A confirmed letter never changes here: it gets a proposal.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from app.agreements.models import Proposal
from app.agreements.service import change
from app.grading.profile import Profile
from app.jobs.interface import Jobs
from app.problems import Problem
from app.regrades.models import Regrade
from app.regrades.repository import RegradeRepository
from app.regrades.rescore import NoJudging, Outcome, Plan, rescore
from app.rubrics import service as rubrics
from app.storage.base import now

log = structlog.get_logger("thuoc.regrade")

REGRADE = "regrade"  # the kind of the job; its subject is the regrade and the range
PAGE = 50
LANES = 4
FAILURES_NAMED = 50
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a page of agreements came to."""

    outcomes: list[Outcome]
    unchanged: int
    failed: list[str]


def start(session: Session, jobs: Jobs, rubric: str | None, judged: bool, graded_on: date | None, created_by: str | None) -> Regrade:
    """Record a regrade of every scored agreement and its jobs. Raises Problem."""
    if rubric is None and not judged:
        raise Problem("regrade_invalid", "Hãy nêu khung điểm mới, hoặc yêu cầu so lại với luật, hoặc cả hai.")
    reference = rubrics.find(session, rubric).reference if rubric else None
    repository = RegradeRepository(session)
    total = repository.count()
    row = Regrade(created_by=created_by, rubric=reference, judged=judged, graded_on=graded_on, total=total, lanes=0, moves={}, failures=[])
    repository.add(row)
    places = [total * (lane + 1) // LANES - 1 for lane in range(LANES)]
    ends = [repository.id_at(place) for place in dict.fromkeys(places) if place >= 0]
    after = ""
    for lane, until in enumerate(end for end in ends if end):
        _ask(session, jobs, row, str(lane), {"after": after, "until": until})
        after = until
    if not row.lanes:
        row.finished_at = now()
    return row


def find(session: Session, regrade_id: str) -> Regrade:
    row = RegradeRepository(session).get(regrade_id) if _UUID.fullmatch(regrade_id) else None
    if row is None:
        raise Problem("regrade_not_found", f"Không có lần chấm lại mang mã «{regrade_id[:60]}».")
    return row


def plan_of(session: Session, row: Regrade) -> Plan:
    return Plan(rubrics.find(session, row.rubric) if row.rubric else None, row.judged, row.graded_on)


def tally(session: Session, plan: Plan, ids: Sequence[str], *, rows: bool) -> Tally:
    """Score these agreements again, in memory. One that cannot be scored is named and leaves the others alone."""
    repository = RegradeRepository(session)
    outcomes, unchanged, failed = [], 0, []

    def named(reference: str) -> Profile:
        return rubrics.find(session, reference)

    with _no_collector():
        for case in repository.cases(list(ids), judging=plan.judged):
            try:
                outcome = rescore(case, plan, named, repository.basis, rows=rows)
            except NoJudging:
                failed.append(case.agreement_id)
            except Exception:
                log.exception("not_rescored", agreement=case.agreement_id)
                failed.append(case.agreement_id)
            else:
                if outcome is None:
                    unchanged += 1
                else:
                    outcomes.append(outcome)
    return Tally(outcomes, unchanged, failed)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Parsed records hold no cycles: while a page is scored the collector would only walk them, a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def store(session: Session, jobs: Jobs, regrade_id: str, ids: Sequence[str], found: Tally) -> None:
    """Store a page; what changed since it was scored is asked for again."""
    repository = RegradeRepository(session)
    row = repository.get(regrade_id, lock=True)
    assert row is not None
    agreements = repository.agreements([one.agreement_id for one in found.outcomes])
    late = {one.agreement_id for one in found.outcomes if agreements[one.agreement_id].revision != one.revision}
    kept = [one for one in found.outcomes if one.agreement_id not in late]
    for proposal in repository.open_proposals([one.agreement_id for one in kept if one.confirmation_id]):
        proposal.state, proposal.settled_at = "replaced", now()
    repository.add_all([one.reading for one in kept if one.reading])
    repository.add_all([one.assessment for one in kept if one.assessment])
    proposals = [_proposal(row, one) for one in kept if one.proposed]
    repository.add_all(proposals)
    moves = dict(row.moves)
    for one in kept:
        if one.moved:
            key = move_key(one.from_grade, one.to_grade)
            moves[key] = moves.get(key, 0) + 1
        one.facts.put(agreements[one.agreement_id])
        change(agreements[one.agreement_id], "graded")
    row.moves = moves
    row.proposals += len(proposals)
    row.unchanged += found.unchanged
    row.failed += len(found.failed)
    row.failures = [*row.failures, *found.failed][:FAILURES_NAMED]
    row.done += len(ids) - len(late)
    if late:
        _ask(session, jobs, row, str(uuid4()), {"ids": sorted(late)})


def go_on(session: Session, jobs: Jobs, regrade_id: str, lane: str, after: str, until: str) -> None:
    """Ask for the next page of a range."""
    row = RegradeRepository(session).get(regrade_id, lock=True)
    assert row is not None
    row.lanes -= 1
    _ask(session, jobs, row, lane, {"after": after, "until": until})


def end_range(session: Session, regrade_id: str, error: str | None = None) -> None:
    """A range is done, or given up; the last one ends the regrade."""
    row = RegradeRepository(session).get(regrade_id, lock=True)
    assert row is not None
    row.lanes -= 1
    row.error = error or row.error
    if row.lanes == 0:
        row.finished_at = now()


def move_key(old: str | None, new: str | None) -> str:
    """How a move is counted: "B>A", "C>-"; "-" is not graded."""
    return f"{old or '-'}>{new or '-'}"


def _ask(session: Session, jobs: Jobs, row: Regrade, lane: str, payload: dict[str, Any]) -> None:
    jobs.enqueue(session, REGRADE, f"{row.id}:{lane}", {"regrade": row.id, "lane": lane, **payload})
    row.lanes += 1


def _proposal(row: Regrade, one: Outcome) -> Proposal:
    assert one.confirmation_id is not None
    assert one.assessment is not None
    return Proposal(
        agreement_id=one.agreement_id,
        regrade_id=row.id,
        confirmation_id=one.confirmation_id,
        assessment_id=one.assessment.id,
        state="open",
        from_grade=one.from_grade,
        to_grade=one.to_grade,
        total=one.total,
        reasons=one.reasons,
    )

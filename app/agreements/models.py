"""An agreement, the files submitted for it, what the machine read and scored, and what a person decided: tables kept apart.

`Agreement` is the case; each `Submission` is one version of its file; each `Reading` is what the engine found in one submission and
each `Assessment` the score of one reading, neither ever changes; each `ReturnNote` is what a reviewer asked to be changed; each
`Confirmation` is a person's decision, over one assessment as `ReviewedAssessment` says after the person's corrections. The newest of
each counts, the older ones stay. A `Proposal` says that a confirmed letter would be another one by a newer assessment.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agreements import bodies
from app.agreements.life import Stage
from app.organisations.models import Unit  # noqa: F401  (its table is referred to)
from app.regrades.models import Regrade  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, PackedText, new_id, now
from app.storage.models import StoredFile


class Agreement(Base):
    __tablename__ = "agreements"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "unit_id", "id"),
        Index(None, "stage", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revision: Mapped[int] = mapped_column(Integer)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))  # whose agreement it is
    stage: Mapped[str] = mapped_column(String(20), default=Stage.DRAFT.value)  # where it stands among people: `life.Stage`
    state: Mapped[str] = mapped_column(String(20))  # what the machine made of the newest file: waiting | graded | failed
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    assigned_to: Mapped[str | None] = mapped_column(String(36))  # the reviewer's account
    assigned_name: Mapped[str | None] = mapped_column(String(200))
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    relation: Mapped[str | None] = mapped_column(String(10))  # renewal | amendment, of the agreement it supersedes
    # From the newest reading, for queues and terms; the reading itself has the whole.
    effective_from: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)  # the last day
    confidence: Mapped[float | None] = mapped_column(Float)  # the lowest of a finding that earns points or breaks the law
    unlawful: Mapped[int | None] = mapped_column(Integer)  # findings that break the law
    # What the sender said of it; None where silent. What the text says is in the assessment.
    employer: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(100))
    province: Mapped[str | None] = mapped_column(String(100))
    sector: Mapped[str | None] = mapped_column(String(200))
    ownership: Mapped[str | None] = mapped_column(String(20))
    uploaded_by: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it once)


class Submission(Base):
    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    number: Mapped[int] = mapped_column(Integer)  # 1 for the first file of the case
    file_sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_by: Mapped[str | None] = mapped_column(String(36))  # the account or key; None before accounts existed
    sent_by_name: Mapped[str | None] = mapped_column(String(200))

    agreement: Mapped[Agreement] = relationship(lazy="joined")
    file: Mapped[StoredFile] = relationship(lazy="joined")


class Reading(Base):
    """`body` is the record of `app.assess.read_and_find`: what is scored, and scored again, without reading the file."""

    __tablename__ = "readings"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    engine_version: Mapped[str] = mapped_column(String(40))
    law_as_of: Mapped[date] = mapped_column(Date)
    body: Mapped[str] = mapped_column(PackedText)
    # What `app.assess.judge_reading` needs to judge the promises again; None in readings of before it was kept.
    judging: Mapped[str | None] = mapped_column(PackedText, deferred=True)


class Assessment(Base):
    """`body` is the contract's JSON exactly as it is served; the columns beside it repeat what queries need."""

    __tablename__ = "assessments"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    reading_id: Mapped[str] = mapped_column(ForeignKey("readings.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    engine_version: Mapped[str] = mapped_column(String(40))
    rubric_id: Mapped[str] = mapped_column(String(80))
    rubric_version: Mapped[int] = mapped_column(Integer)
    graded_on: Mapped[date] = mapped_column(Date)
    law_as_of: Mapped[date] = mapped_column(Date)
    grade: Mapped[str | None] = mapped_column(String(1))
    would_be_grade: Mapped[str | None] = mapped_column(String(1))
    better_firm: Mapped[int] = mapped_column(Integer)
    content_points: Mapped[float | None] = mapped_column(Float)  # None in assessments of before it was kept
    stored: Mapped[str] = mapped_column("body", PackedText(1))  # as `bodies.stored` writes it
    known_digest: Mapped[str | None] = mapped_column("digest", String(64))  # None until somebody relies on it

    reading: Mapped[Reading] = relationship()

    @property
    def body(self) -> str:
        return bodies.to_text(bodies.whole(self.stored, self.reading.body))

    @property
    def digest(self) -> str:
        """SHA-256 of `body` in UTF-8; the ETag."""
        return self.known_digest or hashlib.sha256(self.body.encode()).hexdigest()


class ReviewedAssessment(Base):
    """An assessment with a person's corrections, gates and dossier, as it was confirmed. `assessment_id` is the machine's, untouched."""

    __tablename__ = "reviewed_assessments"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    grade: Mapped[str | None] = mapped_column(String(1))
    total: Mapped[float | None] = mapped_column(Float)
    stored: Mapped[str] = mapped_column("body", PackedText)  # as `bodies.stored` writes it
    digest: Mapped[str] = mapped_column(String(64))

    assessment: Mapped[Assessment] = relationship()

    @property
    def body(self) -> str:
        return bodies.to_text(bodies.whole(self.stored, self.assessment.reading.body))


class ReturnNote(Base):
    """An agreement sent back: `remarks` are {"path", "label", "text"}, path None for a remark on the whole."""

    __tablename__ = "returns"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
    message: Mapped[str | None] = mapped_column(Text)
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Confirmation(Base):
    __tablename__ = "confirmations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    confirmed_by: Mapped[str] = mapped_column(String(200))
    confirmed_by_id: Mapped[str | None] = mapped_column(String(36))  # None before accounts existed
    reviewed_id: Mapped[str | None] = mapped_column(ForeignKey("reviewed_assessments.id"))  # None before reviews existed
    grade: Mapped[str | None] = mapped_column(String(1))  # None: confirmed as not graded
    process_points: Mapped[float | None] = mapped_column(Float)
    signing_implementation_points: Mapped[float | None] = mapped_column(Float)
    bonus_points: Mapped[float | None] = mapped_column(Float)
    total: Mapped[float | None] = mapped_column(Float)
    computed_grade: Mapped[str | None] = mapped_column(String(1))  # the letter that `total` means in the rubric
    cleared_gates: Mapped[list[str]] = mapped_column(JSON)  # codes of `not_graded_because` that the person set aside
    reason: Mapped[str | None] = mapped_column(Text)


class Proposal(Base):
    """A letter that stands confirmed and would be another one by `assessment_id`. A person settles it by confirming again."""

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    regrade_id: Mapped[str] = mapped_column(ForeignKey("regrades.id"))
    confirmation_id: Mapped[str] = mapped_column(ForeignKey("confirmations.id"))
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    state: Mapped[str] = mapped_column(String(10))  # open | settled | replaced
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    from_grade: Mapped[str | None] = mapped_column(String(1))
    to_grade: Mapped[str | None] = mapped_column(String(1))
    total: Mapped[float | None] = mapped_column(Float)  # with the confirmed dossier points, where the profile still allows them
    reasons: Mapped[list[str]] = mapped_column(JSON)

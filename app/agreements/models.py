"""An agreement, the files submitted for it, what the machine read and scored, and what a person decided: six tables, kept apart.

`Agreement` is the case; each `Submission` is one version of its file; each `Reading` is what the engine found in one submission and
each `Assessment` the score of one reading, neither ever changes; each `Confirmation` is a person's decision over one assessment. The
newest of each counts, the older ones stay. A `Proposal` says that a confirmed letter would be another one by a newer assessment.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agreements import bodies
from app.regrades.models import Regrade  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, PackedText, new_id, now
from app.storage.models import StoredFile


class Agreement(Base):
    __tablename__ = "agreements"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))  # waiting | graded | failed | confirmed
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


class Confirmation(Base):
    __tablename__ = "confirmations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    confirmed_by: Mapped[str] = mapped_column(String(200))
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

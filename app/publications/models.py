"""What is public: one row per agreement, its document, its promises, and the words by which it is found.

A withdrawn publication stays as a row with its day and reason: the tombstone that the website pulls.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agreements.models import Confirmation  # noqa: F401  (its table is referred to)
from app.organisations.models import Unit  # noqa: F401  (its table is referred to)
from app.releases.models import Release  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, PackedText, new_id, now


class Publication(Base):
    """`changed_at` is given by the feed's clock (`FeedClock`): no two rows share one, and later commits have later ones."""

    __tablename__ = "publications"
    __table_args__ = (
        Index(None, "grade", "id"),
        Index(None, "province", "id"),
        Index(None, "signed_on", "id"),
        Index(None, "better_firm", "id"),
        Index(None, "changed_at", unique=True),
        Index(None, "expires_on"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), unique=True)
    confirmation_id: Mapped[str] = mapped_column(ForeignKey("confirmations.id"))
    release_id: Mapped[str] = mapped_column(ForeignKey("releases.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    published_at: Mapped[datetime] = mapped_column(Moment, default=now)
    published_by: Mapped[str] = mapped_column(String(36))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_because: Mapped[str | None] = mapped_column(String(20))  # an id of `service.REASONS`
    withdrawn_note: Mapped[str | None] = mapped_column(Text)  # for people inside; never public
    grade: Mapped[str] = mapped_column(String(1))
    title: Mapped[str] = mapped_column(Text)
    employer: Mapped[str | None] = mapped_column(Text)
    unit_name: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)  # commune, zone
    sector: Mapped[str | None] = mapped_column(String(200))
    ownership: Mapped[str | None] = mapped_column(String(20))
    signed_on: Mapped[date | None] = mapped_column(Date)
    effective_from: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    better_firm: Mapped[int] = mapped_column(Integer)
    better_provisions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(PackedText, deferred=True)  # `document.PublicDocument` as JSON
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of `body`; the ETag


class PublicationValue(Base):
    """The best firm figure of one provision in one publication, in the provision's first unit; None for a promise without figure."""

    __tablename__ = "publication_values"
    __table_args__ = (Index(None, "provision", "publication_id", "amount"), Index(None, "topic", "publication_id"))

    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    provision: Mapped[str] = mapped_column(String(60), primary_key=True)
    topic: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[float | None] = mapped_column(Float)


class PublicClauseRow(Base):
    """A clause that promises something better, with its redacted words: how others say it."""

    __tablename__ = "publication_clauses"
    __table_args__ = (Index(None, "provision", "id"), Index(None, "publication_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"))
    provision: Mapped[str] = mapped_column(String(60))
    amount: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str | None] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(200))
    quote: Mapped[str] = mapped_column(Text)
    exact: Mapped[str] = mapped_column(Text)  # the quote's words for search, as in `PublicationText`
    folded: Mapped[str] = mapped_column(Text)

    publication: Mapped[Publication] = relationship(lazy="joined")


class PublicationText(Base):
    """The words of a publication for search: lower case, words parted by one space; `folded` without tone and letter marks."""

    __tablename__ = "publication_texts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), unique=True)
    exact: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)


class FeedClock(Base):
    """One row: the last moment given to a changed publication. Taken for update, so that moments follow the order of commits."""

    __tablename__ = "feed_clock"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)

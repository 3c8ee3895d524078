"""Queries on publications: the rows of one agreement, the feed's clock, and what changed. The website's search is in `search`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, undefer

from app.publications.models import FeedClock, Publication, PublicationText, PublicationValue, PublicClauseRow
from app.storage.base import now

TICK = timedelta(microseconds=1)


class PublicationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Publication) -> None:
        self._session.add(row)

    def of_agreement(self, agreement_id: str) -> Publication | None:
        return self._session.scalar(select(Publication).where(Publication.agreement_id == agreement_id))

    def of_agreements(self, agreement_ids: Sequence[str]) -> dict[str, Publication]:
        rows = self._session.scalars(select(Publication).where(Publication.agreement_id.in_(agreement_ids)))
        return {row.agreement_id: row for row in rows}

    def get(self, publication_id: str) -> Publication | None:
        """With its body."""
        found = select(Publication).where(Publication.id == publication_id).options(undefer(Publication.body))
        return self._session.scalar(found)

    def replace_index(self, publication_id: str, rows: Sequence[PublicationValue | PublicClauseRow | PublicationText]) -> None:
        """Put `rows` in the place of everything by which this publication is found."""
        for table in (PublicationValue, PublicClauseRow, PublicationText):
            self._session.execute(delete(table).where(table.publication_id == publication_id))
        self._session.add_all(rows)
        self._session.flush()

    def tick(self) -> datetime:
        """The next moment of the feed: later than every moment given before, whoever commits first."""
        clock = self._session.scalars(select(FeedClock).with_for_update()).one()
        clock.at = max(now(), clock.at + TICK)
        return clock.at

    def latest(self) -> datetime:
        """The last moment given."""
        return self._session.scalars(select(FeedClock.at)).one()

    def changed_since(self, since: datetime, limit: int) -> list[Publication]:
        """Everything that changed after `since`, withdrawn ones too, in the order of change."""
        wanted = select(Publication).where(Publication.changed_at > since).order_by(Publication.changed_at).limit(limit)
        return list(self._session.scalars(wanted))

    def overdue(self, on: date) -> list[Publication]:
        """Publications that are still shown though their agreements have expired before `on`."""
        return list(self._session.scalars(select(Publication).where(Publication.withdrawn_at.is_(None), Publication.expires_on < on)))

    def shown(self, on: date, after: str | None, limit: int, *, bodies: bool) -> list[Publication]:
        """All that may be shown on `on`, oldest first, for exports."""
        wanted = select(Publication).where(*_shown(on)).order_by(Publication.id).limit(limit)
        if after is not None:
            wanted = wanted.where(Publication.id > after)
        return list(self._session.scalars(wanted.options(undefer(Publication.body)) if bodies else wanted))

    def latest_changed(self, on: date, limit: int) -> list[Publication]:
        """What may be shown on `on`, the last changed first."""
        return list(self._session.scalars(select(Publication).where(*_shown(on)).order_by(Publication.changed_at.desc()).limit(limit)))

    def places(self, on: date, after: str | None, limit: int) -> list[tuple[str, datetime]]:
        """The id and the last change of all that may be shown on `on`, oldest first."""
        wanted = select(Publication.id, Publication.changed_at).where(*_shown(on)).order_by(Publication.id).limit(limit)
        return [
            (row.id, row.changed_at) for row in self._session.execute(wanted if after is None else wanted.where(Publication.id > after))
        ]

    def place_ends(self, on: date, size: int) -> list[str]:
        """The id after which each piece of `size` of all that may be shown on `on` begins, the first piece left out."""
        numbered = select(Publication.id, func.row_number().over(order_by=Publication.id).label("place")).where(*_shown(on)).subquery()
        return list(self._session.scalars(select(numbered.c.id).where(numbered.c.place % size == 0).order_by(numbered.c.id)))


def _shown(on: date) -> list[ColumnElement[bool]]:
    return [Publication.withdrawn_at.is_(None), or_(Publication.expires_on.is_(None), Publication.expires_on >= on)]

"""The website's queries. Every page is found by key, so that a deep page costs what the first one does.

Words are looked up in tables named `search_…`: FTS5 tables on SQLite, `tsvector` columns on PostgreSQL, kept by triggers of the
migration. A query that bears marks finds texts with those very marks first, then those without.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, literal, or_, select, text, tuple_
from sqlalchemy.orm import Session

from app.publications.models import Publication, PublicationText, PublicationValue, PublicClauseRow
from app.publications.search.wanted import Wanted
from app.publications.words import folded, phrases
from app.storage.database import is_sqlite

FEW = 1000
PUBLICATIONS, CLAUSES = "search_publications", "search_clauses"


class SearchRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, wanted: Wanted, limit: int, after: Sequence[Any] | None) -> list[Publication]:
        """A page without words, in the order asked for; `after` is the key of the last row of the page before."""
        query = select(Publication).where(*self._filters(wanted))
        if wanted.provision is not None and wanted.sort == "newest":
            query = query.join(PublicationValue, PublicationValue.publication_id == Publication.id).where(*_value(wanted))
            newest = PublicationValue.publication_id.desc()
            if after is not None:
                query = query.where(PublicationValue.publication_id < after[0])
            return list(self._session.scalars(query.order_by(newest).limit(limit)))
        query = query.where(*self._having(wanted))
        if wanted.sort == "grade":
            return self._by_grade(query, wanted, limit, after)
        first = {"signed_on": Publication.signed_on, "better": Publication.better_firm}.get(wanted.sort)
        keys: list[Any] = [Publication.id] if first is None else [first, Publication.id]
        if first is not None:
            query = query.where(first.is_not(None))
        if after is not None:  # all columns at once, so that an index leads straight to the place
            place = [date.fromisoformat(after[0]), after[1]] if wanted.sort == "signed_on" else after
            query = query.where(tuple_(*keys) < tuple_(*(literal(value, key.type) for value, key in zip(place, keys, strict=True))))
        return list(self._session.scalars(query.order_by(*(key.desc() for key in keys)).limit(limit)))

    def _by_grade(self, query: Select[Any], wanted: Wanted, limit: int, after: Sequence[Any] | None) -> list[Publication]:
        """The best letter first, the newest of each first: a query for each letter, which an index answers in this order."""
        found: list[Publication] = []
        for grade in sorted(wanted.grades):
            if len(found) == limit or (after is not None and grade < after[0]):
                continue
            of_grade = query.where(Publication.grade == grade)
            if after is not None and grade == after[0]:
                of_grade = of_grade.where(Publication.id < after[1])
            found += self._session.scalars(of_grade.order_by(Publication.id.desc()).limit(limit - len(found)))
        return found

    def search(self, wanted: Wanted, limit: int, exact: bool, before: int | None) -> list[tuple[int, Publication]]:
        """Publications whose text holds every asked word, the newest text first, with the number of the text.

        `exact`: with the marks as written; otherwise without regard to marks, those that match exactly left out.
        """
        asked = phrases(wanted.words or "")
        plain = [folded(one) for one in asked]
        found = self._matching(PUBLICATIONS, "exact" if exact else "folded", asked if exact else plain)
        query = select(PublicationText.id, Publication).join(Publication, Publication.id == PublicationText.publication_id)
        query = query.where(PublicationText.id.in_(found), *self._filters(wanted), *self._having(wanted))
        if not exact and plain != asked:
            query = query.where(PublicationText.id.not_in(self._matching(PUBLICATIONS, "exact", asked)))
        if before is not None:
            query = query.where(PublicationText.id < before)
        return [(number, row) for number, row in self._session.execute(query.order_by(PublicationText.id.desc()).limit(limit))]

    def clauses(self, wanted: Wanted, limit: int, before: int | None) -> list[PublicClauseRow]:
        """Clauses of shown publications that promise `wanted.provision`, the newest first."""
        query = select(PublicClauseRow).join(Publication, Publication.id == PublicClauseRow.publication_id).where(*self._filters(wanted))
        if wanted.provision is not None:
            query = query.where(PublicClauseRow.provision == wanted.provision)
        if wanted.at_least is not None:
            query = query.where(PublicClauseRow.amount >= wanted.at_least)
        if wanted.at_most is not None:
            query = query.where(PublicClauseRow.amount <= wanted.at_most)
        if wanted.words:
            asked = phrases(wanted.words)
            plain = [folded(one) for one in asked]
            column = "folded" if plain == asked else "exact"
            query = query.where(PublicClauseRow.id.in_(self._matching(CLAUSES, column, asked)))
        if before is not None:
            query = query.where(PublicClauseRow.id < before)
        return list(self._session.scalars(query.order_by(PublicClauseRow.id.desc()).limit(limit)))

    def _filters(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        out: list[ColumnElement[bool]] = [
            Publication.withdrawn_at.is_(None),
            Publication.grade.in_(wanted.grades),
            or_(Publication.expires_on.is_(None), Publication.expires_on >= wanted.on),
        ]
        for column, value in (
            (Publication.province, wanted.province),
            (Publication.area, wanted.area),
            (Publication.sector, wanted.sector),
            (Publication.ownership, wanted.ownership),
        ):
            if value is not None:
                out.append(column == value)
        if wanted.topic is not None:
            topics = select(PublicationValue.publication_id).where(
                PublicationValue.topic == wanted.topic, PublicationValue.publication_id == Publication.id
            )
            out.append(topics.exists())
        return out

    def _having(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        if wanted.provision is None:
            return []
        found = select(PublicationValue.publication_id).where(PublicationValue.publication_id == Publication.id, *_value(wanted))
        return [found.exists()]

    def _matching(self, table: str, column: str, asked: list[str]) -> Select[tuple[int]] | list[int]:
        """Numbers of the texts that hold every phrase of `asked`; the phrases are plain words (`words.normal`).

        Few numbers are read at once: PostgreSQL would look for rare words by walking through all texts in order.
        """
        if is_sqlite(self._session.connection()):
            words = " AND ".join(f'"{one}"' for one in asked)
            found = text(f"SELECT rowid AS id FROM {table} WHERE {table} MATCH :match")
            found = found.bindparams(bindparam("match", f"{column} : ({words})", unique=True))
        else:
            conditions = " AND ".join(f"{column} @@ phraseto_tsquery('simple', :p{index})" for index in range(len(asked)))
            found = text(f"SELECT id FROM {table} WHERE {conditions}")
            found = found.bindparams(*(bindparam(f"p{index}", one, unique=True) for index, one in enumerate(asked)))
            limited = select(found.columns(id=Integer).subquery().c.id).limit(FEW + 1)
            few = list(self._session.scalars(limited))
            if len(few) <= FEW:
                return few
        return select(found.columns(id=Integer).subquery().c.id)


def _value(wanted: Wanted) -> list[ColumnElement[bool]]:
    out: list[ColumnElement[bool]] = [PublicationValue.provision == wanted.provision]
    if wanted.at_least is not None:
        out.append(PublicationValue.amount >= wanted.at_least)
    if wanted.at_most is not None:
        out.append(PublicationValue.amount <= wanted.at_most)
    return out

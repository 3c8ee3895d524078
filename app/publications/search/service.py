"""Pages of the feed: what was asked for, found and shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.grading.catalogue import load_catalogue
from app.grading.wording import amount
from app.publications.models import Publication, PublicClauseRow
from app.publications.repository import PublicationRepository
from app.publications.schemas import (
    ClauseOut,
    ClausePage,
    PublicationLinks,
    PublicationOut,
    PublicationPage,
    Tombstone,
)
from app.publications.search.repository import SearchRepository
from app.publications.search.wanted import Wanted, cursor_of, place_of
from app.publications.service import REASONS
from app.publications.words import folded, phrases

FILTERED = "Không còn khớp bộ lọc"
KEYS: dict[str, tuple[type | tuple[type, ...], ...]] = {
    "newest": (str,),
    "grade": (str, str),
    "signed_on": (str, str),
    "better": (int, str),
}


def links(base: str, publication_id: str) -> PublicationLinks:
    """`base` is the public address of the service, without a slash at its end."""
    own = f"{base}/api/v1/publications/{publication_id}"
    return PublicationLinks(
        self=own, fragment=f"{own}/fragment.html", pdf=f"{own}/document.pdf", akoma_ntoso=f"{own}/akoma-ntoso.xml", json_ld=f"{own}/json-ld"
    )


def show(row: Publication, base: str) -> PublicationOut:
    columns = {name: getattr(row, name) for name in PublicationOut.model_fields if name not in ("withdrawn", "links")}
    return PublicationOut(**columns, links=links(base, row.id))


def page(session: Session, wanted: Wanted, limit: int, cursor: str | None, base: str) -> PublicationPage:
    """A page of what is shown. Raises Problem (cursor)."""
    if wanted.words is not None and phrases(wanted.words):
        return _words(session, wanted, limit, cursor, base)
    after = place_of(cursor, KEYS[wanted.sort])
    rows = SearchRepository(session).page(wanted, limit + 1, after)
    more = cursor_of(_key(wanted.sort, rows[limit - 1])) if len(rows) > limit else None
    return PublicationPage(items=[show(row, base) for row in rows[:limit]], next_cursor=more)


def changes(session: Session, wanted: Wanted, since: datetime, limit: int, base: str) -> PublicationPage:
    """What changed after `since`, in the order of change: publications, and tombstones of what is to be taken off the site."""
    rows = PublicationRepository(session).changed_since(since, limit)
    items = [show(row, base) if _matches(wanted, row) else _tombstone(row, wanted) for row in rows]
    return PublicationPage(items=items, next_cursor=None, next_changed_since=rows[-1].changed_at if rows else since)


def clauses(session: Session, wanted: Wanted, limit: int, cursor: str | None, base: str) -> ClausePage:
    """How others promise a thing, newest first. Raises Problem (cursor)."""
    place = place_of(cursor, (int,))
    rows = SearchRepository(session).clauses(wanted, limit + 1, place[0] if place else None)
    items = [_clause(row, base) for row in rows[:limit]]
    return ClausePage(items=items, next_cursor=cursor_of([rows[limit - 1].id]) if len(rows) > limit else None)


def _words(session: Session, wanted: Wanted, limit: int, cursor: str | None, base: str) -> PublicationPage:
    """With the marks as written first, then without regard to marks; a cursor says how far which of the two was read."""
    repository = SearchRepository(session)
    marked = [folded(one) for one in phrases(wanted.words or "")] != phrases(wanted.words or "")
    place = place_of(cursor, (int, int)) if cursor else None
    exact, before = (bool(place[0]), place[1] or None) if place else (marked, None)
    found = [(exact, *one) for one in repository.search(wanted, limit + 1, exact, before)]
    if exact and len(found) <= limit:
        found += [(False, *one) for one in repository.search(wanted, limit + 1 - len(found), exact=False, before=None)]
    more = None
    if len(found) > limit:
        last = found[limit - 1]
        turned = last[0] and not found[limit][0]  # the page ends where the exact ones end
        more = cursor_of([0, 0] if turned else [int(last[0]), last[1]])
    return PublicationPage(items=[show(row, base) for _, _, row in found[:limit]], next_cursor=more)


def _key(sort: str, row: Publication) -> list[Any]:
    match sort:
        case "grade":
            return [row.grade, row.id]
        case "signed_on":
            return [row.signed_on.isoformat() if row.signed_on else "", row.id]
        case "better":
            return [row.better_firm, row.id]
        case _:
            return [row.id]


def _matches(wanted: Wanted, row: Publication) -> bool:
    if row.withdrawn_at is not None or row.grade not in wanted.grades or (row.expires_on is not None and row.expires_on < wanted.on):
        return False
    for name in ("province", "area", "sector", "ownership"):
        asked = getattr(wanted, name)
        if asked is not None and getattr(row, name) != asked:
            return False
    return _promised(wanted, row.better_provisions)


def _promised(wanted: Wanted, promises: Iterable[dict[str, Any]]) -> bool:
    if wanted.topic is not None and not any(one["topic"] == wanted.topic for one in promises):
        return False
    if wanted.provision is None:
        return True
    least, most = wanted.at_least, wanted.at_most
    unit = load_catalogue().provisions[wanted.provision].units[0]
    return any(
        one["provision"] == wanted.provision
        and ((least is None and most is None) or (one["amount"] is not None and one["unit"] == unit))
        and (least is None or one["amount"] >= least)
        and (most is None or one["amount"] <= most)
        for one in promises
    )


def _tombstone(row: Publication, wanted: Wanted) -> Tombstone:
    because = row.withdrawn_because or ("expired" if row.expires_on is not None and row.expires_on < wanted.on else "filtered")
    return Tombstone(id=row.id, because=because, because_label=REASONS.get(because, FILTERED), changed_at=row.changed_at)


def _clause(row: PublicClauseRow, base: str) -> ClauseOut:
    publication = row.publication
    return ClauseOut(
        provision=row.provision,
        provision_label=load_catalogue().label(row.provision),
        amount=row.amount,
        unit=row.unit,
        amount_label=amount(row.amount, row.unit),
        path=row.path,
        label=row.label,
        quote=row.quote,
        publication_id=publication.id,
        employer=publication.employer,
        province=publication.province,
        sector=publication.sector,
        signed_on=publication.signed_on,
        grade=publication.grade,  # type: ignore[arg-type]
        link=links(base, publication.id).self,
    )

"""The dossier: points per item of the profile, what they rest on, and the documents uploaded beside them.

The union declares and attaches; a reviewer verifies. Every function works in the caller's transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.agreements import stages
from app.agreements.access import Asker, find, opened, standings
from app.agreements.life import Move, Stage, open_moves
from app.agreements.models import Agreement
from app.agreements.service import Incoming
from app.audit.events import Event
from app.audit.service import record
from app.grading.profile import Item, Profile
from app.grading.wording import number
from app.problems import Problem
from app.reviews.models import DocumentRow, EntryRow
from app.reviews.repository import ReviewRepository
from app.reviews.schemas import EntryIn
from app.reviews.service import desk_of
from app.storage.base import now
from app.storage.files import FileStore
from app.storage.repository import FileRepository

MAX_DOCUMENTS = 100  # of one agreement


def put(session: Session, asker: Asker, agreement_id: str, item: str, wanted: EntryIn | None, if_match: str | None) -> Agreement:
    """Enter the points of an item; None takes the entry back. Only a reviewer says "verified" or changes it. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.DOSSIER, if_match)
    profile = desk_of(session, agreement).profile
    _item(profile, item)
    reviews = _reviews(session, asker, agreement)
    repository = ReviewRepository(session)
    entry = next((row for row in repository.entries([agreement.id]) if row.item == item), None)
    state = (wanted.state or ("attached" if _attached(repository, agreement, item) else "declared")) if wanted else None
    if not reviews and ("verified" in (state, entry.state if entry else None)):
        raise Problem("forbidden", "Chỉ người duyệt được ghi «đã đối chiếu», hoặc sửa mục đã đối chiếu.")
    if state == "attached" and not _attached(repository, agreement, item):
        raise Problem("dossier_invalid", "Mục này chưa có tài liệu nào kèm theo. Hãy gửi tài liệu trước.")
    before = _told(entry) if entry else None
    if wanted is None or state is None:
        if entry is None:
            raise Problem("dossier_invalid", "Mục này chưa có điểm.")
        repository.remove(entry)
        after = None
    else:
        _check(profile, item, wanted.points)
        entry = entry or EntryRow(agreement_id=agreement.id, item=item)
        entry.points, entry.document, entry.state = wanted.points, wanted.document or "", state
        entry.by_id, entry.by_name, entry.changed_at = asker.person, asker.who.name, now()
        repository.add(entry)
        after = _told(entry)
    stages.touch(agreement)
    _tell(session, asker, agreement, Event.DOSSIER_CHANGED, before, after)
    return agreement


def attach(
    session: Session, asker: Asker, files: FileStore, agreement_id: str, item: str, sent: Incoming, if_match: str | None
) -> tuple[Agreement, DocumentRow]:
    """Keep a document beside an item; a declared item becomes an attached one. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.DOSSIER, if_match)
    _item(desk_of(session, agreement).profile, item)
    repository = ReviewRepository(session)
    known = repository.documents(agreement.id)
    if len(known) >= MAX_DOCUMENTS:
        raise Problem("dossier_invalid", f"Hồ sơ đã có {MAX_DOCUMENTS} tài liệu. Hãy gộp các tài liệu lại.")
    same = next((row for row in known if row.item == item and row.file_sha256 == sent.staged.sha256), None)
    if same is not None:
        return agreement, same
    FileRepository(session).add(sent.staged.sha256, sent.staged.size, sent.media_type)
    if not files.holds(sent.staged.sha256):
        files.keep(sent.staged)
    row = DocumentRow(
        agreement_id=agreement.id,
        item=item,
        file_sha256=sent.staged.sha256,
        filename=sent.filename,
        by_id=asker.person,
        by_name=asker.who.name,
    )
    repository.add(row)
    for entry in repository.entries([agreement.id]):
        if entry.item == item and entry.state == "declared":
            entry.state = "attached"
    stages.touch(agreement)
    after = {"document": row.id, "item": item, "filename": row.filename, "file": row.file_sha256}
    _tell(session, asker, agreement, Event.DOSSIER_DOCUMENT_ADDED, None, after)
    return agreement, row


def detach(session: Session, asker: Asker, agreement_id: str, document_id: str, if_match: str | None) -> Agreement:
    """Take a document back; its bytes stay in the store, and the audit knows it was there. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.DOSSIER, if_match)
    repository = ReviewRepository(session)
    row = _document(repository, agreement, document_id)
    entries = [entry for entry in repository.entries([agreement.id]) if entry.item == row.item]
    if not _reviews(session, asker, agreement) and any(entry.state == "verified" for entry in entries):
        raise Problem("forbidden", "Mục này đã được đối chiếu; chỉ người duyệt gỡ được tài liệu của nó.")
    row.removed_at = now()
    session.flush()
    for entry in entries:
        if entry.state == "attached" and not _attached(repository, agreement, row.item):
            entry.state = "declared"
    stages.touch(agreement)
    before = {"document": row.id, "item": row.item, "filename": row.filename, "file": row.file_sha256}
    _tell(session, asker, agreement, Event.DOSSIER_DOCUMENT_REMOVED, before, None)
    return agreement


def document(session: Session, asker: Asker, agreement_id: str, document_id: str) -> DocumentRow:
    """One document of an agreement that this person may see. Raises Problem."""
    return _document(ReviewRepository(session), find(session, asker, agreement_id), document_id)


def _document(repository: ReviewRepository, agreement: Agreement, document_id: str) -> DocumentRow:
    row = next((one for one in repository.documents(agreement.id) if one.id == document_id), None)
    if row is None:
        raise Problem("document_not_found", f"Hồ sơ không có tài liệu mang mã «{document_id[:60]}».")
    return row


def _reviews(session: Session, asker: Asker, agreement: Agreement) -> bool:
    """Whether this person may review the agreement now."""
    standing = standings(session, asker, [agreement])[agreement.id]
    return Move.REVIEW in open_moves(Stage(agreement.stage), standing)


def _attached(repository: ReviewRepository, agreement: Agreement, item: str) -> bool:
    return any(row.item == item for row in repository.documents(agreement.id))


def _item(profile: Profile, item: str) -> Item:
    known = {one.id: one for one in profile.items if one.earn is None}
    if item not in known:
        raise Problem("dossier_invalid", f"Khung điểm {profile.reference} không có mục hồ sơ «{item[:60]}»; có: {', '.join(known)}.")
    return known[item]


def _check(profile: Profile, item: str, points: float) -> None:
    one = _item(profile, item)
    if points > one.max or points % profile.step:
        limit = f"từ 0 đến {number(one.max)}, bước {number(profile.step)}"
        raise Problem("points_invalid", f"Điểm mục «{one.label}» phải {limit}, không phải {number(points)}.")


def _told(row: EntryRow) -> dict[str, Any]:
    return {"item": row.item, "points": row.points, "document": row.document, "state": row.state}


def _tell(
    session: Session, asker: Asker, agreement: Agreement, event: Event, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    record(session, asker.who, event, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id, before=before, after=after)

"""What happens to a release: prepared, edited, approved. Every function works in the caller's transaction.

Nothing of an agreement is public before a publisher has seen its marked text and approved it; an edit takes the approval back.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.principal import Principal
from app.agreements.bodies import to_text
from app.agreements.models import Agreement, Submission
from app.audit.events import Event
from app.audit.service import record
from app.jobs.interface import Jobs
from app.problems import Problem
from app.publications.document import PublicClause
from app.reading.wire import unpack
from app.redaction.edits import occurrences
from app.releases.models import Release
from app.releases.reading import ApprovedText, Redacted, left_over, redacted
from app.releases.repository import ReleaseRepository
from app.releases.schemas import ReleaseEdit
from app.storage.base import now

RELEASE = "release"  # the kind of the job that reads a file for its release; its subject is the release's id


def prepare(session: Session, jobs: Jobs, who: Principal, agreement: Agreement, submission: Submission) -> Release:
    """The release of this submission; made, with the job that reads its file, where there is none or its reading had failed."""
    repository = ReleaseRepository(session)
    release = repository.of_submission(submission.id, lock=True)
    if release is not None and release.state != "failed":
        return release
    if release is None:
        release = Release(agreement_id=agreement.id, submission_id=submission.id, state="preparing", added=[], taken_back=[])
        repository.add(release)
    release.state, release.error_code, release.error_message = "preparing", None, None
    jobs.enqueue(session, RELEASE, release.id, {"release": release.id, "submission": submission.id})
    _tell(session, who, agreement, Event.REDACTION_CHANGED, None, {"state": "preparing", "release": release.id})
    return release


def store_reading(session: Session, submission_id: str, document: str) -> None:
    """Keep what the job read."""
    release = of_submission(session, submission_id, lock=True)
    release.document, release.state, release.changed_at = document, "ready", now()


def record_failure(session: Session, submission_id: str, code: str, message: str) -> None:
    release = of_submission(session, submission_id, lock=True)
    release.state, release.error_code, release.error_message, release.changed_at = "failed", code, message, now()


def of_submission(session: Session, submission_id: str, *, lock: bool = False) -> Release:
    """The release of a submission. Raises Problem."""
    release = ReleaseRepository(session).of_submission(submission_id, lock=lock)
    if release is None:
        raise Problem("release_not_found", "Chưa chuẩn bị bản công khai cho thỏa ước này. Hãy gọi POST …/release trước.")
    return release


def edit(
    session: Session, who: Principal, agreement: Agreement, release: Release, sha256: str, wanted: ReleaseEdit, if_match: str | None
) -> Redacted:
    """Replace the publisher's additions and take-backs. Raises Problem."""
    _fresh(release, if_match)
    found = read_redacted(release, sha256)
    for one in wanted.add:
        if one.kind not in found.redaction.kinds:
            allowed = ", ".join(found.redaction.kinds)
            raise Problem("release_edit_invalid", f"Không có loại dữ liệu «{one.kind[:40]}». Dùng một trong: {allowed}.")
    for words in [*(one.words for one in wanted.add), *(one.words for one in wanted.take_back)]:
        if not occurrences(found.redaction, words):
            raise Problem("release_edit_invalid", f"Không thấy «{words[:80]}» trong văn bản. Hãy chép đúng chữ của thỏa ước.")
    before = {"added": release.added, "taken_back": release.taken_back, "state": release.state}
    release.added = [one.model_dump() for one in wanted.add]
    release.taken_back = [one.model_dump() for one in wanted.take_back]
    _take_back_approval(release)
    after = {"added": len(release.added), "taken_back": len(release.taken_back), "state": release.state}
    counts = {**before, "added": len(before["added"]), "taken_back": len(before["taken_back"])}
    _tell(session, who, agreement, Event.REDACTION_CHANGED, counts, after)
    return redacted(release, sha256)


def approve(session: Session, who: Principal, agreement: Agreement, release: Release, sha256: str, on: date, if_match: str | None) -> None:
    """Fix the redacted text as it stands. Raises Problem while personal data are left in it."""
    _fresh(release, if_match)
    found = read_redacted(release, sha256)
    remaining = left_over(found)
    if remaining:
        told = "; ".join(f"«{words[:60]}»" for words in remaining[:5])
        raise Problem("redaction_incomplete", f"Bản công khai còn dữ liệu cá nhân: {told}. Hãy bỏ hoặc giữ lại có lý do.")
    redaction = found.redaction
    ground = redaction.ground(on)
    spans = [[span.start, span.end, redaction.kinds[span.kind].mark] for span in redaction.spans]
    release.approved = to_text({"clauses": found.clauses, "spans": spans})
    release.counts = redaction.record(on)["counts"]
    release.legal_ground, release.ground_from = (ground.document, ground.start) if ground else (None, None)
    release.state, release.approved_at, release.changed_at = "approved", now(), now()
    release.approved_by, release.approved_name = who.id, who.name
    after = {"release": release.id, "counts": release.counts, "legal_ground": release.legal_ground}
    _tell(session, who, agreement, Event.REDACTION_APPROVED, None, after)


def approved(release: Release, sha256: str) -> tuple[list[PublicClause], ApprovedText]:
    """The clauses as approved, and the text from which quotes are cut. Raises Problem."""
    if release.state != "approved" or release.approved is None or release.document is None:
        raise Problem("redaction_not_approved", "Bản công khai chưa được phê duyệt. Hãy xem phần chữ đã đánh dấu rồi phê duyệt.")
    found = json.loads(release.approved)
    text = unpack(release.document.encode(), sha256, "").text
    return found["clauses"], ApprovedText(text, [(start, end, mark) for start, end, mark in found["spans"]])


def etag(release: Release) -> str:
    return f'"{release.id}-{release.revision}"'


def read_redacted(release: Release, sha256: str) -> Redacted:
    """The redaction as it stands, edits included. Raises Problem while it is being prepared."""
    if release.state == "failed":
        raise Problem(release.error_code or "grading_failed", release.error_message or "Không đọc được tệp này.")
    if release.document is None:
        raise Problem("release_not_ready", "Bản công khai đang được chuẩn bị. Hãy thử lại sau ít giây.")
    return redacted(release, sha256)


def _fresh(release: Release, if_match: str | None) -> None:
    if if_match is None:
        raise Problem("if_match_required", "Hãy gửi kèm If-Match là ETag của bản công khai khi anh/chị mở nó.")
    if if_match not in ("*", etag(release)):
        raise Problem("changed_meanwhile", "Bản công khai đã thay đổi từ khi anh/chị mở. Hãy xem lại rồi sửa lại.")


def _take_back_approval(release: Release) -> None:
    release.state, release.changed_at = "ready", now()
    release.approved = release.approved_at = release.approved_by = release.approved_name = release.counts = None


def _tell(
    session: Session, who: Principal, agreement: Agreement, event: Event, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    record(session, who, event, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id, before=before, after=after)

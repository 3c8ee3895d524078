"""The profiles that the service grades by: the shipped files and what officers brought in, each provisional until confirmed.

Every function works in the caller's transaction. A stored version never changes; a correction is a new version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.grading.catalogue import load_catalogue
from app.grading.profile import Profile
from app.grading.rubric import DEFAULT_RUBRIC, all_rubrics, find_rubric, parse_rubric
from app.grading.sheet import SheetError, import_sheet
from app.grading.sheet_export import profile_data
from app.problems import Problem
from app.reading.document import ReadingError
from app.reading.guard import Archive
from app.rubrics.models import Rubric
from app.rubrics.repository import RubricRepository
from app.storage.base import now

MOST_BYTES = 8_000_000  # of one part of a workbook, unpacked; the shipped profile has 60,000


@dataclass(frozen=True)
class Known:
    """A profile as it counts now; `row` is None for a shipped one that nobody has confirmed here."""

    profile: Profile
    row: Rubric | None


def listing(session: Session) -> list[Known]:
    """Every profile, by id and version."""
    known = {profile.reference: Known(profile, None) for profile in all_rubrics()}
    known |= {one.profile.reference: one for one in map(_known, RubricRepository(session).all())}
    return sorted(known.values(), key=lambda one: (one.profile.id, one.profile.version))


def find(session: Session, reference: str | None) -> Profile:
    """The profile "id" (its newest version) or "id@version"; the default one where nothing is asked for. Raises Problem."""
    return get(session, reference).profile


def get(session: Session, reference: str | None) -> Known:
    """As `find`, with the row. Raises Problem."""
    id, _, version = (reference or DEFAULT_RUBRIC).partition("@")
    known = {profile.version: Known(profile, None) for profile in all_rubrics() if profile.id == id}
    known |= {row.version: _known(row) for row in RubricRepository(session).versions(id)}
    found = known.get(int(version)) if version.isdecimal() and len(version) < 9 else known[max(known)] if known and not version else None
    if found is None:
        names = ", ".join(one.profile.reference for one in listing(session))
        raise Problem("rubric_not_found", f"Không có khung điểm «{(reference or '')[:100]}»; hiện có: {names}.")
    return found


def import_profile(session: Session, data: bytes, filename: str, imported_by: str) -> Known:
    """Store the profile of an officer's spreadsheet as provisional. Raises Problem that names every wrong cell."""
    try:
        if data[:2] == b"PK":
            archive = Archive(data)  # refuses packages that swell
            if any(archive.size(name) > MOST_BYTES for name in archive.names):
                raise Problem("rubric_invalid", "Bảng tính quá lớn so với một khung điểm. Hãy bỏ các trang và hình không cần.")
        profile = import_sheet(data, filename, load_catalogue(), find_rubric())
    except ReadingError as error:
        raise Problem("rubric_invalid", error.message) from error
    except SheetError as error:
        raise _refusal(error) from error
    if any(one.reference == profile.reference for one in all_rubrics()) or RubricRepository(session).one(profile.id, profile.version):
        raise _exists(profile)
    body = json.dumps(profile_data(profile), ensure_ascii=False, default=str)
    row = Rubric(rubric_id=profile.id, version=profile.version, body=body, filename=filename, imported_by=imported_by)
    try:
        RubricRepository(session).add(row)
    except IntegrityError as error:  # brought in by somebody else in this moment
        raise _exists(profile) from error
    return Known(profile, row)


def confirm(session: Session, reference: str, confirmed_by: str) -> Known:
    """An authorised person says that this version is the federation's own. Raises Problem."""
    profile = get(session, reference).profile
    repository = RubricRepository(session)
    row = repository.one(profile.id, profile.version, lock=True)
    if row is not None and row.confirmed_at is not None:
        raise Problem("rubric_confirmed", f"Khung điểm {profile.reference} đã được {row.confirmed_by} xác nhận.")
    if row is None:
        body = json.dumps(profile_data(profile), ensure_ascii=False, default=str)
        row = Rubric(rubric_id=profile.id, version=profile.version, body=body)
        repository.add(row)
    row.confirmed_at, row.confirmed_by = now(), confirmed_by
    return _known(row)


def data_of(profile: Profile) -> dict[str, Any]:
    """The whole profile as JSON values."""
    data: dict[str, Any] = json.loads(json.dumps(profile_data(profile), default=str))
    return data


def _known(row: Rubric) -> Known:
    profile = _parse(row.body, f"{row.rubric_id}@{row.version}")
    return Known(replace(profile, status="provisional" if row.confirmed_at is None else "confirmed"), row)


@lru_cache(maxsize=64)
def _parse(body: str, name: str) -> Profile:
    return parse_rubric(json.loads(body), name, load_catalogue())


def _exists(profile: Profile) -> Problem:
    return Problem("rubric_exists", f"Đã có khung điểm {profile.reference}. Hãy ghi số version mới trong bảng tính.")


def _refusal(error: SheetError) -> Problem:
    errors = []
    for problem in error.problems:
        where, _, message = problem.message.partition(": ")
        errors.append({"field": where, "message": message} if message else {"field": error.name, "message": where})
    told = "; ".join(str(problem) for problem in error.problems[:5])
    return Problem("rubric_invalid", f"Bảng tính có {len(errors)} lỗi, chưa đưa vào: {told}.", errors=errors)

"""The one seam between the service and the five rooms: what a job asks of `app.assess`, and how its refusals are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.assess import NotAnAgreement, read_and_find, score_reading
from app.grading.profile import Profile
from app.jobs.interface import Permanent
from app.reading.document import ReadingError
from app.reading.sandbox import read_isolated


def read_file(data: bytes, filename: str, *, graded_on: date, law_on: date | None) -> dict[str, Any]:
    """The record of one file. Raises Permanent where the file itself is the reason that it cannot be graded."""
    try:
        return read_and_find(data, filename, graded_on=graded_on, law_on=law_on, read=read_isolated)
    except (ReadingError, NotAnAgreement) as error:
        raise Permanent(error.code, error.message) from error


def score_record(record: Mapping[str, Any], *, graded_on: date, profile: Profile) -> dict[str, Any]:
    """The assessment of a record by a profile."""
    return score_reading(record, graded_on=graded_on, profile=profile)

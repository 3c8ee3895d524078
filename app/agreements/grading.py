"""The one seam between the service and the five rooms: what a job asks of `app.assess`, and how its refusals are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.assess import NotAnAgreement, read_and_find, score_reading
from app.grading.profile import Profile
from app.grading.rubric import find_rubric
from app.grading.strict import RuleFileError
from app.jobs.interface import Permanent
from app.problems import Problem
from app.reading.document import ReadingError
from app.reading.sandbox import read_isolated


def read_file(data: bytes, filename: str, *, graded_on: date, law_on: date | None) -> dict[str, Any]:
    """The record of one file. Raises Permanent where the file itself is the reason that it cannot be graded."""
    try:
        return read_and_find(data, filename, graded_on=graded_on, law_on=law_on, read=read_isolated)
    except (ReadingError, NotAnAgreement) as error:
        raise Permanent(error.code, error.message) from error


def score_record(record: Mapping[str, Any], *, graded_on: date, rubric: str) -> dict[str, Any]:
    """The assessment of a record by the profile "id@version"."""
    return score_reading(record, graded_on=graded_on, rubric=rubric)


def rubric_named(reference: str | None) -> Profile:
    """The profile that grades; the default one where none is asked for. Raises Problem."""
    try:
        return find_rubric(reference)
    except RuleFileError as error:
        raise Problem("rubric_not_found", f"{error.problems[0].message[:1].upper()}{error.problems[0].message[1:]}.") from error


def to_text(value: Mapping[str, Any]) -> str:
    """How records and assessments are stored and served: compact JSON in UTF-8, keys in the contract's order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

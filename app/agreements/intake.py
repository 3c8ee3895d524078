"""The cheap look at an uploaded file before it is accepted: what it is, by its content."""

from __future__ import annotations

from app.problems import Problem
from app.reading.document import ReadingError
from app.reading.sniff import Kind, sniff
from app.storage.files import Staged

MEDIA_TYPES: dict[Kind, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "image": "image/*",
    "pages": "application/zip",
}


def media_type_of(staged: Staged, filename: str) -> str:
    """The media type of a sealed upload. Raises Problem with the reading room's own code for what can never be read."""
    try:
        return MEDIA_TYPES[sniff(staged.path.read_bytes(), filename)]
    except ReadingError as error:
        raise Problem(error.code, error.message) from error

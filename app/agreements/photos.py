"""Several files of one upload: photos of the pages of one agreement, kept as one .zip that has the same bytes for the same photos.

They arrive one behind the other in one staged file; each `Part` knows its place in it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

from app.problems import Problem
from app.reading.bundle import HEAD_BYTES, MAX_IMAGES, bundle, check_image, natural, too_many_images
from app.reading.document import ReadingError
from app.storage.files import FileStore, Staged

ORDER_FIELD = "page_order"
BY_NAME = "name"
ROOM_BESIDE = 500 * MAX_IMAGES  # bytes that a .zip holds beside its pages, at most
NAMELESS = "thoa-uoc"


@dataclass
class Part:
    """One file of the form: its name and the bytes [start, end) of the staged file."""

    name: str
    start: int
    end: int
    head: bytes = b""
    ended: bool = False
    checked: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.name and self.start == self.end

    def add(self, data: bytes) -> None:
        self.end += len(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]


def check_photos(parts: list[Part]) -> None:
    """Refuse, as early as its first bytes tell, a file that is no photo among several, and one photo too many. Raises Problem."""
    if len(parts) < 2:
        return
    try:
        if len(parts) > MAX_IMAGES:
            raise too_many_images()
        for number, part in ((1, parts[0]), (len(parts), parts[-1])):
            if not part.checked and (part.ended or len(part.head) == HEAD_BYTES):
                check_image(number, part.head, part.name)
                part.checked = True
    except ReadingError as error:
        raise Problem(error.code, error.message) from error


def as_one_file(files: FileStore, raw: Staged, parts: list[Part], by_name: bool, cap: int) -> Staged:
    """Stage and seal the .zip of the photos in `raw`, in the order in which they came or by their names as people count."""
    ordered = sorted(parts, key=lambda part: natural(part.name)) if by_name else parts
    staged = files.stage(cap + ROOM_BESIDE)
    try:
        with raw.path.open("rb") as file:
            bundle((_Slice(file, part) for part in ordered), staged)
        staged.seal()
    except BaseException:
        staged.discard()
        raise
    return staged


def filename_of(parts: list[Part]) -> str:
    """The name under which an upload is kept: that of its file, or the first photo's with the number of pages."""
    first = parts[0].name or NAMELESS
    return first if len(parts) == 1 else f"{first.rpartition('.')[0] or first} ({len(parts)} ảnh).zip"


def clean_filename(name: str) -> str:
    """The last part of a path in whatever style, without control characters, at most 240 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip()
    return shown[-240:]


class _Slice:
    """The bytes of one part, read from where the last read ended."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._file, self._at, self._end = file, part.start, part.end

    def read(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(size, self._end - self._at))
        self._at += len(data)
        return data

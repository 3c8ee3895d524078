"""Several photos as one file: a plain .zip of numbered pages, the same bytes for the same photos in the same order.

Reads open image files, writes ZIP bytes that `read` recognises as the pages of one agreement; neither is ever held in memory whole.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Protocol

from app.reading.document import ReadingError
from app.reading.sniff import is_image

MAX_IMAGES = 200  # of one agreement
HEAD_BYTES = 12  # of a file, enough to know a photo by
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 18


class Source(Protocol):
    """A photo, read from its first byte to its last."""

    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    """Where the .zip goes, from its first byte to its last."""

    def write(self, chunk: bytes, /) -> object: ...


def bundle(photos: Iterable[Source], sink: Sink) -> None:
    """Write the photos as one .zip, in the order given. Raises ReadingError: not_an_image, too_large (more than MAX_IMAGES)."""
    with zipfile.ZipFile(_Forward(sink), "w", zipfile.ZIP_STORED) as archive:
        for number, photo in enumerate(photos, 1):
            if number > MAX_IMAGES:
                raise too_many_images()
            head = photo.read(HEAD_BYTES)
            check_image(number, head)
            with archive.open(zipfile.ZipInfo(f"trang-{number:03}{_suffix(head)}", _EPOCH), "w") as page:
                chunk = head
                while chunk:
                    page.write(chunk)
                    chunk = photo.read(_CHUNK)


def check_image(number: int, head: bytes, name: str = "") -> None:
    """Raise ReadingError not_an_image unless the file that stands at `number`, from 1, begins like a photo."""
    if not is_image(head):
        named = f" («{name}»)" if name else ""
        raise ReadingError(
            "not_an_image",
            f"Tệp thứ {number}{named} không phải ảnh. Chỉ ảnh các trang của một thỏa ước mới gửi được cùng lúc; "
            "tệp .docx, .pdf hãy gửi riêng từng tệp.",
        )


def too_many_images() -> ReadingError:
    return ReadingError("too_large", f"Có hơn {MAX_IMAGES} ảnh, quá giới hạn cho một thỏa ước. Hãy gửi bản PDF hoặc bản Word.")


def natural(name: str) -> list[tuple[int, int, str]]:
    """The key that sorts names as people count: trang-2 before trang-10."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


class _Forward(io.RawIOBase):
    """A stream without a way back: `zipfile` then writes sizes behind each page, and the sink sees every byte once."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # zipfile hands over bytes
        self._sink.write(data)
        return len(data)


def _suffix(head: bytes) -> str:
    if head.startswith(b"\x89PNG"):
        return ".png"
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return ".tif"
    if head[4:8] == b"ftyp":
        return ".heic"
    if head[:4] == b"RIFF":
        return ".webp"
    return ".bmp" if head.startswith(b"BM") else ".jpg"

"""Several uploaded photos as one file: a plain .zip of numbered pages, the same bytes for the same photos in the same order.

Reads image bytes, writes ZIP bytes that `read` recognises as the pages of one agreement.
"""

from __future__ import annotations

import io
import zipfile

from app.reading.document import ReadingError
from app.reading.sniff import is_image

_EPOCH = (1980, 1, 1, 0, 0, 0)


def bundle(photos: list[bytes]) -> bytes:
    """Return the photos as one .zip, in the order given. Raises ReadingError not_an_image when one of them is none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, photo in enumerate(photos, 1):
            if not is_image(photo):
                raise ReadingError("not_an_image", f"Tệp thứ {number} không phải ảnh. Hãy gửi riêng từng tệp .docx hoặc .pdf.")
            archive.writestr(zipfile.ZipInfo(f"trang-{number:03}{_suffix(photo)}", _EPOCH), photo)
    return out.getvalue()


def _suffix(photo: bytes) -> str:
    if photo.startswith(b"\x89PNG"):
        return ".png"
    if photo.startswith((b"II*\x00", b"MM\x00*")):
        return ".tif"
    if photo[4:8] == b"ftyp":
        return ".heic"
    if photo[:4] == b"RIFF":
        return ".webp"
    return ".bmp" if photo.startswith(b"BM") else ".jpg"

"""The reading room: the bytes of any file that unions send, as one `Document`.

`read` looks at what a file holds, never at its name, and calls the one reader for it:

| content | reader | method |
| --- | --- | --- |
| Word package (.docx, .docm) | `word`: `docx`, or `images` where pages are only pasted in as photos | docx, ocr |
| PDF with text, or scanned | `pdf`, `ocr` | pdf_text, ocr |
| photos (JPEG, PNG, TIFF, WebP, BMP, HEIC), a .zip of them (`bundle` makes one) | `images`, `ocr` | ocr |
| Word 97 (.doc), OpenDocument (.odt), RTF | `office`, then `word` | doc |

Every failure is a `ReadingError`: a stable code and one Vietnamese line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from app.reading.document import Document, ReadingError
from app.reading.sniff import Kind, sniff

__all__ = ["Document", "Kind", "ReadingError", "read"]


def read(data: bytes, filename: str = "", progress: Callable[[int, int], None] | None = None) -> Document:
    """Read one file. `filename` only names the source; it never decides how the bytes are read. `progress(done, total)` is called for
    each page that goes through recognition.

    Raises ReadingError: empty_file, too_large, unknown_format, not_really_docx, encrypted_file, no_text, corrupt_file,
    missing_program, or one of the codes of `guard`, `pdf`, `images`, `office` and `ocr`.
    """
    kind = sniff(data, filename)
    sha256 = hashlib.sha256(data).hexdigest()
    if kind == "docx":
        from app.reading.word import read_word

        return read_word(data, sha256, filename, progress=progress)
    if kind == "pdf":
        from app.reading.pdf import read_pdf

        return read_pdf(data, sha256=sha256, filename=filename, progress=progress)
    if kind == "image":
        from app.reading.images import read_images

        return read_images([data], sha256=sha256, filename=filename, progress=progress)
    if kind == "pages":
        from app.reading.images import read_zip

        return read_zip(data, sha256=sha256, filename=filename, progress=progress)
    from app.reading.office import read_office

    return read_office(data, kind, sha256, filename, progress)

"""The reading room: the bytes of any file that unions send, as one `Document`.

`read` looks at what a file holds, never at its name, and calls the one reader for it:

| content | reader | method |
| --- | --- | --- |
| Word package (.docx, .docm) | `docx` | docx |
| PDF with text, or scanned | `pdf`, `ocr` | pdf_text, ocr |
| Word 97 (.doc), OpenDocument (.odt), RTF | `office`, then `docx` | doc |

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
    not_readable_yet, missing_program, or one of the codes of `guard`, `pdf`, `office` and `ocr`.
    """
    kind = sniff(data, filename)
    sha256 = hashlib.sha256(data).hexdigest()
    if kind == "docx":
        from app.reading.docx import read_docx

        return read_docx(data, sha256, filename)
    if kind == "pdf":
        from app.reading.pdf import read_pdf

        return read_pdf(data, sha256=sha256, filename=filename, progress=progress)
    if kind in ("doc", "odt", "rtf"):
        from app.reading.office import read_office

        return read_office(data, kind, sha256, filename)
    raise ReadingError("not_readable_yet", "Dạng tệp này chưa đọc được. Hãy gửi bản .docx hoặc .pdf.")

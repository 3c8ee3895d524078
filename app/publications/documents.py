"""One publication in every form, as the routes and the exports hand it out."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from app.problems import Problem
from app.publications.document import PublicDocument
from app.publications.formats import akoma_ntoso as akn
from app.publications.formats import fragment as html
from app.publications.formats import json_ld as ld
from app.publications.formats import pdf as pdfs
from app.publications.repository import PublicationRepository
from app.publications.service import REASONS
from app.reports.pdf import PdfError
from app.web.public import etag_of
from app.wiring import Services

AKN: Final = akn.MEDIA_TYPE
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Found:
    """A shown publication: its JSON as stored, and the digest of it."""

    body: str
    digest: str

    @property
    def document(self) -> PublicDocument:
        return cast(PublicDocument, json.loads(self.body))

    def etag(self, form: str, *more: str) -> str:
        return etag_of(self.digest, form, *more)


def find(parts: Services, publication_id: str) -> Found:
    """Raises Problem: unknown, or withdrawn and why."""
    with parts.database.read() as session:
        row = PublicationRepository(session).get(publication_id) if _UUID.fullmatch(publication_id) else None
        if row is None:
            raise Problem("publication_not_found", f"Không có thỏa ước đã công bố mang mã «{publication_id[:60]}».")
        expired = row.expires_on is not None and row.expires_on < parts.today()
        if row.withdrawn_at is not None or expired:
            because = row.withdrawn_because or "expired"
            raise Problem("publication_withdrawn", f"{REASONS[because]}. Hãy bỏ nó khỏi trang của anh/chị.", because=because)
        return Found(row.body, row.digest)


def fragment(found: Found, home: str) -> str:
    return html.fragment(found.document, home)


def akoma_ntoso(found: Found) -> bytes:
    return akn.akoma_ntoso(found.document)


def json_ld(found: Found, home: str) -> str:
    return json.dumps(ld.json_ld(found.document, home), ensure_ascii=False)


def pdf(parts: Services, found: Found) -> bytes:
    """Made once for each version of a publication and kept in the data folder. Raises Problem."""
    kept = parts.settings.data_dir / "cache" / "pdf" / f"{found.digest}.pdf"
    if kept.is_file():
        return kept.read_bytes()
    try:
        content = pdfs.pdf(found.document)
    except PdfError as error:
        raise Problem(error.code, error.message) from error
    _keep(kept, content)
    return content


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)

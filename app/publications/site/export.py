"""The published agreements as a folder of files that any web server can host. The same publications give the same bytes.

`MANIFEST` in the folder names every file that an export made, with its digest. A later export writes what changed, removes what is no
longer shown, and never touches a file that is not in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

from app.publications.document import PublicDocument
from app.publications.formats.akoma_ntoso import akoma_ntoso
from app.publications.formats.atom import ENTRIES, atom
from app.publications.formats.fragment import fragment
from app.publications.formats.index_page import index_page
from app.publications.formats.json_ld import json_ld
from app.publications.formats.page import page
from app.publications.formats.sitemap import MOST, index, sitemap
from app.publications.opendata.sheets import codebook_csv, promises_csv, publications_csv, write_workbook
from app.publications.repository import PublicationRepository
from app.publications.search.service import show
from app.publications.summary import Summary, summary_of
from app.wiring import Services

MANIFEST: Final = ".thuoc-export.json"
JOURNAL: Final = ".thuoc-export.journal"
SCHEMA: Final = "thuoc.export/1"
FILTERS: Final = Path(__file__).with_name("filters.js")
PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """How many publications, and what became of the files."""

    publications: int
    written: int
    unchanged: int
    removed: int


class ExportError(Exception):
    """One Vietnamese sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def export_site(parts: Services, folder: Path, base: str) -> Exported:
    """Write everything that is shown today. `base` is the address at which the folder will stand. Raises ExportError."""
    return _Folder(folder).replace(_files(parts, base.rstrip("/")))


def _files(parts: Services, base: str) -> Iterator[tuple[str, bytes]]:
    """Every file as (path, content)."""
    summaries: list[Summary] = []
    listed: list[dict[str, Any]] = []

    def address(publication_id: str) -> str:
        return f"{base}/thoa-uoc/{publication_id}/"

    after: str | None = None
    while True:
        with parts.database.read() as session:
            rows = PublicationRepository(session).shown(parts.today(), after, PAGE, bodies=True)
        for row in rows:
            summaries.append(summary_of(row))
            shown = show(row, base).model_dump(mode="json", exclude={"links"})
            listed.append(shown | {"links": _links(address(row.id))})
            for name, content in _publication(row.body, address(row.id), base):
                yield f"thoa-uoc/{row.id}/{name}", content
        if len(rows) < PAGE:
            break
        after = rows[-1].id

    summaries.reverse()  # the newest first, as the feed has them
    listed.reverse()
    yield "publications.json", _json({"items": listed})
    tables = [("Atom", "atom.xml"), ("CSV", "du-lieu/thoa-uoc.csv"), ("Excel", "du-lieu/thoa-uoc.xlsx")]
    index_html = index_page(
        summaries, lambda one: f"thoa-uoc/{one}/index.html", tables, address=f"{base}/", feed="atom.xml", script="loc.js"
    )
    yield "index.html", index_html.encode()
    yield "loc.js", FILTERS.read_bytes()
    latest = sorted(summaries, key=lambda one: one["changed_at"], reverse=True)[:ENTRIES]
    updated = latest[0]["changed_at"] if latest else "2020-01-01T00:00:00+00:00"
    yield "atom.xml", atom(latest, f"{base}/atom.xml", f"{base}/", address, updated)
    yield from _sitemaps([(address(one["id"]), one["changed_at"]) for one in reversed(summaries)], base)
    oldest_first = summaries[::-1]
    yield "du-lieu/thoa-uoc.csv", "".join(publications_csv(oldest_first)).encode()
    yield "du-lieu/cam-ket.csv", "".join(promises_csv(oldest_first)).encode()
    yield "du-lieu/bang-ma.csv", codebook_csv().encode()
    with tempfile.TemporaryDirectory() as making:
        made = Path(making) / "thoa-uoc.xlsx"
        write_workbook(made, oldest_first)
        yield "du-lieu/thoa-uoc.xlsx", made.read_bytes()


def _publication(body: str, address: str, base: str) -> Iterator[tuple[str, bytes]]:
    document = cast(PublicDocument, json.loads(body))
    forms = [("XML", "akoma-ntoso.xml"), ("JSON", "document.json")]
    yield "index.html", page(document, address, f"{base}/", forms).encode()
    yield "fragment.html", fragment(document, address).encode()
    yield "document.json", body.encode()
    yield "akoma-ntoso.xml", akoma_ntoso(document)
    yield "json-ld.json", _json(json_ld(document, address))


def _links(address: str) -> dict[str, str]:
    return {
        "self": f"{address}document.json",
        "page": address,
        "fragment": f"{address}fragment.html",
        "akoma_ntoso": f"{address}akoma-ntoso.xml",
        "json_ld": f"{address}json-ld.json",
    }


def _sitemaps(places: list[tuple[str, str]], base: str) -> Iterator[tuple[str, bytes]]:
    pieces = [places[start : start + MOST] for start in range(0, len(places), MOST)] or [[]]
    if len(pieces) == 1:
        yield "sitemap.xml", sitemap(pieces[0])
        return
    for number, piece in enumerate(pieces):
        yield f"sitemap-{number}.xml", sitemap(piece)
    yield "sitemap.xml", index(f"{base}/sitemap-{number}.xml" for number in range(len(pieces)))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = self._read()

    def _read(self) -> dict[str, str]:
        """Paths and digests of what exports made before; of one that was broken off, the paths in its journal."""
        manifest, journal = self._path / MANIFEST, self._path / JOURNAL
        try:
            read: Any = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {"schema": SCHEMA, "files": {}}
            own = {str(name): str(digest) for name, digest in read["files"].items()}
            own |= dict.fromkeys(journal.read_text(encoding="utf-8").split("\n")[:-1], "") if journal.exists() else {}
            if read["schema"] != SCHEMA or any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in own):
                raise ValueError(read["schema"])
        except (ValueError, KeyError, AttributeError, TypeError, OSError) as error:
            raise ExportError("manifest_damaged", f"Tệp {MANIFEST} trong thư mục đã hỏng. Hãy xuất ra một thư mục trống.") from error
        return own

    def replace(self, files: Iterable[tuple[str, bytes]]) -> Exported:
        """Write `files`, and remove what is ours and no longer among them.

        What is about to be made stands in the journal before it is, so that an export which was broken off is put right by the next.
        """
        self._make()
        now: dict[str, str] = {}
        written = unchanged = publications = 0
        for name, content in files:
            target = self._path / name
            digest = hashlib.sha256(content).hexdigest()
            publications += name.startswith("thoa-uoc/") and name.endswith("/document.json")
            if name not in self._own and target.exists():
                raise ExportError("file_not_ours", f"«{target}» có sẵn mà không do lệnh này tạo ra. Hãy xuất ra thư mục khác.")
            now[name] = digest
            if target.is_file() and _digest(target) == digest:
                unchanged += 1
                continue
            if name not in self._own:
                with (self._path / JOURNAL).open("a", encoding="utf-8") as journal:
                    journal.write(f"{name}\n")
            _write(target, content)
            written += 1
        gone = sorted(set(self._own) - set(now))
        for name in gone:
            target = self._path / name
            target.unlink(missing_ok=True)
            parent = target.parent
            if parent != self._path and parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        _write(self._path / MANIFEST, _json({"schema": SCHEMA, "files": dict(sorted(now.items()))}))
        (self._path / JOURNAL).unlink(missing_ok=True)
        return Exported(publications, written, unchanged, len(gone))

    def _make(self) -> None:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError("folder_unusable", f"Không tạo được thư mục «{self._path}»: {error.strerror}.") from error


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(target: Path, content: bytes) -> None:
    """All of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=target.parent, prefix=".thuoc-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(made, 0o644)
        os.replace(made, target)
    except BaseException:
        os.unlink(made)
        raise

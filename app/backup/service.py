"""Back the service up while it runs, and bring it back: every table as lines of JSON, every file, a manifest of digests.

A backup is one moment of the database (one reading transaction) and the files that this moment names. Restoring is one transaction
too: the tables of the backup's revision, its rows, then the migrations up to this version. The files go first, so that a restore that
breaks off leaves files that belong to nobody, never records without files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError
from sqlalchemy import JSON, Connection, Table
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.assess import ENGINE
from app.backup import archive
from app.backup.repository import TableRepository
from app.backup.rows import from_line, to_line
from app.backup.schemas import FilePart, Manifest, TablePart
from app.problems import CannotStart, Problem
from app.storage import migrate
from app.storage.database import Database, is_sqlite
from app.wiring import Services

MANIFEST = "manifest.json"
SEAL = "manifest.json.sha256"  # of the manifest itself, as `sha256sum` writes it
CHUNK = 1 << 20


@dataclass(frozen=True)
class Told:
    """What a backup or a restore did."""

    revision: str
    rows: int
    files: int
    bytes: int
    missing: list[str]


def back_up(services: Services, target: Path) -> Told:
    """Write a backup to `target`. Raises CannotStart; then nothing is left there."""
    with archive.writing(target) as sink, services.database.snapshot() as session:
        connection = session.connection()
        revision = migrate.revision_of(connection)
        if revision != migrate.head():
            raise CannotStart("database_outdated", "Cơ sở dữ liệu chưa đúng phiên bản: hãy chạy thuoc db upgrade.")
        repository = TableRepository(connection)
        jobs = _with_json_as_text(services.jobs.rows(session), repository.tables["jobs"])
        tables = []
        for name, table in repository.tables.items():
            with archive.scratch(target) as lines:
                rows, size, digest = _write_lines(lines, jobs if name == "jobs" else repository.rows(table))
                lines.seek(0)
                sink.add(f"tables/{name}.jsonl", lines, size)
            tables.append(TablePart(name=name, rows=rows, sha256=digest))
        files, missing = [], []
        for sha256, _ in repository.files():
            try:
                data = services.files.read(sha256)
            except Problem as problem:
                if problem.code != "file_damaged":
                    raise CannotStart(problem.code, problem.detail) from problem
                missing.append(sha256)
                continue
            sink.add(_member(sha256), archive.content_of(data), len(data))
            files.append(FilePart(sha256=sha256, size=len(data)))
        manifest = Manifest(
            engine=ENGINE,
            made_at=datetime.now(UTC),
            database="sqlite" if is_sqlite(connection) else "postgresql",
            revision=revision,
            tables=tables,
            files=files,
            missing=missing,
        )
        data = manifest.model_dump_json(indent=1).encode()
        sink.add(MANIFEST, archive.content_of(data), len(data))
        seal = f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode()
        sink.add(SEAL, archive.content_of(seal), len(seal))
    return _told(manifest)


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup whose every byte agrees with it. Raises CannotStart that names what does not."""
    found: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    with archive.reading(source) as members:
        for name, content in members:
            if name in (MANIFEST, SEAL):
                kept[name] = content.read()
            else:
                found[name] = _digest(content)
    if MANIFEST not in kept or SEAL not in kept:
        raise CannotStart("backup_damaged", f"«{source}» không phải bản sao lưu đầy đủ: thiếu {MANIFEST} hoặc {SEAL}.")
    if kept[SEAL].decode("ascii", "replace").split()[:1] != [hashlib.sha256(kept[MANIFEST]).hexdigest()]:
        raise CannotStart("backup_damaged", f"{MANIFEST} của bản sao lưu đã bị thay đổi.")
    try:
        manifest = Manifest.model_validate_json(kept[MANIFEST])
    except ValidationError as error:
        raise CannotStart("backup_unknown", f"Bản sao lưu có dạng mà phiên bản này không đọc được: {error.errors()[0]['msg']}.") from None
    expected = {f"tables/{table.name}.jsonl": table.sha256 for table in manifest.tables}
    expected |= {_member(file.sha256): file.sha256 for file in manifest.files}
    for name in sorted(expected.keys() | found.keys()):
        if found.get(name) != expected.get(name):
            what = "thiếu" if name not in found else "thừa" if name not in expected else "đã bị thay đổi"
            raise CannotStart("backup_damaged", f"Bản sao lưu không nguyên vẹn: {name} {what}.")
    if not migrate.knows(manifest.revision):
        raise CannotStart("backup_newer", f"Bản sao lưu có lược đồ {manifest.revision}, mới hơn phiên bản này của chương trình.")
    return manifest


def restore(services: Services, source: Path, *, replace: bool = False) -> Told:
    """Put a backup in the place of everything that is here. Raises CannotStart; then the database is as it was."""
    manifest = read_manifest(source)
    if not replace:
        _refuse_unless_empty(services)
    with archive.reading(source) as members:
        for name, content in members:
            if name.startswith("files/"):
                _keep(services, content)
    try:
        with migrate.alone(services.database) as connection:
            TableRepository(connection).drop_everything()
            migrate.upgrade_connection(connection, manifest.revision)
            _load(connection, manifest, source)
            migrate.upgrade_connection(connection)
            with Session(connection) as session:
                services.jobs.adopt(session)
    except (IntegrityError, ValueError) as error:
        told = str(getattr(error, "orig", error)).splitlines()[0]
        raise CannotStart("backup_damaged", f"Dữ liệu trong bản sao lưu không khớp nhau: {told}.") from error
    except SQLAlchemyError as error:
        raise CannotStart("database_unavailable", f"Không ghi được cơ sở dữ liệu: {str(error).splitlines()[0]}") from error
    return _told(manifest)


def _load(connection: Connection, manifest: Manifest, source: Path) -> None:
    repository = TableRepository(connection)
    repository.clear()
    aside = repository.put_references_aside()
    expected = {f"tables/{table.name}.jsonl": table for table in manifest.tables}
    with archive.reading(source) as members:
        for name, content in members:
            if name in expected:
                _load_table(repository, expected[name], content)
    repository.put_references_back(aside)
    repository.go_on_counting()


def _load_table(repository: TableRepository, part: TablePart, content: IO[bytes]) -> None:
    table = repository.tables.get(part.name)
    if table is None:
        raise ValueError(f"no table {part.name} at the revision of the backup")
    if repository.add(table, (from_line(line, table) for line in content)) != part.rows:
        raise ValueError(f"{part.name} has not {part.rows} rows")


def _refuse_unless_empty(services: Services) -> None:
    """Empty is what a first start leaves: the tables with what the migrations put in, no file."""
    with services.database.snapshot() as session:
        counts = TableRepository(session.connection()).counts()
    fresh = _fresh_counts()
    if any(number > fresh.get(name, 0) for name, number in counts.items()):
        raise CannotStart("target_not_empty", "Cơ sở dữ liệu đích đã có dữ liệu. Thêm --replace nếu muốn thay toàn bộ dữ liệu đó.")
    try:
        if next(services.files.digests(0), None) is not None:
            raise CannotStart("target_not_empty", "Kho tệp đích đã có tệp. Thêm --replace nếu vẫn muốn khôi phục vào đó.")
    except Problem as problem:
        raise CannotStart(problem.code, problem.detail) from problem


def _fresh_counts() -> Mapping[str, int]:
    database = Database("sqlite://")
    try:
        with database.engine.connect() as connection, connection.begin():
            migrate.upgrade_connection(connection)
            return TableRepository(connection).counts()
    finally:
        database.close()


def _keep(services: Services, content: IO[bytes]) -> None:
    try:
        staged = services.files.stage(1 << 62)
        try:
            while chunk := content.read(CHUNK):
                staged.write(chunk)
            staged.seal()
            services.files.keep(staged)
        finally:
            with suppress(OSError):
                staged.discard()
    except Problem as problem:
        raise CannotStart(problem.code, problem.detail) from problem


def _write_lines(target: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> tuple[int, int, str]:
    """How many rows, how many bytes, their SHA-256."""
    digest, number, size = hashlib.sha256(), 0, 0
    for row in rows:
        line = to_line(row)
        target.write(line)
        digest.update(line)
        number, size = number + 1, size + len(line)
    return number, size, digest.hexdigest()


def _with_json_as_text(rows: Iterable[Mapping[str, Any]], table: Table) -> Iterator[Mapping[str, Any]]:
    kept = {column.name for column in table.columns if isinstance(column.type, JSON)}
    for row in rows:
        yield {name: json.dumps(value, ensure_ascii=False) if name in kept else value for name, value in row.items()}


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _member(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def _told(manifest: Manifest) -> Told:
    rows = sum(table.rows for table in manifest.tables)
    return Told(manifest.revision, rows, len(manifest.files), sum(file.size for file in manifest.files), manifest.missing)

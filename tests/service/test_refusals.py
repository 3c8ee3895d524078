"""Bad uploads: the right status, a stable code, one Vietnamese line, and nothing stored half."""

from __future__ import annotations

import io
import zipfile

import httpx
import pypdfium2
import pytest
from fastapi.testclient import TestClient

from app.jobs.loop import Worker
from app.main import create_app
from app.settings import Settings
from app.wiring import Services

from .conftest import SAMPLES
from .documents import labour_rules
from .people import bearer
from .test_api import API, assert_problem, counts, stored_files, upload, work_off

NOTHING = {"files": 0, "agreements": 0, "submissions": 0, "readings": 0, "assessments": 0, "jobs": 0, "publications": 0}
PDF = (SAMPLES / "d01-may-ky-anh" / "text.pdf").read_bytes()


def encrypted_package() -> bytes:
    """A file in the old Office container, as Word writes a docx with a password: header, table, directory with its two streams."""
    sector = 512
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(sector, b"\0"))
    header[24:34] = bytes([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0])
    header[44:48] = (1).to_bytes(4, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[76:sector] = b"\xff" * (sector - 76)
    header[76:80] = (0).to_bytes(4, "little")
    table = (0xFFFFFFFD).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little") + b"\xff" * (sector - 8)
    directory = b""
    for name, kind in (("Root Entry", 5), ("EncryptionInfo", 2), ("EncryptedPackage", 2), ("", 0)):
        written = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(written)] = written
        entry[64:66] = (len(written) + 2 if name else 0).to_bytes(2, "little")
        entry[66] = kind
        directory += bytes(entry)
    return bytes(header) + table + directory + b"\0" * 4096


def zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def empty_pdf() -> bytes:
    buffer = io.BytesIO()
    pypdfium2.PdfDocument.new().save(buffer)
    return buffer.getvalue()


AT_THE_DOOR = {
    "empty": (b"", "x.docx", "empty_file"),
    "text renamed docx": ("Điều 1. Tiền lương".encode(), "x.docx", "not_really_docx"),
    "unknown": (b"hello, world", "x.bin", "unknown_format"),
    "spreadsheet-like zip": (zip_of(a=b"1"), "x.zip", "unknown_format"),
    "truncated docx": ((SAMPLES / "d01-may-ky-anh" / "docx-typed.docx").read_bytes()[:5000], "x.docx", "corrupt_file"),
    "docx with a password": (encrypted_package(), "x.docx", "encrypted_file"),
}


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_refused_at_the_door(client: TestClient, services: Services, name: str) -> None:
    data, filename, code = AT_THE_DOOR[name]
    assert_problem(upload(client, data, filename), 422, code)
    assert counts(services) == NOTHING
    assert stored_files(services) == []


IN_THE_JOB = {
    "truncated pdf": (PDF[: len(PDF) // 3], "corrupt_file"),
    "pdf without pages": (empty_pdf(), None),
}


@pytest.mark.parametrize("name", IN_THE_JOB)
def test_refused_by_the_reader(client: TestClient, services: Services, worker: Worker, name: str) -> None:
    data, code = IN_THE_JOB[name]
    sent = upload(client, data, "x.pdf")
    assert sent.status_code == 202
    work_off(worker)
    seen = client.get(sent.headers["location"]).json()
    assert seen["state"] == "failed"
    assert len(seen["error"]["detail"]) > 10
    if code:
        assert seen["error"]["code"] == code
    assert_problem(client.get(seen["links"]["assessment"]), 422, seen["error"]["code"])
    assert counts(services) == NOTHING | {"files": 1, "agreements": 1, "submissions": 1, "jobs": 1}
    again = upload(client, data, "x.pdf")
    assert (again.status_code, again.json()["state"], again.json()["id"]) == (202, "waiting", seen["id"])


def test_a_document_that_is_no_agreement_fails_with_its_code(client: TestClient, worker: Worker) -> None:
    sent = upload(client, labour_rules(), "noi-quy.docx")
    work_off(worker)
    seen = client.get(sent.headers["location"]).json()
    assert seen["state"] == "failed"
    assert_problem(client.get(seen["links"]["assessment"]), 422, seen["error"]["code"])


def form(client: TestClient, body: bytes, kind: str = "multipart/form-data; boundary=x") -> httpx.Response:
    return client.post(API, content=body, headers={"Content-Type": kind})


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


END = b"--x--\r\n"
FILE = part("file", b"data", '; filename="a.docx"')


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{}", "application/json", 415, "multipart_required"),
        (b"", "", 415, "multipart_required"),
        (FILE + END, "multipart/form-data", 400, "multipart_invalid"),
        (b"not a form at all", "multipart/form-data; boundary=x", 400, "multipart_invalid"),
        (FILE, "multipart/form-data; boundary=x", 400, "multipart_invalid"),
        (FILE[:60], "multipart/form-data; boundary=x", 400, "multipart_invalid"),
        (b"", "multipart/form-data; boundary=x", 400, "multipart_invalid"),
        (part("note", b"x") + END, "multipart/form-data; boundary=x", 422, "file_missing"),
        (part("file", b"", '; filename=""') + END, "multipart/form-data; boundary=x", 422, "file_missing"),
        (part("tep", b"x", '; filename="a.docx"') + END, "multipart/form-data; boundary=x", 422, "file_missing"),
        (FILE + FILE + END, "multipart/form-data; boundary=x", 422, "not_an_image"),
        (part("note", b"x" * 9000) + FILE + END, "multipart/form-data; boundary=x", 422, "request_invalid"),
        (part("note", b"x") * 25 + FILE + END, "multipart/form-data; boundary=x", 422, "request_invalid"),
    ],
)  # fmt: skip
def test_broken_forms(client: TestClient, services: Services, body: bytes, kind: str, status: int, code: str) -> None:
    assert_problem(form(client, body, kind), status, code)
    assert counts(services) == NOTHING
    assert stored_files(services) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("ownership", "unknown", "request_invalid"),
        ("province", "x" * 101, "request_invalid"),
        ("note", "a\x00b", "request_invalid"),
        ("typo", "x", "request_invalid"),
        ("law_on", "hôm qua", "request_invalid"),
        ("rubric", "no-such-rubric", "rubric_not_found"),
    ],
)
def test_wrong_fields(client: TestClient, services: Services, sample: bytes, field: str, value: str, code: str) -> None:
    body = assert_problem(upload(client, sample, **{field: value}), 422, code)
    if code == "request_invalid":
        assert body["errors"][0]["field"] == field
    assert counts(services) == NOTHING
    assert stored_files(services) == []


def test_the_cap_counts_what_arrives(settings: Settings, services: Services, sample: bytes) -> None:
    small = settings.model_copy(update={"max_upload_mb": 0.001})
    with TestClient(create_app(small), headers=bearer(small)) as client:
        declared = assert_problem(upload(client, sample), 413, "file_too_large")
        assert "0.001 MB" in declared["detail"]
        body = part("file", b"y" * 1500, '; filename="a.docx"') + END
        streamed = client.post(API, content=iter([body[:700], body[700:]]), headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert_problem(streamed, 413, "file_too_large")
    assert counts(services) == NOTHING
    assert stored_files(services) == []


def test_a_filename_is_only_a_name(client: TestClient, services: Services, sample: bytes) -> None:
    sent = upload(client, sample, "../../etc/Thỏa\u0301 ước.docx")
    assert sent.json()["file"]["filename"].endswith(".docx")
    assert "/" not in sent.json()["file"]["filename"]
    assert len(stored_files(services)) == 1

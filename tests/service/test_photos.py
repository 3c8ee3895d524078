"""Several photos in one upload are the pages of one agreement: one file, in the order sent, the same bytes again."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile

import httpx
import pillow_heif
import pypdfium2
import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from app.agreements import photos
from app.jobs.loop import Worker
from app.main import create_app
from app.reading import bundle as bundling
from app.reading.bundle import bundle
from app.settings import Settings
from app.wiring import Services

from .conftest import SAMPLES
from .people import bearer
from .test_api import API, assert_problem, counts, stored_files, work_off
from .test_refusals import END, NOTHING, form, part

Named = tuple[str, bytes]
WORD = (SAMPLES / "d01-may-ky-anh" / "docx-typed.docx").read_bytes()


def photo(number: int, kind: str = "JPEG") -> bytes:
    """A small picture that no other number gives."""
    image = Image.new("RGB", (120, 160), "white")
    ImageDraw.Draw(image).rectangle((10, 10, 10 + 5 * number, 60), fill="black")
    out = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(out)
    else:
        image.save(out, kind)
    return out.getvalue()


ONE, TWO, TEN = ("trang 1.jpg", photo(1)), ("trang 2.png", photo(2, "PNG")), ("trang 10.heic", photo(10, "HEIF"))


def send(client: TestClient, *files: Named, **fields: str) -> httpx.Response:
    return client.post(API, files=[("file", file) for file in files], data=fields)


def stored_pages(services: Services, sha256: str) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(services.files.read(sha256))) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_photos_are_one_agreement_in_the_order_sent(client: TestClient, services: Services) -> None:
    sent = send(client, ("IMG_2.jpg", ONE[1]), TEN, TWO, note="ảnh chụp bằng điện thoại")
    assert sent.status_code == 202, sent.text
    file = sent.json()["file"]
    assert (file["filename"], file["media_type"]) == ("IMG_2 (3 ảnh).zip", "application/zip")
    assert stored_pages(services, file["sha256"]) == [ONE[1], TEN[1], TWO[1]]
    assert counts(services) == NOTHING | {"files": 1, "agreements": 1, "submissions": 1, "jobs": 1}
    assert stored_files(services) == [file["sha256"]]
    assert file["size"] == len(services.files.read(file["sha256"]))


def test_the_same_photos_again_are_the_same_agreement(client: TestClient, services: Services) -> None:
    first = send(client, ONE, TWO)
    again = send(client, ("khác.jpg", ONE[1]), ("khác nữa.png", TWO[1]))
    other = send(client, TWO, ONE)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    out = io.BytesIO()
    bundle([io.BytesIO(ONE[1]), io.BytesIO(TWO[1])], out)
    assert first.json()["file"]["sha256"] == hashlib.sha256(out.getvalue()).hexdigest(), "as the command line makes it"
    assert counts(services)["agreements"] == 2


def test_by_name_only_when_asked(client: TestClient, services: Services) -> None:
    for order, expected in (("sent", [TEN, TWO, ONE]), ("name", [ONE, TWO, TEN])):
        sha256 = send(client, TEN, TWO, ONE, page_order=order).json()["file"]["sha256"]
        assert stored_pages(services, sha256) == [data for _, data in expected]
    refused = assert_problem(send(client, TEN, TWO, page_order="size"), 422, "request_invalid")
    assert refused["errors"][0]["field"] == "page_order"


def test_one_photo_stays_what_it_is(client: TestClient, services: Services) -> None:
    sent = send(client, ONE)
    assert (sent.json()["file"]["filename"], sent.json()["file"]["media_type"]) == ("trang 1.jpg", "image/*")
    assert stored_files(services) == [hashlib.sha256(ONE[1]).hexdigest()]


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ([("a.docx", WORD), ("b.docx", WORD)], "Tệp thứ 1 («a.docx»)"),
        ([("a.docx", WORD), ONE], "Tệp thứ 1 («a.docx»)"),
        ([ONE, TWO, ("phụ lục.docx", WORD)], "Tệp thứ 3 («phụ lục.docx»)"),
        ([ONE, ("rỗng.jpg", b"")], "Tệp thứ 2 («rỗng.jpg»)"),
        ([ONE, ("bé.jpg", b"\xff\xd8")], "Tệp thứ 2 («bé.jpg»)"),
    ],
)
def test_among_several_files_every_one_is_a_photo(client: TestClient, services: Services, files: list[Named], named: str) -> None:
    refused = assert_problem(send(client, *files), 422, "not_an_image")
    assert refused["detail"].startswith(named)
    assert counts(services) == NOTHING
    assert stored_files(services) == []


def test_a_field_left_empty_is_no_file(client: TestClient, services: Services) -> None:
    blank = part("file", b"", '; filename=""')
    only = form(client, blank + part("file", WORD, '; filename="a.docx"') + blank + END)
    assert (only.status_code, only.json()["file"]["filename"]) == (202, "a.docx")
    assert_problem(form(client, blank + blank + END), 422, "file_missing")


def test_pages_are_counted(client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "MAX_IMAGES", 3)
    monkeypatch.setattr(photos, "MAX_IMAGES", 3)
    assert send(client, ONE, TWO, TEN).status_code == 202
    refused = assert_problem(send(client, ONE, TWO, TEN, ONE), 422, "too_large")
    assert "3 ảnh" in refused["detail"]
    assert len(stored_files(services)) == 1


def test_the_cap_counts_all_photos_together(settings: Settings, services: Services) -> None:
    big = ("a.jpg", ONE[1] + b"\0" * 1_500)
    one = len(big[1])
    with TestClient(create_app(settings.model_copy(update={"max_upload_mb": 2 * one / 1_000_000})), headers=bearer(settings)) as client:
        assert send(client, big, big).status_code == 202, "what the .zip adds is not counted"
        kept = stored_files(services)
        assert_problem(send(client, big, big, big), 413, "file_too_large")
        assert stored_files(services) == kept
    with TestClient(create_app(settings.model_copy(update={"max_upload_mb": 0.001})), headers=bearer(settings)) as client:
        blank = part("file", b"", '; filename=""')
        endless = (blank * 100 for _ in range(200))  # nothing of it is kept, and it still ends
        streamed = client.post(API, content=endless, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert_problem(streamed, 413, "file_too_large")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")
def test_photos_are_read_and_graded(client: TestClient, worker: Worker) -> None:
    with pypdfium2.PdfDocument((SAMPLES / "d01-may-ky-anh" / "text.pdf").read_bytes()) as pdf:
        pages = []
        for index in (0, 1, len(pdf) - 1):
            out = io.BytesIO()
            pdf[index].render(scale=150 / 72).to_pil().save(out, "JPEG", quality=80)
            pages.append((f"{index}.jpg", out.getvalue()))
    sent = send(client, *pages)
    work_off(worker)
    assessment = client.get(sent.json()["links"]["assessment"]).json()
    assert (assessment["source"]["method"], assessment["source"]["pages"]) == ("ocr", 3)
    assert assessment["agreement"]["employer"] == "Công ty TNHH May Haneul Kỳ Anh"
    assert "incomplete_text" in [one["code"] for one in assessment["not_graded_because"]], "pages 3 to 14 were not sent"
    assert any("có thể thiếu trang" in one["message"] for one in assessment["source"]["warnings"])

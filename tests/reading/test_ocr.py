"""Scans: recorded answers of tesseract through the whole reader, the image work, the wrapper and its failures."""

from __future__ import annotations

import difflib
import io
import re
import threading
import time
import zipfile

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from app.reading import ocr
from app.reading.document import Document, ReadingError
from app.reading.images import read_images, read_zip
from app.reading.ocr import Gray, in_parallel, processes, tesseract
from app.reading.ocr_image import clear_paper, deskew, drop_stamp, find_rules, is_sideways, level_light, scale_of, skew_of, to_gray
from app.reading.ocr_page import parse_tsv, read_image
from app.reading.pdf import read_pdf
from app.reading.tables_pdf import find_grids
from app.reading.text import fold
from tests.reading.recorded.scans import SAMPLES, SCANS, page_images, replay, scan_pdf


def words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9]+", " ", fold(text)).split()


def likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, words(one), words(other), autojunk=False).ratio()


@pytest.fixture(scope="module", params=sorted(SCANS))
def scanned(request: pytest.FixtureRequest) -> tuple[str, Document, list[tuple[int, int]]]:
    heard: list[tuple[int, int]] = []
    document = read_pdf(
        scan_pdf(request.param),
        sha256="0" * 64,
        recognise=replay(request.param),
        progress=lambda done, total: heard.append((done, total)),
    )
    return request.param, document, heard


def counterpart(name: str) -> Document:
    """The same pages with their text layer."""
    sample, numbers, _, _ = SCANS[name]
    out = io.BytesIO()
    made = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(SAMPLES / sample / "text.pdf") as source:
        made.import_pages(source, list(numbers))
        made.save(out)
    return read_pdf(out.getvalue(), sha256="0" * 64)


def test_scan_reads_like_the_text(scanned: tuple[str, Document, list[tuple[int, int]]]) -> None:
    name, document, _ = scanned
    assert document.method == "ocr"
    assert likeness(document.text, counterpart(name).text) >= 0.985


def test_scan_has_the_labels_of_the_text(scanned: tuple[str, Document, list[tuple[int, int]]]) -> None:
    name, document, _ = scanned
    label = re.compile(r"(?:Điều \d+\.|\d+\.|[a-zđ]\)|Chương [IVX]+|Mục \d+\.|PHỤ LỤC \d+)(?= |$)")

    def labels(found: Document) -> list[str]:
        return [m.group() for line in found.lines if (m := label.match(found.line_text(line))) and line.kind == "paragraph"]

    assert labels(document) == labels(counterpart(name))


def test_ruled_tables_of_scans_are_tables(scanned: tuple[str, Document, list[tuple[int, int]]]) -> None:
    name, document, _ = scanned
    other = counterpart(name)

    def shape(found: Document) -> list[tuple[int | None, int | None, int]]:
        return [(line.table, line.row, len(line.cells)) for line in found.lines if line.kind == "row"]

    assert shape(document) == shape(other)
    figures = re.compile(r"\d+(?:\.\d{3})+")
    got = [figures.findall(document.line_text(line)) for line in document.lines if line.kind == "row"]
    assert got == [figures.findall(other.line_text(line)) for line in other.lines if line.kind == "row"]


def test_progress_and_notices(scanned: tuple[str, Document, list[tuple[int, int]]]) -> None:
    _, document, heard = scanned
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert document.warnings[0].code == "ocr_used"
    assert all(0.0 < line.confidence <= 1.0 for line in document.lines)
    assert any(line.confidence < 1.0 for line in document.lines)


def test_pages_of_text_and_of_scans_in_one_file() -> None:
    out = io.BytesIO()
    made = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(SAMPLES / "d01-may-ky-anh" / "text.pdf") as text, pypdfium2.PdfDocument(scan_pdf("d01")) as scan:
        made.import_pages(text, [4])
        made.import_pages(scan, [0])
        made.import_pages(text, [6])
        made.save(out)
    asked = []

    def recognise(number: int, image: Gray, mode: int) -> str:
        asked.append(number)
        return replay("d01")(1, image, mode)

    document = read_pdf(out.getvalue(), sha256="0" * 64, recognise=recognise)
    assert asked == [2]
    assert document.method == "pdf_text"
    assert [line.page for line in document.lines] == sorted(line.page for line in document.lines)
    assert any(line.confidence < 1 and line.page == 2 for line in document.lines)
    assert all(line.confidence == 1 for line in document.lines if line.page == 3)
    rows = [line for line in document.lines if line.kind == "row"]
    assert {line.page for line in rows} == {2, 3}
    assert len({line.table for line in rows}) == 1  # the table goes on from the scan to the page of text


def test_a_broken_font_map_goes_to_ocr() -> None:
    """Text whose letters are wrong is not believed, page by page."""
    broken = "Cơng đồn v người sử dụng lao động khơng thực hiện q trình thương lượng tập thể hang nm cho tồn thể cơng nhn lao động"
    from app.reading.pdf import needs_ocr
    from app.reading.pdf_geometry import PageContent, Word

    page = PageContent(1, 595, 842, [Word(t, 0, 1, 0, 12) for t in broken.split()], quality=0.6)
    assert needs_ocr(page)
    assert not needs_ocr(PageContent(1, 595, 842, page.words, quality=0.95))
    assert needs_ocr(PageContent(1, 595, 842, page.words[:2], pictures=True))
    assert not needs_ocr(PageContent(1, 595, 842, []))


# The image


def paper(width: int = 1200, height: int = 900) -> Image.Image:
    return Image.new("L", (width, height), 240)


def lines_of_text(image: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(image)
    for top in range(100, image.height - 100, 40):
        for left in range(100, image.width - 160, 50):
            draw.rectangle((left, top, left + 34, top + 14), fill=20)
    return image


@pytest.mark.parametrize("degrees", [-5.0, -2.2, -0.6, 0.0, 0.3, 1.4, 4.0])
def test_skew_is_measured_and_undone(degrees: float) -> None:
    turned = np.asarray(lines_of_text(paper()).rotate(-degrees, fillcolor=240, resample=Image.Resampling.BICUBIC))
    assert abs(skew_of(turned) - degrees) <= 0.2
    assert abs(skew_of(deskew(turned))) <= 0.2


def test_skew_of_an_empty_page_is_none() -> None:
    assert skew_of(np.asarray(paper())) == 0.0
    assert not is_sideways(np.asarray(paper()))


@pytest.mark.parametrize("degrees", [0, 3, -4])
def test_sideways_pages_are_seen_even_when_skewed(degrees: float) -> None:
    upright = lines_of_text(paper()).rotate(degrees, fillcolor=240)
    assert not is_sideways(np.asarray(upright))
    assert is_sideways(np.asarray(upright.rotate(90, expand=True)))


def test_rulings_of_a_scan_make_a_grid() -> None:
    image = lines_of_text(paper(1655, 2339))
    draw = ImageDraw.Draw(image)
    for x in (200, 500, 900, 1400):
        draw.line((x, 300, x, 800), fill=30, width=3)
    for y in (300, 420, 600, 800):
        draw.line((200, y, 1400, y), fill=30, width=3)
    noisy = np.asarray(image.rotate(0.15, fillcolor=240, resample=Image.Resampling.BICUBIC)).astype(np.float32)
    noisy += np.random.default_rng(1).normal(0, 6, noisy.shape)
    grids = find_grids(find_rules(noisy.clip(0, 255).astype(np.uint8)))
    assert len(grids) == 1
    assert len(grids[0].xs) == 4
    assert len(grids[0].ys) == 4
    assert len(grids[0].cells) == 9


def test_text_without_rulings_has_no_grid() -> None:
    assert find_grids(find_rules(np.asarray(lines_of_text(paper(1655, 2339))))) == []


def test_red_stamp_turns_to_paper_and_black_letters_stay() -> None:
    image = Image.new("RGB", (400, 400), (245, 245, 240))
    draw = ImageDraw.Draw(image)
    draw.ellipse((50, 50, 350, 350), outline=(210, 30, 40), width=12)
    draw.rectangle((180, 20, 220, 380), fill=(15, 15, 20))
    gray = to_gray(image)
    assert gray[200, 55] > 200
    assert gray[200, 200] < 40


def test_grey_stamp_is_dropped_and_small_grey_letters_stay() -> None:
    image = lines_of_text(paper(1655, 1200))
    draw = ImageDraw.Draw(image)
    draw.ellipse((700, 300, 1050, 650), outline=115, width=10)
    draw.rectangle((100, 1050, 140, 1080), fill=115)
    gray = clear_paper(np.asarray(image))
    cleared = drop_stamp(gray)
    ring = Image.new("L", image.size, 0)
    ImageDraw.Draw(ring).ellipse((704, 304, 1046, 646), outline=255, width=2)
    on_ring = np.asarray(ring) > 0
    assert np.median(gray[on_ring]) < 190
    assert np.mean(cleared[on_ring] < 190) < 0.35  # only where it crosses letters
    assert cleared[1065, 120] < 190


def test_uneven_light_is_levelled() -> None:
    image = np.asarray(lines_of_text(paper(1655, 2339))).astype(np.float32) * np.linspace(1.0, 0.45, 1655)[None, :]
    level = level_light(image.astype(np.uint8))
    assert abs(float(np.median(level[:, 20:80])) - float(np.median(level[:, -80:-20]))) < 12


def test_pages_of_unreal_size_are_drawn_like_a4() -> None:
    assert scale_of(595, 842) == pytest.approx(200 / 72)
    assert 2480 * scale_of(2480, 3508) == pytest.approx(1654, abs=5)  # a picture whose pixels were taken for points


# The words


def tsv(*rows: tuple[int, int, int, int, int, float, str]) -> str:
    """TSV of (line, left, top, width, height, confidence, text)."""
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    return "\n".join([head, *(f"5\t1\t1\t1\t{n}\t1\t{x}\t{y}\t{w}\t{h}\t{c}\t{t}" for n, x, y, w, h, c, t in rows)])


def page_of(*rows: tuple[int, int, int, int, int, float, str]) -> list[str]:
    content = read_image(1, np.full((600, 1655), 250, np.uint8), lambda number, image, mode: tsv(*rows))
    return [word.text for word in content.words]


def test_specks_are_dropped_and_labels_stay() -> None:
    found = page_of(
        (1, 200, 100, 20, 30, 30.0, "I."),
        (1, 240, 100, 120, 30, 96.0, "ĐẠI"),
        (1, 380, 100, 120, 30, 96.0, "DIỆN"),
        (1, 600, 100, 10, 30, 20.0, "|"),
        (1, 640, 100, 30, 30, 12.0, "ſ€"),
        (1, 700, 100, 90, 30, 31.0, "NLĐ"),
        (1, 900, 100, 90, 30, 31.0, "1.500"),
    )
    assert found == ["I.", "ĐẠI", "DIỆN", "NLĐ", "1.500"]


def test_a_word_found_twice_is_kept_once() -> None:
    found = page_of((1, 200, 100, 120, 30, 60.0, "Phòng"), (2, 204, 103, 118, 30, 95.0, "Phòng"), (2, 340, 103, 90, 30, 95.0, "Nhân"))
    assert found == ["Phòng", "Nhân"]


def test_tsv_rows_that_are_no_words_are_skipped() -> None:
    assert parse_tsv("level\n4\t1\t1\t1\t1\t0\t1\t1\t1\t1\t-1\t\n5\t1\t1\t1\t1\t1\t1\t1\t1\t1\t95\t  \n") == []


def test_an_unsure_page_is_read_again_in_the_other_mode() -> None:
    asked: list[int] = []

    def recognise(number: int, image: Gray, mode: int) -> str:
        asked.append(mode)
        return tsv((1, 200, 100, 120, 30, 95.0 if mode == 3 else 55.0, "Điều" if mode == 3 else "Đnèu"))

    content = read_image(1, np.full((600, 1655), 250, np.uint8), recognise)
    assert asked == [4, 3]
    assert [word.text for word in content.words] == ["Điều"]


def test_a_page_on_its_head_is_turned() -> None:
    asked: list[tuple[int, bool]] = []

    def recognise(number: int, image: Gray, mode: int) -> str:
        upright = bool(image[:300].mean() < image[300:].mean())  # ink in the upper half
        asked.append((mode, upright))
        if mode == 0:
            return "Orientation in degrees: 180\nRotate: 180\n"
        return tsv((1, 200, 100, 120, 30, 95.0 if upright else 20.0, "Điều" if upright else "nàiG"))

    image = np.full((600, 1655), 250, np.uint8)
    image[400:420, 300:900] = 10
    content = read_image(1, image, recognise)
    assert asked == [(4, False), (3, False), (0, False), (4, True)]
    assert [word.text for word in content.words] == ["Điều"]


# The wrapper


def test_missing_program_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ocr._languages.cache_clear()
    try:
        with pytest.raises(ReadingError) as caught:
            read_pdf(scan_pdf("d01"), sha256="0" * 64)
    finally:
        ocr._languages.cache_clear()
    assert caught.value.code == "missing_program"
    assert "tesseract-ocr-vie" in caught.value.message


def test_missing_vietnamese_data_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    program = tmp_path / "tesseract"  # type: ignore[operator]
    program.write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo "tesseract 5.3.0"; else echo "eng"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    ocr._languages.cache_clear()
    try:
        with pytest.raises(ReadingError) as caught:
            tesseract(1, np.full((20, 20), 255, np.uint8), 4)
    finally:
        ocr._languages.cache_clear()
    assert caught.value.code == "missing_program"


def test_pages_are_recognised_side_by_side_in_order_and_drawn_late() -> None:
    drawn: list[int] = []
    active: list[int] = []
    most = 0
    lock = threading.Lock()

    def items() -> object:
        for number in range(8):
            drawn.append(number)
            yield number

    def work(number: int) -> int:
        nonlocal most
        with lock:
            active.append(number)
            most = max(most, len(active))
            ahead = len(drawn) - number
        time.sleep(0.02)
        with lock:
            active.remove(number)
        assert ahead <= 5
        return number * 10

    heard: list[tuple[int, int]] = []
    results = in_parallel(items(), work, 2, 8, lambda done, total: heard.append((done, total)))  # type: ignore[arg-type]
    assert results == [number * 10 for number in range(8)]
    assert most == 2
    assert heard == [(number, 8) for number in range(1, 9)]
    assert processes() >= 1


def test_a_failing_page_stops_the_rest() -> None:
    drawn: list[int] = []

    def items() -> object:
        for number in range(50):
            drawn.append(number)
            yield number

    def work(number: int) -> int:
        if number == 2:
            raise ReadingError("ocr_failed", "hỏng.")
        return number

    with pytest.raises(ReadingError):
        in_parallel(items(), work, 2, 50, None)  # type: ignore[arg-type]
    assert len(drawn) < 10


# Photos


def jpeg(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.slow
def test_tesseract_itself_reads_a_stamped_scan() -> None:
    """The one test of the program: a page of the samples, red-stamped, photographed in uneven light, sideways."""
    image = page_images("d05")[1].convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    draw.ellipse((700, 1500, 1100, 1900), outline=(220, 30, 40, 200), width=14)
    levels = np.asarray(image).astype(np.float32) * np.linspace(1.0, 0.6, image.width)[None, :, None]
    photo = Image.fromarray(levels.astype(np.uint8)).rotate(90, expand=True)
    document = read_images([jpeg(photo, quality=85)], sha256="0" * 64)
    wanted = pypdfium2.PdfDocument(SAMPLES / "d05-thep-vung-ang" / "text.pdf")[6].get_textpage().get_text_range()
    common = difflib.SequenceMatcher(None, sorted(words(document.text)), sorted(words(wanted)), autojunk=False).ratio()
    assert common >= 0.96
    assert document.media_type == "image/jpeg"


def test_photos_are_pages_in_the_order_given() -> None:
    shown = [np.asarray(image) for image in page_images("d05")[:2]]

    def recognise(number: int, image: Gray, mode: int) -> str:
        return replay("d05")(number, image, mode)

    document = read_images([jpeg(Image.fromarray(page), "PNG") for page in shown], sha256="0" * 64, recognise=recognise)
    assert document.pages == 2
    assert document.media_type == "image/png"
    assert document.method == "ocr"
    assert document.text.startswith("CÔNG TY TNHH GANG THÉP")
    assert {line.page for line in document.lines} == {1, 2}


def test_zip_of_photos_is_read_in_natural_order() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, left in (
            ("trang 10.png", 900),
            ("trang 2.png", 500),
            ("__MACOSX/._trang 2.png", 0),
            ("doc.txt", 1),
            ("Trang 1.jpg", 100),
        ):
            page = Image.new("L", (1654, 2339), 250)
            ImageDraw.Draw(page).rectangle((left, 300, left + 60, 360), fill=20)
            archive.writestr(name, jpeg(page, "JPEG" if name.endswith("jpg") else "PNG"))
    marks: dict[int, int] = {}

    def recognise(number: int, image: Gray, mode: int) -> str:
        marks[number] = int(image.min(axis=0).argmin()) // 100 * 100
        return tsv((1, 200, 900, 120, 30, 95.0, f"Số{number}."))

    document = read_zip(out.getvalue(), sha256="0" * 64, recognise=recognise)
    assert document.pages == 3
    assert document.media_type == "application/zip"
    assert document.text == "Số1.\nSố2.\nSố3."
    assert marks == {1: 100, 2: 500, 3: 900}


def test_exif_orientation_and_pages_of_a_tiff() -> None:
    page = Image.new("L", (1000, 1600), 250)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    shapes: list[tuple[int, ...]] = []

    def recognise(number: int, image: Gray, mode: int) -> str:
        shapes.append(image.shape)
        return tsv((1, 200, 100, 120, 30, 95.0, "Điều"))

    read_images([jpeg(page, exif=exif)], sha256="0" * 64, recognise=recognise)
    assert shapes[-1][0] < shapes[-1][1]
    several = jpeg(page, "TIFF", save_all=True, append_images=[page, page])
    assert read_images([several], sha256="0" * 64, recognise=recognise).pages == 3


def test_small_photos_are_named() -> None:
    document = read_images(
        [jpeg(Image.new("L", (480, 640), 250))],
        sha256="0" * 64,
        recognise=lambda number, image, mode: tsv((1, 200, 100, 120, 30, 95.0, "Điều")),
    )
    assert [notice.code for notice in document.warnings] == ["low_resolution", "ocr_used"]


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ([], "no_pages"),
        ([b"\xff\xd8\xff\xe0 not a picture"], "corrupt_file"),
        ([jpeg(Image.new("L", (900, 1200), 250))[:-400]], "corrupt_file"),
        ([jpeg(Image.new("1", (12_000, 12_000)), "PNG")], "too_large"),
        ([jpeg(Image.new("L", (900, 1200), 250))], "no_text"),
        ([jpeg(Image.new("L", (10, 10), 250))] * 201, "too_large"),
    ],
)
def test_bad_photos(pages: list[bytes], code: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_images(pages, sha256="0" * 64, recognise=lambda number, image, mode: tsv())
    assert caught.value.code == code


def test_pale_letters_and_tables_are_no_stamp() -> None:
    """On a coarse scan letters and rulings are as grey as a stamp: nothing may be erased."""
    image = Image.new("L", (1655, 1200), 240)
    draw = ImageDraw.Draw(image)
    for top in range(150, 600, 40):
        for left in range(150, 600, 50):
            draw.rectangle((left, top, left + 34, top + 14), fill=120)
    draw.rectangle((700, 150, 1200, 600), outline=120, width=4)
    gray = np.asarray(image)
    assert np.array_equal(drop_stamp(gray), gray)

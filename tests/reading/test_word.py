"""Dispatch by content, pages pasted into Word as photos, photos uploaded one by one."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest

from app.reading import read
from app.reading.bundle import bundle
from app.reading.document import ReadingError
from app.reading.text import fold
from app.reading.word import page_pictures
from tests.reading.docx_maker import docx, p, package
from tests.reading.hostile_parts import members

SAMPLES = Path(__file__).parents[2] / "samples"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PICTURES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


def photo(index: int) -> bytes:
    """One page of a sample as a JPEG of 150 dpi."""
    with pypdfium2.PdfDocument(next(SAMPLES.glob("d04*/text.pdf")).read_bytes()) as pdf:
        out = io.BytesIO()
        pdf[index].render(scale=150 / 72, grayscale=True).to_pil().save(out, "JPEG", quality=70)
    return out.getvalue()


def bundled(*photos: bytes) -> bytes:
    out = io.BytesIO()
    bundle(map(io.BytesIO, photos), out)
    return out.getvalue()


def with_pictures(body: str, *pictures: bytes) -> bytes:
    """A docx whose paragraphs hold these pictures, the last one first."""
    drawn = "".join(
        f'<w:p><w:r><w:drawing><a:blip xmlns:a="{DRAWING}" r:embed="i{i}"/></w:drawing></w:r></w:p>' for i in reversed(range(len(pictures)))
    )
    relations = "".join(f'<Relationship Id="i{i}" Type="{PICTURES}" Target="media/i{i}.jpg"/>' for i in range(len(pictures)))
    parts = members(docx(body + drawn)) | {f"word/media/i{i}.jpg": data for i, data in enumerate(pictures)}
    root = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    parts["word/_rels/document.xml.rels"] = f"{root}{relations}</Relationships>"
    return package(parts)


def test_pictures_in_their_order() -> None:
    one, two = photo(1), photo(2)
    assert page_pictures(with_pictures("", one, two)) == [two, one]
    assert page_pictures(with_pictures("", one[:20_000])) == []


@pytest.mark.slow
def test_pages_pasted_into_word_are_recognised() -> None:
    document = read(with_pictures(p("Thỏa ước"), photo(2)), "anh.docx")
    assert document.method == "ocr"
    assert "nguoi lao dong" in fold(document.text)


def test_pictures_beside_real_text_are_left_alone() -> None:
    document = read(with_pictures(p("Người lao động được nghỉ phép năm. " * 20), photo(2)))
    assert document.method == "docx"


@pytest.mark.slow
def test_photos_of_pages_are_one_agreement() -> None:
    data = bundled(photo(1), photo(2))
    assert data == bundled(photo(1), photo(2))
    document = read(data, "cac-trang.zip")
    assert (document.method, document.pages) == ("ocr", 2)
    assert "nguoi lao dong" in fold(document.text)


def test_a_bundle_takes_only_photos() -> None:
    with pytest.raises(ReadingError) as raised:
        bundled(photo(1), b"PK\x03\x04")
    assert raised.value.code == "not_an_image"

"""Scans made from the text PDFs of the samples, and tesseract's recorded answers to them.

usage: .venv/bin/python -m tests.reading.recorded.scans   (records anew; needs tesseract with `vie`)
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from app.reading.ocr import Gray, Recognise, tesseract

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "samples"
# name: (sample, pages, degrees turned, stamped page or None)
SCANS = {
    "d05": ("d05-thep-vung-ang", (0, 6, 20), 0.5, None),
    "d01": ("d01-may-ky-anh", (5, 6, 14), -0.35, 14),
}


def page_images(name: str) -> list[Image.Image]:
    """The pages of a scan: 200 dpi, turned, darkened, noisy, one with a grey stamp; always the same."""
    sample, numbers, turn, stamped = SCANS[name]
    noise = np.random.default_rng(7)
    images = []
    with pypdfium2.PdfDocument(SAMPLES / sample / "text.pdf") as document:
        for number in numbers:
            image = document[number].render(scale=200 / 72, grayscale=True).to_pil()
            if number == stamped:
                ImageDraw.Draw(image).ellipse((700, 1050, 1040, 1390), outline=110, width=9)
            image = image.rotate(turn, fillcolor=250, resample=Image.Resampling.BICUBIC)
            levels = np.asarray(image, dtype=np.float32) * 0.95 + noise.normal(0, 6, (image.height, image.width))
            images.append(Image.fromarray(levels.clip(0, 255).astype(np.uint8)))
    return images


def scan_pdf(name: str) -> bytes:
    """The pages as a PDF without a text layer."""
    first, *others = page_images(name)
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=200, quality=70)
    return out.getvalue()


def replay(name: str) -> Recognise:
    """A recogniser that answers from the record; KeyError-like failure for what was never asked."""

    def recognise(number: int, image: Gray, mode: int) -> str:
        return (HERE / "tsv" / f"{name}-{number}-{mode}.tsv").read_text(encoding="utf-8")

    return recognise


def record(name: str) -> None:
    from app.reading.pdf import read_pdf

    def recognise(number: int, image: Gray, mode: int) -> str:
        answer = tesseract(number, image, mode)
        (HERE / "tsv" / f"{name}-{number}-{mode}.tsv").write_text(answer, encoding="utf-8")
        return answer

    read_pdf(scan_pdf(name), sha256="", recognise=recognise)


if __name__ == "__main__":
    (HERE / "tsv").mkdir(exist_ok=True)
    for scan in SCANS:
        record(scan)

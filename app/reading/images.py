"""Photos and scanned images of pages, and .zip files of them → Document, through the same path as scanned PDFs.

Reads JPEG, PNG, TIFF (all its pages), WebP, BMP and HEIC bytes, one agreement in page order. Raises ReadingError corrupt_file, too_large,
no_pages, no_text, missing_program, ocr_failed.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.reading.bundle import MAX_IMAGES, natural, too_many_images
from app.reading.document import Document, Notice, ReadingError
from app.reading.guard import MAX_FILE_BYTES, Archive
from app.reading.ocr import Gray, Progress, Recognise, tesseract
from app.reading.ocr_image import fit_to_page, level_light, to_gray
from app.reading.pdf import recognise_pages, write_document

MAX_PIXELS = 120_000_000  # of one image
_SMALL = 1000  # pixels of the long side: letters of a page are then too small to be sure of
_UNEVEN = 0.18  # spread of the paper's brightness over an image, as a share of it, from which the light is evened out
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "HEIF", "MPO")
_MEDIA_TYPES = {"HEIF": "image/heic", "MPO": "image/jpeg"}
_NAMES = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".webp", ".bmp")

pillow_heif.register_heif_opener()


def read_images(
    pages: list[bytes],
    *,
    sha256: str,
    filename: str = "",
    media_type: str = "",
    recognise: Recognise = tesseract,
    progress: Progress | None = None,
) -> Document:
    """Read images as the pages of one agreement, in the order given."""
    if not pages:
        raise ReadingError("no_pages", "Không có ảnh trang nào để đọc.")
    if len(pages) > MAX_IMAGES:
        raise too_many_images()
    frames = 0
    small: list[int] = []
    kinds: list[str] = []
    for data in pages:
        with _open(data) as image:
            kinds.append(image.format or "")
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if max(image.size) < _SMALL:
                small.append(frames + 1)
            frames += count
            if frames > MAX_IMAGES:
                raise too_many_images()
    found = recognise_pages(_grays(pages), frames, recognise, progress)
    notices: tuple[Notice, ...] = ()
    if small:
        shown = ", ".join(map(str, small))
        notices = (Notice("low_resolution", f"Ảnh trang {shown} quá nhỏ, chữ dễ đọc sai. Hãy chụp lại gần và rõ hơn."),)
    kind = kinds[0]
    return write_document(
        found,
        [page.number for page in found],
        media_type=media_type or _MEDIA_TYPES.get(kind, f"image/{kind.lower()}"),
        sha256=sha256,
        filename=filename,
        warnings=notices,
    )


def read_zip(
    data: bytes,
    *,
    sha256: str,
    filename: str = "",
    recognise: Recognise = tesseract,
    progress: Progress | None = None,
) -> Document:
    """Read a .zip of page images, in the natural order of their names (trang-2 before trang-10)."""
    archive = Archive(data)
    names = sorted((name for name in archive.names if _is_page(name)), key=natural)
    return read_images(
        [archive.read(name, MAX_FILE_BYTES) for name in names],
        sha256=sha256,
        filename=filename,
        media_type="application/zip",
        recognise=recognise,
        progress=progress,
    )


def _is_page(name: str) -> bool:
    last = name.rsplit("/", 1)[-1].lower()
    return last.endswith(_NAMES) and not last.startswith(".") and not name.startswith("__MACOSX/")


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the cap below decides
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _corrupt() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    return image


def _grays(pages: list[bytes]) -> Iterator[tuple[int, Gray]]:
    number = 0
    for data in pages:
        image = _open(data)
        frames = ImageSequence.Iterator(image) if image.format == "TIFF" else iter((image,))
        try:
            for frame in frames:
                if frame.width * frame.height > MAX_PIXELS:
                    raise _too_large()
                number += 1
                upright = ImageOps.exif_transpose(frame) or frame
                yield number, _prepare(upright)
        except (OSError, ValueError, SyntaxError) as error:
            raise _corrupt() from error
        finally:
            image.close()


def _prepare(image: Image.Image) -> Gray:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    gray = to_gray(fit_to_page(image))
    paper = np.asarray(Image.fromarray(gray).reduce(64), dtype=np.float32)
    bright = float(np.percentile(paper, 90))
    if bright > 0 and float(np.percentile(paper, 90) - np.percentile(paper, 15)) > _UNEVEN * bright:
        return level_light(gray)
    return gray


def _too_large() -> ReadingError:
    return ReadingError("too_large", f"Ảnh lớn quá {MAX_PIXELS // 1_000_000} triệu điểm ảnh nên bị từ chối.")


def _corrupt() -> ReadingError:
    return ReadingError("corrupt_file", "Ảnh bị hỏng hoặc không đúng định dạng. Hãy chụp lại hoặc gửi dạng JPG, PNG, HEIC.")

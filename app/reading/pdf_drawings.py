"""What is drawn on a PDF page besides text: rulings, pictures, outlines; and the page as an image for recognition.

Reads pypdfium2 pages; writes rulings in the page's own space, and images. Raises ReadingError too_large over the caps.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from app.reading.document import ReadingError

MAX_OBJECTS = 40_000  # drawn objects on one page
MAX_IMAGE_PIXELS = 120_000_000  # of one picture
_OUTLINES = 300  # drawn curves on a page whose text was turned into outlines
_THIN = 3.0  # points: a drawn rectangle no thicker than this is a ruling

Edge = tuple[float, float, float, float]  # x0, y0, x1, y1


def drawings(page: pypdfium2.PdfPage) -> tuple[list[Edge], bool]:
    """Return the straight rulings (x0, y0, x1, y1 in the page's own space) and whether pictures or outlines fill the page."""
    rules: list[Edge] = []
    pictured = 0.0
    outlines = 0
    for seen, item in enumerate(page.get_objects(max_depth=3)):
        if seen > MAX_OBJECTS:
            raise ReadingError("too_large", f"Một trang PDF có trên {MAX_OBJECTS} đối tượng vẽ, quá giới hạn.")
        if item.type not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            continue
        try:
            x0, y0, x1, y1 = item.get_bounds()
        except pypdfium2.PdfiumError:  # an empty path has no bounds
            continue
        if item.container is not None:
            matrix = item.container.get_matrix()
            (x0, y0), (x1, y1) = matrix.on_point(x0, y0), matrix.on_point(x1, y1)
            x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            _check_pixels(item, page)
            pictured += abs(x1 - x0) * abs(y1 - y0)
            continue
        edges = _edges(item, x0, y0, x1, y1)
        outlines += not edges
        rules += edges
    width, height = page.get_size()
    return rules, pictured >= 0.2 * width * height or outlines >= _OUTLINES


def _check_pixels(item: Any, page: pypdfium2.PdfPage) -> None:
    about = pdfium.FPDF_IMAGEOBJ_METADATA()
    if pdfium.FPDFImageObj_GetImageMetadata(item.raw, page.raw, about) and about.width * about.height > MAX_IMAGE_PIXELS:
        limit = MAX_IMAGE_PIXELS // 1_000_000
        raise ReadingError("too_large", f"Tệp PDF chứa ảnh lớn quá {limit} triệu điểm ảnh nên bị từ chối.")


def _edges(item: Any, x0: float, y0: float, x1: float, y1: float) -> list[Edge]:
    wide, high = x1 - x0, y1 - y0
    if high <= _THIN and wide >= 5:
        return [(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)]
    if wide <= _THIN and high >= 5:
        return [((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)]
    if wide < 5 or high < 5:
        return []
    count = pdfium.FPDFPath_CountSegments(item.raw)
    if 4 <= count <= 6:  # a box: its four sides
        return [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
    return _segments(item, count) if 6 < count < 2000 else []


def _segments(item: Any, count: int) -> list[Edge]:
    """The horizontal and vertical strokes of a path of many segments."""
    matrix = item.get_matrix()
    if item.container is not None:
        matrix = matrix.multiply(item.container.get_matrix())
    rules: list[Edge] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for at in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            wide, high = abs(point[0] - last[0]), abs(point[1] - last[1])
            if (high <= 0.5 and wide >= 5) or (wide <= 0.5 and high >= 5):
                rules.append((min(last[0], point[0]), min(last[1], point[1]), max(last[0], point[0]), max(last[1], point[1])))
        last = point
    return rules


def page_image(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    """The page as an image of `scale` pixels a point: the scan itself where the page is nothing but one upright picture."""
    objects = list(page.get_objects(max_depth=1))
    if len(objects) == 1 and objects[0].type == pdfium.FPDF_PAGEOBJ_IMAGE and page.get_rotation() == 0:
        scan = _whole_scan(page, objects[0])
        if scan is not None:
            wanted = round(max(page.get_size()) * scale)
            ratio = wanted / max(scan.size)
            if abs(ratio - 1) > 0.1:
                size = (max(1, round(scan.width * ratio)), max(1, round(scan.height * ratio)))
                scan = scan.resize(size, Image.Resampling.BICUBIC)
            return scan
    image: Image.Image = page.render(scale=scale).to_pil()
    return image


def _whole_scan(page: pypdfium2.PdfPage, item: Any) -> Image.Image | None:
    """The picture of a page that it covers, upright and unmasked; None where only drawing the page shows it right."""
    about = pdfium.FPDF_IMAGEOBJ_METADATA()
    if not pdfium.FPDFImageObj_GetImageMetadata(item.raw, page.raw, about):
        return None
    matrix = item.get_matrix()
    width, height = page.get_size()
    upright = matrix.a > 0 and matrix.d > 0 and abs(matrix.b) < 0.01 and abs(matrix.c) < 0.01
    covers = abs(matrix.a - width) < 0.05 * width and abs(matrix.d - height) < 0.05 * height
    plain = (about.colorspace, about.bits_per_pixel) in (
        (pdfium.FPDF_COLORSPACE_DEVICEGRAY, 8),
        (pdfium.FPDF_COLORSPACE_DEVICERGB, 24),
    )
    if not (upright and covers and plain) or about.width * about.height > MAX_IMAGE_PIXELS:
        return None
    image: Image.Image = item.get_bitmap(render=False).to_pil()
    return image

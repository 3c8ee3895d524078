"""One page of a PDF through pypdfium2: its words with positions and its rulings, upright.

Reads PDF bytes; writes `PageContent`. Raises ReadingError for files that are encrypted, corrupt, empty or over the caps.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from app.reading.document import Notice, ReadingError
from app.reading.pdf_geometry import PageContent, Rule, Word

MAX_PAGES = 500
MAX_OBJECTS = 40_000  # drawn objects on one page
MAX_IMAGE_PIXELS = 120_000_000  # of one picture
MAX_CHARACTERS = 60_000  # on one page
_OUTLINES = 300  # drawn curves on a page whose text was turned into outlines
_TOKEN = re.compile(r"\S+")
_BOLD_NAME = re.compile(r"bold|black|heavy|semib|demib", re.IGNORECASE)
_FORCE_BOLD = 1 << 18

# The three calls made for every word, without the argument checks of the bindings: half the time of reading a page.
_POINTER, _DOUBLE = ctypes.c_void_p, ctypes.POINTER(ctypes.c_double)


def _fast(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, _POINTER).value or 0)


_text_object = _fast(pdfium.FPDFText_GetTextObject, _POINTER, _POINTER, ctypes.c_int)
_char_origin = _fast(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, _POINTER, ctypes.c_int, _POINTER, _POINTER)
_char_box = _fast(pdfium.FPDFText_GetCharBox, ctypes.c_int, _POINTER, ctypes.c_int, _POINTER, _POINTER, _POINTER, _POINTER)
_THIN = 3.0  # points: a drawn rectangle no thicker than this is a ruling


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF; ReadingError encrypted_file, corrupt_file, no_pages or too_large."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD and b"/Encrypt" in data:
            raise ReadingError("encrypted_file", "Tệp PDF đang đặt mật khẩu. Hãy gỡ mật khẩu (in lại ra PDF) rồi nộp lại.") from error
        if code in (
            pdfium.FPDF_ERR_SUCCESS,
            pdfium.FPDF_ERR_PASSWORD,
        ):  # no pages is no error to PDFium: its last code stands
            raise ReadingError("no_pages", "Tệp PDF không có trang nào.") from error
        raise ReadingError("corrupt_file", "Tệp PDF bị hỏng hoặc tải lên chưa hết. Hãy mở thử, lưu lại rồi nộp lại.") from error
    count = len(document)
    if count == 0:
        raise ReadingError("no_pages", "Tệp PDF không có trang nào.")
    if count > MAX_PAGES:
        raise ReadingError("too_large", f"Tệp PDF có {count} trang, quá giới hạn {MAX_PAGES} trang.")
    return document


def notices(document: pypdfium2.PdfDocument) -> list[Notice]:
    """Name what a PDF holds besides pages: XFA forms and embedded files are not read."""
    found = []
    if document.get_formtype() in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        found.append(Notice("pdf_xfa_form", "Tệp PDF là biểu mẫu XFA; phần biểu mẫu động không đọc được, chỉ đọc các trang in sẵn."))
    count = document.count_attachments()
    if count:
        found.append(Notice("pdf_embedded_files", f"Tệp PDF đính kèm {count} tệp khác bên trong; các tệp đó không được đọc."))
    return found


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


@dataclass(slots=True)
class _Font:
    size: float
    bold: bool
    angle: int  # of the writing direction, degrees counter-clockwise, in the page's own space
    invisible: bool


# (text, x0, y0, x1, y1, font, space after): x0, y0 where the writing starts, x1, y1 where it ends
_Found = tuple[str, float, float, float, float, _Font, bool]


def _straight(words: list[_Found]) -> tuple[list[_Found], int]:
    """Return the words written in the page's main direction, and that direction; slanted watermarks and the like go."""
    angles: Counter[int] = Counter()
    for word in words:
        angles[word[5].angle] += len(word[0])
    if len(angles) < 2:
        return words, next(iter(angles), 0)
    angle = angles.most_common(1)[0][0]
    return [word for word in words if word[5].angle == angle], angle


class PageReader:
    """Reads words and rulings of the pages of one document."""

    def __init__(self) -> None:
        self._names: dict[int, bool] = {}
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._addresses = [ctypes.addressof(value) for value in self._doubles]

    def read(self, page: pypdfium2.PdfPage, number: int) -> PageContent:
        """Return the text layer and the rulings of one page; ReadingError too_large over the caps."""
        textpage = page.get_textpage()
        try:
            words = self._words(textpage)
        finally:
            textpage.close()
        words, angle = _straight(words)
        left, bottom, right, top = page.get_bbox()
        turn = (page.get_rotation() - angle) % 360  # clockwise, brings the page's space upright
        place = _Upright(left, bottom, right, top, turn)
        upright = place.words(words)
        found, pictures = self._drawings(page)
        rules = [place.rule(*rule) for rule in found]
        return PageContent(number, place.width, place.height, upright, rules, pictures=pictures)

    def _words(self, textpage: Any) -> list[_Found]:
        """Return each word of the page in the page's own space."""
        raw = textpage.raw
        count = pdfium.FPDFText_CountChars(raw)
        if count > MAX_CHARACTERS:
            raise ReadingError("too_large", f"Một trang PDF có {count} ký tự, quá giới hạn {MAX_CHARACTERS}.")
        if count <= 0:
            return []
        text = textpage.get_text_range(0, count)
        if len(text) != count:  # characters that the plain text leaves out: take them one by one
            codes = (pdfium.FPDFText_GetUnicode(raw, at) for at in range(count))
            text = "".join(chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else " " for c in codes)
        first, second, third, fourth = self._doubles
        a, b, c, d = self._addresses
        handle = ctypes.cast(raw, _POINTER).value
        fonts: dict[int, _Font] = {}
        found: list[_Found] = []
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            address = _text_object(handle, start) or 0
            font = fonts.get(address)
            if font is None:
                font = fonts[address] = self._font(raw, start)
            _char_origin(handle, start, a, b)
            x0, y0 = first.value, second.value
            _char_box(handle, end - 1, a, b, c, d)  # left, right, bottom, top
            if font.angle == 0:
                x1, y1 = second.value, y0
            elif font.angle == 180:
                x1, y1 = first.value, y0
            else:
                x1, y1 = x0, fourth.value if font.angle == 90 else third.value
            # a generated space (one that the file does not hold) has no text object
            space = end < count and text[end] == " " and _text_object(handle, end) is not None
            found.append((match.group(), x0, y0, x1, y1, font, space))
        return found

    def _font(self, raw: Any, at: int) -> _Font:
        pointer = pdfium.FPDFText_GetTextObject(raw, at)
        matrix = pdfium.FS_MATRIX()
        size = pdfium.FPDFText_GetFontSize(raw, at)
        angle = 0
        if pdfium.FPDFText_GetMatrix(raw, at, matrix):
            size *= math.hypot(matrix.c, matrix.d)
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) * 90 % 360
        invisible = False
        bold = False
        if pointer:
            invisible = pdfium.FPDFTextObj_GetTextRenderMode(pointer) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            bold = self._is_bold(pdfium.FPDFTextObj_GetFont(pointer))
        return _Font(size if size > 0.5 else 10.0, bold, angle, invisible)

    def _is_bold(self, font: Any) -> bool:
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        known = self._names.get(address)
        if known is None:
            length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(max(1, length))
            pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
            name = buffer.value.decode("utf-8", "replace")
            known = bool(_BOLD_NAME.search(name)) or pdfium.FPDFFont_GetWeight(font) >= 600
            known = known or bool(max(0, pdfium.FPDFFont_GetFlags(font)) & _FORCE_BOLD)
            self._names[address] = known
        return known

    def _drawings(self, page: pypdfium2.PdfPage) -> tuple[list[tuple[float, float, float, float]], bool]:
        """Return the straight rulings (x0, y0, x1, y1 in the page's own space) and whether pictures or outlines fill the page."""
        rules: list[tuple[float, float, float, float]] = []
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
                pictured += abs(x1 - x0) * abs(y1 - y0)
                continue
            edges = _edges(item, x0, y0, x1, y1)
            outlines += not edges
            rules += edges
        width, height = page.get_size()
        return rules, pictured >= 0.2 * width * height or outlines >= _OUTLINES


def _edges(item: Any, x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float, float, float]]:
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


def _segments(item: Any, count: int) -> list[tuple[float, float, float, float]]:
    """The horizontal and vertical strokes of a path of many segments."""
    matrix = item.get_matrix()
    if item.container is not None:
        matrix = matrix.multiply(item.container.get_matrix())
    rules: list[tuple[float, float, float, float]] = []
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


class _Upright:
    """Turns the page's own space (origin lower left, y up, any rotation) into the upright one."""

    def __init__(self, left: float, bottom: float, right: float, top: float, turn: int) -> None:
        self.left, self.bottom, self.right, self.top, self.turn = left, bottom, right, top, turn
        self.width, self.height = right - left, top - bottom
        if turn in (90, 270):
            self.width, self.height = self.height, self.width

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def words(self, found: list[_Found]) -> list[Word]:
        if self.turn == 0:
            left, top = self.left, self.top
            return [Word(text, x0 - left, x1 - left, top - y0, font.size, font.bold, space) for text, x0, y0, x1, _, font, space in found]
        words = []
        for text, x0, y0, x1, y1, font, space in found:
            (u0, v0), (u1, _) = self.point(x0, y0), self.point(x1, y1)
            words.append(Word(text, min(u0, u1), max(u0, u1), v0, font.size, font.bold, space))
        return words

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Rule:
        (u0, v0), (u1, v1) = self.point(x0, y0), self.point(x1, y1)
        if abs(u1 - u0) >= abs(v1 - v0):
            return Rule(min(u0, u1), (v0 + v1) / 2, max(u0, u1), (v0 + v1) / 2)
        return Rule((u0 + u1) / 2, min(v0, v1), (u0 + u1) / 2, max(v0, v1))

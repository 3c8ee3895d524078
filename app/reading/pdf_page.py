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

from app.reading.document import Notice, ReadingError
from app.reading.legacy_fonts import Encoding, decode, encoding_of, guess, restore_capitals
from app.reading.pdf_drawings import drawings
from app.reading.pdf_geometry import PageContent, Rule, Word, rows_of
from app.reading.text import clean, quality

MAX_PAGES = 500
MAX_CHARACTERS = 60_000  # on one page
_TOKEN = re.compile(r"\S+")
_BOLD_NAME = re.compile(r"bold|black|heavy|semib|demib", re.IGNORECASE)
_NO_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]{0,200}/Count\s+0\b|/Count\s+0\b[^>]{0,200}/Type\s*/Pages\b")
_UNTIDY = re.compile(r"[\u0300-\u036f\u00d0\u00f0\u200b-\u200f\u2060-\u206f\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffe\x00-\x08]")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
READABLE = 0.8  # text quality under which a page's text layer is not believed
OTHERS_OCR = 0.85  # confidence of a text layer that lies under a scan
_SINGLE = 0.12  # share of one-letter words from which text is in shreds; good text has 0.03
_SAMPLE = 150  # words of a page that are judged
_FORCE_BOLD = 1 << 18

# The three calls made for every word, without the argument checks of the bindings: half the time of reading a page.
_POINTER, _DOUBLE = ctypes.c_void_p, ctypes.POINTER(ctypes.c_double)


def _fast(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, _POINTER).value or 0)


_text_object = _fast(pdfium.FPDFText_GetTextObject, _POINTER, _POINTER, ctypes.c_int)
_char_origin = _fast(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, _POINTER, ctypes.c_int, _POINTER, _POINTER)
_char_box = _fast(pdfium.FPDFText_GetCharBox, ctypes.c_int, _POINTER, ctypes.c_int, _POINTER, _POINTER, _POINTER, _POINTER)


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF; ReadingError encrypted_file, corrupt_file, no_pages or too_large."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD and b"/Encrypt" in data:
            raise ReadingError("encrypted_file", "Tệp PDF đang đặt mật khẩu. Hãy gỡ mật khẩu (in lại ra PDF) rồi nộp lại.") from error
        if code == pdfium.FPDF_ERR_SUCCESS or _NO_PAGES.search(data[:200_000]):  # no error to PDFium, whose last code stands
            raise _no_pages() from error
        raise ReadingError("corrupt_file", "Tệp PDF bị hỏng hoặc tải lên chưa hết. Hãy mở thử, lưu lại rồi nộp lại.") from error
    count = len(document)
    if count == 0:
        raise _no_pages()
    if count > MAX_PAGES:
        raise ReadingError("too_large", f"Tệp PDF có {count} trang, quá giới hạn {MAX_PAGES} trang.")
    return document


def _no_pages() -> ReadingError:
    return ReadingError("no_pages", "Tệp PDF không có trang nào. Hãy kiểm tra lại bản gửi.")


def notices(document: pypdfium2.PdfDocument) -> list[Notice]:
    """Name what a PDF holds besides pages: XFA forms and embedded files are not read."""
    found = []
    if document.get_formtype() in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        found.append(Notice("pdf_xfa_form", "Tệp PDF là biểu mẫu XFA; phần biểu mẫu động không đọc được, chỉ đọc các trang in sẵn."))
    count = document.count_attachments()
    if count:
        found.append(Notice("pdf_embedded_files", f"Tệp PDF đính kèm {count} tệp khác bên trong; các tệp đó không được đọc."))
    return found


@dataclass(slots=True)
class _Font:
    size: float
    bold: bool
    angle: int  # of the writing direction, degrees counter-clockwise, in the page's own space; -1 when slanted
    invisible: bool
    encoding: Encoding  # of a pre-Unicode Vietnamese font


def _score(words: list[_Found]) -> float:
    """How Vietnamese the text looks; words in shreds ("Ngh ị đ ị nh") are none."""
    step = max(1, len(words) // _SAMPLE)
    sample = [word[0] for word in words[::step]]
    score = quality(" ".join(sample))
    lettered = [text for text in sample if text[0].isalpha()]
    single = sum([len(text) == 1 for text in lettered])
    if single > _SINGLE * len(lettered) and len(lettered) >= 20:
        score *= 1 - single / len(lettered)
    return score


def _tidied(words: list[_Found]) -> list[_Found]:
    """Words without combining marks, bullets of symbol fonts and invisible characters."""
    if not _UNTIDY.search(" ".join([word[0] for word in words])):
        return words
    return [(text, *word[1:]) for word in words if (text := clean(word[0]))]


def _decoded(words: list[_Found]) -> list[_Found]:
    """Words set in TCVN3 or VNI fonts as Unicode: by the font's name, else by what the whole page reads like."""
    text = " ".join(word[0] for word in words)
    usual = guess(text)
    read = [decode(word[0], word[5].encoding or usual) for word in words]
    capitals = restore_capitals(" ".join(read)).split(" ")
    if len(capitals) == len(read):
        read = capitals
    return [(text, *word[1:]) for text, word in zip(read, words, strict=True)]


# (text, x0, y0, x1, y1, font, space after): x0, y0 where the writing starts, x1, y1 where it ends
_Found = tuple[str, float, float, float, float, _Font, bool]


def _straight(words: list[_Found]) -> tuple[list[_Found], int]:
    """Return the words written in the page's main direction, and that direction; slanted watermarks and the like go."""
    angles: Counter[int] = Counter()
    for word in words:
        angles[word[5].angle] += len(word[0])
    if set(angles) <= {0}:
        return words, 0
    angle = max(angles, key=lambda turned: (turned >= 0, angles[turned]))
    return [word for word in words if word[5].angle == angle], max(0, angle)


class PageReader:
    """Reads words and rulings of the pages of one document."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[bool, Encoding]] = {}
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._addresses = [ctypes.addressof(value) for value in self._doubles]

    def read(self, page: pypdfium2.PdfPage, number: int) -> PageContent:
        """Return the text layer and the rulings of one page; ReadingError too_large over the caps."""
        textpage = page.get_textpage()
        try:
            words = self._words(textpage)
            score = _score(words)
            if words and score < READABLE:
                words, score = self._best(textpage, words, score)
            words = _tidied(words)
        finally:
            textpage.close()
        found, pictures = drawings(page)
        shown = [word for word in words if not word[5].invisible]
        hidden = len(words) - len(shown)
        if hidden and not pictures:
            words = shown  # nobody sees them
        words, angle = _straight(words)
        left, bottom, right, top = page.get_bbox()
        place = _Upright(left, bottom, right, top, turn=angle)  # the writing decides, however the page is shown
        upright = place.words(words)
        if hidden and pictures:  # the text under a scan is another program's recognition
            for word in upright:
                word.confidence = OTHERS_OCR
        rules = [place.rule(*rule) for rule in found]
        recognised = bool(hidden) and pictures
        return PageContent(number, place.width, place.height, upright, rules, recognised, score, pictures)

    def _best(self, textpage: Any, words: list[_Found], score: float) -> tuple[list[_Found], float]:
        """Of the ways to read a page of doubtful text, the one that gives the best Vietnamese."""
        best, high = words, score + 0.03
        for candidate in (words, self._by_glyph(textpage)):
            for read in (candidate, _decoded(candidate)):
                value = _score(read)
                if value > high:
                    best, high = read, value
        return best, high if best is not words else score

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
        text = text.replace("\x02", "-").replace("\ufffe", "-")  # PDFium's marks for a hyphen at the end of a line
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
            space = end < count and text[end] == " "
            found.append((match.group(), x0, y0, x1, y1, font, space))
        return found

    def _font(self, raw: Any, at: int) -> _Font:
        pointer = pdfium.FPDFText_GetTextObject(raw, at)
        matrix = pdfium.FS_MATRIX()
        size = pdfium.FPDFText_GetFontSize(raw, at)
        angle = 0
        if pdfium.FPDFText_GetMatrix(raw, at, matrix):
            size *= math.hypot(matrix.c, matrix.d)
            degrees = math.degrees(math.atan2(matrix.b, matrix.a))
            right = round(degrees / 90) * 90
            angle = right % 360 if abs(degrees - right) < 10 else -1
        invisible = False
        bold = False
        encoding: Encoding = ""
        if pointer:
            invisible = pdfium.FPDFTextObj_GetTextRenderMode(pointer) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            bold, encoding = self._typeface(pdfium.FPDFTextObj_GetFont(pointer))
        return _Font(size if size > 0.5 else 10.0, bold, angle, invisible, encoding)

    def _typeface(self, font: Any) -> tuple[bool, Encoding]:
        """Whether a font is bold, and the legacy encoding its name stands for."""
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        known = self._names.get(address)
        if known is None:
            length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(max(1, length))
            pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
            name = _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))
            bold = bool(_BOLD_NAME.search(name)) or pdfium.FPDFFont_GetWeight(font) >= 600
            bold = bold or bool(max(0, pdfium.FPDFFont_GetFlags(font)) & _FORCE_BOLD)
            known = self._names[address] = (bold, encoding_of(name))
        return known

    def _by_glyph(self, textpage: Any) -> list[_Found]:
        """The words put together from single glyphs by their places, for files that write a line in several passes.

        A font without Vietnamese letters makes some writers set "Nghị" as "Ngh" and, later, the fallback's "ị".
        """
        raw = textpage.raw
        x, y = ctypes.c_double(), ctypes.c_double()
        box = pdfium.FS_RECTF()
        fonts: dict[int, _Font] = {}
        glyphs: list[Word] = []
        kept: dict[int, _Font] = {}
        for at in range(pdfium.FPDFText_CountChars(raw)):
            code = pdfium.FPDFText_GetUnicode(raw, at)
            if code < 32 or code > 0x10FFFF or 0xD800 <= code < 0xE000 or pdfium.FPDFText_IsGenerated(raw, at) == 1:
                continue
            address = ctypes.cast(pdfium.FPDFText_GetTextObject(raw, at), ctypes.c_void_p).value or 0
            font = fonts.get(address)
            if font is None:
                font = fonts[address] = self._font(raw, at)
            if font.angle != 0:
                continue
            pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
            pdfium.FPDFText_GetLooseCharBox(raw, at, box)
            glyph = Word(chr(code), x.value, max(x.value, box.right), -y.value, font.size)
            kept[id(glyph)] = font
            glyphs.append(glyph)
        found: list[_Found] = []
        for row in rows_of(glyphs):
            run: list[Word] = []
            for glyph in [*row, Word(" ", row[-1].x1, row[-1].x1, row[-1].baseline, row[-1].size)]:
                apart = glyph.text.isspace() or (run and glyph.x0 - run[-1].x1 > 0.15 * glyph.size)
                if apart and run:
                    text = "".join(part.text for part in run)
                    font = kept[id(run[0])]
                    y0 = -run[0].baseline
                    found.append((text, run[0].x0, y0, run[-1].x1, y0, font, False))
                    run = []
                if not glyph.text.isspace():
                    run.append(glyph)
        return found


class _Upright:
    """Turns the page's own space (origin lower left, y up) clockwise by `turn` degrees into the upright one."""

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

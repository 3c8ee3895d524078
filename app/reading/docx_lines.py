"""From the walk's raw paragraphs to clean lines: legacy fonts decoded, labels written, soft line breaks decided.

Reads `Paragraph` blocks; writes the strings that become lines of the Document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from app.reading.docx_blocks import BREAK, Block, Paragraph, Table
from app.reading.legacy_fonts import Encoding, decode, guess, is_unicode, restore_capitals
from app.reading.text import clean, quality

# The label of an article or a larger unit, and what stands behind it.
_UNIT = re.compile(r"(?:điều|chương|mục|phần|phụ lục) +(?:\d{1,3}|[ivxlc]{1,6})\b *(?P<then>.*)", re.IGNORECASE)
_OPENS = re.compile(r"[.:–-] *(?P<heading>.)?")
_ITEM = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)/] *\D|[a-zđ][).] +\S|\d{1,3}(?:\.\d{1,3})+ +\S")
_NUMBERED = re.compile(r"(?P<n>\d{1,2})(?P<mark>[.)/]) *[^\W\d_]")
_DASH = re.compile(r"[-–—+*•] *\S")
_STOP = re.compile(r"[.;:!?…,][\"”’)]*$")
_HIGH = re.compile("[\xa1-\xff\u0300-\u0323]")
_DASHES = frozenset("-–—+*•")
# What some programs leave of automatic labels when they write RTF.
_LOST_ARTICLE = re.compile(r"^\?i\?u\b", re.IGNORECASE)
_LOST_CHAPTER = re.compile(r"^Ch\?\?ng\b", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:[,–-]|\b(?:và|của|với|cho|về|trong|theo|tại|các|là|hoặc|đối|khi))$", re.IGNORECASE)
_SYMBOL = re.compile("[¨©ª¬\xad®¯µ¶¸¹º]")  # letters of TCVN3 that no Unicode word holds
_HEADING = 120  # characters: longer than headings are
_LONG = 40  # characters: enough words for a guess
_SAMPLE = 2_000  # characters to judge by
_LEFTOVER = 0.05  # how much better the raw text must read before a legacy font's name is taken for a leftover


class Lines:
    """Turns paragraphs into lines. `prepare` decides once for the whole document whether legacy font names can be believed."""

    def __init__(self, fonts: bool = True) -> None:
        """`fonts`: whether the file names legacy fonts at all."""
        self._fonts = fonts
        self._believe = True
        self._likely: Encoding = ""  # what the rest of the document is typed in
        self.legacy = False  # some text was decoded

    def prepare(self, blocks: list[Block]) -> None:
        """Compare both readings of everything typed in legacy fonts: a Unicode text may still carry the old font's name. Where long
        paragraphs are legacy text without saying so, their encoding is remembered for the short ones that cannot tell."""
        raw: list[str] = []
        decoded: list[str] = []
        size = unicode = 0
        tagged: Encoding = ""
        for paragraph in paragraphs(blocks):
            for encoding, text in self._segments(paragraph):
                if not encoding:
                    if not self._likely and len(text) > _LONG and not is_unicode(text):
                        self._likely = guess(text)
                elif size < _SAMPLE:
                    tagged = "vni" if encoding == "vni" else "tcvn3"
                    raw.append(text)
                    decoded.append(decode(text, encoding))
                    size += len(text)
                    unicode += len(text) if is_unicode(text) else 0
        if raw:
            self._believe = 2 * unicode < size and quality(" ".join(decoded)) >= quality(" ".join(raw)) - _LEFTOVER
            if self._believe and not self._likely:
                self._likely = tagged

    def of(self, paragraph: Paragraph) -> list[str]:
        """Return the paragraph's lines, its label in front of the first; [] where nothing is visible."""
        if paragraph.lines is None:
            paragraph.lines = self._lines(paragraph)
        return paragraph.lines

    def label(self, paragraph: Paragraph) -> str:
        """Return the automatic label as it is written into the text."""
        label = clean(self._decode(paragraph.label, paragraph.label_encoding))
        if "?" in label:
            label = _LOST_ARTICLE.sub("Điều", _LOST_CHAPTER.sub("Chương", label))
        if paragraph.bullet and label:
            return label if label in _DASHES else "•"
        return label

    def text(self, paragraph: Paragraph) -> str:
        """Return the paragraph's text, decoded and not yet cleaned: tabs and soft breaks are still in it."""
        if self._fonts:
            text = "".join(self._decode(part, encoding) for encoding, part in self._segments(paragraph))
            if self._believe and any(encoding in ("tcvn3", "vni") for _, encoding in paragraph.parts):
                return restore_capitals(text)
        else:
            text = "".join([part for part, _ in paragraph.parts])
        if _HIGH.search(text) and (found := guess(text) or self._doubt(text)):
            self.legacy = True
            text = restore_capitals(decode(text, found))
        return text

    def _lines(self, paragraph: Paragraph) -> list[str]:
        text = self.text(paragraph)
        lines = _split(text, paragraph.centered) if BREAK in text else [clean(text)]
        lines = [line for line in lines if line]
        if not paragraph.label:
            return lines
        label = self.label(paragraph)
        if not lines:
            return [] if paragraph.bullet or not label else [label]
        joint = "" if paragraph.tight and not lines[0][0].isalnum() else " "
        lines[0] = f"{label}{joint}{lines[0]}" if label else lines[0]
        return lines

    def _segments(self, paragraph: Paragraph) -> Iterator[tuple[Encoding, str]]:
        """Yield neighbouring parts of one encoding joined: VNI writes one letter as two, and runs split anywhere."""
        if not self._fonts:
            yield "", "".join([text for text, _ in paragraph.parts])
            return
        if len(paragraph.parts) == 1:
            [(text, encoding)] = paragraph.parts
            yield encoding, text
            return
        for encoding, parts in groupby(paragraph.parts, key=_encoding):
            yield encoding, "".join([text for text, _ in parts])

    def _doubt(self, text: str) -> Encoding:
        """Return the document's own legacy encoding for a short text that reads no worse in it."""
        if not self._likely or is_unicode(text):
            return ""
        better = quality(decode(text, self._likely)) - quality(text)
        return self._likely if better > 0 or (better == 0 and _SYMBOL.search(text)) else ""

    def _decode(self, text: str, encoding: Encoding) -> str:
        if not encoding or not self._believe:
            return text
        self.legacy = True
        return decode(text, encoding)


def paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield every paragraph of the blocks, those in tables included."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs(cell.blocks)
        else:
            yield block


def _encoding(part: tuple[str, Encoding]) -> Encoding:
    return part[1]


def _split(text: str, centered: bool) -> list[str]:
    """Decide for each soft break whether it only wraps a sentence (a space) or starts a new line of the document.

    A break starts a line before the label of an article or an item, before a dash of a list, and between the lines of a centered
    letterhead or title.
    """
    lines: list[str] = []
    for piece in map(clean, text.split(BREAK)):
        if not piece:
            continue
        if lines and not centered and not _starts_line(lines[-1], piece):
            lines[-1] += " " + piece
        else:
            lines.append(piece)
    return lines


def _starts_line(before: str, after: str) -> bool:
    stopped = _STOP.search(before) is not None
    if unit := _UNIT.match(after):
        opens = _OPENS.match(unit["then"])
        if opens and (opens["heading"] is None or not opens["heading"].islower()):
            return True  # "Điều 5. Ăn ca", and not the "Điều 98 của Bộ luật" of a sentence
        return stopped or before.isupper() or _UNIT.match(before) is not None
    if _DASH.match(after):
        return stopped or _DASH.match(before) is not None or _is_heading(before)
    if _ITEM.match(after) is not None:
        return stopped or _is_heading(before) or _follows(before, after)
    wraps = _GOES_ON.search(before) is not None or (before.isupper() and after.isupper())
    return after[0].isupper() and not wraps and _is_heading(before)


def _is_heading(line: str) -> bool:
    """Whether a line can only be the label and the heading of an article: "Điều 5. Ăn giữa ca"."""
    unit = _UNIT.match(line)
    opens = _OPENS.match(unit["then"]) if unit else None
    return opens is not None and opens["heading"] is not None and opens["heading"].isupper() and len(line) <= _HEADING


def _follows(before: str, after: str) -> bool:
    """Whether the items are neighbours in a list of the same writing: "1. …", "2. …"."""
    one, two = _NUMBERED.match(before), _NUMBERED.match(after)
    return one is not None and two is not None and int(two["n"]) == int(one["n"]) + 1 and one["mark"] == two["mark"]

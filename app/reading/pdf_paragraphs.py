"""Lines → paragraphs, by geometry and grammar.

A line ends its paragraph when the next line's first word would still have fitted behind it. Where it would not, the paragraph goes on
unless spacing, indent, type or a label (`Điều 5.`, `1.`, `a)`, `-`) says otherwise. What the file itself shows of its habits (extra
space between paragraphs, justified lines, a space kept at wrapped line ends) is measured first and decides before the general rules.

Reads `TextLine`s in reading order with their column margins; writes `Paragraph`s.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from statistics import median

from app.reading.pdf_geometry import TextLine, join_lines
from app.reading.text import clean, fold

_SPACE = 0.25  # ems
_HEADING = re.compile(
    r"(?:dieu\s+\d+[a-z]?\s*(?:[.:–-]|$)|(?:chuong|phan|muc|phu luc)\s+(?:[ivxlc]+|\d+|thu\s)\b.{0,3}(?:[.:–-]|$)|phu luc\b)"
)
_NUMBER = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}[.)]|\d{1,3}(?:\.\d{1,2}){1,3}|[ivxlc]{1,5}[.)]|([a-z])\1?[.)])(?=\s|$|[^\d\s.,;:/)-])"
)
_BULLET = re.compile(r"[-–—+*•●○▪■◦·►➢✓](?=\s|$)")
_CLOSED = tuple('.;:!?…”"')
_REFERS = re.compile(r"\b(?:khoan|diem|dieu|muc|chuong|phan|phu luc|so|ngay|thang|nam|quy|bac|ngach|loai|nhom|tu|den|va|hoac|cac|tai|,)$")
# What begins a new line of a letterhead or signature block, where lines of one institution's name may wrap.
_OPENER = re.compile(
    r"\(|so\s*[:/]|cong hoa|doc lap|cong doan|cdcs|cong ty|tong cong ty|tap doan|lien doan|ban chap hanh|dai dien|thay mat|tm\b|kt\b"
    r"|chu tich|pho (?:chu tich|giam doc|tong)|giam doc|tong giam doc|truong (?:ban|phong)|to truong|ong\b|ba\b|.*\bngay\b.*\bthang\b"
)


@dataclass(slots=True)
class Paragraph:
    lines: list[TextLine]
    text: str
    centered: bool

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def confidence(self) -> float:
        words = [word.confidence for line in self.lines for word in line.words]
        return sum(words) / len(words)


@dataclass(frozen=True, slots=True)
class Habits:
    """What the lines of one file show of how its paragraphs are set."""

    pitch: float | None  # usual distance of two lines of one paragraph, ems
    spaced: bool  # paragraphs stand apart by extra space
    spaces_kept: bool  # a wrapped line ends with a space, a finished paragraph does not
    justified: bool
    open_items: bool  # list items end without punctuation


def paragraphs(lines: list[TextLine], habits: Habits) -> list[Paragraph]:
    """Join `lines` (in reading order, margins set) into paragraphs."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and not _parts(groups[-1], line, habits):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group) for group in groups]


def _paragraph(group: list[TextLine]) -> Paragraph:
    text = ""
    space = True
    for line in group:
        text = join_lines(text, line.text, space)
        space = line.space
    return Paragraph(group, clean(text), is_centred(group[-1]) and all(map(_in_middle, group)))


def is_centred(line: TextLine) -> bool:
    """Whether a line stands in the middle of its column, away from both margins."""
    indent = 1.2 * line.size
    if line.column and not line.prose:
        return _in_middle(line)
    return not line.flush and _in_middle(line) and line.x0 - line.left >= indent and line.right - line.x1 >= indent


def _in_middle(line: TextLine) -> bool:
    tolerance = 1.2 if line.recognised else 0.6
    return abs((line.x0 + line.x1) / 2 - (line.left + line.right) / 2) <= tolerance * line.size


def fits(line: TextLine, after: TextLine, centred: bool = False) -> bool:
    """Whether the first word of `after` would have fitted behind `line`."""
    room = line.right - line.x1
    if centred:
        room = (line.right - line.left) - (line.x1 - line.x0)
    first = after.words[0]
    slack = 0.5 if line.recognised else 0.03
    return room >= first.x1 - first.x0 + (_SPACE + slack) * line.size


def measure(lines: list[TextLine]) -> Habits:
    """Measure the habits of a file over all its body lines."""
    ended: list[tuple[TextLine, TextLine]] = []
    wrapped: list[tuple[TextLine, TextLine]] = []
    for one, two in itertools.pairwise(lines):
        if one.page != two.page or one.column or two.column or is_centred(one) or is_centred(two):
            continue
        if abs(one.size - two.size) > 0.1 * one.size:
            continue
        if fits(one, two):
            ended.append((one, two))
        elif not _label(fold(two.text)):
            wrapped.append((one, two))
    gaps = [(two.baseline - one.baseline) / one.size for one, two in wrapped]
    pitch = median(gaps) if len(gaps) >= 5 else None
    text = [(one, two) for one, two in ended if not one.bold or two.bold]
    spaced = False
    if pitch is not None and len(text) >= 8:
        wide = sum((two.baseline - one.baseline) / one.size > pitch + _extra(one) for one, two in text)
        spaced = wide >= 0.9 * len(text)
    roomy = [one for one, _ in wrapped if one.right - one.x1 > _SPACE * 1.3 * one.size]
    kept = (
        len(ended) >= 10
        and len(roomy) >= 10
        and sum(one.space for one, _ in ended) <= 0.03 * len(ended)
        and sum(one.space for one in roomy) >= 0.9 * len(roomy)
    )
    flush = sum(_reaches(one) for one, _ in wrapped)
    items = [one for one, two in ended if _BULLET.match(two.text)]
    closed = sum(one.text.endswith(_CLOSED) for one in items)
    return Habits(
        pitch,
        spaced,
        kept,
        len(wrapped) >= 10 and flush >= 0.8 * len(wrapped),
        len(items) >= 3 and closed < 0.6 * len(items),
    )


def _reaches(line: TextLine) -> bool:
    """Whether a line reaches the right margin, as every wrapped line of justified text does."""
    return line.right - line.x1 <= (0.6 if line.recognised else 0.15) * line.size


def _extra(line: TextLine) -> float:
    """Extra line distance, in ems, that means a new paragraph."""
    return 0.35 if line.recognised else 0.14


def _label(folded: str) -> bool:
    return bool(_HEADING.match(folded) or _NUMBER.match(folded) or _BULLET.match(folded))


def _parts(group: list[TextLine], line: TextLine, habits: Habits) -> bool:
    """Whether `line` begins a new paragraph after the lines of `group`."""
    last = group[-1]
    beside = last.column == line.column
    if not beside and not (last.prose and line.prose and line.column != 0 and last.column != 0):
        return True
    together = beside and last.page == line.page
    if _type_differs(last, line):
        return True
    apart = None
    if together:
        apart = (line.baseline - last.baseline) / last.size
        pitch = habits.pitch
        if len(group) > 1 and group[-2].page == last.page and group[-2].column == last.column:
            pitch = (last.baseline - group[-2].baseline) / last.size
        if apart < 0.3 or apart > (pitch + _extra(last) if pitch is not None else 2.2):
            return True
    folded = fold(line.text)
    closed = last.text.endswith(_CLOSED)
    if line.column and not line.prose:
        return _parts_beside(last, line, habits, together)
    if is_centred(last) or is_centred(line):
        return _parts_centred(last, line)
    full = _reaches(last) if habits.justified and line.column == 0 else not fits(last, line)
    heading = bool(_HEADING.match(folded))
    if full and habits.spaces_kept:
        if last.space:
            return False
        if last.right - last.x1 > _SPACE * 1.3 * last.size:
            return True
    if together and line.column == 0 and _indent_parts(group, line):
        return True
    if heading:
        return not full or closed or line.bold or line.text.isupper()
    if number := _NUMBER.match(folded):
        if full and not closed and number.group().strip("(.)").isalpha():
            return False  # "… nếu không đồng / ý. Người …"
        return not full or closed or not _REFERS.search(fold(last.text).rstrip(" ("))
    if _BULLET.match(folded):
        return not full or closed or habits.open_items
    if full:
        return False
    if together and habits.spaced and not last.bold and line.column:
        return False
    return not _soft_break(group, line, closed)


def _parts_centred(last: TextLine, line: TextLine) -> bool:
    if not (_in_middle(last) and _in_middle(line)) or last.text.endswith(_CLOSED):
        return True
    return fits(last, line, centred=True) or bool(_HEADING.match(fold(line.text)))


def _parts_beside(last: TextLine, line: TextLine, habits: Habits, together: bool) -> bool:
    """Letterheads and signature blocks: short lines, of which a long name may wrap."""
    folded = fold(line.text)
    if last.text.endswith((*_CLOSED, ")")) or _OPENER.match(folded):
        return True
    if not fits(last, line, centred=True):
        return bool(_HEADING.match(folded))
    if _REFERS.search(fold(last.text)):
        return False
    return not (together and habits.spaced and last.bold == line.bold)


def _soft_break(group: list[TextLine], line: TextLine, closed: bool) -> bool:
    """A line broken by hand inside a sentence: no stop, and the next goes on in small letters.

    A short single line is an item of a list instead.
    """
    last = group[-1]
    goes_on = line.words[0].text[0].islower()
    long = len(group) > 1 or last.x1 > last.left + 0.6 * (last.right - last.left)
    return goes_on and long and not closed and not last.bold and abs(line.x0 - line.left) < line.size


def _type_differs(last: TextLine, line: TextLine) -> bool:
    if last.recognised or line.recognised:
        return abs(last.size - line.size) > 0.35 * max(last.size, line.size)
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size):
        return True
    return last.bold != line.bold and last.words[-1].bold != line.words[0].bold


def _indent_parts(group: list[TextLine], line: TextLine) -> bool:
    """Whether the left edge of `line` says that a new paragraph begins."""
    last = group[-1]
    step = 0.7 * line.size
    if len(group) > 1:
        return abs(line.x0 - last.x0) > step and last.page == group[-2].page
    moved = line.x0 - last.x0
    if moved > step:  # a hanging indent follows a label only
        return not _label(fold(last.text)) or moved > 6 * line.size
    return False

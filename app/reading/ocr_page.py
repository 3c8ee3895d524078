"""One scanned page: image → recognised words with positions and confidences, rulings → `PageContent`.

Reads grey images and tesseract's TSV; writes the same value as the text layer gives, so that one layout serves both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import numpy as np

from app.reading.ocr import Gray, Recognise
from app.reading.ocr_image import POINTS, clear_paper, deskew, drop_stamp, find_rules, is_sideways
from app.reading.pdf_geometry import PageContent, Rule, Word
from app.reading.syllables import is_syllable

_SURE = 0.70  # mean confidence below which the page is read again in another mode
_LOST = 0.45  # mean confidence below which the page may stand on its head
_JUNK = re.compile(r"[\W_]+")
_DESCENDS = re.compile(r"[gjpqyQ,;()/\[\]{}|ạẹịọụựợộậặệỵẠẸỊỌỤỰỢỘẬẶỆỴ]")
_LETTERS = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[^\sA-Za-z0-9À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ.,;:!?()\-–/%\"'“”+*&@]")
_FOREIGN_LETTERS = str.maketrans({"Ñ": "N", "ñ": "n", "Ð": "Đ"})  # letters that Vietnamese has not, and Eth
_SHORT_LABEL = re.compile(r"(?:[IVXLl]{1,4}|\d{1,2}|[a-zđ])[.,)]")
_ORIENTATION = re.compile(r"Rotate: (\d+)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the TSV, in pixels."""

    line: tuple[str, str, str]
    left: int
    top: int
    width: int
    height: int
    confidence: float
    text: str


def read_image(number: int, gray: Gray, recognise: Recognise) -> PageContent:
    """Recognise one page image (grey, 200 dpi)."""
    if is_sideways(gray):
        gray = _turn(gray, _orientation(number, gray, recognise) or 90)
    gray = drop_stamp(clear_paper(deskew(gray)))
    rules = find_rules(gray)
    pieces = parse_tsv(recognise(number, gray, 4))
    if _mean(pieces) < _SURE:
        again = parse_tsv(recognise(number, gray, 3))
        if _weight(again) > _weight(pieces):
            pieces = again
    if _mean(pieces) < _LOST and (turn := _orientation(number, gray, recognise)):
        turned = _turn(gray, turn)
        again = parse_tsv(recognise(number, turned, 4))
        if _weight(again) > _weight(pieces):
            pieces, gray, rules = again, turned, find_rules(turned)
    height, width = gray.shape
    return PageContent(number, width * POINTS, height * POINTS, _words(pieces, rules), rules, recognised=True)


def _orientation(number: int, gray: Gray, recognise: Recognise) -> int:
    """Degrees, clockwise, by which the page must be turned; 0 where unknown or upright."""
    found = _ORIENTATION.search(recognise(number, gray, 0))
    return int(found.group(1)) % 360 if found else 0


def _turn(gray: Gray, clockwise: int) -> Gray:
    return np.ascontiguousarray(np.rot90(gray, -clockwise // 90))


def parse_tsv(tsv: str) -> list[_Piece]:
    pieces = []
    for row in tsv.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not fields[11].strip():
            continue
        left, top, width, height = (int(value) for value in fields[6:10])
        confidence = max(0.0, float(fields[10])) / 100
        text = unicodedata.normalize("NFC", fields[11].strip()).translate(_FOREIGN_LETTERS)
        pieces.append(_Piece((fields[2], fields[3], fields[4]), left, top, width, height, confidence, text))
    return pieces


def _mean(pieces: list[_Piece]) -> float:
    letters = sum(len(p.text) for p in pieces)
    return sum(p.confidence * len(p.text) for p in pieces) / letters if letters else 0.0


def _weight(pieces: list[_Piece]) -> float:
    """How much was read, and how surely."""
    return sum((p.confidence - 0.3) * len(p.text) for p in pieces)


def _words(pieces: list[_Piece], rules: list[Rule]) -> list[Word]:
    lines: dict[tuple[str, str, str], list[_Piece]] = {}
    for piece in pieces:
        label = piece.line not in lines and _SHORT_LABEL.fullmatch(piece.text)
        if label or not _is_junk(piece):
            lines.setdefault(piece.line, []).append(piece)
    _drop_twice_read(lines)
    heights = [_height(line) for line in lines.values()]
    usual = median(heights) if heights else 0.0
    words = []
    for line in lines.values():
        height = _height(line)
        # most lines have the same type; a line of few letters only seems smaller
        size = (usual if 0.6 * usual <= height <= 1.35 * usual else height) * POINTS
        baseline = _baseline(line)
        for piece in line:
            x0, x1 = piece.left * POINTS, (piece.left + piece.width) * POINTS
            words.append(Word(piece.text, x0, x1, baseline * POINTS, size, confidence=piece.confidence))
    return words


def _is_junk(piece: _Piece) -> bool:
    """Specks, rulings and strokes of stamps that were read as signs or letters."""
    if _JUNK.fullmatch(piece.text) and piece.text not in "-–+*•":
        return piece.confidence < 0.8 or piece.text.strip("|_—~'`‘’“”.,:;") == ""
    if piece.confidence >= 0.35 or any(char.isdigit() for char in piece.text):
        return piece.confidence < 0.1
    if any(is_syllable(part.lower()) and len(part) > 1 for part in _LETTERS.findall(piece.text)):
        return False
    return len(piece.text) <= 2 or bool(_FOREIGN.search(piece.text))


def _drop_twice_read(lines: dict[tuple[str, str, str], list[_Piece]]) -> None:
    """Of words that two lines of the recogniser both found in one place, keep the surer one."""
    boxes = {
        key: (
            min(p.left for p in line),
            min(p.top for p in line),
            max(p.left + p.width for p in line),
            max(p.top + p.height for p in line),
        )
        for key, line in lines.items()
    }
    for one, two in combinations(list(lines), 2):
        a, b = boxes[one], boxes[two]
        if min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) - max(a[1], b[1]) <= 0.4 * min(a[3] - a[1], b[3] - b[1]):
            continue
        for p in list(lines[one]):
            for q in list(lines[two]):
                if _overlap(p, q) > 0.5:
                    worse, key = (p, one) if p.confidence < q.confidence else (q, two)
                    if worse in lines[key]:
                        lines[key].remove(worse)
    for key in [key for key, line in lines.items() if not line]:
        del lines[key]


def _overlap(p: _Piece, q: _Piece) -> float:
    """Common area as a share of the smaller word."""
    wide = min(p.left + p.width, q.left + q.width) - max(p.left, q.left)
    high = min(p.top + p.height, q.top + q.height) - max(p.top, q.top)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / max(1, min(p.width * p.height, q.width * q.height))


def _height(line: list[_Piece]) -> float:
    """Height of the type of a line, about its font size in pixels."""
    top, bottom = min(p.top for p in line), max(p.top + p.height for p in line)
    tall = sorted(p.height for p in line)
    return min(float(bottom - top), tall[-1] * 1.15)


def _baseline(line: list[_Piece]) -> float:
    bottoms = [p.top + p.height for p in line if not _DESCENDS.search(p.text) and len(p.text) > 1]
    if bottoms:
        return float(median(bottoms))
    return max(p.top + p.height for p in line) - 0.2 * _height(line)

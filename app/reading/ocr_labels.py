"""Labels misread on scans, repaired by their shape and by their neighbours: `Diéu 5.`, `Chương VIl`, `l.`, `d)` for `đ)`.

Reads and changes the words of recognised pages in place. A number is changed only where the labels before and after it leave one value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.pdf_geometry import PageContent, Table, Word, rows_of
from app.reading.text import fold

_ARTICLE = re.compile(r"[dđ0o][il1!í|]?[eèo]u?[uvn]?|di[eè]n?u")
_SHAPES = str.maketrans({"o": "0", "q": "0", "l": "1", "i": "1", "|": "1", "!": "1", "s": "5", "b": "8", "z": "2", "g": "9"})
_NUMBER = re.compile(r"(?P<number>[\dolisbzgq|!]{1,3})(?P<tail>[.:,;–-]*)")
_CHAPTER = re.compile(r"ch[uưo][oơd]ng")
_ROMAN = re.compile(r"(?P<number>[ivxlh1|!]{1,6})(?P<tail>[.:,;–-]*)")
_POINT = re.compile(r"(?P<letter>[a-zđ])(?P<tail>[)}\]])")
_CLAUSE = re.compile(r"(?P<number>[\dolisbz|!]{1,2})(?P<tail>[.)])")
_DOTTED = re.compile(r"[\dOolI|]{1,3}(?:\.[\dOolI|]{1,2}){1,2}[.)]?")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ALPHABET = "abcdđeghiklmnopqrstuvxy"


@dataclass(slots=True)
class _Label:
    """A label at the head of a row: the word that names it (if any), the word with its number, and the number read."""

    row: list[Word]
    word: Word
    number: int | None
    tail: str


def repair_labels(pages: list[PageContent]) -> None:
    rows = [row for page in pages for row in rows_of(page.words)]
    _articles(rows)
    _chapters(rows)
    _clauses(rows)
    _points(rows)
    _parties(rows)


def _articles(rows: list[list[Word]]) -> None:
    labels: list[_Label] = []
    for row in rows:
        if len(row) < 2 or not _looks_like_article(row[0].text):
            continue
        match = _NUMBER.fullmatch(fold(row[1].text))
        if match is None:
            continue
        if not match["tail"] and len(row) > 2 and row[2].text[0].islower():
            continue  # "Điều 5 của Bộ luật": a reference at the head of a line
        digits = match["number"].translate(_SHAPES)
        labels.append(_Label(row, row[1], int(digits) if digits.isdigit() else None, match["tail"]))
    for at, label in enumerate(labels):
        head = label.row[0]
        before = labels[at - 1].number if at else 0
        after = labels[at + 1].number if at + 1 < len(labels) else None
        wanted = before + 1 if before is not None else None
        clear = re.fullmatch(r"\d+\W*", label.word.text) is not None
        if wanted is not None and label.number != wanted and after == wanted + 1 and _near(label.number, wanted):
            label.number = wanted
        changed = not clear or (label.number is not None and str(label.number) not in label.word.text)
        if changed and label.number is not None and (label.number == wanted or after == label.number + 1):
            label.word.text = f"{label.number}{label.tail}"
        if fold(head.text) != "dieu" or head.text not in ("Điều", "ĐIỀU"):
            exact = fold(head.text) == "dieu"
            if label.tail or exact or label.number == wanted:
                head.text = "ĐIỀU" if head.text.isupper() else "Điều"


def _looks_like_article(text: str) -> bool:
    folded = fold(text)
    if folded == "dieu":
        return True
    return 3 <= len(folded) <= 5 and text[0] in "ĐDÐ" and bool(_ARTICLE.fullmatch(folded))


def _near(read: int | None, wanted: int) -> bool:
    """Whether one digit lost, added or misread explains the difference."""
    if read is None:
        return True
    one, two = str(read), str(wanted)
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) <= 1
    short, long = sorted((one, two), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _chapters(rows: list[list[Word]]) -> None:
    labels: list[_Label] = []
    for row in rows:
        if len(row) < 2 or not _CHAPTER.fullmatch(fold(row[0].text)) or not row[0].text[0].isupper():
            continue
        match = _ROMAN.fullmatch(fold(row[1].text))
        if match:
            shape = match["number"].replace("h", "ii").replace("l", "i").replace("1", "i").replace("|", "i").replace("!", "i")
            labels.append(_Label(row, row[1], _roman(shape), match["tail"]))
    for at, label in enumerate(labels):
        before = labels[at - 1].number if at else 0
        after = labels[at + 1].number if at + 1 < len(labels) else None
        if before is None:
            continue
        wanted = before + 1
        lost = label.number is None or label.number <= before  # a stroke was lost: XIII read as XII after XII
        if label.number != wanted and (after == wanted + 1 or (lost and after is None)) and wanted < 40:
            label.number = wanted
        if label.number == wanted:
            label.word.text = to_roman(wanted) + label.tail


def _roman(text: str) -> int | None:
    for value in range(1, 40):
        if to_roman(value).lower() == text:
            return value
    return None


def to_roman(value: int) -> str:
    return "X" * (value // 10) + _ONES[value % 10]


def _clauses(rows: list[list[Word]]) -> None:
    """`l.` between an article and `2.`, `S.` between `4.` and `6.`; letters inside dotted numbers."""
    labels: list[tuple[Word, int | None, str]] = []
    for row in rows:
        word = row[0]
        if _DOTTED.fullmatch(word.text) and any(c.isdigit() for c in word.text):
            word.text = word.text.replace("O", "0").replace("o", "0").replace("l", "1").replace("I", "1").replace("|", "1")
            continue
        match = _CLAUSE.fullmatch(fold(word.text))
        if match:
            digits = match["number"].translate(_SHAPES)
            labels.append((word, int(digits) if digits.isdigit() else None, match["tail"]))
    for at, (word, number, tail) in enumerate(labels):
        if word.text[:-1].isdigit() or number is None:
            continue
        before = labels[at - 1][1] if at else None
        after = labels[at + 1][1] if at + 1 < len(labels) else None
        if after == number + 1 and (before == number - 1 or number == 1):
            word.text = f"{number}{tail}"


def _points(rows: list[list[Word]]) -> None:
    """`a}` → `a)`; of two neighbouring `d)` the second is `đ)`, of two `đ)` the first is `d)`."""
    last: Word | None = None
    for row in rows:
        word = row[0]
        match = _POINT.fullmatch(word.text)
        if match is None:
            continue
        letter = match["letter"]
        if last is not None and last.text[0] == letter:
            if letter == "d":
                letter = "đ"
            elif letter == "đ":
                last.text = "d)"
        if match["tail"] != ")" and (letter == "a" or (last is not None and _follows(last.text[0], letter))):
            word.text = letter + ")"
        elif match["tail"] == ")":
            word.text = letter + ")"
            last = word


def _follows(before: str, letter: str) -> bool:
    return before in _ALPHABET and letter in _ALPHABET and 0 < _ALPHABET.index(letter) - _ALPHABET.index(before) <= 2


def _parties(rows: list[list[Word]]) -> None:
    """`L`, `l.` or `IL.` before capitals is `I.` where a later row begins with `II`."""
    first: Word | None = None
    for row in rows:
        text = row[0].text
        if re.fullmatch(r"II[.,:)]?", text):
            if first is not None:
                first.text = "I."
            return
        if first is None and re.fullmatch(r"[IlL|1]{1,2}[.,]?", text) and len(row) > 2 and all(w.text.isupper() for w in row[1:3]):
            first = row[0]


def repair_numbering(table: Table) -> None:
    """Number the rows of a recognised table: where most of the first column counts 1, 2, 3 or I, II, III, so does the rest."""
    rows = [row for row in table.rows if row.cells and row.cells[0].column == 0 and not row.cells[0].continues]
    for first in (1, 0):  # below a header, or from the first row
        counted = rows[first:]
        for write in (str, to_roman):
            wanted = [write(at) for at in range(1, len(counted) + 1)]
            texts = [row.cells[0].text for row in counted]
            right = sum(text == want for text, want in zip(texts, wanted, strict=True))
            shaped = all(len(text) <= 4 and text for text in texts)
            if len(counted) >= 4 and shaped and 2 * right >= len(counted) and texts[-1] == wanted[-1]:
                for row, want in zip(counted, wanted, strict=True):
                    row.cells[0].text = want
                return

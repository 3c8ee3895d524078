"""Statements: the smallest runs of text that promise something, each with the context that rules it.

Reads `structure.Agreement`; writes `Statement`s in text order. A statement is a sentence, an item of a list, or a table row; its
context is the introduction of its list, its table's header, the headings above it and the sentences before it in its clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from app.structure.agreement import Agreement, Clause

StatementKind = Literal["sentence", "item", "row", "intro", "heading", "header"]

# A sentence ends at . ; ! ? before a new beginning; a full stop inside a number or after a lone capital ("TP. Vinh") does not end one.
# The mark comes first and what must not stand before it is looked at from there: so marks are looked for and nothing else.
_END = re.compile(
    r"[;.!?…](?:(?<=;);*(?=\s|$)"
    r"|(?<!;)(?<![\s(][A-ZĐ].)(?<!\bTP.)(?<!\bTS.)(?<!\bKP.)(?=[\"”)]?\s+[\"“(]?[A-ZÀ-ỸĐ0-9\-+•]))"
)
_LISTED_FIGURE = re.compile(r"\s*\d[\d.,]*\s*(?:;|[%đ]|[^\W\d_]+)")  # behind "1;" in "1; 2; 3 triệu đồng"
_LONGEST = 4000  # characters of a statement
_BULLET = re.compile(r"\s*[-–—+•*●▪◦]\s*")
_COLON = re.compile(r":(?=\s|$)")
_SAYS = re.compile(
    r"\d|:|\b(?:được|phải|không|có|sẽ|hưởng|trả|chi|cấp|tặng|một|hai|ba|bốn|năm|sáu|bảy|tám|mười|trăm"
    r"|tổ chức|bố trí|trang bị|miễn phí|bảo đảm|đảm bảo|thanh toán|cung cấp|mua|lắp)\b",
    re.I,
)
_INTRODUCES = re.compile(r"(?:sau(?: đây| này)?|dưới đây|gồm(?: có)?|như sau)\s*[:.]?\s*$", re.I)


@dataclass(slots=True)
class Statement:
    """`start`/`end` in Document.text; `context` holds indexes of the statements whose words rule this one, nearest first."""

    index: int
    clause: int
    kind: StatementKind
    start: int
    end: int
    context: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    intro: int | None = None  # the statement that introduces the list or table this one is an item of
    cells: tuple[tuple[int, int, str], ...] = ()  # rows: (start, end, header text)
    table: int | None = None


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut `text[start:end]` into sentences and `;` items; the spans carry no outer blanks and lose no words."""
    out: list[tuple[int, int]] = []
    at, depth_checked = start, start
    for m in _END.finditer(text, start, end):
        piece = text[depth_checked : m.start()]
        if text[m.start()] == ";" and (piece.count("(") > piece.count(")") or _between_figures(text, at, m.start(), m.end())):
            continue
        out.append((at, m.end()))
        at = depth_checked = m.end()
    if at < end:
        out.append((at, end))
    if any(e - s > _LONGEST for s, e in out):
        out = [piece for s, e in out for piece in _cut(text, s, e)]
    spans: list[tuple[int, int]] = []
    for s, e in out:
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        if s < e:
            spans.append((s, e))
    return _whole(text, spans)


def _between_figures(text: str, start: int, mark: int, after: int) -> bool:
    """Whether a `;` stands between bare figures: "lần lượt là 1; 2; 3 triệu đồng" is one statement."""
    if mark <= start + 1 or not text[mark - 1].isdigit() or _LISTED_FIGURE.match(text, after) is None:
        return False
    words = text[max(start, mark - 24) : mark].split()
    return len(words) > 1 and bool(words[-1].replace(".", "").replace(",", "").isdigit())


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut what no one writes as a sentence at blanks, so that looking at one statement never costs the square of a whole text."""
    out: list[tuple[int, int]] = []
    while end - start > _LONGEST:
        blank = text.rfind(" ", start, start + _LONGEST)
        at = blank + 1 if blank > start else start + _LONGEST
        out.append((start, at))
        start = at
    return [*out, (start, end)]


def _whole(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put a list of persons or cases back to what is said of it: "cha, mẹ; vợ hoặc chồng; con chết: 03 ngày" is one statement.

    A short `;` piece that says nothing of its own (no figure, no verb of giving or duty) belongs to the piece after it.
    """
    out: list[tuple[int, int]] = []
    begin: int | None = None
    for number, (s, e) in enumerate(spans):
        open_ended = text[e - 1] == ";" and number + 1 < len(spans) and e - s <= 90 and not _SAYS.search(text, s, e)
        if open_ended:
            begin = s if begin is None else begin
            continue
        out.append((s if begin is None else begin, e))
        begin = None
    return out


class _Builder:
    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.text = agreement.text
        self.out: list[Statement] = []
        self.heading_of: dict[int, list[int]] = {}  # clause -> heading statements, nearest first
        self.intro_of: dict[int, int] = {}  # clause -> statement that introduces its children
        self.number_of = {clause.path: number for number, clause in enumerate(agreement.clauses)} if agreement.amendments else {}
        self.amended: dict[str, str] = {}  # path of an amending clause -> what it amends, first of several
        for one in agreement.amendments:
            if one.action != "remove":
                self.amended.setdefault(one.at, one.target)

    def add(self, clause: int, kind: StatementKind, start: int, end: int) -> Statement:
        statement = Statement(len(self.out), clause, kind, start, end)
        self.out.append(statement)
        return statement

    def headings(self, number: int, clause: Clause) -> list[int]:
        above = list(self.heading_of.get(clause.parent, [])) if clause.parent is not None else []
        if clause.heading:
            at = self.text.find(clause.heading, clause.start, max(clause.end, clause.body))
            span = (at, at + len(clause.heading)) if at >= 0 else (clause.start, clause.body)
            above.insert(0, self.add(number, "heading", *span).index)
        self.heading_of[number] = above = [*self.amended_headings(clause), *above]
        return above

    def amended_headings(self, clause: Clause) -> list[int]:
        """The headings over what a clause amends: new words of "khoản 2 Điều 14" are read under the heading of Điều 14."""
        target = self.amended.get(clause.path, "")
        while target and target not in self.number_of:  # a khoản that is added
            target = target.rpartition(".")[0]
        return self.heading_of.get(self.number_of[target], []) if target else []

    def clause(self, number: int, clause: Clause) -> None:
        headings = self.headings(number, clause)
        if clause.kind in ("preamble", "signature"):
            return
        intro = self.intro_of.get(clause.parent) if clause.parent is not None else None
        lines = self.agreement.document.lines
        before: list[int] = []  # earlier statements of this clause, nearest first
        table_header: dict[int, int] = {}
        table_intro: dict[int, int | None] = {}
        list_intro: int | None = None
        for place in clause.lines:
            line = lines[place]
            start, end = max(line.start, clause.body), min(line.end, clause.end)
            if start >= end:
                continue
            made: list[Statement] = []
            if line.kind == "row" and line.table is not None:
                kind: StatementKind = "header" if line.header else "row"
                row = self.add(number, kind, start, end)
                row.table = line.table
                row.cells = tuple((c.start, c.end, c.header) for c in line.cells)
                if line.header:
                    table_header[line.table] = row.index
                    table_intro[line.table] = before[0] if before else intro
                    continue
                row.intro = table_intro.setdefault(line.table, before[0] if before else intro)
                if line.table in table_header:
                    row.context.append(table_header[line.table])
                made.append(row)
            else:
                made, list_intro = self.paragraph(number, start, end, list_intro)
            for one in made:
                if one.intro is None and one.kind != "intro":
                    one.intro = intro
                if one.intro is not None and one.intro not in one.context:
                    one.context.append(one.intro)
                    one.context.extend(c for c in self.out[one.intro].context if c not in one.context)
                if one.kind == "intro" and intro is not None:
                    one.context.append(intro)
                one.context.extend(b for b in before[:4] if b not in one.context)
                one.headings = headings
                if one.kind != "row":
                    before.insert(0, one.index)
        if before:
            self.intro_of[number] = self.introduction(before)
        elif intro is not None:
            self.intro_of[number] = intro

    def introduction(self, before: list[int]) -> int:
        """The statement that introduces the numbered children: the last one ending in a colon, else the last one."""
        for index in before:
            statement = self.out[index]
            if self.text[statement.start : statement.end].endswith(":"):
                return index
        return before[0]

    def paragraph(self, number: int, start: int, end: int, list_intro: int | None) -> tuple[list[Statement], int | None]:
        """Statements of one paragraph, and the introduction that following dash items stand under."""
        bullet = _BULLET.match(self.text, start, end)
        is_item = bullet is not None and bullet.end() > start and bullet.end() < end
        if is_item and bullet is not None:
            start = bullet.end()
        made: list[Statement] = []
        intro: int | None = list_intro if is_item else None
        spans = split(self.text, start, end)
        # The words before a colon introduce every item after it, where several follow.
        first = spans[0] if spans else None
        if first is not None:
            colon = _COLON.search(self.text, first[0], first[1])
            several = len(spans) > 1 and self.text[first[1] - 1] == ";"
            if colon is not None and colon.end() < first[1] and several and not self.parallel(spans, colon.end()):
                head = self.add(number, "intro", first[0], colon.end())
                if intro is not None:
                    head.intro = intro
                made.append(head)
                intro = head.index
                spans[0] = (_skip(self.text, colon.end(), first[1]), first[1])
        listing = intro is not None
        for s, e in spans:
            if s >= e:
                continue
            one = self.add(number, "item" if listing or is_item else "sentence", s, e)
            one.intro = intro
            made.append(one)
            if listing and not is_item and self.text[e - 1] == "." and e < end:
                intro, listing = None, False  # the list ended with a full stop: what follows is a sentence of its own
        last = made[-1] if made else None
        if not is_item:
            opens = last is not None and (self.text[last.end - 1] == ":" or _INTRODUCES.search(self.text, last.start, last.end) is not None)
            list_intro = last.index if opens and last is not None else None
        return made, list_intro

    def parallel(self, spans: list[tuple[int, int]], after: int) -> bool:
        """Whether the first colon is the first item's own, as the others have theirs: "Tết: 1.000.000 đồng; lễ 2/9: 300.000 đồng"."""
        start, end = spans[0]
        if _COLON.search(self.text, after, end) or _INTRODUCES.search(self.text, start, after):
            return False
        own = [_COLON.search(self.text, s, e) is not None for s, e in spans[1:]]
        return 2 * sum(own) >= len(own)


def _skip(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def statements(agreement: Agreement) -> list[Statement]:
    """Cut every clause into statements; headings and table headers come out too, as context."""
    builder = _Builder(agreement)
    for number, clause in enumerate(agreement.clauses):
        builder.clause(number, clause)
    return builder.out

"""Whether a document is an agreement at all, or a plan, rules, a contract, a law … that speaks of one.

Reads the first lines and the clauses; writes `Kind`. The first line that titles the document decides; a document without a readable
title is an agreement if it speaks of itself as one and has numbered clauses.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from app.structure.agreement import Clause, Kind
from app.structure.rules import StructureRules
from app.structure.source import Row, Source, is_upper

_HEAD = 60  # lines in which a title may stand
_FEW = 3  # articles or items that an agreement has at least
_TITLE = "thoa uoc lao dong tap the"
_SPOILED = 0.82  # likeness of a title that a scan spoiled
_LEAD = re.compile(r"[\s*“\"(]*")
UNKNOWN = Kind(False, "not_an_agreement", "Văn bản không phải là thỏa ước lao động tập thể hoặc không đọc được tên văn bản.")
EMPTY = Kind(False, "empty_text", "Văn bản không có chữ nào đọc được.")


def kind_of(source: Source, rules: StructureRules, clauses: tuple[Clause, ...]) -> Kind:
    """Decide what the document is; `code` and `message` name what it is instead of an agreement."""
    if not source.text.strip():
        return EMPTY
    numbered = sum(c.kind in ("article", "clause", "annex") for c in clauses)
    rows = [row for row in source.rows[:_HEAD] if row.start < _first_numbered(clauses)]
    other: Kind | None = None
    other_at = 0
    for row in rows:
        if not _is_title(row):
            continue
        if _titles_agreement(row, rules):
            if other is None or (row.index > other_at + 3 and numbered >= _FEW and _is_body(source, rules)):
                return Kind(True)
            continue
        if other is None:
            other, other_at = _other(row, rules), row.index
    if other is not None:
        return other
    if numbered >= _FEW and _is_body(source, rules):
        return Kind(True)
    return UNKNOWN


def _first_numbered(clauses: tuple[Clause, ...]) -> int:
    """Where the numbered text begins: titles stand above it."""
    opening = ("part", "chapter", "section", "article", "clause", "point")
    return next((c.start for c in clauses if c.kind in opening), clauses[-1].end + 1 if clauses else 0)


def _is_title(row: Row) -> bool:
    if not row.text.strip() or len(row.text) > 220 or row.text[0] in "-+•":
        return False
    capitals = is_upper(" ".join(row.text.split()[:2]))  # "KẾ HOẠCH Thương lượng, ký kết …"
    return row.display or capitals or (len(row.text) <= 90 and row.text.rstrip()[-1] not in ".;,:" and row.text[0].isupper())


def _words(row: Row, rules: StructureRules) -> str:
    """The folded words of a title, without brackets, "DỰ THẢO" and the like before it."""
    lead = _LEAD.match(row.fold)
    words = row.fold[lead.end() if lead else 0 :]
    prefix = rules["kinds.title_prefixes"].match(words)
    return words[prefix.end() :].lstrip(" :-)") if prefix and prefix.end() < len(words) else words


def _titles_agreement(row: Row, rules: StructureRules) -> bool:
    words = _words(row, rules)
    if rules["kinds.agreement_titles"].match(words) or rules["kinds.agreement_titles"].match(row.fold.lstrip('“"( ')):
        return row.display or row.text[:1].isupper()
    if row.display and 18 <= len(words) <= 60:
        return SequenceMatcher(None, words[: len(_TITLE) + 2], _TITLE, autojunk=False).ratio() >= _SPOILED
    return False


def _other(row: Row, rules: StructureRules) -> Kind | None:
    """What else the line titles: the word for it is in capitals, or the line is set off or very short."""
    words = _words(row, rules)
    for named in rules.kinds:
        m = named.phrases.match(words)
        if m:
            start = len(row.fold) - len(words)
            line = row.line
            set_off = (line.bold and line.centered) or line.heading is not None or len(row.text) <= 40
            if set_off or is_upper(row.text[start : start + m.end()]):
                return Kind(False, named.code, named.message)
    return None


def _is_body(source: Source, rules: StructureRules) -> bool:
    return sum(1 for _ in rules["kinds.agreement_body"].finditer(source.folded)) >= 2

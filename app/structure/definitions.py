"""Abbreviations and short names that an agreement gives: "NLĐ: người lao động", "(sau đây gọi tắt là Công ty)".

Reads the text; writes (term, meaning) pairs, each term once, in text order.
"""

from __future__ import annotations

import re

from app.structure.agreement import Clause
from app.structure.rules import StructureRules
from app.structure.source import Source, fold_aligned, is_upper

_CAPITAL = "[A-ZĐƯƠÔÂÊĂ]"
_REST = rf"[A-ZĐƯƠÔÂÊĂa-zđ&]{{0,3}}{_CAPITAL}[A-ZĐƯƠÔÂÊĂ&0-9-]{{0,8}}"
_SHORT = _CAPITAL + _REST
_LISTED = re.compile(  # the capital first, then what stands before it: so capitals are looked for and nothing else
    rf"(?P<term>{_CAPITAL}(?<![\w(].){_REST})[\"”'’]?\s*(?:[:=–-]|là|được hiểu là|viết tắt của|có nghĩa là)\s+"
    r"(?:cụm từ\s+)?[\"“]?(?P<meaning>[^;.:\n\"”()]{4,120})",
    re.S,
)
_BRACKETED = re.compile(rf"\(\s*(?P<term>{_SHORT})\s*\)")
_QUOTED = re.compile(
    r"[\"“](?P<term>[^\"“”\n]{2,40})[\"”]\s*(?::|là|được hiểu là|có nghĩa là)\s+(?P<meaning>[^.\n]{4,400}?)(?=;\s*[\"“]|[.\n]|$)"
)
_NAMED = re.compile(
    r"(?m)^\s*(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s+|[-+•*–]\s*|[a-zđ]\)\s*)?(?P<term>[^\W\d_][^:.;\n\"“”]{2,60}):\s+(?P<meaning>[^.\n]{4,400})"
)
_BEFORE = 120
_CALLED_TERM = re.compile(r"\s*[:]?\s*[\"“'‘]?(?P<term>[^\W_][^\"”'’();.,\n]{0,40})")
_MEANING_WORDS = 14
_CALLED_REACH = 400


def definitions_in(source: Source, rules: StructureRules, clauses: tuple[Clause, ...], employer: str | None) -> tuple[tuple[str, str], ...]:
    """Return the terms the agreement defines with their meanings."""
    text = source.text
    found: list[tuple[int, str, str]] = []
    for m in _LISTED.finditer(text):
        meaning = m["meaning"].strip(" ,-–")
        if _starts(text, m.start()) and _means(m["term"], meaning):
            found.append((m.start("term"), m["term"], meaning))
    for m in _BRACKETED.finditer(text):
        spelled = spelled_out(text[max(0, m.start() - _BEFORE) : m.start()], m["term"])
        if spelled:
            found.append((m.start("term"), m["term"], spelled))
    for start, end in _definition_spans(clauses, rules):
        for pattern in (_QUOTED, _NAMED):
            found += [(m.start("term"), m["term"].strip(), m["meaning"].strip(" ,;")) for m in pattern.finditer(text, start, end)]
    for m in rules["amendments.called"].finditer(source.folded):
        named = _CALLED_TERM.match(text, m.end())
        if not named:
            continue
        term = named["term"].strip(" .")
        meaning = _called(text, m.start(), term, employer, rules)
        if term and meaning:
            found.append((m.start(), term, meaning))
    out: dict[str, str] = {}
    for _, term, meaning in sorted(found):
        out.setdefault(term, meaning)
    return tuple(out.items())


def _starts(text: str, at: int) -> bool:
    """Whether a term at `at` begins a line, an item or a sentence."""
    before = text[max(0, at - 3) : at].rstrip(" ")
    return not before or before[-1] in '\n;.:•+–-"“,)'


def _definition_spans(clauses: tuple[Clause, ...], rules: StructureRules) -> list[tuple[int, int]]:
    """Spans of the articles whose heading says that they explain words."""
    out: list[tuple[int, int]] = []
    defining = False
    for clause in clauses:
        if clause.kind in ("article", "chapter", "section", "annex", "signature", "part"):
            defining = clause.kind == "article" and bool(rules["amendments.explained"].search(fold_aligned(clause.heading)))
        if defining:
            out.append((clause.body if clause.kind == "article" else clause.start, clause.end))
    return out


def _means(term: str, meaning: str) -> bool:
    """Whether the words can be what an abbreviation stands for: at least half of its letters begin them in order."""
    initials = [w[0] for w in fold_aligned(meaning).split() if w[0].isalpha()]
    letters = [c for c in fold_aligned(term) if c.isalpha()]
    hits = 0
    at = 0
    for letter in letters:
        while at < len(initials) and initials[at] != letter:
            at += 1
        if at < len(initials):
            hits += 1
            at += 1
    return len(letters) >= 2 and hits * 2 >= len(letters)


def spelled_out(before: str, term: str) -> str:
    """The last words before an abbreviation whose first letters spell it: ("… tập thể người lao động", "NLĐ") -> "người lao động"."""
    words = re.findall(r"[^\W\d_]+", before)
    letters = [c for c in fold_aligned(term) if c.isalpha()]
    if len(letters) < 2 or len(words) < len(letters):
        return ""
    tail = words[-len(letters) :]
    if [fold_aligned(w)[0] for w in tail] != letters:
        return ""
    meaning = " ".join(tail)
    return meaning.lower() if is_upper(meaning) else meaning


def _called(text: str, at: int, term: str, employer: str | None, rules: StructureRules) -> str:
    """What "(gọi tắt là X)" names: the words before it that spell X, or the employer where X is a word for one."""
    line = text.rfind("\n", max(0, at - _CALLED_REACH), at) + 1
    before = text[max(line, at - _CALLED_REACH) : at].rstrip(" (,-–")
    spelled = spelled_out(before, term)
    if spelled:
        return spelled
    folded = fold_aligned(term)
    if employer and fold_aligned(employer).startswith(folded):
        return employer
    words = re.split(r"[.;:()]", before)[-1].split()
    meaning = " ".join(words[-_MEANING_WORDS:]).strip(" ,-–")
    if not meaning and employer and rules["amendments.employer_words"].fullmatch(folded):
        return employer
    begins = fold_aligned(meaning).rfind(folded)
    if begins < 0 and folded.split():
        begins = fold_aligned(meaning).find(folded.split()[0])
    return meaning[begins:] if begins >= 0 and (not begins or not meaning[begins - 1].isalnum()) else ""

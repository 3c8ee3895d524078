"""The term of the agreement itself: one to three years (Article 78.3 of the 2019 Code, 85 of the 2012 Code).

Reads an `Agreement`; writes an `excessive_term` finding at the clause that states the term, or nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from app.law.comparison import Phrase, TermRule
from app.law.finding import Baseline, Finding
from app.law.loader import Law
from app.law.values import value_on
from app.provisions.words import forms
from app.structure.agreement import Agreement, Clause, Metadata

_MONTHS = 12


def term_finding(agreement: Agreement, law: Law, day: date) -> Finding | None:
    """An `excessive_term` finding where the stated term is outside the law of `day`; None where it is lawful or not stated."""
    rule = law.comparison.term
    least, most = value_on(law, rule.least, day), value_on(law, rule.most, day)
    if least is None or most is None or least.number is None or most.number is None:
        return None
    short = _is_short(agreement.metadata, least.number)
    if short and rule.shorter_until is not None and day <= rule.shorter_until:
        return None  # a first agreement could be shorter
    if not short and not _is_long(agreement.metadata, most.number):
        return None
    broken = least if short else most
    assert broken.number is not None
    index, start, end = _place(agreement, rule)
    months = agreement.metadata.term_months
    clause = agreement.clauses[index] if index < len(agreement.clauses) else None
    base = Baseline(broken.parameter, broken.number * _MONTHS, "month", broken.in_force_from, broken.source, broken.verified, broken.label)
    return Finding(
        clause=index,
        path=clause.path if clause is not None else "",
        provision=None,
        topic=None,
        verdict="below",
        amount=None,
        unit=None,
        unlawful="excessive_term",
        start=start,
        end=end,
        quote=agreement.text[start:end],
        baseline=base,
        rule="law/term",
        confidence=0.95 if months is not None else 0.85,
        group="normal",
        needs_review=False,
        reason="",
        refers_to_law=False,
        firmness="firm",
    )


def _is_long(metadata: Metadata, years: float) -> bool:
    if metadata.term_months is not None:
        return metadata.term_months > years * _MONTHS
    if metadata.effective_from is None or metadata.expires_on is None:
        return False
    return metadata.expires_on > add_months(metadata.effective_from, int(years * _MONTHS))


def _is_short(metadata: Metadata, years: float) -> bool:
    if metadata.term_months is not None:
        return metadata.term_months < years * _MONTHS
    if metadata.effective_from is None or metadata.expires_on is None:
        return False
    end = add_months(metadata.effective_from, int(years * _MONTHS))
    return metadata.expires_on.toordinal() < end.toordinal() - 1  # "từ 01/01 đến hết 31/12" is a full year


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    total = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(total, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _place(agreement: Agreement, rule: TermRule) -> tuple[int, int, int]:
    """Index of the clause that states the term and the span of its sentence; else of the first clause with any text."""
    best: tuple[int, int] | None = None
    for index, clause in enumerate(agreement.clauses):
        score = _score(agreement, clause, rule)
        if score and (best is None or score > best[0]):
            best = (score, index)
    index = best[1] if best is not None else 0
    if not agreement.clauses:
        return 0, 0, 0
    clause = agreement.clauses[index]
    start, end = clause.body, clause.end
    for piece in re.finditer(r"[^.;\n]+[.;]?", agreement.text[start:end]):
        words = _words(piece.group())
        if _has(words, rule.words) and _figure(words, agreement.metadata):
            return index, start + piece.start() + len(piece.group()) - len(piece.group().lstrip()), start + piece.end()
    text = agreement.text[start:end]
    return index, start + len(text) - len(text.lstrip()), start + len(text.rstrip())


def _score(agreement: Agreement, clause: Clause, rule: TermRule) -> int:
    """How likely the clause states the term: its words (2), the agreement as their subject (1), the figure itself (4)."""
    own = agreement.text[clause.start : clause.end]
    words = _words(own)
    if not _has(words, rule.words):
        return 0
    return 2 + _has(words, rule.subject) + 4 * _figure(words, agreement.metadata)


def _words(text: str) -> str:
    return f" {' '.join(forms(text))} "


def _has(words: str, phrases: tuple[Phrase, ...]) -> bool:
    return any(f" {' '.join(phrase)} " in words for phrase in phrases)


def _figure(words: str, metadata: Metadata) -> bool:
    months = metadata.term_months
    if months is None:
        return metadata.expires_on is not None and str(metadata.expires_on.year) in words
    spelled = [f" {months} {forms('tháng')[0]} "]
    if months % _MONTHS == 0:
        spelled.append(f" {months // _MONTHS} {forms('năm')[0]} ")
    plain = re.sub(r"(?<= )(\d+) (?:\S+ )(?=(?:thang|năm)\d? )", r"\1 ", words)  # "05 (năm) năm"
    return any(one in words or one in plain for one in spelled)

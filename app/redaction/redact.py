"""Takes out of an agreement what it says of natural persons.

Reads `structure.Agreement`; writes a `Redaction`. Numbers first, then names, then addresses; what one
rule found is looked for in the whole text; the names of the parties' companies and their registered addresses stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from app.redaction.addresses import AddressFinder
from app.redaction.evidence import Evidence
from app.redaction.found import Found
from app.redaction.lines import Row, rows
from app.redaction.names import NameFinder
from app.redaction.numbers import NumberFinder
from app.redaction.people import PeopleFinder
from app.redaction.redaction import Kept, Redaction, Span
from app.redaction.rules import RedactionRules, load
from app.redaction.spread import Spread, spreads
from app.structure.agreement import Agreement
from app.structure.source import fold_aligned

_NAMES = frozenset(("person_name", "signature_name"))
_PASSES = 5
# Where spans overlap, the longer wins; a name under a signature is told from the same name elsewhere.
_ORDER = {"signatory": 0, "signature": 1}


def redact(agreement: Agreement, rules: RedactionRules | None = None) -> Redaction:
    """Return the spans of personal data in the agreement's text and the text without them. Pure; never raises for any text.

    The redacted text is read again until nothing more is found, so a second redaction of what is published changes nothing.
    """
    rules = rules or load()
    got = Redaction(agreement.document, (), (), rules.kinds, rules.grounds)
    for number in range(_PASSES):
        spans, kept = _once(replace(agreement, document=got.published_document()), rules)
        if number == 0 or spans:
            got = got.joined(spans, kept)
        if not spans:
            break
    return got


def _once(agreement: Agreement, rules: RedactionRules) -> tuple[tuple[Span, ...], list[Kept]]:
    """What one reading of the text finds, and what stays though it equals what was found."""
    document = agreement.document
    lines = rows(document)
    evidence = Evidence(rules)
    numbers = NumberFinder(rules).read(lines)
    names = NameFinder(rules, evidence)
    found = [one for row in lines for one in names.read(row)]
    found += PeopleFinder(rules, evidence, names).read(lines, agreement)
    found += AddressFinder(rules).read(lines, numbers)
    found += _beside_numbers(names, lines, numbers)
    found += numbers
    protected = _protected(agreement, rules, numbers)
    found, names_kept = _unprotected(found, protected)
    again, namesakes = Spread(rules, evidence, document.text).read(lines, found)
    again, again_kept = _unprotected(again, protected)
    spans = _settled([*found, *again], document.text)
    return spans, [*namesakes, *names_kept, *again_kept]


def _beside_numbers(names: NameFinder, lines: tuple[Row, ...], numbers: list[Found]) -> Iterable[Found]:
    starts = sorted(one.start for one in numbers)
    for row in lines:
        at = bisect_left(starts, row.start)
        if at < len(starts) and starts[at] < row.start + len(row.text):
            yield from names.beside_number(row)


def _protected(agreement: Agreement, rules: RedactionRules, numbers: list[Found]) -> list[Kept]:
    """Where the company's name stands, in whatever capitals and spacing, and its registered address."""
    folded = fold_aligned(agreement.text)
    out = []
    employer = agreement.metadata.employer or ""
    companies = rules.names["companies"]
    if not (companies.folded.match(employer.lower()) if employer.isascii() else companies.marked.match(employer.lower())):
        employer = ""  # read from a text without a company
    for words, reason in ((employer, "company_name"), (agreement.metadata.place, "company_address")):
        parts = [re.escape(word) for word in fold_aligned(words or "").split()]
        if len(parts) >= 2:
            pattern = re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)")
            out += [Kept(*m.span(), rules.reasons[reason]) for m in pattern.finditer(folded)]
    starts = sorted(one.start for one in numbers)  # what holds a person's number is no company's name
    return sorted((k for k in out if bisect_left(starts, k.start) == bisect_left(starts, k.end)), key=lambda k: k.start)


def _unprotected(found: list[Found], protected: list[Kept]) -> tuple[list[Found], list[Kept]]:
    """Drop names and addresses inside a company's name or registered address."""
    if not protected:
        return found, []
    out, kept = [], []
    for one in found:
        at = bisect_left(protected, one.end, key=lambda k: k.start)
        inside = [k for k in protected[max(0, at - 2) : at] if k.start < one.end and one.start < k.end]
        if one.kind == "home_address":  # "khu tập thể Công ty …" is a home all the same
            inside = [k for k in inside if k.start <= one.start and one.end <= k.end]
        if inside and one.kind in (*_NAMES, "home_address"):
            kept.append(Kept(one.start, one.end, inside[0].why))
        else:
            out.append(one)
    return out, kept


def _settled(found: list[Found], text: str) -> tuple[Span, ...]:
    """Spans in text order without overlaps: of two that overlap the longer gives kind and reason to both."""
    out: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end, _ORDER.get(f.rule, 2), f.rule == "again")):
        if not out or one.start >= out[-1].end:
            out.append(one)
            continue
        last = out[-1]
        if one.end > last.end:
            main = last if last.end - last.start >= one.end - one.start else one
            out[-1] = Found(last.start, one.end, main.kind, main.rule, main.why, main.everywhere)
    return tuple(Span(f.start, f.end, f.kind, f.rule, f.why, f.everywhere and spreads(f.kind, text[f.start : f.end])) for f in out)

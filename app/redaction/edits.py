"""What a publisher decides over a redaction: words to remove besides, and removed words to keep.

Reads a `Redaction`; writes another one over the same document. Edits are words, not places: what is decided once holds wherever the
same words stand, and it still holds when the same file is redacted anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.redaction.redaction import Kept, Redaction, Span
from app.redaction.rules import RedactionRules, load
from app.structure.source import fold_aligned


@dataclass(frozen=True, slots=True)
class Addition:
    """Words to remove as `kind`, an id of grading_rules/redaction/kinds.yaml."""

    words: str
    kind: str


def occurrences(redaction: Redaction, words: str) -> list[tuple[int, int]]:
    """Where `words` stand in the document, whatever capitals, marks and spaces they are written with; never inside other words."""
    parts = [re.escape(part) for part in fold_aligned(words).split()]
    if not parts:
        return []
    pattern = re.compile(r"(?<!\w)" + r"[ \t]+".join(parts) + r"(?!\w)")
    return [found.span() for found in pattern.finditer(fold_aligned(redaction.document.text))]


def with_edits(
    redaction: Redaction, added: Sequence[Addition], taken_back: Sequence[str], rules: RedactionRules | None = None
) -> Redaction:
    """The redaction with the publisher's edits. Raises KeyError for an unknown kind."""
    reasons = (rules or load()).reasons
    kept_words = {same_words(words) for words in taken_back}
    spans, kept = [], list(redaction.kept)
    for span in redaction.spans:
        if same_words(redaction.removed(span)) in kept_words:
            kept.append(Kept(span.start, span.end, reasons["publisher_kept"]))
        else:
            spans.append(span)
    for one in added:
        kind = redaction.kinds[one.kind].id
        spans += [Span(start, end, kind, "publisher_added", reasons["publisher_added"]) for start, end in occurrences(redaction, one.words)]
    return replace(redaction, spans=tuple(_joined(spans)), kept=tuple(sorted(set(kept), key=lambda k: (k.start, k.end))))


def same_words(words: str) -> str:
    """What two ways of writing the same words have in common."""
    return " ".join(fold_aligned(words).split())


def _joined(spans: list[Span]) -> list[Span]:
    """In text order, overlapping ones made one that keeps the longer one's kind."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
        elif span.end > out[-1].end:
            last = out[-1]
            main = last if last.end - last.start >= span.end - span.start else span
            out[-1] = replace(main, start=last.start, end=span.end)
    return out

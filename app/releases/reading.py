"""The stored reading of a release, and the redaction made from it: pure, the same row gives the same redaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.publications.document import PublicClause, clauses_of
from app.reading.document import Document
from app.reading.wire import pack, unpack
from app.redaction import Redaction, redact
from app.redaction.edits import Addition, same_words, with_edits
from app.releases.models import Release
from app.structure import parse
from app.structure.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Redacted:
    agreement: Agreement
    redaction: Redaction

    @property
    def clauses(self) -> list[PublicClause]:
        return clauses_of(self.agreement, self.redaction)


def packed(document: Document) -> str:
    """The text to store of a reading."""
    return pack(document).decode("utf-8", "replace")


def redacted(release: Release, sha256: str) -> Redacted:
    """The redaction of a prepared release, with the publisher's edits so far."""
    assert release.document is not None
    agreement = parse(unpack(release.document.encode(), sha256, ""))
    added = [Addition(one["words"], one["kind"]) for one in release.added]
    return Redacted(agreement, with_edits(redact(agreement), added, [one["words"] for one in release.taken_back]))


@dataclass(frozen=True, slots=True)
class ApprovedText:
    """The original text with the spans that were approved: any piece of it can be cut out, redacted as it was approved."""

    text: str
    spans: list[tuple[int, int, str]]  # start, end, mark

    def piece(self, start: int, end: int) -> str:
        out, at = [], start
        for first, last, mark in self.spans:
            if last <= start or first >= end:
                continue
            out += [self.text[at : max(at, first)], mark]
            at = last
        return "".join([*out, self.text[at : max(at, end)]]).strip()


def left_over(found: Redacted) -> list[str]:
    """Personal data that a second look still finds in the text to be published, the publisher's own decisions aside."""
    published = found.redaction.published_document()
    again = redact(parse(published))
    kept = {same_words(found.agreement.text[one.start : one.end]) for one in found.redaction.kept}
    return sorted({words for span in again.spans if same_words(words := again.removed(span)) not in kept})


def marked(found: Redacted) -> list[dict[str, Any]]:
    """The unredacted text of every clause as segments, for the publisher: `{"text"}` or `{"text", "kind", "label", "mark", "why"}`."""
    redaction, text = found.redaction, found.agreement.text
    out = []
    for clause in found.agreement.clauses:
        segments: list[dict[str, Any]] = []
        at = clause.start
        for span in redaction.spans:
            if span.end <= clause.start or span.start >= clause.end:
                continue
            if span.start > at:
                segments.append({"text": text[at : span.start]})
            kind = redaction.kinds[span.kind]
            words = text[max(at, span.start) : span.end]
            segments.append({"text": words, "kind": span.kind, "label": kind.label, "mark": kind.mark, "why": span.why})
            at = span.end
        if at < clause.end:
            segments.append({"text": text[at : clause.end]})
        out.append({"path": clause.path, "kind": clause.kind, "label": clause.label, "segments": segments})
    return out

"""What the structure room hands on: the clauses of an agreement, in text order, and its metadata.

Reads `reading.Document`; read by `app.provisions`. The clauses partition the text: every character belongs to exactly one of
them, to the preamble or to the signature block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.reading.document import Document, Notice

ClauseKind = Literal["preamble", "part", "chapter", "section", "article", "clause", "point", "subpoint", "annex", "signature"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered thing of the agreement with the text of its own (its children's text is theirs).

    `start`/`end` span its own text in `Document.text`, label and heading included; the next clause begins where it ends.
    `path` is as in the labelling guide ("5.2.a", "PL1.3"); parts, chapters and sections have "P1", "C2" and "C2.M1" forms that
    never collide with article paths; the preamble is "" and the signature block "KY".
    """

    path: str
    kind: ClauseKind
    label: str  # as people write it: "điểm a khoản 2 Điều 5", "Chương II", "Phụ lục 1"
    number: str  # "5", "2", "a", "II"; "" where there is none
    heading: str  # of an article, chapter, section, annex; "" elsewhere
    parent: int | None  # index in `Agreement.clauses`
    start: int
    end: int
    body: int  # where the text after label and heading starts; == end where there is none
    page: int
    lines: tuple[int, ...]  # indexes in Document.lines
    label_source: Literal["typed", "automatic", "none"] = "typed"
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the text says of itself; None where it is silent. Dates are calendar days."""

    title: str | None = None
    number: str | None = None
    employer: str | None = None
    province: str | None = None
    wage_region: str | None = None  # I, II, III, IV, only where the text names it for this employer
    place: str | None = None  # the employer's address as written, for the region by place
    signed_on: date | None = None
    effective_from: date | None = None
    term_months: int | None = None
    expires_on: date | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """One side of the signature block."""

    side: Literal["workers", "employer"]
    office: str  # "CHỦ TỊCH CÔNG ĐOÀN CƠ SỞ"
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Whether the document is an agreement at all; `code` names what it is instead ("plan", "labour_rules", …)."""

    is_agreement: bool
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    document: Document
    clauses: tuple[Clause, ...]
    metadata: Metadata
    kind: Kind
    signatories: tuple[Signatory, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()  # abbreviation or term -> meaning: ("NSDLĐ", "người sử dụng lao động")
    warnings: tuple[Notice, ...] = field(default=())

    @property
    def text(self) -> str:
        return self.document.text

    def clause_text(self, clause: Clause) -> str:
        return self.document.text[clause.start : clause.end].strip()


@dataclass(frozen=True, slots=True)
class Amendment:
    """A clause whose words replace another's: "Sửa đổi khoản 2 Điều 14 như sau"."""

    at: str  # path of the amending clause
    target: str  # path of what it amends
    action: Literal["replace", "add", "remove"]

"""What the law room hands on: every promise judged by the law of its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.law.comparison import Case, Step
from app.law.model import VerifiedStatus
from app.provisions.promise import FigureAt, Firmness, Verdict, WorkerGroup


@dataclass(frozen=True, slots=True)
class Baseline:
    """The statutory figure a verdict rests on. `amount` is in `unit`, the finding's own, None where the law has no figure."""

    id: str
    amount: float | None
    unit: str | None
    in_force_from: date
    source: str
    verified: VerifiedStatus
    label: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the finding was compared, kept to compare it again with the law of a later day."""

    case: Case
    step: Step
    direction: str
    factor: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One provision in one place with its verdict. `start`/`end` span the statement in `Document.text`, `quote` is that text.

    `needs_review` with a Vietnamese `reason` marks a verdict that a person must decide; until then it is `equal`, which counts for
    nothing. `promises` is how many statements (tiers) of the place it stands for.
    """

    clause: int
    path: str
    provision: str | None
    topic: str | None
    verdict: Verdict
    amount: float | None
    unit: str | None
    unlawful: str | None
    start: int
    end: int
    quote: str
    baseline: Baseline | None
    rule: str
    confidence: float
    group: WorkerGroup
    needs_review: bool
    reason: str
    refers_to_law: bool
    firmness: Firmness
    promises: int = 1
    tags: frozenset[str] = frozenset()
    figure_at: FigureAt | None = None  # the clause that has the figure this one refers to
    measure: Measure | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A promise that the law of a later day has overtaken: the value in force `since` a day is better for the worker."""

    finding: int  # index in the findings given
    baseline: Baseline
    since: date

"""What the provisions room hands on: every promise (or imposition) found in the clauses, before the law judges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.provisions.quantity import Quantity

Firmness = Literal["firm", "firm_minimum", "vague"]
Verdict = Literal["better", "equal", "below", "vague"]
WorkerGroup = Literal["normal", "heavy", "extra_heavy", "minor", "disabled"]


class FigureAt(NamedTuple):
    """Where the figure of a promise stands when it refers to another clause: that clause's path, the figure, its span of the text."""

    path: str
    amount: float
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Promise:
    """One provision promised in one statement of one clause.

    `amount`/`unit` are in a unit of the provision's catalogue entry; None where the statement gives no figure for it.
    `ruling` is the verdict that a rule of the provision decided from the words alone (None: the law room compares).
    `bare` is the verdict of a firm promise without a figure. `unlawful` names a kind that a rule of `grading_rules/unlawful` found.
    """

    clause: int  # index in Agreement.clauses
    path: str
    provision: str | None
    rule: str  # "rest_time/leave_marriage/1"
    start: int  # the statement that promises, in Document.text
    end: int
    firmness: Firmness
    amount: float | None = None
    unit: str | None = None
    quantity: Quantity | None = None  # offsets in Document.text
    refers_to_law: bool = False  # "theo quy định của pháp luật", "theo Điều 98 Bộ luật Lao động"
    ruling: Verdict | None = None
    bare: Verdict = "better"
    group: WorkerGroup = "normal"
    unlawful: str | None = None
    confidence: float = 1.0
    figure_at: FigureAt | None = None  # "mức tại khoản 1 Điều 19"; only where `amount` is None
    tags: frozenset[str] = frozenset()  # what the words say besides: "unpaid", "full_pay", "union_funds", "conflict"

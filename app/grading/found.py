"""A finding as the score reads it, and its JSON form in the assessment.

Reads the `findings` of `contract/assessment.md`, whether they come from the law room just now, from a stored reading, or from
a reviewer's correction; written by `app.grading.assessment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.grading.wording import amount as amount_words
from app.grading.wording import place


@dataclass(frozen=True, slots=True)
class Found:
    """One judged promise. `baseline` is the statutory amount in `baseline_unit`, None where the law sets no figure."""

    path: str
    provision: str | None
    verdict: str  # better | equal | below | vague
    amount: float | None = None
    unit: str | None = None
    unlawful: str | None = None
    baseline: float | None = None
    baseline_unit: str | None = None
    superseded: bool = False  # an amendment took its place
    label: str = ""  # of its clause, as people say it
    quote: str = ""

    @property
    def counts(self) -> bool:
        """Whether it can earn points: a firm promise above the law that still stands."""
        return self.verdict == "better" and self.provision is not None and not self.superseded and not self.unlawful

    @property
    def breaks_law(self) -> bool:
        return (self.unlawful is not None or self.verdict == "below") and not self.superseded

    @property
    def where(self) -> str:
        return self.label or place(self.path)

    @property
    def figure(self) -> str:
        return amount_words(self.amount, self.unit)


def from_json(data: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> Found:
    """A finding of the assessment's JSON; `labels` gives the label of a path."""
    baseline = data.get("baseline") or {}
    path = str(data["path"])
    return Found(
        path=path,
        provision=data.get("provision"),
        verdict=str(data["verdict"]),
        amount=data.get("amount"),
        unit=data.get("unit"),
        unlawful=data.get("unlawful"),
        baseline=baseline.get("amount"),
        baseline_unit=baseline.get("unit"),
        superseded=bool(data.get("superseded_by")),
        label=(labels or {}).get(path, ""),
        quote=str(data.get("quote") or ""),
    )

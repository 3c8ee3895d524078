"""A rubric profile as values: what a federation gives how many points for, and which letter they mean.

Built by `app.grading.rubric` from a YAML file or by `app.grading.sheet` from a spreadsheet; read by the score, the gates
and the advice. Points are multiples of the profile's step (0.5), so that sums of them are exact.
Source: Hướng dẫn 90/HD-TLĐ ngày 17/7/2023 of the Vietnam General Confederation of Labour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

GroupId = Literal["process", "content", "signing_implementation", "bonus"]
Grade = Literal["A", "B", "C"]
Measure = Literal["at_least", "at_most", "over", "margin_percent"]
Status = Literal["provisional", "confirmed"]

GROUPS: tuple[GroupId, ...] = ("process", "content", "signing_implementation", "bonus")
GRADES: tuple[Grade, ...] = ("A", "B", "C")
MEASURES: tuple[Measure, ...] = ("at_least", "at_most", "over", "margin_percent")
FULL_SCORE = 100.0


@dataclass(frozen=True, slots=True)
class Band:
    """From which figure on how many points.

    `at_least`/`at_most` compare the promised amount, in `unit`; `over` is what it exceeds the statutory value by, in
    `unit`; `margin_percent` the same in percent of the statutory value (`unit` is then "").
    """

    measure: Measure
    figure: float
    unit: str
    points: float


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in `unit` is divided by `divide` to be compared in the unit `to` (a monthly meal sum by 26 days)."""

    unit: str
    to: str
    divide: float


@dataclass(frozen=True, slots=True)
class Earn:
    """The provision that earns an item: `firm` points for any firm promise above the law, more by the best band."""

    provision: str
    firm: float
    bands: tuple[Band, ...]
    convert: tuple[Conversion, ...]

    @property
    def most(self) -> float:
        return max([self.firm, *(band.points for band in self.bands)])


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the score sheet. Content items have a topic and `earn`, dossier items a document that proves them."""

    id: str
    group: GroupId
    label: str
    max: float
    topic: str = ""
    earn: Earn | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    label: str
    max: float


@dataclass(frozen=True, slots=True)
class Group:
    id: GroupId
    label: str
    max: float


@dataclass(frozen=True, slots=True)
class Letter:
    grade: Grade
    at_least: float  # points out of 100


@dataclass(frozen=True, slots=True)
class SignatoryRule:
    """Offices whose signature needs a look: one that holds a `doubtful` phrase and none of the `cleared_by` phrases."""

    doubtful: tuple[str, ...]
    cleared_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateRules:
    """What the machine's gates go by beside the findings and the dates."""

    workers: SignatoryRule
    employer: SignatoryRule
    articles_at_least: int  # fewer articles are no whole agreement
    lost_text: tuple[str, ...]  # codes of reading warnings that mean that text is missing


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    version: int
    status: Status
    federation: str
    basis: str
    author: str
    dated: date
    note: str
    in_force_from: date
    in_force_to: date | None
    step: float
    letters: tuple[Letter, ...]
    groups: tuple[Group, ...]
    topics: tuple[Topic, ...]
    gates: GateRules
    items: tuple[Item, ...]

    def group(self, id: GroupId) -> Group:
        return next(group for group in self.groups if group.id == id)

    def items_of(self, group: GroupId) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.group == group)

    def letter(self, points: float, out_of: float = FULL_SCORE) -> Grade | None:
        """The letter of `points` out of `out_of`, scaled to 100; None below the lowest."""
        return next((one.grade for one in self.letters if points * FULL_SCORE >= one.at_least * out_of), None)

    @property
    def reference(self) -> str:
        """How a profile is named on the command line and in a stored assessment: "hd90-2023@1"."""
        return f"{self.id}@{self.version}"

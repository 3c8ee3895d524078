"""The statute side of the comparison: legal parameters, their dated values and where each was read.

Written by `app.law.loader` from `grading_rules/law/`; read by everything else in the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Direction = Literal["higher", "lower", "any_provision", "compliance"]
Floor = Literal["minimum", "maximum", "rule", "fixed", "encouraged", "none"]
VerifiedStatus = Literal["seen", "seen_secondary", "memory"]
Number = int | float
Value = Number | str | tuple[str, ...] | dict[str, Number | str]

BINDING: frozenset[str] = frozenset({"minimum", "maximum", "fixed"})  # floors that a figure can be below of


@dataclass(frozen=True, slots=True)
class Verified:
    """How a figure was checked: `seen` in the instrument, `seen_secondary` in a text citing it, `memory` = unchecked."""

    status: VerifiedStatus
    where: tuple[str, ...] = ()  # ids of sources.yaml
    confidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a legal document; `document` is a number of documents.yaml ("45/2019/QH14")."""

    document: str
    article: str = ""
    clause: str = ""
    point: str = ""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value with the days it holds, both included; `end` None = until the next value, or still in force."""

    start: date
    end: date | None
    value: Value
    citation: Citation
    verified: Verified
    note: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another reading of the law beside the main values; `disputed` = it is unsettled whether it holds."""

    id: str
    label: str
    disputed: bool
    values: tuple[DatedValue, ...]
    exceptions: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class FloorPeriod:
    floor: Floor
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One legal parameter: `values` ascend by date without gap or overlap; `floor_periods` override `floor` where it changed."""

    id: str
    label: str
    label_en: str
    topic: str
    unit: str
    direction: Direction
    floor: Floor
    values: tuple[DatedValue, ...]
    verified: Verified
    floor_periods: tuple[FloorPeriod, ...] = ()
    variants: tuple[Variant, ...] = ()
    disputed: bool = False
    variant_of: str = ""
    applies_to: str = ""
    exceptions: tuple[str, ...] = ()
    left_to_parties_by: str = ""
    keywords: tuple[str, ...] = ()
    notes: str = ""

    def floor_on(self, day: date) -> Floor:
        """The kind of floor on `day`."""
        for period in self.floor_periods:
            if (period.start is None or period.start <= day) and (period.end is None or day <= period.end):
                return period.floor
        return self.floor


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """A law, decree or circular: `cite` is how people name it ("Bộ luật Lao động 45/2019/QH14")."""

    number: str
    cite: str
    title: str
    start: date
    end: date | None
    verified: VerifiedStatus


@dataclass(frozen=True, slots=True)
class GoldenLookup:
    parameter: str
    day: date
    expect: Value


def dated(values: tuple[DatedValue, ...], day: date) -> DatedValue | None:
    """The value in force on `day`, None before the first and in a pause."""
    found = None
    for value in values:
        if value.start > day:
            break
        found = value
    return found if found is not None and (found.end is None or day <= found.end) else None

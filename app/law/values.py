"""Dated look-up: what a legal parameter says on a day, with its citation in Vietnamese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.law.loader import Law
from app.law.model import BINDING, Citation, DatedValue, Floor, Parameter, Value, VerifiedStatus, dated


@dataclass(frozen=True, slots=True)
class LawValue:
    """A parameter's value on one day. `unit` is the parameter's; `in_force_to` is None while no end is known."""

    parameter: str
    label: str
    value: Value
    unit: str
    in_force_from: date
    in_force_to: date | None
    source: str  # "điểm a khoản 1 Điều 113 Bộ luật Lao động 45/2019/QH14"
    verified: VerifiedStatus
    disputed: bool  # a disputed reading is in force beside this value
    floor: Floor
    note: str = ""

    @property
    def binding(self) -> bool:
        """Whether a promise can be below it on that day."""
        return self.floor in BINDING

    @property
    def number(self) -> float | None:
        """The value where it is one number."""
        return float(self.value) if isinstance(self.value, int | float) else None


def value_on(law: Law, parameter_id: str, day: date) -> LawValue | None:
    """The value in force on `day`, None where the parameter has none on that day. LawError: unknown parameter."""
    parameter = law.parameter(parameter_id)
    found = dated(parameter.values, day)
    return None if found is None else law_value(law, parameter, found, day)


def law_value(law: Law, parameter: Parameter, found: DatedValue, day: date) -> LawValue:
    """The view of one dated value of `parameter` on `day`."""
    return LawValue(
        parameter=parameter.id,
        label=parameter.label,
        value=found.value,
        unit=parameter.unit,
        in_force_from=found.start,
        in_force_to=end_of(parameter.values, found),
        source=cite(law, found.citation),
        verified=found.verified.status,
        disputed=any(v.disputed and dated(v.values, day) is not None for v in parameter.variants),
        floor=parameter.floor_on(day),
        note=found.note,
    )


def end_of(values: tuple[DatedValue, ...], value: DatedValue) -> date | None:
    """The last day `value` holds: its own end, else the day before the next value, else None."""
    if value.end is not None:
        return value.end
    following = next((other.start for other in values if other.start > value.start), None)
    return None if following is None else date.fromordinal(following.toordinal() - 1)


def cite(law: Law, citation: Citation) -> str:
    """The citation as lawyers write it: point, clause, article, document."""
    document = law.documents.get(citation.document)
    parts = [
        f"điểm {citation.point}" if citation.point else "",
        f"khoản {citation.clause}" if citation.clause else "",
        f"Điều {citation.article}" if citation.article else "",
        document.cite if document is not None else citation.document,
    ]
    return " ".join(part for part in parts if part)

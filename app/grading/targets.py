"""The targets of the union programmes (`grading_rules/targets`), read strictly: what a province counts its agreements against.

Reads YAML; writes `Programme`. What the measures count is the business of the reports; here only that they are stated soundly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from app.grading.catalogue import RULES
from app.grading.profile import GRADES, Grade
from app.grading.strict import Place, Problem, Reader, RuleFileError, read_yaml

Measure = Literal["signed", "grade", "better_provisions", "shift_meal_above", "dialogue", "dialogue_welfare", "reviewed"]
Scope = Literal["state", "non_state", "eligible", "agreements", "meals_paid", "dialogues"]
MEASURES: tuple[Measure, ...] = (
    "signed",
    "grade",
    "better_provisions",
    "shift_meal_above",
    "dialogue",
    "dialogue_welfare",
    "reviewed",
)
SCOPES: tuple[Scope, ...] = ("state", "non_state", "eligible", "agreements", "meals_paid", "dialogues")
_NUMBERED = ("better_provisions", "shift_meal_above")


@dataclass(frozen=True, slots=True)
class Target:
    """`at_least` percent of the units in `of` must pass `measure`; `number` and `grade` are its threshold where it has one."""

    id: str
    label: str
    measure: Measure
    of: Scope
    at_least: float
    number: float | None = None
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class ReportDay:
    """A report due every year before this day ("06-20")."""

    name: str
    before: str


@dataclass(frozen=True, slots=True)
class Programme:
    id: str
    organisation: str
    basis: str
    period_from: date
    period_to: date
    reports: tuple[ReportDay, ...]
    targets: tuple[Target, ...]


def load_targets(folder: Path = RULES) -> tuple[Programme, ...]:
    """Every programme of a rules folder, by id. Raises RuleFileError with every problem found in a file."""
    programmes: list[Programme] = []
    for path in sorted((folder / "targets").glob("*.yaml")):
        reader = Reader()
        programme = _programme(reader, read_yaml(path))
        if programme.id in [one.id for one in programmes]:
            reader.fail(("id",), f"mã «{programme.id}» đã dùng ở tệp khác")
        if reader.problems:
            raise RuleFileError(path.name, reader.problems)
        programmes.append(programme)
    return tuple(programmes)


def check_targets(folder: Path = RULES) -> list[str]:
    """Every problem of the targets, one Vietnamese line each."""
    try:
        load_targets(folder)
    except RuleFileError as error:
        return str(error).splitlines()
    return []


def _programme(reader: Reader, data: Any) -> Programme:
    top = reader.mapping(data, (), ("id", "organisation", "basis", "period", "reports", "targets"))
    period = reader.mapping(top.get("period", {}), ("period",), ("from", "to"))
    start, end = (reader.day(period, key, ("period",)) or date.min for key in ("from", "to"))
    if end < start:
        reader.fail(("period",), "ngày cuối trước ngày đầu")
    reports = []
    for n, one in enumerate(reader.listing(top.get("reports", []), ("reports",))):
        row = reader.mapping(one, ("reports", n), ("name", "before"))
        before = reader.text(row, "before", ("reports", n))
        if before and not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", before):
            reader.problems.append(Problem(("reports", n, "before"), f"phải là ngày dạng 06-20, không phải «{before}»"))
        reports.append(ReportDay(reader.text(row, "name", ("reports", n)), before))
    targets = [_target(reader, one, ("targets", n)) for n, one in enumerate(reader.listing(top.get("targets", []), ("targets",)))]
    return Programme(
        id=reader.ident(top, "id", ()),
        organisation=reader.text(top, "organisation", ()),
        basis=reader.text(top, "basis", ()),
        period_from=start,
        period_to=end,
        reports=tuple(reports),
        targets=tuple(targets),
    )


def _target(reader: Reader, data: Any, place: Place) -> Target:
    row = reader.mapping(data, place, ("id", "label", "measure", "of", "at_least"), ("number", "grade"))
    measure = cast(Measure, reader.choice(row, "measure", place, MEASURES))
    if (measure in _NUMBERED) != ("number" in row):
        reader.fail(place, f"number chỉ dùng và phải có với {', '.join(_NUMBERED)}")
    if (measure == "grade") != ("grade" in row):
        reader.fail(place, "grade chỉ dùng và phải có với measure: grade")
    at_least = reader.number(row, "at_least", place)
    if not 0 < at_least <= 100:
        reader.fail((*place, "at_least"), "phải là tỷ lệ phần trăm từ 0 đến 100")
    return Target(
        id=reader.ident(row, "id", place),
        label=reader.text(row, "label", place),
        measure=measure,
        of=cast(Scope, reader.choice(row, "of", place, SCOPES)),
        at_least=at_least,
        number=reader.number(row, "number", place) if "number" in row else None,
        grade=cast(Grade, reader.choice(row, "grade", place, GRADES)) if "grade" in row else None,
    )

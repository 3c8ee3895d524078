"""Model clauses (`grading_rules/model_clauses`): for every provision one sentence that a union can put on the table.

Reads YAML strictly; writes `ModelClauses`. The engine itself reviews them: `check_model_clauses` reads each clause through the
provisions and law rooms and reports those that are not read as exactly their provision, firm and better than the law.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.grading.catalogue import RULES, Catalogue, load_catalogue
from app.grading.strict import Place, Problem, Reader, RuleFileError, read_yaml
from app.grading.wording import number
from app.law.judge import judge
from app.law.loader import Law, load_law
from app.law.values import value_on
from app.provisions import find_promises
from app.provisions.examples import clause as one_clause
from app.provisions.rules import load as load_patterns

UNLAWFUL_FILE = "unlawful.yaml"


@dataclass(frozen=True, slots=True)
class AboveLaw:
    """A figure that follows the law: so many percent above a parameter of the wage region, rounded up."""

    parameter: str  # "min_wage_month_region", the region's number follows
    percent: float
    round_up_to: float

    def on(self, law: Law, region: str, day: date) -> float | None:
        """The figure for a region on a day; None where the law has none then."""
        id = f"{self.parameter}_{region.lower()}"
        value = value_on(law, id, day) if id in law else None
        if value is None or value.number is None:
            return None
        return math.ceil(value.number * (100 + self.percent) / 100 / self.round_up_to) * self.round_up_to


@dataclass(frozen=True, slots=True)
class ModelClause:
    """`cost` 1 nearly nothing, 2 little, 3 considerable for the employer; `hint` tells how to make a vague promise firm."""

    provision: str
    text: str
    amount: float | AboveLaw | None
    unit: str | None
    cost: int
    hint: str

    def written(self, law: Law, region: str | None, day: date) -> tuple[str, float | None]:
        """The sentence and its figure for a wage region (III where unknown: the commonest here) on a day."""
        if not isinstance(self.amount, AboveLaw):
            return self.text, self.amount
        figure = self.amount.on(law, region or "III", day)
        return self.text.format(amount="…" if figure is None else number(figure)), figure


@dataclass(frozen=True, slots=True)
class ModelClauses:
    clauses: Mapping[str, ModelClause]
    unlawful: Mapping[str, str]  # kind -> what to do about it


@lru_cache(maxsize=4)
def load_model_clauses(folder: Path = RULES) -> ModelClauses:
    """Every model clause of a rules folder. Raises RuleFileError with every problem found in a file."""
    catalogue = load_catalogue(folder)
    clauses: dict[str, ModelClause] = {}
    unlawful: dict[str, str] = {}
    for path in sorted((folder / "model_clauses").glob("*.yaml")):
        reader = Reader()
        data = read_yaml(path)
        if path.name == UNLAWFUL_FILE:
            unlawful = _remedies(reader, data, catalogue)
        else:
            for one in _topic(reader, data, catalogue):
                if one.provision in clauses:
                    reader.fail(("clauses", one.provision), "đã có điều khoản mẫu ở tệp khác")
                clauses[one.provision] = one
        if reader.problems:
            raise RuleFileError(path.name, reader.problems)
    missing = [id for id in catalogue.provisions if id not in clauses]
    missing += [kind for kind in catalogue.unlawful if kind not in unlawful]
    if missing:
        raise RuleFileError("model_clauses", [Problem((), f"chưa có điều khoản mẫu cho: {', '.join(missing)}")])
    return ModelClauses(clauses, unlawful)


def check_model_clauses(day: date, folder: Path = RULES) -> list[str]:
    """Vietnamese lines for every model clause that the engine does not read as its provision, firm and better, on `day`."""
    try:
        models, catalogue, law, patterns = (
            load_model_clauses(folder),
            load_catalogue(folder),
            load_law(folder),
            load_patterns(folder),
        )
    except RuleFileError as error:
        return str(error).splitlines()
    faults = []
    for model in models.clauses.values():
        text, figure = model.written(law, "III", day)
        agreement = one_clause(text, signed_on=day, region="III")
        read = judge(agreement, find_promises(agreement, patterns), on=day, law=law, catalogue=catalogue)
        got = [(one.provision, one.verdict, one.amount, one.unit) for one in read]
        if got != [(model.provision, "better", figure, model.unit)]:
            faults.append(f"model_clauses: {model.provision}: máy đọc câu mẫu thành {got}: {text}")
    return faults


def _topic(reader: Reader, data: Any, catalogue: Catalogue) -> list[ModelClause]:
    top = reader.mapping(data, (), ("topic", "clauses"))
    topic = reader.choice(top, "topic", (), catalogue.topics)
    clauses = top.get("clauses", {})
    if not isinstance(clauses, Mapping):
        reader.fail(("clauses",), "phải là một bảng khóa – giá trị")
        return []
    return [_clause(reader, str(id), one, topic, catalogue) for id, one in clauses.items()]


def _clause(reader: Reader, id: str, data: Any, topic: str, catalogue: Catalogue) -> ModelClause:
    place: Place = ("clauses", id)
    row = reader.mapping(data, place, ("text", "cost", "hint"), ("amount", "unit"))
    known = catalogue.provisions.get(id)
    if known is None:
        reader.fail(place, "không có nội dung này trong provisions.yaml")
    elif known.topic != topic:
        reader.fail(place, f"nội dung này thuộc chủ đề {known.topic}, không phải {topic}")
    elif "unit" in row and row["unit"] not in known.units:
        reader.fail((*place, "unit"), f"đơn vị «{row['unit']}» không dùng được; được dùng: {', '.join(known.units)}")
    if ("amount" in row) != ("unit" in row):
        reader.fail(place, "amount và unit phải đi cùng nhau")
    cost = reader.whole(row, "cost", place)
    if cost > 3:
        reader.fail((*place, "cost"), "phải là 1, 2 hoặc 3")
    return ModelClause(
        provision=id,
        text=reader.text(row, "text", place),
        amount=_amount(reader, row, place),
        unit=row.get("unit"),
        cost=cost,
        hint=reader.text(row, "hint", place),
    )


def _amount(reader: Reader, row: Mapping[str, Any], place: Place) -> float | AboveLaw | None:
    if "amount" not in row:
        return None
    if not isinstance(row["amount"], Mapping):
        return reader.number(row, "amount", place)
    at: Place = (*place, "amount")
    rule = reader.mapping(row["amount"], at, ("law", "above_percent", "round_up_to"))
    return AboveLaw(
        reader.ident(rule, "law", at),
        reader.number(rule, "above_percent", at),
        reader.number(rule, "round_up_to", at, 1.0),
    )


def _remedies(reader: Reader, data: Any, catalogue: Catalogue) -> dict[str, str]:
    top = reader.mapping(data, (), ("unlawful",))
    remedies = reader.mapping(top.get("unlawful", {}), ("unlawful",), catalogue.unlawful)
    return {kind: reader.text(remedies, kind, ("unlawful",)) for kind in remedies}

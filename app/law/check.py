"""Check every file of `grading_rules/law/`: what `thuoc rules check` runs for the law.

Reads the whole folder, also what grading never opens (registers, benchmarks); collects all problems instead of stopping at the first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.law.copying import load_phrasing
from app.law.loader import Law, load_law
from app.law.parameters import Register, read_citation, read_verified
from app.law.rules_path import RULES
from app.law.schema import LawError, Node, parse, read_text
from app.law.values import value_on


def check_law(rules: Path | None = None) -> tuple[LawError, ...]:
    """All problems of the law's rule files, none where they are sound."""
    problems: list[LawError] = []

    def attempt(step: Callable[[], object]) -> bool:
        try:
            step()
        except LawError as error:
            problems.append(error)
            return False
        return True

    try:
        law = load_law(rules)
    except LawError as error:
        return (error,)
    opened = [attempt(lambda: law.vocabulary), attempt(lambda: law.documents), attempt(lambda: law.sources)]
    if not all(opened):
        return tuple(problems)
    for parameter_id in law.ids:
        attempt(lambda parameter_id=parameter_id: _parameter(law, parameter_id))  # type: ignore[misc]
    attempt(lambda: law.provinces)
    attempt(lambda: law.comparison)
    attempt(lambda: _golden(law, problems))
    attempt(lambda: _unlawful(law))
    attempt(lambda: _benchmarks(law))
    attempt(lambda: load_phrasing(law))
    attempt(lambda: _catalogue(law, rules or RULES))
    return tuple(problems)


def _parameter(law: Law, parameter_id: str) -> None:
    parameter = law.parameter(parameter_id)
    if parameter.variant_of and parameter.variant_of not in law:
        raise LawError("law.unknown_parameter", f"{parameter.topic}.yaml, {parameter_id}: không có tham số “{parameter.variant_of}”")


def _golden(law: Law, problems: list[LawError]) -> None:
    for lookup in law.golden:
        value = value_on(law, lookup.parameter, lookup.day)
        if value is None or value.value != lookup.expect:
            found = "không có" if value is None else value.value
            message = f"golden_lookups.yaml: {lookup.parameter} ngày {lookup.day} phải là {lookup.expect}, đang là {found}"
            problems.append(LawError("law.golden_failed", message))


def _register(law: Law) -> Register:
    documents, sources = law.documents, law.sources
    return Register(documents.__contains__, sources.__contains__, frozenset(), frozenset())


def _unlawful(law: Law) -> None:
    """The register of forbidden clauses: every article cites a known document, every parameter exists."""
    register, ids = _register(law), set[str]()
    for item in Node(law.file("unlawful_clauses.yaml"), "unlawful_clauses.yaml", "unlawful_clauses").items("unlawful_clauses"):
        node = Node(
            item,
            "unlawful_clauses.yaml",
            "id label_vi label_en kind articles typical_phrasing_vi verified",
            "parameter test notes unlawful_from",
        )
        name = node.text("id")
        if name in ids:
            raise LawError("law.duplicate_id", f"unlawful_clauses.yaml: “{name}” ghi hai lần")
        ids.add(name)
        node.choice("kind", ("forbidden", "below_floor", "above_cap", "procedure", "ultra_vires"))
        for article in node.items("articles"):
            cited = Node(article, f"unlawful_clauses.yaml, {name}", "document", "article clause point from to")
            plain = {key: value for key, value in cited.raw.items() if key not in ("from", "to")}
            read_citation(plain, cited.place, register)
        if node.has("parameter"):
            _parameters_exist(law, node)


def _parameters_exist(law: Law, node: Node) -> None:
    named = node.raw["parameter"]
    for parameter_id in named if isinstance(named, list) else [named]:
        if parameter_id not in law:
            raise LawError("law.unknown_parameter", f"{node.place}, {node.text('id')}: không có tham số “{parameter_id}”")


def _benchmarks(law: Law) -> None:
    """Benchmarks that are no law: their sources exist."""
    register = _register(law)
    for item in Node(law.file("benchmarks.yaml"), "benchmarks.yaml", "benchmarks").items("benchmarks"):
        node = Node(
            item,
            "benchmarks.yaml",
            "id label_vi label_en unit direction legal_force values verified",
            "notes local_targets",
        )
        read_verified(node.raw["verified"], f"benchmarks.yaml, {node.text('id')}", register)


def _catalogue(law: Law, rules: Path) -> None:
    """Every parameter that the catalogue of provisions names exists."""
    raw = parse(read_text(rules / "provisions.yaml"), "provisions.yaml")
    for provision, entry in raw["provisions"].items():
        for parameter_id in entry.get("law", ()):
            if parameter_id not in law:
                raise LawError("law.unknown_parameter", f"provisions.yaml, {provision}: không có tham số “{parameter_id}”")
    for provision, rule in law.comparison.provisions.items():
        known = raw["provisions"].get(provision)
        if known is None:
            raise LawError("law.unknown_provision", f"comparison.yaml: không có nội dung “{provision}” trong provisions.yaml")
        for case in rule.cases:
            for unit in case.units:
                if unit not in known["units"]:
                    units = ", ".join(known["units"])
                    raise LawError(
                        "law.unknown_unit",
                        f"comparison.yaml, {provision}: đơn vị “{unit}” không có trong provisions.yaml; dùng được: {units}",
                    )

"""The rule file `grading_rules/quantities.yaml`, read strictly.

Writes a `Vocabulary`: plain phrases and numbers, every `(a|b)` written out. An unknown key, kind or bound is refused with the allowed
names; each error is one Vietnamese line with a stable code (`quantities.unknown_key`, `.missing_key`, `.bad_value`, `.not_found`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from app.provisions.phrases import PhraseError, expand
from app.provisions.quantity import Base, Bound, Per, QuantityKind, Role

SCHEMA = "thuoc.quantities/1"
RULES = Path(__file__).resolve().parents[3] / "grading_rules" / "quantities.yaml"

_KINDS = get_args(QuantityKind)
_UNITS = (*_KINDS, "quarter", "month_age", "saturday", "item", "other")
_BOUNDS = tuple(b for b in get_args(Bound) if b not in ("exact", "range"))


class QuantityRulesError(Exception):
    """A rule file of the quantity grammar that cannot be used: a stable `code` and one Vietnamese line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class RoleRule:
    """When words around a figure decide its role; the keys are explained in the rule file."""

    id: str
    role: Role
    weight: int
    reach: int
    until: str
    kinds: frozenset[str]
    bounds: frozenset[str]
    before: tuple[str, ...]
    after: tuple[str, ...]
    unless: tuple[str, ...]
    needs: tuple[str, ...]
    linked: tuple[str, ...]
    followed_by: tuple[str, ...]
    followed_reach: int
    contrast: bool
    no_period: bool
    needs_between: bool
    needs_bracket: bool
    below: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The whole rule file: section -> name -> phrases (`words`), phrase -> number (`numbers`), and the role rules."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    numbers: Mapping[str, Mapping[str, float]]
    roles: tuple[RoleRule, ...]
    money_from: float
    linked_reach: int


# section -> {name: what stands there}: "list" of phrases, "numbers" by phrase, or a plain "number"
_SECTIONS: dict[str, dict[str, str]] = {
    "numerals": {
        "digits": "numbers", "after_tens": "numbers", "ten": "list", "tens": "list", "hundred": "list", "link": "list",
        "scales": "numbers", "short_scales": "numbers", "half_after": "list", "halves": "list", "part": "list",
        "ordinal_mark": "list", "ordinal_names": "numbers", "multiples": "numbers", "multiple_marks": "list", "multiple_before": "list",
        "in_words": "list", "round": "list",
    },
    "units": dict.fromkeys(_UNITS, "list"),
    "bases": dict.fromkeys((b for b in get_args(Base) if b), "list"),
    "periods": dict.fromkeys(get_args(Per), "list"),
    "not_a_frequency": {"before": "list", "named": "list", "after": "list"},
    "range": {"to": "list", "from": "list", "change": "list"},
    "calendar": {
        "day": "list", "month": "list", "year": "list", "quarter": "list", "month_names": "numbers", "day_follows": "list",
        "clock_before": "list", "clock_after": "list",
    },
    "citations": {"nouns": "list", "and": "list"},
    "sums": {"plus": "list", "none": "list", "own_wage": "list", "condition": "list"},
    "headers": {
        "money": "list", "condition": "list", "statutory": "list", "other": "list", "outside": "list", "agreement": "list",
        "money_from": "number",
    },
}  # fmt: skip
_LISTS = (
    "wage", "working_day", "neutral", "every", "yearly", "period_openers", "period_open_directly", "period_fillers", "labels",
    "contrast", "contrast_after_comma", "stops", "period_breaks", "interval_marks", "standing", "base_breaks",
)  # fmt: skip
_OPTIONAL_NAMES = {"units", "periods", "bases"}
_ROLE_KEYS = (
    "id", "role", "weight", "reach", "until", "kinds", "bounds", "before", "after", "unless", "needs", "linked", "followed_by",
    "followed_reach", "contrast", "period", "needs_between", "needs_bracket", "below",
)  # fmt: skip


def load(path: Path = RULES) -> Vocabulary:
    """Read the rule file; raises QuantityRulesError."""
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError:
        raise QuantityRulesError("quantities.not_found", f"Không đọc được tệp quy tắc {path}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (dòng {line + 1})" if line is not None else ""
        raise QuantityRulesError("quantities.not_yaml", f"{path.name}{where}: không phải YAML hợp lệ.") from None
    return read(raw, path.name)


def read(raw: Any, name: str = "quantities.yaml") -> Vocabulary:
    """Check and convert an already parsed rule file; `name` names it in errors."""
    top = _mapping(raw, name)
    allowed = ["schema", *_SECTIONS, *_LISTS, "bounds", "kind_groups", "roles"]
    _only(top, allowed, name)
    if top["schema"] != SCHEMA:
        raise _bad(name, "schema", SCHEMA)
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    numbers: dict[str, dict[str, float]] = {}
    for section, shape in _SECTIONS.items():
        place = f"{name} › {section}"
        content = _mapping(top[section], place)
        _only(content, shape, place, complete=section not in _OPTIONAL_NAMES)
        words[section] = {k: _phrases(v, f"{place} › {k}") for k, v in content.items() if shape[k] == "list"}
        for key, value in content.items():
            if shape[key] == "numbers":
                numbers[f"{section}.{key}"] = _numbers(value, f"{place} › {key}")
    for key in _LISTS:
        words[key] = {key: _phrases(top[key], f"{name} › {key}")}
    linked_reach = _bounds(top["bounds"], f"{name} › bounds", words)
    groups = _groups(top["kind_groups"], f"{name} › kind_groups")
    rules = top["roles"]
    if not isinstance(rules, list):
        raise _bad(name, "roles", "một danh sách")
    roles = tuple(_role(r, f"{name} › roles[{n}]", groups) for n, r in enumerate(rules))
    ids = [r.id for r in roles]
    for one in ids:
        if ids.count(one) > 1:
            raise QuantityRulesError("quantities.bad_value", f"{name} › roles: id “{one}” dùng hai lần.")
    return Vocabulary(words, numbers, roles, _number(top["headers"]["money_from"], f"{name} › headers"), linked_reach)


def _bounds(raw: Any, place: str, words: dict[str, dict[str, tuple[str, ...]]]) -> int:
    content = _mapping(raw, place)
    _only(content, ("before", "after", "negation", "negation_breaks", "negatable", "fillers", "linked", "linked_reach"), place)
    for side in ("before", "after"):
        inner = _mapping(content[side], f"{place} › {side}")
        _only(inner, _BOUNDS, f"{place} › {side}", complete=False)
        words[f"bounds.{side}"] = {k: _phrases(v, f"{place} › {side} › {k}") for k, v in inner.items()}
    for key in ("negation", "negation_breaks", "negatable", "fillers", "linked"):
        words[f"bounds.{key}"] = {key: _phrases(content[key], f"{place} › {key}")}
    return int(_number(content["linked_reach"], f"{place} › linked_reach"))


def _groups(raw: Any, place: str) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for key, value in _mapping(raw, place).items():
        if not isinstance(value, list) or any(v not in _KINDS for v in value):
            raise _bad(place, key, "danh sách gồm: " + ", ".join(_KINDS))
        out[key] = tuple(value)
    return out


def _role(raw: Any, place: str, groups: Mapping[str, tuple[str, ...]]) -> RoleRule:
    rule = _mapping(raw, place)
    for key in rule:
        if key not in _ROLE_KEYS:
            raise QuantityRulesError(
                "quantities.unknown_key", f"{place}: không có khóa “{key}”; các khóa dùng được: {', '.join(_ROLE_KEYS)}."
            )
    for key in ("id", "role", "weight", "reach"):
        if key not in rule:
            raise QuantityRulesError("quantities.missing_key", f"{place}: thiếu khóa “{key}”.")
    if rule["role"] not in get_args(Role):
        raise _bad(place, "role", " | ".join(get_args(Role)))
    if rule.get("until", "comma") not in ("comma", "clause"):
        raise _bad(place, "until", "comma | clause")
    if rule.get("period", "none") != "none":
        raise _bad(place, "period", "none")
    if not rule.get("before") and not rule.get("after"):
        raise QuantityRulesError("quantities.missing_key", f"{place}: cần “before” hoặc “after”.")
    kinds: set[str] = set()
    for one in rule.get("kinds", ()):
        if one not in groups and one not in _KINDS:
            raise _bad(place, "kinds", ", ".join((*groups, *_KINDS)))
        kinds.update(groups.get(one, (one,)))
    bounds = frozenset(rule.get("bounds", ()))
    if not bounds <= set(get_args(Bound)):
        raise _bad(place, "bounds", ", ".join(get_args(Bound)))
    flags = {k: rule.get(k, False) for k in ("contrast", "needs_between", "needs_bracket")}
    for key, value in flags.items():
        if not isinstance(value, bool):
            raise _bad(place, key, "true | false")
    lists = {k: _phrases(rule.get(k, []), f"{place} › {k}") for k in ("before", "after", "unless", "needs", "linked", "followed_by")}
    return RoleRule(
        id=str(rule["id"]), role=rule["role"], weight=int(_number(rule["weight"], place)),
        reach=int(_number(rule["reach"], place)), until=rule.get("until", "comma"), kinds=frozenset(kinds), bounds=bounds,
        followed_reach=int(_number(rule.get("followed_reach", 12), place)), no_period="period" in rule,
        below=_number(rule.get("below", float("inf")), place),
        contrast=flags["contrast"], needs_between=flags["needs_between"], needs_bracket=flags["needs_bracket"], **lists,
    )  # fmt: skip


def _phrases(raw: Any, place: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(p, str) for p in raw):
        raise QuantityRulesError("quantities.bad_value", f"{place}: phải là một danh sách cụm từ.")
    out: list[str] = []
    for phrase in raw:
        try:
            out += [p for p in expand(phrase) if p] if len(phrase) > 1 else [phrase]
        except PhraseError as error:
            raise QuantityRulesError("quantities.bad_value", f"{place}: {error}.") from None
        if phrase != phrase.lower():
            raise QuantityRulesError("quantities.bad_value", f"{place}: viết thường cụm từ “{phrase}”.")
    return tuple(dict.fromkeys(out))


def _numbers(raw: Any, place: str) -> dict[str, float]:
    return {str(k): _number(v, f"{place} › {k}") for k, v in _mapping(raw, place).items()}


def _number(raw: Any, place: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise QuantityRulesError("quantities.bad_value", f"{place}: phải là một số.")
    return float(raw)


def _mapping(raw: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise QuantityRulesError("quantities.bad_value", f"{place}: phải là một bảng khóa–giá trị.")
    return raw


def _only(raw: Mapping[str, Any], allowed: Iterable[str], place: str, complete: bool = True) -> None:
    names = list(allowed)
    for key in raw:
        if key not in names:
            listed = ", ".join(names)
            raise QuantityRulesError("quantities.unknown_key", f"{place}: không có khóa “{key}”; các khóa dùng được: {listed}.")
    for key in names:
        if complete and key not in raw:
            raise QuantityRulesError("quantities.missing_key", f"{place}: thiếu khóa “{key}”.")


def _bad(place: str, key: str, wanted: str) -> QuantityRulesError:
    return QuantityRulesError("quantities.bad_value", f"{place}: “{key}” phải là {wanted}.")

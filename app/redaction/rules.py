"""The phrase files of `grading_rules/redaction`, loaded strictly and compiled once.

Reads `kinds.yaml`, `grounds.yaml`, `numbers.yaml`, `addresses.yaml`, `names.yaml`, `surnames.yaml`; writes `RedactionRules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.redaction.lines import Row
from app.structure.phrases import PhraseError, any_of
from app.structure.source import fold_aligned

FOLDER = Path(__file__).parents[2] / "grading_rules" / "redaction"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

KINDS = (
    "person_name", "signature_name", "id_number", "passport", "tax_code_personal", "social_insurance", "phone", "email", "bank_account",
    "home_address", "birth_date", "plate", "licence",
)  # fmt: skip
REASONS = (
    "title", "office", "label", "list", "column", "signature", "signatory", "surname", "beside_number", "again", "email_shape",
    "mobile_shape", "citizen_shape", "plate_shape", "home_label", "home_of_person", "company_name", "company_address", "namesake",
    "publisher_added", "publisher_kept",
)  # fmt: skip
FORMS = ("paper", "insurance", "digits", "tax", "phone", "plate", "licence", "birth", "email")
DIGITS = ("mobile", "mobile_short", "landline", "citizen", "personal_tax")
_NUMBERS = ("amounts", "organisation_labels", "not_born")
_ADDRESSES = ("labels", "not_labels", "open_labels", "places", "born_at", "ends", "not_first")
_NAMES = (
    "titles", "inner_titles", "dotted_titles", "degrees", "bridges", "before_not_title", "offices", "roles", "labels", "people", "columns", 
    "ends", "starts", "not_names", "foreign_not_names", "namesakes", "namesake_forms", "after_name", "remarks", "signing", "companies",
)  # fmt: skip
_AT_END = {"before_not_title", "not_born"}  # looked for directly before a place


class RedactionRulesError(ValueError):
    """A rule file that cannot be used; `code` is stable, the message is Vietnamese and names the file."""

    code = "bad_rules"


@dataclass(frozen=True, slots=True)
class Kind:
    id: str
    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A law under which personal data are taken out, from `start` to `end` inclusive (None = still in force)."""

    start: date
    end: date | None
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """A phrase list, compared with the marks of the text, or without them on a line that was typed without any."""

    marked: re.Pattern[str]
    folded: re.Pattern[str]

    def of(self, row: Row) -> tuple[re.Pattern[str], str]:
        return (self.folded, row.fold) if row.plain else (self.marked, row.lower)

    def search(self, row: Row, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        pattern, text = self.of(row)
        return pattern.search(text, start, len(text) if end is None else end)

    def match(self, row: Row, start: int = 0) -> re.Match[str] | None:
        pattern, text = self.of(row)
        return pattern.match(text, start)

    def all(self, row: Row) -> list[tuple[int, int]]:
        pattern, text = self.of(row)
        return [m.span() for m in pattern.finditer(text)]


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a number: what kind it heads, in which form the number stands, how far away at most."""

    id: str
    kind: str
    form: re.Pattern[str]
    reach: int
    why: str
    phrases: re.Pattern[str]  # folded


@dataclass(frozen=True, slots=True)
class RedactionRules:
    kinds: dict[str, Kind]
    reasons: dict[str, str]
    grounds: tuple[Ground, ...]
    forms: dict[str, re.Pattern[str]]
    digits: dict[str, re.Pattern[str]]
    labels: tuple[Label, ...]
    numbers: dict[str, Phrases]
    addresses: dict[str, Phrases]
    names: dict[str, Phrases]
    surnames: frozenset[str]  # lower case, with marks
    plain_surnames: frozenset[str]
    doubles: frozenset[str]
    middles: frozenset[str]
    strong_middles: frozenset[str]


class _UniqueKeys(_Loader):  # type: ignore[misc, valid-type]
    """A YAML loader that refuses a key given twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"khóa «{key}» ghi hai lần", key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _File:
    """One rule file; every complaint names it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = f"{name}.yaml"
        try:
            self.data = yaml.load((folder / self.name).read_text(encoding="utf-8"), Loader=_UniqueKeys)
        except yaml.constructor.ConstructorError as error:
            raise self.wrong(str(error.problem)) from error
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise self.wrong("không đọc được") from error

    def wrong(self, message: str) -> RedactionRulesError:
        return RedactionRulesError(f"{self.name}: {message}")

    def keys(self, data: Any, place: str, names: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.wrong(f"{place}: phải là một bảng khóa – giá trị")
        for problem, keys in (("khóa không biết", set(data) - set(names)), ("thiếu khóa", set(names) - set(data))):
            if keys:
                raise self.wrong(f"{place}: {problem} {', '.join(sorted(map(str, keys)))}")
        return data

    def text(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{place}: phải là một dòng chữ")
        return value

    def texts(self, value: Any, place: str) -> list[str]:
        if not isinstance(value, list) or not value:
            raise self.wrong(f"{place}: phải là một danh sách cụm từ")
        return [self.text(one, place) for one in value]

    def regex(self, value: Any, place: str) -> re.Pattern[str]:
        try:
            return re.compile(self.text(value, place))
        except re.error as error:
            raise self.wrong(f"{place}: biểu thức không đúng dạng ({error})") from error

    def phrases(self, value: Any, place: str, *, at_end: bool = False) -> Phrases:
        tail = r"\s*$" if at_end else r"(?!\w)"
        try:
            lines = self.texts(value, place)
            return Phrases(any_of(lines, tail=tail, marked=True), any_of(lines, tail=tail))
        except PhraseError as error:
            raise self.wrong(f"{place}: {error}") from error

    def day(self, value: Any, place: str) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"{place}: phải là một ngày dạng 2026-01-01")
        return value


def _kinds(file: _File) -> tuple[dict[str, Kind], dict[str, str]]:
    data = file.keys(file.data, "tệp", ("kinds", "reasons"))
    kinds: dict[str, Kind] = {}
    for one in data["kinds"]:
        file.keys(one, "kinds", ("id", "mark", "label"))
        kind = Kind(*(file.text(one[key], f"kinds.{key}") for key in ("id", "mark", "label")))
        if not re.fullmatch(r"\[[^\[\]\d]+\]", kind.mark):
            raise file.wrong(f"kinds.{kind.id}: dấu thay thế phải nằm trong ngoặc vuông và không có chữ số")
        kinds[kind.id] = kind
    file.keys(kinds, "kinds", KINDS)
    reasons = file.keys(data["reasons"], "reasons", REASONS)
    return kinds, {key: file.text(value, f"reasons.{key}") for key, value in reasons.items()}


def _grounds(file: _File) -> tuple[Ground, ...]:
    out: list[Ground] = []
    for one in file.keys(file.data, "tệp", ("grounds",))["grounds"]:
        file.keys(one, "grounds", ("from", "to", "document", "text"))
        end = None if one["to"] is None else file.day(one["to"], "to")
        start = file.day(one["from"], "from")
        if (end and end < start) or (out and (out[-1].end or date.max) >= start):
            raise file.wrong(f"{one['document']}: thời gian hiệu lực chồng lên nhau hoặc ngược")
        out.append(Ground(start, end, file.text(one["document"], "document"), file.text(one["text"], "text")))
    return tuple(out)


def _labels(file: _File, lines: Any, forms: dict[str, re.Pattern[str]]) -> tuple[Label, ...]:
    out = []
    for one in lines:
        file.keys(one, "labels", ("id", "kind", "form", "reach", "why", "phrases"))
        if one["kind"] not in KINDS or one["form"] not in forms:
            raise file.wrong(f"labels.{one['id']}: không có kind «{one['kind']}» hoặc form «{one['form']}»")
        if not isinstance(one["reach"], int) or not 0 < one["reach"] <= 120:
            raise file.wrong(f"labels.{one['id']}: reach phải là số nguyên từ 1 đến 120")
        phrases = file.phrases(one["phrases"], f"labels.{one['id']}").folded
        out.append(Label(one["id"], one["kind"], forms[one["form"]], one["reach"], file.text(one["why"], "why"), phrases))
    return tuple(out)


def _words(file: _File, value: Any, place: str) -> frozenset[str]:
    return frozenset(file.text(value, place).lower().split())


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> RedactionRules:
    """Return the compiled rules of `folder`. Raises RedactionRulesError for a missing or unknown key, or a bad phrase."""
    kinds, reasons = _kinds(_File(folder, "kinds"))
    grounds = _grounds(_File(folder, "grounds"))
    numbers = _File(folder, "numbers")
    data = numbers.keys(numbers.data, "tệp", ("forms", "digits", "labels", *_NUMBERS))
    forms = {key: numbers.regex(v, f"forms.{key}") for key, v in numbers.keys(data["forms"], "forms", FORMS).items()}
    digits = {key: numbers.regex(v, f"digits.{key}") for key, v in numbers.keys(data["digits"], "digits", DIGITS).items()}
    addresses, names = _File(folder, "addresses"), _File(folder, "names")
    addresses.keys(addresses.data, "tệp", _ADDRESSES)
    names.keys(names.data, "tệp", _NAMES)
    people = _File(folder, "surnames")
    people.keys(people.data, "tệp", ("surnames", "double", "middles", "strong_middles"))
    if not isinstance(people.data["surnames"], dict):
        raise people.wrong("surnames: phải là một bảng khóa – giá trị")
    surnames = frozenset[str]().union(*(_words(people, v, f"surnames.{k}") for k, v in people.data["surnames"].items()))
    return RedactionRules(
        kinds=kinds,
        reasons=reasons,
        grounds=grounds,
        forms=forms,
        digits=digits,
        labels=_labels(numbers, data["labels"], forms),
        numbers={key: numbers.phrases(data[key], key, at_end=key in _AT_END) for key in _NUMBERS},
        addresses={key: addresses.phrases(addresses.data[key], key) for key in _ADDRESSES},
        names={key: names.phrases(names.data[key], key, at_end=key in _AT_END) for key in _NAMES},
        surnames=surnames,
        plain_surnames=frozenset(fold_aligned(one) for one in surnames),
        doubles=frozenset(one.lower() for one in people.texts(people.data["double"], "double")),
        middles=_words(people, people.data["middles"], "middles"),
        strong_middles=_words(people, people.data["strong_middles"], "strong_middles"),
    )

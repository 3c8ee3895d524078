"""The phrase files of `grading_rules/structure`, loaded strictly and compiled once.

Reads `labels.yaml`, `parties.yaml`, `metadata.yaml`, `kinds.yaml`, `amendments.yaml` and `provinces.yaml`; writes `StructureRules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.structure.dates import DATE_MASK, MONTHS_MASK
from app.structure.phrases import PhraseError, any_of
from app.structure.source import fold_aligned

FOLDER = Path(__file__).parents[2] / "grading_rules" / "structure"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LABEL = r"(?:\d{1,3}|[a-z])"
_BLANK = r"[\d\s.…_-]{0,14}"
_PEOPLE = r"(?P<people>\d{1,3}(?:[.\s]\d{3})+|\d{1,6})"
_REGION = r"(?P<region>i{1,3}|iv|[1-4]|l{1,3}|[il1|]v|[il1|]{1,3})"
NAMED = {
    "label": _LABEL, "blank": _BLANK, "date": DATE_MASK + "+", "months": MONTHS_MASK + "+", "people": _PEOPLE, "region": _REGION,
    "number": r"\d{1,4}", "hour": r"\d{1,2}\s?(?:gio|h)(?:\s?\d{2})?(?:\s?phut)?", "votes": rf"\d{{1,6}}(?:\.\d{{3}})?\s?/\s?{_PEOPLE}",
}  # fmt: skip


class StructureRulesError(ValueError):
    """A phrase file that cannot be used; `code` is stable, the message is Vietnamese and names the file."""

    code = "bad_rules"


@dataclass(frozen=True, slots=True)
class Named:
    """One line of a data file that carries a code and a message beside its phrases."""

    code: str
    message: str
    phrases: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class StructureRules:
    """Every phrase list of the room, compiled; the keys of the files are the keys here ("labels.citations")."""

    patterns: dict[str, re.Pattern[str]]
    kinds: tuple[Named, ...]
    ordered: dict[str, tuple[re.Pattern[str], ...]]  # lists whose first phrase that is found counts
    regions: tuple[tuple[int, re.Pattern[str]], ...]  # weight, phrase
    provinces: dict[str, tuple[str, str]]  # folded spelling -> full name, spelling
    province: re.Pattern[str]

    def __getitem__(self, key: str) -> re.Pattern[str]:
        return self.patterns[key]


# file -> section -> lists of phrases it must hold
_LAYOUT: dict[str, dict[str, tuple[str, ...]]] = {
    "labels": {
        "": ("citations", "unfinished", "units", "subjects", "duties", "introductions", "body_begins", 
             "effect_headings"),
        "signature": ("openings", "remarks", "receivers", "place_and_date"),
    },
    "parties": {
        "": (
            "employer_side", "worker_side", "organisations", "name_ends", "generic", "address", "address_ends", "persons",
            "employer_offices", "worker_offices", "residence", "province_words", "street_words", "union_words", "not_names",
            "not_organisations",
        ),
    },
    "metadata": {
        "": (
            "titles", "today_words", "today", "signed", "effect_words", "about", "not_about", "former", "from_date",
            "from_signing", "to_date", "end_date", "joined", "term", "workers", "other_dates",
        ),
    },
    "kinds": {"": ("agreement_titles", "agreement_body", "title_prefixes")},
    "amendments": {"": ("replace", "add", "remove", "of_law", "citing", "called", "explained", "employer_words")},
}  # fmt: skip
_ORDERED = {"metadata.workers"}
_MARKED = {
    "parties.name_ends",
    "parties.not_organisations",
    "labels.unfinished",
}  # compared with their marks: "năm" must not end "Việt Nam"
_ENDS = {
    "labels.unfinished": r"[\s,]*$", "parties.province_words": r"\s*$", "parties.street_words": r"\s*$", "metadata.joined": r"\s*$",
}  # fmt: skip


def _load(folder: Path, name: str) -> dict[str, Any]:
    path = folder / f"{name}.yaml"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as error:
        raise StructureRulesError(f"{path.name}: không đọc được ({error})") from error
    if not isinstance(data, dict):
        raise StructureRulesError(f"{path.name}: phải là một bảng khóa – giá trị")
    return data


def _compile(file: str, key: str, value: Any) -> re.Pattern[str]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise StructureRulesError(f"{file}.yaml: {key}: phải là một danh sách cụm từ")
    full = f"{file}.{key}"
    try:
        return any_of(value, NAMED, tail=_ENDS.get(full, r"(?!\w)"), marked=full in _MARKED)
    except PhraseError as error:
        raise StructureRulesError(f"{file}.yaml: {key}: {error}") from error


def _check_keys(file: str, place: str, data: dict[str, Any], allowed: set[str]) -> None:
    for problem, keys in (("khóa không biết", set(data) - allowed), ("thiếu khóa", allowed - set(data))):
        if keys:
            raise StructureRulesError(f"{file}.yaml: {place}{problem} {', '.join(sorted(map(str, keys)))}")


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> StructureRules:
    """Return the compiled rules of `folder`. Raises StructureRulesError for a missing file, key or bad phrase."""
    patterns: dict[str, re.Pattern[str]] = {}
    ordered: dict[str, tuple[re.Pattern[str], ...]] = {}
    extra = {"labels": {"signature"}, "metadata": {"regions"}, "kinds": {"others"}}
    files: dict[str, dict[str, Any]] = {}
    for file, sections in _LAYOUT.items():
        data = files[file] = _load(folder, file)
        _check_keys(file, "", data, set(sections[""]) | extra.get(file, set()))
        for section, keys in sections.items():
            part = data[section] if section else data
            if section:
                _check_keys(file, f"{section}: ", part, set(keys))
            for key in keys:
                name = f"{file}.{section}.{key}" if section else f"{file}.{key}"
                if name in _ORDERED:
                    ordered[name] = tuple(_compile(file, key, [phrase]) for phrase in part[key])
                else:
                    patterns[name] = _compile(file, name.partition(".")[2], part[key])
    kinds = tuple(
        Named(str(o["code"]), str(o["message"]), _compile("kinds", f"others.{o['code']}", o["titles"])) for o in files["kinds"]["others"]
    )
    regions = tuple((int(o["weight"]), _compile("metadata", "regions", o["phrases"])) for o in files["metadata"]["regions"])
    provinces: dict[str, tuple[str, str]] = {}
    lists = _load(folder, "provinces")
    _check_keys("provinces", "", lists, {"current", "former"})
    for entry in [*lists["former"], *lists["current"]]:
        for spelling in [entry["name"], *entry.get("also", [])]:
            provinces[" ".join(fold_aligned(spelling).split())] = (entry["name"], spelling)
    names = sorted(provinces, key=len, reverse=True)
    province = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in names) + r")(?!\w)")
    return StructureRules(patterns, kinds, ordered, regions, provinces, province)

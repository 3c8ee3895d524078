"""What is data about the tree of units (`grading_rules/organisations.yaml`), read strictly: kinds, ownerships, ways of writing names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.grading.catalogue import RULES
from app.grading.strict import Reader, RuleFileError, read_yaml
from app.organisations.models import KINDS, OWNERSHIPS

FILE = "organisations.yaml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit. `under`: kinds of its parent; `ended`: the first day on which no unit of this kind stands any more."""

    id: str
    label: str
    also: tuple[str, ...]
    under: tuple[str, ...]
    ended: date | None


@dataclass(frozen=True, slots=True)
class Ownership:
    id: str
    label: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganisationRules:
    kinds: Mapping[str, Kind]
    ownerships: Mapping[str, Ownership]
    abbreviations: Mapping[str, str]
    leading: tuple[str, ...]
    not_names: tuple[str, ...]


def load(folder: Path = RULES) -> OrganisationRules:
    """The rules of a folder. Raises RuleFileError with every problem found."""
    reader = Reader()
    top = reader.mapping(read_yaml(folder / FILE), (), ("kinds", "ownerships", "abbreviations", "leading", "not_names"))
    kinds = [_kind(reader, one, n) for n, one in enumerate(reader.listing(top.get("kinds", []), ("kinds",)))]
    ownerships = [_ownership(reader, one, n) for n, one in enumerate(reader.listing(top.get("ownerships", []), ("ownerships",)))]
    for place, found, wanted in (
        ("kinds", [one.id for one in kinds], KINDS),
        ("ownerships", [one.id for one in ownerships], OWNERSHIPS),
    ):
        if sorted(found) != sorted(wanted):
            reader.fail((place,), f"phải có đúng các mã: {', '.join(wanted)}")
    short = top.get("abbreviations", {})
    if not isinstance(short, dict) or not all(isinstance(one, str) and one.strip() for pair in short.items() for one in pair):
        reader.fail(("abbreviations",), "mỗi chữ viết tắt phải có một dòng chữ đầy đủ")
        short = {}
    leading, not_names = reader.texts(top, "leading", ()), reader.texts(top, "not_names", ())
    if reader.problems:
        raise RuleFileError(FILE, reader.problems)
    return OrganisationRules({one.id: one for one in kinds}, {one.id: one for one in ownerships}, short, leading, not_names)


@lru_cache(maxsize=1)
def rules() -> OrganisationRules:
    """The shipped rules."""
    return load()


def check_organisations(folder: Path = RULES) -> list[str]:
    """Every problem of the file, one Vietnamese line each."""
    try:
        load(folder)
    except RuleFileError as error:
        return str(error).splitlines()
    return []


def _kind(reader: Reader, data: Any, n: int) -> Kind:
    place = ("kinds", n)
    row = reader.mapping(data, place, ("id", "label", "under"), ("also", "ended", "basis"))
    under = reader.texts(row, "under", place)
    for one in under:
        if one not in KINDS:
            reader.fail((*place, "under"), f"«{one}» không dùng được; được dùng: {', '.join(KINDS)}")
    if ("ended" in row) != ("basis" in row):
        reader.fail(place, "ended phải đi cùng basis (căn cứ)")
    return Kind(
        reader.choice(row, "id", place, KINDS),
        reader.text(row, "label", place),
        reader.texts(row, "also", place),
        under,
        reader.day(row, "ended", place) if "ended" in row else None,
    )


def _ownership(reader: Reader, data: Any, n: int) -> Ownership:
    place = ("ownerships", n)
    row = reader.mapping(data, place, ("id", "label"), ("also",))
    return Ownership(reader.choice(row, "id", place, OWNERSHIPS), reader.text(row, "label", place), reader.texts(row, "also", place))

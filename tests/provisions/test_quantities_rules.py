"""The rule file is read strictly: one deliberate fault each; and a new word in it is understood without any code."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.provisions.quantities import Grammar, QuantityRulesError
from app.provisions.quantities.vocabulary import RULES, load, read
from tests.provisions.quantity_cases import short

RAW: dict[str, Any] = yaml.safe_load(RULES.read_text("utf-8"))


def _set(path: str, value: Any) -> Callable[[Any], None]:
    def change(raw: Any) -> None:
        *front, last = path.split(".")
        for key in front:
            raw = raw[int(key)] if key.isdigit() else raw[key]
        if value is None:
            del raw[last]
        else:
            raw[last] = value

    return change


FAULTS = [
    (_set("quantites", []), "quantities.unknown_key", "quantites"),
    (_set("units.fortnight", ["hai tuần"]), "quantities.unknown_key", "fortnight"),
    (_set("periods.decade", ["thập kỷ"]), "quantities.unknown_key", "decade"),
    (_set("bases.dream_wage", ["lương mơ ước"]), "quantities.unknown_key", "dream_wage"),
    (_set("bounds.before.about", ["khoảng"]), "quantities.unknown_key", "about"),
    (_set("numerals.digits", None), "quantities.missing_key", "digits"),
    (_set("calendar", None), "quantities.missing_key", "calendar"),
    (_set("roles.0.colour", "red"), "quantities.unknown_key", "colour"),
    (_set("roles.0.role", "bonus"), "quantities.bad_value", "role"),
    (_set("roles.0.kinds", ["money", "gold"]), "quantities.bad_value", "kinds"),
    (_set("roles.0.bounds", ["about"]), "quantities.bad_value", "bounds"),
    (_set("roles.0.until", "dawn"), "quantities.bad_value", "until"),
    (_set("roles.0.reach", "far"), "quantities.bad_value", "số"),
    (_set("roles.0.contrast", "yes"), "quantities.bad_value", "contrast"),
    (_set("roles.1.id", "more"), "quantities.bad_value", "more"),
    (_set("roles.0.before", None), "quantities.missing_key", "before"),
    (_set("roles.0.weight", None), "quantities.missing_key", "weight"),
    (_set("units.money", "đồng"), "quantities.bad_value", "danh sách"),
    (_set("units.money", ["Đồng"]), "quantities.bad_value", "viết thường"),
    (_set("units.money", ["(đồng|đ"]), "quantities.bad_value", "thiếu dấu )"),
    (_set("numerals.scales", {"triệu": "nhiều"}), "quantities.bad_value", "số"),
    (_set("kind_groups", {"long": ["eternity"]}), "quantities.bad_value", "long"),
    (_set("schema", "thuoc.quantities/0"), "quantities.bad_value", "schema"),
]


@pytest.mark.parametrize(("change", "code", "named"), FAULTS, ids=[f"{n}-{f[2]}" for n, f in enumerate(FAULTS)])
def test_a_fault_is_refused_by_name(change: Callable[[Any], None], code: str, named: str) -> None:
    raw = copy.deepcopy(RAW)
    change(raw)
    with pytest.raises(QuantityRulesError) as error:
        read(raw, "quantities.yaml")
    assert error.value.code == code
    assert named in error.value.message
    assert "quantities.yaml" in error.value.message
    assert "\n" not in error.value.message


def test_an_unknown_key_names_the_allowed_ones() -> None:
    raw = copy.deepcopy(RAW)
    raw["range"]["between"] = []
    with pytest.raises(QuantityRulesError) as error:
        read(raw)
    assert "to, from, change" in error.value.message


def test_a_missing_file_and_broken_yaml_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(QuantityRulesError) as error:
        load(tmp_path / "quantities.yaml")
    assert error.value.code == "quantities.not_found"
    (tmp_path / "quantities.yaml").write_text("units: [\n", encoding="utf-8")
    with pytest.raises(QuantityRulesError) as error:
        load(tmp_path / "quantities.yaml")
    assert error.value.code == "quantities.not_yaml"


def test_a_word_added_to_the_file_is_understood(tmp_path: Path) -> None:
    raw = copy.deepcopy(RAW)
    raw["units"]["day"].append("bữa nghỉ phép")
    raw["bounds"]["before"]["at_least"].append("chẳng thua")
    raw["roles"].append({"id": "dowry", "role": "other", "before": ["của hồi môn"], "reach": 2, "weight": 90})
    path = tmp_path / "quantities.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    changed = Grammar(path)
    assert short(changed.parse("Được chẳng thua 3 bữa nghỉ phép.")) == "day 3 at_least"
    assert short(changed.parse("Của hồi môn 5 triệu đồng.")) == "money 5000000 other"
    assert short(Grammar().parse("Của hồi môn 5 triệu đồng.")) == "money 5000000"


def test_every_kind_of_word_has_some_words() -> None:
    vocabulary = load()
    for section in ("units", "bases"):
        assert all(vocabulary.words[section].values()), section
    assert len(vocabulary.roles) > 30

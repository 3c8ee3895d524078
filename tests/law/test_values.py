from __future__ import annotations

from datetime import date

import pytest

from app.law.loader import Law, load_law
from app.law.model import GoldenLookup
from app.law.schema import LawError
from app.law.values import value_on
from tests.law.makers import day


@pytest.mark.parametrize("lookup", load_law().golden, ids=lambda g: f"{g.parameter}@{g.day}")
def test_every_golden_lookup_holds(law: Law, lookup: GoldenLookup) -> None:
    value = value_on(law, lookup.parameter, lookup.day)
    assert value is not None
    assert value.value == lookup.expect


def test_there_are_34_golden_lookups_and_416_parameters_with_801_values(law: Law) -> None:
    assert len(law.golden) == 34
    parameters = list(law.parameters())
    assert len(parameters) == 416
    assert sum(len(p.values) for p in parameters) == 801


@pytest.mark.parametrize(
    ("parameter", "on", "source"),
    [
        ("annual_leave_days_normal", "2024-05-01", "điểm a khoản 1 Điều 113 Bộ luật Lao động 45/2019/QH14"),
        ("annual_leave_days_normal", "2018-05-01", "điểm a khoản 1 Điều 111 Bộ luật Lao động 10/2012/QH13"),
        ("probation_pay_percent", "2021-01-01", "Điều 26 Bộ luật Lao động 45/2019/QH14"),
        ("min_wage_month_region_ii", "2026-02-01", "khoản 1 Điều 3 Nghị định 293/2025/NĐ-CP"),
        ("accident_compensation_5_10_percent_months", "2020-01-01", "điểm a khoản 4 Điều 38 Luật An toàn, vệ sinh lao động 84/2015/QH13"),
        ("hazard_food_allowance_level_1", "2022-03-10", "khoản 2 Điều 2 Thông tư 25/2013/TT-BLĐTBXH"),
    ],
)  # fmt: skip
def test_source_is_cited_as_lawyers_write_it(law: Law, parameter: str, on: str, source: str) -> None:
    value = value_on(law, parameter, day(on))
    assert value is not None
    assert value.source == source


def test_value_says_when_it_came_into_force_until_when_and_how_it_was_verified(law: Law) -> None:
    value = value_on(law, "min_wage_month_region_iii", date(2024, 2, 28))
    assert value is not None
    assert (value.number, value.in_force_from, value.in_force_to) == (3640000, date(2022, 7, 1), date(2024, 6, 30))
    assert value.verified == "seen_secondary"
    assert value_on(law, "min_wage_month_region_iii", date(2019, 5, 1)).verified == "memory"  # type: ignore[union-attr]


def test_no_value_before_the_first_and_none_after_the_last_ended(law: Law) -> None:
    assert value_on(law, "min_wage_month_region_i", date(2018, 12, 31)) is None
    assert value_on(law, "min_wage_hour_region_i", date(2022, 6, 30)) is None


def test_end_of_a_value_without_one_is_the_day_before_the_next(law: Law) -> None:
    value = value_on(law, "retirement_age_men", date(2024, 6, 1))
    assert value is not None
    assert value.in_force_to == date(2024, 12, 31)


def test_floor_by_date_overrides_the_floor(law: Law) -> None:
    before = value_on(law, "min_wage_trained_worker_premium_percent", date(2022, 6, 30))
    after = value_on(law, "min_wage_trained_worker_premium_percent", date(2022, 7, 1))
    assert before is not None
    assert after is not None
    assert (before.floor, before.binding) == ("minimum", True)
    assert (after.floor, after.binding) == ("none", False)


def test_disputed_only_while_the_disputed_reading_is_in_force(law: Law) -> None:
    assert value_on(law, "overtime_max_hours_month", date(2022, 3, 31)).disputed is False  # type: ignore[union-attr]
    assert value_on(law, "overtime_max_hours_month", date(2022, 4, 1)).disputed is True  # type: ignore[union-attr]


def test_unknown_parameter_is_an_error(law: Law) -> None:
    with pytest.raises(LawError, match="không có tham số pháp luật “annual_leave”") as error:
        value_on(law, "annual_leave", date(2024, 1, 1))
    assert error.value.code == "law.unknown_parameter"

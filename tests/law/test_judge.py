"""Every provision that has a law behind it, on several days and in several regions: the verdict with the article it cites."""

from __future__ import annotations

from typing import Any

import pytest

from app.grading.catalogue import Catalogue
from app.law.finding import Finding
from app.law.judge import judge
from app.law.loader import Law
from tests.law.makers import agreement, day, promise, quantity

Y2019, Y2021, M2022, M2024, Y2026, M2026 = "2019-06-01", "2021-03-01", "2022-07-01", "2024-07-01", "2026-01-01", "2026-07-01"
CODE12, CODE19 = "Bộ luật Lao động 10/2012/QH13", "Bộ luật Lao động 45/2019/QH14"
SI14 = "Luật Bảo hiểm xã hội 58/2014/QH13"
SI24 = "Luật Bảo hiểm xã hội 41/2024/QH15"
UNION12 = "Luật Công đoàn 12/2012/QH13"
UNION24 = "Luật Công đoàn 50/2024/QH15"
D145 = "Nghị định 145/2020/NĐ-CP"
D90 = "Nghị định 90/2019/NĐ-CP"
OSH = "Luật An toàn, vệ sinh lao động 84/2015/QH13"


def judged(law: Law, catalogue: Catalogue, provision: str, amount: float | None, unit: str | None, on: str, **more: Any) -> Finding:
    words = more.pop("words", "Công ty bảo đảm mức này cho người lao động.")
    metadata = {key: more.pop(key) for key in ("wage_region", "province", "place") if key in more}
    of = agreement(words, **metadata)
    (finding,) = judge(of, [promise(of, provision, amount, unit, **more)], on=day(on), law=law, catalogue=catalogue)
    return finding


PREGNANT = "pregnant_heavy_work_transfer_or_hour_cut_minutes"

# provision, amount, unit, day, verdict, parameter, article
TABLE = [
    # employment
    ("probation_pay", 85, "percent", Y2019, "equal", "probation_pay_percent", f"Điều 28 {CODE12}"),
    ("probation_pay", 85, "percent", M2024, "equal", "probation_pay_percent", f"Điều 26 {CODE19}"),
    ("probation_pay", 100, "percent", Y2026, "better", "probation_pay_percent", f"Điều 26 {CODE19}"),
    ("probation_pay", 80, "percent", M2022, "below", "probation_pay_percent", f"Điều 26 {CODE19}"),
    ("transfer_pay", 85, "percent", M2024, "equal", "transfer_new_wage_min_percent", f"khoản 3 Điều 29 {CODE19}"),
    ("transfer_pay", 90, "percent", Y2026, "better", "transfer_new_wage_min_percent", f"khoản 3 Điều 29 {CODE19}"),
    ("transfer_pay", 70, "percent", Y2019, "below", "transfer_new_wage_min_percent", f"khoản 3 Điều 31 {CODE12}"),
    ("severance_allowance", 0.5, "month_wage", M2024, "equal", "severance_months_per_year", f"khoản 1 Điều 46 {CODE19}"),
    ("severance_allowance", 1, "month_wage", M2024, "better", "severance_months_per_year", f"khoản 1 Điều 46 {CODE19}"),
    ("severance_allowance", 0.25, "month_wage", Y2019, "below", "severance_months_per_year", f"khoản 1 Điều 48 {CODE12}"),
    ("job_loss_allowance", 1, "month_wage", M2024, "equal", "job_loss_months_per_year", f"khoản 1 Điều 47 {CODE19}"),
    ("job_loss_allowance", 1.5, "month_wage", Y2026, "better", "job_loss_months_per_year", f"khoản 1 Điều 47 {CODE19}"),
    # overtime pay
    ("overtime_weekday", 150, "percent", Y2019, "equal", "overtime_weekday_percent", f"điểm a khoản 1 Điều 97 {CODE12}"),
    ("overtime_weekday", 120, "percent", M2024, "below", "overtime_weekday_percent", f"điểm a khoản 1 Điều 98 {CODE19}"),
    ("overtime_weekday", 160, "percent", M2026, "better", "overtime_weekday_percent", f"điểm a khoản 1 Điều 98 {CODE19}"),
    ("overtime_rest_day", 200, "percent", M2022, "equal", "overtime_weekly_rest_percent", f"điểm b khoản 1 Điều 98 {CODE19}"),
    ("overtime_rest_day", 210, "percent", M2022, "better", "overtime_weekly_rest_percent", f"điểm b khoản 1 Điều 98 {CODE19}"),
    ("overtime_holiday", 300, "percent", M2024, "equal", "overtime_holiday_percent", f"điểm c khoản 1 Điều 98 {CODE19}"),
    ("overtime_holiday", 200, "percent", M2024, "below", "overtime_holiday_percent", f"điểm c khoản 1 Điều 98 {CODE19}"),
    ("night_work", 30, "percent", Y2019, "equal", "night_work_premium_percent", f"khoản 2 Điều 97 {CODE12}"),
    ("night_work", 35, "percent", M2024, "better", "night_work_premium_percent", f"khoản 2 Điều 98 {CODE19}"),
    ("night_overtime", 20, "percent", M2024, "equal", "night_overtime_extra_percent", f"khoản 3 Điều 98 {CODE19}"),
    ("night_overtime", 30, "percent", M2024, "better", "night_overtime_extra_percent", f"khoản 3 Điều 98 {CODE19}"),
    ("stoppage_pay", 100, "percent", M2024, "equal", "stoppage_pay_employer_fault_percent", f"khoản 1 Điều 99 {CODE19}"),
    ("stoppage_pay", 70, "percent", M2024, "below", "stoppage_pay_employer_fault_percent", f"khoản 1 Điều 99 {CODE19}"),
    # working time
    ("weekly_hours", 48, "hour/week", Y2019, "equal", "hours_per_week_max", f"khoản 1 Điều 104 {CODE12}"),
    ("weekly_hours", 44, "hour/week", M2024, "better", "hours_per_week_max", f"khoản 1 Điều 105 {CODE19}"),
    ("weekly_hours", 54, "hour/week", M2024, "below", "hours_per_week_max", f"khoản 1 Điều 105 {CODE19}"),
    ("daily_hours", 8, "hour/day", M2024, "equal", "hours_per_day_max", f"khoản 1 Điều 105 {CODE19}"),
    ("daily_hours", 7.5, "hour/day", M2024, "better", "hours_per_day_max", f"khoản 1 Điều 105 {CODE19}"),
    ("shift_break", 30, "minute", M2024, "equal", "shift_break_day_minutes", f"khoản 1 Điều 109 {CODE19}"),
    ("shift_break", 45, "minute", M2024, "better", "shift_break_day_minutes", f"khoản 1 Điều 109 {CODE19}"),
    ("shift_break", 20, "minute", Y2019, "below", "shift_break_day_minutes", f"khoản 1 Điều 108 {CODE12}"),
    ("overtime_cap", 30, "hour/month", Y2019, "equal", "overtime_max_hours_month", f"điểm b khoản 2 Điều 106 {CODE12}"),
    ("overtime_cap", 40, "hour/month", Y2019, "below", "overtime_max_hours_month", f"điểm b khoản 2 Điều 106 {CODE12}"),
    ("overtime_cap", 40, "hour/month", Y2021, "equal", "overtime_max_hours_month", f"điểm b khoản 2 Điều 107 {CODE19}"),
    ("overtime_cap", 30, "hour/month", M2024, "better", "overtime_max_hours_month", f"điểm b khoản 2 Điều 107 {CODE19}"),
    ("overtime_cap", 72, "hour/month", M2024, "below", "overtime_max_hours_month", f"điểm b khoản 2 Điều 107 {CODE19}"),
    ("overtime_cap", 200, "hour/year", M2024, "equal", "overtime_max_hours_year", f"điểm c khoản 2 Điều 107 {CODE19}"),
    ("overtime_cap", 300, "hour/year", M2024, "equal", "overtime_max_hours_year_special", f"khoản 3 Điều 107 {CODE19}"),
    ("overtime_cap", 400, "hour/year", M2024, "below", "overtime_max_hours_year_special", f"khoản 3 Điều 107 {CODE19}"),
    ("overtime_cap", 4, "hour/day", M2024, "equal", "overtime_max_percent_of_day", f"điểm b khoản 2 Điều 107 {CODE19}"),
    ("overtime_cap", 12, "hour/day", M2024, "equal", "overtime_total_hours_day_max", f"điểm b khoản 2 Điều 107 {CODE19}"),
    ("weekly_rest", 1, "day", M2024, "equal", "weekly_rest_hours", f"khoản 1 Điều 111 {CODE19}"),
    ("weekly_rest", 1.5, "day", M2024, "better", "weekly_rest_hours", f"khoản 1 Điều 111 {CODE19}"),
    ("weekly_rest", 24, "hour", Y2019, "equal", "weekly_rest_hours", f"khoản 1 Điều 110 {CODE12}"),
    ("weekly_rest", 2, "day/month", M2024, "below", "weekly_rest_days_month_average", f"khoản 1 Điều 111 {CODE19}"),
    # rest
    ("annual_leave", 12, "day/year", Y2019, "equal", "annual_leave_days_normal", f"điểm a khoản 1 Điều 111 {CODE12}"),
    ("annual_leave", 12, "day/year", Y2021, "equal", "annual_leave_days_normal", f"điểm a khoản 1 Điều 113 {CODE19}"),
    ("annual_leave", 10, "day/year", M2022, "below", "annual_leave_days_normal", f"điểm a khoản 1 Điều 113 {CODE19}"),
    ("annual_leave", 14, "day/year", M2026, "better", "annual_leave_days_normal", f"điểm a khoản 1 Điều 113 {CODE19}"),
    ("annual_leave_hazardous", 14, "day/year", M2024, "equal", "annual_leave_days_heavy", f"điểm b khoản 1 Điều 113 {CODE19}"),
    ("annual_leave_hazardous", 12, "day/year", M2024, "below", "annual_leave_days_heavy", f"điểm b khoản 1 Điều 113 {CODE19}"),
    ("annual_leave_seniority", 5, "year", M2024, "equal", "annual_leave_seniority_years_per_day", f"Điều 114 {CODE19}"),
    ("annual_leave_seniority", 3, "year", Y2019, "better", "annual_leave_seniority_years_per_day", f"Điều 112 {CODE12}"),
    ("annual_leave_seniority", 6, "year", M2024, "below", "annual_leave_seniority_years_per_day", f"Điều 114 {CODE19}"),
    ("public_holidays", 10, "day/year", Y2019, "equal", "public_holidays_days_per_year", f"khoản 1 Điều 115 {CODE12}"),
    ("public_holidays", 10, "day/year", Y2021, "below", "public_holidays_days_per_year", f"khoản 1 Điều 112 {CODE19}"),
    ("public_holidays", 11, "day/year", "2026-06-30", "equal", "public_holidays_days_per_year", f"khoản 1 Điều 112 {CODE19}"),
    ("public_holidays", 12, "day/year", Y2026, "better", "public_holidays_days_per_year", f"khoản 1 Điều 112 {CODE19}"),
    ("public_holidays", 11, "day/year", M2026, "below", "public_holidays_days_per_year", "khoản 1 Điều 2 Nghị quyết 28/2026/QH16"),
    ("public_holidays", 12, "day/year", M2026, "equal", "public_holidays_days_per_year", "khoản 1 Điều 2 Nghị quyết 28/2026/QH16"),
    ("leave_marriage", 3, "day", Y2019, "equal", "personal_leave_marriage_days", f"điểm a khoản 1 Điều 116 {CODE12}"),
    ("leave_marriage", 2, "day", M2022, "below", "personal_leave_marriage_days", f"điểm a khoản 1 Điều 115 {CODE19}"),
    ("leave_marriage", 5, "day", M2024, "better", "personal_leave_marriage_days", f"điểm a khoản 1 Điều 115 {CODE19}"),
    ("leave_child_marriage", 1, "day", M2024, "equal", "personal_leave_child_marriage_days", f"điểm b khoản 1 Điều 115 {CODE19}"),
    ("leave_child_marriage", 2, "day", M2024, "better", "personal_leave_child_marriage_days", f"điểm b khoản 1 Điều 115 {CODE19}"),
    ("leave_bereavement", 3, "day", M2024, "equal", "personal_leave_death_parent_days", f"điểm c khoản 1 Điều 115 {CODE19}"),
    ("leave_bereavement", 5, "day", M2024, "better", "personal_leave_death_parent_days", f"điểm c khoản 1 Điều 115 {CODE19}"),
    ("leave_other_bereavement", 1, "day", M2024, "better", "unpaid_leave_death_grandparent_sibling_days", f"khoản 2 Điều 115 {CODE19}"),
    # safety and health
    ("health_check", 1, "times/year", M2024, "equal", "health_check_per_year", f"khoản 1 Điều 21 {OSH}"),
    ("health_check", 2, "times/year", M2024, "better", "health_check_per_year", f"khoản 1 Điều 21 {OSH}"),
    ("health_check", 0.5, "times/year", Y2019, "below", "health_check_per_year", f"khoản 1 Điều 21 {OSH}"),
    ("in_kind_allowance", 10000, "VND/day", M2022, "equal", "hazard_food_allowance_level_1", "khoản 2 Điều 2 Thông tư 25/2013/TT-BLĐTBXH"),
    ("in_kind_allowance", 13000, "VND/day", M2022, "better", "hazard_food_allowance_level_1", "khoản 2 Điều 2 Thông tư 25/2013/TT-BLĐTBXH"),
    ("in_kind_allowance", 13000, "VND/day", M2024, "equal", "hazard_food_allowance_level_1", "khoản 1 Điều 4 Thông tư 24/2022/TT-BLĐTBXH"),
    ("in_kind_allowance", 18000, "VND/day", Y2026, "better", "hazard_food_allowance_level_1", "khoản 1 Điều 4 Thông tư 24/2022/TT-BLĐTBXH"),
    ("in_kind_allowance", 10000, "VND/day", M2024, "below", "hazard_food_allowance_level_1", "khoản 1 Điều 4 Thông tư 24/2022/TT-BLĐTBXH"),
    ("accident_support", 1.5, "month_wage", M2024, "equal", "accident_compensation_5_10_percent_months", f"điểm a khoản 4 Điều 38 {OSH}"),
    ("accident_support", 2, "month_wage", M2024, "better", "accident_compensation_5_10_percent_months", f"điểm a khoản 4 Điều 38 {OSH}"),
    ("accident_support", 30, "month_wage", M2024, "equal", "accident_compensation_81_or_death_months", f"điểm b khoản 4 Điều 38 {OSH}"),
    ("accident_support", 100, "percent", M2024, "equal", "accident_wage_during_treatment_percent", f"khoản 3 Điều 38 {OSH}"),
    ("accident_support", 40, "percent", M2024, "equal", "accident_allowance_worker_fault_percent", f"khoản 5 Điều 38 {OSH}"),
    ("accident_support", 50, "percent", M2024, "better", "accident_allowance_worker_fault_percent", f"khoản 5 Điều 38 {OSH}"),
    # women and family
    ("nursing_break", 60, "minute/day", Y2019, "equal", "nursing_break_minutes_per_day", f"khoản 5 Điều 155 {CODE12}"),
    ("nursing_break", 90, "minute/day", M2024, "better", "nursing_break_minutes_per_day", f"khoản 4 Điều 137 {CODE19}"),
    ("menstrual_break", 30, "minute/day", M2024, "equal", "menstruation_break_minutes_per_day", f"khoản 4 Điều 137 {CODE19}"),
    ("menstrual_break", 2, "day/month", M2024, "below", "menstruation_break_days_per_month", f"điểm a khoản 3 Điều 80 {D145}"),
    ("pregnancy_protection", 7, "month", M2024, "equal", "maternity_no_night_ot_month", f"điểm a khoản 1 Điều 137 {CODE19}"),
    ("pregnancy_protection", 5, "month", M2024, "better", "maternity_no_night_ot_month", f"điểm a khoản 1 Điều 137 {CODE19}"),
    ("pregnancy_protection", 1, "hour/day", M2024, "equal", PREGNANT, f"khoản 2 Điều 137 {CODE19}"),
    ("pregnancy_protection", 2, "hour/day", M2024, "better", PREGNANT, f"khoản 2 Điều 137 {CODE19}"),
    ("prenatal_leave", 5, "times/year", M2024, "equal", "prenatal_check_times", f"khoản 1 Điều 32 {SI14}"),
    ("prenatal_leave", 7, "times/year", Y2026, "better", "prenatal_check_times", f"khoản 1 Điều 51 {SI24}"),
    ("prenatal_leave", 1, "day", "2025-06-30", "equal", "prenatal_check_days_per_visit", f"khoản 1 Điều 32 {SI14}"),
    ("prenatal_leave", 1, "day", "2025-07-01", "below", "prenatal_check_days_per_visit", f"khoản 1 Điều 51 {SI24}"),
    ("maternity_leave", 6, "month", M2024, "equal", "maternity_leave_months", f"khoản 1 Điều 139 {CODE19}"),
    ("maternity_leave", 7, "month", M2024, "better", "maternity_leave_months", f"khoản 1 Điều 139 {CODE19}"),
    ("maternity_leave", 4, "month", M2024, "below", "maternity_leave_months", f"khoản 1 Điều 139 {CODE19}"),
    ("paternity_leave", 5, "day", M2024, "equal", "paternity_leave_days_normal", f"điểm a khoản 2 Điều 34 {SI14}"),
    ("paternity_leave", 7, "day", Y2026, "equal", "paternity_leave_days_surgery_or_premature", f"điểm b khoản 2 Điều 53 {SI24}"),
    # union and dialogue
    ("union_paid_time", 24, "hour/month", M2024, "equal", "union_officer_paid_hours_chair", f"khoản 2 Điều 24 {UNION12}"),
    ("union_paid_time", 12, "hour/month", Y2026, "equal", "union_officer_paid_hours_committee", f"khoản 2 Điều 27 {UNION24}"),
    ("union_paid_time", 32, "hour/month", M2024, "better", "union_officer_paid_hours_chair", f"khoản 2 Điều 24 {UNION12}"),
    ("union_fund", 2, "percent", M2024, "equal", "union_fund_percent", f"khoản 2 Điều 26 {UNION12}"),
    ("union_fund", 3, "percent", Y2026, "better", "union_fund_percent", f"điểm b khoản 1 Điều 29 {UNION24}"),
    ("dialogue_frequency", 4, "times/year", Y2019, "equal", "dialogue_regular_per_year", f"khoản 1 Điều 65 {CODE12}"),
    ("dialogue_frequency", 2, "times/year", Y2019, "below", "dialogue_regular_per_year", f"khoản 1 Điều 65 {CODE12}"),
    ("dialogue_frequency", 2, "times/year", Y2021, "better", "dialogue_regular_per_year", f"điểm a khoản 2 Điều 63 {CODE19}"),
    ("dialogue_frequency", 1, "times/year", M2026, "equal", "dialogue_regular_per_year", f"điểm a khoản 2 Điều 63 {CODE19}"),
    ("workers_conference", 1, "times/year", M2024, "equal", "workers_conference_per_year", f"khoản 1 Điều 47 {D145}"),
    ("workers_conference", 2, "times/year", M2024, "better", "workers_conference_per_year", f"khoản 1 Điều 47 {D145}"),
    # premiums that were law until a day
    ("trained_worker_premium", 7, "percent", Y2021, "equal", "min_wage_trained_worker_premium_percent", f"điểm b khoản 1 Điều 5 {D90}"),
    ("trained_worker_premium", 5, "percent", Y2021, "below", "min_wage_trained_worker_premium_percent", f"điểm b khoản 1 Điều 5 {D90}"),
    ("hazard_allowance", 5, "percent", Y2019, "equal", "wage_scale_heavy_work_premium_percent", "khoản 3 Điều 7 Nghị định 49/2013/NĐ-CP"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("provision", "amount", "unit", "on", "verdict", "parameter", "source"),
    TABLE,
    ids=[f"{row[0]}-{row[1]}-{row[2].replace('/', '_')}-{row[3]}" for row in TABLE],
)
def test_amount_against_the_law_of_its_day(
    law: Law, catalogue: Catalogue, provision: str, amount: float, unit: str, on: str, verdict: str, parameter: str, source: str
) -> None:
    finding = judged(law, catalogue, provision, amount, unit, on)
    assert finding.baseline is not None
    assert (finding.verdict, finding.baseline.id, finding.baseline.source) == (verdict, parameter, source)
    assert finding.unlawful == ("below_statutory_floor" if verdict == "below" else None)
    assert not finding.needs_review


# region, day, hour's or month's minimum, article
MINIMUM = [
    ("I", "2020-06-01", 4420000, f"khoản 1 Điều 3 {D90}"),
    ("IV", "2022-03-10", 3070000, f"khoản 1 Điều 3 {D90}"),
    ("IV", M2022, 3250000, "khoản 1 Điều 3 Nghị định 38/2022/NĐ-CP"),
    ("III", "2024-06-30", 3640000, "khoản 1 Điều 3 Nghị định 38/2022/NĐ-CP"),
    ("III", M2024, 3860000, "khoản 1 Điều 3 Nghị định 74/2024/NĐ-CP"),
    ("II", "2025-12-31", 4410000, "khoản 1 Điều 3 Nghị định 74/2024/NĐ-CP"),
    ("II", Y2026, 4730000, "khoản 1 Điều 3 Nghị định 293/2025/NĐ-CP"),
    ("I", M2026, 5310000, "khoản 1 Điều 3 Nghị định 293/2025/NĐ-CP"),
]


@pytest.mark.parametrize(("region", "on", "minimum", "source"), MINIMUM)
@pytest.mark.parametrize(("difference", "verdict"), [(0, "equal"), (1000, "better"), (-1000, "below")])
def test_lowest_wage_against_the_regions_minimum_of_the_day(
    law: Law, catalogue: Catalogue, region: str, on: str, minimum: int, source: str, difference: int, verdict: str
) -> None:
    finding = judged(law, catalogue, "lowest_wage", minimum + difference, "VND/month", on, wage_region=region)
    assert finding.baseline is not None
    assert (finding.verdict, finding.baseline.amount, finding.baseline.source) == (verdict, minimum, source)
    assert finding.baseline.id == f"min_wage_month_region_{region.lower()}"


def test_lowest_wage_by_the_hour(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "lowest_wage", 17800, "VND/hour", Y2026, wage_region="IV").verdict == "equal"
    assert judged(law, catalogue, "lowest_wage", 17000, "VND/hour", Y2026, wage_region="IV").verdict == "below"


def test_lowest_wage_by_the_hour_before_there_was_one_is_for_a_person(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "lowest_wage", 17000, "VND/hour", Y2021, wage_region="IV")
    assert (finding.verdict, finding.needs_review) == ("equal", True)


def test_trained_workers_minimum_was_seven_percent_higher_until_mid_2022(law: Law, catalogue: Catalogue) -> None:
    words = "Mức lương thấp nhất của công nhân đã qua đào tạo nghề là mức sau."
    equal = judged(law, catalogue, "lowest_wage", 3070000 * 1.07, "VND/month", Y2021, wage_region="IV", words=words)
    below = judged(law, catalogue, "lowest_wage", 3100000, "VND/month", Y2021, wage_region="IV", words=words)
    after = judged(law, catalogue, "lowest_wage", 3300000, "VND/month", M2022, wage_region="IV", words=words)
    assert (equal.verdict, below.verdict, after.verdict) == ("equal", "below", "better")


@pytest.mark.parametrize(
    ("amount", "verdict", "review"),
    [(5400000, "better", False), (3000000, "below", False), (4140000, "equal", True), (4500000, "equal", True)],
)
def test_unknown_region_is_decided_only_where_every_region_agrees(
    law: Law, catalogue: Catalogue, amount: int, verdict: str, review: bool
) -> None:
    finding = judged(law, catalogue, "lowest_wage", amount, "VND/month", Y2026, province="Nghệ An")
    assert (finding.verdict, finding.needs_review) == (verdict, review)
    if review:
        assert finding.reason == "Chưa xác định được vùng lương tối thiểu của nơi làm việc; cần người xem."


def test_region_from_the_province_narrows_the_doubt(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "lowest_wage", 4500000, "VND/month", Y2026, province="Hà Tĩnh").verdict == "better"


def test_region_from_the_place_of_work(law: Law, catalogue: Catalogue) -> None:
    place = {"province": "Lai Châu", "place": "xã Mường Than, huyện Than Uyên, tỉnh Lai Châu"}
    finding = judged(law, catalogue, "lowest_wage", 3070000, "VND/month", "2022-03-10", **place)
    assert (finding.verdict, finding.baseline.id) == ("equal", "min_wage_month_region_iv")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("provision", "amount", "unit", "group", "verdict", "parameter"),
    [
        ("annual_leave_hazardous", 16, "day/year", "heavy", "better", "annual_leave_days_heavy"),
        ("annual_leave_hazardous", 16, "day/year", "extra_heavy", "equal", "annual_leave_days_extra_heavy"),
        ("annual_leave_hazardous", 14, "day/year", "extra_heavy", "below", "annual_leave_days_extra_heavy"),
        ("annual_leave", 12, "day/year", "minor", "below", "annual_leave_days_minor"),
        ("annual_leave", 14, "day/year", "disabled", "equal", "annual_leave_days_disabled"),
        ("health_check", 1, "times/year", "heavy", "below", "health_check_interval_months_special"),
        ("health_check", 2, "times/year", "disabled", "equal", "health_check_interval_months_special"),
        ("weekly_hours", 48, "hour/week", "minor", "below", "minor_15_18_hours_week"),
        ("weekly_hours", 40, "hour/week", "minor", "equal", "minor_15_18_hours_week"),
        ("daily_hours", 6, "hour/day", "extra_heavy", "better", "hours_extra_hazardous_max"),
    ],
)
def test_the_workers_group_chooses_the_parameter(
    law: Law, catalogue: Catalogue, provision: str, amount: float, unit: str, group: str, verdict: str, parameter: str
) -> None:
    finding = judged(law, catalogue, provision, amount, unit, M2024, group=group)
    assert (finding.verdict, finding.baseline.id) == (verdict, parameter)  # type: ignore[union-attr]


def test_six_hours_for_extra_heavy_work_was_the_law_until_2020(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "daily_hours", 6, "hour/day", Y2019, group="extra_heavy")
    assert (finding.verdict, finding.baseline.source) == ("equal", f"khoản 3 Điều 104 {CODE12}")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "amount", "unit", "verdict", "parameter"),
    [
        ("Thời gian thử việc đối với người quản lý doanh nghiệp không quá 120 ngày.", 120, "day", "better", "probation_max_days_manager"),
        ("Thử việc không quá 45 ngày với vị trí cần trình độ đại học.", 45, "day", "better", "probation_max_days_college"),
        ("Thử việc không quá 60 ngày với công nhân kỹ thuật.", 60, "day", "below", "probation_max_days_intermediate"),
        ("Thử việc 02 tháng với vị trí cần trình độ cao đẳng.", 2, "month", "equal", "probation_max_days_college"),
        ("Thời gian thử việc của công nhân sản xuất là 03 ngày làm việc.", 3, "day", "better", "probation_max_working_days_other"),
        ("Thời gian thử việc là 90 ngày.", 90, "day", "below", "probation_max_days_college"),
        ("Thử việc 30 ngày với thợ kỹ thuật, 06 ngày với người khác.", 30, "day", "equal", "probation_max_days_intermediate"),
        ("Làm việc ca đêm được nghỉ giữa ca 45 phút.", 45, "minute", "equal", "shift_break_night_minutes"),
        ("Ca đêm được nghỉ giữa ca 30 phút.", 30, "minute", "below", "shift_break_night_minutes"),
        ("Nghỉ giữa ca 45 phút đối với ca ngày và 60 phút đối với ca đêm.", 45, "minute", "better", "shift_break_day_minutes"),
        ("Nghỉ giữa ca ít nhất 30 phút, làm đêm 45 phút.", 30, "minute", "equal", "shift_break_day_minutes"),
        ("Tính giờ theo tuần: không quá 10 giờ một ngày và 48 giờ một tuần.", 10, "hour/day", "equal", "hours_per_day_max_weekly_scheme"),
        ("Mỗi ngày làm việc 10 giờ.", 10, "hour/day", "below", "hours_per_day_max"),
        ("Lao động nước ngoài được nghỉ thêm 02 ngày.", 2, "day/year", "equal", "holiday_foreign_worker_extra_days"),
        ("Tết Âm lịch nghỉ 05 ngày.", 5, "day/year", "equal", "holiday_lunar_new_year_days"),
        ("Tết Nguyên đán nghỉ 07 ngày hưởng nguyên lương.", 7, "day/year", "better", "holiday_lunar_new_year_days"),
        ("Người làm nghề đặc biệt nặng nhọc, độc hại được nghỉ 16 ngày.", 16, "day/year", "equal", "annual_leave_days_extra_heavy"),
        ("Chủ tịch công đoàn cơ sở được dùng 20 giờ mỗi tháng.", 20, "hour/month", "below", "union_officer_paid_hours_chair"),
        ("Ủy viên Ban Chấp hành được dùng 24 giờ mỗi tháng.", 24, "hour/month", "better", "union_officer_paid_hours_committee"),
        ("Vợ chết, chồng chết, con chết: nghỉ 03 ngày.", 3, "day", "equal", "personal_leave_death_spouse_child_days"),
        ("Tạm ứng 50% tiền lương trong thời gian tạm đình chỉ công việc.", 50, "percent", "equal", "suspension_advance_percent"),
        ("Sinh con thứ hai được nghỉ 07 tháng.", 7, "month", "better", "maternity_leave_months_second_child"),
        ("Lao động nữ vùng cao được nghỉ làm đêm từ tháng thứ 06.", 6, "month", "equal", "maternity_no_night_ot_month_highland"),
        ("Nuôi con dưới 12 tháng tuổi không phải làm đêm.", 12, "month", "equal", "nursing_no_night_ot_child_months"),
        ("Mức 2: 20.000 đồng một suất.", 20000, "VND/day", "equal", "hazard_food_allowance_level_2"),
        ("Mức 3: 20.000 đồng một suất.", 20000, "VND/day", "below", "hazard_food_allowance_level_3"),
        ("Tổng mức trả cho làm thêm giờ vào ban đêm ngày lễ là 390%.", 390, "percent", "equal", "night_overtime_total_holiday_percent"),
        ("Thôi việc mà chưa nghỉ hết phép thì được thanh toán 100% tiền lương.", 100, "percent", "equal", "annual_leave_payout_on_leaving"),
    ],
)  # fmt: skip
def test_the_words_choose_the_parameter(
    law: Law, catalogue: Catalogue, words: str, amount: float, unit: str, verdict: str, parameter: str
) -> None:
    provisions = {
        "probation": "probation_length", "shift": "shift_break", "hours": "daily_hours", "holiday": "public_holidays",
        "annual_leave_days": "annual_leave_hazardous", "union": "union_paid_time", "personal": "leave_bereavement",
        "suspension": "wage_advance", "maternity_leave": "maternity_leave", "maternity_no": "pregnancy_protection",
        "nursing": "pregnancy_protection", "hazard": "in_kind_allowance", "night": "night_overtime",
        "annual_leave_payout": "unused_leave_pay",
    }  # fmt: skip
    provision = next(value for key, value in provisions.items() if parameter.startswith(key))
    finding = judged(law, catalogue, provision, amount, unit, M2024, words=words)
    assert (finding.verdict, finding.baseline.id) == (verdict, parameter)  # type: ignore[union-attr]


def test_second_childs_seven_months_are_the_law_from_july_2026(law: Law, catalogue: Catalogue) -> None:
    words = "Sinh con thứ hai được nghỉ 07 tháng."
    finding = judged(law, catalogue, "maternity_leave", 7, "month", M2026, words=words)
    assert (finding.verdict, finding.baseline.source) == ("equal", "khoản 1 Điều 29 Luật Dân số 113/2025/QH15")  # type: ignore[union-attr]


def test_unpaid_and_paid_day_for_a_grandparent(law: Law, catalogue: Catalogue) -> None:
    unpaid = judged(law, catalogue, "leave_other_bereavement", 1, "day", M2024, tags=frozenset({"unpaid"}))
    more = judged(law, catalogue, "leave_other_bereavement", 2, "day", M2024, tags=frozenset({"unpaid"}))
    paid = judged(law, catalogue, "leave_other_bereavement", 1, "day", M2024, tags=frozenset({"unpaid", "full_pay"}))
    assert (unpaid.verdict, more.verdict, paid.verdict) == ("equal", "better", "better")


def test_days_for_a_father_that_the_company_pays_are_better(law: Law, catalogue: Catalogue) -> None:
    paid = judged(law, catalogue, "paternity_leave", 5, "day", M2024, tags=frozenset({"company_pays", "full_pay"}))
    besides = judged(law, catalogue, "paternity_leave", 3, "day", M2024, words="Ngoài chế độ bảo hiểm, nghỉ 03 ngày.")
    assert (paid.verdict, besides.verdict) == ("better", "better")


def test_sick_pay_of_the_fund_is_no_promise_but_what_comes_on_top_is(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "sick_pay_topup", 75, "percent", M2024).verdict == "equal"
    assert judged(law, catalogue, "sick_pay_topup", 25, "percent", M2024).verdict == "better"
    assert judged(law, catalogue, "sick_pay_topup", 30, "day/year", M2024).verdict == "equal"
    assert judged(law, catalogue, "sick_pay_topup", 10, "day/year", M2024).verdict == "better"


def test_premiums_without_a_floor_any_more_are_better(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "trained_worker_premium", 7, "percent", M2022).verdict == "better"
    finding = judged(law, catalogue, "hazard_allowance", 5, "percent", Y2021)
    assert (finding.verdict, finding.baseline) == ("better", None)


@pytest.mark.parametrize("provision", ["holiday_bonus", "wedding_gift", "shift_meal", "tet_bonus", "thirteenth_month"])
def test_what_the_law_does_not_ask_for_is_better(law: Law, catalogue: Catalogue, provision: str) -> None:
    unit = catalogue.provisions[provision].units[0]
    finding = judged(law, catalogue, provision, 1, unit, M2024)
    assert (finding.verdict, finding.baseline, finding.topic) == ("better", None, catalogue.provisions[provision].topic)


@pytest.mark.parametrize(("on", "review"), [("2022-12-01", True), ("2023-05-01", True), (M2026, True), (Y2021, False)])
def test_sixty_hours_a_month_are_disputed_never_below(law: Law, catalogue: Catalogue, on: str, review: bool) -> None:
    finding = judged(law, catalogue, "overtime_cap", 60, "hour/month", on)
    assert (finding.verdict, finding.needs_review) == (("equal", True) if review else ("below", False))
    assert finding.unlawful == (None if review else "below_statutory_floor")
    if review:
        assert "Mức 60 giờ/tháng" in finding.reason


def test_more_than_the_disputed_reading_allows_is_below(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "overtime_cap", 61, "hour/month", M2024).verdict == "below"


def test_yearly_overtime_between_the_two_caps_is_for_a_person(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "overtime_cap", 250, "hour/year", M2024)
    assert (finding.verdict, finding.needs_review, finding.confidence) == ("equal", True, 0.6)


def test_increment_on_top_of_the_law_is_better(law: Law, catalogue: Catalogue) -> None:
    more = {"quantity": quantity(2, role="increment")}
    assert judged(law, catalogue, "annual_leave", 2, "day/year", M2024, **more).verdict == "better"
    assert judged(law, catalogue, "leave_marriage", 2, "day", M2024, tags=frozenset({"increment"})).verdict == "better"


def test_cap_on_a_right_guarantees_nothing(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "leave_marriage", 5, "day", M2024, quantity=quantity(5, bound="at_most"))
    assert (finding.verdict, finding.needs_review) == ("equal", True)
    assert judged(law, catalogue, "leave_marriage", 5, "day", M2024, quantity=quantity(5, bound="at_least")).verdict == "better"


def test_least_number_of_months_for_a_lost_job_is_not_a_rate(law: Law, catalogue: Catalogue) -> None:
    least = quantity(2, "month_wage", bound="at_least")
    words = "Trợ cấp mất việc làm ít nhất bằng 02 tháng tiền lương."
    finding = judged(law, catalogue, "job_loss_allowance", 2, "month_wage", M2024, quantity=least, words=words)
    assert (finding.verdict, finding.baseline.id) == ("equal", "job_loss_min_months")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("provision", "amount", "unit"),
    [
        ("lowest_wage", 300000, "VND/month"),
        ("overtime_weekday", 50, "percent"),
        ("overtime_rest_day", 50, "percent"),
        ("annual_leave", 3, "day/year"),
        ("public_holidays", 1, "day/year"),
        ("job_loss_allowance", 0.5, "month_wage"),
        ("union_paid_time", 4, "hour/month"),
        ("accident_support", 10, "percent"),
    ],
)
def test_figure_that_can_hardly_be_the_whole_is_for_a_person_not_unlawful(
    law: Law, catalogue: Catalogue, provision: str, amount: float, unit: str
) -> None:
    finding = judged(law, catalogue, provision, amount, unit, M2024, wage_region="III")
    assert (finding.verdict, finding.unlawful, finding.needs_review) == ("equal", None, True)
    assert finding.reason


@pytest.mark.parametrize(
    ("words", "provision", "amount", "unit", "verdict"),
    [
        ("Làm thêm ngày lễ trả 400%, đã bao gồm tiền lương ngày lễ.", "overtime_holiday", 400, "percent", "equal"),
        ("Làm thêm ngày lễ trả 400%, chưa bao gồm tiền lương ngày lễ.", "overtime_holiday", 400, "percent", "better"),
        ("Mỗi ca nghỉ giải lao 10 phút.", "shift_break", 10, "minute", "better"),
        ("Nghỉ ít nhất 12 giờ trước khi chuyển sang ca khác.", "weekly_rest", 12, "hour", "equal"),
        ("Nghỉ 10 giờ trước khi chuyển ca.", "weekly_rest", 10, "hour", "below"),
        ("Nghỉ trước khi sinh không quá 02 tháng.", "maternity_leave", 2, "month", "equal"),
        ("Đã nghỉ được 04 tháng thì có thể đi làm sớm.", "maternity_leave", 4, "month", "equal"),
        ("Sinh đôi thì mỗi con nghỉ thêm 01 tháng.", "maternity_leave", 1, "month", "equal"),
        ("Ở xa thì nghỉ 02 ngày cho mỗi lần khám.", "prenatal_leave", 2, "day", "equal"),
        ("Ngừng việc vì bất kỳ nguyên nhân nào cũng trả đủ lương.", "stoppage_pay", 100, "percent", "better"),
        ("Ngừng việc vì thiên tai được trả 80% lương.", "stoppage_pay", 80, "percent", "better"),
        ("Do lỗi của Công ty thì trả 80% lương.", "stoppage_pay", 80, "percent", "below"),
        ("Khám mỗi năm một lần, riêng việc nặng nhọc 06 tháng một lần.", "health_check", 1, "times/year", "equal"),
        ("Người làm việc nặng nhọc, độc hại khám 2 lần mỗi năm.", "health_check", 2, "times/year", "equal"),
        ("Nuôi con dưới 12 tháng nghỉ 60 phút, hành kinh nghỉ 30 phút mỗi ngày.", "nursing_break", 30, "minute/day", "equal"),
        ("Nuôi con dưới 12 tháng nghỉ 60 phút, hành kinh nghỉ 30 phút mỗi ngày.", "menstrual_break", 60, "minute/day", "equal"),
        ("Nuôi con dưới 12 tháng nghỉ 45 phút mỗi ngày.", "nursing_break", 45, "minute/day", "below"),
        ("Nghỉ không hưởng lương 01 ngày khi ông bà chết.", "leave_other_bereavement", 1, "day", "equal"),
        ("Ông bà chết: nghỉ 01 ngày hưởng nguyên lương (luật: không hưởng lương).", "leave_other_bereavement", 1, "day", "better"),
    ],
)  # fmt: skip
def test_the_words_decide_the_case(
    law: Law, catalogue: Catalogue, words: str, provision: str, amount: float, unit: str, verdict: str
) -> None:
    assert judged(law, catalogue, provision, amount, unit, M2024, words=words).verdict == verdict


@pytest.mark.parametrize(("amount", "verdict"), [(90, "below"), (100, "equal"), (110, "better")])
def test_stoppage_pay_as_a_share_of_the_minimum_wage(law: Law, catalogue: Catalogue, amount: int, verdict: str) -> None:
    base = quantity(amount, "percent", base="regional_minimum")
    assert judged(law, catalogue, "stoppage_pay", amount, "percent", M2024, quantity=base).verdict == verdict


# --- what the words say ---


def test_without_a_figure_the_law_referred_to_is_equal_else_the_provisions_own(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "probation_pay", None, None, M2024, refers_to_law=True).verdict == "equal"
    assert judged(law, catalogue, "shuttle_bus", None, None, M2024).verdict == "better"
    assert judged(law, catalogue, "statutory_insurance", None, None, M2024, bare="equal").verdict == "equal"


def test_vague_is_vague_whatever_its_figure(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "leave_marriage", 5, "day", M2024, firmness="vague")
    assert (finding.verdict, finding.firmness) == ("vague", "vague")


def test_guaranteed_minimum_within_discretion_is_compared(law: Law, catalogue: Catalogue) -> None:
    assert judged(law, catalogue, "thirteenth_month", 1, "month_wage", M2024, firmness="firm_minimum").verdict == "better"


@pytest.mark.parametrize(
    ("ruling", "amount", "verdict", "review"),
    [
        ("better", 150, "better", False),  # the words say more than the figure
        ("better", 120, "below", False),
        ("equal", 160, "better", False),
        ("equal", 120, "below", False),
        ("equal", 150, "equal", False),
        ("below", 150, "below", False),
        ("below", 160, "equal", True),
        ("vague", 160, "vague", False),
    ],
)
def test_ruling_of_the_words_stands_unless_the_figure_contradicts_it(
    law: Law, catalogue: Catalogue, ruling: str, amount: int, verdict: str, review: bool
) -> None:
    finding = judged(law, catalogue, "overtime_weekday", amount, "percent", M2024, ruling=ruling)
    assert (finding.verdict, finding.needs_review) == (verdict, review)


def test_digits_and_words_that_disagree_go_to_a_person(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "leave_marriage", 5, "day", M2024, tags=frozenset({"conflict"}))
    assert finding.needs_review
    assert finding.reason == "Số bằng chữ và bằng số không khớp nhau; cần người xem."


def test_what_the_union_pays_is_no_finding(law: Law, catalogue: Catalogue) -> None:
    of = agreement("Quỹ công đoàn chi mừng cưới 500.000 đồng.")
    paid = promise(of, "wedding_gift", 500000, "VND", tags=frozenset({"union_pays"}))
    both = promise(of, "wedding_gift", 500000, "VND", tags=frozenset({"union_pays", "company_pays"}))
    assert judge(of, [paid], on=day(M2024), law=law, catalogue=catalogue) == ()
    assert len(judge(of, [both], on=day(M2024), law=law, catalogue=catalogue)) == 1


# --- forbidden clauses ---


@pytest.mark.parametrize(
    ("kind", "words", "on", "source"),
    [
        ("fine_or_pay_cut", "Đi muộn bị phạt 50.000 đồng.", M2024, f"khoản 2 Điều 127 {CODE19}"),
        ("fine_or_pay_cut", "Đi muộn bị phạt 50.000 đồng.", Y2019, f"khoản 2 Điều 128 {CODE12}"),
        ("deposit_or_documents", "Lái xe đặt cọc 5 triệu đồng.", M2024, f"khoản 2 Điều 17 {CODE19}"),
        ("deposit_or_documents", "Công ty giữ bản chính bằng cấp.", M2024, f"khoản 1 Điều 17 {CODE19}"),
        ("pregnancy_marriage_ban", "Không được kết hôn trong 2 năm đầu.", M2024, f"khoản 3 Điều 137 {CODE19}"),
        ("no_consent_overtime", "Người lao động phải làm thêm khi có lệnh.", M2024, f"điểm a khoản 2 Điều 107 {CODE19}"),
        ("insurance_waiver", "Trả tiền thay bảo hiểm xã hội.", M2024, f"khoản 1 Điều 168 {CODE19}"),
        ("strike_or_union_ban", "Cấm đình công.", M2024, f"Điều 208 {CODE19}"),
        ("strike_or_union_ban", "Không được gia nhập công đoàn.", M2024, f"Điều 175 {CODE19}"),
        ("unlawful_termination", "Nghỉ 3 ngày thì bị sa thải.", M2024, f"khoản 4 Điều 125 {CODE19}"),
        ("excessive_damages", "Khấu trừ 50% lương mỗi tháng.", M2024, f"khoản 3 Điều 102 {CODE19}"),
        ("discrimination", "Chỉ nhận lao động nam.", M2024, f"khoản 1 Điều 8 {CODE19}"),
    ],
)
def test_forbidden_clause_names_the_article_it_breaks(law: Law, catalogue: Catalogue, kind: str, words: str, on: str, source: str) -> None:
    of = agreement(words)
    (finding,) = judge(of, [promise(of, None, unlawful=kind)], on=day(on), law=law, catalogue=catalogue)
    assert (finding.verdict, finding.unlawful, finding.provision) == ("below", kind, None)
    assert finding.baseline is not None
    assert finding.baseline.source == source


def test_forbidden_clause_is_below_even_where_its_words_are_vague(law: Law, catalogue: Catalogue) -> None:
    finding = judged(law, catalogue, "statutory_insurance", None, None, M2024, unlawful="insurance_waiver", firmness="vague")
    assert (finding.verdict, finding.unlawful) == ("below", "insurance_waiver")


# --- one law value changed ---


def test_changing_one_legal_value_changes_the_verdict(rules: Any, catalogue: Catalogue) -> None:
    from app.law.loader import load_law

    path = rules / "law" / "parameters" / "minimum_wage.yaml"
    text = path.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if "value: 4140000" in line)
    new = old.replace("2026-01-01", "2027-01-01").replace("4140000", "4500000")
    assert judged(load_law(rules), catalogue, "lowest_wage", 4200000, "VND/month", "2027-02-01", wage_region="III").verdict == "better"
    path.write_text(text.replace(old, f"{old}\n{new}"), encoding="utf-8")
    finding = judged(load_law(rules), catalogue, "lowest_wage", 4200000, "VND/month", "2027-02-01", wage_region="III")
    assert (finding.verdict, finding.baseline.amount) == ("below", 4500000)  # type: ignore[union-attr]
    earlier = judged(load_law(rules), catalogue, "lowest_wage", 4200000, "VND/month", M2026, wage_region="III")
    assert earlier.verdict == "better"

"""Points: bands, margins, topic maxima, dossier; and the calibration of the shipped profile on the labelled agreements."""

from __future__ import annotations

from typing import Any

import pytest

from app.grading.assessment import letters
from app.grading.found import Found
from app.grading.rubric import find_rubric
from app.grading.score import DossierEntry, DossierError, ItemScore, score

HD90 = find_rubric("hd90-2023")


def item(id: str, *findings: Found) -> ItemScore:
    return next(one for group in score(HD90, findings).groups for one in group.items if one.item.id == id)


def better(provision: str, amount: float | None = None, unit: str | None = None, floor: float | None = None) -> Found:
    return Found("5.1", provision, "better", amount, unit, baseline=floor, baseline_unit=unit if floor else None)


@pytest.mark.parametrize(
    ("found", "points"),
    [
        (better("shift_meal"), 3),
        (better("shift_meal", 17_999, "VND/meal"), 3),
        (better("shift_meal", 18_000, "VND/meal"), 5.5),
        (better("shift_meal", 24_999, "VND/meal"), 7),
        (better("shift_meal", 30_000, "VND/meal"), 10),
        (better("shift_meal", 520_000, "VND/month"), 7),  # 20,000 a meal on 26 days
        (better("shift_meal", 519_999, "VND/month"), 5.5),
        (better("lowest_wage", 3_860_001, "VND/month", 3_860_000), 2),
        (better("lowest_wage", 4_053_000, "VND/month", 3_860_000), 4.5),  # exactly 5 %
        (better("lowest_wage", 4_052_999, "VND/month", 3_860_000), 2),
        (better("lowest_wage", 4_632_000, "VND/month", 3_860_000), 7),
        (better("lowest_wage", 4_632_000, "VND/month"), 2),  # no floor known: no margin
        (better("annual_leave", 13, "day/year", 12), 3),
        (better("annual_leave", 12.5, "day/year", 12), 2),
        (better("annual_leave", 16, "day/year", 12), 5.5),
        (better("weekly_hours", 47, "hour/week", 48), 4.5),
        (better("weekly_hours", 44, "hour/week", 48), 6.5),
        (better("weekly_hours", 40, "hour/week", 48), 8.5),
        (better("weekly_hours"), 2),
        (better("thirteenth_month", 1, "month_wage"), 7),
        (better("thirteenth_month", 100, "percent"), 7),
        (better("thirteenth_month", 5_000_000, "VND"), 3.5),
    ],
)
def test_the_best_band_reached_counts(found: Found, points: float) -> None:
    assert item(str(found.provision), found).earned == points


@pytest.mark.parametrize("verdict", ["equal", "vague", "below"])
def test_only_firm_better_promises_earn(verdict: str) -> None:
    one = item("shift_meal", Found("5", "shift_meal", verdict, 30_000, "VND/meal"))
    assert (one.points, one.findings) == (0, ())


def test_an_amended_promise_earns_nothing_any_more() -> None:
    assert item("shift_meal", Found("5", "shift_meal", "better", 30_000, "VND/meal", superseded=True)).points == 0


def test_an_item_counts_its_best_finding_once_and_names_it_first() -> None:
    low, high = better("tet_gift", 200_000, "VND"), better("shift_meal", 26_000, "VND/meal")
    one = item("shift_meal", better("shift_meal", 15_000, "VND/meal"), low, high, high)
    assert (one.earned, one.findings) == (8.5, (2, 3, 0))
    assert one.why == (
        "khoản 1 Điều 5 (26.000 đồng/bữa): đạt mức từ 25.000 đồng/bữa, được 8,5 điểm; tính 8 điểm vì chủ đề «Bữa ăn ca» tối đa 8 điểm"
    )


def test_a_topic_never_gives_more_than_its_maximum_and_shows_what_was_cut() -> None:
    got = score(HD90, [better("shift_meal", 30_000, "VND/meal"), better("overtime_meal", 20_000, "VND/meal")])
    meals = next(topic for topic in got.topics if topic.topic.id == "meals")
    assert (meals.earned, meals.points, got.content) == (12, 8, 8)
    counted = {one.item.id: one.points for one in got.groups[1].items if one.findings}
    assert counted == {"shift_meal": 8, "overtime_meal": 0}


def test_why_an_item_has_nothing() -> None:
    vague = Found("7.2", "tet_bonus", "vague")
    assert item("tet_bonus", vague).why == "khoản 2 Điều 7: nói chung chung, chưa cam kết chắc chắn nên không có điểm"
    assert item("tet_bonus").why == "thỏa ước chưa có nội dung này"


CALIBRATION = {  # profile_hd90.yaml: "Read from the labels (content share of 85)"
    "d03-thuy-dien-nam-na": (99, "A"),
    "d05-thep-vung-ang": (92, "A"),
    "d01-may-ky-anh": (66, "B"),
    "d06-xe-khach-tay-bac": (36, None),
    "d02-che-than-uyen": (9, None),
    "d04-xay-dung-huong-khe": (0, None),
}


@pytest.mark.parametrize("name", CALIBRATION)
def test_calibration_on_the_labels(name: str, labelled: dict[str, Any]) -> None:
    _, findings = labelled[name]
    points = score(HD90, findings)
    share, letter = CALIBRATION[name]
    assert round(points.content / 85 * 100) == share
    assert letters(HD90, points)[0] == letter


def entries(**changed: DossierEntry) -> dict[str, DossierEntry]:
    whole = {one.id: DossierEntry(one.max, "biên bản") for one in HD90.items if one.group != "content"}
    return whole | changed


def test_the_total_waits_for_every_group() -> None:
    findings = [better("shift_meal", 30_000, "VND/meal")]
    partial = entries()
    del partial["yearly_check"]
    got = score(HD90, findings, partial)
    assert got.total is None
    assert {group.group.id: group.points for group in got.groups} == {
        "process": 4,
        "content": 8,
        "signing_implementation": None,
        "bonus": 5,
    }
    assert score(HD90, findings, entries()).total == 23


def test_a_dossier_item_says_which_document_stands_behind_it() -> None:
    got = score(HD90, [], entries(workforce_vote=DossierEntry(1, "Biên bản 12/BB-CĐ", "verified")))
    one = next(one for one in got.groups[0].items if one.item.id == "workforce_vote")
    assert one.why == "Biên bản 12/BB-CĐ (đã đối chiếu tài liệu): 1 điểm"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (("workforce_vote", 2.0), "phải từ 0 đến 1,5, bước 0,5, không phải 2"),
        (("workforce_vote", 0.7), "phải từ 0 đến 1,5, bước 0,5, không phải 0,7"),
        (("workforce_vote", -0.5), "phải từ 0 đến 1,5, bước 0,5, không phải -0,5"),
        (("shift_meal", 1.0), "không có mục hồ sơ «shift_meal»"),
    ],
)
def test_dossier_points_the_profile_does_not_allow(entry: tuple[str, float], message: str) -> None:
    with pytest.raises(DossierError) as caught:
        score(HD90, [], {entry[0]: DossierEntry(entry[1])})
    assert message in str(caught.value)


def test_the_letter_is_exact_at_its_threshold() -> None:
    assert HD90.letter(42.5, 85) == "C"
    assert HD90.letter(42.0, 85) is None
    assert HD90.letter(68.0, 85) == "A"
    assert HD90.letter(67.5, 85) == "B"

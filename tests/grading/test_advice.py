"""Advice: gains are what the profile really gives, the way to the next letter arrives there, mends name the law."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.grading.advice import advise
from app.grading.assessment import grade
from app.grading.catalogue import load_catalogue
from app.grading.model_clauses import load_model_clauses
from app.grading.rubric import find_rubric
from app.law.loader import Law

HD90 = find_rubric("hd90-2023")
CATALOGUE = load_catalogue()
MODELS = load_model_clauses()
DAY = date(2025, 6, 1)
Make = Callable[..., dict[str, Any]]
FLOORS = {"lowest_wage": 3_860_000, "annual_leave": 12, "leave_marriage": 3}


def graded(record: dict[str, Any]) -> Any:
    return grade(record, HD90, CATALOGUE, graded_on=DAY)


def advised(record: dict[str, Any], law: Law) -> dict[str, Any]:
    return advise(record, graded(record), HD90, CATALOGUE, MODELS, law)


def promised(make: Make, law: Law, provision: str) -> dict[str, Any]:
    """The finding that the engine makes of a model clause."""
    model = MODELS.clauses[provision]
    _, figure = model.written(law, "III", date(2025, 1, 2))
    floor = FLOORS.get(provision)
    baseline = {"amount": floor, "unit": model.unit} if floor else None
    return make(provision, amount=figure, unit=model.unit, baseline=baseline, path="9")


@pytest.fixture
def middling(make_finding: Make) -> list[dict[str, Any]]:
    return [
        make_finding("shift_meal", amount=15000, unit="VND/meal"),
        make_finding("tet_bonus", "vague", path="2"),
        make_finding("annual_leave", "equal", amount=12, unit="day/year", path="3"),
        make_finding("wedding_gift", amount=300000, unit="VND", path="4"),
    ]


def test_every_gain_is_what_the_score_then_gives(make_record: Make, make_finding: Make, middling: list[dict[str, Any]], law: Law) -> None:
    before = graded(make_record(*middling)).score.content
    adds = advised(make_record(*middling), law)["add"]
    assert len(adds) > 80
    for one in adds:
        more = promised(make_finding, law, one["provision"])
        assert graded(make_record(*middling, more)).score.content == before + one["points"], one["provision"]


def test_the_way_to_the_next_letter_arrives(make_record: Make, make_finding: Make, middling: list[dict[str, Any]], law: Law) -> None:
    way = advised(make_record(*middling), law)["next_letter"]
    assert (way["letter"], way["reached"]) == ("C", True)
    more = [promised(make_finding, law, step["provision"]) for step in way["steps"]]
    after = graded(make_record(*middling, *more))
    assert (after.letter, after.score.content) == ("C", way["content_points_then"])
    assert graded(make_record(*middling, *more[:-1])).letter is None


def test_at_the_highest_letter_there_is_no_way_up(make_record: Make, make_finding: Make, law: Law) -> None:
    everything = [promised(make_finding, law, provision) for provision in MODELS.clauses]
    got = advised(make_record(*everything), law)
    assert graded(make_record(*everything)).letter == "A"
    assert got["next_letter"] is None


def test_cheap_points_come_first(make_record: Make, middling: list[dict[str, Any]], law: Law) -> None:
    adds = advised(make_record(*middling), law)["add"]
    value = [one["points"] / one["cost"] for one in adds]
    assert value == sorted(value, reverse=True)
    states = {one["provision"]: one["state"] for one in adds}
    assert (states["tet_bonus"], states["annual_leave"], states["shift_meal"]) == ("vague", "equal", "better")
    assert "wedding_gift" not in states


def test_a_vague_promise_is_told_how_to_be_firm(make_record: Make, middling: list[dict[str, Any]], law: Law) -> None:
    assert advised(make_record(*middling), law)["vague"] == [
        {
            "finding": 1,
            "where": "Điều 2",
            "provision": "tet_bonus",
            "label": "Thưởng Tết (âm lịch, dương lịch)",
            "how": MODELS.clauses["tet_bonus"].hint,
            "points": 4.5,
            "model_clause": MODELS.clauses["tet_bonus"].text,
        }
    ]


def test_an_unlawful_clause_is_told_the_lawful_minimum_and_its_article(make_record: Make, make_finding: Make, law: Law) -> None:
    low = make_finding(
        "overtime_weekday",
        "below",
        amount=120,
        unit="percent",
        unlawful="below_statutory_floor",
        path="2",
        baseline={"amount": 150, "unit": "percent", "source": "điểm a khoản 1 Điều 98 Bộ luật Lao động 45/2019/QH14"},
    )
    one = advised(make_record(low), law)["unlawful"][0]
    assert (one["where"], one["promised"], one["lawful_minimum"]) == ("Điều 2", "120%", "150%")
    assert one["article"].startswith("điểm a khoản 1 Điều 98")


def test_an_unlawful_clause_without_a_figure_is_told_what_the_law_gives(make_record: Make, make_finding: Make, law: Law) -> None:
    unpaid = make_finding("public_holidays", "below", unlawful="below_statutory_floor", path="2")
    one = advised(make_record(unpaid), law)["unlawful"][0]
    assert (one["promised"], one["lawful_minimum"]) == ("", "11 ngày/năm")
    assert "Điều 112" in one["article"]


def test_the_lowest_wage_clause_follows_the_region_and_the_day(law: Law) -> None:
    model = MODELS.clauses["lowest_wage"]
    assert model.written(law, "III", date(2025, 1, 2))[1] == 4_250_000  # 3,860,000 + 10 %, rounded up
    assert model.written(law, "I", date(2026, 2, 1))[1] == 5_850_000  # 5,310,000 + 10 %
    assert "4.250.000 đồng/tháng" in model.written(law, "III", date(2025, 1, 2))[0]


def test_every_provision_and_kind_has_its_text() -> None:
    assert set(MODELS.clauses) == set(CATALOGUE.provisions)
    assert set(MODELS.unlawful) == set(CATALOGUE.unlawful)

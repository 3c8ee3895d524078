"""Two assessments compared, provision by provision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.grading.assessment import assessment
from app.grading.catalogue import load_catalogue
from app.grading.compare import compare
from app.grading.rubric import find_rubric

Make = Callable[..., dict[str, Any]]
LOWER = frozenset({"weekly_hours"})


def assessed(record: dict[str, Any]) -> dict[str, Any]:
    return assessment(record, find_rubric("hd90-2023"), load_catalogue(), graded_on=date(2025, 6, 1))


def changes(both: dict[str, Any]) -> dict[str, str]:
    return {row["provision"]: row["change"] for row in both["provisions"]}


def test_every_kind_of_change(make_record: Make, make_finding: Make) -> None:
    old = make_record(
        make_finding("shift_meal", amount=18000, unit="VND/meal"),
        make_finding("weekly_hours", amount=44, unit="hour/week"),
        make_finding("tet_bonus", "vague"),
        make_finding("company_trip"),
        make_finding("wedding_gift", amount=500000, unit="VND"),
        make_finding("annual_leave", "equal"),
    )
    new = make_record(
        make_finding("shift_meal", amount=25000, unit="VND/meal"),
        make_finding("weekly_hours", amount=40, unit="hour/week"),
        make_finding("tet_bonus"),
        make_finding("wedding_gift", amount=300000, unit="VND"),
        make_finding("annual_leave", "equal"),
        make_finding("birthday_gift"),
    )
    both = compare(assessed(old), assessed(new), LOWER)
    assert changes(both) == {
        "shift_meal": "better",
        "weekly_hours": "better",
        "tet_bonus": "better",
        "company_trip": "dropped",
        "wedding_gift": "worse",
        "annual_leave": "same",
        "birthday_gift": "new",
    }
    assert [one["code"] for one in both["warnings"]] == ["provisions_fell_back"]
    assert both["content_points"]["change"] == both["content_points"]["new"] - both["content_points"]["old"] > 0
    row = next(row for row in both["provisions"] if row["provision"] == "wedding_gift")
    assert (row["old"]["amount"], row["new"]["amount"]) == (500000, 300000)
    assert row["old"]["quote"]
    assert row["new"]["quote"]


def test_a_renewal_that_falls_back_is_a_warning(make_record: Make, make_finding: Make) -> None:
    rich = make_record(*(make_finding(one) for one in load_catalogue().provisions))
    both = compare(assessed(rich), assessed(make_record(make_finding("tet_gift"))))
    assert both["falls_back"] is True
    assert [one["code"] for one in both["warnings"]] == ["fewer_points", "lower_letter", "provisions_fell_back"]


def test_an_agreement_compared_with_itself_has_not_changed(make_record: Make, make_finding: Make) -> None:
    got = assessed(make_record(make_finding("tet_gift"), make_finding("tet_gift", "vague", path="2")))
    both = compare(got, got)
    assert (changes(both), both["warnings"], both["falls_back"]) == ({"tet_gift": "same"}, [], False)


def test_the_best_standing_promise_is_compared(make_record: Make, make_finding: Make) -> None:
    old = make_record(make_finding("tet_gift", amount=300000, unit="VND"))
    new = make_record(
        make_finding("tet_gift", amount=200000, unit="VND", path="2"),
        make_finding("tet_gift", amount=400000, unit="VND", path="1", superseded_by="2"),
    )
    assert changes(compare(assessed(old), assessed(new))) == {"tet_gift": "worse"}

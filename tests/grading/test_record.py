"""The record of a reading: order, amendments, last day; and the composition of the rooms around it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.assess import NotAnAgreement, assess, find_in, read_and_find, score_reading
from app.grading.record import last_day, superseded_by
from app.reading import read
from app.reading.document import Document
from app.structure import parse
from app.structure.agreement import Amendment, Metadata

SAMPLE = Path(__file__).parents[2] / "samples" / "d01-may-ky-anh" / "docx-typed.docx"


@pytest.mark.parametrize(
    ("metadata", "last"),
    [
        (Metadata(expires_on=date(2026, 8, 31), effective_from=date(2024, 9, 1), term_months=36), date(2026, 8, 31)),
        (Metadata(effective_from=date(2022, 3, 10), term_months=36), date(2025, 3, 9)),
        (Metadata(signed_on=date(2023, 2, 28), term_months=12), date(2024, 2, 27)),
        (Metadata(effective_from=date(2023, 8, 31), term_months=18), date(2025, 2, 27)),
        (Metadata(effective_from=date(2022, 3, 10)), None),
        (Metadata(term_months=36), None),
    ],
)
def test_the_last_day_in_force(metadata: Metadata, last: date | None) -> None:
    assert last_day(metadata) == last


@pytest.mark.parametrize(
    ("path", "by"),
    [("14.2", "2"), ("14.2.a", "2"), ("14.20", None), ("14", None), ("15", None), ("2", None), ("20", None)],
)
def test_what_an_amendment_replaces(path: str, by: str | None) -> None:
    amendments = [Amendment("2", "14.2", "replace"), Amendment("3", "15", "add"), Amendment("4", "20", "add")]
    assert superseded_by(path, amendments) == by


@pytest.mark.parametrize(("path", "by"), [("14.2", "31"), ("30", "31"), ("31", None), ("14.1", None), ("22.5", "33"), ("32", "33")])
def test_the_last_of_several_amendments_stands(path: str, by: str | None) -> None:
    amendments = [
        Amendment("30", "14.2", "replace"),
        Amendment("31", "14.2", "replace"),
        Amendment("32", "22.5", "add"),
        Amendment("33", "22.5", "replace"),
    ]
    assert superseded_by(path, amendments) == by


def test_an_amendment_does_not_replace_itself() -> None:
    assert superseded_by("14.2.a", [Amendment("14.2.a", "14.2", "replace")]) is None


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return read_and_find(SAMPLE.read_bytes(), SAMPLE.name, graded_on=date(2025, 1, 1))


def test_findings_stand_in_text_order(record: dict[str, Any]) -> None:
    spans = [one["span"][0] for one in record["findings"]]
    assert spans == sorted(spans)
    assert len(spans) > 50


def test_the_two_halves_give_what_the_whole_gives(record: dict[str, Any]) -> None:
    whole = assess(SAMPLE.read_bytes(), SAMPLE.name, graded_on=date(2025, 1, 1))
    assert score_reading(record, graded_on=date(2025, 1, 1)) == whole


def test_a_stored_reading_is_scored_on_another_day_without_reading(record: dict[str, Any]) -> None:
    later = score_reading(record, graded_on=date(2026, 9, 1))
    assert "expired" in [gate["code"] for gate in later["not_graded_because"]]
    assert later["law_as_of"] == "2024-08-15"
    assert score_reading(record, graded_on=date(2025, 1, 1))["overtaken"] == []
    assert all(one["since"] <= "2026-09-01" for one in later["overtaken"])


def test_the_reader_can_be_swapped() -> None:
    asked: list[str] = []

    def isolated(data: bytes, filename: str) -> Document:
        asked.append(filename)
        return read(data, filename)

    got = assess(SAMPLE.read_bytes(), "khac.docx", graded_on=date(2025, 1, 1), read=isolated)
    assert (asked, got["source"]["filename"]) == (["khac.docx"], "khac.docx")


def test_what_is_no_agreement_is_refused_with_its_code() -> None:
    from dataclasses import replace

    from app.structure.agreement import Kind

    agreement = parse(read(SAMPLE.read_bytes(), SAMPLE.name))
    plan = replace(agreement, kind=Kind(False, "plan", "Đây là kế hoạch, không phải thỏa ước."))
    with pytest.raises(NotAnAgreement) as caught:
        find_in(plan, graded_on=date(2025, 1, 1))
    assert (caught.value.code, caught.value.message) == ("plan", "Đây là kế hoạch, không phải thỏa ước.")

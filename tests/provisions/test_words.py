"""Words compare equal however they were typed."""

import pytest

from app.provisions.words import form, forms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thoả", "thỏa"),
        ("Hoà", "hòa"),
        ("quý", "quí"),
        ("QUY", "qui"),
        ("kỳ", "kì"),
        ("lý", "lí"),
        ("08/3", "8/3"),
        ("8-3", "8/3"),
        ("05", "5"),
    ],
)
def test_same_word(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(("one", "other"), [("lương", "lượng"), ("thưởng", "thường"), ("nghỉ", "nghị"), ("tay", "tai"), ("thuỷ", "thui")])
def test_different_words(one: str, other: str) -> None:
    assert form(one) != form(other)


def test_abbreviation_is_written_out_with_its_own_span() -> None:
    text = "NLĐ nghỉ"
    found = words(text, 0, len(text), {"nlđ": tuple(forms("người lao động"))})
    assert found.forms == [*forms("người lao động"), form("nghỉ")]
    assert list(zip(found.starts, found.ends, strict=True)) == [(0, 3), (0, 3), (0, 3), (4, 8)]


def test_lower_case_word_is_no_abbreviation() -> None:
    text = "dn lớn"
    assert words(text, 0, len(text), {"dn": ("doanh", "nghiêp5")}).forms[0] == "dn"

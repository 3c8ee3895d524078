"""Phrases: alternatives, gaps, references; linear whatever the text."""

import time

import pytest

from app.provisions.phrases import PhraseError, expand, factor
from app.provisions.vocabulary import Vocabulary
from app.provisions.words import forms


def hits(names: dict[str, list[str]], text: str) -> dict[str, list[tuple[int, int]]]:
    return Vocabulary(names).find([forms(text)])[0]


def test_alternatives_and_optional_words() -> None:
    assert expand("(a|b) c (d|)") == ["a c d", "a c", "b c d", "b c"]


def test_a_long_product_is_cut_into_parts_none_of_them_empty() -> None:
    parts = factor("(một|hai|ba|bốn|năm|sáu|bảy|tám) (a|b|c|d|e|g|h|i|k|l|) (x|y) z")
    assert len(parts) > 1
    assert all("" not in part for part in parts)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("(bữa|suất) ăn (giữa|) ca", "mỗi suất ăn ca trị giá", True),
        ("(bữa|suất) ăn (giữa|) ca", "bữa ăn giữa ca", True),
        ("(bữa|suất) ăn (giữa|) ca", "bữa ăn tối giữa ca", False),
        ("nghỉ ... lương", "nghỉ hai ngày vẫn hưởng lương", True),
        ("nghỉ ... lương", "nghỉ một hai ba bốn năm sáu bảy lương", False),
        ("con ... {wed}", "con trai đầu lòng lập gia đình", True),
        ("con ... {wed}", "lập gia đình cho con", False),
        ("({wed}|ốm đau) ... nghỉ", "lập gia đình được nghỉ", True),
        ("({wed}|ốm đau) ... nghỉ", "ốm đau được nghỉ", True),
        ("({wed}|) được nghỉ", "được nghỉ", True),
    ],
)
def test_phrase(phrase: str, text: str, found: bool) -> None:
    names = {"wed": ["lập gia đình"], "x": [phrase]}
    assert ("x" in hits(names, text)) is found


def test_hits_never_cross_segments() -> None:
    vocabulary = Vocabulary({"x": ["lương tháng 13"]})
    assert all("x" not in h for h in vocabulary.find([forms("lương tháng"), forms("13 ngày")]))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"a": ["{b}"]}, "không có từ vựng 'b'"),
        ({"a": ["x {b}"], "b": ["y {a}"]}, "vòng"),
        ({"a": ["... x"]}, "không được bắt đầu hay kết thúc"),
        ({"a": ["(x|y"]}, "ngoặc"),
        ({"a": [""]}, "rỗng"),
    ],
)
def test_malformed_phrase_is_refused(names: dict[str, list[str]], message: str) -> None:
    with pytest.raises(PhraseError, match=message):
        Vocabulary(names)


def test_time_grows_with_the_text_only() -> None:
    vocabulary = Vocabulary({"a": ["nghỉ ... {b} ... nghỉ"], "b": ["lương ... lương"], "c": ["nghỉ lương"]})
    words = forms("nghỉ lương ") * 2000

    def seconds(run: list[str]) -> float:
        best = 9.0
        for _ in range(9):
            start = time.process_time()
            vocabulary.find([run[i : i + 40] for i in range(0, len(run), 40)])
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(words[:1000]), seconds(words)
    assert large < small * 4 * 3

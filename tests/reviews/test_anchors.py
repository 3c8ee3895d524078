"""Corrections find their words again: in another form of the text, through a scan's slips, past inserted clauses; never in others'."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.assess import read_and_find
from app.reviews.anchors import Anchor, Haystack, Place

SAMPLES = Path(__file__).parents[2] / "samples"


def record(name: str) -> dict[str, Any]:
    path = SAMPLES / name
    return read_and_find(path.read_bytes(), path.name, graded_on=date(2025, 6, 30))


def text_of(read: dict[str, Any]) -> str:
    return "".join(clause["text"] for clause in read["clauses"])


def clauses_of(read: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(clause["path"], clause["span"][0], clause["span"][1]) for clause in read["clauses"]]


def anchors_of(read: dict[str, Any]) -> list[Anchor]:
    return [Anchor.of(text_of(read), (one["span"][0], one["span"][1]), one["path"]) for one in read["findings"]]


def clause_at(clauses: list[tuple[str, int, int]], place: Place) -> str:
    assert place.span is not None
    return next(path for path, start, end in clauses if start <= place.span[0] < end)


PAIRS = [
    ("d01-may-ky-anh/docx-typed.docx", "d01-may-ky-anh/text.pdf"),
    ("d03-thuy-dien-nam-na/docx-auto.docx", "d03-thuy-dien-nam-na/text.pdf"),
    ("d06-xe-khach-tay-bac/docx-tcvn3.docx", "d06-xe-khach-tay-bac/docx-table.docx"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_every_finding_is_found_in_another_form_of_the_agreement(one: str, other: str) -> None:
    first, second = record(one), record(other)
    haystack = Haystack(text_of(second), clauses_of(second))
    for anchor in anchors_of(first):
        place = haystack.find(anchor)
        assert place.status == "held", anchor.exact
        assert clause_at(clauses_of(second), place) == anchor.path


def slips(text: str, rate: float, seed: int) -> str:
    """The text as poor recognition reads it: letters lost, doubled or taken for others, spaces gone; figures as they are."""
    chance = random.Random(seed)
    made = []
    for char in text:
        if char.isdigit() or char == "\n" or chance.random() > rate:
            made.append(char)
        else:
            made.append(chance.choice(["", char * 2, chance.choice("aeiounth")]))
    return "".join(made)


@pytest.mark.parametrize("rate", [0.01, 0.03])
def test_a_scan_with_slips_is_found_again_in_the_clean_text(rate: float) -> None:
    clean = record("d01-may-ky-anh/docx-typed.docx")
    clauses = clauses_of(clean)
    scanned = {path: slips(text_of(clean)[start:end], rate, seed) for seed, (path, start, end) in enumerate(clauses)}
    poor = "".join(scanned.values())
    at, found, wrong, long_ones = 0, 0, 0, 0
    haystack = Haystack(text_of(clean), clauses)
    for path, words in scanned.items():
        line = words.strip()
        if len(line) >= 40:
            long_ones += 1
            start = at + words.index(line)
            place = haystack.find(Anchor.of(poor, (start, start + len(line)), path))
            if place.span is not None:
                found += 1
                wrong += clause_at(clauses, place) != path
        at += len(words)
    assert long_ones > 80
    assert wrong == 0, "lost is told; another clause's words would be a lie"
    assert found >= 0.97 * long_ones


def only(text: str, words: str, path: str = "1") -> Anchor:
    start = text.index(words)
    return Anchor.of(text, (start, start + len(words)), path)


LEAVE = "Điều 1. Nghỉ\nNgười lao động kết hôn được nghỉ 05 ngày hưởng nguyên lương.\nĐiều 2. Khác\nHai bên cùng thực hiện.\n"


def look(changed: str, words: str = "Người lao động kết hôn được nghỉ 05 ngày hưởng nguyên lương.") -> Place:
    return Haystack(changed, [("1", 0, len(changed))]).find(only(LEAVE, words))


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("", "", "held"),
        ("nghỉ 05 ngày", "nghỉ 5 ngày", "held"),
        ("nghỉ 05 ngày", "nghỉ O5 ngày", "changed"),
        ("nghỉ 05 ngày", "nghỉ 07 ngày", "changed"),
        ("được nghỉ", "không được nghỉ", "changed"),
        ("hưởng nguyên lương", "hưởng nguyên lưong", "held"),
        ("Người lao động kết hôn", "NGƯỜI LAO ĐỘNG KẾT HÔN", "held"),
        ("Điều 1. Nghỉ\n", "Điều 1. Chung\nLời dẫn.\nĐiều 2. Nghỉ\n", "held"),
        ("Người lao động kết hôn được nghỉ 05 ngày hưởng nguyên lương.", "Công ty mừng cưới đoàn viên.", "lost"),
    ],
)
def test_what_counts_as_the_same_words(old: str, new: str, status: str) -> None:
    assert look(LEAVE.replace(old, new) if old else LEAVE).status == status


@pytest.mark.parametrize(("old", "new", "same"), [("1.000.000", "1,000,000", True), ("1,5", "15", False), ("3O.000", "30.000", True)])
def test_figures_are_compared_as_figures(old: str, new: str, same: bool) -> None:
    text = f"Mỗi người lao động được hưởng khoản hỗ trợ là {old} đồng theo quy định này."
    place = Haystack(text.replace(old, new), []).find(only(text, text))
    assert (place.status == "held") == same


def test_equal_words_are_told_apart_by_what_stands_around_them() -> None:
    text = "Điều 1. Thưởng Tết một tháng lương. Áp dụng từ 2025. Điều 2. Nghỉ cưới năm ngày. Áp dụng từ 2025. Điều 3. Hết."
    clauses = [("1", 0, 53), ("2", 53, 98), ("3", 98, len(text))]
    second = text.index("Áp dụng", 60)
    anchor = Anchor.of(text, (second, second + len("Áp dụng từ 2025.")), "2")
    moved = "Lời đầu. " + text.replace("Điều 1. Thưởng", "Điều 1. Công ty thưởng")
    place = Haystack(moved, [(path, start + 17, end + 17) for path, start, end in clauses]).find(anchor)
    assert place.status == "held"
    assert place.span is not None
    assert place.span[0] == moved.index("Áp dụng", moved.index("năm ngày"))


def test_nothing_and_blank_texts_are_lost_quietly() -> None:
    anchor = Anchor("1", "Áp dụng từ 2025.", "", "", 0)
    for text in ("", " \n", "…", "Một văn bản hoàn toàn khác về việc khác."):
        assert Haystack(text, []).find(anchor).status == "lost"
    assert Haystack("Áp dụng", []).find(Anchor("1", "…", "", "", 3)).status == "lost"

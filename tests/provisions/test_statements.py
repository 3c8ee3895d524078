"""Clauses are cut into statements with the context that rules them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.provisions.examples import clause
from app.provisions.statements import split, statements


def texts(text: str) -> list[str]:
    return [text[s:e] for s, e in split(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Thưởng 1.500.000 đồng. Chi trước Tết.", ["Thưởng 1.500.000 đồng.", "Chi trước Tết."]),
        ("kết hôn 3 ngày; con kết hôn 1 ngày", ["kết hôn 3 ngày;", "con kết hôn 1 ngày"]),
        ("Trụ sở ở TP. Vinh, tỉnh Nghệ An", ["Trụ sở ở TP. Vinh, tỉnh Nghệ An"]),
        ("Nghỉ (kể cả lễ; tết) 2 ngày", ["Nghỉ (kể cả lễ; tết) 2 ngày"]),
        ("cha, mẹ; vợ hoặc chồng; con chết: 03 ngày", ["cha, mẹ; vợ hoặc chồng; con chết: 03 ngày"]),
        # a short piece with no figure is taken for a list of cases: it stays with what follows
        ("xe đưa đón; ăn ca 25.000 đồng", ["xe đưa đón; ăn ca 25.000 đồng"]),
        ("xe đưa đón miễn phí; ăn ca 25.000 đồng", ["xe đưa đón miễn phí;", "ăn ca 25.000 đồng"]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    assert texts(text) == parts


@given(st.text(alphabet="aăđ1 .;:()\n-ABC", max_size=200))
def test_split_loses_no_word(text: str) -> None:
    joined = "".join("".join(part.split()) for part in texts(text))
    assert joined == "".join(text.split())


def test_words_before_a_colon_introduce_the_items_after_it() -> None:
    agreement = clause("Được nghỉ có lương: kết hôn 3 ngày; con kết hôn 1 ngày.", heading="Nghỉ việc riêng")
    found = [s for s in statements(agreement) if s.kind in ("intro", "item")]
    assert [s.kind for s in found] == ["intro", "item", "item"]
    assert {s.intro for s in found[1:]} == {found[0].index}


def test_the_text_of_an_article_introduces_its_numbered_clauses() -> None:
    agreement = clause("Kết hôn: 3 ngày", heading="Nghỉ việc riêng", intro="Được nghỉ hưởng nguyên lương:")
    by_text = {agreement.text[s.start : s.end]: s for s in statements(agreement)}
    item = by_text["Kết hôn: 3 ngày"]
    assert item.intro == by_text["Được nghỉ hưởng nguyên lương:"].index
    assert [agreement.text[statements(agreement)[h].start : statements(agreement)[h].end] for h in item.headings] == ["Nghỉ việc riêng"]


def test_a_table_row_knows_its_header_and_the_words_before_the_table() -> None:
    agreement = clause("Mức chi:", rows=[["Nội dung", "Mức (đồng)"], ["Kết hôn", "500.000"]])
    row = next(s for s in statements(agreement) if s.kind == "row")
    kinds = {statements(agreement)[c].kind for c in row.context}
    assert "header" in kinds
    assert row.intro is not None
    assert row.cells[1][2] == "Mức (đồng)"

"""The grammar against a table of sentences (see quantity_cases)."""

from __future__ import annotations

import pytest

from app.provisions.quantities import parse
from tests.provisions.quantity_cases import CELLS, CITATIONS, PROSE, short


@pytest.mark.parametrize(("text", "expected"), PROSE)
def test_prose(text: str, expected: str) -> None:
    assert short(parse(text)) == expected


@pytest.mark.parametrize(("text", "expected"), CITATIONS)
def test_citations(text: str, expected: str) -> None:
    assert short(parse(text), citations=True) == expected


@pytest.mark.parametrize(("text", "header", "expected"), CELLS)
def test_cells_inherit_their_header(text: str, header: str, expected: str) -> None:
    assert short(parse(text, header=header)) == expected


def test_the_table_is_large_and_has_no_case_twice() -> None:
    texts = [text for text, _ in PROSE]
    assert len(texts) == len(set(texts))
    assert len(PROSE) + len(CELLS) + len(CITATIONS) >= 300

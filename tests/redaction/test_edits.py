"""A publisher adds words to a redaction and takes others back, wherever they stand."""

from __future__ import annotations

import pytest

from app.reading.document import DocumentBuilder
from app.redaction import Redaction, redact
from app.redaction.edits import Addition, occurrences, with_edits
from app.structure import parse

LINES = (
    "THỎA ƯỚC LAO ĐỘNG TẬP THỂ",
    "Điều 1. Người liên hệ",
    "Ông Trần Văn Bình, điện thoại 0912 345 678, trả lời mọi thắc mắc; hồ sơ gửi về TRẦN VĂN BÌNH.",
    "Điều 2. Bữa ăn ca",
    "Tổ bếp của chị Út Lành nấu 30.000 đồng một suất; út  lành nghỉ thì tổ khác nấu. Lành nghề được thêm.",
)


def found() -> Redaction:
    builder = DocumentBuilder()
    for line in LINES:
        builder.paragraph(line)
    return redact(parse(builder.build(method="docx", media_type="x/y", pages=1, sha256="")))


def test_added_words_go_everywhere_and_other_words_stay() -> None:
    text = with_edits(found(), [Addition("Út Lành", "person_name")], []).text
    assert "lành" not in text.lower().replace("lành nghề", "")
    assert "Lành nghề" in text
    assert "30.000 đồng" in text


def test_words_taken_back_stand_again_everywhere() -> None:
    redaction = found()
    assert "Bình" not in redaction.text
    text = with_edits(redaction, [], ["Trần Văn Bình"]).text
    assert "Trần Văn Bình" in text
    assert "TRẦN VĂN BÌNH" in text
    assert "0912" not in text


def test_an_addition_that_overlaps_makes_one_span() -> None:
    redaction = with_edits(found(), [Addition("điện thoại 0912 345 678", "phone")], [])
    spans = [span for span in redaction.spans if "0912" in redaction.removed(span)]
    assert [redaction.removed(span) for span in spans] == ["điện thoại 0912 345 678"]
    assert spans[0].rule == "publisher_added"


@pytest.mark.parametrize(("words", "count"), [("Bình", 2), ("ình", 0), ("  ", 0), ("30.000 đồng", 1), ("(", 0)])
def test_occurrences_are_whole_words(words: str, count: int) -> None:
    assert len(occurrences(found(), words)) == count


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        with_edits(found(), [Addition("bếp", "nickname")], [])

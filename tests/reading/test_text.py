"""Cleaning, folding and the quality measure."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.syllables import is_syllable
from app.reading.text import clean, distortion, fold, quality


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("Điều\u00a05.\u2003Nghỉ  phép ", "Điều 5. Nghỉ phép"),
        (unicodedata.normalize("NFD", "Thời giờ làm việc"), "Thời giờ làm việc"),
        ("Ðiều 7", "Điều 7"),
        ("NSDLÐ và NLÐ", "NSDLĐ và NLĐ"),
        ("nghỉ\u00ad phép\u200b năm\ufeff", "nghỉ phép năm"),
        ("một\ttháng\nlương", "một tháng lương"),
        ("\uf0b7 Ăn ca", "• Ăn ca"),
        ("tài chính ﬁnance", "tài chính finance"),
        ("2011\u20112014", "2011-2014"),
        ("  \u200b ", ""),
        ("14.000 đồng/bữa – 20 %", "14.000 đồng/bữa – 20 %"),
    ],
)
def test_clean_keeps_meaning_and_drops_noise(raw: str, want: str) -> None:
    assert clean(raw) == want


def as_cp1252(text: str) -> str:
    """UTF-8 bytes read as CP1252, the five undefined bytes as C1 controls."""
    out = []
    for byte in text.encode():
        try:
            out.append(bytes([byte]).decode("cp1252"))
        except UnicodeDecodeError:
            out.append(chr(byte))
    return "".join(out)


@pytest.mark.parametrize(
    "text",
    [
        "Kết hôn",
        "Người lao động được nghỉ 14 ngày phép, hưởng nguyên lương – kể cả người thử việc",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Điều 5. Chế độ ăn ca “tối thiểu” là 25.000 đồng",
    ],
)
def test_utf8_read_as_cp1252_is_repaired(text: str) -> None:
    assert clean(as_cp1252(text)) == text
    assert clean(as_cp1252(as_cp1252(text))) == text


def test_good_text_is_never_taken_for_mojibake() -> None:
    text = "XÃ HỘI, ÂN CẦN, tài sản • “Ất Mão” Ãn"
    assert clean(text) == text


@given(st.text())
def test_clean_is_idempotent_and_single_line(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\n" not in once
    assert "  " not in once


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_fold_keeps_the_offsets_of_clean_text(text: str) -> None:
    cleaned = clean(text)
    assert len(fold(cleaned)) == len(cleaned)


def test_fold() -> None:
    assert fold("Thoả ước HOÀ Đồng ĐỘNG") == "thoa uoc hoa dong dong"
    assert fold(unicodedata.normalize("NFD", "Thỏa ước")) == "thoa uoc"


@pytest.mark.parametrize(
    "word",
    ["nghiêng", "quyết", "quốc", "giếng", "gì", "khuya", "thuở", "uyên", "ý", "yêu", "oằn", "đường", "ngoằn", "quỳnh", "loẹt"],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    ["cơng", "khơng", "đồnn", "q", "ngê", "kông", "càt", "đàp", "zơ", "haneul", "®iỊu", "sè1", "mét1", "thôngg", "ìâ"],
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_quality_tells_good_from_broken() -> None:
    good = "Người lao động làm việc vào ban đêm được trả thêm 35% tiền lương; công đoàn cơ sở Công ty TNHH ABC giám sát."
    assert quality(good) > 0.99
    assert quality(good.replace("ông", "ơng").replace("oàn", "ồn")) < 0.98
    assert quality(as_cp1252(good)) < 0.5
    assert quality("1.500.000 | 2.000.000 | 12%") == 1.0
    assert quality(" ") == 0.0
    assert quality("nguoi lao dong duoc nghi phep nam " * 10) < 0.2


def test_distortion_finds_a_broken_font_map_that_quality_cannot_see() -> None:
    good = (
        "Công đoàn cơ sở và Công ty thống nhất: người lao động không phải đóng phí; quá trình thực hiện có giám sát của tổ trưởng. "
        "The trade union and the company agree that employees pay no fee. CÔNG TY TNHH HANEUL, số 12/TƯLĐTT-HN, ½ ngày."
    )
    broken = good.replace("ông", "ơng").replace("oàn", "ồn")
    assert distortion(good) == 0.0
    assert distortion(broken) > 0.05
    assert distortion("only plain words") == 0.0

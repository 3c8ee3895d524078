"""What holds for every number and every text: write a number and it is read back; spans are sound; time grows linearly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.provisions.quantities import parse
from tests.provisions.quantity_cases import PROSE

calm = settings(deadline=None)  # the machine may be busy; what matters is what is read

_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def dotted(value: int) -> str:
    """1500000 -> "1.500.000"."""
    return f"{value:,}".replace(",", ".")


def below_thousand(value: int, whole: bool) -> list[str]:
    """The words of a number below a thousand; behind a scale ("whole" false) the zeros are spoken."""
    hundreds, rest = divmod(value, 100)
    out: list[str] = []
    if hundreds or not whole:
        out += [_DIGITS[hundreds], "trăm"] if hundreds else []
    tens, ones = divmod(rest, 10)
    if not tens:
        if ones:
            out += (["linh"] if out or not whole else []) + [_DIGITS[ones]]
        return out
    out += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones:
        after = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}
        out.append(after.get(ones, _DIGITS[ones]))
    return out


def in_words(value: int) -> str:
    """A whole number below a thousand tỷ in words."""
    parts: list[str] = []
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, value = divmod(value, scale)
        if group:
            words = below_thousand(group, whole=not parts or group >= 100)
            parts += [*words, name] if name else words
    return " ".join(parts)


amounts = st.one_of(
    st.integers(1, 999).map(lambda n: n * 1000),
    st.integers(1, 999_999).map(lambda n: n * 1000),
    st.integers(1, 9_999).map(lambda n: n * 100_000),
)


@calm
@given(amounts)
def test_money_in_digits_is_read_back(value: int) -> None:
    (quantity,) = parse(f"Hỗ trợ {dotted(value)} đồng.")
    assert (quantity.kind, quantity.low, quantity.high) == ("money", value, value)


@calm
@given(amounts)
def test_money_with_blanks_between_thousands_is_read_back(value: int) -> None:
    (quantity,) = parse(f"Hỗ trợ {dotted(value).replace('.', ' ')} đồng.")
    assert (quantity.kind, quantity.low) == ("money", value)


@calm
@given(amounts)
def test_money_in_words_is_read_back(value: int) -> None:
    (quantity,) = parse(f"Hỗ trợ {in_words(value)} đồng.")
    assert (quantity.kind, quantity.low) == ("money", value)


@calm
@given(amounts)
def test_digits_and_the_same_words_agree(value: int) -> None:
    (quantity,) = parse(f"Hỗ trợ {dotted(value)} đồng ({in_words(value)} đồng).")
    assert (quantity.low, quantity.conflict) == (value, False)


@calm
@given(amounts, amounts)
def test_digits_and_other_words_conflict(value: int, other: int) -> None:
    (quantity,) = parse(f"Hỗ trợ {dotted(value)} đồng ({in_words(other)} đồng).")
    assert quantity.conflict == (value != other)
    assert quantity.low == value


@calm
@given(st.integers(1, 400))
def test_days_are_read_back_in_every_writing(value: int) -> None:
    for written in (str(value), f"{value:02d}", in_words(value), f"{value:02d} ({in_words(value)})"):
        (quantity,) = parse(f"Nghỉ {written} ngày.")
        assert (quantity.kind, quantity.low, quantity.conflict) == ("day", value, False), written


@calm
@given(st.integers(1, 99), st.sampled_from(["", ",5", ",25", ",75"]))
def test_decimals_are_read_back(whole: int, decimal: str) -> None:
    (quantity,) = parse(f"Tăng lương {whole}{decimal}%.")
    assert quantity.low == float(f"{whole}{decimal or '.0'}".replace(",", "."))


@calm
@given(amounts, amounts, st.sampled_from(["-", " - ", " – ", " đến ", " tới ", " đ - ", " đồng đến "]))
def test_a_range_has_its_lower_end_first(one: int, other: int, joint: str) -> None:
    low, high = min(one, other), max(one, other) + 1000
    (quantity,) = parse(f"Thưởng từ {dotted(low)}{joint}{dotted(high)} đồng/người.")
    assert (quantity.low, quantity.high, quantity.bound, quantity.per) == (low, high, "range", ("person",))


@calm
@given(st.integers(1, 24))
def test_an_interval_is_a_frequency(months: int) -> None:
    (quantity,) = parse(f"Khám sức khỏe {months} tháng một lần.")
    assert (quantity.kind, quantity.per, quantity.months) == ("times", ("year",), months)
    assert quantity.low == pytest.approx(12 / months)


_WORDS = """
nghỉ thưởng 500.000 đồng 3 ngày/năm mỗi hằng năm năm từ đến không quá ít nhất trở lên ( ) , . ; : % / - – ½ một hai rưỡi nửa tháng
lương lần thứ Điều 98 khoản 2 22 giờ 7h30 8/3 30-4 luật quy định thay vì cộng thêm cao hơn lương tối thiểu vùng là bằng triệu nghìn tỷ
k tr trăm mươi mười lăm mốt gấp đôi phần trăm tuổi người cháu suất 0912 604 377 145/2020/NĐ-CP | cứ trong
"""
_WORD_LIST = _WORDS.split()


def sound(text: str, header: str = "") -> None:
    end = 0
    for quantity in parse(text, header=header):
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.low <= quantity.high or quantity.kind == "clock"
        end = quantity.end


@calm
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    sound(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_WORD_LIST), max_size=40).map(" ".join), st.sampled_from(["", "Mức (đồng/tháng)", "Số ngày", "%"]))
def test_any_words_of_the_grammar_are_read_without_an_error(text: str, header: str) -> None:
    sound(text, header)
    sound(text.replace(" ", ""), header)


@calm
@given(st.lists(st.sampled_from([text for text, _ in PROSE]), min_size=1, max_size=4))
def test_sentences_do_not_disturb_each_other(texts: list[str]) -> None:
    alone = [[(q.kind, q.low, q.high, q.role) for q in parse(text)] for text in texts]
    joined = parse("\n".join(texts))
    assert [(q.kind, q.low, q.high, q.role) for q in joined] == [one for each in alone for one in each]


@calm
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_header_is_read_without_an_error(text: str, header: str) -> None:
    sound(text, header)


def test_the_same_text_gives_the_same_quantities() -> None:
    text = " ".join(text for text, _ in PROSE)
    assert parse(text) == parse(text)


_ADVERSARIAL = [
    "1.", "1,", "1.000", "1/", "1-", "0912 ", "500.000 ", "một ", "năm ", "một trăm ", "nghìn ", "mỗi ", "hằng ", "từ 1 đến ", "(",
    "(một", "1 (", "không quá ", "ít nhất bằng ", "là bằng là ", "/tháng", "1/1/1/", "Điều 1, ", "khoản 1 và ", "thứ ", "tháng thứ ",
    "½", "22 giờ đến ", "luật quy định ", "thay vì ", "cao hơn mức ", "mỗi năm mỗi tháng ", "1 triệu ", "trong năm ", "A4/2020/NĐ-",
    "1/2020/NĐ-CP/", "5 ngày, ", "1 tháng lương, ít nhất hai tháng, ", "phần ", "một phần ", ") ",
    "mỗi 6 tháng 5 giờ ", "mỗi 6 tháng ", "một năm ",
]  # fmt: skip


@pytest.mark.parametrize("piece", _ADVERSARIAL)
def test_time_grows_linearly_with_adversarial_text(piece: str) -> None:
    def cost(size: int) -> float:
        text = piece * (size // len(piece))
        best = float("inf")
        for _ in range(4):
            begin = time.process_time()
            parse(text)
            best = min(best, time.process_time() - begin)
        return best

    cost(2_000)
    small, large = cost(4_000), cost(32_000)
    assert large <= 8 * small * 2.5 + 0.01, f"{piece!r}: {small * 1000:.2f} ms -> {large * 1000:.2f} ms for eight times the text"

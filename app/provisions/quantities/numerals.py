"""Numbers: digits, words, both together, scales, fractions and halves.

Reads tokens; writes a `Numeral`. Every function looks ahead a bounded number of tokens.
"""

from __future__ import annotations

from typing import NamedTuple

from app.provisions.quantities.scanner import Tokens

_YEARS_BEFORE = ("every", "yearly")


class Numeral(NamedTuple):
    """A number that begins at a token: its value and the token behind it."""

    value: float
    next: int
    scaled: bool = False  # has "nghìn", "triệu", "tỷ": an amount of money where no other unit follows
    digits: bool = True  # written in digits
    grouped: bool = False  # has thousands marks: "400.000"
    conflict: bool = False  # digits and words disagree
    decimal_comma: bool = False  # "1,500": thousands when the unit is đồng


def numeral(t: Tokens, i: int) -> Numeral | None:
    """The number that begins at token `i`, with the words or digits that repeat it in brackets."""
    found = _numeral(t, i)
    if found is None:
        return None
    j = found.next
    if t.lexemes[j].sign == "(" and t.touch(j - 1, j):
        again = _repeated(t, j + 1, found)
        if again is not None:
            return again
    return found


def _repeated(t: Tokens, i: int, first: Numeral) -> Numeral | None:
    """The second writing of `first` in brackets that begins at token `i`: "02 (hai)", "hai (02)"."""
    if t.lexemes[i].in_words:
        i += 2 if t.lexemes[i + 1].sign == ":" else 1
    again = _numeral(t, i, in_brackets=True)
    if again is None or t.lexemes[again.next].sign != ")":
        return None
    if again.digits == first.digits and again.value != first.value:
        return None  # "5 (10)" is no repetition
    written = first if first.digits else again
    return written._replace(next=again.next + 1, conflict=again.value != first.value, scaled=first.scaled or again.scaled)


def _numeral(t: Tokens, i: int, in_brackets: bool = False) -> Numeral | None:
    lexeme = t.lexemes[i]
    if lexeme.number is not None:
        return _digits(t, i)
    if lexeme.digit or lexeme.ten:
        return _words(t, i, in_brackets)
    if lexeme.halves:
        return Numeral(0.5, i + 1, digits=False)
    return None


def _digits(t: Tokens, i: int) -> Numeral:
    lexeme = t.lexemes[i]
    value = lexeme.number or 0.0
    j = i + 1
    if lexeme.shape == "vulgar":
        return Numeral(value, j)
    following = t.lexemes[j]
    if following.shape == "vulgar" and t.touch(i, j):  # "1½"
        return Numeral(value + (following.number or 0.0), j + 1)
    if following.number is not None and value < 1000 and not lexeme.grouped:
        spaced = _spaced_groups(t, i)
        if spaced is not None:
            return spaced
    if t.touch(i, j) and (following.scale or (following.hundred and value < 10)):
        return _scaled(t, i, digits=True) or Numeral(value, j)
    return Numeral(value, j, False, True, lexeme.grouped, False, lexeme.thousandth)


def _spaced_groups(t: Tokens, i: int) -> Numeral | None:
    """ "1 500 000 đ": groups of three parted by blanks, only in front of a currency."""
    j, text = i + 1, t.lexemes[i].raw
    while t.lexemes[j].shape == "number" and len(t.lexemes[j].raw) == 3 and t.lexemes[j].raw.isdigit() and t.touch(j - 1, j):
        text += t.lexemes[j].raw
        j += 1
    if j == i + 1 or not text.isdigit() or t.lexemes[j].unit != "money" or not t.touch(j - 1, j) or text.startswith("0"):
        return None
    return Numeral(float(text), j, grouped=True)


def _words(t: Tokens, i: int, in_brackets: bool) -> Numeral | None:
    lexeme = t.lexemes[i]
    if lexeme.unit and not in_brackets and not _five(t, i):  # "năm": the number only where a unit or a scale follows
        return None
    return _scaled(t, i, digits=False)


def _five(t: Tokens, i: int) -> bool:
    """Whether the word at `i` ("năm") is the number and not the year."""
    before = t.lexemes[i - 1]
    if t.touch(i - 1, i) and any(getattr(before, part) for part in _YEARS_BEFORE):
        return False
    j = i + 1
    following = t.lexemes[j]
    if not t.touch(i, j):
        return False
    if following.sign == "(":
        return t.lexemes[j + 1].number == t.lexemes[i].digit
    return bool(following.unit or following.hundred or following.tens or following.scale or following.part)


def _group(t: Tokens, i: int) -> tuple[float, int] | None:
    """A number below a thousand that begins at `i`: value and next token."""
    lexeme = t.lexemes[i]
    if lexeme.number is not None and lexeme.shape == "number":
        value = lexeme.number
        j = i + 1
        if not (value < 10 and t.lexemes[j].hundred and t.touch(i, j)):
            return value, j
        value *= 100
    elif lexeme.digit and t.lexemes[i + 1].hundred and t.touch(i, i + 1):
        value, j = lexeme.digit * 100.0, i + 1
    else:
        return _tens(t, i)
    j += 1  # behind "trăm"
    if not t.touch(j - 1, j):
        return value, j
    following = t.lexemes[j]
    if following.half_after:
        return value + 50, j + 1
    if following.link and t.lexemes[j + 1].digit and t.touch(j, j + 1):
        return value + t.lexemes[j + 1].digit, j + 2
    tail = _tens(t, j) if following.ten or following.digit else None
    if tail is None or (following.unit and not _five(t, j)):
        return value, j
    if tail[0] < 10:  # "hai trăm hai" = 220, only in front of a scale
        scale_follows = t.lexemes[tail[1]].scale and t.touch(tail[1] - 1, tail[1])
        return (value + 10 * tail[0], tail[1]) if scale_follows else (value, j)
    return value + tail[0], tail[1]


def _tens(t: Tokens, i: int) -> tuple[float, int] | None:
    lexeme = t.lexemes[i]
    if lexeme.ten:
        value, j = 10.0, i + 1
    elif lexeme.digit:
        following = t.lexemes[i + 1]
        if not t.touch(i, i + 1):
            return float(lexeme.digit), i + 1
        if following.tens:
            value, j = lexeme.digit * 10.0, i + 2
        elif following.after_ten and lexeme.digit > 1 and not lexeme.unit:
            return lexeme.digit * 10.0 + following.after_ten, i + 2
        else:
            return float(lexeme.digit), i + 1
    else:
        return None
    last = t.lexemes[j]
    if t.touch(j - 1, j):
        if last.after_ten:
            return value + last.after_ten, j + 1
        if last.digit and (not last.unit or (_five(t, j) and t.lexemes[j + 1].unit not in ("month_age", "age"))):
            return value + last.digit, j + 1
    return value, j


def _scaled(t: Tokens, i: int, digits: bool) -> Numeral | None:
    """Groups with falling scales: "một triệu năm trăm nghìn", "1 triệu 500 nghìn", "2 triệu rưỡi", "1 triệu 2"."""
    total, last, j = 0.0, float("inf"), i
    scaled = False
    while True:
        group = _group(t, j)
        if group is None or (scaled and t.lexemes[j].number is None and t.lexemes[j].unit and not _five(t, j)):
            break
        value, k = group
        scale = 1.0
        while t.lexemes[k].scale and t.touch(k - 1, k):
            scale *= t.lexemes[k].scale
            k += 1
        if scale > 1:
            if scale >= last:
                break
            total, last, j, scaled = total + value * scale, scale, k, True
            if t.lexemes[j].half_after and t.touch(j - 1, j):
                return Numeral(total + scale / 2, j + 1, True, digits)
            if t.lexemes[j].link and t.touch(j - 1, j):
                j += 1
            if not t.touch(j - 1, j):
                break
            continue
        if not scaled:
            total, j = value, k
        elif _closes(t, k):
            if value < 10 and last > 1000 and (t.lexemes[j].digit or len(t.lexemes[j].raw) == 1):
                total, j = total + value * last / 10, k
            elif value < last and (value >= 100 or last == 1000 or t.lexemes[k].unit == "money"):
                total, j = total + value, k
        break
    return Numeral(total, j, scaled, digits) if j > i else None


def _closes(t: Tokens, k: int) -> bool:
    """Whether an amount of money may end before token `k`: nothing, a mark or the currency follows, no unit of its own."""
    following = t.lexemes[k]
    if not t.touch(k - 1, k):
        return True
    return following.unit in ("", "money") and following.number is None and not following.digit


def word_fraction(t: Tokens, i: int) -> tuple[float, int] | None:
    """ "một phần ba", "hai phần ba" at token `i`: value and next token."""
    top, mark, bottom = t.lexemes[i], t.lexemes[i + 1], t.lexemes[i + 2]
    parts = bottom.digit or bottom.ordinal or bottom.after_ten  # "phần tư"
    if top.digit and mark.part and parts > 1 and t.touch(i, i + 1) and t.touch(i + 1, i + 2):
        return top.digit / parts, i + 3
    return None

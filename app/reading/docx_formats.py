"""Number formats of Word's lists (ECMA-376 part 1, 17.18.59): 5 → "V", "e", "05", "năm".

Reads a count and a format name; formats that only other scripts use fall back to decimal digits.
"""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
_SYMBOLS = "*†‡§"


def format_number(count: int, name: str, custom: str = "") -> str:
    """Return `count` (0 or more) in Word's format `name`; `custom` is the pattern of format "custom"."""
    match name:
        case "decimal" | "decimalFullWidth" | "decimalHalfWidth":
            return str(count)
        case "none" | "bullet":
            return ""
        case "lowerLetter":
            return letters(count)
        case "upperLetter":
            return letters(count).upper()
        case "lowerRoman":
            return roman(count)
        case "upperRoman":
            return roman(count).upper()
        case "decimalZero":
            return f"{count:02}"
        case "custom":
            return str(count).zfill(len(custom.split(",")[0].strip()))
        case "ordinal":
            return str(count) + _ordinal_suffix(count)
        case "vietnameseCounting":
            return vietnamese(count)
        case "cardinalText":
            return _english(count).capitalize()
        case "ordinalText":
            return _english_ordinal(count).capitalize()
        case "numberInDash":
            return f"- {count} -"
        case "decimalEnclosedParen":
            return f"({count})"
        case "decimalEnclosedFullstop":
            return f"{count}."
        case "hex":
            return f"{count:X}"
        case "chicago":
            return _SYMBOLS[(count - 1) % 4] * min((count - 1) // 4 + 1, 16) if count > 0 else ""
    return str(count)


def letters(count: int) -> str:
    """Return a, b … z, aa, bb …: Word repeats the letter, it does not count in base 26."""
    if count < 1:
        return ""
    return chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 64)


def roman(count: int) -> str:
    """Return lower-case Roman digits; beyond 3999 the decimal number."""
    if not 0 < count < 4000:
        return str(count)
    out = ""
    for worth, digits in _ROMAN:
        while count >= worth:
            out += digits
            count -= worth
    return out


def vietnamese(count: int) -> str:
    """Return Vietnamese number words up to 99, the decimal number beyond."""
    if not 0 <= count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    if not tens:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return head
    if ones == 5:
        return f"{head} lăm"
    return f"{head} mốt" if ones == 1 and tens > 1 else f"{head} {_DIGITS[ones]}"


def _ordinal_suffix(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _english(count: int) -> str:
    if not 0 <= count < 100:
        return str(count)
    if count < 20:
        return _ENGLISH[count]
    tens, ones = divmod(count, 10)
    return _TENS[tens] + (f"-{_ENGLISH[ones]}" if ones else "")


def _english_ordinal(count: int) -> str:
    words = _english(count)
    head, dash, last = words.rpartition("-")
    if last in _ORDINALS:
        return head + dash + _ORDINALS[last]
    return words[:-1] + "ieth" if words.endswith("y") else words + "th"

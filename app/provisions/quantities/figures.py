"""One figure: number, unit, range, clock or frequency, periods and base.

Reads tokens at the place where a number begins; writes a `Draft`, or None where the words are no figure.
"""

from __future__ import annotations

from app.provisions.quantities import calendar, frequencies
from app.provisions.quantities.draft import Draft
from app.provisions.quantities.numerals import Numeral, numeral, word_fraction
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.units import Unit, periods, unit_at, unit_behind
from app.provisions.quantity import Base

_WAGED = frozenset(("percent", "multiple", "month_wage", "day_wage"))
_UNCOUNTED = frozenset(("age", "distance", "people"))
_ITEM_WORDS = 5
_BASE_AHEAD = 6
_BASE_WORDS = 9


class Figures:
    """Reads the figures of one run of tokens."""

    __slots__ = ("t",)

    def __init__(self, tokens: Tokens) -> None:
        self.t = tokens

    def read(self, i: int) -> Draft | None:
        """The figure whose number begins at token `i`."""
        t = self.t
        lexeme = t.lexemes[i]
        if lexeme.multiple:
            return self._multiple(i, lexeme.multiple, i + 1)
        if lexeme.multiple_mark:
            factor = numeral(t, i + 1) if t.touch(i, i + 1) else None
            return None if factor is None or factor.scaled else self._multiple(i, factor.value, factor.next)
        if lexeme.shape == "pair":
            found = calendar.pair(t, i)
            if isinstance(found, Draft):
                return found
            number: Numeral | None = Numeral(found[0], found[1])
        elif lexeme.digit and t.lexemes[i + 1].part and (fraction := word_fraction(t, i)) is not None:
            number = Numeral(fraction[0], fraction[1], digits=False)
        else:
            number = numeral(t, i)
        if number is None:
            return None
        dated = calendar.calendar_day(t, i, number) if t.lexemes[i - 1].calendar else calendar.day_of_month(t, i, number)
        if dated is not None:
            return dated
        return self._figure(i, number)

    def _figure(self, i: int, number: Numeral) -> Draft | None:
        t = self.t
        before = t.lexemes[i - 1]
        near = t.touch(i - 1, i)
        labelled = near and before.label and before.bound is None
        unit = unit_behind(t, number, labelled)
        behind = t.lexemes[number.next]
        share = 0 < number.value < 1 and (number.value == 0.5 or t.lexemes[i].shape != "number")
        if share and (behind.wage or behind.base or (behind.label and behind.unit in ("", "item"))):
            return self._multiple(i, round(number.value, 6), number.next)
        second = self._range(number, unit)
        if second is not None:
            return self._ranged(i, number, unit, *second)
        if unit is None:
            return self._bare(i, number, before.unit == "times" and near, labelled)
        if unit.name == "money" and unit.next == number.next and not number.scaled:
            return None
        clock = calendar.clock(t, i, number, unit)
        if clock is not None:
            return clock
        if unit.kind in ("day", "week", "month", "year") and unit.whole and not unit.working:
            give = near and (before.phrase.endswith("nghỉ") or before.phrase.endswith("nghỉ phép"))
            value = number.value * (1.5 if unit.half and number.value == 1 else 1)
            often = frequencies.interval_behind(t, i, value, unit.name, unit.next, give)
            if often is not None:
                return often
            if near and before.interval_mark and unit.name != "day":
                return frequencies.interval(t, i, value, unit.name, 1.0, unit.next)
        draft = self._draft(i, number, unit)
        self._repeat(draft, number, unit)
        if unit.name == "hour":
            self._minutes(draft)
        self._finish(draft, unit)
        if near and before.from_ and t.lexemes[draft.next].change and numeral(t, draft.next + 1) is not None:
            draft.changed = True
        return draft

    def _draft(self, i: int, number: Numeral, unit: Unit) -> Draft:
        t = self.t
        value = number.value
        if unit.name == "money" and number.decimal_comma and not number.scaled:
            value *= 1000  # "1,500 đồng"
        value = (value + (0.5 if unit.half else 0.0)) * unit.factor
        value = round(value, 6)
        kind = unit.kind
        if kind == "times" and self._is_factor(i, number, unit):
            kind = "multiple"
        draft = Draft(kind, value, value, i, unit.next, t.starts[i], max(unit.end, t.ends[number.next - 1]), left=i)
        draft.working = unit.working
        draft.conflict = number.conflict
        draft.base = unit.base
        return draft

    def _is_factor(self, i: int, number: Numeral, unit: Unit) -> bool:
        """Whether "1,5 lần" multiplies: it is broken, or wages follow, or "gấp", "bằng" stands before."""
        t = self.t
        behind = t.lexemes[unit.next]
        if number.value != int(number.value):
            return True
        if t.touch(unit.next - 1, unit.next) and (behind.wage or behind.base or "so với.." in behind.phrase):
            return True
        return t.touch(i - 1, i) and t.lexemes[i - 1].multiple_mark

    def _multiple(self, i: int, value: float, after: int) -> Draft:
        t = self.t
        if t.lexemes[after].unit == "times" and t.touch(after - 1, after):
            after += 1
        draft = Draft("multiple", value, value, i, after, t.starts[i], t.ends[after - 1], left=i)
        self._base(draft)
        return draft

    def _bare(self, i: int, number: Numeral, which_time: bool, labelled: bool) -> Draft | None:
        """A number with no unit: money where a period follows, which time ("lần 2"), a fraction of something, or a bare number."""
        t = self.t
        j = number.next
        if which_time and number.value == int(number.value) and not number.scaled:
            draft = Draft("times", number.value, number.value, i - 1, j, t.starts[i - 1], t.ends[j - 1], role="condition")
            draft.ordinal = True
            return draft
        if t.lexemes[i].shape == "number" and number.value >= 1000 and (number.grouped or (number.value >= 10000 and not labelled)):
            pers, k = periods(t, j, money=True)
            if pers:
                draft = Draft("money", number.value, number.value, i, k, t.starts[i], t.ends[k - 1], left=i)
                draft.per = pers
                return draft
        if not number.digits:
            draft = Draft("number", number.value, number.value, i, j, t.starts[i], t.ends[j - 1], left=i)
            draft.number_of_words = True
            return draft
        dashed = self._dashed_date(i, number)
        if dashed is not None:
            return dashed
        draft = Draft("number", number.value, number.value, i, j, t.starts[i], t.ends[j - 1], left=i)
        draft.money_like = number.grouped and not labelled
        draft.conflict = number.conflict
        draft.plain = not labelled and not number.grouped and number.value == int(number.value) < 1000 and not self._name(i)
        if labelled:
            draft.role = "other"
        return draft

    def _name(self, i: int) -> bool:
        """Whether the number belongs to a name: a word in capitals stands before it within the sentence ("Nậm Na Hạ 1")."""
        text, end = self.t.text, self.t.starts[i] - 1
        start = text.rfind(" ", max(0, end - 12), end) + 1
        return 0 < start < end and text[start].isupper() and text[start - 2 : start - 1] not in (".", ";", ":", "|", "-")

    def _dashed_date(self, i: int, number: Numeral) -> Draft | None:
        """ "30-4": a day and a month with nothing between, where no unit follows."""
        t = self.t
        month = t.lexemes[i + 2]
        if t.lexemes[i + 1].sign != "-" or t.ends[i] != t.starts[i + 1] or t.ends[i + 1] != t.starts[min(i + 2, t.size - 1)]:
            return None
        if not (month.raw.isdigit() and 1 <= int(month.raw) <= 12 and 1 <= number.value <= 31 and len(t.lexemes[i].raw) <= 2):
            return None
        value = int(month.raw) * 100 + number.value
        return Draft("date", value, value, i, i + 3, t.starts[i], t.ends[i + 2], role="condition")

    # --- ranges ---

    def _range(self, low: Numeral, unit: Unit | None) -> tuple[Numeral, Unit | None, int] | None:
        """The upper end of a range whose lower end is `low` with `unit`: its number, unit and first token."""
        t = self.t
        j = unit.next if unit is not None else low.next
        joint = t.lexemes[j]
        if not joint.to or not t.touch(j - 1, j):
            if unit is None or joint.sign != "/":
                return None
            _, j = periods(t, j, money=True)
            joint = t.lexemes[j]
            if not joint.to or not t.touch(j - 1, j):
                return None
        k = j + 1
        if t.lexemes[k].bound is not None and t.touch(j, k):
            k += 1
        if not t.touch(k - 1, k):
            return None
        high = numeral(t, k)
        if high is None or t.lexemes[k].shape == "pair":
            return None
        other = unit_behind(t, high, False)
        if unit is None and other is None and not (low.grouped and high.grouped):
            return None
        if unit is not None and other is not None and unit.name == "month" and other.name == "month_age":
            return high, other, k  # "từ đủ 06 tháng đến dưới 60 tháng tuổi"
        if unit is not None and other is not None and (unit.kind, unit.name) != (other.kind, other.name):
            return None
        if unit is not None and other is None and (joint.sign != "" and t.starts[k] - t.ends[j] > 1):
            return None
        if other is not None and other.name == "money" and unit is None and not (low.scaled or low.grouped or high.scaled):
            return None if low.value < 1000 else (high, other, k)
        return high, other, k

    def _ranged(self, i: int, low: Numeral, unit: Unit | None, high: Numeral, other: Unit | None, k: int) -> Draft | None:
        t = self.t
        both = other or unit
        if both is None:
            after = high.next
            draft = Draft("number", low.value, high.value, i, after, t.starts[i], t.ends[after - 1], left=i)
            draft.money_like = True
        else:
            after = other.next if other is not None else max(high.next, both.next)
            a, b = low.value, high.value
            if both.name == "money":
                a, b = self._money_ends(low, high)
            elif unit is not None and unit.half:
                a += 0.5
            if other is not None and other.half:
                b += 0.5
            a, b = a * both.factor, b * both.factor
            end = other.end if other is not None else t.ends[high.next - 1]
            draft = Draft(both.kind, round(a, 6), round(b, 6), i, after, t.starts[i], end, left=i)
            if both.name == "hour" and (a > b or self._clock_range(i, after, low, high)):
                if t.lexemes[after].clock_after and t.touch(after - 1, after):
                    draft.next, draft.end = after + 1, t.ends[after]
                draft.kind, draft.role = "clock", "condition"
                draft.bound = "range"
                return draft
            draft.working = both.working
            draft.base = both.base
        if draft.low > draft.high:
            return self._figure_alone(i, low, unit)
        draft.under = t.lexemes[k - 1].bound == "less_than"
        draft.bound = "range" if draft.low != draft.high else "exact"
        draft.conflict = low.conflict or high.conflict
        if both is not None and both.kind == "times" and self._is_factor(k, high, both):
            draft.kind = "multiple"
        if both is None:
            pers, after = periods(t, draft.next, money=True)
            if pers:
                draft.kind, draft.per, draft.next, draft.end = "money", pers, after, t.ends[after - 1]
        else:
            self._finish(draft, both)
        return draft

    def _figure_alone(self, i: int, number: Numeral, unit: Unit | None) -> Draft | None:
        if unit is None:
            return self._bare(i, number, False, False)
        draft = self._draft(i, number, unit)
        self._finish(draft, unit)
        return draft

    def _money_ends(self, low: Numeral, high: Numeral) -> tuple[float, float]:
        """Both ends in đồng: "2-5 triệu" and "300 đến 500 nghìn" share the scale behind the second."""
        a, b = low.value, high.value
        if high.scaled and not low.scaled and a < 1000:
            scale = self.t.lexemes[high.next - 1].scale
            if scale and a * scale <= b:
                a *= scale
        if high.decimal_comma and not high.scaled and low.decimal_comma:
            a, b = a * 1000, b * 1000
        return a, b

    def _clock_range(self, i: int, after: int, low: Numeral, high: Numeral) -> bool:
        t = self.t
        if low.value > 24 or high.value > 24:
            return False
        if t.lexemes[after].clock_after and t.touch(after - 1, after):
            return True
        k = i - 1
        if t.lexemes[k].from_ and t.touch(k, i) and not t.lexemes[k].clock_before:
            k -= 1
        return t.lexemes[k].clock_before and t.touch(k, k + 1) and not t.lexemes[k].from_

    # --- what stands behind ---

    def _repeat(self, draft: Draft, number: Numeral, unit: Unit) -> None:
        """The same figure once more in brackets: "500.000 đồng (năm trăm nghìn đồng)"."""
        t = self.t
        j = draft.next
        if t.lexemes[j].sign != "(" or not t.touch(j - 1, j):
            return
        k = j + 1
        if t.lexemes[k].in_words:
            k += 2 if t.lexemes[k + 1].sign == ":" else 1
        again = numeral(t, k)
        if again is None or again.digits == number.digits:
            return
        other = unit_behind(t, again, False)
        if other is None or other.kind != unit.kind:
            return
        close = other.next + 1 if t.lexemes[other.next].round else other.next
        if t.lexemes[close].sign != ")":
            return
        second = again.value + (0.5 if other.half else 0)
        first = number.value + (0.5 if unit.half else 0)
        draft.conflict = draft.conflict or second != first
        if not number.digits:
            draft.low = draft.high = second * unit.factor
        draft.next, draft.end = close + 1, t.ends[close]

    def _minutes(self, draft: Draft) -> None:
        """ "1 giờ 30 phút" is one length of time."""
        t = self.t
        more = numeral(t, draft.next) if t.touch(draft.next - 1, draft.next) else None
        if more is None or more.value >= 60:
            return
        unit = unit_behind(t, more, False)
        if unit is not None and unit.name == "minute":
            draft.low = draft.high = draft.low + more.value / 60
            draft.next, draft.end = unit.next, unit.end

    def _finish(self, draft: Draft, unit: Unit) -> None:
        t = self.t
        if draft.kind in _UNCOUNTED:
            return
        draft.per, after = periods(t, draft.next, money=draft.kind == "money")
        if draft.per:
            draft.next, draft.end = after, t.ends[after - 1]
        elif draft.kind == "number":
            self._item_period(draft)
        elif draft.kind == "times" and t.lexemes[draft.first - 1].multiple_before and t.touch(draft.first - 1, draft.first):
            draft.kind = "multiple"  # "bằng 2 lần"
        if draft.kind in _WAGED:
            self._base(draft)

    def _item_period(self, draft: Draft) -> None:
        """ "04 bộ quần áo bảo hộ/năm": the thing may have more words before what it is given for."""
        t = self.t
        for i in range(draft.next, min(t.size, draft.next + 4)):
            if t.text.count(" ", draft.end, t.starts[i]) > _ITEM_WORDS or t.lexemes[i].number is not None:
                return
            if t.lexemes[i].sign == "/" or t.lexemes[i].every:
                # the word before the stroke need not be a token
                draft.per, after = periods(t, i, money=False, touching=True)
                if draft.per:
                    draft.next, draft.end = after, t.ends[after - 1]
                return
            if t.lexemes[i].sign:
                return

    def _base(self, draft: Draft) -> None:
        """The wage or value that a share is counted from: named behind the figure, else before it."""
        if draft.base:
            return
        t = self.t
        for i in range(draft.next, min(t.size, draft.next + _BASE_AHEAD)):
            lexeme = t.lexemes[i]
            if lexeme.sign or lexeme.base_break or lexeme.number is not None:
                break
            if t.text.count(" ", draft.end, t.starts[i]) > _BASE_WORDS:
                break
            if lexeme.base:
                draft.base = lexeme.base
                if i == draft.next and t.touch(i - 1, i):
                    draft.next, draft.end = i + 1, t.ends[i]
                    if not draft.per:
                        draft.per, after = periods(t, i + 1, money=False)
                        if draft.per:
                            draft.next, draft.end = after, t.ends[after - 1]
                return
        if draft.kind in ("percent", "multiple"):
            draft.base = self._base_before(draft)

    def _base_before(self, draft: Draft) -> Base:
        t = self.t
        for i in range(draft.first - 1, max(-1, draft.first - 8), -1):
            lexeme = t.lexemes[i]
            if lexeme.sign or lexeme.stop or lexeme.number is not None:
                break
            if lexeme.base:
                return lexeme.base
        return ""


__all__ = ["Figures", "unit_at"]

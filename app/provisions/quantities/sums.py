"""Sums: figures joined by "+" or "cộng" are one amount ("150% + 30%", "lương ngày + 50%").

Reads the quantities of one text; marks each that is added to the one before it as `plus`, and writes the day's own wage where it is
added to as a day's wage. Linear in the text: every gap that is looked at is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from app.provisions.quantities.spelling import lower, variants
from app.provisions.quantities.vocabulary import Vocabulary
from app.provisions.quantity import Quantity

_JOINED = frozenset(("percent", "money", "day", "hour", "minute", "month_wage", "day_wage", "multiple"))
_REACH = 48  # characters between two figures of one sum
_APART = re.compile(r"[\d.;:|\n]")


class Sums:
    """The words of the rule file that add one figure to another, compiled."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = vocabulary.words["sums"]
        plus = _either(words["plus"])
        self._sign = re.compile("|".join(map(re.escape, words["plus"])))
        self._joins = re.compile(rf"(?:{plus})\s*$")
        self._wage = re.compile(rf"(?P<wage>(?:{_either(words['own_wage'])}))\s*(?:{plus})\s*$")
        self._none = re.compile(_either(words["none"]))
        self._if = re.compile(rf"\s*[,(]?\s*(?:{_either(words['condition'])})")

    def join(self, text: str, found: tuple[Quantity, ...], offset: int) -> tuple[Quantity, ...]:
        """The quantities of `text` with the sums marked; spans count from `offset`."""
        if not found or self._sign.search(small := lower(text)) is None:
            return found
        out: list[Quantity] = []
        for q in found:
            before = out[-1] if out else None
            start = q.start - offset
            if q.kind in _JOINED and q.role in ("amount", "increment"):
                if before is not None and before.kind == q.kind and self._adds(small, before, q, offset):
                    q = replace(q, role="increment", plus=True)
                elif q.kind == "percent":
                    wage = self._wage.search(small, max(0, start - _REACH), start)
                    if wage is not None and (before is None or before.end - offset <= wage.start("wage")):
                        at = (wage.start("wage") + offset, wage.end("wage") + offset)
                        out.append(Quantity("day_wage", 1.0, 1.0, *at))
                        q = replace(q, role="increment", plus=True)
            out.append(q)
        return tuple(out)

    def _adds(self, small: str, before: Quantity, q: Quantity, offset: int) -> bool:
        gap = small[before.end - offset : q.start - offset]
        if len(gap) > _REACH or _APART.search(gap) or before.role not in ("amount", "increment"):
            return False
        if self._joins.search(gap) is None or self._none.search(gap) or (q.per and q.per != before.per):
            return False
        if gap.strip() == "+":
            return True
        return "," not in gap and self._if.match(small, q.end - offset) is None


def _either(phrases: Iterable[str]) -> str:
    written = sorted({one for phrase in phrases for one in variants(phrase)}, key=len, reverse=True)
    return "|".join(re.escape(one) if not one[0].isalpha() else rf"\b{re.escape(one)}\b" for one in written)

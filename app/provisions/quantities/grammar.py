"""The grammar: one walk over the tokens of a text, then one over the figures found.

Reads text and the header cell above it; writes the text's quantities in order. Time grows linearly with the text: every look to the
left or right is bounded by a number of tokens.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.provisions.collector import held_off
from app.provisions.quantities import bounds, calendar, frequencies
from app.provisions.quantities.combine import combine
from app.provisions.quantities.draft import Draft
from app.provisions.quantities.figures import Figures
from app.provisions.quantities.frequencies import Leading
from app.provisions.quantities.headers import NO_HEADER, Header, read_header
from app.provisions.quantities.lexicon import Lexicon
from app.provisions.quantities.numerals import numeral
from app.provisions.quantities.scanner import NOTHING, Tokens, scan
from app.provisions.quantities.sums import Sums
from app.provisions.quantities.vocabulary import RULES, load
from app.provisions.quantity import Quantity

_AMOUNTS = frozenset(("money", "percent", "day", "hour", "minute", "week", "month"))


class Grammar:
    """The loaded rule file, ready to parse. Immutable after construction but for a small cache of headers."""

    def __init__(self, path: Path = RULES) -> None:
        """Load; raises QuantityRulesError where the rule file is wrong."""
        with held_off():
            self.vocabulary = load(path)
            self.lexicon = Lexicon(self.vocabulary)
            self.sums = Sums(self.vocabulary)
        self.header = lru_cache(maxsize=512)(self._read_header)

    def _read_header(self, header: str) -> Header:
        return read_header(header, self.lexicon)

    def parse(self, text: str, *, header: str = "", offset: int = 0) -> tuple[Quantity, ...]:
        """The quantities of `text`, in text order, none over another; their spans count from `offset`."""
        t = scan(text, self.lexicon)
        if t is None:
            return ()
        ruling = self.header(header) if header else NO_HEADER
        drafts, leads = self._read(t, ruling)
        return self.sums.join(text, combine(t, drafts, leads, ruling, self.vocabulary.money_from, offset), offset)

    def _read(self, t: Tokens, header: Header) -> tuple[list[Draft], list[Leading]]:
        drafts: list[Draft] = []
        leads: list[Leading] = []
        figures = Figures(t)
        lexemes = t.lexemes
        reach = self.vocabulary.linked_reach
        behind = 0  # the token behind what was read last
        for i in [i for i, lexeme in enumerate(lexemes) if lexeme.starts]:
            if i < behind:
                continue
            lexeme = lexemes[i]
            floor = drafts[-1].next if drafts else 0
            if lexeme.every:
                found = frequencies.every(t, i)
                if isinstance(found, Leading):
                    leads.append(found)
                elif found is not None:
                    bounds.bind_bounds(t, found, floor, reach)
                    drafts.append(found)
                if found is not None:
                    behind = found.next
                    continue
            elif lexeme.ordinal_mark:
                behind = self._ordinal(t, i, floor, drafts)
                continue
            many = self._named(t, i)
            if many:
                drafts += many
                behind = many[-1].next
                continue
            draft = figures.read(i)
            if draft is None:
                continue
            if draft.kind not in ("date", "legal", "clock") and not draft.ordinal:
                bounds.bind_bounds(t, draft, floor, reach)
            drafts.append(draft)
            behind = draft.next
        return drafts, leads

    def _ordinal(self, t: Tokens, i: int, floor: int, drafts: list[Draft]) -> int:
        j = i + 1
        if not t.touch(i, j):
            return j
        number = numeral(t, j)
        if number is not None:
            value, after = number.value, number.next
        elif t.lexemes[j].ordinal or t.lexemes[j].digit or t.lexemes[j].after_ten:
            value, after = float(t.lexemes[j].ordinal or t.lexemes[j].digit or t.lexemes[j].after_ten), j + 1
        else:
            return j
        draft = calendar.ordinal(t, i, value, after)
        if draft is not None and draft.first >= floor:
            drafts.append(draft)
        return after

    def _named(self, t: Tokens, i: int) -> list[Draft]:
        """What a number is by its own shape or the noun before it: a date, a code, the figures of a citation."""
        lexeme = t.lexemes[i]
        before = t.lexemes[i - 1]
        if before.label and not before.legal and t.lexemes[i - 2].legal and t.touch(i - 2, i - 1):
            before = t.lexemes[i - 2]  # "Nghị định số 145"
        behind = t.lexemes[i + 1]
        if behind.unit in _AMOUNTS and t.touch(i, i + 1):
            before = NOTHING  # "một khoản 500.000 đồng"
        if before.legal and (lexeme.number is not None or lexeme.shape in ("pair", "code")) and t.touch(i - 1, i):
            return calendar.citation(t, i)
        if lexeme.shape in ("date", "month_year", "clock", "code"):
            return [calendar.marked(t, i)]
        return []


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The grammar of the project's own rule file, loaded once."""
    return Grammar()


def parse(text: str, *, header: str = "", offset: int = 0) -> tuple[Quantity, ...]:
    """Read every quantity of `text`.

    `text` is clean document text (NFC). `header` is the header cell that rules it when it is a table cell: its unit, period, base and
    role are inherited by the cell's bare numbers. Spans are those in `text` plus `offset`; the quantities are in order and do not
    overlap. Never raises on any text.
    """
    return grammar().parse(text, header=header, offset=offset)


def outside(header: str) -> bool:
    """Whether a header cell rules what others than the employer give, or what people who are no regular workers get."""
    return grammar().header(header).outside

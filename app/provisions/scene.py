"""The scene that matching looks at: every statement of an agreement with its words, hits, figures and the names in its context.

Reads `structure.Agreement` and the compiled rules; writes a `Scene`. Cells of a table take the unit of their header, of the words before
the table or of the row's label; the remarks behind the last amount of a row name nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.provisions import quantities as quantity_grammar
from app.provisions.quantity import Quantity
from app.provisions.rules import Rules
from app.provisions.statements import Statement, statements
from app.provisions.vocabulary import Hit, Hits
from app.provisions.words import Words, forms, words
from app.structure.agreement import Agreement

SPEAKING = ("sentence", "item", "row", "intro")  # kinds of statement that may promise something; the others are context

_DIVIDES = frozenset(";:()–—")
_PARTING = frozenset(forms("thì nhưng vi"))
_SUBJECTS = frozenset(forms("ai người nếu khi trường mỗi bị sẽ phải mà riêng số mức"))  # begin another thought after a comma


def stage(agreement: Agreement, rules: Rules) -> Scene:
    """Set the scene of one agreement."""
    builder = _Builder(agreement, rules)
    text, found = agreement.text, builder.statements
    figures = [builder.quantities(s) if s.kind in SPEAKING else () for s in found]
    runs = [words(text, s.start, _named_until(s, q), builder.abbreviations) for s, q in zip(found, figures, strict=True)]
    hits = rules.vocabulary.find([run.forms for run in runs])
    return Scene(agreement, rules, builder.abbreviations, found, runs, hits, figures)


class Scene:
    """All statements of one agreement with their words, hits, quantities and context names."""

    def __init__(
        self,
        agreement: Agreement,
        rules: Rules,
        abbreviations: Mapping[str, tuple[str, ...]],
        statements: list[Statement],
        words: list[Words],
        hits: list[Hits],
        quantities: list[tuple[Quantity, ...]],
    ) -> None:
        self.agreement = agreement
        self.rules = rules
        self.abbreviations = abbreviations
        self.statements = statements
        self.words = words
        self.hits = hits
        self.quantities = quantities
        self._parts: dict[int, list[int]] = {}
        self._context: dict[int, frozenset[str]] = {}
        self._near: dict[int, frozenset[str]] = {}
        self._title: dict[int, frozenset[str]] = {}
        self._headings: dict[tuple[int, ...], frozenset[str]] = {}

    def cell(self, row: Statement, start: int, end: int, header: str, quantities: tuple[Quantity, ...]) -> Statement:
        """Add one cell of a row as a statement of its own, the words of its header before its own."""
        above = words(header, 0, len(header), self.abbreviations).forms
        run = Words(above, [start] * len(above), [start] * len(above)) + words(self.agreement.text, start, end, self.abbreviations)
        cell = replace(row, index=len(self.statements), start=start, end=end, cells=())
        self.statements.append(cell)
        self.words.append(run)
        self.hits += self.rules.vocabulary.find([run.forms])
        self.quantities.append(quantities)
        return cell

    def headings(self, statement: Statement) -> frozenset[str]:
        key = tuple(statement.headings)
        found = self._headings.get(key)
        if found is None:
            found = frozenset().union(*[self.hits[index] for index in key])
            self._headings[key] = found
        return found

    def title(self, statement: Statement) -> frozenset[str]:
        """Names in the nearest heading above and in the introduction of the statement's list or table."""
        found = self._title.get(statement.index)
        if found is None:
            places = [*statement.headings[:1], *([statement.intro] if statement.intro is not None else [])]
            found = self._title[statement.index] = frozenset().union(*[self.hits[index] for index in places])
        return found

    def near(self, statement: Statement) -> frozenset[str]:
        """Names in the introduction, table header and earlier sentences, and in the nearest heading."""
        found = self._near.get(statement.index)
        if found is None:
            places = [*statement.context, *statement.headings[:1]]
            found = frozenset().union(*[self.hits[index] for index in places])
            self._near[statement.index] = found
        return found

    def context(self, statement: Statement) -> frozenset[str]:
        """`near` and all headings above."""
        found = self._context.get(statement.index)
        if found is None:
            found = self.near(statement) | self.headings(statement)
            self._context[statement.index] = found
        return found

    def parts(self, statement: Statement) -> list[int]:
        """The number of the part of the sentence that each word stands in.

        Parts are divided by ; : ( ) – and "thì", "nhưng", "vi (phạm)", and by a comma before another subject or case, not within a list.
        """
        found = self._parts.get(statement.index)
        if found is None:
            run, text = self.words[statement.index], self.agreement.text
            found, part = [], 0
            for place, word in enumerate(run.forms):
                between = text[run.ends[place - 1] : run.starts[place]] if place else ""
                part += word in _PARTING or not _DIVIDES.isdisjoint(between) or (word in _SUBJECTS and "," in between)
                found.append(part)
            self._parts[statement.index] = found
        return found

    def intro_names(self, statement: Statement) -> Mapping[str, list[Hit]]:
        return self.hits[statement.intro] if statement.intro is not None else {}

    def span(self, statement: Statement, hit: Hit) -> tuple[int, int]:
        run = self.words[statement.index]
        return run.starts[hit[0]], run.ends[hit[1] - 1]


class _Builder:
    """Reads the figures of each statement."""

    def __init__(self, agreement: Agreement, rules: Rules) -> None:
        self.agreement = agreement
        self.rules = rules
        self.statements = statements(agreement)
        self.abbreviations = _abbreviations(agreement, rules)
        self._notes: dict[int, str] = {}
        headers = [agreement.text[a:b] for s in self.statements if s.kind == "header" for a, b, _ in s.cells]
        self.law_headers = {header for header in headers if _names_law(header, rules, self.abbreviations)}

    def quantities(self, statement: Statement) -> tuple[Quantity, ...]:
        text = self.agreement.text
        if not statement.cells:
            return quantity_grammar.parse(text[statement.start : statement.end], offset=statement.start)
        out: list[Quantity] = []
        label = text[statement.cells[0][0] : statement.cells[0][1]]
        units = (self._unit_note(statement), label)
        for start, end, header in statement.cells:
            found = quantity_grammar.parse(text[start:end], header=header, offset=start)
            for unit in units:
                if unit and found and all(q.kind == "number" for q in found) and start != statement.cells[0][0]:
                    found = quantity_grammar.parse(text[start:end], header=unit, offset=start)
            if header and quantity_grammar.outside(header):
                found = tuple(replace(q, role="other") if q.role in ("amount", "increment") else q for q in found)
            if header in self.law_headers:
                found = tuple(replace(q, role="statutory") if q.role == "amount" else q for q in found)
            out += found
        return tuple(out)

    def _unit_note(self, row: Statement) -> str:
        """The unit that the words before a table give for all of it: "đơn vị tính: nghìn đồng/tháng"."""
        places = [*([row.intro] if row.intro is not None else []), *row.context]
        for place in places:
            note = self._notes.get(place)
            if note is None:
                note = self._notes[place] = self._read_note(self.statements[place])
            if note:
                return note
        return ""

    def _read_note(self, statement: Statement) -> str:
        text = self.agreement.text
        run = words(text, statement.start, statement.end, {})
        hits = self.rules.vocabulary.find([run.forms])[0].get("unit_note")
        return text[run.ends[hits[-1][1] - 1] : statement.end].strip(" :.;)") if hits else ""


def _named_until(statement: Statement, quantities: Sequence[Quantity]) -> int:
    """Where the words that name a thing end: in a table row the cells after the last amount are conditions and remarks."""
    if not statement.cells:
        return statement.end
    amounts = [q.start for q in quantities if q.role in ("amount", "increment")]
    holders = [end for start, end, _ in statement.cells[1:] if any(start <= at < end for at in amounts)]
    return holders[-1] if holders else statement.end


def _abbreviations(agreement: Agreement, rules: Rules) -> dict[str, tuple[str, ...]]:
    """The shared short forms and the agreement's own ("NLĐ: người lao động"); a capital form that stands for other words."""
    out = dict(rules.abbreviations)
    for short, meaning in agreement.definitions:
        key = short.strip().lower()
        if 2 <= len(key) <= 12 and " " not in key and short.strip().isupper() and len(meaning) <= 60:
            out[key] = tuple(forms(meaning))
    return out


def _names_law(header: str, rules: Rules, abbreviations: Mapping[str, tuple[str, ...]]) -> bool:
    hits = rules.vocabulary.find([words(header, 0, len(header), abbreviations).forms])[0]
    return "law_column" in hits and not ({"employer", "more_than_law"} & set(hits))

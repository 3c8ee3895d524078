"""What an agreement says of itself: title, number, parties, place, region, dates, headcount.

Reads a `Source` and its clauses; writes `Metadata` and the signatories. A field the text is silent about is None.
"""

from __future__ import annotations

import re
from collections import Counter

from app.reading.document import Notice
from app.structure.agreement import Clause, Metadata, Signatory
from app.structure.parties import PartiesReader
from app.structure.phrases import value
from app.structure.rules import StructureRules
from app.structure.signatories import Signatories
from app.structure.source import Source
from app.structure.validity import ValidityReader

_NUMBER = re.compile(r"so\s*[:.]?\s*(?P<n>[\w.…_-]*\s?(?:[/\\-]\s?[\w.…&-]+)+|\d{1,4}(?=\s|$))")
_HEAD_ROWS = 40
_HEADCOUNT_REACH = 16000  # characters from the start in which the headcount is looked for
_ALL_REGIONS = 3
_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}


class MetadataReader:
    """Reads the metadata of one agreement; `notices` says what was in doubt."""

    def __init__(self, source: Source, rules: StructureRules, clauses: tuple[Clause, ...]) -> None:
        self._source = source
        self._rules = rules
        self._clauses = clauses
        first = clauses[0] if clauses else None
        self._preamble = [source.rows[i] for i in first.lines] if first is not None and first.kind == "preamble" else []
        self.notices: list[Notice] = []

    def read(self) -> tuple[Metadata, tuple[Signatory, ...]]:
        title = self.title_row()
        parties = PartiesReader(self._source, self._rules, self._preamble, title).read()
        validity = ValidityReader(self._source, self._rules, self._clauses, self._preamble, title)
        dates = validity.read()
        self.notices += validity.notices
        signatories = Signatories(self._source, self._rules, self._clauses, parties).read()
        metadata = Metadata(
            title=self._title(title),
            number=self._number(title),
            employer=parties.employer,
            province=parties.province,
            wage_region=self._region(),
            place=parties.place,
            signed_on=dates.signed_on,
            effective_from=dates.effective_from,
            term_months=dates.term_months,
            expires_on=dates.expires_on,
            workers=self._workers(),
        )
        return metadata, signatories

    def title_row(self) -> int | None:
        """Position in the preamble of the line that titles the agreement."""
        pattern = self._rules["metadata.titles"]
        for n, row in enumerate(self._preamble[:_HEAD_ROWS]):
            m = pattern.match(row.fold.lstrip('“"( '))
            if m and (row.display or len(row.text) <= m.end() + 60) and row.text[:1].isupper():
                return n
        return None

    def _title(self, at: int | None) -> str | None:
        if at is None:
            return None
        title = self._preamble[at].text
        for row in self._preamble[at + 1 : at + 2]:
            if row.text.startswith("(") and len(row.text) < 80:
                title = f"{title} {row.text}"
        return title

    def _number(self, title: int | None) -> str | None:
        """ "Số: 02/2024/TƯLĐTT-HNKA" of the letterhead; None where its figure is left blank."""
        until = (title if title is not None else 12) + 4
        for row in self._preamble[:until]:
            for m in _NUMBER.finditer(row.fold):
                before = row.fold[: m.start()].rstrip()
                if before and before[-1].isalpha() and not row.display and m.start() > 60:
                    continue
                if m.start() and row.fold[m.start() - 1].isalnum():
                    continue
                number = re.sub(r"\s*([/\\-])\s*", r"\1", row.text[m.start("n") : m.end("n")]).strip(" .")
                first = re.split(r"[/\\-]", number)[0]
                # a line of its own may begin with letters ("Số: AB-TƯLĐTT/2024"), not with a blank to be filled in
                begins = number if not m.start() and first[:1].isalpha() else first
                told = any(c.isdigit() for c in begins)
                if told and not self._rules["metadata.other_dates"].match(row.fold.lstrip("-+ ")):
                    return number
        return None

    def _region(self) -> str | None:
        """The wage region the text names for this employer; None where it names several alike."""
        folded, text = self._source.folded, self._source.text
        lines: dict[int, list[tuple[int, str]]] = {}  # start of the line -> weight and region of each mention
        at = folded.find("vung ")
        while at >= 0:
            line = folded.rfind("\n", 0, at) + 1
            found = self._region_at(folded, text, max(line, at - 120), at)
            if found:
                lines.setdefault(line, []).append(found)
            at = folded.find("vung ", at + 5)
        votes: Counter[str] = Counter()
        for mentions in lines.values():
            if len({region for _, region in mentions}) < _ALL_REGIONS:  # a line that lists them all is the decree's table
                for weight, region in mentions:
                    votes[region] += weight
        ranked = votes.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]

    def _region_at(self, folded: str, text: str, low: int, at: int) -> tuple[int, str] | None:
        for weight, pattern in self._rules.regions:
            near = [m for m in pattern.finditer(folded, low, at + 14) if m.end() > at]
            if near:
                region = value(near[-1], "region") or ""
                name = _region_name(text[near[-1].end() - len(region) : near[-1].end()])
                return (weight, name) if name else None
        return None

    def _workers(self) -> int | None:
        folded = self._source.folded[:_HEADCOUNT_REACH]
        for pattern in self._rules.ordered["metadata.workers"]:
            for m in pattern.finditer(folded):
                count = int(re.sub(r"\D", "", value(m, "people") or "0"))
                if 2 <= count <= 1_000_000:
                    return count
        return None


def _region_name(written: str) -> str | None:
    """ "III", "3", "Ill" (as a scan reads it) -> "III"."""
    if written.isdigit():
        return _ROMAN.get(int(written))
    if not all(c in "IViv1l|" for c in written) or (written.islower() and len(written) == 1 and written not in "iv"):
        return None
    name = written.replace("1", "I").replace("l", "I").replace("|", "I").upper()
    return name if name in _ROMAN.values() else None

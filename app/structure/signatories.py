"""Who signs the agreement: for each side the office and the name in the signature block.

Reads the clause "KY" and the persons of the preamble; writes `Signatory`s. Lines with both sides in one ("… LAO ĐỘNG   ĐẠI DIỆN …") are
parted by the words that head each side, by offices and by the names that the preamble gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.structure.agreement import Clause, Signatory
from app.structure.parties import Parties
from app.structure.rules import StructureRules
from app.structure.signature import columns, looks_like_name
from app.structure.source import UPPER, Row, Source, fold_aligned

Side = Literal["workers", "employer"]

_LEAD = re.compile(r"\s*(?:\([^)]*\)\s*)?[:.]?\s*(?:[^\W\d_]{1,6}\.\s?)*")  # "Ông: ", "Bà (Ms.) ", "Ông: ThS.BS. "
_PLAIN_WORDS = re.compile(rf"(?:(?!\d)\w+\s+){{0,5}}?(?=[{UPPER}])")  # "Đại diện là bác sĩ Lâm …": up to the first capital
_TITLES = re.compile(r"(?:[^\W\d_]{1,6}\.\s?)+(?=[^\W\d_]{2})")
_ACTING = re.compile(r"(?:pho|kt\.?|tuq\.?|q\.?)\s*$")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’-]+[^\W\d_]+){1,5}")


@dataclass(slots=True)
class _SideState:
    office: str = ""
    name: str = ""


class Signatories:
    """Reads the signature block of one agreement."""

    def __init__(self, source: Source, rules: StructureRules, clauses: tuple[Clause, ...], parties: Parties) -> None:
        self._source = source
        self._rules = rules
        self._clauses = clauses
        self._names: dict[str, tuple[Side, str]] = {}
        for side, rows in (("employer", parties.employer_rows), ("workers", parties.worker_rows)):
            for index in rows:
                for name in self._persons(source.rows[index]):
                    self._names.setdefault(fold_aligned(name), (side, name))  # type: ignore[arg-type]

    def _persons(self, row: Row) -> list[str]:
        """Names after "Ông", "Bà" in a line of the parties."""
        out = []
        for m in self._rules["parties.persons"].finditer(row.fold):
            lead = _LEAD.match(row.text, m.end())
            at = lead.end() if lead else m.end()
            plain = _PLAIN_WORDS.match(row.text, at)
            found = _NAME.match(row.text, plain.end() if plain else at)
            if not found or at == m.end():
                continue
            words = []
            for word in re.finditer(r"\S+", found.group()):
                office = self._office(row.fold[found.start() + word.start() :], start=True)
                if not word.group()[0].isupper() or office:
                    break
                words.append(word.group())
            name = " ".join(words)
            if len(words) >= 2 and not self._rules["parties.not_names"].search(fold_aligned(name)):
                out.append(name)
        return out

    def _office(self, folded: str, *, start: bool = False) -> tuple[int, int, Side] | None:
        """The first office a text names, the longer of two that begin together, with the side that holds it."""
        found: list[tuple[int, int, Side]] = []
        sides: tuple[tuple[str, Side], ...] = (("parties.employer_offices", "employer"), ("parties.worker_offices", "workers"))
        for key, side in sides:
            m = self._rules[key].match(folded) if start else self._rules[key].search(folded)
            if m:
                found.append((m.start(), m.end(), side))
        return min(found, key=lambda f: (f[0], -f[1])) if found else None

    def _offices(self, folded: str) -> list[int]:
        """Where each office named in a text begins."""
        out, at = [], 0
        while office := self._office(folded[at:]):
            out.append(at + office[0])
            at += max(office[1], 1)
        return out

    def read(self) -> tuple[Signatory, ...]:
        block = next((c for c in self._clauses if c.kind == "signature"), None)
        if block is None:
            return ()
        sides: dict[Side, _SideState] = {"workers": _SideState(), "employer": _SideState()}
        order: list[Side] = []
        current: Side | None = None
        for index in block.lines:
            row = self._source.rows[index]
            parts = self._parts(row)
            heads = [side for part in parts if (side := self._side(part))]
            if heads:
                order = heads if len(heads) > 1 or len(order) < 2 else order
                if len(heads) == 1:
                    order = [*[s for s in order if s != heads[0]], heads[0]] if len(parts) > 1 else heads
                current = heads[-1]
            for position, part in enumerate(parts):
                side = self._side(part) or (order[position] if len(parts) > 1 and position < len(order) else current)
                self._take(part, side, sides, order)
        return tuple(Signatory(side, s.office, s.name) for side, s in sides.items() if s.office or s.name)

    def _parts(self, row: Row) -> list[str]:
        """The texts of one row that belong to different sides."""
        parts = columns(row)
        if len(parts) != 1:
            return parts
        text, folded = row.text, row.fold
        cuts = {0}
        heads = [m.start() for key in ("parties.employer_side", "parties.worker_side") for m in self._rules[key].finditer(folded)]
        distinct = sorted({h for h in heads if not any(g < h <= g + 22 for g in heads)})
        if len(distinct) > 1:
            cuts |= set(distinct)
        offices = self._offices(folded)
        if len(offices) > 1:
            cuts |= {at for at in offices if at > 0 and not _ACTING.search(folded[:at])}
        for name in self._names:
            at = folded.find(name)
            if at > 0 and (at + len(name) == len(folded) or folded[:at].strip() in self._names):
                cuts.add(at)
            elif at == 0 and len(name) < len(folded):
                cuts.add(len(name))
        remarks = [m.start() for m in re.finditer(r"\(", folded)]
        if len(remarks) > 1 and remarks[0] == 0:
            cuts |= set(remarks)
        edges = [*sorted(cuts), len(text)]
        return [p for a, b in pairwise(edges) if (p := text[a:b].strip(" |–-"))]

    def _side(self, part: str) -> Side | None:
        """The side a text heads, None where it heads none."""
        folded = fold_aligned(part)
        union = self._rules["parties.union_words"].search(folded)
        employer = self._rules["parties.employer_side"].match(folded)
        worker = self._rules["parties.worker_side"].match(folded)
        if worker and (not employer or worker.end() > employer.end()):
            return "workers"
        if employer and not (union and employer.end() <= union.start() + len(union.group()) // 2):
            return "employer"
        if union and not self._office(folded, start=True):
            return "workers"
        return None

    def _take(self, part: str, side: Side | None, sides: dict[Side, _SideState], order: list[Side]) -> None:
        part = part.strip(" .:")
        name = _TITLES.sub("", part, count=1)
        folded = fold_aligned(part)
        known = self._names.get(folded) or self._names.get(fold_aligned(name))
        if known:
            state = sides[known[0]]
            state.name = state.name or name
            return
        office = self._office(folded)
        union = self._rules["parties.union_words"].search(folded)
        if office and not self._side(part):
            if union:
                side = "workers"
            elif side is None or office[2] == "employer":
                side = office[2]
            if not sides[side].office:
                sides[side].office = part.strip()
            return
        if side is None or self._side(part) or self._rules["labels.signature.remarks"].match(folded.lstrip("( ")):
            return
        if self._rules["parties.not_names"].search(folded):
            return
        if looks_like_name(name) and not union and not sides[side].name:
            sides[side].name = name

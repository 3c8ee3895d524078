"""Who makes the agreement: the employer's name, its address and province, and the persons named for each side.

Reads the rows of the preamble; writes plain strings. Names keep the case of the text; where the parties' lines are in capitals the
mixed-case spelling used elsewhere in the text is preferred.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from app.structure.rules import StructureRules
from app.structure.source import Row, Source, fold_aligned, is_upper, lower_aligned

_LEAD = re.compile(r"\s*(?:(?:\d{1,2}|[ivx]{1,4}|[a-d])\s?[.)/:-]\s*|[ivx]{1,4}\s+)?[-+•*–—]?\s*")
_NAME_STOP = re.compile(r"[.,;:()\[\]|/\"“”\n]|\s[-–—]\s|\s[-–—]$")
_DASHES = ("-", "–", "—")
_DOTTED_WORD = re.compile(r"(?:^|\s)(?:tp|t\.p|p|q|tx|tt|kcn|kkt|st|dn|co)$")
_SENTENCE = re.compile(r"[.;]\s+|[.;]$")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"\w+")
_BEFORE = 14  # characters before a province in which the word for it stands


def same_words(a: str, b: str) -> bool:
    """Whether two phrases are the same words with the same marks, wherever the tone is placed and whatever the case."""
    return _spelled(a) == _spelled(b)


def _spelled(text: str) -> list[tuple[str, str]]:
    out = []
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        chars = unicodedata.normalize("NFD", word)
        out.append(("".join(c for c in chars if c not in _TONES), "".join(c for c in chars if c in _TONES)))
    return out


@dataclass(slots=True)
class Parties:
    """What the preamble says of the two sides; rows are indexes in the document."""

    employer: str | None = None
    place: str | None = None
    province: str | None = None
    employer_rows: list[int] = field(default_factory=list)
    worker_rows: list[int] = field(default_factory=list)
    persons: list[tuple[str, str, str]] = field(default_factory=list)  # side, name, office


class PartiesReader:
    """Reads the parties from the rows before the first clause."""

    def __init__(self, source: Source, rules: StructureRules, preamble: list[Row], title: int | None) -> None:
        self._source = source
        self._rules = rules
        self._head = preamble[: title if title is not None else min(12, len(preamble))]
        self._rows = preamble[title if title is not None else 0 :]
        self._preamble = preamble

    def read(self) -> Parties:
        out = Parties()
        out.employer_rows, out.worker_rows = self._sides()
        block = [self._source.rows[i] for i in out.employer_rows]
        out.employer = self._employer(block)
        out.place, out.province = self._place(block)
        return out

    def _sides(self) -> tuple[list[int], list[int]]:
        """Rows of each side's lines, from the line that names the side to the next such line."""
        employer, worker = self._rules["parties.employer_side"], self._rules["parties.worker_side"]
        marks: list[tuple[int, str]] = []
        for n, row in enumerate(self._rows):
            lead = _LEAD.match(row.fold)
            at = lead.end() if lead else 0
            first = employer.match(row.fold, at)
            second = worker.match(row.fold, at)
            if second and (not first or second.end() > first.end()):
                marks.append((n, "worker"))
            elif first:
                marks.append((n, "employer"))
        sides: dict[str, list[int]] = {"employer": [], "worker": []}
        for i, (n, side) in enumerate(marks):
            last = marks[i + 1][0] if i + 1 < len(marks) else len(self._rows)
            if not sides[side]:
                sides[side] = [r.index for r in self._rows[n:last]]
            elif marks[i - 1][1] == side:
                sides[side] += [r.index for r in self._rows[n:last]]
        return sides["employer"], sides["worker"]

    # -- the employer's name

    def _employer(self, block: list[Row]) -> str | None:
        union = self._rules["parties.union_words"]
        plain_head = [r for r in self._head if not union.match(r.fold)]
        others = [r for r in self._preamble if r not in block]
        for rows, last in ((block, False), (plain_head, True), (self._head, True), (others, False)):
            names = [name for row in rows for name in self._names(row)]
            if names:
                name = names[-1] if last else names[0]
                return self._proper_case(self._fuller(name, rows) if rows is block else name)
        return None

    def _fuller(self, name: str, rows: list[Row]) -> str:
        """The longer name of the letterhead, where the party's line goes on with its words after a stray mark ("Haneul, Kỳ Anh")."""
        short = _WORD.findall(fold_aligned(name))
        lines = [_WORD.findall(row.fold) for row in rows]
        for row in self._head:
            for longer in self._names(row):
                words = _WORD.findall(fold_aligned(longer))
                whole = len(words) > len(short) and words[: len(short)] == short
                if whole and any(line[i : i + len(words)] == words for line in lines for i in range(len(line))):
                    return longer
        return name

    def _names(self, row: Row) -> list[str]:
        """Names of organisations in a row, brackets left out."""
        out = []
        at = 0
        folded = row.fold
        opened = re.compile(r"\([^()]*\)")
        inside = [m.span() for m in opened.finditer(folded)]
        while m := self._rules["parties.organisations"].search(folded, at):
            at = m.end()
            if any(a <= m.start() < b for a, b in inside) or not row.text[m.start()].isupper():
                continue
            if self._rules["parties.not_organisations"].match(lower_aligned(row.text), m.start()):
                continue  # "Ông Trương Văn Bình"
            name, end = self._name_at(row, m.start(), m.end())
            if name:
                out.append(name)
                at = max(at, end)
        return out

    def _name_at(self, row: Row, start: int, kind_end: int) -> tuple[str, int]:
        stop = _NAME_STOP.search(row.text, kind_end)
        while stop and stop.group().strip() in _DASHES and self._rules["parties.organisations"].match(row.fold, stop.end()):
            stop = _NAME_STOP.search(row.text, stop.end())  # "Công ty A - Chi nhánh B"
        end = stop.start() if stop else len(row.text)
        lowered = lower_aligned(row.text)
        ends = self._rules["parties.name_ends"]
        for word in re.finditer(r"\S+", lowered[kind_end:end]):
            at = kind_end + word.start()
            if ends.match(lowered, at):
                written = row.text[at]
                if written.islower() or is_upper(row.text[start:kind_end]):
                    end = at
                    break
        name = row.text[start:end].strip(" -–—")
        more = row.fold[kind_end:end].split()
        if not more or (len(more) == 1 and (len(more[0]) < 2 or self._rules["parties.generic"].fullmatch(more[0]))):
            return "", end
        capitals = [w for w in row.text[kind_end:end].split() if w[:1].isupper() or w[:1].isdigit()]
        return (name, end) if capitals else ("", end)

    def _proper_case(self, name: str) -> str:
        name = " ".join(name.split())
        if not is_upper(name):
            return name
        folded = " ".join(re.escape(w) for w in fold_aligned(name).split())
        variants: Counter[str] = Counter()
        for m in re.finditer(rf"(?<!\w){folded.replace(' ', chr(92) + 's+')}(?!\w)", self._source.folded):
            written = " ".join(self._source.text[m.start() : m.end()].split())
            if not is_upper(written) and written[:1].isupper():
                variants[written] += 1
        return variants.most_common(1)[0][0] if variants else name

    # -- its address

    def _place(self, block: list[Row]) -> tuple[str | None, str | None]:
        addresses = [a for row in block for a in self._addresses(row)]
        for address in addresses:
            province = self.province_in(address)
            if province:
                return address, province
        place = addresses[0] if addresses else None
        today = [r for r in self._rows if self._rules["metadata.today"].search(r.fold[:200])]
        today += [r for r in self._preamble if self._rules["metadata.today_words"].match(r.fold)]
        for rows in (block, today):
            for row in rows:
                province = self.province_in(row.text, strict=True)
                if province:
                    return place or self._meeting_place(row), province
        head = self._head + [r for r in self._preamble if self._rules["metadata.today_words"].match(r.fold)]
        for row in head:
            m = re.match(r"\s*([^,]{2,40}),\s*ngay\b", row.fold)
            if m:
                province = self.province_in(row.text[m.start(1) : m.end(1)])
                if province:
                    return place, province
        found: Counter[str] = Counter()
        for m in self._rules.province.finditer(self._source.folded):
            if self._rules["parties.province_words"].search(self._source.folded[max(0, m.start() - _BEFORE) : m.start()]):
                written = self._source.text[m.start() : m.end()]
                name, spelling = self._rules.provinces[" ".join(m.group().split())]
                if same_words(written, spelling):
                    found[name] += 1
        return place, found.most_common(1)[0][0] if found else None

    def _meeting_place(self, row: Row) -> str | None:
        """Where the parties met ("tại văn phòng Công ty, số 112 đường …, tỉnh …"): the address of last resort."""
        provinces = list(self._rules.province.finditer(row.fold))
        begin = row.fold.rfind(" tai ", 0, provinces[-1].start()) if provinces else -1
        return row.text[begin + 5 : provinces[-1].end()].strip(" ,.;") if begin >= 0 else None

    def _addresses(self, row: Row) -> list[str]:
        out = []
        for m in self._rules["parties.address"].finditer(row.fold):
            start = m.end()
            while start < len(row.text) and row.text[start] in " :-–":
                start += 1
            end = len(row.text)
            for stop in _SENTENCE.finditer(row.fold, start):
                if not _DOTTED_WORD.search(row.fold[max(start, stop.start() - 6) : stop.start()]):
                    end = stop.start()
                    break
            beyond = self._rules["parties.address_ends"].search(row.fold, start, end)
            if beyond:
                end = beyond.start()
            bracket = row.text.find("(", start, end)
            if bracket > start:
                end = bracket
            address = row.text[start:end].strip(" ,.;-–(")
            private = self._rules["parties.residence"].search(row.fold, m.start(), start + _BEFORE)
            if not private and len(address) >= 6 and re.search(r"[,\d]", address):
                out.append(address)
        return out

    def province_in(self, text: str, *, strict: bool = False) -> str | None:
        """The province a text names: the last one called a province or city, else the last one spelled with its marks."""
        folded = fold_aligned(text)
        best: tuple[int, int, str] | None = None
        for m in self._rules.province.finditer(folded):
            name, spelling = self._rules.provinces[" ".join(m.group().split())]
            called = bool(self._rules["parties.province_words"].search(folded[max(0, m.start() - _BEFORE) : m.start()]))
            spelled = same_words(text[m.start() : m.end()], spelling) or called
            if not spelled or (strict and not called):
                continue
            street = self._rules["parties.street_words"].search(folded[max(0, m.start() - _BEFORE) : m.start()])
            if street and not called:
                continue
            key = (int(called), m.start(), name)
            if best is None or key > best:
                best = key
        return best[2] if best else None

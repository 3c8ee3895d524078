"""The large openings of an agreement: parts, chapters, sections, articles, annexes and the signature block.

Reads the rows; writes `Opening`s in text order. Articles are chosen by a best chain over all candidates: the next number is worth most,
a gap or a step back costs, a line that reads as a citation is worth nothing. So numbers may skip or double without breaking the tree,
and "Điều 98 Bộ luật Lao động quy định …" opens nothing. Costs are linear in the number of lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from app.reading.document import Notice
from app.structure.headings import Headings
from app.structure.labels import Heading, HeadingKind, heading, readings, roman_of
from app.structure.rules import StructureRules
from app.structure.source import Row, Source, is_upper, lower_aligned

_LOST = 5  # numbers left out at once that no drafter skips: pages are missing
_WINDOW = 40  # how many candidates back a chain looks
_CONTENTS_LINE = re.compile(r"(?:\.{3,}|…+|_{3,}|\s)\s*\d{1,3}$")
_LISTED = re.compile(r"(?:dieu|khoan|diem)\s*\d")  # "Điều 107, Điều 108": a list of citations
_LEADER = re.compile(r"(?:\.\s?){4,}|…{2,}|_{4,}")


@dataclass(slots=True)
class Opening:
    """A line that opens a large clause. Offsets in the text; `body` is where the text after label and heading starts."""

    kind: HeadingKind
    row: int
    number: str
    value: int
    start: int
    heading: tuple[int, int]  # span in the text
    body: int
    last_row: int  # the last row that label and heading take
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    heading: Heading
    weight: float


class Skeleton:
    """Finds the openings of one document."""

    def __init__(self, source: Source, rules: StructureRules) -> None:
        self._source = source
        self._rows = source.rows
        self._citations = rules["labels.citations"]
        self._unfinished = rules["labels.unfinished"]
        self.headings = Headings(source, rules)

    def find(self, quoted: frozenset[int] = frozenset()) -> list[Opening]:
        """Return every large opening; rows in `quoted` open nothing."""
        found = [h for row in self._rows if row.opens and row.index not in quoted and (h := heading(row, self._source.scanned))]
        if not any(h.kind == "article" for h in found):
            found += [
                h for row in self._rows
                if row.line.kind == "row" and (h := heading(row, self._source.scanned)) and h.kind == "article"
            ]  # fmt: skip
        contents = self._contents(found)
        found = [h for h in found if h.row not in contents]
        articles = self._chain([c for h in found if h.kind == "article" and (c := self._weigh(h)).weight > 0])
        large = [h for h in found if h.kind != "article" and self._is_title(h)]
        annexes = self._annexes([h for h in large if h.kind == "annex"], articles)
        large = [h for h in large if h.kind != "annex"] + annexes
        openings = {h.row for h in large} | {h.row for h, _, _ in articles}
        self.headings.sentences = self._begin_with_sentences([h for h, _, _ in articles])
        out = [self._open(h, value, notices, openings) for h, value, notices in articles]
        out += [self._open(h, h.values[0] if h.values else 0, [], openings) for h in large]
        out.sort(key=lambda o: o.row)
        if self._source.scanned:
            _repair_chapters(out)
        return out

    def _begin_with_sentences(self, articles: list[Heading]) -> bool:
        """Whether more articles have their first sentence than a heading behind the label."""
        headed = body = 0
        for h in articles:
            row = self._rows[h.row]
            at = h.label_end - row.start
            if row.text[at:].strip():
                named = self.headings.inline(row, at) and not self.headings.binds(row.fold[at:])
                headed, body = headed + bool(named), body + (not named)
        return body > headed

    # -- candidates

    def _contents(self, found: list[Heading]) -> set[int]:
        """Rows of a table of contents: a run of label lines with nothing between them, most of which end with a page number."""
        out: set[int] = set()
        run: list[Heading] = []
        for h in [*found, None]:
            if h is not None and run and h.row - run[-1].row <= 2:
                run.append(h)
                continue
            ends = sum(bool(_CONTENTS_LINE.search(self._source.folded, r.label_end, self._rows[r.row].end)) for r in run)
            if len(run) >= 4 and ends >= 0.7 * len(run):
                out |= set(range(run[0].row, run[-1].row + 1))
            run = [h] if h is not None else []
        out |= {h.row for h in found if _LEADER.search(self._rows[h.row].fold) and _CONTENTS_LINE.search(self._rows[h.row].fold)}
        return out

    def _weigh(self, h: Heading) -> _Candidate:
        row = self._rows[h.row]
        at = h.label_end - row.start
        rest, folded = row.text[at:], row.fold[at:]
        cites = bool(self._citations.match(folded)) and not is_upper(rest)
        if row.line.label:
            return _Candidate(h, 6.0)
        shown = row.display or is_upper(row.text[:at])  # "ĐIỀU 13 Thời giờ làm việc"
        if not h.separator and rest and (rest[0] in ",;" or rest[0].islower() or (cites and not shown)):
            return _Candidate(h, 0.0)
        weight = 1.0 if cites and not h.separator else 2.0
        if h.separator:
            weight += 0.5
            if (cites and not rest[:1].isupper()) or (h.separator == "," and _LISTED.match(folded)):
                return _Candidate(h, 0.0)
        if not rest:
            weight += 0.5
        elif self.headings.inline(row, at):
            weight += 1.0
        if row.line.bold or row.line.heading is not None:
            weight += 1.0
        if h.damaged:
            weight -= 1.0
        if self._goes_on(h.row) and not row.display:
            weight -= 3.0
        return _Candidate(h, weight)

    def _goes_on(self, index: int) -> bool:
        """Whether the line before row `index` breaks off in mid-sentence ("… theo quy định tại")."""
        return bool(index and self._unfinished.search(lower_aligned(self._rows[index - 1].text[-60:])))

    def _is_title(self, h: Heading) -> bool:
        """Whether a part, chapter, section or annex line is a title and no sentence that begins with those words."""
        row = self._rows[h.row]
        at = h.label_end - row.start
        rest, folded = row.text[at:], row.fold[at:]
        if not rest.strip(" .:;"):
            return bool(h.number) or row.display
        if len(rest) > 250:
            return False
        if is_upper(rest) and len(rest) > 3:
            return True
        if self._citations.match(folded) and not (h.separator and rest[0].isupper()):
            return False
        if self._goes_on(h.row) and not row.display:
            return False
        if rest.rstrip().endswith((".", ";")) and not row.display:
            return False
        if not h.number:
            return row.display
        return (bool(h.separator) and (rest[0].isupper() or rest[0] in '"“(')) or (row.display and rest[0].isupper())

    # -- articles

    def _chain(self, candidates: list[_Candidate]) -> list[tuple[Heading, int, list[Notice]]]:
        """The best chain of articles, each with its number's worth and what is odd about it."""
        states: list[list[tuple[float, int, tuple[int, int] | None]]] = []  # per candidate, per reading: score, value, from
        for i, candidate in enumerate(candidates):
            options = [(v, 0.0) for v in candidate.heading.values]
            if self._source.scanned and not self._rows[candidate.heading.row].line.label:
                options.append((0, -2.0))  # 0: the number is whatever the sequence wants
            written = candidate.heading.number
            states.append([self._best(states, i, value, candidate.weight + malus, written) for value, malus in options])
        if not states:
            return []
        last = max(((i, o) for i, s in enumerate(states) for o in range(len(s))), key=lambda at: states[at[0]][at[1]][0])
        picked: list[tuple[int, int]] = []
        at: tuple[int, int] | None = last
        while at is not None:
            picked.append(at)
            at = states[at[0]][at[1]][2]
        picked.reverse()
        out: list[tuple[Heading, int, list[Notice]]] = []
        previous: int | None = None
        figures = 2 * sum(candidates[i].heading.number[:1].isdigit() for i, _ in picked) > len(picked)
        for i, option in picked:
            h, value = candidates[i].heading, states[i][option][1]
            repaired = h.damaged or value not in h.values[:1] or (figures and not h.number[:1].isdigit())
            number = str(value) if repaired else h.number
            out.append((replace(h, number=number), value, _oddities(previous, value, number, repaired)))
            previous = value
        return out

    @staticmethod
    def _best(
        states: list[list[tuple[float, int, tuple[int, int] | None]]], i: int, value: int, weight: float, written: str
    ) -> tuple[float, int, tuple[int, int] | None]:
        start = 2.0 if value in (0, 1) else -0.3 * min(value, 10)
        best: tuple[float, int, tuple[int, int] | None] = (weight + start, value or 1, None)
        for j in range(max(0, i - _WINDOW), i):
            for o, (score, before, _) in enumerate(states[j]):
                worth = value or before + 1
                total = score + weight + _step(before, worth) - (0.0 if value else _unlike(written, worth))
                if total > best[0]:
                    best = (total, worth, (j, o))
        return best

    # -- annexes

    def _annexes(self, found: list[Heading], articles: list[tuple[Heading, int, list[Notice]]]) -> list[Heading]:
        """Annexes proper: not the title of an amendment, not a list of annexes, not a line between two articles in sequence."""
        rows = [h.row for h, _, _ in articles]
        values = [v for _, v, _ in articles]
        again = {h.number: h.row for h in found if h.number}
        out = []
        for n, h in enumerate(found):
            at = bisect_left(rows, h.row)
            if articles and not at:
                continue
            if 0 < at < len(rows) and values[at] == values[at - 1] + 1 and not self._rows[h.row].display:
                continue
            if h.number and again[h.number] != h.row:
                continue  # announced here, stands further below
            following = found[n + 1].row if n + 1 < len(found) else len(self._rows)
            listed = following == h.row + 1 or (n and found[n - 1].row == h.row - 1)
            if listed and not self._rows[h.row].display:
                continue
            out.append(h)
        return out

    def _open(self, h: Heading, value: int, notices: list[Notice], openings: set[int]) -> Opening:
        row = self._rows[h.row]
        at = h.label_end - row.start
        title = h.kind != "article"
        length = self._heading_length(row, at, title, openings)
        last = h.row
        if length:
            span = (h.label_end, h.label_end + length)
            body = span[1]
            if title and row.upper and at + length == len(row.text):
                last, span = self._continue_title(row, span, openings)
                body = span[1]
        elif at >= len(row.text.rstrip()):
            taken = self.headings.below(h.row + 1, row, title=title, opens=openings)
            last = h.row + taken
            first = self._rows[h.row + 1] if taken else row
            span = (first.start, self._rows[last].end) if taken else (row.end, row.end)
            body = span[1]
        else:
            span = (h.label_end, h.label_end)
            body = h.label_end
        return Opening(h.kind, h.row, h.number, value, row.start, span, body, last, notices)

    def _heading_length(self, row: Row, at: int, title: bool, openings: set[int]) -> int:
        """Length of the heading behind the label: none where a khoản or the only words of the article stand there."""
        length = self.headings.inline(row, at, title=title)
        if not length or title:
            return length
        if any(label.value == 1 and label.family in ("number", "letter", "dotted") for label in readings(row, at, False)):
            return 0
        alone = row.index + 1 in openings or row.index + 1 == len(self._rows)
        if alone and at + length == len(row.text) and row.text.rstrip()[-1:] == "." and not row.display:
            return 0
        return length

    def _continue_title(self, row: Row, span: tuple[int, int], openings: set[int]) -> tuple[int, tuple[int, int]]:
        """A title in capitals that runs over into a second line of capitals, set off alike."""
        if row.index + 1 < len(self._rows) and row.line.centered:
            after = self._rows[row.index + 1]
            alike = after.opens and after.upper and after.line.centered and after.text[:1].isalpha()
            if alike and after.index not in openings and not heading(after, self._source.scanned):
                return after.index, (span[0], after.end)
        return row.index, span


def _repair_chapters(openings: list[Opening]) -> None:
    """Chapter numbers of a scan that repeat the one before, or stand between two in sequence, are the next: VII, VII is VII, VIII."""
    chapters = [o for o in openings if o.kind == "chapter"]
    for before, chapter, after in zip(chapters, chapters[1:], [*chapters[2:], None], strict=False):
        wanted = before.value + 1
        if chapter.value in (wanted, 1):
            continue
        if chapter.value == before.value or (after is not None and after.value == wanted + 1):
            chapter.value = wanted
            chapter.number = roman_of(wanted) if not chapter.number.isdigit() else str(wanted)
            chapter.notices.append(Notice("label_repaired", f"Số của Chương {chapter.number} được sửa theo thứ tự vì bản đọc không rõ."))


def _unlike(written: str, worth: int) -> float:
    """What speaks against a scan having made figures of others: it mistakes a figure, hardly two, and adds or drops none."""
    if not written.isdecimal():
        return 0.0
    wanted = str(worth)
    if len(written) != len(wanted):
        return 3.0
    return 1.5 * max(0, sum(one != two for one, two in zip(written, wanted, strict=True)) - 1)


def _step(before: int, value: int) -> float:
    """What it is worth that article `value` follows article `before`."""
    step = value - before
    if step == 1:
        return 2.0
    if step == 0:
        return -0.5
    if step < 0:
        return -2.0 if value == 1 else -4.0
    if step <= 5:
        return 0.5 if step == 2 else 0.0
    return -2.0 if step <= 15 else -4.0


def _oddities(previous: int | None, value: int, number: str, repaired: bool) -> list[Notice]:
    notices = []
    if repaired:
        notices.append(Notice("label_repaired", f"Số của Điều {number} được sửa theo thứ tự vì bản đọc không rõ."))
    before = previous or 0
    if value - before - 1 >= _LOST:
        notices.append(Notice("articles_missing", f"Không thấy Điều {before + 1} đến Điều {value - 1}, có thể thiếu trang."))
    elif previous is not None and value > previous + 1:
        notices.append(Notice("article_skipped", f"Số điều nhảy từ Điều {previous} sang Điều {number}."))
    if previous is not None and value == previous and number.isdigit():
        notices.append(Notice("article_doubled", f"Số Điều {number} được dùng hai lần."))
    if previous is not None and value < previous:
        notices.append(Notice("article_restarted", f"Số điều quay lại Điều {number} sau Điều {previous}."))
    return notices

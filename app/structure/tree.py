"""The clause tree: every character of the text in exactly one clause, in text order.

Reads a `Source`; writes the `Clause`s of an `Agreement` and the notices about odd numbering. `skeleton` finds the large openings,
`items` the small ones, `signature` the signature block; this module puts them in order and names them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Literal

from app.reading.document import Notice
from app.structure.agreement import Clause, ClauseKind
from app.structure.flat import Flat
from app.structure.items import Item, Items, unique
from app.structure.naming import heading_path, item_label, opening_label
from app.structure.rules import StructureRules
from app.structure.signature import SignatureBlocks
from app.structure.skeleton import Opening, Skeleton
from app.structure.source import Row, Source, quoted_rows

_LONG_HEADING = 40  # characters beyond which a heading that ends with a full stop is a sentence
_ORDER = {"part": 0, "chapter": 1, "section": 2, "article": 3}


@dataclass(slots=True)
class _Node:
    """A clause in the making; `parent` is the path of the clause above it."""

    path: str
    kind: ClauseKind
    label: str
    number: str
    heading: str
    parent: str | None
    start: int
    body: int
    row: int
    words: int = -1  # where the heading starts
    automatic: bool = False
    notices: list[Notice] = field(default_factory=list)


class TreeBuilder:
    """Builds the clauses of one document."""

    def __init__(self, source: Source, rules: StructureRules) -> None:
        self._source = source
        self._rules = rules
        self._rows = source.rows
        self._skeleton = Skeleton(source, rules)
        self._blocks = SignatureBlocks(source, rules)
        self._seen: dict[str, int] = {}
        self._nodes: list[_Node] = []
        self._by_path: dict[str, _Node] = {}
        self._quoted = quoted_rows(source)
        self.notices: list[Notice] = []

    def build(self) -> tuple[Clause, ...]:
        openings = self._skeleton.find(self._quoted)
        in_main = _main_flags(openings)
        blocks = self._signatures(openings, in_main)
        openings = [o for o in openings if not self._signed_over(o, blocks)]
        in_main = _main_flags(openings)
        main = [o for o, m in zip(openings, in_main, strict=True) if m and o.kind == "article"]
        if not main:
            self._without_articles(openings, blocks)
        else:
            self._with_articles(openings, in_main, blocks)
        return self._clauses()

    # -- signature blocks

    def _signatures(self, openings: list[Opening], in_main: list[bool]) -> dict[int, int]:
        """First row of each signature block -> the row after its last."""
        stops = sorted({o.row for o in openings if o.kind in ("annex", "article")} | {len(self._rows)})
        articles = [o for o, m in zip(openings, in_main, strict=True) if m and o.kind == "article"]
        regions = []
        if articles:
            regions.append(articles[-1].last_row + 1)
        elif self._rows:
            regions.append(max(1, len(self._rows) // 4))
        regions += [o.last_row + 1 for o in openings if o.kind == "annex" and (not articles or o.row > articles[-1].row)]
        blocks = {}
        for first in regions:
            if first >= len(self._rows):
                continue
            last = stops[bisect_left(stops, first)]
            start = self._blocks.find(first, last)
            if start is not None:
                blocks[start] = last
        return blocks

    def _signed_over(self, opening: Opening, blocks: dict[int, int]) -> bool:
        return any(first <= opening.row < last for first, last in blocks.items())

    # -- with and without articles

    def _with_articles(self, openings: list[Opening], in_main: list[bool], blocks: dict[int, int]) -> None:
        openings, in_main = self._roman_chapters(openings, in_main)
        rows_of = {o.row: o for o in openings}
        annexes = 0
        above: dict[str, _Node] = {}
        annex: _Node | None = None
        items: Items | None = None
        index = 0
        flags = {o.row: m for o, m in zip(openings, in_main, strict=True)}
        while index < len(self._rows):
            row = self._rows[index]
            opening = rows_of.get(index)
            if index in blocks:
                self._sign(row)
                items, above = None, {}
                annex = None
                index += 1
                continue
            if opening is not None:
                if opening.kind == "annex":
                    annexes += 1
                    above = {}
                    annex = self._add_opening(opening, None, None, annexes)
                    items = self._items(annex.path, opening.value)
                else:
                    if flags[opening.row]:
                        annex = None
                    node = self._add_opening(opening, annex, above, 0)
                    above = {k: v for k, v in above.items() if _ORDER[k] < _ORDER[opening.kind]} | {opening.kind: node}
                    items = self._items(node.path, opening.value)
                index = self._after_label(opening, items)
                continue
            if items is not None:
                self._feed(items, row)
            index += 1

    def _after_label(self, opening: Opening, items: Items) -> int:
        """Take items that stand in the line of the label itself; return the next row."""
        row = self._rows[opening.last_row]
        rest = self._source.text[opening.body : row.end]
        stripped = rest.lstrip()
        if stripped and opening.heading[0] == opening.heading[1]:
            at = row.end - row.start - len(stripped)
            for item in items.feed(row, at):
                self._add_item(item, row)
        else:
            items.note(stripped or self._source.text[slice(*opening.heading)])
        return opening.last_row + 1

    def _without_articles(self, openings: list[Opening], blocks: dict[int, int]) -> None:
        flat = Flat(self._source, self._rules, self._skeleton.headings, openings, blocks)
        self.notices.append(Notice("no_articles", "Văn bản không có “Điều”; các mục đánh số được đọc thay."))
        rows_of = {o.row: o for o in openings}
        items: Items | None = None
        annexes = 0
        above: dict[str, _Node] = {}
        annex: _Node | None = None
        signed = False
        index = 0
        while index < len(self._rows):
            row = self._rows[index]
            opening = rows_of.get(index)
            if index in blocks:
                self._sign(row)
                items, signed, annex, above = None, True, None, {}
            elif opening is not None and opening.kind == "annex":
                annexes += 1
                annex = self._add_opening(opening, None, None, annexes)
                above, items = {}, self._items(annex.path, opening.value)
                index = self._after_label(opening, items)
                continue
            elif opening is not None:
                node = self._add_opening(opening, annex, above, 0)
                above = {k: v for k, v in above.items() if _ORDER[k] < _ORDER[opening.kind]} | {opening.kind: node}
                if annex is not None or flat.restarts or items is None:
                    items = self._items(node.path if annex is not None or flat.restarts else "", 0)
                index = self._after_label(opening, items)
                continue
            elif index in flat.chapters and annex is None:
                node = self._add_flat_chapter(flat, row)
                above = {"chapter": node}
                items = items or self._items("", 0)
            else:
                if items is None and index >= flat.first and not signed:
                    items = self._items("", 0)
                if items is not None:
                    self._feed(items, row, flat=flat if annex is None else None, above=above)
            index += 1

    def _add_flat_chapter(self, flat: Flat, row: Row) -> _Node:
        label = flat.chapters[row.index]
        path = unique(f"C{label.value}", self._seen)
        body = row.end
        heading = row.text[label.length :].strip(" .:")
        return self._add(_Node(path, "chapter", f"Phần {label.number}", label.number, heading, None, row.start, body, row.index))

    # -- roman numbers above articles

    def _roman_chapters(self, openings: list[Opening], in_main: list[bool]) -> tuple[list[Opening], list[bool]]:
        """Lines such as "II. TIỀN LƯƠNG" right above an article are chapters, or sections where chapters are named so."""
        main = [o for o, m in zip(openings, in_main, strict=True) if m]
        extra = Flat.titles_above([o.row for o in main if o.kind in ("section", "article")], self._rows, {o.row for o in openings})
        if not extra:
            return openings, in_main
        named = any(o.kind == "chapter" for o in main)
        for row_index, label in extra:
            row = self._rows[row_index]
            span = (row.start + label.length, row.end)
            openings.append(
                Opening("section" if named else "chapter", row_index, label.number, label.value, row.start, span, row.end, row_index)
            )
            in_main.append(True)
        both = sorted(zip(openings, in_main, strict=True), key=lambda pair: pair[0].row)
        return [o for o, _ in both], [m for _, m in both]

    # -- nodes

    def _items(self, base: str, number: int) -> Items:
        return Items(self._source, self._rules, base, number, self._seen)

    def _add(self, node: _Node) -> _Node:
        self._nodes.append(node)
        self._by_path[node.path] = node
        return node

    def _add_opening(self, o: Opening, annex: _Node | None, above: dict[str, _Node] | None, count: int) -> _Node:
        parents = [n for k, n in (above or {}).items() if _ORDER[k] < _ORDER.get(o.kind, 0)]
        parent = max(parents, key=lambda n: n.start) if parents else annex
        path = unique(heading_path(o, annex.path if annex else "", parent.path if parent else "", count), self._seen)
        heading = " ".join(self._source.text[slice(*o.heading)].split()).strip()
        heading = heading.rstrip(".:;").strip() if not heading.endswith("...") else heading
        label = opening_label(o, parent.label if parent and o.kind == "section" else "", annex.label if annex else "", count)
        row = self._rows[o.row]
        return self._add(
            _Node(
                path, o.kind, label, o.number, heading, parent.path if parent else None, o.start, o.body, o.row, o.heading[0],
                bool(row.line.label), list(o.notices),
            )
        )  # fmt: skip

    def _feed(self, items: Items, row: Row, *, flat: Flat | None = None, above: dict[str, _Node] | None = None) -> None:
        if not row.opens or row.index in self._quoted:
            items.note(row.text)
            return
        for item in items.feed(row):
            self._add_item(item, row, flat, above)

    def _add_item(self, item: Item, row: Row, flat: Flat | None = None, above: dict[str, _Node] | None = None) -> None:
        parent = self._by_path.get(item.parent)
        kind: ClauseKind = item.kind
        heading, body = "", item.body
        if flat is not None:
            depth = 0 if parent is None or parent.kind in ("chapter", "section", "part") else 1
            if depth == 0:
                kind = "article"
                length = self._skeleton.headings.inline(row, item.body - row.start)
                ended = row.text.rstrip()[-1:] == "." and item.body + length == row.end
                if length and (row.display or not ended):
                    body = item.body + length
                    heading = self._source.text[item.body : body].strip().rstrip(".:;")
                if parent is None and above:
                    parent = max(above.values(), key=lambda n: n.start)
            elif parent is not None and parent.kind == "article":
                kind = "clause"
            elif parent is not None and parent.kind == "clause":
                kind = "point"
        self._add(
            _Node(
                item.path, kind, item_label(item.label, kind, parent.label if parent else "", parent.kind if parent else None),
                item.label.number, heading, parent.path if parent else None, item.start, body, row.index,
                item.body, item.automatic, item.notices,
            )
        )  # fmt: skip

    def _sign(self, row: Row) -> None:
        times = sum(n.kind == "signature" for n in self._nodes)
        path = "KY" if not times else f"KY{times + 1}"
        self._seen[path] = 1
        self._add(_Node(path, "signature", "Phần ký", "", "", None, row.start, row.start, row.index))

    # -- clauses

    def _clauses(self) -> tuple[Clause, ...]:
        text, rows = self._source.text, self._rows
        nodes = self._nodes
        if not nodes or nodes[0].start > 0:
            nodes = [_Node("", "preamble", "Phần mở đầu", "", "", None, 0, 0, 0), *nodes]
        index_of = {node.path: i for i, node in enumerate(nodes)}
        starts = [row.start for row in rows]
        out = []
        for i, node in enumerate(nodes):
            start = node.start if i else 0
            end = nodes[i + 1].start if i + 1 < len(nodes) else len(text)
            body = min(max(node.body, start), end)
            while body < end and text[body].isspace():
                body += 1
            if body == end and self._says_all(node, end) and not (i + 1 < len(nodes) and nodes[i + 1].parent == node.path):
                body = node.words  # "Điều 12. Công ty hỗ trợ …": the heading is all the article says
            first = max(0, bisect_left(starts, start + 1) - 1)
            last = max(first, bisect_left(starts, end) - 1)
            lines = tuple(range(first, last + 1)) if rows and end > start else ()
            for notice in node.notices:
                self.notices.append(Notice(notice.code, f"{node.label}: {notice.message}"))
            source: Literal["typed", "automatic", "none"] = "automatic" if node.automatic else "typed"
            if node.kind in ("preamble", "signature"):
                source = "none"
            page = rows[node.row].line.page if rows else 1
            parent = index_of.get(node.parent) if node.parent is not None else None
            out.append(
                Clause(
                    node.path, node.kind, node.label, node.number, node.heading, parent, start, end, body, page, lines,
                    source, tuple(node.notices),
                )
            )  # fmt: skip
        return tuple(out)

    def _says_all(self, node: _Node, end: int) -> bool:
        """Whether the heading of an article without text is a sentence, and so its text as well."""
        if node.kind != "article" or not 0 <= node.words < end:
            return False
        words = self._source.text[node.words : end].strip()
        sentence = len(words) > _LONG_HEADING and words.endswith(".")
        return sentence or self._skeleton.headings.binds(self._source.folded[node.words : end].strip())


def _main_flags(openings: list[Opening]) -> list[bool]:
    """Whether each opening belongs to the body rather than to an annex."""
    out = []
    in_annex = False
    last = 0
    inside = 0
    for o in openings:
        if o.kind == "annex":
            in_annex, inside = True, 0
        elif o.kind == "article":
            if in_annex and not inside and o.value == last + 1 and last:
                in_annex = False
            if in_annex:
                inside += 1
            else:
                last = o.value
        out.append(not in_annex)
    return out

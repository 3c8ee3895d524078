"""Ruled tables: rulings and words of a page → tables of rows and cells; tables that go on over pages are joined.

Reads `PageContent`; writes `Table` and the words that stand in no table. The rulings may come from drawn paths or from a scan: a side
of a cell counts when rulings cover most of it, so small gaps do no harm.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass

from app.reading.pdf_geometry import (
    Block,
    PageContent,
    Rule,
    Table,
    TableCell,
    TableRow,
    TextLine,
    Word,
    join_lines,
    rows_of,
)
from app.reading.syllables import is_syllable
from app.reading.text import clean, fold

_SNAP = 2.5  # rulings nearer than this are one
_TOUCH = 4.0  # a ruling that ends this near to another meets it
_COVERED = 0.3  # part of a cell's side that must be ruled: stamps may hide most of a ruling, a merged cell has none of it
_MAX_LINES = 400  # rulings in one direction on one page; a drawing has more
_ARTICLE = re.compile(r"dieu \d+\s*[.:–-]")
_LABEL = re.compile(r"dieu \d+\s*[.:–-]?")
_LONG_CELL = 6  # lines: more than a cell of figures holds
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_REPEAT = 120  # a cell merged over rows is repeated up to this length


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid: its place, spans and box."""

    row: int
    column: int
    rows: int
    columns: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Rulings that hang together, and the cells that they enclose."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    owners: tuple[int, ...]  # index of the cell that owns each field, row by row


def find_grids(rules: list[Rule]) -> list[Grid]:
    """Return the grids of two columns or more on a page, top to bottom; grids inside another's cell are left out."""
    across = _merge([(r.y0, r.x0, r.x1) for r in rules if r.horizontal])
    down = _merge([(r.x0, r.y0, r.y1) for r in rules if not r.horizontal])
    if not across or not down or len(across) > _MAX_LINES or len(down) > _MAX_LINES:
        return []
    grids = [grid for group in _groups(across, down) if (grid := _grid(*group)) is not None]
    outer = [g for g in grids if not any(o is not g and _inside(g, o) for o in grids)]
    return sorted(outer, key=lambda grid: grid.ys[0])


def _inside(inner: Grid, outer: Grid) -> bool:
    return (
        outer.xs[0] - _SNAP <= inner.xs[0]
        and inner.xs[-1] <= outer.xs[-1] + _SNAP
        and outer.ys[0] - _SNAP <= inner.ys[0]
        and inner.ys[-1] <= outer.ys[-1] + _SNAP
        and (inner.xs, inner.ys) != (outer.xs, outer.ys)
    )


_Stroke = tuple[float, float, float]  # position across, start and end along


def _merge(strokes: list[_Stroke]) -> list[_Stroke]:
    """Snap strokes to common positions and join those that touch along the same position."""
    groups: list[list[_Stroke]] = []
    for stroke in sorted(strokes):
        if groups and stroke[0] - groups[-1][-1][0] <= _SNAP and stroke[0] - groups[-1][0][0] <= 2 * _SNAP:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    merged: list[_Stroke] = []
    for group in groups:
        at = sum(s[0] for s in group) / len(group)
        start: float | None = None
        end = 0.0
        for _, low, high in sorted(group, key=lambda s: s[1]):
            if start is None:
                start, end = low, high
            elif low <= end + _TOUCH:
                end = max(end, high)
            else:
                merged.append((at, start, end))
                start, end = low, high
        if start is not None:
            merged.append((at, start, end))
    return merged


def _groups(across: list[_Stroke], down: list[_Stroke]) -> list[tuple[list[_Stroke], list[_Stroke]]]:
    """Part the strokes into groups that cross or touch."""
    parent = list(range(len(across) + len(down)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(down, len(across)):
            if x0 - _TOUCH <= x <= x1 + _TOUCH and y0 - _TOUCH <= y <= y1 + _TOUCH:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[_Stroke], list[_Stroke]]] = defaultdict(lambda: ([], []))
    for at in range(len(parent)):
        own = groups[root(at)]
        if at < len(across):
            own[0].append(across[at])
        else:
            own[1].append(down[at - len(across)])
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _positions(values: list[float]) -> list[float]:
    """Distinct positions, those nearer than a text line is high taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP * 1.5:
            found.append(value)
    return found


def _grid(across: list[_Stroke], down: list[_Stroke]) -> Grid | None:
    left, right = min(s[1] for s in across), max(s[2] for s in across)
    xs = _positions([s[0] for s in down])
    ys = _positions([s[0] for s in across])
    if xs[0] - left > 15:  # open sides: the rows' own ends close the table
        xs.insert(0, left)
    if right - xs[-1] > 15:
        xs.append(right)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > 20_000:
        return None
    parent = list(range(rows * columns))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    beside = [[s for s in down if abs(s[0] - x) <= _SNAP * 1.5] for x in xs]
    below = [[s for s in across if abs(s[0] - y) <= _SNAP * 1.5] for y in ys]
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and not _ruled(beside[c + 1], ys[r], ys[r + 1]):
                parent[root(r * columns + c + 1)] = root(r * columns + c)
            if r + 1 < rows and not _ruled(below[r + 1], xs[c], xs[c + 1]):
                parent[root((r + 1) * columns + c)] = root(r * columns + c)
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at in range(rows * columns):
        places[root(at)].append(divmod(at, columns))
    cells = []
    for members in places.values():
        r0, r1 = min(r for r, _ in members), max(r for r, _ in members)
        c0, c1 = min(c for _, c in members), max(c for _, c in members)
        cells.append(GridCell(r0, c0, r1 - r0 + 1, c1 - c0 + 1, xs[c0], ys[r0], xs[c1 + 1], ys[r1 + 1]))
    if len({cell.column for cell in cells}) < 2:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    owners = [0] * (rows * columns)
    for at, cell in enumerate(cells):
        for r in range(cell.row, cell.row + cell.rows):
            for c in range(cell.column, cell.column + cell.columns):
                owners[r * columns + c] = at
    return Grid(tuple(xs), tuple(ys), tuple(cells), tuple(owners))


def _ruled(strokes: list[_Stroke], start: float, end: float) -> bool:
    """Whether the strokes at one position cover most of the way from start to end."""
    covered = sum(max(0.0, min(high, end) - max(low, start)) for _, low, high in strokes)
    return covered >= _COVERED * (end - start)


def take_tables(page: PageContent, columns_from: int) -> tuple[list[Block], list[Word], int]:
    """Return the page's ruled tables, the words outside them and the next free column number.

    A ruled table that only lays out running text (an agreement typed into a bordered table, a framed signature block) is given back as
    lines, cell after cell, each cell a column of its own numbered from `columns_from`.
    """
    grids = find_grids(page.rules) if len(page.rules) >= 4 else []
    if not grids:
        return [], page.words, columns_from
    blocks: list[Block] = []
    free: list[Word] = []
    inside: list[dict[int, list[Word]]] = [defaultdict(list) for _ in grids]
    for word in page.words:
        x, y = (word.x0 + word.x1) / 2, word.baseline - 0.3 * word.size
        for grid, contents in zip(grids, inside, strict=True):
            if grid.xs[0] <= x <= grid.xs[-1] and grid.ys[0] <= y <= grid.ys[-1]:
                column = min(max(bisect(grid.xs, x) - 1, 0), len(grid.xs) - 2)
                row = min(max(bisect(grid.ys, y) - 1, 0), len(grid.ys) - 2)
                contents[grid.owners[row * (len(grid.xs) - 1) + column]].append(word)
                break
        else:
            free.append(word)
    for grid, contents in zip(grids, inside, strict=True):
        rows = {at: rows_of(words) for at, words in contents.items()}
        if len({grid.cells[at].column for at in rows}) < 2:  # a frame round text is no table
            free += [word for words in contents.values() for word in words]
        elif _lays_out(rows):
            lines, columns_from = _cell_lines(grid, rows, page, columns_from)
            blocks += lines
        else:
            table = _table(grid, rows, page)
            if len(table.rows) == 1:
                table.lines, columns_from = _cell_lines(grid, rows, page, columns_from)
            blocks.append(table)
    return blocks, free, columns_from


def _cell_lines(grid: Grid, rows: dict[int, list[list[Word]]], page: PageContent, column: int) -> tuple[list[TextLine], int]:
    """The lines of a grid that only lays out text, cell after cell, each cell a column of its own; and the next free column."""
    lines = []
    for at in sorted(rows):
        cell = grid.cells[at]
        ends = sorted(row[-1].x1 for row in rows[at])
        right = ends[-2] if len(ends) >= 10 else cell.x1 - 5
        left = min(row[0].x0 for row in rows[at])
        for row in rows[at]:
            lines.append(TextLine(row, page.number, column, left, right, recognised=page.recognised))
        column += 1
    return lines, column


def _lays_out(rows: dict[int, list[list[Word]]]) -> bool:
    """Whether a grid only lays out running text: a cell holds articles or most of a page, or articles stand beside their labels."""
    labels = any(
        _LABEL.fullmatch(fold(" ".join(word.text for line in lines for word in line))) for lines in rows.values() if len(lines) == 1
    )
    if labels and any(len(lines) >= _LONG_CELL for lines in rows.values()):
        return True
    for lines in rows.values():
        if len(lines) > 30:
            return True
        starts = (fold(" ".join(word.text for word in line[:3])) for line in lines)
        if sum(bool(_ARTICLE.match(start)) for start in starts) >= 2:
            return True
    return False


def _table(grid: Grid, contents: dict[int, list[list[Word]]], page: PageContent) -> Table:
    by_row: dict[int, list[TableCell]] = defaultdict(list)
    sure: dict[int, list[float]] = defaultdict(list)
    for at, cell in enumerate(grid.cells):
        lines = contents.get(at, [])
        words = [word for line in lines for word in line]
        text = cell_text(lines)
        bold = bool(words) and all(word.bold for word in words)
        by_row[cell.row].append(TableCell(text, cell.column, cell.columns, bold, restarts=cell.rows > 1))
        sure[cell.row] += [word.confidence for word in words]
        for below in range(cell.row + 1, cell.row + cell.rows):
            repeated = text if len(text) <= _REPEAT else ""
            by_row[below].append(TableCell(repeated, cell.column, cell.columns, bold, continues=True))
    rows = []
    for at in sorted(by_row):
        cells = sorted(by_row[at], key=lambda cell: cell.column)
        rows.append(TableRow(cells, page.number, sum(sure[at]) / len(sure[at]) if sure[at] else 1.0))
    return Table(rows, list(grid.xs), grid.ys[0], grid.ys[-1], page.number)


def cell_text(lines: list[list[Word]]) -> str:
    """The lines of one cell as one text; a word broken in a narrow cell ("thá" + "ng") is made whole."""
    text = ""
    space = True
    for line in lines:
        after = " ".join(word.text for word in line)
        text = text + after if _broken(text, after) else join_lines(text, after, space)
        space = line[-1].space
    return clean(text)


def _broken(before: str, after: str) -> bool:
    head, tail = _LAST_LETTERS.search(before), _FIRST_LETTERS.match(after)
    if not head or not tail:
        return False
    one, two = head.group().lower(), tail.group().lower()
    return not (is_syllable(one) and is_syllable(two)) and is_syllable(one + two)


def join_tables(blocks: list[Block]) -> list[Block]:
    """Join a table with its continuation at the head of the next page: repeated header dropped, a row cut in two made whole."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if isinstance(block, Table) and isinstance(last, Table) and _continues(last, block):
            _append(last, block)
        else:
            out.append(block)
    flat: list[Block] = []
    for block in out:
        if isinstance(block, Table) and len(block.rows) == 1 and block.lines:
            flat += block.lines  # one row alone is a letterhead or marked text
        else:
            flat.append(block)
    return flat


def _continues(last: Table, block: Table) -> bool:
    return (
        block.page == last.last_page + 1
        and len(block.edges) == len(last.edges)
        and block.ruled == last.ruled
        and all(abs(a - b) <= 6 for a, b in zip(_relative(block.edges), _relative(last.edges), strict=True))
    )


def _relative(edges: list[float]) -> list[float]:
    """Column edges from the left one; without the right one, which no ruling may show."""
    return [edge - edges[0] for edge in edges[:-1]]


def _append(last: Table, block: Table) -> None:
    rows = block.rows
    headers = last.rows[:3]
    dropped = 0
    while dropped < len(rows) and dropped < len(headers) and _same(rows[dropped], headers[dropped]):
        dropped += 1
    rows = rows[dropped:]
    if rows and _is_rest(rows[0], last):
        before = last.rows[-1]
        rest = {cell.column: cell.text for cell in rows[0].cells}
        for cell in before.cells:
            cell.text = clean(join_lines(cell.text, rest.get(cell.column, ""), True))
        before.confidence = min(before.confidence, rows[0].confidence)
        rows = rows[1:]
    last.rows += rows
    last.last_page = block.page


def _same(row: TableRow, header: TableRow) -> bool:
    return [fold(cell.text) for cell in row.cells] == [fold(cell.text) for cell in header.cells]


def _is_rest(row: TableRow, table: Table) -> bool:
    """Whether the first row of a page is the rest of a row cut by the page's end: it lacks what every other row has in some column."""
    before = table.rows[-1]
    if [(c.column, c.span) for c in row.cells] != [(c.column, c.span) for c in before.cells]:
        return False
    empty = {cell.column for cell in row.cells if not cell.text}
    if not empty or len(empty) == len(row.cells):
        return False
    usual = {
        column
        for column in empty
        if sum(any(c.text and c.column == column for c in r.cells) for r in table.rows) >= max(1, 0.8 * len(table.rows))
    }
    if not usual:
        return False
    merged = any(cell.continues for r in table.rows for cell in r.cells)
    return (0 in usual and not merged) or all(
        cell.text[0].islower() or cell.text[0] == "(" or above.text.endswith(("-", "–", "/", ",", " và"))
        for cell, above in zip(row.cells, before.cells, strict=True)
        if cell.text
    )

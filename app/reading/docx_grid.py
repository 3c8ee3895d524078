"""Word tables as a grid: which columns each cell covers, which cells are merged, whether lines are drawn.

Reads `w:tbl` elements; writes `Table` blocks whose cells hold the blocks the walker finds in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from app.reading import docx_names as n
from app.reading.document import Origin
from app.reading.docx_blocks import Cell, Row, Table

if TYPE_CHECKING:
    from app.reading.docx_walk import Walker

_NO_LINE = frozenset(("nil", "none"))
_MAX_SPAN = 64


def read_table(element: etree._Element, walker: Walker, origin: Origin) -> Table:
    """Return the table with its deleted rows left out."""
    page = walker.page
    rows: list[Row] = []
    lined = cells = 0
    for row_element in _inside(element, n.TR, walker):
        properties = row_element.find(n.TRPR)
        if properties is not None and properties.find(n.DEL) is not None:
            walker.seen.add("tracked_changes")
            continue
        row = Row([], header=properties is not None and _on(properties, n.TBLHEADER))
        column = 0 if properties is None else min(max(n.number(n.value(properties, n.GRIDBEFORE)), 0), _MAX_SPAN)
        for cell_element in _inside(row_element, n.TC, walker):
            cell, has_lines = _read_cell(cell_element, column, walker, origin)
            row.cells.append(cell)
            column += cell.span
            lined += has_lines
            cells += 1
        rows.append(row)
    return Table(rows, _bordered(element, walker) or 2 * lined > cells, page, origin)


def _read_cell(element: etree._Element, column: int, walker: Walker, origin: Origin) -> tuple[Cell, bool]:
    span, continues, restarts, shaded, lined = 1, False, False, False, False
    properties = element.find(n.TCPR)
    if properties is not None:
        for child in properties:
            tag = child.tag
            if tag == n.GRIDSPAN:
                span = min(max(n.number(child.get(n.VAL), 1), 1), _MAX_SPAN)
            elif tag == n.VMERGE:
                restarts = child.get(n.VAL) == "restart"
                continues = not restarts
            elif tag == n.SHD:
                shaded = (child.get(n.W + "fill") or "auto").lower() not in ("auto", "ffffff")
            elif tag == n.TCBORDERS:
                lined = any(edge.get(n.VAL) not in _NO_LINE for edge in child)
    return Cell(column, span, walker.container(element, origin), continues, restarts, shaded), lined


def _inside(parent: etree._Element, wanted: str, walker: Walker) -> Iterator[etree._Element]:
    """Yield rows or cells, through content controls, custom XML and tracked insertions."""
    for child in parent:
        tag = child.tag
        if tag == wanted:
            yield child
        elif tag == n.SDT:
            content = child.find(n.SDTCONTENT)
            if content is not None:
                yield from _inside(content, wanted, walker)
        elif tag == n.CUSTOMXML:
            yield from _inside(child, wanted, walker)
        elif tag in (n.INS, n.MOVETO):
            walker.seen.add("tracked_changes")
            yield from _inside(child, wanted, walker)


def _on(properties: etree._Element, name: str) -> bool:
    child = properties.find(name)
    return child is not None and n.on(child)


def _bordered(element: etree._Element, walker: Walker) -> bool:
    """Whether the table, or else its style, draws lines."""
    properties = element.find(n.TBLPR)
    if properties is None:
        return False
    borders = properties.find(n.TBLBORDERS)
    if borders is not None:
        return any(edge.get(n.VAL) not in _NO_LINE for edge in borders)
    for style in walker.table_styles(n.value(properties, n.TBLSTYLE)):
        borders = style.find(f"{n.TBLPR}/{n.TBLBORDERS}")
        if borders is not None:
            return any(edge.get(n.VAL) not in _NO_LINE for edge in borders)
    return False

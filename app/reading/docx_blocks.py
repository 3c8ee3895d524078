"""What the walk over a Word file finds, before text is cleaned and tables are judged: paragraphs and tables in document order."""

from __future__ import annotations

from dataclasses import dataclass

from app.reading.document import Origin
from app.reading.legacy_fonts import Encoding

BREAK = "\x0b"  # a soft line break inside a paragraph; no XML text can hold this character


@dataclass(slots=True)
class Paragraph:
    """One paragraph: its visible text as (text, encoding) parts and what Word draws around it."""

    parts: list[tuple[str, Encoding]]
    label: str = ""
    label_encoding: Encoding = ""
    tight: bool = False  # the label touches the text
    bullet: bool = False
    level: int | None = None
    heading: int | None = None
    bold: bool = False
    centered: bool = False
    page: int = 1
    origin: Origin = "body"
    tabs: int = 0
    lines: list[str] | None = None  # cleaned text, set once by `docx_text`


@dataclass(slots=True)
class Cell:
    """One cell: the grid columns it covers and what stands in it."""

    column: int
    span: int
    blocks: list[Block]
    continues: bool = False  # a vertical merge continued from the row above
    restarts: bool = False  # a vertical merge that begins here
    shaded: bool = False


@dataclass(slots=True)
class Row:
    cells: list[Cell]
    header: bool = False  # Word repeats the row on every page


@dataclass(slots=True)
class Table:
    rows: list[Row]
    bordered: bool
    page: int
    origin: Origin = "body"


Block = Paragraph | Table

"""What the reading room hands on: the clean text of one file and where each line of it came from.

Reads nothing; written by every reader (`docx`, `pdf`, `ocr`, `legacy`), read by `app.structure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Method = Literal["docx", "pdf_text", "ocr", "doc"]
LineKind = Literal["paragraph", "row"]
LabelSource = Literal["typed", "automatic"]
Origin = Literal["body", "textbox", "footnote"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning about the file: a stable code and one Vietnamese sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a data table's row: its span in `Document.text` and, below a header, the header texts that rule it."""

    start: int
    end: int
    column: int
    header: str = ""  # text of the header cell above ("Mức (đồng/người/tháng)"), "" in a header row itself


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or one table row of the clean text.

    `start`/`end` are character offsets in `Document.text` (end exclusive, the newline not counted). A label computed from Word's
    automatic numbering is part of the text ("Điều 5. Nghỉ phép"), so typed and automatic numbers read the same.
    """

    start: int
    end: int
    kind: LineKind = "paragraph"
    page: int = 1  # 1-based; DOCX: by page breaks and Word's own last-rendered breaks, else 1
    label: str = ""  # the automatic label as written into the text ("Điều 5.", "1.", "a)"), "" when typed or none
    level: int | None = None  # list level of an automatic label, 0-based
    heading: int | None = None  # outline level of the style (1 = Heading 1), None = body text
    bold: bool = False  # every visible character is bold
    centered: bool = False
    origin: Origin = "body"
    table: int | None = None  # index of the data table the row belongs to
    row: int | None = None  # 0-based row of that table
    header: bool = False  # the row is the table's header
    cells: tuple[Cell, ...] = ()  # data rows and header rows only
    confidence: float = 1.0  # of the recognised words, 1.0 where no OCR took part


@dataclass(frozen=True, slots=True)
class Document:
    """The clean text of one file: NFC, single spaces, one line per paragraph or table row, "\\n" between lines.

    Cells of a data row are joined with " | ". Layout tables (letterheads, signature blocks, an agreement typed into one big
    table) are no data tables: their paragraphs stand as paragraphs, cell after cell.
    """

    text: str
    lines: tuple[Line, ...]
    method: Method
    media_type: str
    pages: int
    sha256: str
    filename: str = ""
    warnings: tuple[Notice, ...] = field(default=())

    def line_text(self, line: Line) -> str:
        return self.text[line.start : line.end]


class ReadingError(Exception):
    """A file that cannot be read: a stable `code` and one Vietnamese `message` that says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DocumentBuilder:
    """Collects cleaned lines into a Document; the only place that joins text and computes offsets."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lines: list[Line] = []
        self._at = 0

    def paragraph(self, text: str, **attributes: object) -> None:
        """Add one paragraph (already cleaned by `app.reading.text.clean`); empty text adds nothing."""
        if not text:
            return
        self._add(text, Line(self._at, self._at + len(text), "paragraph", **attributes))  # type: ignore[arg-type]

    def row(self, cells: list[tuple[str, int, str]], **attributes: object) -> None:
        """Add one table row of (text, column, header text) cells, joined with " | "."""
        parts: list[str] = []
        spans: list[Cell] = []
        at = self._at
        for number, (text, column, header) in enumerate(cells):
            if number:
                parts.append(" | ")
                at += 3
            parts.append(text)
            spans.append(Cell(at, at + len(text), column, header))
            at += len(text)
        joined = "".join(parts)
        if any(text for text, _, _ in cells):
            self._add(joined, Line(self._at, at, "row", cells=tuple(spans), **attributes))  # type: ignore[arg-type]

    def _add(self, text: str, line: Line) -> None:
        self._parts.append(text)
        self._lines.append(line)
        self._at = line.end + 1

    def build(
        self,
        *,
        method: Method,
        media_type: str,
        pages: int,
        sha256: str,
        filename: str = "",
        warnings: tuple[Notice, ...] = (),
    ) -> Document:
        return Document("\n".join(self._parts), tuple(self._lines), method, media_type, pages, sha256, filename, warnings)

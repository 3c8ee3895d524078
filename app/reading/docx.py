"""Word files (.docx, .docm, strict and transitional OOXML) as clean text with lines, tables and pages.

Reads the bytes of a package that `guard.Archive` let in: the main document, styles, numbering, notes, theme and the page count Word left
behind; nothing else, and nothing outside the package. Writes a `Document`.

Errors: not_really_docx, no_text, corrupt_file and those of `guard`. Warnings: tracked_changes, hidden_text, contents_skipped,
legacy_font, macros_ignored, external_part.
"""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from lxml import etree

from app.reading import docx_names as n
from app.reading import docx_tables as tables
from app.reading.document import Document, DocumentBuilder, Method, Notice, ReadingError
from app.reading.docx_blocks import Block, Paragraph, Table
from app.reading.docx_columns import regroup
from app.reading.docx_lines import Lines, paragraphs
from app.reading.docx_numbering import Numbering
from app.reading.docx_styles import Styles, theme_fonts, without_bulk
from app.reading.docx_walk import Walker
from app.reading.guard import Archive, parse_xml

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LEGACY_NAMES = re.compile(rb'"\.?[Vv][Nn]')  # .VnTime, VNI-Times, VnTime
_LARGE_PICTURE = 30_000  # bytes: a page somebody photographed, not a logo
_PAGES = re.compile(rb"<(?:\w+:)?Pages>(\d{1,5})</")
_MESSAGES = {
    "tracked_changes": "Tệp còn sửa đổi chưa duyệt (Track Changes): phần thêm được đọc, phần xóa bị bỏ.",
    "hidden_text": "Tệp có chữ ẩn, phần này không được đọc.",
    "contents_skipped": "Mục lục tự động được bỏ qua vì lặp lại tên điều.",
    "legacy_font": "Văn bản gõ bằng phông cũ (TCVN3 hoặc VNI) đã được chuyển sang Unicode; nên đối chiếu lại.",
    "macros_ignored": "Tệp có macro; macro không được chạy.",
    "external_part": "Tệp có phần liên kết ra ngoài hoặc chèn nguyên tệp khác; phần đó không được đọc.",
}
_NOTES = {"footnotes": ("footnote", n.FOOTNOTEREF), "endnotes": ("endnote", n.ENDNOTEREF)}


def read_docx(data: bytes, sha256: str, filename: str = "", *, method: Method = "docx", media_type: str = DOCX_TYPE) -> Document:
    """Read a Word file. `method` and `media_type` are those of the original where it was converted to docx."""
    package = Package(Archive(data))
    blocks, walker = _walk(package)
    lines = Lines(walker.legacy)
    lines.prepare(blocks)
    builder = DocumentBuilder()
    _Writer(builder, lines).blocks(blocks)
    codes = walker.seen | package.notices()
    if lines.legacy:
        codes.add("legacy_font")
    document = builder.build(
        method=method,
        media_type=media_type,
        pages=max(walker.page, package.declared_pages()),
        sha256=sha256,
        filename=filename,
        warnings=tuple(Notice(code, message) for code, message in _MESSAGES.items() if code in codes),
    )
    if not document.text:
        raise ReadingError("no_text", package.why_empty())
    return document


class Package:
    """The parts of a Word package, found by relationships (Word), else by their usual names."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.main = self._main()
        self.raw = archive.read(self.main)
        self._parts = self._relations(self.main)

    def part(self, kind: str) -> bytes | None:
        """Return the bytes of the main document's part of this kind ("styles", "numbering", "footnotes", "theme" …)."""
        name = self._parts.get(kind)
        return None if name is None else self.archive.read(name)

    def pictures(self) -> dict[str, str]:
        """Return {relationship id: member name} of the pictures of the main document."""
        folder, base = posixpath.split(self.main)
        name = self.archive.find(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, str] = {}
        if name is not None:
            for relation in parse_xml(self.archive.read(name)).iter(n.RELATIONSHIP):
                if relation.get("Type", "").endswith("/image") and relation.get("TargetMode") != "External":
                    member = self._member(folder, relation.get("Target", ""))
                    if member is not None:
                        found[relation.get("Id", "")] = member
        return found

    def notices(self) -> set[str]:
        """Return the codes of what the package holds and the reader leaves alone."""
        codes: set[str] = set()
        if any(name.lower().endswith("vbaproject.bin") for name in self.archive.names):
            codes.add("macros_ignored")
        if {"attachedTemplate:external", "subDocument:external", "oleObject:external", "frame:external"} & set(self._parts):
            codes.add("external_part")
        return codes

    def declared_pages(self) -> int:
        """Return the page count Word saved, 0 where it saved none that can be true."""
        name = self.archive.find("docProps/app.xml")
        found = _PAGES.search(self.archive.read(name, 1 << 20)) if name and self.archive.size(name) < 1 << 20 else None
        pages = int(found.group(1)) if found else 0
        return pages if pages <= 5_000 else 0

    def why_empty(self) -> str:
        pictures = [name for name in self.archive.names if "/media/" in name and self.archive.size(name) > _LARGE_PICTURE]
        if pictures:
            return "Tệp Word chỉ chứa ảnh chụp các trang, không có chữ. Hãy gửi các ảnh đó hoặc bản PDF quét."
        return "Tệp không có chữ nào. Hãy kiểm tra lại bản gửi."

    def _main(self) -> str:
        for kind, target in self._targets("_rels/.rels"):
            if kind == "officeDocument" and (name := self.archive.find(target.lstrip("/"))):
                self._require_word(name)
                return name
        name = self.archive.find("word/document.xml")
        if name is None:
            raise ReadingError("not_really_docx", "Tệp không phải văn bản Word (.docx). Hãy mở bằng Word và lưu lại dạng .docx.")
        return name

    def _require_word(self, name: str) -> None:
        """Excel and PowerPoint files are packages, too."""
        types = self.archive.find("[Content_Types].xml")
        if types is None or name.lower().startswith("word/"):
            return
        wanted = "/" + name.lower()
        for override in parse_xml(self.archive.read(types)).iter(n.CONTENT_TYPE + "Override"):
            if override.get("PartName", "").lower() == wanted and "wordprocessingml" not in override.get("ContentType", ""):
                raise ReadingError(
                    "not_really_docx", "Tệp là bảng tính hoặc trình chiếu, không phải văn bản Word. Hãy gửi bản .docx hoặc .pdf."
                )

    def _relations(self, main: str) -> dict[str, str]:
        folder, base = posixpath.split(main)
        found: dict[str, str] = {}
        for kind, target in self._targets(posixpath.join(folder, "_rels", base + ".rels")):
            if target.endswith(":external"):
                found[f"{kind}:external"] = ""
                continue
            name = self._member(folder, target)
            if name is not None:
                found.setdefault(kind, name)
        return found

    def _member(self, folder: str, target: str) -> str | None:
        """Return the member a relationship points to, None where there is none; nothing outside the package can be named."""
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return self.archive.find(path)

    def _targets(self, path: str) -> list[tuple[str, str]]:
        """Return (kind, target) of a relationships part; what points outside ends in ":external" and is never followed."""
        name = self.archive.find(path)
        if name is None:
            return []
        found = []
        for relation in parse_xml(self.archive.read(name)).iter(n.RELATIONSHIP):
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            target = relation.get("Target", "")
            found.append((kind, target + ":external" if relation.get("TargetMode") == "External" else target))
        return found


def _walk(package: Package) -> tuple[list[Block], Walker]:
    raw = {kind: package.part(kind) for kind in ("styles", "numbering", "footnotes", "endnotes", "theme")}
    if raw["styles"] is not None and b"<!" not in raw["styles"]:  # a comment may hold anything
        raw["styles"] = without_bulk(raw["styles"])
    everything = [package.raw, *(part for part in raw.values() if part is not None)]
    legacy = any(_LEGACY_NAMES.search(part) for part in everything)
    if not legacy:
        raw["theme"] = None  # only fonts are asked of it
    roots = {kind: None if part is None else parse_xml(part) for kind, part in raw.items()}
    styles = Styles(roots["styles"], theme_fonts(roots.get("theme")))
    notes: dict[tuple[str, str], etree._Element] = {}
    for kind, (tag, reference) in _NOTES.items():
        root = roots[kind]
        if root is not None:
            for note in root.iterchildren(n.W + tag):
                if note.get(n.TYPE, "normal") == "normal":
                    notes[reference, note.get(n.ID, "")] = note
    document = parse_xml(package.raw)
    body = document.find(n.W + "body")
    if body is None:
        raise ReadingError("not_really_docx", "Tệp không có nội dung văn bản Word. Hãy mở bằng Word và lưu lại dạng .docx.")
    walker = Walker(
        styles,
        Numbering(roots["numbering"], styles),
        notes,
        rendered_breaks=b"lastRenderedPageBreak" in package.raw,
        hidden=any(b":vanish" in part for part in everything),
        legacy=legacy,
    )
    return walker.container(body), walker


class _Writer:
    """Writes blocks into a DocumentBuilder: paragraphs as lines, data tables as rows, layout tables as what they hold."""

    def __init__(self, builder: DocumentBuilder, lines: Lines) -> None:
        self._builder = builder
        self._lines = lines
        self._tables = 0

    def blocks(self, blocks: list[Block]) -> None:
        for block in regroup(blocks, self._lines.text):
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block)

    def _paragraph(self, paragraph: Paragraph) -> None:
        for index, text in enumerate(self._lines.of(paragraph)):
            first = index == 0
            self._builder.paragraph(
                text,
                page=paragraph.page,
                label=self._lines.label(paragraph) if first and paragraph.label else "",
                level=paragraph.level if first else None,
                heading=paragraph.heading,
                bold=paragraph.bold,
                centered=paragraph.centered,
                origin=paragraph.origin,
            )

    def _table(self, table: Table) -> None:
        seen = tables.grid(table, self._lines.of)
        if tables.is_data(table, seen):
            self._data(table, seen)
        elif _side_by_side(seen):
            for column in sorted({cell.column for row in seen.rows for cell in row}):
                for row in seen.rows:
                    for cell in row:
                        if cell.column == column:
                            self.blocks(cell.cell.blocks)
        else:
            for table_row in table.rows:
                for table_cell in table_row.cells:
                    self.blocks(table_cell.blocks)

    def _data(self, table: Table, seen: tables.Grid) -> None:
        headers = tables.header_rows(seen)
        for index, row in enumerate(seen.rows):
            header = index < headers
            page = min((p.page for cell in row for p in paragraphs(cell.cell.blocks)), default=table.page)
            self._builder.row(
                [
                    (
                        cell.text,
                        cell.column,
                        "" if header else tables.headers_above(seen, headers, cell.column, cell.span),
                    )
                    for cell in row
                    if cell.text
                ],
                page=page,
                origin=table.origin,
                table=self._tables,
                row=index,
                header=header,
            )
        self._tables += 1


def _side_by_side(seen: tables.Grid) -> bool:
    """Whether a layout table is a letterhead or signature block, read one column after the other."""
    if len(seen.rows) > 8 or not 2 <= seen.width <= 4 or not tables.mostly_centered(seen):
        return False
    starts = [tuple(cell.column for cell in row) for row in seen.rows]
    return all(len(cell.text) <= 200 for row in seen.rows for cell in row) and all(a == b for a, b in pairwise(starts))

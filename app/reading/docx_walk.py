"""The walk over the body of a Word file: everything a reader of the page sees, once, in document order.

Reads the XML of the body, footnotes and endnotes; writes `Paragraph` and `Table` blocks. Kept: insertions and moved-in text, content
controls, hyperlinks, field results, smart tags, text boxes (once, never twice through the fallback), footnotes, symbols. Dropped:
deletions and moved-out text, field codes, hidden text, comments, page headers and footers. Tracked changes, hidden text and tables of
contents leave a code in `seen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from app.reading import docx_names as n
from app.reading.document import Origin
from app.reading.docx_blocks import BREAK, Block, Paragraph
from app.reading.docx_grid import read_table
from app.reading.docx_numbering import Label, Numbering
from app.reading.docx_styles import ParagraphStyle, RunStyle, Styles, heading_level, merge
from app.reading.legacy_fonts import Encoding, encoding_of

_INLINE = frozenset((n.HYPERLINK, n.SMARTTAG, n.CUSTOMXML, n.FLDSIMPLE, n.SDTCONTENT, n.DIR, n.BDO, n.RUBYBASE))
_SHAPES = frozenset((n.DRAWING, n.PICT, n.OBJECT))
_WINGDINGS = {0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0xFE: "☒", 0xFD: "☒", 0x78: "☒", 0xFC: "✓", 0x52: "☑", 0xE0: "→", 0xF0: "⇒"}
_CONTENTS_STYLE = re.compile(r"(?:toc|contents|mục lục) ?\d")
_CONTENTS_ENTRY = re.compile(r"(?P<gap>(?:\t|\.{2,}|…)\s*)?\b(?:\d{1,4}|[ivxlc]+)\s*$")
_SOFT_HYPHEN = "\u00ad"  # what LibreOffice makes of the ư of TCVN3; elsewhere `clean` drops it
_PLACEHOLDER = "placeholdertext"


class Walker:
    """Walks containers (body, cell, text box, footnote) into blocks. One walker reads one document."""

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        notes: dict[tuple[str, str], etree._Element],
        *,
        rendered_breaks: bool,
        hidden: bool,
        legacy: bool,
    ) -> None:
        """`notes` maps (reference tag, id) to note elements; the flags say what occurs in the file at all, so that the walk need not
        look for it in every run."""
        self.seen: set[str] = set()
        self.page = 1
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._rendered = rendered_breaks
        self.legacy = legacy
        self._full = hidden or legacy  # every run's properties matter
        self._fields: list[bool] = []  # one entry per open field: True while in its code
        self._contents = 0  # open content controls that hold a table of contents
        self._coded = False  # any open field is in its code: text is not shown
        self._carried: list[tuple[str, Encoding]] = []  # text of a paragraph whose mark is deleted
        self._encodings: dict[str, Encoding] = {}
        # Of the paragraph being read.
        self._parts: list[tuple[str, Encoding]] = []
        self._style = ParagraphStyle()
        self._bold = True
        self._first_page = 0
        self._anchored: list[tuple[etree._Element, Origin]] = []

    def container(self, element: etree._Element, origin: Origin = "body") -> list[Block]:
        """Return the blocks of a body, cell, text box or note."""
        out: list[Block] = []
        self._blocks(element, out, origin)
        self._flush(out, origin)
        return out

    def _flush(self, out: list[Block], origin: Origin) -> None:
        """A deleted paragraph mark with no paragraph behind it: its text stands alone."""
        if self._carried:
            out.append(Paragraph(self._carried, page=self.page, origin=origin))
            self._carried = []

    def table_styles(self, style_id: str | None) -> list[etree._Element]:
        """Return a table's style and those below it, nearest first."""
        return self._styles.table(style_id)

    def _blocks(self, parent: Iterable[etree._Element], out: list[Block], origin: Origin) -> None:
        for child in parent:
            tag = child.tag
            if tag == n.P:
                self._paragraph(child, out, origin)
            elif tag == n.TBL:
                self._flush(out, origin)
                out.append(read_table(child, self, origin))
            elif tag == n.SDT:
                content = child.find(n.SDTCONTENT)
                if content is not None:
                    contents = _is_contents_gallery(child)
                    self._contents += contents
                    self._blocks(content, out, origin)
                    self._contents -= contents
            elif tag in (n.CUSTOMXML, n.INS, n.MOVETO):
                if tag != n.CUSTOMXML:
                    self.seen.add("tracked_changes")
                self._blocks(child, out, origin)
            elif tag in (n.DEL, n.MOVEFROM):
                self.seen.add("tracked_changes")
            elif tag == n.ALTERNATE:
                self._blocks(self._alternative(child), out, origin)
            elif tag in (n.OMATH, n.OMATHPARA):
                out.append(Paragraph([(_math(child), "")], page=self.page, origin=origin))
            elif tag == n.W + "altChunk":
                self.seen.add("external_part")

    def _paragraph(self, element: etree._Element, out: list[Block], origin: Origin) -> None:
        self._parts, self._carried = self._carried, []
        self._bold, self._first_page = True, 0
        self._style = self._styles.paragraph(None)
        paragraph = Paragraph([], origin=origin)
        properties = element[0] if len(element) and element[0].tag == n.PPR else None
        style_id: str | None = None
        numbered: tuple[int | None, int | None] = (None, None)
        deleted = hidden = False
        section_ends = False
        if properties is not None:
            style_id = n.value(properties, n.PSTYLE)
            self._style = self._styles.paragraph(style_id)
            paragraph.centered, paragraph.heading = self._style.centered, self._style.heading
            new_page = self._style.new_page
            for child in properties:
                tag = child.tag
                if tag == n.NUMPR:
                    numbered = self._direct_numbering(child)
                elif tag == n.JC:
                    paragraph.centered = child.get(n.VAL) == "center"
                elif tag == n.OUTLINE:
                    paragraph.heading = heading_level(child.get(n.VAL))
                elif tag == n.PAGEBREAKBEFORE:
                    new_page = n.on(child)
                elif tag == n.RPR:
                    deleted = child.find(n.DEL) is not None or child.find(n.MOVEFROM) is not None
                    hidden = (mark := child.find(n.VANISH)) is not None and n.on(mark)
                    if deleted or child.find(n.INS) is not None:
                        self.seen.add("tracked_changes")
                elif tag == n.SECTPR:
                    kind = n.value(child, n.TYPE)
                    section_ends = kind not in ("continuous", "nextColumn")
            if new_page and not self._rendered and out:
                self.page += 1
        else:
            paragraph.centered, paragraph.heading = self._style.centered, self._style.heading
        start = self.page
        self._inline(element)
        while self._coded:  # a field's code never runs past its paragraph; a file that says so is damaged
            self._fields.pop()
            self._coded = any(self._fields)
        paragraph.parts = self._parts
        paragraph.tabs = sum(text == "\t" for text, _ in self._parts) if len(self._parts) > 1 else 0
        paragraph.page = self._first_page or (self.page if not self._parts else start)
        anchored, self._anchored = self._anchored, []
        if deleted:
            self._carried = self._parts
        elif not (hidden and not self._parts) and not self._is_contents_entry():
            paragraph.bold = bool(self._parts) and self._bold
            self._number(paragraph, style_id, numbered)
            if paragraph.parts or paragraph.label:
                out.append(paragraph)
        if section_ends and not self._rendered:
            self.page += 1
        for content, kind in anchored:
            self._blocks(content, out, kind)

    @staticmethod
    def _direct_numbering(element: etree._Element) -> tuple[int | None, int | None]:
        number_id, level = n.value(element, n.NUMID), n.value(element, n.ILVL)
        return (
            None if number_id is None else n.number(number_id),
            None if level is None else n.number(level),
        )

    def _number(self, paragraph: Paragraph, style_id: str | None, direct: tuple[int | None, int | None]) -> None:
        if direct[0] is None and self._style.number_id is None:
            return
        place = self._numbering.place(self._style, style_id, direct)
        label: Label | None = self._numbering.label(*place) if place else None
        if label is None:
            return
        paragraph.label, paragraph.level = label.text, label.level
        paragraph.tight, paragraph.bullet = label.tight, label.bullet
        paragraph.label_encoding = self._encoding(label.font or self._style.run.font)

    def _is_contents_entry(self) -> bool:
        """Lines of a table of contents repeat headings that stand in the body."""
        styled = _CONTENTS_STYLE.match(self._style.name) is not None
        if not (styled or self._contents) or not self._parts:
            return False
        entry = _CONTENTS_ENTRY.search("".join(text for text, _ in self._parts))
        if entry is None or not (styled or entry["gap"]):
            return False
        self.seen.add("contents_skipped")
        return True

    def _inline(self, parent: Iterable[etree._Element]) -> None:
        for child in parent:
            tag = child.tag
            if tag == n.RUN:
                self._run(child)
            elif tag in _INLINE:
                self._inline(child)
            elif tag == n.SDT:
                content = child.find(n.SDTCONTENT)
                if content is not None and not self._is_placeholder(child):
                    self._inline(content)
            elif tag in (n.INS, n.MOVETO):
                self.seen.add("tracked_changes")
                self._inline(child)
            elif tag in (n.DEL, n.MOVEFROM):
                self.seen.add("tracked_changes")
            elif tag == n.ALTERNATE:
                self._inline(self._alternative(child))
            elif tag in (n.OMATH, n.OMATHPARA):
                self._add(_math(child), "")

    def _run(self, run: etree._Element) -> None:
        properties: etree._Element | None = None
        encoding: Encoding = ""
        looked = hidden = False
        for child in run:
            tag = child.tag
            if tag == n.T or tag == n.SOFTHYPHEN:
                text = child.text if tag == n.T else _SOFT_HYPHEN
                if not text or self._coded:
                    continue
                if self._full:
                    if not looked:
                        style, looked = self._run_style(properties), True
                        encoding, hidden = self._encoding(style.font), bool(style.hidden)
                        self._bold = self._bold and (bool(style.bold) or hidden or not text.strip())
                    if hidden:
                        self.seen.add("hidden_text")
                        continue
                elif self._bold and not looked and text.strip():
                    self._bold, looked = self._is_bold(properties), True
                self._add(text, encoding)
            elif tag == n.RPR:
                properties = child
            elif tag in (n.TAB, n.PTAB):
                self._space("\t")
            elif tag in (n.BR, n.CR):
                self._break(child)
            elif tag == n.RENDEREDBREAK:
                self.page += self._rendered
            elif tag == n.FLDCHAR:
                self._field(child.get(n.W + "fldCharType"))
            elif tag == n.NOBREAKHYPHEN:
                self._space("-")
            elif tag == n.SYM:
                self._symbol(child)
            elif tag in (n.FOOTNOTEREF, n.ENDNOTEREF):
                note = self._notes.get((tag, child.get(n.ID, "")))
                if note is not None and not self._coded:
                    self._anchored.append((note, "footnote"))
            elif tag in _SHAPES or tag == n.ALTERNATE:
                self._shapes(child)
            elif tag == n.RUBY:
                base = child.find(n.RUBYBASE)
                if base is not None:
                    self._inline(base)

    def _run_style(self, properties: etree._Element | None) -> RunStyle:
        below = self._style.run
        if properties is None:
            return below
        named = n.value(properties, n.RSTYLE)
        if named:
            below = merge(below, self._styles.run(named))
        return merge(below, self._styles.run_properties(properties))

    def _is_bold(self, properties: etree._Element | None) -> bool:
        if properties is not None:
            bold = properties.find(n.BOLD)
            if bold is not None:
                return n.on(bold)
            named = n.value(properties, n.RSTYLE)
            if named and (says := self._styles.run(named).bold) is not None:
                return says
        return bool(self._style.run.bold)

    def _encoding(self, font: str | None) -> Encoding:
        if not font or not self._full:
            return ""
        found = self._encodings.get(font)
        if found is None:
            found = self._encodings[font] = encoding_of(font)
        return found

    def _add(self, text: str, encoding: Encoding) -> None:
        if not self._first_page:
            self._first_page = self.page
        self._parts.append((text, encoding))

    def _space(self, text: str) -> None:
        if not self._coded:
            self._parts.append((text, ""))

    def _break(self, element: etree._Element) -> None:
        kind = element.get(n.TYPE)
        if kind == "page":
            self.page += not self._rendered
        elif not self._coded:
            self._parts.append((BREAK, ""))

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()
        self._coded = any(self._fields)

    def _symbol(self, element: etree._Element) -> None:
        try:
            code = int(element.get(n.CHAR, ""), 16)
        except ValueError:
            return
        if not 0 < code < 0x11_0000 or 0xD800 <= code < 0xE000:
            return
        wingdings = "wingdings" in (element.get(n.FONT) or "").lower()
        text = _WINGDINGS.get(code & 0xFF, "•") if wingdings else chr(code)
        if not self._coded:
            self._add(text, "")

    def _shapes(self, element: etree._Element) -> None:
        """Put off the text boxes of a drawing until its paragraph is read."""
        if element.tag == n.ALTERNATE:
            for child in self._alternative(element):
                self._shapes(child)
        elif element.tag == n.TXBX:
            self._anchored.append((element, "textbox"))
        else:
            for child in element:
                self._shapes(child)

    @staticmethod
    def _alternative(element: etree._Element) -> etree._Element:
        """Return the branch to read: the choice, unless only the fallback holds text."""
        choice, fallback = element.find(n.CHOICE), element.find(n.FALLBACK)
        if choice is None:
            return fallback if fallback is not None else element
        if fallback is not None and next(choice.iter(n.T, n.MT), None) is None and next(fallback.iter(n.T), None) is not None:
            return fallback
        return choice

    def _is_placeholder(self, control: etree._Element) -> bool:
        """Whether a content control shows its prompt ("Nhấn để nhập") instead of content."""
        properties = control.find(n.SDTPR)
        if properties is None or properties.find(n.W + "showingPlcHdr") is None:
            return False
        styles = {(style.get(n.VAL) or "").lower() for style in control.iter(n.RSTYLE)}
        return bool(styles) and styles <= {_PLACEHOLDER}


def _is_contents_gallery(control: etree._Element) -> bool:
    """Whether a content control is the gallery piece "Table of Contents"."""
    gallery = control.find(f"{n.SDTPR}/{n.W}docPartObj/{n.W}docPartGallery")
    return gallery is not None and gallery.get(n.VAL) == "Table of Contents"


def _math(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(n.MT))

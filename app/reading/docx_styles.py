"""The style chain of a Word file: what a paragraph or run inherits from its style, the styles below it and the defaults.

Reads `styles.xml` and the theme's font names; answers with `ParagraphStyle` and `RunStyle` values, resolved once per style.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from app.reading import docx_names as n

_MAX_CHAIN = 24  # a chain of basedOn longer than this is a loop or an attack


@dataclass(frozen=True, slots=True)
class RunStyle:
    """What a style says about runs; None where it says nothing."""

    bold: bool | None = None
    hidden: bool | None = None
    font: str | None = None


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph inherits. `number_id`/`level` are of the numbering, `owner` the style that brought them in."""

    run: RunStyle = RunStyle()
    centered: bool = False
    heading: int | None = None
    number_id: int | None = None
    level: int | None = None
    owner: str = ""
    name: str = ""
    new_page: bool = False


def theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    """Return {"major": typeface, "minor": typeface} of the theme's Latin fonts."""
    fonts: dict[str, str] = {}
    if theme is not None:
        for kind in ("major", "minor"):
            latin = theme.find(f".//{n.A}{kind}Font/{n.A}latin")
            if latin is not None:
                fonts[kind] = latin.get("typeface", "")
    return fonts


def without_bulk(styles: bytes) -> bytes:
    """Return the styles part without the conditional formats of table styles and the latent styles: most of its bytes, never asked for."""
    for name in (b"w:tblStylePr", b"w:latentStyles"):
        head, *pieces = styles.split(b"<" + name + b" ")
        kept = [head]
        for piece in pieces:
            _, closed, rest = piece.partition(b"</" + name + b">")
            kept.append(rest if closed else piece.partition(b"/>")[2])
        styles = b"".join(kept)
    return styles


class Styles:
    """Resolves style ids; unknown ids resolve to the document's defaults."""

    def __init__(self, root: etree._Element | None, theme: dict[str, str]) -> None:
        self._theme = theme
        self._elements: dict[str, etree._Element] = {}
        self._default_id = ""
        self._defaults = RunStyle()
        self._paragraphs: dict[str, ParagraphStyle] = {}
        self._runs: dict[str, RunStyle] = {}
        if root is None:
            return
        for style in root.iterchildren(n.STYLE):
            style_id = style.get(n.STYLEID, "")
            self._elements[style_id] = style
            if style.get(n.TYPE) == "paragraph" and style.get(n.DEFAULT) in ("1", "true", "on"):
                self._default_id = style_id
        defaults = root.find(f"{n.DOCDEFAULTS}/{n.W}rPrDefault/{n.RPR}")
        if defaults is not None:
            self._defaults = self.run_properties(defaults)

    def paragraph(self, style_id: str | None) -> ParagraphStyle:
        """Return what a paragraph of this style inherits; None is the default paragraph style."""
        key = style_id if style_id in self._elements else self._default_id
        found = self._paragraphs.get(key)
        if found is None:
            found = self._paragraphs[key] = self._resolve_paragraph(key)
        return found

    def run(self, style_id: str) -> RunStyle:
        """Return what a character style says."""
        found = self._runs.get(style_id)
        if found is None:
            found = RunStyle()
            for style in reversed(self._chain(style_id)):
                found = merge(found, self.run_properties(style.find(n.RPR)))
            self._runs[style_id] = found
        return found

    def table(self, style_id: str | None) -> list[etree._Element]:
        """Return the table style and those below it, nearest first."""
        return self._chain(style_id or "")

    def numbering(self, style_id: str) -> int | None:
        """Return the numbering id of a numbering style (the target of numStyleLink)."""
        for style in self._chain(style_id):
            found = style.find(f"{n.PPR}/{n.NUMPR}/{n.NUMID}")
            if found is not None:
                return n.number(found.get(n.VAL))
        return None

    def run_properties(self, properties: etree._Element | None) -> RunStyle:
        """Return what an rPr element itself says, its character style not followed."""
        bold = hidden = font = None
        if properties is not None:
            for child in properties:
                tag = child.tag
                if tag == n.BOLD:
                    bold = n.on(child)
                elif tag == n.VANISH:
                    hidden = n.on(child)
                elif tag == n.RFONTS:
                    font = self.font(child)
        return RunStyle(bold, hidden, font)

    def font(self, fonts: etree._Element) -> str | None:
        """Return the font of Latin letters; a theme font stands before a named one, as in Word."""
        for name in ("hAnsi", "ascii"):
            theme = fonts.get(f"{n.W}{name}Theme")
            if theme is not None:
                return self._theme.get(theme[:5], "")
            named = fonts.get(n.W + name)
            if named is not None:
                return named
        return fonts.get(n.W + "cs")

    def _chain(self, style_id: str) -> list[etree._Element]:
        chain: list[etree._Element] = []
        while (style := self._elements.get(style_id)) is not None and len(chain) < _MAX_CHAIN and style not in chain:
            chain.append(style)
            style_id = n.value(style, n.BASEDON) or ""
        return chain

    def _resolve_paragraph(self, style_id: str) -> ParagraphStyle:
        found = ParagraphStyle(run=self._defaults)
        for style in reversed(self._chain(style_id)):
            found = replace(
                found,
                run=merge(found.run, self.run_properties(style.find(n.RPR))),
                name=(n.value(style, n.NAME) or "").lower(),
            )
            properties = style.find(n.PPR)
            if properties is not None:
                found = self._with_paragraph_properties(found, properties, style.get(n.STYLEID, ""))
        return found

    @staticmethod
    def _with_paragraph_properties(found: ParagraphStyle, properties: etree._Element, style_id: str) -> ParagraphStyle:
        for child in properties:
            tag = child.tag
            if tag == n.JC:
                found = replace(found, centered=child.get(n.VAL) == "center")
            elif tag == n.OUTLINE:
                found = replace(found, heading=heading_level(child.get(n.VAL)))
            elif tag == n.PAGEBREAKBEFORE:
                found = replace(found, new_page=n.on(child))
            elif tag == n.NUMPR:
                number_id, level = n.value(child, n.NUMID), n.value(child, n.ILVL)
                if number_id is not None:
                    found = replace(found, number_id=n.number(number_id), owner=style_id)
                if level is not None:
                    found = replace(found, level=n.number(level))
        return found


def heading_level(outline: str | None) -> int | None:
    """Return the 1-based heading level of an outline level; body text (9) is None."""
    level = n.number(outline, 9)
    return level + 1 if 0 <= level < 9 else None


def merge(below: RunStyle, above: RunStyle) -> RunStyle:
    """Return `above` where it says something, `below` elsewhere."""
    return RunStyle(
        below.bold if above.bold is None else above.bold,
        below.hidden if above.hidden is None else above.hidden,
        below.font if above.font is None else above.font,
    )

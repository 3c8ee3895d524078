"""Word's automatic numbering: the labels that Word draws and never writes into the text.

Reads `numbering.xml` (abstract lists, lists, overrides) and the style chain; `Numbering.label` is asked once per numbered paragraph, in
document order, and keeps the counters. ECMA-376 part 1, 17.9. Automatic letter lists run a b c d e, without đ, as Word does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from app.reading import docx_names as n
from app.reading.docx_formats import format_number
from app.reading.docx_styles import ParagraphStyle, Styles

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_MAX_START = 1_000_000


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list as defined."""

    start: int = 0
    format: str = "decimal"
    custom: str = ""  # the pattern of format "custom": "001, 002, …"
    text: str = ""
    restart: int | None = None  # 1-based level whose use restarts this one; 0 = never; None = any level above
    legal: bool = False  # isLgl: every number of the label in decimal
    tight: bool = False  # suff "nothing": the label touches the text
    style: str = ""
    font: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A computed label: its text, 0-based level, and whether the level is a bullet."""

    text: str
    level: int
    bullet: bool
    tight: bool
    font: str | None


@dataclass(slots=True)
class _List:
    abstract: int
    levels: dict[int, Level]
    overrides: dict[int, int]  # level -> startOverride


class Numbering:
    """The numbering part of one document with its running counters."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[int, etree._Element] = {}
        self._lists: dict[int, etree._Element] = {}
        self._resolved: dict[int, _List | None] = {}
        self._counters: dict[int, list[int | None]] = {}
        self._started: set[int] = set()
        if root is not None:
            for child in root:
                if child.tag == n.ABSTRACTNUM:
                    self._abstract[n.number(child.get(n.ABSTRACTNUMID), -1)] = child
                elif child.tag == n.NUM:
                    self._lists[n.number(child.get(n.NUMID), -1)] = child

    def place(self, style: ParagraphStyle, style_id: str | None, direct: tuple[int | None, int | None]) -> tuple[int, int] | None:
        """Return (list id, level) of a paragraph, or None when it is not numbered.

        `direct` is (numId, ilvl) of the paragraph's own numPr. A style's list is entered at the level that names the style.
        """
        number_id, level = direct
        inherited = number_id is None
        if number_id is None:
            number_id = style.number_id
        if not number_id:  # none, or 0: numbering taken away
            return None
        found = self._list(number_id)
        if found is None:
            return None
        if level is None and inherited:
            for index, definition in found.levels.items():
                if definition.style and definition.style in (style_id, style.owner):
                    level = index
                    if definition.style == style_id:
                        break
            if level is None:
                level = style.level
        level = min(max(level or 0, 0), LEVELS - 1)
        return number_id, level

    def label(self, number_id: int, level: int) -> Label | None:
        """Count one paragraph at this place and return its label; None where the level shows none."""
        found = self._list(number_id)
        definition = found.levels.get(level) if found else None
        if found is None or definition is None:
            return None
        counters = self._counters.setdefault(found.abstract, [None] * LEVELS)
        if number_id not in self._started:
            self._started.add(number_id)
            for overridden in found.overrides:
                counters[overridden] = None
        current = counters[level]
        counters[level] = self._start(found, level) if current is None else min(current + 1, _MAX_START)
        for deeper in range(level + 1, LEVELS):
            below = found.levels.get(deeper)
            restart = below.restart if below else None
            if restart is None or (restart and level < restart):
                counters[deeper] = None
        if definition.hidden:
            return None
        if definition.format == "bullet":
            return Label(definition.text, level, True, False, definition.font)
        text = _PLACE.sub(lambda match: self._number(found, counters, int(match.group(1)) - 1, definition), definition.text)
        return Label(text, level, False, definition.tight, definition.font) if text.strip() else None

    def _number(self, found: _List, counters: list[int | None], level: int, shown: Level) -> str:
        definition = found.levels.get(level)
        if definition is None:
            return ""
        count = counters[level]
        if count is None:  # a level above that was never used stands at its start
            count = self._start(found, level)
        if shown.legal and definition.format not in ("none", "bullet"):
            return format_number(count, "decimal")
        return format_number(count, definition.format, definition.custom)

    @staticmethod
    def _start(found: _List, level: int) -> int:
        if level in found.overrides:
            return found.overrides[level]
        definition = found.levels.get(level)
        return definition.start if definition else 1

    def _list(self, number_id: int) -> _List | None:
        if number_id not in self._resolved:
            self._resolved[number_id] = self._resolve(number_id, set())
        return self._resolved[number_id]

    def _resolve(self, number_id: int, seen: set[int]) -> _List | None:
        element = self._lists.get(number_id)
        if element is None or number_id in seen:
            return None
        seen.add(number_id)
        abstract_id = n.number(n.value(element, n.ABSTRACTNUMID), -1)
        abstract = self._abstract.get(abstract_id)
        if abstract is None:
            return None
        levels = self._levels(abstract)
        link = n.value(abstract, n.NUMSTYLELINK)
        if link is not None:
            target = self._styles.numbering(link)
            linked = self._resolve(target, seen) if target is not None else self._linked(link)
            if linked is not None:
                abstract_id, levels = linked.abstract, linked.levels | levels
        overrides: dict[int, int] = {}
        for override in element.iterchildren(n.LVLOVERRIDE):
            index = n.number(override.get(n.ILVL), -1)
            if not 0 <= index < LEVELS:
                continue
            redefined = override.find(n.LVL)
            if redefined is not None:
                levels = levels | {index: self._level(redefined)}
            start = n.value(override, n.STARTOVERRIDE)
            if start is not None:
                overrides[index] = _clamp(start, 0)
        return _List(abstract_id, levels, overrides)

    def _linked(self, style_id: str) -> _List | None:
        """A numbering style without its own numId: the abstract list that says styleLink."""
        for abstract_id, abstract in self._abstract.items():
            if n.value(abstract, n.STYLELINK) == style_id:
                return _List(abstract_id, self._levels(abstract), {})
        return None

    def _levels(self, abstract: etree._Element) -> dict[int, Level]:
        return {n.number(level.get(n.ILVL)): self._level(level) for level in abstract.iterchildren(n.LVL)}

    def _level(self, element: etree._Element) -> Level:
        level = Level()
        for child in element:
            tag = child.tag
            val = child.get(n.VAL)
            if tag == n.ALTERNATE:
                custom = child.find(f"{n.CHOICE}/{n.NUMFMT}")
                if custom is not None:
                    level = replace(level, format=custom.get(n.VAL, "decimal"), custom=custom.get(n.W + "format", ""))
            elif tag == n.START:
                level = replace(level, start=_clamp(val, 0))
            elif tag == n.NUMFMT:
                level = replace(level, format=val or "decimal", custom=child.get(n.W + "format", ""))
            elif tag == n.LVLTEXT:
                level = replace(level, text=val or "")
            elif tag == n.LVLRESTART:
                level = replace(level, restart=n.number(val))
            elif tag == n.ISLGL:
                level = replace(level, legal=n.on(child))
            elif tag == n.SUFF:
                level = replace(level, tight=val == "nothing")
            elif tag == n.PSTYLE:
                level = replace(level, style=val or "")
            elif tag == n.RPR:
                run = self._styles.run_properties(child)
                level = replace(level, font=run.font, hidden=bool(run.hidden))
        return level


def _clamp(text: str | None, default: int) -> int:
    return min(max(n.number(text, default), 0), _MAX_START)

"""Where the heading of an article, chapter or annex ends and its text begins.

Reads the words after a label and the lines below; writes the span of the heading. A heading is short and names something; a sentence
binds somebody (a subject, then a duty), introduces a list or ends with a full stop after many words: it is body.
"""

from __future__ import annotations

import re

from app.structure.rules import StructureRules
from app.structure.source import Row, Source, is_upper

_BREAK = re.compile(r"(?<=[\w)”\"])\s?[.:;]\s+(?=[\"“(]?[^\W\d_]|\d)")
_TITLE_LENGTH = 160  # longer than any heading seen; a heading in capitals may be longer
_FIRST_PART = 90
_BINDING_LENGTH = 120  # "Những việc người lao động được làm": a heading that reads as a sentence, where nothing ends it


class Headings:
    """Decides headings by the rules' words for subjects, duties and introductions."""

    def __init__(self, source: Source, rules: StructureRules) -> None:
        self._source = source
        self._subjects = rules["labels.subjects"]
        self._duties = rules["labels.duties"]
        self._introductions = rules["labels.introductions"]
        self._signatures = rules["labels.signature.openings"]
        self.sentences = False  # articles of this text begin with their sentences: words in doubt are body

    def binds(self, folded: str) -> bool:
        """Whether the words are a sentence: a subject at the start and a duty after it."""
        m = self._subjects.match(folded)
        return bool(m and self._duties.search(folded, m.end()))

    def inline(self, row: Row, at: int, *, title: bool = False) -> int:
        """Return how many characters from `at` on (in the row) are heading, 0 where the words are body.

        `title` says that the line can hold nothing else (a chapter, an annex).
        """
        text, folded = row.text[at:], row.fold[at:]
        core = folded.rstrip(" .:;")
        if not core:
            return 0
        parted = _BREAK.search(folded, 0, len(core))
        bold = row.line.bold and len(core) <= _TITLE_LENGTH
        if parted is None or (title and is_upper(text)) or (bold and not self.binds(folded[parted.end() :])):
            return len(text) if title or self._names(row, text, folded, core) else 0
        first = folded[: parted.start()]
        if len(first) <= _FIRST_PART and not self.binds(first) and not self._introduces(first):
            return parted.start() + len(folded[parted.start() : parted.end()].rstrip())
        return len(text) if title else 0

    def _introduces(self, core: str) -> bool:
        return any(m.end() == len(core) for m in self._introductions.finditer(core, max(0, len(core) - 40)))

    def _names(self, row: Row, text: str, folded: str, core: str) -> bool:
        mark = text.rstrip()[-1:]
        if (row.line.bold or row.line.heading is not None) and len(core) <= 2 * _TITLE_LENGTH and mark != ";":
            return True
        if mark == ";" or (mark == ":" and (self._introduces(core) or self.binds(core))):
            return False
        if is_upper(text):
            return len(core) <= 2 * _TITLE_LENGTH
        if self.binds(core):
            return not self.sentences and mark not in (".", ":") and len(core) <= _BINDING_LENGTH
        return len(core) <= (_TITLE_LENGTH if mark != "." else _FIRST_PART)

    def below(self, index: int, label: Row, *, title: bool, opens: set[int]) -> int:
        """Return how many lines from row `index` on are the heading of the label that stands alone in the line before."""
        rows = self._source.rows
        taken = 0
        while index + taken < len(rows) and taken < (3 if title else 2):
            row = rows[index + taken]
            if row.index in opens or not row.opens or not self._may_be_title(row, label, title):
                break
            more = row.upper and rows[index].upper and row.text[:1] not in "(-" and not self._signatures.match(row.fold)
            if taken and not more:
                break
            taken += 1
        return taken

    def _may_be_title(self, row: Row, label: Row, title: bool) -> bool:
        core = row.fold.rstrip(" .:")
        if not core or core[0] in "-+•*–" or (core[0] == "(" and not row.upper):
            return False
        if row.upper:
            return len(core) <= 2 * _TITLE_LENGTH
        if row.text.rstrip().endswith((".", ";", ":")) and not row.line.bold:
            return False
        if self._introduces(core) or len(core) > _TITLE_LENGTH or _BREAK.search(core):
            return False
        if row.line.bold or row.line.heading is not None or (title and row.line.centered):
            return True
        if self.binds(core) or not core[0].isalpha():
            return False
        # Where headings are bold in this text, a plain line below a bold label is no heading.
        return not (label.line.bold and not title) or len(core) <= 60

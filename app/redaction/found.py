"""What one rule found in one line, before overlaps are settled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the document (absolute offsets) that a rule takes out."""

    start: int
    end: int
    kind: str
    rule: str
    why: str
    everywhere: bool = True

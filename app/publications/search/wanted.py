"""What the website asks for, and where in the answer it stands."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from app.problems import Problem

Sort = Literal["newest", "grade", "signed_on", "better"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the feed; None where any will do. `grades` are letters, `words` is the text asked for."""

    on: date
    grades: tuple[str, ...]
    province: str | None = None
    area: str | None = None
    sector: str | None = None
    ownership: str | None = None
    topic: str | None = None
    provision: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    words: str | None = None
    sort: Sort = "newest"

    def sorted(self, sort: Sort) -> Wanted:
        """The same in another order."""
        return replace(self, sort=sort)


def cursor_of(place: list[Any]) -> str:
    """The opaque mark of where a page ended."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(cursor: str | None, shape: tuple[type | tuple[type, ...], ...]) -> list[Any] | None:
    """What a cursor stands for, of the types that the asked order has. Raises Problem."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError:
        place = None
    if not isinstance(place, list) or len(place) != len(shape) or not all(map(_fits, place, shape)):
        raise Problem("cursor_invalid", "Con trỏ trang không đúng. Hãy đọc lại từ trang đầu, với đúng bộ lọc và cách sắp xếp cũ.")
    return place


def _fits(value: Any, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)

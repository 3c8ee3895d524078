"""Real assessments of the sample agreements, each graded once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.assess import assess

SAMPLES = Path(__file__).parents[2] / "samples"
STEEL = "d05-thep-vung-ang/docx-colon.docx"  # the longest
BUS = "d06-xe-khach-tay-bac/docx-typed.docx"  # fines, deposits and other unlawful clauses
GARMENT = "d01-may-ky-anh/docx-typed.docx"
COPY = "d04-xay-dung-huong-khe/docx-typed.docx"  # nothing better than the law


@cache
def _graded(name: str, on: date) -> dict[str, Any]:
    path = SAMPLES / name
    return assess(path.read_bytes(), path.name, graded_on=on)


@pytest.fixture
def graded() -> Callable[..., dict[str, Any]]:
    """The assessment of a sample, a copy of its own for each caller."""

    def of(name: str, on: date = date(2025, 6, 30)) -> dict[str, Any]:
        return copy.deepcopy(_graded(name, on))

    return of

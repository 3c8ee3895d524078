"""The manifest of a backup: what is in it, by SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TablePart(BaseModel):
    """One table: `rows` lines of JSON in `tables/NAME.jsonl`."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z_]+$")
    rows: int
    sha256: str


class FilePart(BaseModel):
    """One file of the store in `files/ab/abcdef…`; its name is its digest."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int


class Manifest(BaseModel):
    """`missing` are files that the store could not give whole when the backup was made."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    engine: str
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    revision: str
    tables: list[TablePart]
    files: list[FilePart]
    missing: list[str]

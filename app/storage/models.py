"""The record of a kept file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment


class StoredFile(Base):
    """One row per distinct content; the bytes are in the file store under `sha256`."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    stored_at: Mapped[datetime] = mapped_column(Moment)

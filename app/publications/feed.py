"""Answers of the feed: made once for each question and moment of the feed's clock, and kept until something changes.

The clock is looked at no more than once in `feed_clock_seconds` per process, so a withdrawal reaches every process within that time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from app.publications.repository import PublicationRepository
from app.storage.database import Database
from app.web.deps import Parts, Responses
from app.web.public import Kept, answer, etag_of

KEPT_BYTES = 32_000_000
NOT_CHANGED: Responses = {304: {"description": "Chưa đổi từ ETag đã gửi (`If-None-Match`)."}}

Key = tuple[str, bytes, str, bytes]  # scheme, host, path, query


@dataclass(slots=True)
class Ready:
    """An answer with the moment of the feed and the day it is of."""

    at: tuple[datetime, date]
    etag: str
    media_type: str
    content: bytes

    def __len__(self) -> int:
        return len(self.content)


class Feed:
    def __init__(self, database: Database, today: Callable[[], date], clock_seconds: float) -> None:
        self.database = database
        self._today = today
        self._clock_seconds = clock_seconds
        self._kept: Kept[Key, Ready] = Kept(KEPT_BYTES)
        self._latest: datetime | None = None
        self._looked = float("-inf")

    async def answer(self, request: Request, base: str, make: Callable[[], BaseModel]) -> Response:
        """What `make` says, as JSON; from memory where the same was asked at the same moment of the feed."""
        return await self.content(request, base, "application/json", lambda: make().model_dump_json().encode())

    async def content(self, request: Request, base: str, media_type: str, make: Callable[[], bytes]) -> Response:
        """The same of any content."""
        latest = await self._clock()
        key, at = key_of(request.scope, request.headers.get("host", "").encode()), (latest, self._today())
        known = self._kept.get(key)
        if known is None or known.at != at:
            known = Ready(at, _etag(request, base, at), media_type, await run_in_threadpool(make))
            self._kept.put(key, known)
        return answer(request, known.content, media_type, known.etag)

    def ready(self, key: Key) -> Ready | None:
        """The answer to this question where it is at hand and as new as an answer has to be."""
        if self._latest is None or time.monotonic() - self._looked >= self._clock_seconds:
            return None
        known = self._kept.get(key)
        return known if known is not None and known.at == (self._latest, self._today()) else None

    async def etag(self, request: Request, base: str) -> str:
        """The tag of what this request asks at this moment of the feed."""
        return _etag(request, base, (await self._clock(), self._today()))

    async def _clock(self) -> datetime:
        if self._latest is None or time.monotonic() - self._looked >= self._clock_seconds:
            looked = time.monotonic()
            self._latest = await run_in_threadpool(self._read_clock)
            self._looked = looked
        return self._latest

    def _read_clock(self) -> datetime:
        with self.database.read() as session:
            return PublicationRepository(session).latest()


def key_of(scope: Scope, host: bytes) -> Key:
    """What an answer depends on, as the request has it."""
    return scope["scheme"], host, scope["path"], scope["query_string"]


def _etag(request: Request, base: str, at: tuple[datetime, date]) -> str:
    return etag_of(base, request.url.path, request.url.query, *(moment.isoformat() for moment in at))


def feed_of(request: Request, parts: Parts) -> Feed:
    """The feed of this process."""
    state = request.app.state
    if getattr(state, "feed", None) is None or state.feed.database is not parts.database:
        state.feed = Feed(parts.database, parts.today, parts.settings.feed_clock_seconds)
    feed: Feed = state.feed
    return feed


TheFeed = Annotated[Feed, Depends(feed_of)]


def base_of(request: Request) -> str:
    """The public address of the service, without a slash at its end: the setting, else what was asked."""
    public: str = request.app.state.services.settings.public_url
    return public.rstrip("/") or str(request.base_url).rstrip("/")

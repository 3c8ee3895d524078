"""The feed's answers that are at hand, given before anything else of the service is asked: the website's most frequent question."""

from __future__ import annotations

import gzip

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.publications.feed import Feed, Ready, key_of
from app.web.public import HEADERS, Kept, matches

SMALLEST = 1000  # bytes worth compressing, as elsewhere in the service
LEVEL = 6
PACKED_BYTES = 16_000_000
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class Quick:
    """ASGI middleware, outermost. Only what everybody may read is at hand; everything else goes on to the application."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api
        self._packed: Kept[str, bytes] = Kept(PACKED_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        feed: Feed | None = getattr(self._api.state, "feed", None) if scope["type"] == "http" and scope["method"] == "GET" else None
        if feed is None:
            await self._app(scope, receive, send)
            return
        asked: dict[bytes, bytes] = dict(scope["headers"])
        ready = feed.ready(key_of(scope, asked.get(b"host", b"")))
        if ready is None:
            await self._app(scope, receive, send)
            return
        headers = [*_HEADERS, (b"etag", ready.etag.encode())]
        if matches(asked.get(b"if-none-match", b"").decode("latin-1"), ready.etag):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        content = ready.content
        if b"gzip" in asked.get(b"accept-encoding", b"") and len(content) >= SMALLEST:
            content = self._compressed(ready)
            headers.append((b"content-encoding", b"gzip"))
        headers += [(b"content-type", ready.media_type.encode()), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _compressed(self, ready: Ready) -> bytes:
        known = self._packed.get(ready.etag)
        if known is None:
            known = gzip.compress(ready.content, LEVEL, mtime=0)
            self._packed.put(ready.etag, known)
        return known

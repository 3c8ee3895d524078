"""How public answers go out: cacheable, with an ETag, readable from any web page, and kept for as long as nothing changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sized
from threading import Lock
from typing import Final, Generic, TypeVar

from fastapi import Request, Response

MAX_AGE: Final = 60  # seconds that others may keep an answer; also how late a withdrawal may reach a cache on the way
HEADERS: Final = {
    "Cache-Control": f"public, max-age={MAX_AGE}, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}

OPEN = ("/api/v1/publications", "/api/v1/clauses", "/api/v1/open-data", "/thuoc-nhung.js")


def refusal_headers(path: str) -> dict[str, str]:
    """Headers of a refusal at this path: a page of another site must be able to read that a publication is gone."""
    return {"Access-Control-Allow-Origin": "*"} if path.startswith(OPEN) else {}


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the asker has this answer already (weak comparison, RFC 9110)."""
    if not if_none_match:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def etag_of(*parts: str) -> str:
    """A weak ETag: the bytes may be compressed on the way."""
    told = "\0".join(parts)
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def answer(request: Request, content: bytes | str, media_type: str, etag: str) -> Response:
    """200 with the content, or 304 where the asker has it."""
    headers = {**HEADERS, "ETag": etag}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


K = TypeVar("K")
V = TypeVar("V", bound=Sized)


class Kept(Generic[K, V]):
    """The last answers by key, the least recently used forgotten first; at most `size` bytes (their `len`) in all."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._answers: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: K, content: V) -> None:
        with self._lock:
            old = self._answers.pop(key, None)
            self._held -= len(old) if old is not None else 0
            if len(content) > self._size // 8:
                return
            self._held += len(content)
            self._answers[key] = content
            while self._held > self._size:
                _, gone = self._answers.popitem(last=False)
                self._held -= len(gone)

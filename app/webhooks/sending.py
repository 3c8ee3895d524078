"""One message on its way: a POST to the resolved address, no redirect followed, ten seconds in all."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from app.webhooks.addresses import AddressRefused, check, resolve
from app.webhooks.signature import HEADER, sign

SECONDS = 10.0
EXCERPT = 500
_READ = 4 * EXCERPT  # bytes of an answer that are looked at
ERRORS = {
    "url_invalid": "Địa chỉ không đúng dạng",
    "name_unknown": "Không tìm thấy máy chủ",
    "address_private": "Địa chỉ ở trong mạng nội bộ",
    "timeout": "Máy nhận không trả lời xong trong 10 giây",
    "unreachable": "Không kết nối được máy nhận",
    "redirected": "Máy nhận chuyển hướng sang địa chỉ khác",
    "refused": "Máy nhận không nhận (mã HTTP không phải 2xx)",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent and to whom. `headers` name the event and the delivery; the signature is added when it is sent."""

    url: str
    secret: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` is None where the receiver took it (2xx)."""

    milliseconds: int
    status: int | None
    error: str | None
    excerpt: str = ""


async def send(message: Message, *, allow_private: bool, seconds: float = SECONDS) -> Outcome:
    """Never raises for what the receiver does or fails to do."""
    started = time.monotonic()
    status, error, excerpt = None, None, ""
    try:
        async with asyncio.timeout(seconds):
            status, excerpt = await _post(message, allow_private, seconds)
    except AddressRefused as refused:
        error = refused.code
    except TimeoutError:
        error = "timeout"
    except httpx.TimeoutException:
        error = "timeout"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as failed:
        error, excerpt = "unreachable", str(failed)[:EXCERPT]
    if status is not None and not 200 <= status < 300:
        error = "redirected" if 300 <= status < 400 else "refused"
    return Outcome(int((time.monotonic() - started) * 1000), status, error, excerpt)


async def _post(message: Message, allow_private: bool, seconds: float) -> tuple[int, str]:
    host, port = check(message.url, allow_private)
    address = await resolve(host, port, allow_private)
    parts = urlsplit(message.url)
    pinned = urlunsplit(
        (parts.scheme, f"[{address}]:{port}" if ":" in address else f"{address}:{port}", parts.path or "/", parts.query, "")
    )
    headers = {
        **message.headers,
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        HEADER: sign(message.secret, message.body, int(time.time())),
    }
    # the certificate is checked against the name, though the connection goes to the address
    extensions = {"sni_hostname": host}
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds) as client,
        client.stream("POST", pinned, content=message.body, headers=headers, extensions=extensions) as answer,
    ):
        got = b""
        async for piece in answer.aiter_raw(_READ):
            got += piece
            if len(got) >= _READ:
                break
        return answer.status_code, _printable(got.decode("utf-8", "replace"))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:EXCERPT].strip()

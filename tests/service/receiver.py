"""A real HTTP receiver of webhooks on this machine, which answers as it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are given one after another, then 200: a status, or ("slow", seconds), ("redirect", address), ("long", n)."""

    address: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int | tuple[str, object]] = field(default_factory=list)


@contextmanager
def receiver(certificate: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """`certificate`: files of a certificate and its key, for https."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append(Got(self.path, dict(self.headers), body))
            answer = state.answers.pop(0) if state.answers else 200
            text = b"da nhan"
            if isinstance(answer, tuple):
                kind, what = answer
                if kind == "slow":
                    self._drip(float(str(what)))
                    return
                status = 302 if kind == "redirect" else 500
                text = b"" if kind == "redirect" else ("lỗi\x00 " * int(str(what))).encode()
            else:
                status, what = answer, ""
            self.send_response(status)
            if status == 302:
                self.send_header("Location", str(what))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _drip(self, seconds: float) -> None:
            """Headers at once, then a byte now and then: no single read is slow, all of it is."""
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                try:
                    self.wfile.write(b".")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.address = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()

"""`thuoc demo`: one real agreement through the whole street, by the same HTTP calls that it then prints as `curl` lines.

It keeps its data in a folder of its own and takes a fixed day for today, so that it shows the same whenever it is run and touches
nothing else.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.cli.present import summary
from app.logs import configure_logs
from app.main import create_app
from app.settings import PROJECT, Settings

SAMPLE = PROJECT / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
DAY = date(2025, 6, 30)  # within the sample's term
POINTS = {"process": 4, "signing_implementation": 5.5, "bonus": 0}
WHO = "Nguyễn Thị Hoa, Liên đoàn Lao động tỉnh"
WAIT_SECONDS = 120.0


class DemoFailed(Exception):
    """The demonstration did not come out as it must: one Vietnamese sentence."""


@dataclass(frozen=True)
class Call:
    """One HTTP call and the line that makes it from a shell."""

    what: str
    method: str
    url: str
    json_body: dict[str, Any] | None = None
    file: Path | None = None

    @property
    def curl(self) -> str:
        words = ["curl", "-s"]
        if self.file is not None:
            words += ["-F", f"file=@{self.file}"]
        if self.json_body is not None:
            words += ["-H", "Content-Type: application/json", "-d", json.dumps(self.json_body, ensure_ascii=False)]
        return shlex.join([*words, self.url])

    def make(self, client: httpx.Client) -> httpx.Response:
        if self.file is not None:
            with self.file.open("rb") as file:
                return client.request(self.method, self.url, files={"file": (self.file.name, file)})
        return client.request(self.method, self.url, json=self.json_body)


def run(host: str = "127.0.0.1", port: int = 8000, *, once: bool = False) -> None:
    """Grade, store, confirm and publish the sample, print how to ask for it, and keep serving; with `once` try every line and end."""
    settings = _settings()
    with _server(settings, host, port) as address, httpx.Client(timeout=30) as client:
        api = f"{address}/api/v1"
        sent = Call("Gửi một thỏa ước để chấm", "POST", f"{api}/agreements", file=_shown(SAMPLE))
        agreement = _graded(client, sent)
        own = f"{api}/agreements/{agreement['id']}"
        assessment = Call("Kết quả chấm đầy đủ", "GET", f"{own}/assessment").make(client).raise_for_status().json()
        _say(f"Tệp: {_shown(SAMPLE)} (chấm như vào ngày {DAY:%d/%m/%Y}, trong thời hạn của bản mẫu)\n")
        _say(summary(assessment))
        decision = {"grade": _letter(assessment), "points": POINTS, "confirmed_by": WHO}
        confirm = Call("Nhập điểm hồ sơ và xác nhận loại", "POST", f"{own}/confirm", json_body=decision)
        confirmed = confirm.make(client).raise_for_status().json()["confirmation"]
        _say(f"\nĐã lưu, đã xác nhận loại {confirmed['grade']} ({confirmed['total']:g} điểm) và đưa vào danh sách công bố.")
        calls = [
            sent,
            Call("Thỏa ước và tiến độ chấm", "GET", own),
            Call("Kết quả chấm đầy đủ", "GET", f"{own}/assessment"),
            confirm,
            Call("Thỏa ước tốt cho website", "GET", f"{api}/publications?grade_at_least=B"),
        ]
        _say(f"\nMáy chủ đang chạy ở {address} (trang thử API: {address}/docs). Thử ở một cửa sổ khác, trong cùng thư mục:\n")
        for call in calls:
            _say(f"# {call.what}\n{call.curl}")
        if once:
            _try(client, calls)
            return
        _say("\nNhấn Ctrl-C để dừng.")
        _wait()


def _settings() -> Settings:
    base = Settings()
    folder = base.data_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)  # each demonstration starts empty
    return Settings(data_dir=folder, database_url="", workers=1, today=DAY)


@contextmanager
def _server(settings: Settings, host: str, port: int) -> Iterator[str]:
    """The API and a worker on the wanted port, or on a free one where it is taken."""
    configure_logs(quiet=True)
    listening = _listen(host, port)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        until = time.monotonic() + WAIT_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                raise DemoFailed("Máy chủ không khởi động được.")
            time.sleep(0.05)
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _listen(host: str, port: int) -> socket.socket:
    for wanted in (port, 0):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, wanted))
        except OSError as error:
            listening.close()
            if wanted == 0:
                raise DemoFailed(f"Không mở được cổng ở {host}: {error.strerror}.") from error
            continue
        listening.listen(100)
        return listening
    raise AssertionError("unreachable")


def _graded(client: httpx.Client, sent: Call) -> dict[str, Any]:
    answer = sent.make(client).raise_for_status()
    address = str(answer.request.url.join(answer.headers["location"]))
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        agreement: dict[str, Any] = client.get(address).raise_for_status().json()
        if agreement["state"] == "failed":
            raise DemoFailed(f"Không chấm được bản mẫu: {agreement['error']['detail']}")
        if agreement["state"] in ("graded", "confirmed"):
            return agreement
        time.sleep(0.1)
    raise DemoFailed(f"Chấm bản mẫu quá {WAIT_SECONDS:g} giây.")


def _letter(assessment: dict[str, Any]) -> str:
    """The letter that the total with the dossier's points means."""
    from app.agreements.grading import rubric_named

    content = next(group["points"] for group in assessment["score"]["groups"] if group["id"] == "content")
    rubric = assessment["rubric"]
    letter = rubric_named(f"{rubric['id']}@{rubric['version']}").letter(content + sum(POINTS.values()))
    if letter is None or assessment["not_graded_because"]:
        raise DemoFailed("Bản mẫu không được xếp loại; hãy kiểm tra bộ quy tắc.")
    return letter


def _try(client: httpx.Client, calls: list[Call]) -> None:
    _say("")
    for call in calls:
        answer = call.make(client)
        if answer.status_code >= 400:
            raise DemoFailed(f"{call.method} {call.url} trả lời {answer.status_code}: {answer.text[:200]}")
        _say(f"{answer.status_code} {call.method} {call.url}")


def _shown(path: Path) -> Path:
    """As short as it can be written from the folder the command was called in."""
    relative = Path(os.path.relpath(path))
    return path if str(relative).startswith("..") else relative


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        _say("\nĐã dừng.")


def _say(text: str) -> None:
    print(text, flush=True)

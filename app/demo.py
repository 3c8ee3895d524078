"""`thuoc demo`: one real agreement through the whole street, by the same HTTP calls that it then prints as `curl` lines.

It keeps its data in a folder of its own for as long as it runs, and takes a fixed day for today, so that it shows the same whenever
it is run and touches nothing else.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from app.accounts import keys
from app.accounts.principal import Grant, Role
from app.audit.service import SYSTEM
from app.cli.present import summary
from app.grading.wording import number
from app.logs import configure_logs
from app.main import address_of, create_app, listen, server_of
from app.organisations.models import ROOT_ID
from app.problems import CannotStart
from app.settings import PROJECT, Settings
from app.storage.database import Database

SAMPLE = PROJECT / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
DAY = date(2025, 6, 30)  # within the sample's term
POINTS = {"process": 4, "signing_implementation": 5.5, "bonus": 0}
REASON = "Trình diễn: đã xem lại các nội dung máy nêu và gỡ"  # said only where the machine proposes a gate
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Call:
    """One HTTP call and the line that makes it from a shell."""

    what: str
    method: str
    url: str
    json_body: dict[str, Any] | None = None
    file: Path | None = None
    key: str | None = None
    tag: str | None = None  # If-Match; "*": whatever the agreement is like by now

    @property
    def curl(self) -> str:
        words = ["curl", "-s"]
        if self.key is not None:
            words += ["-H", f"Authorization: Bearer {self.key}"]
        if self.tag is not None:
            words += ["-H", f"If-Match: {self.tag}"]
        if self.method == "POST" and self.file is None and self.json_body is None:
            words += ["-X", "POST"]
        if self.file is not None:
            words += ["-F", f"file=@{self.file}"]
        if self.json_body is not None:
            words += ["-H", "Content-Type: application/json", "-d", json.dumps(self.json_body, ensure_ascii=False)]
        return shlex.join([*words, self.url])

    def make(self, client: httpx.Client) -> httpx.Response:
        headers = ({"Authorization": f"Bearer {self.key}"} if self.key else {}) | ({"If-Match": self.tag} if self.tag else {})
        if self.file is not None:
            with self.file.open("rb") as file:
                return client.request(self.method, self.url, files={"file": (self.file.name, file)}, headers=headers)
        return client.request(self.method, self.url, json=self.json_body, headers=headers)


def run(host: str = "127.0.0.1", port: int = 8000, *, once: bool = False) -> None:
    """Grade, store, confirm and publish the sample, print how to ask for it, and keep serving; with `once` try every line and end.

    Raises CannotStart.
    """
    with _server(host, port) as (address, key_of), httpx.Client(timeout=30) as client:
        api = f"{address}/api/v1"
        union, reviewer, publisher = (key_of[role] for role in (Role.OFFICER, Role.REVIEWER, Role.PUBLISHER))
        sent = Call("Gửi một thỏa ước để chấm (khóa của công đoàn cơ sở)", "POST", f"{api}/agreements", file=_shown(SAMPLE), key=union)
        agreement = _graded(client, sent)
        own = f"{api}/agreements/{agreement['id']}"
        assessment = Call("Kết quả chấm đầy đủ", "GET", f"{own}/assessment", key=union).make(client).raise_for_status().json()
        _say(f"Tệp: {_shown(SAMPLE)} (chấm như vào ngày {DAY:%d/%m/%Y}, trong thời hạn của bản mẫu)\n")
        _say(summary(assessment))
        decision = {"grade": _letter(assessment), "points": POINTS}
        if assessment["not_graded_because"]:
            decision["reason"] = REASON
        moves = [
            Call("Nộp cho công đoàn cấp trên (khóa của công đoàn cơ sở)", "POST", f"{own}/submit", key=union, tag="*"),
            Call("Bắt đầu duyệt (khóa người duyệt)", "POST", f"{own}/review", key=reviewer, tag="*"),
            Call("Nhập điểm hồ sơ và xác nhận loại (khóa người duyệt)", "POST", f"{own}/confirm", decision, key=reviewer, tag="*"),
            Call("Chuẩn bị bản công khai đã bỏ dữ liệu cá nhân (khóa người công bố)", "POST", f"{own}/release", key=publisher),
            Call("Phê duyệt bản công khai (khóa người công bố)", "POST", f"{own}/release/approve", key=publisher, tag="*"),
            Call("Công bố (khóa người công bố)", "POST", f"{own}/publish", key=publisher, tag="*"),
        ]
        for move in moves:
            answer = move.make(client).raise_for_status().json()
            if move.url.endswith("/release"):
                _prepared(client, Call("Bản công khai, có đánh dấu", "GET", move.url, key=publisher))
        confirmed = answer["confirmation"]
        _say(f"\nĐã lưu, đã nộp, đã xác nhận loại {confirmed['grade']} ({number(confirmed['total'])} điểm) và đã công bố.")
        calls = [
            sent,
            Call("Thỏa ước và tiến độ chấm", "GET", own, key=union),
            Call("Kết quả chấm đầy đủ", "GET", f"{own}/assessment", key=union),
            Call("Thỏa ước tốt cho website (không cần khóa)", "GET", f"{api}/publications?grade_at_least=B"),
            Call("Các thỏa ước khác hứa bữa ăn ca thế nào", "GET", f"{api}/clauses?provision=shift_meal&at_least=20000"),
        ]
        _say(f"\nMáy chủ đang chạy ở {address} (trang thử API: {address}/docs). Thử ở một cửa sổ khác, trong cùng thư mục:\n")
        for call in calls:
            _say(f"# {call.what}\n{call.curl}")
        _say("\nCác bước vừa chạy ở giữa, mỗi bước chỉ chạy được một lần:\n")
        for move in moves:
            _say(f"# {move.what}\n# {move.curl}")
        if once:
            _try(client, calls)
            return
        _say("\nNhấn Ctrl-C để dừng.")
        _wait()


@contextmanager
def _server(host: str, port: int) -> Iterator[tuple[str, dict[Role, str]]]:
    """The API and a worker on the wanted port, or on a free one where it is taken, with an empty data folder of this port's own.

    Yields its address and a key for each role.
    """
    configure_logs("error")
    try:
        listening = listen(host, port)
    except CannotStart:
        listening = listen(host, 0)
    folder = Settings.load().data_dir / f"demo-{listening.getsockname()[1]}"
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(data_dir=folder, database_url="", workers=1, today=DAY, log_level="error")
    server = server_of(create_app(settings))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        until = time.monotonic() + WAIT_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                raise CannotStart("demo_failed", "Máy chủ không khởi động được.")
            time.sleep(0.05)
        yield address_of(host, listening), {role: _key(settings, role) for role in Role}
    finally:
        server.should_exit = True
        thread.join()
        shutil.rmtree(folder, ignore_errors=True)


def _key(settings: Settings, role: Role) -> str:
    database = Database.of(settings)
    try:
        with database.write() as session:
            return keys.add(session, SYSTEM, f"Trình diễn: {role.label}", [Grant(role, ROOT_ID)])[1]
    finally:
        database.close()


def _graded(client: httpx.Client, sent: Call) -> dict[str, Any]:
    answer = sent.make(client).raise_for_status()
    address = str(answer.request.url.join(answer.headers["location"]))
    follow = Call("Tiến độ chấm", "GET", address, key=sent.key)
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        agreement: dict[str, Any] = follow.make(client).raise_for_status().json()
        if agreement["state"] == "failed":
            raise CannotStart("demo_failed", f"Không chấm được bản mẫu: {agreement['error']['detail']}")
        if agreement["state"] == "graded":
            return agreement
        time.sleep(0.1)
    raise CannotStart("demo_failed", f"Chấm bản mẫu quá {WAIT_SECONDS:g} giây.")


def _prepared(client: httpx.Client, look: Call) -> None:
    """Wait until a publisher could read the marked text."""
    until = time.monotonic() + WAIT_SECONDS
    while look.make(client).raise_for_status().json()["state"] == "preparing":
        if time.monotonic() > until:
            raise CannotStart("demo_failed", f"Chuẩn bị bản công khai quá {WAIT_SECONDS:g} giây.")
        time.sleep(0.1)


def _letter(assessment: dict[str, Any]) -> str:
    """The letter that the total with the dossier's points means."""
    from app.grading.rubric import find_rubric

    content = next(group["points"] for group in assessment["score"]["groups"] if group["id"] == "content")
    rubric = assessment["rubric"]
    letter = find_rubric(f"{rubric['id']}@{rubric['version']}").letter(content + sum(POINTS.values()))
    if letter is None:
        raise CannotStart("demo_failed", "Tổng điểm của bản mẫu dưới mức loại C; hãy kiểm tra bộ quy tắc.")
    return letter


def _try(client: httpx.Client, calls: list[Call]) -> None:
    _say("")
    for call in calls:
        answer = call.make(client)
        if answer.status_code >= 400:
            raise CannotStart("demo_failed", f"{call.method} {call.url} trả lời {answer.status_code}: {answer.text[:200]}")
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

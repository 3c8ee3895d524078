"""The isolated child: the same answers, no network, no secrets, no way to hang or lie."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.reading import read, sandbox, sandbox_child
from app.reading.document import Document, ReadingError
from app.reading.sandbox import Child, Sandbox
from app.reading.wire import WireError, pack, pack_error, unpack
from tests.reading.docx_maker import docx, p, tbl

DATA = docx(p("Điều 1. Phạm vi") + tbl([["Khoản", "Mức"], ["Ăn ca", "25.000"]]))
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    found = Sandbox()
    yield found
    found.close()


def alive(session: int) -> bool:
    return bool(sandbox.members(session))


def test_the_same_document_as_in_process(box: Sandbox) -> None:
    for path in sorted(SAMPLES.glob("*/docx-*.docx")):
        data = path.read_bytes()
        assert box.read(data, path.name) == read(data, path.name)


def test_refusals_come_through_and_the_child_stays_warm(box: Sandbox) -> None:
    box.read(DATA)
    (pid,) = box.idle
    with pytest.raises(ReadingError) as raised:
        box.read(b"rubbish", "a.docx")
    assert raised.value.code == "not_really_docx"
    assert box.idle == [pid]


def test_no_network_and_no_secrets(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THUOC_SECRET_KEY", "geheim")
    box.read(DATA)
    (pid,) = box.idle
    environment = Path("/proc", str(pid), "environ").read_text()
    assert "geheim" not in environment
    assert "PATH=" in environment
    probe = os.fork()
    if probe == 0:
        os._exit(0 if sandbox_child.leave_network() else 1)
    allowed = os.waitstatus_to_exitcode(os.waitpid(probe, 0)[1]) == 0
    own = os.readlink("/proc/self/ns/net")
    assert (os.readlink(f"/proc/{pid}/ns/net") != own) == allowed


def test_a_stuck_child_is_killed_with_all_it_started(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "STILL_SECONDS", 0.5)
    sleeper = "import subprocess, sys; subprocess.Popen(['sleep', '600'], process_group=0)"
    monkeypatch.setattr(
        sandbox,
        "_START",
        f"{sleeper}; sys.stdout.buffer.write(b'P' + bytes(8)); sys.stdout.flush(); import time; time.sleep(600)",
    )
    child = Child()
    assert len(sandbox.members(child.pid)) == 2
    box.adopt(child)
    started = time.monotonic()
    with pytest.raises(ReadingError) as raised:
        box.read(DATA)
    assert raised.value.code == "reading_timeout"
    assert time.monotonic() - started < 5
    assert not alive(child.pid)
    assert box.idle == []


def test_a_dead_child_is_replaced(box: Sandbox) -> None:
    box.read(DATA)
    (pid,) = box.idle
    sandbox.kill_session(pid)
    with pytest.raises(ReadingError) as raised:
        box.read(DATA)
    assert raised.value.code == "too_complex"
    assert box.read(DATA).text.startswith("Điều 1.")


def test_a_child_is_replaced_after_its_share_of_files(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_FILES", 2)
    box.read(DATA)
    first = box.idle
    box.read(DATA)
    box.read(DATA)
    assert box.idle != first


def test_memory_is_bounded(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file within every count may still want too much memory: the child refuses it and lives on."""
    start = "import app.reading.sandbox_child as c; c.MEMORY = dict.fromkeys(c.MEMORY, 20 * 2**20)"
    monkeypatch.setattr(sandbox, "_START", f"import sys; sys.path.insert(0, sys.argv[1]); {start}; c.main()")
    with pytest.raises(ReadingError) as raised:
        box.read(docx(p("Điều 1. Phạm vi") * 80_000))
    assert raised.value.code in ("too_complex", "corrupt_file")
    assert box.read(DATA).text


def test_many_files_at_once(box: Sandbox) -> None:
    found: list[Document] = []
    threads = [threading.Thread(target=lambda: found.append(box.read(DATA))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(box.idle)) == len(box.idle) <= 3


def test_closing_leaves_nothing(box: Sandbox) -> None:
    box.read(DATA)
    (pid,) = box.idle
    box.close()
    assert not alive(pid)


def test_a_parent_that_dies_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib; from app.reading.sandbox import Sandbox; box = Sandbox(); "
        "box.read(pathlib.Path(sys.argv[1]).read_bytes()); print(box.idle[0], flush=True); os.kill(os.getpid(), 9)"
    )
    file = tmp_path / "a.docx"
    file.write_bytes(DATA)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, env=environment, cwd=SAMPLES.parent, check=False
    )
    pid = int(done.stdout)
    for _ in range(100):
        if not alive(pid) and not list(tmp_path.glob("thuoc-read-*")):
            break
        time.sleep(0.05)
    assert not alive(pid)
    assert list(tmp_path.iterdir()) == [file]


# --- the parent's distrust ------------------------------------------------------------------------------------------


def answer() -> dict[str, object]:
    return dict(json.loads(pack(read(DATA))))


def test_a_good_answer_is_the_document() -> None:
    document = read(DATA, "a.docx")
    assert unpack(pack(document), document.sha256, "a.docx") == document


def test_an_error_is_raised_with_its_code() -> None:
    with pytest.raises(ReadingError) as raised:
        unpack(pack_error(ReadingError("no_text", "Tệp\x07 không có chữ.")), "", "")
    assert (raised.value.code, raised.value.message) == ("no_text", "Tệp  không có chữ.")


def line(index: int, place: int, value: object) -> dict[str, object]:
    found = answer()
    lines = found["lines"]
    assert isinstance(lines, list)
    lines[index][place] = value
    return found


BAD: list[tuple[str, object]] = [
    ("a list", []),
    ("no text", answer() | {"text": ""}),
    ("text of another kind", answer() | {"text": 5}),
    ("longer text", answer() | {"text": "x" + str(answer()["text"])}),
    ("control characters", answer() | {"text": str(answer()["text"]).replace("P", "\x1b")}),
    ("surrogates", answer() | {"text": str(answer()["text"]).replace("P", "\ud800")}),
    ("a line missing", answer() | {"lines": []}),
    ("a line of another shape", answer() | {"lines": [[], [], []]}),
    ("overlapping lines", line(1, 0, 0)),
    ("a line beyond the text", line(2, 1, 10**6)),
    ("a negative start", line(0, 0, -1)),
    ("a true start", line(0, 0, True)),
    ("a label that is not in the text", line(0, 4, "Điều 9.")),
    ("an unknown kind", line(0, 2, 9)),
    ("a page of another kind", line(0, 3, "1")),
    ("flags of another kind", line(0, 7, 1)),
    ("a cell beyond its row", line(1, 13, [[0, 5, 0, ""]])),
    ("a confidence beyond one", line(0, 14, 2)),
    ("not a number", line(0, 14, float("nan"))),
    ("an unknown method", answer() | {"method": "magic"}),
    ("a bad media type", answer() | {"media_type": "x<script>"}),
    ("too many pages", answer() | {"pages": 10**9}),
    ("a warning without message", answer() | {"warnings": [["code"]]}),
    ("a bad warning code", answer() | {"warnings": [["Bad Code", "x"]]}),
    ("an endless message", {"code": "no_text", "error": "x" * 10_000}),
    ("a bad error code", {"code": "../x", "error": "x"}),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[name for name, _ in BAD])
def test_a_malformed_answer_is_refused(name: str, value: object) -> None:
    with pytest.raises(WireError):
        unpack(json.dumps(value).encode(), "", "")


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b"\xff\xfe"])
def test_an_answer_that_is_no_json(raw: bytes) -> None:
    with pytest.raises(WireError):
        unpack(raw, "", "")


def test_an_answer_without_end_is_cut_off(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = struct.pack(">cQ", b"A", 2**40)
    monkeypatch.setattr(
        sandbox,
        "_START",
        "import sys; w = sys.stdout.buffer; w.write(b'P' + bytes(8)); w.flush(); sys.stdin.buffer.read(30); "
        f"w.write({endless!r}); w.write(b'x' * 10**7); w.flush()",
    )
    with pytest.raises(ReadingError) as raised:
        box.read(DATA)
    assert raised.value.code == "reader_failed"

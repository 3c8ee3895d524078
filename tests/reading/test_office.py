"""Old Word, OpenDocument and RTF through LibreOffice."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from app.reading import office, read
from app.reading.document import ReadingError
from app.reading.text import fold
from tests.reading.docx_maker import abstract, docx, lvl, num, p

SAMPLES = Path(__file__).parents[2] / "samples"
LEGACY = SAMPLES / "d02-che-than-uyen" / "legacy.doc"


def spelled(text: str) -> set[str]:
    """The words of a text without its numbers, Roman ones neither: the two forms label clauses differently."""
    return {word for word in fold(text).replace("/", " ").split() if word.isalpha() and not set(word) <= set("ivx")}


@pytest.mark.slow
def test_doc_reads_as_the_docx_it_came_from() -> None:
    old = read(LEGACY.read_bytes(), "thoa-uoc.doc")
    assert (old.method, old.media_type) == ("doc", "application/msword")
    new = read((LEGACY.parent / "docx-colon.docx").read_bytes())
    assert spelled(old.text) == spelled(new.text)
    assert old.warnings == ()


@pytest.mark.slow
def test_restarting_article_numbers_are_told() -> None:
    numbering = abstract(0, lvl(0, "Điều %1.")) + abstract(1, lvl(0, "Điều %1.")) + num(1, 0) + num(2, 1)
    body = "".join(p("Nội dung", num=1, level=0) for _ in range(4)) + "".join(p("Nội dung", num=2, level=0) for _ in range(2))
    document = read(docx(body, numbering=numbering))
    assert office.restarting_articles(document) == [1]
    steady = read(docx("".join(p("x", num=1, level=0) for _ in range(3)), numbering=numbering))
    assert office.restarting_articles(steady) == []


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ReadingError) as raised:
        read(LEGACY.read_bytes(), "a.doc")
    assert raised.value.code == "missing_program"
    assert "libreoffice-writer" in raised.value.message


def program(folder: Path, script: str) -> None:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_stuck_program_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, f"sleep 987654 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(office, "SECONDS", 1)
    started = time.monotonic()
    with pytest.raises(ReadingError) as raised:
        read(LEGACY.read_bytes(), "a.doc")
    assert raised.value.code == "conversion_timeout"
    assert time.monotonic() - started < 10
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout.strip()
    assert state == "" or state.startswith("Z")


def test_a_program_that_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ReadingError) as raised:
        read(LEGACY.read_bytes(), "a.doc")
    assert raised.value.code == "conversion_failed"

"""Old Word, OpenDocument and RTF files, through LibreOffice to docx.

Reads bytes of .doc, .odt and .rtf; writes a `Document` with method "doc". LibreOffice runs without a screen, in a profile of its own that
forbids macros and links, in its own process group, against a clock.

Errors: missing_program (names the Debian package), conversion_failed, conversion_timeout, and those of `docx`.
Warnings: restarting_numbers, besides those of `docx`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.reading.document import Document, Notice, ReadingError
from app.reading.guard import MAX_FILE_BYTES, Archive, parse_xml
from app.reading.text import fold
from app.reading.word import read_word

SECONDS = 120  # LibreOffice needs 3 to 8 for an agreement
MEDIA_TYPES = {
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
}
_FILTERS = {"doc": "MS Word 97", "odt": "writer8", "rtf": "Rich Text Format"}
_PACKAGE = "libreoffice-writer"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">\
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">\
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse">\
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Field" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
_ARTICLE = re.compile(r"dieu +(\d{1,3})\b")


def read_office(data: bytes, kind: str, sha256: str, filename: str = "", progress: Callable[[int, int], None] | None = None) -> Document:
    """Read a file of `kind` "doc", "odt" or "rtf"."""
    if kind == "odt":
        _check_opendocument(data)
    document = read_word(convert(data, kind), sha256, filename, method="doc", media_type=MEDIA_TYPES[kind], progress=progress)
    restarting = restarting_articles(document)
    if restarting:
        listed = ", ".join(map(str, restarting[:5]))
        notice = Notice(
            "restarting_numbers",
            f"Số điều chạy lại từ đầu giữa văn bản (Điều {listed}); có thể do tự đánh số khi chuyển từ bản Word cũ, nên đối chiếu.",
        )
        document = replace(document, warnings=(*document.warnings, notice))
    return document


def convert(data: bytes, kind: str) -> bytes:
    """Return the file as docx bytes."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReadingError(
            "missing_program",
            f"Máy chưa có LibreOffice để đọc tệp .{kind}. Hãy cài gói {_PACKAGE} (apt-get install {_PACKAGE}) hoặc gửi bản .docx.",
        )
    with tempfile.TemporaryDirectory(prefix="thuoc-office-") as folder:
        source = Path(folder, f"in.{kind}")
        source.write_bytes(data)
        user = Path(folder, "profile", "user")
        user.mkdir(parents=True)
        Path(user, "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        out = Path(folder, "out")
        _run(
            [
                program,
                f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
                "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
                f"--infilter={_FILTERS[kind]}",
                "--convert-to", "docx:MS Word 2007 XML",
                "--outdir", str(out),
                str(source),
            ],
            folder,
        )  # fmt: skip
        result = Path(out, "in.docx")
        if not result.is_file() or result.stat().st_size > MAX_FILE_BYTES:
            raise ReadingError(
                "conversion_failed", f"LibreOffice không mở được tệp .{kind} này. Hãy mở bằng Word, lưu dạng .docx rồi gửi lại."
            )
        return result.read_bytes()


def _run(command: list[str], folder: str) -> None:
    """Run LibreOffice in its own process group; when the clock runs out, the whole group is killed."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        process_group=0,  # of its own, in the session of whoever reads: the sandbox kills by session
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ReadingError(
                "conversion_timeout", "LibreOffice chuyển tệp quá lâu nên bị dừng. Hãy mở bằng Word, lưu dạng .docx rồi gửi lại."
            ) from error
        finally:
            _kill_group(process.pid)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # everything has ended by itself


def _check_opendocument(data: bytes) -> None:
    """Let LibreOffice see only packages that passed the guard, with plain XML in them."""
    archive = Archive(data)
    name = archive.find("content.xml")
    if name is None:
        raise ReadingError("corrupt_file", "Tệp .odt thiếu phần nội dung. Hãy lưu lại rồi gửi bản mới.")
    manifest = archive.find("META-INF/manifest.xml")
    if manifest is not None and b"encryption-data" in archive.read(manifest):
        raise ReadingError("encrypted_file", "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")
    parse_xml(archive.read(name))


def restarting_articles(document: Document) -> list[int]:
    """Return the automatic article numbers that fall back below a number before them, one for each fall.

    LibreOffice restarts some lists of old Word files where Word continues them: 1 2 3 4 1 2. Typed numbers cannot suffer so.
    """
    falls: list[int] = []
    last = 0
    for line in document.lines:
        match = _ARTICLE.match(fold(line.label)) if line.label else None
        if match is None:
            continue
        number = int(match.group(1))
        if number <= last:
            falls.append(number)
        last = number
    return falls

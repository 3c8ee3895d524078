"""A Word document as PDF, through LibreOffice in a profile of its own, in its own process group, against a clock.

LibreOffice sets Times New Roman in Liberation Serif, which has the same widths, where the font itself is not installed. Liberation
before version 2 has no Vietnamese letters; then `typeface` names the best serif that has them, so that no word mixes two fonts.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

SECONDS = 90.0  # a form takes 2 to 6
PACKAGE = "libreoffice-writer"
TIMES = "Times New Roman"
_SAME_WIDTHS = (TIMES, "Liberation Serif", "Tinos")  # what LibreOffice puts in its place by itself
_OTHERS = ("TeX Gyre Termes", "FreeSerif", "Noto Serif", "DejaVu Serif")
_one_at_a_time = threading.Lock()


class PdfError(Exception):
    """No PDF: a stable `code` (pdf_unavailable, pdf_failed) and one Vietnamese `message` that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def to_pdf(docx: bytes, seconds: float = SECONDS) -> bytes:
    """The PDF of a .docx file. Raises PdfError."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise PdfError(
            "pdf_unavailable",
            f"Máy chưa có LibreOffice để tạo PDF. Hãy cài gói {PACKAGE} (apt-get install {PACKAGE}) hoặc lấy phiếu dạng .docx.",
        )
    if not _one_at_a_time.acquire(timeout=seconds):
        raise PdfError("pdf_failed", "Đang có quá nhiều phiếu chờ tạo PDF. Hãy thử lại sau ít phút hoặc lấy phiếu dạng .docx.")
    try:
        return _convert(program, docx, seconds)
    finally:
        _one_at_a_time.release()


def typeface() -> str:
    """The font to write a document in that becomes a PDF on this machine: Times New Roman, else a serif with Vietnamese letters."""
    program = shutil.which("fc-list")
    if program is None:
        return TIMES
    listed = subprocess.run([program, ":charset=1ea1", "family"], capture_output=True, text=True, check=False, timeout=30).stdout
    known = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    if known & set(_SAME_WIDTHS):
        return TIMES
    return next((name for name in _OTHERS if name in known), TIMES)


def _convert(program: str, docx: bytes, seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="thuoc-form-") as folder:
        source = Path(folder, "form.docx")
        source.write_bytes(docx)
        command = [
            program,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
            "--convert-to", "pdf:writer_pdf_Export",
            "--outdir", folder,
            str(source),
        ]  # fmt: skip
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "TMPDIR": folder,
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder, env=environment, process_group=0) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired as error:
                raise PdfError("pdf_failed", "LibreOffice tạo PDF quá lâu nên bị dừng. Hãy thử lại hoặc lấy phiếu dạng .docx.") from error
            finally:
                _kill_group(process.pid)
        made = Path(folder, "form.pdf")
        if not made.is_file():
            raise PdfError("pdf_failed", "LibreOffice không tạo được PDF. Hãy thử lại hoặc lấy phiếu dạng .docx.")
        return made.read_bytes()


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # everything has ended by itself

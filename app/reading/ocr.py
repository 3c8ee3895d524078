"""Tesseract, the only door to it: version check, one call a page, and pages in parallel.

Reads grey page images; writes tesseract's TSV. Nothing is kept between calls. Raises ReadingError missing_program (the program or its
Vietnamese data) and ocr_failed. Tests pass a `Recognise` that replays recorded output.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from app.reading.document import ReadingError

Gray = npt.NDArray[np.uint8]
# (page number, image, page segmentation mode) → TSV; mode 0 → tesseract's orientation report, "" where it has none
Recognise = Callable[[int, Gray, int], str]
Progress = Callable[[int, int], None]  # pages done, pages to do
Result = TypeVar("Result")
Item = TypeVar("Item")

DPI = 200
LANGUAGE = "vie"
PACKAGE = "tesseract-ocr-vie"
_OLDEST = (4, 1)
_SECONDS = 180  # for one page


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    """Check the program once and return its languages."""
    program = shutil.which("tesseract")
    if program is None:
        raise _missing("Máy chủ chưa cài chương trình nhận dạng chữ tesseract")
    version = _run([program, "--version"])
    found = re.search(r"tesseract v?(\d+)\.(\d+)", version)
    if found is None or (int(found.group(1)), int(found.group(2))) < _OLDEST:
        raise _missing(f"Chương trình tesseract trên máy chủ cũ hơn bản {_OLDEST[0]}.{_OLDEST[1]}")
    languages = frozenset(_run([program, "--list-langs"]).split())
    if LANGUAGE not in languages:
        raise _missing("Tesseract trên máy chủ chưa có dữ liệu tiếng Việt")
    return languages


def _missing(what: str) -> ReadingError:
    return ReadingError("missing_program", f"{what}, nên chưa đọc được bản quét và ảnh chụp. Hãy cài gói {PACKAGE} rồi nộp lại tệp.")


def _run(command: list[str], data: bytes = b"") -> str:
    environment = {"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
    if "TESSDATA_PREFIX" in os.environ:
        environment["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, env=environment, check=True)
    except subprocess.TimeoutExpired as error:
        raise ReadingError("ocr_failed", "Nhận dạng một trang quét mất quá lâu. Hãy quét lại rõ hơn, 200–300 dpi.") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise ReadingError("ocr_failed", "Không nhận dạng được chữ trên trang quét. Hãy quét lại rồi nộp lại.") from error
    return done.stdout.decode("utf-8", "replace")


def tesseract(number: int, image: Gray, mode: int) -> str:
    """Recognise one page image (200 dpi): TSV, or the orientation report for mode 0."""
    languages = _languages()
    language = LANGUAGE
    if mode == 0:
        if "osd" not in languages:
            return ""
        language = "osd"
    height, width = image.shape
    data = b"P5 %d %d 255\n" % (width, height) + image.tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", language, "--psm", str(mode), "--dpi", str(DPI)]
    if mode == 0:
        try:
            return _run(command, data)
        except ReadingError:  # "Too few characters": an almost empty page has no orientation to report
            return ""
    return _run([*command, "tsv"], data)


def processes() -> int:
    """How many pages are recognised at once: one a core."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def in_parallel(items: Iterator[Item], work: Callable[[Item], Result], workers: int, total: int, progress: Progress | None) -> list[Result]:
    """Apply `work` to every item, `workers` at a time, in order; items are drawn only when a worker is near."""
    results: list[Result] = []
    waiting: list[Future[Result]] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > workers:
                    results.append(waiting.pop(0).result())
                    if progress:
                        progress(len(results), total)
            while waiting:
                results.append(waiting.pop(0).result())
                if progress:
                    progress(len(results), total)
        finally:
            for future in waiting:
                future.cancel()
    return results

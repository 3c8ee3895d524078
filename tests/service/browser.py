"""A real headless Chromium, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PROGRAM = shutil.which("chromium")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=15000",
)  # fmt: skip


def run(folder: Path, url: str, *more: str) -> str:
    """What Chromium prints for a page; `folder` is a new profile."""
    assert PROGRAM is not None
    done = subprocess.run(
        [PROGRAM, *SWITCHES, f"--user-data-dir={folder}", *more, url], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def dump(folder: Path, url: str) -> str:
    """The page's document after its scripts have run."""
    return run(folder, url, "--dump-dom")


def picture(folder: Path, url: str, file: Path, size: str = "1200,1500") -> None:
    run(folder, url, f"--screenshot={file}", f"--window-size={size}")
    assert file.stat().st_size > 5000

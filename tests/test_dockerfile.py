"""The Dockerfile without an engine: what it names exists, and its own commands run in its order in a copy of what it would copy.

The image's packages are taken from the environment that the tests run in: pip has to find every pinned package there already.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).parents[1]
KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


class Step(NamedTuple):
    word: str
    rest: str


def steps() -> list[Step]:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines()]


def ignored(path: str) -> bool:
    """Whether .dockerignore leaves this path out: the last pattern that fits it or a folder above it decides."""
    out = False
    for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and _fits(pattern.lstrip("!"), PurePosixPath(path)):
            out = not pattern.startswith("!")
    return out


def _fits(pattern: str, path: PurePosixPath) -> bool:
    anywhere = pattern.startswith("**/")
    for head in (path, *path.parents[:-1]):
        if fnmatch.fnmatchcase(head.name, pattern[3:]) if anywhere else fnmatch.fnmatchcase(str(head), pattern):
            return True
    return False


def copies() -> list[tuple[list[str], str]]:
    found = []
    for step in steps():
        if step.word == "COPY":
            *sources, target = step.rest.split()
            found.append((sources, target))
    return found


def commands(word: str = "RUN") -> list[list[str]]:
    """Every single command of the RUN lines, or of the exec form of CMD and HEALTHCHECK."""
    found = []
    for step in steps():
        if step.word == word and word == "RUN":
            found += [shlex.split(part) for part in step.rest.split("&&")]
        elif step.word == word:
            found.append(json.loads(step.rest[step.rest.index("[") :]))
    return found


def test_every_instruction_is_understood_here() -> None:
    assert {step.word for step in steps()} <= KNOWN
    assert steps()[0] == Step("FROM", "python:3.11-slim")


def test_what_is_copied_exists_and_is_let_in() -> None:
    for sources, _ in copies():
        for source in sources:
            assert (PROJECT / source).exists(), source
            assert not ignored(source), source


def test_nothing_private_or_heavy_is_let_in() -> None:
    for path in (".git", ".venv", ".env", "data", "data/thuoc.sqlite3", "tests", "benchmarks", "app/x/__pycache__", "app/x/a.pyc"):
        assert ignored(path), path
    assert not ignored("app/main.py")


def test_system_packages_exist_and_are_what_the_setup_installs() -> None:
    [install] = [command for command in commands() if command[:2] == ["apt-get", "install"]]
    packages = [word for word in install[2:] if not word.startswith("-")]
    setup = (PROJECT / "scripts" / "setup").read_text(encoding="utf-8")
    for package in packages:
        assert re.search(rf"\b{re.escape(package)}\b", setup), f"{package} is not installed by scripts/setup"
    if shutil.which("apt-cache") and subprocess.run(["apt-cache", "show", "bash"], capture_output=True).returncode == 0:
        for package in packages:
            assert subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0, package


def test_it_does_not_run_as_root_and_keeps_its_data_in_a_volume() -> None:
    order = [step.word for step in steps()]
    assert order.index("USER") < order.index("CMD")
    user = next(step.rest for step in steps() if step.word == "USER")
    assert user not in ("root", "0")
    assert any(command[0] == "useradd" and command[-1] == user for command in commands())
    volume = next(step.rest for step in steps() if step.word == "VOLUME")
    assert f"THUOC_DATA_DIR={volume}" in next(step.rest for step in steps() if step.word == "ENV").split()
    assert ["chown", f"{user}:{user}", volume] in commands()


@pytest.mark.slow
def test_its_own_commands_run_in_order(tmp_path: Path) -> None:
    image, python = tmp_path / "srv", tmp_path / "venv" / "bin" / "python"
    image.mkdir()
    _environment(tmp_path)
    environment = {"PATH": f"{python.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "PIP_NO_INDEX": "1", "LANG": "C.UTF-8"}

    for step in steps():
        if step.word == "COPY":
            *sources, target = step.rest.split()
            for source in sources:
                _copy(source, image / target)
        elif step.word == "RUN":
            for command in (shlex.split(part) for part in step.rest.split("&&")):
                if command[0] in ("python", "thuoc"):
                    done = subprocess.run(command, cwd=image, env=environment, capture_output=True, text=True, timeout=300)
                    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
    where = subprocess.run([python, "-c", "import app; print(app.__file__)"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert where.stdout.strip() == str(image / "app" / "__init__.py"), "the image runs its own copy"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    [serve], [probe] = commands("CMD"), commands("HEALTHCHECK")
    assert serve[-1] == next(step.rest for step in steps() if step.word == "EXPOSE") == "8000"
    running = environment | {"THUOC_DATA_DIR": str(tmp_path / "data")}
    with subprocess.Popen([*serve[:-1], port], cwd=image, env=running, executable=str(python.parent / serve[0])) as service:
        try:
            _wait_well([part.replace(":8000", f":{port}") for part in probe], image, running, python)
        finally:
            service.terminate()
            assert service.wait(30) in (0, -signal.SIGTERM)
    down = subprocess.run([part.replace(":8000", f":{port}") for part in probe], cwd=image, env=running, capture_output=True, text=True)
    assert (down.returncode, down.stdout.strip()) == (1, "unreachable")


def _environment(folder: Path) -> None:
    """A fresh environment that sees every package of this one except the project itself."""
    venv.create(folder / "venv", with_pip=True)
    own = next((folder / "venv" / "lib").glob("python3*/site-packages"))
    for old in (*own.glob("setuptools*"), *own.glob("pkg_resources")):
        shutil.rmtree(old)  # the pinned one is to be found
    seen = folder / "packages"
    seen.mkdir()
    for entry in Path(next(path for path in sys.path if path.endswith("site-packages"))).iterdir():
        if "thuoc" not in entry.name and not entry.name.startswith(("pip", "_distutils", "distutils-precedence")):
            (seen / entry.name).symlink_to(entry)
    (own / "image.pth").write_text(f"{seen}\n")


def _copy(source: str, target: Path) -> None:
    path = PROJECT / source
    if path.is_dir():
        shutil.copytree(
            path, target, ignore=lambda folder, names: [n for n in names if ignored(str((Path(folder) / n).relative_to(PROJECT)))]
        )
    else:
        shutil.copy(path, target)


def _wait_well(probe: list[str], image: Path, environment: dict[str, str], python: Path) -> None:
    until = time.monotonic() + 60
    while True:
        done = subprocess.run([str(python), *probe[1:]], cwd=image, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            return
        assert time.monotonic() < until, f"not healthy: {done.stdout} {done.stderr}"
        time.sleep(0.3)

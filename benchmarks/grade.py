"""How fast one agreement is graded, as ratios taken side by side in one run.

usage: python -m benchmarks.grade [--rounds 7]
Prints: the whole `grade` of a 25-page docx in process against a bare python-docx walk of the same file; of a text PDF against
pdfplumber's `extract_text` of the same file; the three rooms structure, provisions and law, in CPU time, each and together, against a
bare scan of the same text with one compiled alternation (see `KeyPhrases`); how their time grows with the text; the cold start of the
command; peak memory.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCX = ROOT / "samples" / "d05-thep-vung-ang" / "docx-colon.docx"
PDF = ROOT / "samples" / "d05-thep-vung-ang" / "text.pdf"
ON = date(2026, 11, 20)


def interleaved(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Median seconds of each task, the tasks run in turn so that a slow moment of the machine falls on all."""
    for task in tasks:
        task()
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            start = time.perf_counter()
            task()
            times[number].append(time.perf_counter() - start)
    return [statistics.median(t) for t in times]


def docx_walk(data: bytes) -> int:
    import docx

    document = docx.Document(io.BytesIO(data))
    size = sum(len(p.text) for p in document.paragraphs)
    return size + sum(len(c.text) for t in document.tables for r in t.rows for c in r.cells)


def pdf_text(data: bytes) -> int:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return sum(len(page.extract_text() or "") for page in pdf.pages)


def cpu(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Least CPU seconds of each task, the tasks run in turn: what the work costs, whatever else the machine does."""
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            start = time.process_time()
            task()
            best[number] = min(best[number], time.process_time() - start)
    return best


class KeyPhrases:
    """What a bare keyword search would run: one alternation of the vocabulary's `size` commonest wordings of two words and more.

    They are chosen by how often they stand in the sample agreements, longest first in the pattern. `exact` looks for them in text that
    is in lower case already, `any_case` in the text as it is.
    """

    def __init__(self, size: int = 200) -> None:
        import yaml

        from app.provisions.phrases import factor, spread
        from app.reading import read

        wordings: set[str] = set()
        for path in sorted((ROOT / "grading_rules" / "patterns").glob("*.yaml")):
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            written = [phrase for phrases in (data.get("vocabulary") or {}).values() for phrase in phrases]
            pieces = [piece for phrase in written for one in spread(phrase) for piece in re.split(r"\{\w+\}|\.\.\.", one)]
            wordings.update(w for piece in pieces for part in factor(piece) for w in part if " " in w)
        samples = [read(f.read_bytes(), f.name).text.lower() for f in sorted((ROOT / "samples").glob("d*/docx*.docx"))]
        often = {w: sum(text.count(w) for text in samples) for w in wordings}
        self.phrases = sorted(sorted(often, key=lambda w: (-often[w], w))[:size], key=len, reverse=True)
        self.exact = re.compile("|".join(map(re.escape, self.phrases)))
        self.any_case = re.compile(self.exact.pattern, re.I)


def hits(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds

    from app.assess import assess, find_in
    from app.grading.catalogue import load_catalogue
    from app.law.judge import judge
    from app.law.loader import load_law
    from app.provisions import find_promises
    from app.reading import read
    from app.structure import parse

    docx_bytes, pdf_bytes = DOCX.read_bytes(), PDF.read_bytes()
    ours, theirs = interleaved(rounds, lambda: assess(docx_bytes, DOCX.name, graded_on=ON), lambda: docx_walk(docx_bytes))
    print(f"grade of a docx / python-docx walk of it:        {ours / theirs:6.2f}   ({ours * 1000:.0f} ms / {theirs * 1000:.0f} ms)")
    ours, theirs = interleaved(max(3, rounds // 2), lambda: assess(pdf_bytes, PDF.name, graded_on=ON), lambda: pdf_text(pdf_bytes))
    print(f"grade of a text PDF / pdfplumber extract_text:   {ours / theirs:6.2f}   ({ours * 1000:.0f} ms / {theirs * 1000:.0f} ms)")

    document = read(docx_bytes, DOCX.name)
    law, catalogue, keys = load_law(), load_catalogue(), KeyPhrases()
    agreement = parse(document)
    promises = find_promises(agreement)
    lower = document.text.lower()

    def judged() -> None:
        judge(agreement, promises, on=date(2026, 3, 16), law=law, catalogue=catalogue)

    structure, provisions, judging, scan, scan_lower = cpu(
        max(rounds, 7),
        lambda: parse(document),
        lambda: find_promises(agreement),
        judged,
        lambda: hits(keys.any_case, document.text),
        lambda: hits(keys.exact, lower),
    )
    ours = structure + provisions + judging
    parts = f"{structure * 1000:.0f} + {provisions * 1000:.0f} + {judging * 1000:.0f} = {ours * 1000:.0f} ms of CPU"
    print(f"structure + provisions + law / bare alternation: {ours / scan:6.2f}   ({parts} / {scan * 1000:.0f} ms)")
    print(f"                    … of text in lower case:     {ours / scan_lower:6.2f}   (… / {scan_lower * 1000:.0f} ms)")

    large = tenfold(document)
    one, ten = interleaved(3, lambda: find_in(parse(document), graded_on=ON), lambda: find_in(parse(large), graded_on=ON))
    print(f"time of 10 x the text / time of the text:        {ten / one:6.2f}")

    command = [str(ROOT / ".venv" / "bin" / "thuoc"), "grade", str(DOCX), "--json"]
    bare = [sys.executable, "-c", "pass"]
    ours, theirs = interleaved(
        3, lambda: subprocess.run(command, capture_output=True, check=False), lambda: subprocess.run(bare, check=True)
    )
    print(f"cold start of thuoc grade / of a bare python:    {ours / theirs:6.2f}   ({ours:.2f} s / {theirs:.2f} s)")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of thuoc grade:                      {peak:6.0f} MB")


def tenfold(document: object) -> object:
    """The same agreement ten times over, its articles numbered on, as one document."""
    from app.reading.document import DocumentBuilder

    builder = DocumentBuilder()
    number = 0
    for _ in range(10):
        for line in document.lines:  # type: ignore[attr-defined]
            text = document.line_text(line)  # type: ignore[attr-defined]
            found = re.match(r"Điều (\d+)", text)
            if found:
                number += 1
                text = f"Điều {number}" + text[found.end() :]
            builder.paragraph(text)
    built = builder.build(method="docx", media_type="", pages=1, sha256="")
    return replace(built)


if __name__ == "__main__":
    main()

"""How fast one agreement is graded, as ratios taken side by side in one run.

usage: python -m benchmarks.grade [--rounds 7]
Prints: the whole `grade` of a 25-page docx in process against a bare python-docx walk of the same file; of a text PDF against
pdfplumber's `extract_text` of the same file; the three rooms structure, provisions and law against a bare scan of the same text with one
compiled alternation; how their time grows with the text; the cold start of the command; peak memory.
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


def alternation() -> re.Pattern[str]:
    """One compiled alternation of the words that the vocabulary begins with: what a bare keyword search would run."""
    import yaml

    words: set[str] = set()
    for path in (ROOT / "grading_rules" / "patterns").glob("*.yaml"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for phrases in (data.get("vocabulary") or {}).values():
            for phrase in phrases:
                words.update(w for w in re.findall(r"[^\W\d_]+(?: [^\W\d_]+)*", phrase) if len(w) > 3)
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), re.I)


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
    law, catalogue, scan = load_law(), load_catalogue(), alternation()

    def rooms() -> None:
        agreement = parse(document)
        judge(agreement, find_promises(agreement), on=date(2026, 3, 16), law=law, catalogue=catalogue)

    ours, theirs = interleaved(rounds, rooms, lambda: sum(1 for _ in scan.finditer(document.text)))
    print(f"structure + provisions + law / bare alternation: {ours / theirs:6.2f}   ({ours * 1000:.0f} ms / {theirs * 1000:.0f} ms)")

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

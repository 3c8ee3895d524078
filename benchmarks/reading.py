"""How fast the reading room reads, against the bare libraries, in one run on one machine.

usage: python -m benchmarks.reading [--ocr] [--write]
Prints each figure with its ratio and target: the Word walk against python-docx, PDF text against pdfplumber, reading in the sandbox
against reading in process, peak memory of 300 pages; with --ocr, recognition against bare tesseract on the same images (takes minutes).
`--write` puts the table into benchmarks/reading.md.
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
PAGE = ROOT / "benchmarks" / "reading.md"
REPEATS = 15
OCR_PAGES = 4
Row = tuple[str, str, str, str, str]


def best(ours: Callable[[], object], theirs: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Return the shortest run of each, in seconds; they take turns, so that a busy machine slows both."""
    found = [float("inf"), float("inf")]
    for _ in range(repeats):
        for index, work in enumerate((ours, theirs)):
            started = time.perf_counter()
            work()
            found[index] = min(found[index], time.perf_counter() - started)
    return found[0], found[1]


def row(what: str, ours: float, theirs: float, target: str) -> Row:
    return what, f"{ours * 1000:.1f} ms", f"{theirs * 1000:.1f} ms", f"{ours / theirs:.2f}", target


def bare_docx(data: bytes) -> list[str]:
    """Every paragraph and cell that python-docx shows."""
    import docx
    from docx.text.paragraph import Paragraph

    out: list[str] = []
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Paragraph):
            out.append(block.text)
        else:
            out.extend(" | ".join(cell.text for cell in line.cells) for line in block.rows)
    return out


def words_of_docx() -> list[Row]:
    from app.reading.docx import read_docx

    rows = []
    for path in sorted(SAMPLES.glob("*/docx-*.docx")):
        data = path.read_bytes()
        ours, theirs = best(partial(read_docx, data, ""), partial(bare_docx, data))
        rows.append(row(f"docx walk, {path.parent.name}/{path.name}", ours, theirs, "≤ 1.0 of python-docx"))
    return rows


def bare_pdf(data: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def words_of_pdf() -> list[Row]:
    from app.reading.pdf import read_pdf

    rows = []
    for path in sorted(SAMPLES.glob("*/text.pdf")):
        data = path.read_bytes()
        ours, theirs = best(partial(read_pdf, data, sha256=""), partial(bare_pdf, data), 2)
        ruled = "" if has_no_table(path) else ", with ruled tables"
        rows.append(row(f"PDF text, {path.parent.name}{ruled}", ours, theirs, "≤ 0.3 of pdfplumber" if ruled else "≤ 0.1 of pdfplumber"))
    return rows


def has_no_table(path: Path) -> bool:
    return "@table" not in (path.parent / "source.txt").read_text(encoding="utf-8")


def isolation() -> list[Row]:
    from app.reading import read
    from app.reading.sandbox import read_isolated

    rows = []
    for path in [*sorted(SAMPLES.glob("*/docx-typed.docx")), *sorted(SAMPLES.glob("*/text.pdf"))[:1]]:
        data = path.read_bytes()
        inside, outside = best(partial(read, data), partial(read_isolated, data))
        rows.append(row(f"sandboxed, {path.parent.name}/{path.name}", outside, inside, "≤ 1.3 of in-process"))
    return rows


def long_docx() -> bytes:
    from tests.reading.hostile import three_hundred_pages

    return three_hundred_pages()


def long_pdf() -> bytes:
    """Some 300 pages of text."""
    import pypdfium2

    source = pypdfium2.PdfDocument(next(SAMPLES.glob("d04*/text.pdf")).read_bytes())
    out = pypdfium2.PdfDocument.new()
    while len(out) < 300:
        out.import_pages(source)
    sink = io.BytesIO()
    out.save(sink)
    return sink.getvalue()


def memory() -> list[Row]:
    """Peak memory of a fresh process that reads one long file."""
    rows = []
    for name, data in (("docx", long_docx()), ("PDF", long_pdf())):
        script = (
            "import sys, resource, time; data = sys.stdin.buffer.read(); from app.reading import read; start = time.perf_counter(); "
            "document = read(data); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, time.perf_counter() - start, "
            "len(document.lines))"
        )
        done = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True, cwd=ROOT)
        peak, seconds, lines = done.stdout.split()
        rows.append((f"300-page {name}, {int(lines)} lines", f"{int(peak)} MB", f"in {float(seconds):.2f} s", "", "≤ 400 MB"))
    return rows


def cpu() -> float:
    """CPU seconds of this process and the programs it has run."""
    own, started = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def recognition() -> list[Row]:
    """The same page images through our reader and through tesseract alone, by CPU time; then one worker against one a core."""
    import numpy as np
    import pypdfium2

    from app.reading import ocr
    from app.reading.ocr_page import read_image

    noise = np.random.default_rng(7)
    document = pypdfium2.PdfDocument(next(SAMPLES.glob("d04*/text.pdf")).read_bytes())
    images = []
    for number in range(OCR_PAGES):
        page = np.asarray(document[number + 1].render(scale=200 / 72, grayscale=True).to_pil().rotate(0.6, fillcolor=250), dtype="float32")
        images.append((page * 0.94 + noise.normal(0, 7, page.shape)).clip(0, 255).astype("uint8"))
    started = cpu()
    for number, image in enumerate(images, 1):
        ocr.tesseract(number, image, 4)
    bare = cpu() - started
    started, clock = cpu(), time.perf_counter()
    for number, image in enumerate(images, 1):
        read_image(number, image, ocr.tesseract)
    ours, alone = cpu() - started, time.perf_counter() - clock
    clock = time.perf_counter()
    ocr.in_parallel(iter(enumerate(images, 1)), lambda item: read_image(item[0], item[1], ocr.tesseract), ocr.processes(), OCR_PAGES, None)
    together = time.perf_counter() - clock
    pages = f"{OCR_PAGES} pages"
    return [
        (f"recognition, {pages}, CPU", f"{ours:.1f} s", f"{bare:.1f} s", f"{ours / bare:.2f}", "≤ 1.15 of bare tesseract"),
        (
            f"recognition, {pages}, {ocr.processes()} processes",
            f"{OCR_PAGES / together:.2f} pages/s",
            f"{OCR_PAGES / alone:.2f} pages/s",
            f"{alone / together:.2f}",
            "≥ 1.9 with two cores to itself",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = [*words_of_docx(), *words_of_pdf(), *isolation(), *memory(), *(recognition() if args.ocr else [])]
    lines = ["| what | ours | theirs | ratio | target |", "| --- | --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(line) + " |" for line in rows]
    print("\n".join(lines))
    if args.write:
        head = "# How fast the reading room reads\n\nPrinted by `python -m benchmarks.reading --ocr --write`, all in one run.\n\n"
        PAGE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

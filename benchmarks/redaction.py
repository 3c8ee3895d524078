"""How well personal data are taken out: every built form of the labelled agreements, and the sentences of tests/redaction.

usage: python -m benchmarks.redaction [--errors] [--only agreements|sentences] [--check]
Agreements: a labelled string counts as taken out when it stands nowhere in the redacted text, in whatever capitals and spacing.
Sentences: recall = marked stretches wholly inside removed ones; precision = removed stretches wholly inside marked ones (spaces and
punctuation at the edges not counted). `--check` ends with 1 where a goal is missed. Scans are left out: what is not recognised
cannot be found.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.reading import read
from app.reading.document import Document, DocumentBuilder
from app.redaction import Redaction, redact
from app.structure import parse
from app.structure.source import fold_aligned

ROOT = Path(__file__).parents[1]
SENTENCES = tuple(ROOT / "tests" / "redaction" / f"{name}.yaml" for name in ("sentences", "sentences_later"))
SAMPLES = ROOT / "samples"
GOALS = {"agreements": (0.99, 0.0), "sentences": (0.97, 0.95)}
_MARK = re.compile(r"\{\{(\w+)\|([^{}]*)\}\}")


@dataclass
class Score:
    """`found` of `wanted` strings removed; `right` of `removed` spans wanted."""

    found: int = 0
    wanted: int = 0
    right: int = 0
    removed: int = 0
    errors: list[str] = field(default_factory=list)
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)
    missed: collections.Counter[str] = field(default_factory=collections.Counter)

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.removed if self.removed else 1.0


def squeezed(text: str) -> str:
    """Lower case with single spaces: two writings of one thing are equal."""
    return " ".join(text.lower().split())


def stands(wanted: str, text: str) -> bool:
    """Whether a labelled string still stands in a text, in whatever capitals, spacing, or (numbers) separators."""
    digits = re.sub(r"[ .\-]", "", wanted)
    if digits.isdigit() and len(digits) >= 8:
        return re.search(r"(?<!\d)" + r"[ .\-]{0,2}".join(digits) + r"(?!\d)", text) is not None
    return squeezed(wanted) in squeezed(text)


def agreements(folder: Path, suffixes: tuple[str, ...] = (".docx", ".doc", ".pdf")) -> tuple[Score, dict[str, Score]]:
    """Recall over `personal_data`, and whether the employer's name stays, for every built form below a folder."""
    total, forms = Score(), {}
    for gold_file in sorted(folder.glob("*/gold.json")):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        for file in sorted(gold_file.parent.iterdir()):
            if file.suffix not in suffixes or "scan" in file.stem:
                continue
            document = read(file.read_bytes(), file.name)
            got = redact(parse(document))
            score = forms.setdefault(file.stem, Score())
            where = f"{gold_file.parent.name}/{file.name}"
            for wanted in gold["personal_data"]:
                if not stands(wanted, document.text):
                    continue  # the form does not hold it in these words
                gone = not stands(wanted, got.text)
                for one in (score, total):
                    one.wanted += 1
                    one.found += gone
                if not gone:
                    total.errors.append(f"{where}: left: {wanted}")
            employer = gold["agreement"]["employer"]
            for one in (score, total):
                one.removed += 1
                one.right += company_stays(employer, document, got)
            if not company_stays(employer, document, got):
                total.errors.append(f"{where}: company removed: {employer}")
            total.kinds.update(span.kind for span in got.spans)
    return total, forms


def company_stays(employer: str, document: Document, got: Redaction) -> bool:
    """Whether the employer's name stands as often as before."""
    name = " ".join(fold_aligned(employer).split())
    before, after = (" ".join(fold_aligned(text).split()).count(name) for text in (document.text, got.text))
    return before == after


def case_document(case: dict[str, Any]) -> tuple[Document, list[tuple[int, int, str]]]:
    """The document of one case and the marked spans in it."""
    builder = DocumentBuilder()
    marks: list[tuple[int, int, str]] = []
    at = 0

    def strip(text: str) -> str:
        nonlocal at
        out, last = "", 0
        for m in _MARK.finditer(text):
            out += text[last : m.start()]
            marks.append((at + len(out), at + len(out) + len(m[2]), m[1]))
            out += m[2]
            last = m.end()
        return out + text[last:]

    for line in (case.get("text") or "").split("\n"):
        if line:
            plain = strip(line)
            builder.paragraph(plain)
            at += len(plain) + 1
    header: list[str] = []
    for number, row in enumerate(case.get("rows") or []):
        cells = []
        for column, cell in enumerate(row):
            plain = strip(cell)
            cells.append((plain, column, header[column] if number else ""))
            at += len(plain) + (3 if column + 1 < len(row) else 1)
        header = header or [c[0] for c in cells]
        builder.row(cells, table=0, row=number, header=number == 0)
    document = builder.build(method="docx", media_type="application/test", pages=1, sha256="0" * 64)
    return document, marks


def sentences(path: Path) -> Score:
    score = Score()
    for case in yaml.safe_load(path.read_text(encoding="utf-8")):
        document, marks = case_document(case)
        got = redact(parse(document))
        gone, wanted = bytearray(len(document.text)), bytearray(len(document.text))
        for span in got.spans:
            gone[span.start : span.end] = b"\1" * (span.end - span.start)
        for start, end, _ in marks:
            wanted[start:end] = b"\1" * (end - start)
        letters = [c.isalnum() for c in document.text]
        for start, end, kind in marks:
            whole = all(gone[i] for i in range(start, end) if letters[i])
            score.wanted += 1
            score.found += whole
            score.kinds[kind] += 1
            if not whole:
                score.missed[kind] += 1
                score.errors.append(f"{case['id']}: left {kind}: {document.text[start:end]}   -> {got.text}")
        for span in got.spans:
            right = all(wanted[i] for i in range(span.start, span.end) if letters[i])
            score.removed += 1
            score.right += right
            if not right:
                score.errors.append(f"{case['id']}: too much ({span.kind}, {span.rule}): {got.removed(span)}")
    return score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--only", choices=["agreements", "sentences"], default=None)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    missed = False
    if args.only in (None, "agreements"):
        for folder in (SAMPLES, SAMPLES / "unseen" / "agreements"):
            total, forms = agreements(folder)
            print(f"{folder.relative_to(ROOT)}: recall {total.recall:.3f} ({total.found}/{total.wanted}), ", end="")
            print(f"company names whole in {total.right}/{total.removed} files")
            for name, score in sorted(forms.items()):
                print(f"  {name:12} recall {score.recall:.3f} ({score.found}/{score.wanted})")
            print("  removed: " + ", ".join(f"{kind} {count}" for kind, count in sorted(total.kinds.items())))
            missed |= total.recall < GOALS["agreements"][0] or total.right < total.removed
            if args.errors:
                print("\n".join(total.errors))
    for file in SENTENCES if args.only in (None, "sentences") else ():
        score = sentences(file)
        cases = len(yaml.safe_load(file.read_text(encoding="utf-8")))
        print(f"{file.relative_to(ROOT)} ({cases} cases): recall {score.recall:.3f} ({score.found}/{score.wanted}), ", end="")
        print(f"precision {score.precision:.3f} ({score.right}/{score.removed})")
        for kind, count in sorted(score.kinds.items()):
            print(f"  {kind:18} {count - score.missed[kind]}/{count}")
        missed |= score.recall < GOALS["sentences"][0] or score.precision < GOALS["sentences"][1]
        if args.errors:
            print("\n".join(score.errors))
    return 1 if args.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())

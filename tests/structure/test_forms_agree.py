"""The same agreement gives the same clause tree whatever form it came in, and no word of it is lost on the way."""

import re
import shutil
from pathlib import Path

import pytest

from app.reading import read
from app.reading.text import fold
from app.structure import parse
from app.structure.agreement import Agreement
from tests.structure.documents import SAMPLES, source_blocks

FOLDERS = sorted(p.parent for p in [*SAMPLES.glob("*/gold.json"), *SAMPLES.glob("unseen/agreements/*/gold.json")])


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


def forms(folder: Path) -> dict[str, Agreement]:
    """Every typed form of one agreement, parsed; the old .doc only where LibreOffice is. A scan has the words that OCR saw: not here."""
    typed = [f for f in sorted(folder.iterdir()) if f.suffix in (".docx", ".doc", ".pdf") and f.stem != "scan"]
    files = [f for f in typed if f.suffix != ".doc" or shutil.which("soffice")]
    return {f.name: parse(read(f.read_bytes(), f.name)) for f in files}


def tree(agreement: Agreement) -> list[tuple[str, tuple[str, ...]]]:
    """Paths with the folded words of their own text after label and heading."""
    return [
        (c.path, tuple(words(agreement.text[c.body : c.end])))
        for c in agreement.clauses
        if c.kind in ("article", "clause", "point", "subpoint", "annex")
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_every_form_gives_the_same_tree_and_all_words(folder: Path) -> None:
    parsed = forms(folder)
    assert parsed
    trees = {name: tree(agreement) for name, agreement in parsed.items()}
    first = next(iter(trees))
    for name, other in trees.items():
        assert [path for path, _ in other] == [path for path, _ in trees[first]], f"paths of {name} and {first}"
        differing = [a for (a, x), (_, y) in zip(trees[first], other, strict=True) if x != y]
        assert differing == [], f"words of {name} and {first}"
    source = [w for b in source_blocks(folder) for text in (b.text, *(" ".join(r) for r in b.rows)) for w in words(text)]
    for name, agreement in parsed.items():
        have: dict[str, int] = {}
        for w in words("\n".join(agreement.text[c.start : c.end] for c in agreement.clauses)):
            have[w] = have.get(w, 0) + 1
        lost = []
        for w in source:
            if have.get(w, 0) <= 0:
                lost.append(w)
            else:
                have[w] -= 1
        assert lost == [], f"words of the source that {name} has not"

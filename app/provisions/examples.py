"""Test clauses: one clause with its heading and introduction, made into an Agreement; and the check of the pattern files by their own.

Reads the examples and near misses of the pattern files (and of the test sets); writes an Agreement that the finder reads as any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.provisions.find import find_promises
from app.provisions.promise import Promise
from app.provisions.rules import FOLDER, ProvisionRules, Rules, RulesError, load
from app.reading.document import Document, DocumentBuilder
from app.structure.agreement import Agreement, Clause, Kind, Metadata
from app.structure.rules import load as load_structure
from app.structure.source import read
from app.structure.validity import ValidityReader

PATH = "1.1"
_EXAMPLE = {"text", "heading", "intro", "rows", "signed_on", "region", "verdict", "amount", "unit", "also"}


def clause(
    text: str,
    *,
    heading: str = "",
    intro: str = "",
    rows: Sequence[Sequence[str]] = (),
    signed_on: date | None = None,
    region: str | None = None,
) -> Agreement:
    """Make an agreement of one article with one khoản (path "1.1"): heading, introduction (text of the article), text, table.

    What the words say of the agreement's own term is read as it would be in a whole agreement.
    """
    builder = DocumentBuilder()
    builder.paragraph(f"Điều 1. {heading}".strip(), heading=2, bold=True)
    if intro:
        builder.paragraph(intro)
    above = len(builder.build(method="docx", media_type="", pages=1, sha256="").lines)
    for part in text.split("\n"):
        builder.paragraph(" ".join(part.split()))
    header = [str(c) for c in rows[0]] if rows else []
    for number, row in enumerate(rows):
        cells = [(str(c), i, header[i] if number and i < len(header) else "") for i, c in enumerate(row)]
        builder.row(cells, table=0, row=number, header=number == 0)
    digest = hashlib.sha256(text.encode()).hexdigest()
    document: Document = builder.build(method="docx", media_type="text/plain", pages=1, sha256=digest)
    lines = document.lines
    split_at = lines[above].start if above < len(lines) else len(document.text)
    body = lines[1].start if intro else split_at
    article = Clause("1", "article", "Điều 1", "1", heading, None, 0, split_at, min(body, split_at), 1, tuple(range(above)))
    khoan = Clause(PATH, "clause", "khoản 1 Điều 1", "1", "", 0, split_at, len(document.text), split_at, 1, tuple(range(above, len(lines))))
    term = ValidityReader(read(document), load_structure(), (article, khoan), [], None).read(signed_on)
    metadata = Metadata(
        signed_on=signed_on,
        effective_from=term.effective_from,
        term_months=term.term_months,
        expires_on=term.expires_on,
        wage_region=region,
    )
    return Agreement(document, (article, khoan), metadata, Kind(True))


def check(folder: Path = FOLDER) -> list[str]:
    """Load the pattern files and read every example and near miss in them; return the faults as Vietnamese lines."""
    try:
        rules = load(folder)
    except RulesError as error:
        return [str(error)]
    faults = [f"provisions.yaml: chưa có mẫu câu cho {id_}" for id_ in rules.catalogue["provisions"] if id_ not in rules.provisions]
    faults += [
        f"unlawful: chưa có mẫu câu cho {k}" for k in rules.catalogue["unlawful_kinds"] if k not in rules.unlawful and k not in _BY_FIGURE
    ]
    for provision in (*rules.provisions.values(), *rules.unlawful.values()):
        file = rules.files[provision.id].name
        for number, example in enumerate(provision.examples, 1):
            faults += [f"{file}: {provision.id}.examples[{number}]: {f}" for f in _example(rules, provision, example)]
        for number, miss in enumerate(provision.near_misses, 1):
            data = {"text": miss} if isinstance(miss, str) else miss
            found = [p for p in _promises(rules, data) if p.path == PATH and provision.id in (p.provision, p.unlawful)]
            if found:
                faults.append(
                    f"{file}: {provision.id}.near_misses[{number}]: bị đọc nhầm là {provision.id} ({found[0].rule}): {data['text']}"
                )
    return faults


_BY_FIGURE = ("below_statutory_floor", "excessive_term")  # decided by the law room from figures, not by words


def _promises(rules: Rules, data: Mapping[str, Any]) -> tuple[Promise, ...]:
    agreement = clause(data["text"], heading=data.get("heading") or "", intro=data.get("intro") or "", rows=data.get("rows") or ())
    return find_promises(agreement, rules)


def _example(rules: Rules, provision: ProvisionRules, example: Mapping[str, Any]) -> list[str]:
    if not isinstance(example, Mapping) or "text" not in example:
        return ["cần khóa text"]
    unknown = sorted(set(example) - _EXAMPLE)
    if unknown:
        return [f"khóa không biết {', '.join(unknown)}; được dùng: {', '.join(sorted(_EXAMPLE))}"]
    found = [p for p in _promises(rules, example) if provision.id in (p.provision, p.unlawful)]
    if not found:
        return [f"không đọc ra {provision.id}: {example['text']}"]
    faults = []
    if "amount" in example and not any(_same(p, example) for p in found):
        have = ", ".join(f"{p.amount} {p.unit}" for p in found)
        faults.append(f"đọc ra {have}, cần {example['amount']} {example.get('unit')}: {example['text']}")
    wants_vague = example.get("verdict") == "vague"
    if "verdict" in example and not any(_vague(p) == wants_vague for p in found):
        faults.append(f"đọc ra {'mơ hồ' if not wants_vague else 'chắc chắn'}, cần {example['verdict']}: {example['text']}")
    return faults


def _vague(promise: Promise) -> bool:
    if promise.ruling is not None:
        return promise.ruling == "vague"
    return promise.firmness == "vague" or (promise.amount is None and not promise.refers_to_law and promise.bare == "vague")


def _same(promise: Promise, example: Mapping[str, Any]) -> bool:
    want = example["amount"]
    if want is None:
        return promise.amount is None
    return promise.amount is not None and abs(promise.amount - float(want)) < 1e-6 and promise.unit == example.get("unit")

"""A confirmed agreement as a labelled sample: `source.txt` and `gold.json` of the labelling guide, as benchmarks read them.

Reads a record of a reading, what judging kept of it and the confirmed assessment; writes text and JSON values. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
_BULLET = re.compile(r"[-–+•*]\s+")
_TITLE = re.compile(r"^(BẢN )?THỎA ƯỚC", re.IGNORECASE)
_HEAD_LINES = 15  # a letterhead is not longer
_NUMBER = re.compile(r"[\wĐđ.]+$")
AGREEMENT = ("employer", "number", "province", "wage_region", "signed_on", "effective_from", "term_months", "expires_on", "workers")


def source_text(record: Json, judging: Json | None) -> str:
    """The text with structure marks, one mark a line."""
    headings = {article["path"]: article["heading"] for article in record["articles"]}
    bodies: Sequence[int] = judging["bodies"] if judging else [0] * len(record["clauses"])
    lines: list[str] = []
    for clause, body in zip(record["clauses"], bodies, strict=True):
        lines += _clause(clause, body, headings)
    return "\n".join(lines) + "\n"


def gold(record: Json, body: Json, given: Json, source: str, personal: Sequence[str]) -> dict[str, Any]:
    """What the person confirmed to be in it. `given` may hold sector and ownership; `personal` is kept where `source` has it."""
    said = record["agreement"]
    doubtful = any(gate["code"] == "wrong_signatory" for gate in body["not_graded_because"])
    known = _paths(record)
    return {
        "agreement": {
            **{name: given.get(name) or said.get(name) for name in AGREEMENT},
            "ownership": given.get("ownership"),
            "sector": given.get("sector"),
        },
        "articles": [
            {"path": article["path"], "chapter": article["chapter"], "heading": article["heading"] or ""} for article in record["articles"]
        ],
        "findings": [_finding(one, known) for one in body["findings"]],
        "personal_data": [words for words in dict.fromkeys(personal) if words in source],
        "signed_properly": False if doubtful else None,
        "is_agreement": True,
    }


def _clause(clause: Json, body: int, headings: Mapping[str, str]) -> Iterator[str]:
    kind, path, text = clause["kind"], clause["path"], clause["text"]
    if kind == "preamble":
        yield from _preamble(text)
    elif kind == "signature":
        yield from (f"@sign {line} |" for line in _lines(text))
    elif kind in ("chapter", "section"):
        number = _last(clause["label"])
        yield f"@{kind} {number} | {_one(_unlabelled(text[:body] if body else text, clause['label']))}"
        yield from _body(text[body:] if body else "")
    elif kind == "article":
        yield f"@article {path} | {headings.get(path) or ''}"
        yield from _body(text[body:])
    elif kind == "annex":
        first, *rest = _lines(text)
        yield f"@annex {path.removeprefix('PL')} | {_one(_unlabelled(first, clause['label']))}"
        yield from _body("\n".join(rest))
    elif kind in ("clause", "point"):
        mark = "khoan" if kind == "clause" else "diem"
        first, *rest = _lines(text[body:]) or [""]
        yield f"@{mark} {path.rsplit('.', 1)[-1]} | {first}"
        yield from _body("\n".join(rest))
    else:  # a part, or what stands below a point
        yield from _body(text)


def _preamble(text: str) -> Iterator[str]:
    lines = _lines(text)
    title = next((n for n, line in enumerate(lines[:_HEAD_LINES]) if n and _TITLE.match(line)), None)
    for n, line in enumerate(lines):
        mark = "para" if title is None or n > title else "title" if n == title else "head"
        yield f"@{mark} {line}"


def _body(text: str) -> Iterator[str]:
    """Paragraphs, dash items and tables under whatever stands before them."""
    table: list[str] = []
    for line in _lines(text):
        if " | " in line:
            table.append(line)
            continue
        yield from _table(table)
        table = []
        bullet = _BULLET.match(line)
        yield f"@bullet {line[bullet.end() :]}" if bullet else f"@text {line}"
    yield from _table(table)


def _table(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "@table"
        yield from rows
        yield "@end"


def _finding(one: Json, known: set[str]) -> dict[str, Any]:
    decided = one.get("decision")
    amount = one["amount"]
    why = f"Người duyệt: {decided['reason'] or decided['action']}" if decided else "Máy đề xuất, người duyệt không sửa"
    return {
        "path": _nearest(one["path"], known),
        "provision": one["provision"],
        "verdict": one["verdict"],
        "amount": amount,
        "unit": one["unit"] if amount is not None else None,
        "unlawful": one["unlawful"],
        "why": why,
    }


def _paths(record: Json) -> set[str]:
    """Paths that the source's marks make: the guide knows no parts, chapters or sections as places, and nothing below a point."""
    return {clause["path"] for clause in record["clauses"] if clause["kind"] in ("article", "clause", "point", "annex")}


def _nearest(path: str, known: set[str]) -> str:
    while path not in known and "." in path:
        path = path.rpartition(".")[0]
    return path


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _one(text: str) -> str:
    return " ".join(text.split())


def _last(label: str) -> str:
    found = _NUMBER.search(label)
    return found.group() if found else label


def _unlabelled(text: str, label: str) -> str:
    """A heading without the label before it: "Chương II\\nVIỆC LÀM" → "VIỆC LÀM"."""
    start = len(label) if text[: len(label)].casefold() == label.casefold() else 0
    return text[start:].lstrip(" .:-–\n")

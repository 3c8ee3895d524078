"""References of an agreement to its own clauses: "khoản 2 Điều 14", "khoản 1 Điều này", "Phụ lục 2". Citations of laws are none.

Reads text and the clauses; writes paths.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from app.structure.agreement import Agreement, Clause
from app.structure.rules import StructureRules, load
from app.structure.source import fold_aligned

REFERENCE = re.compile(
    r"(?:(?:diem\s+(?P<diem>[^\W\d_](?:\s?(?:,|va)\s?(?:diem\s+)?[^\W\d_](?!\w))*)\s*,?\s*)?"
    r"(?:khoan\s+(?P<khoan>\d{1,2}(?:\s?(?:,|va|va\s+khoan|,\s*khoan)\s?\d{1,2})*)\s*,?\s*)?"
    r"(?:(?:cua|vao|tai|thuoc)\s+)?dieu\s+(?P<dieu>\d{1,3}[a-z]?)(?!\w)"
    r"(?:\s*,?\s*khoan\s+(?P<khoan2>\d{1,2}))?(?:\s*,?\s*diem\s+(?P<diem2>[^\W\d_])(?!\w))?"
    r"|phu luc(?:\s+so)?\s+(?P<annex>\d{1,2}|[ivx]{1,4})(?!\w))"
)
_HERE = re.compile(
    r"(?:diem\s+(?P<diem>[^\W\d_])\s*,?\s*)?(?:khoan\s+(?P<khoan>\d{1,2})\s*,?\s*)?(?:(?:cua|tai|thuoc)\s+)?dieu nay(?!\w)"
    r"|diem\s+(?P<point>[^\W\d_])\s*,?\s*khoan nay(?!\w)"
    r"|(?P<annex>phu luc (?:kem theo|dinh kem|cua thoa uoc))(?!\w)"
)
_CITED = re.compile(r"dieu|phu luc|khoan")


def own_references(
    agreement: Agreement, clause: int, start: int, end: int, paths: Container[str], rules: StructureRules | None = None
) -> tuple[str, ...]:
    """Paths of the clauses of this agreement that `text[start:end]`, which stands in `clause`, refers to, in text order, each once.

    Only those among `paths`, the agreement's own; a reference to a khoản that is not there goes to its article.
    """
    text = agreement.text[start:end]
    folded = fold_aligned(text)
    if not _CITED.search(folded):
        return ()
    of_law = (rules or load())["amendments.of_law"]
    found: list[tuple[int, str]] = []
    for m in REFERENCE.finditer(folded):
        if not names_law(folded, m.end(), of_law):
            found += [(m.start(), path) for path in targets(m, text)]
    for m in _HERE.finditer(folded):
        path = _here(agreement.clauses, clause, m)
        if path:
            found.append((m.start(), path))
    out = [existing for _, path in sorted(found) if (existing := _existing(path, paths))]
    return tuple(dict.fromkeys(out))


def names_law(folded: str, end: int, of_law: re.Pattern[str]) -> bool:
    """Whether the words behind a citation say that it is one of a law: "Điều 98 của Bộ luật Lao động"."""
    return bool(of_law.match(re.sub(r"^cua\s+", "", folded[end : end + 30].lstrip(" ,"))))


def targets(m: re.Match[str], text: str) -> list[str]:
    """Paths of a reference found in folded `text`; a list of khoản or điểm gives one path each."""
    if m["annex"]:
        return ["PL" + (str(int(m["annex"])) if m["annex"].isdigit() else m["annex"].upper())]
    article = m["dieu"]
    clauses = re.findall(r"\d{1,2}", m["khoan"] or "") or ([m["khoan2"]] if m["khoan2"] else [""])
    group = "diem" if m["diem"] else "diem2"
    raw = text[m.start(group) : m.end(group)] if m[group] else ""
    letters = re.findall(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])", raw.lower()) or [""]
    return [".".join(p for p in (article, k, d) if p) for k in clauses for d in letters]


def _here(clauses: Sequence[Clause], clause: int, m: re.Match[str]) -> str:
    """The path of "… Điều này", "… khoản này" or of the only annex; "" where there is none."""
    if m["annex"]:
        annexes = [one.path for one in clauses if one.kind == "annex"]
        return annexes[0] if len(annexes) == 1 else ""
    wanted = "clause" if m["point"] else "article"
    at: int | None = clause
    while at is not None and clauses[at].kind != wanted:
        at = clauses[at].parent
    if at is None:
        return ""
    below = [m["point"]] if m["point"] else [part for part in (m["khoan"], m["diem"]) if part]
    return ".".join([clauses[at].path, *below]) if below else ""


def _existing(path: str, paths: Container[str]) -> str:
    while path and path not in paths:
        path = path.rpartition(".")[0]
    return path

"""Compare an assessment's findings with what a careful reader found: the figures of accuracy.

The rules are those of the labelling guide: pairs of (article, provision), verdict, amounts, unlawful kinds, metadata; findings marked
optional count neither way. `Tally` adds up; `figures` turns it into shares.
"""

from __future__ import annotations

import collections
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

METADATA = ("employer", "number", "province", "wage_region", "signed_on", "effective_from", "term_months", "expires_on")
Item = Mapping[str, Any]


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", (text or "").lower().replace("đ", "d"))
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def article_of(path: str) -> str:
    return str(path).split(".")[0]


def near(a: Any, b: Any) -> bool:
    return a is not None and b is not None and abs(float(a) - float(b)) <= 1e-6 * max(1.0, abs(float(b)))


@dataclass
class Tally:
    """Counts of one or more comparisons, and the misses in words."""

    count: collections.Counter[str] = field(default_factory=collections.Counter)
    misses: list[tuple[str, ...]] = field(default_factory=list)
    confidence: list[tuple[float, bool]] = field(default_factory=list)  # of each finding, and whether a reader would have signed it

    def add(self, other: Tally) -> None:
        self.count += other.count
        self.misses += other.misses
        self.confidence += other.confidence


def _pairs(items: Iterable[Item], key: Callable[[str], str]) -> dict[tuple[str, str], list[Item]]:
    out: dict[tuple[str, str], list[Item]] = collections.defaultdict(list)
    for item in items:
        if item.get("provision"):
            out[(key(str(item["path"])), str(item["provision"]))].append(item)
    return out


def compare_findings(got: list[Item], gold: list[Item], where: str = "") -> Tally:
    """Score findings against gold findings; a `path` each."""
    t = Tally()
    c = t.count
    want = _pairs((f for f in gold if not f.get("optional")), article_of)
    may = _pairs((f for f in gold if f.get("optional")), article_of)
    have = _pairs(got, article_of)
    counted = {k: v for k, v in have.items() if k in want or k not in may}
    both = want.keys() & counted.keys()
    c["found"] += len(both)
    c["spurious"] += len(counted.keys() - want.keys())
    c["missed"] += len(want.keys() - counted.keys())
    for k in sorted(want.keys() - counted.keys()):
        f = want[k][0]
        t.misses.append((where, "missed", *k, f"{f['verdict']} {f.get('amount')} {f.get('unit')}"))
    for k in sorted(counted.keys() - want.keys()):
        f = counted[k][0]
        t.misses.append((where, "spurious", *k, f"{f['verdict']} {f.get('amount')} [{f.get('rule')}] {str(f.get('quote') or '')[:140]}"))
    signed: set[tuple[str, str]] = set()
    for k in sorted(both):
        gold_verdicts = collections.Counter(f["verdict"] for f in want[k])
        got_verdicts = collections.Counter(f["verdict"] for f in counted[k])
        agrees = bool(gold_verdicts & got_verdicts) and (set(gold_verdicts) == set(got_verdicts) or len(want[k]) != len(counted[k]))
        c["verdict_ok"] += agrees
        c["verdict_n"] += 1
        quote = str(counted[k][0].get("quote") or "")[:140]
        if not agrees:
            t.misses.append((where, "verdict", *k, f"{dict(gold_verdicts)} / {dict(got_verdicts)} [{counted[k][0].get('rule')}] {quote}"))
        amounts = [(f["amount"], f["unit"]) for f in want[k] if f.get("amount") is not None]
        read = [(f.get("amount"), f.get("unit")) for f in counted[k]]
        hit = sum(any(near(a, x) and u == y for x, y in read) for a, u in amounts)
        c["amount_ok"] += hit
        c["amount_n"] += len(amounts)
        if hit < len(amounts):
            t.misses.append((where, "amount", *k, f"{amounts} / {read} [{counted[k][0].get('rule')}] {quote}"))
        if agrees and hit == len(amounts):
            signed.add(k)
    c["signed"] += len(signed)
    for f in got:
        k = (article_of(str(f["path"])), str(f.get("provision")))
        if f.get("provision") and k in counted and f.get("confidence") is not None:
            t.confidence.append((float(f["confidence"]), k in signed))
    _unlawful(t, got, gold, where)
    return t


def _unlawful(t: Tally, got: list[Item], gold: list[Item], where: str) -> None:
    want = {(article_of(f["path"]), f["unlawful"]) for f in gold if f.get("unlawful") and not f.get("optional")}
    may = {(article_of(f["path"]), f["unlawful"]) for f in gold if f.get("unlawful") and f.get("optional")}
    have = {(article_of(f["path"]), f["unlawful"]) for f in got if f.get("unlawful")} - (may - want)
    t.count["unlawful_found"] += len(want & have)
    t.count["unlawful_spurious"] += len(have - want)
    t.count["unlawful_missed"] += len(want - have)
    t.misses += [(where, "unlawful missed", *map(str, k), "") for k in sorted(want - have)]
    for k in sorted(have - want):
        f = next(f for f in got if f.get("unlawful") == k[1] and article_of(f["path"]) == k[0])
        t.misses.append((where, "unlawful spurious", *map(str, k), f"[{f.get('rule')}] {str(f.get('quote') or '')[:140]}"))


def compare_assessment(got: Item, gold: Item, where: str = "") -> Tally:
    """Score a whole assessment against gold.json."""
    t = compare_findings(list(got.get("findings", [])), list(gold["findings"]), where)
    want = {a["path"]: fold(a.get("heading") or "") for a in gold["articles"]}
    have = {str(a["path"]): fold(a.get("heading") or "") for a in got.get("articles", []) if not str(a["path"]).startswith("PL")}
    t.count["article_found"] += len(want.keys() & have.keys())
    t.count["article_spurious"] += len(have.keys() - want.keys())
    t.count["article_missed"] += len(want.keys() - have.keys())
    t.count["heading_ok"] += sum(want[k] == have[k] for k in want.keys() & have.keys())
    t.count["heading_n"] += len(want)
    for name in METADATA:
        expected = gold["agreement"].get(name)
        if expected is None:
            continue
        actual = (got.get("agreement") or {}).get(name)
        same = fold(str(expected)) == fold(str(actual)) if name in ("employer", "province") else str(expected) == str(actual)
        t.count["metadata_ok"] += same
        t.count["metadata_n"] += 1
        if not same:
            t.misses.append((where, "metadata", name, "", f"{expected} / {actual}"))
    return t


def _f1(found: int, spurious: int, missed: int) -> tuple[float, float, float]:
    precision = found / (found + spurious) if found + spurious else 1.0
    recall = found / (found + missed) if found + missed else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def figures(t: Tally) -> dict[str, float]:
    """The shares that the README and the benchmarks quote."""
    c = t.count

    def share(name: str) -> float:
        return c[name + "_ok"] / c[name + "_n"] if c[name + "_n"] else 1.0

    detection = _f1(c["found"], c["spurious"], c["missed"])
    full = _f1(c["signed"], c["found"] + c["spurious"] - c["signed"], c["found"] + c["missed"] - c["signed"])
    unlawful = _f1(c["unlawful_found"], c["unlawful_spurious"], c["unlawful_missed"])
    return {
        "articles_f1": _f1(c["article_found"], c["article_spurious"], c["article_missed"])[2],
        "headings": share("heading"),
        "detection_precision": detection[0],
        "detection_recall": detection[1],
        "detection_f1": detection[2],
        "verdict": share("verdict"),
        "amount": share("amount"),
        "full_f1": full[2],
        "unlawful_precision": unlawful[0],
        "unlawful_recall": unlawful[1],
        "metadata": share("metadata"),
    }

"""How well the engine reads: every labelled agreement in samples/, every test clause in samples/unseen/, with gains and losses.

usage: python -m benchmarks.accuracy [--only samples|unseen|agreements] [--forms docx-typed,text] [--errors] [--topic T] [--write]
Prints the figures by form and by topic, the reliability of the confidence, and what was gained and lost against the last commit
(`--write` puts the figures into benchmarks/accuracy.md and every miss into benchmarks/accuracy.json).
The hold-outs (HELD_OUT, UNTOUCHED, see samples/unseen/README.md) are counted and never told: their misses are neither printed nor recorded.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import yaml

from benchmarks.scoring import Tally, compare_assessment, compare_findings, figures

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
RECORD = ROOT / "benchmarks" / "accuracy.json"
PAGE = ROOT / "benchmarks" / "accuracy.md"
GRADED_ON = date(2026, 11, 20)
CLAUSES = {  # title: folder, and whether only the held-out clauses count, only the others, or all (None)
    "Test clauses kept apart (samples/unseen/sentences/)": ("sentences", None),
    "Test clauses of a second hand, open two thirds (samples/unseen/sentences-2/)": ("sentences-2", False),
    "Test clauses of a second hand, held-out third (samples/unseen/sentences-2/)": ("sentences-2", True),
}
HELD_OUT = frozenset({"u12", "u13"})  # agreements
UNTOUCHED = frozenset(title for title, (_, held_out) in CLAUSES.items() if held_out)
NAMES = ("articles_f1", "detection_f1", "full_f1", "verdict", "amount", "unlawful_precision", "unlawful_recall", "metadata")


def agreements(folder: Path, forms: set[str], by_name: bool = False) -> dict[str, Tally]:
    """Every built file of every labelled agreement below a folder, by form or by the agreement's name."""
    from app.assess import NotAnAgreement, read_and_find
    from app.reading.document import ReadingError

    out: dict[str, Tally] = collections.defaultdict(Tally)
    for gold_file in sorted(folder.glob("*/gold.json")):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        for file in sorted(gold_file.parent.iterdir()):
            if file.suffix not in (".docx", ".doc", ".pdf") or (forms and file.stem not in forms):
                continue
            where = f"{gold_file.parent.name}/{file.name}"
            try:
                record = read_and_find(file.read_bytes(), file.name, graded_on=GRADED_ON)
            except (ReadingError, NotAnAgreement) as error:
                print(f"{where}: {error.code}: {error}")
                record = {}
            one = compare_assessment(record, gold, where)
            if gold_file.parent.name in HELD_OUT:
                one.misses.clear()
            out[gold_file.parent.name if by_name else file.stem].add(one)
    return out


def held(case_id: str) -> bool:
    """Whether a clause is of the third that is held out: the number at the end of its id can be divided by three."""
    return int(case_id.rsplit("-", 1)[1]) % 3 == 0


def clauses(folder: Path, held_out: bool | None = None) -> dict[str, Tally]:
    """The test clauses of a folder, by topic file: all, or only those (not) held out."""
    from app.grading.catalogue import load_catalogue
    from app.law.judge import judge
    from app.law.loader import load_law
    from app.provisions import find_promises
    from app.provisions.examples import PATH, clause

    law, catalogue = load_law(), load_catalogue()
    out: dict[str, Tally] = {}
    for file in sorted(folder.glob("*.yaml")):
        tally = Tally()
        for case in yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if held_out is not None and held(case["id"]) != held_out:
                continue
            signed = case.get("signed_on") or date(2024, 5, 20)
            signed = signed if isinstance(signed, date) else date.fromisoformat(str(signed))
            agreement = clause(
                case.get("text") or "",
                heading=case.get("heading") or "",
                intro=case.get("intro") or "",
                rows=case.get("rows") or (),
                signed_on=signed,
                region=case.get("region"),
            )
            found = judge(agreement, find_promises(agreement), on=signed, law=law, catalogue=catalogue)
            got = [
                {
                    "path": PATH,
                    "provision": f.provision,
                    "verdict": f.verdict,
                    "amount": f.amount,
                    "unit": f.unit,
                    "unlawful": f.unlawful,
                    "rule": f.rule,
                    "confidence": f.confidence,
                    "quote": f.quote,
                }
                for f in found
            ]
            gold = [{"path": PATH, **f} for f in case.get("findings") or []]
            where = f"{case['id']}"
            one = compare_findings(got, gold, where)
            tally.add(one)
        out[file.stem] = tally
    return out


def total(tallies: dict[str, Tally]) -> Tally:
    out = Tally()
    for tally in tallies.values():
        out.add(tally)
    return out


def table(tallies: dict[str, Tally]) -> list[str]:
    lines = ["| | " + " | ".join(NAMES) + " |", "|---|" + "---|" * len(NAMES)]
    for name, tally in [*sorted(tallies.items()), ("**total**", total(tallies))]:
        shares = figures(tally)
        lines.append(f"| {name} | " + " | ".join(f"{shares[n]:.3f}" for n in NAMES) + " |")
    return lines


def reliability(tally: Tally) -> list[str]:
    """Confidence bands against the share of findings that a reader would have signed."""
    lines = ["| confidence | findings | correct |", "|---|---|---|"]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        band = [right for confidence, right in tally.confidence if low <= confidence < high]
        if band:
            lines.append(f"| {low:.2f}–{min(high, 1):.2f} | {len(band)} | {sum(band) / len(band):.3f} |")
    return lines


def last_record() -> dict[str, list[str]]:
    run = subprocess.run(["git", "show", "HEAD:benchmarks/accuracy.json"], cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(run.stdout) if run.returncode == 0 else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["samples", "unseen", "agreements"], default=None)
    parser.add_argument("--forms", default="")
    parser.add_argument("--topic", default="")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    parts: dict[str, dict[str, Tally]] = {}
    forms = set(args.forms.split(",")) - {""}
    if args.only in (None, "samples"):
        parts["Labelled agreements (samples/)"] = agreements(SAMPLES, forms)
    if args.only in (None, "agreements") and (SAMPLES / "unseen" / "agreements").exists():
        parts["Agreements kept apart (samples/unseen/agreements/)"] = agreements(SAMPLES / "unseen" / "agreements", forms, by_name=True)
    if args.only in (None, "unseen"):
        parts |= {title: clauses(SAMPLES / "unseen" / folder, held_out) for title, (folder, held_out) in CLAUSES.items()}
    page: list[str] = []
    before, now = last_record(), {}
    for title, tallies in parts.items():
        everything = total(tallies)
        page += [f"## {title}", "", *table(tallies), "", *reliability(everything), ""]
        if title in UNTOUCHED:
            continue
        now[title] = sorted({" | ".join(str(p) for p in miss[:4]) for miss in everything.misses})
        if args.errors:
            for name, tally in tallies.items():
                if args.topic and name != args.topic:
                    continue
                for miss in sorted(tally.misses):
                    print("   ", name, " | ".join(str(p) for p in miss))
        old = set(before.get(title, []))
        gained, lost = sorted(old - set(now[title])), sorted(set(now[title]) - old)
        if before:
            print(f"{title}: {len(gained)} gained, {len(lost)} lost against the last commit")
            for sign, items in (("+", gained), ("-", lost)):
                for item in items[:40]:
                    print(f"  {sign} {item}")
    print("\n".join(page))
    if args.write:
        told = "Printed by `python -m benchmarks.accuracy --write`. F1, shares and the rules are those of the labelling guide."
        head = ["# Accuracy", "", told, ""]
        PAGE.write_text("\n".join(head + page), encoding="utf-8")
        RECORD.write_text(json.dumps(now, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

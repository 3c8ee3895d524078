"""The labelled agreements as the shipped profile grades them: once from the labels alone, once read by the engine from a file.

usage: python -m benchmarks.grades > benchmarks/grades.md
Each is graded on its signing day. The labels' own findings show the profile, the engine's show profile and reading together.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from app.assess import assess
from app.grading.assessment import letters
from app.grading.catalogue import load_catalogue
from app.grading.found import Found
from app.grading.rubric import find_rubric
from app.grading.score import score
from app.grading.wording import number
from app.law.loader import Law, load_law
from app.law.values import value_on

SAMPLES = Path(__file__).parents[1] / "samples"
QUALITY: dict[str, tuple[str | None, ...]] = {  # first word of the note -> grades that fit
    "excellent": ("A",),
    "rich": ("A",),
    "good": ("A", "B"),
    "weak": (None,),
}
FITS = {True: "yes", False: "NO", None: "not said"}


def labelled(gold: dict[str, Any], law: Law) -> list[Found]:
    """The findings of a label with the statutory figure of the signing day where one parameter is it."""
    signed = date.fromisoformat(gold["agreement"]["signed_on"])
    region = gold["agreement"]["wage_region"].lower()
    catalogue = load_catalogue()
    findings = []
    for one in gold["findings"]:
        known = catalogue.provisions.get(one["provision"] or "")
        floor = None
        for id in known.law if known and one["unit"] == known.units[0] else ():
            if "_region_" in id and not id.endswith(f"_{region}"):
                continue
            value = value_on(law, id, signed)
            floor = value.number if value else None
            break
        unit = one["unit"] if floor is not None else None
        findings.append(Found(one["path"], one["provision"], one["verdict"], one["amount"], one["unit"], one["unlawful"], floor, unit))
    return findings


def as_expected(expected: dict[str, Any], got: dict[str, Any]) -> bool | None:
    """Whether the engine's grade fits what the label's author says of the agreement; None where the note names no quality."""
    if expected["unlawful"] or not expected["firm_better"]:
        return got["grade"] is None and bool(got["not_graded_because"])
    said = expected["note"].lower().split()[0].strip(":;,.")
    allowed = QUALITY.get(said)
    return None if allowed is None else got["grade"] in allowed and not got["not_graded_because"]


def main() -> None:
    profile, law = find_rubric(), load_law()
    print("# Grades of the labelled agreements\n")
    print(f"Printed by `python -m benchmarks.grades > benchmarks/grades.md`. Profile {profile.reference}, {profile.status}.")
    print("Each on its signing day, in the order of the points its labels give. `d…` the rules were written with, `u…` they never saw.")
    print("The last column: excellent and rich ones A, good ones A or B, weak ones below C, unlawful ones and copies not graded.\n")
    columns = "agreement, label: firm better, label: points of 85, label: letter, file, engine: firm better, engine: points"
    print(f"| {' | '.join(columns.split(', '))} | engine: grade | would be | gates | as the label says |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    wrong = 0
    for path in [*SAMPLES.glob("d*/gold.json"), *SAMPLES.glob("unseen/agreements/u*/gold.json")]:
        gold = json.loads(path.read_text(encoding="utf-8"))
        points = score(profile, labelled(gold, law))
        file = sorted(path.parent.glob("docx-*.docx"))[0]
        got = assess(file.read_bytes(), file.name, graded_on=date.fromisoformat(gold["agreement"]["signed_on"]))
        content = next(group["points"] for group in got["score"]["groups"] if group["id"] == "content")
        gates = ", ".join(gate["code"] for gate in got["not_graded_because"]) or "–"
        fits = as_expected(gold["expected"], got)
        wrong += fits is False
        rows.append(
            (
                -points.content,
                f"| {path.parent.name} | {gold['expected']['firm_better']} | {number(points.content)} | "
                f"{letters(profile, points)[0] or '–'} | {file.name} | {got['better_provisions']['firm']} | {number(content)} | "
                f"{got['grade'] or '–'} | {got['would_be_grade'] or '–'} | {gates} | {FITS[fits]} |",
            )
        )
    for _, row in sorted(rows):
        print(row)
    print(f"\n{wrong} not as the label says.")


if __name__ == "__main__":
    main()

"""An assessment is stored without what its reading holds already, and put together again when it is read.

Most of an assessment (clauses, findings) is the reading's own record. What is stored keeps the contract's keys in their order, with
None where the record's value stands, and the findings as their points only: less than half the size, which is what makes scoring
the agreements of a whole country again quick and small. Assessments stored whole, as before, are read as they are; an assessment
with a person's corrections keeps its findings whole, for they are not the record's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

OWN = ("source", "agreement", "articles", "clauses", "law_as_of", "copy_of_law", "engine")  # the record's, word for word
POINTS = "points_of_findings"


def to_text(value: Mapping[str, Any]) -> str:
    """How records and assessments are stored and served: compact JSON in UTF-8, keys in the contract's order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def stored(assessment: Mapping[str, Any], record: Mapping[str, Any], *, corrected: bool = False) -> str:
    """The text to store of the assessment of `record`; `corrected` where its findings are not the record's own."""
    kept: dict[str, Any] = {}
    for key, value in assessment.items():
        if key in OWN and value is record[key]:
            kept[key] = None
        elif key == "findings" and not corrected:
            kept[POINTS] = [finding["points"] for finding in value]
        else:
            kept[key] = value
    return to_text(kept)


def whole(text: str, record: str) -> dict[str, Any]:
    """The assessment of a stored text and the text of its reading's record."""
    kept: dict[str, Any] = json.loads(text)
    if POINTS not in kept and all(kept.get(key) is not None for key in OWN):
        return kept
    known: dict[str, Any] = json.loads(record)
    assessment: dict[str, Any] = {}
    for key, value in kept.items():
        if key == POINTS:
            assessment["findings"] = [one | {"points": points} for one, points in zip(known["findings"], value, strict=True)]
        else:
            assessment[key] = known[key] if value is None and key in OWN else value
    return assessment


def part(text: str) -> dict[str, Any]:
    """What of an assessment its stored text holds: score, letters, gates, rubric, advice; cheap."""
    kept: dict[str, Any] = json.loads(text)
    return kept

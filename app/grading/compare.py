"""Two assessments compared: two drafts, or an agreement and its renewal, provision by provision, with both quotes.

Reads two assessments (JSON); writes the comparison (JSON). A provision's level is its best standing promise: what a worker is sure of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from app.grading.found import Found, from_json

Json = Mapping[str, Any]
Change = Literal["better", "worse", "new", "dropped", "same"]
SCHEMA = "thuoc.comparison/1"
_RANK = {"better": 3, "equal": 2, "vague": 1, "below": 0}


def compare(old: Json, new: Json, lower_is_better: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What changed from `old` to `new`. `lower_is_better` are the provisions whose smaller figure favours the worker."""
    before, after = _best(old, lower_is_better), _best(new, lower_is_better)
    rows = [
        _row(provision, before.get(provision), after.get(provision), old, new, lower_is_better)
        for provision in sorted(before.keys() | after.keys())
    ]
    points = _content(old), _content(new)
    letters = old["would_be_grade"], new["would_be_grade"]
    falls = [row["provision"] for row in rows if row["change"] in ("worse", "dropped")]
    fell_back = points[1] < points[0] or (letters[1] or "Z") > (letters[0] or "Z")
    return {
        "schema": SCHEMA,
        "old": _side(old),
        "new": _side(new),
        "content_points": {"old": points[0], "new": points[1], "change": points[1] - points[0]},
        "grade": {"old": old["grade"], "new": new["grade"]},
        "would_be_grade": {"old": letters[0], "new": letters[1]},
        "provisions": rows,
        "falls_back": fell_back,
        "warnings": _warnings(points, letters, falls),
    }


def _best(got: Json, lower: frozenset[str]) -> dict[str, tuple[int, Found]]:
    """Provision -> (index, finding) of its best promise that still stands."""
    best: dict[str, tuple[int, Found]] = {}
    for index, one in enumerate(got["findings"]):
        found = from_json(one)
        if found.provision is None or found.superseded:
            continue
        known = best.get(found.provision)
        if known is None or _better(known[1], found, lower) == "better":
            best[found.provision] = (index, found)
    return best


def _better(old: Found, new: Found, lower: frozenset[str]) -> Change:
    """Whether `new` is better or worse for the worker than `old`: by verdict, then by figure, a figure above none."""
    if _RANK[old.verdict] != _RANK[new.verdict]:
        return "better" if _RANK[new.verdict] > _RANK[old.verdict] else "worse"
    if old.amount is not None and new.amount is not None and old.unit == new.unit and old.amount != new.amount:
        return "better" if (new.amount > old.amount) != (str(new.provision) in lower) else "worse"
    return "same"


def _row(
    provision: str,
    before: tuple[int, Found] | None,
    after: tuple[int, Found] | None,
    old: Json,
    new: Json,
    lower: frozenset[str],
) -> dict[str, Any]:
    if before is None:
        change: Change = "new"
    elif after is None:
        change = "dropped"
    else:
        change = _better(before[1], after[1], lower)
    sides = {"old": _quoted(old, before), "new": _quoted(new, after)}
    label = next(one["label"] for one in (sides["new"], sides["old"]) if one)
    return {"provision": provision, "label": label, "change": change, **sides}


def _quoted(got: Json, side: tuple[int, Found] | None) -> dict[str, Any] | None:
    if side is None:
        return None
    finding = got["findings"][side[0]]
    keys = ("path", "label", "verdict", "amount", "unit", "quote", "points")
    return {"finding": side[0], **{key: finding[key] for key in keys}}


def _content(got: Json) -> float:
    return float(next(group["points"] for group in got["score"]["groups"] if group["id"] == "content"))


def _side(got: Json) -> dict[str, Any]:
    agreement = got["agreement"]
    return {
        "filename": got["source"]["filename"],
        "sha256": got["source"]["sha256"],
        "employer": agreement["employer"],
        "number": agreement["number"],
        "signed_on": agreement["signed_on"],
        "rubric": got["rubric"],
    }


def _warnings(points: tuple[float, float], letters: tuple[str | None, str | None], falls: list[str]) -> list[dict[str, str]]:
    warnings = []
    if points[1] < points[0]:
        message = "Bản mới có điểm nội dung thấp hơn bản cũ"
        warnings.append({"code": "fewer_points", "message": message})
    if (letters[1] or "Z") > (letters[0] or "Z"):
        warnings.append({"code": "lower_letter", "message": "Bản mới có hạng thấp hơn bản cũ"})
    if falls:
        message = f"Có {len(falls)} nội dung kém đi hoặc bị bỏ so với bản cũ"
        warnings.append({"code": "provisions_fell_back", "message": message})
    return warnings

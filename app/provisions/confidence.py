"""How sure a promise is, by the evidence it rests on; the shares are data (`grading_rules/confidence.yaml`).

Reads a promise's evidence; writes a number from 0 to 1 that was observed, not felt: the benchmark of accuracy prints the reliability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from app.provisions.rules import FOLDER, RulesError

_EVIDENCE = {
    "words_and_figure", "words_and_carried", "words_and_law", "words_and_wish", "words_and_ruling", "words_equal", "words_better",
    "words_meaning_figure", "title_and_figure", "title_only",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confidence:
    evidence: Mapping[str, float]
    rivals: Mapping[int, float]

    def of(self, evidence: str, provisions_in_statement: int) -> float:
        """The confidence of one promise; `evidence` is a key of the data file."""
        factor = 1.0
        for count, value in self.rivals.items():
            if provisions_in_statement >= count:
                factor = value
        return round(self.evidence[evidence] * factor, 4)


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> Confidence:
    """Load the shares; raises RulesError on an unknown or missing key or a share outside 0–1."""
    path = folder / "confidence.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or set(data) != {"evidence", "rivals"}:
        raise RulesError(path, "", "cần đúng hai khóa evidence, rivals")
    wrong = sorted(set(data["evidence"]) ^ _EVIDENCE)
    if wrong:
        raise RulesError(path, "evidence", f"khóa thừa hoặc thiếu: {', '.join(wrong)}; được dùng: {', '.join(sorted(_EVIDENCE))}")
    values = [*data["evidence"].values(), *data["rivals"].values()]
    if not all(isinstance(v, int | float) and 0 < v <= 1 for v in values):
        raise RulesError(path, "", "mỗi giá trị phải là số từ 0 đến 1")
    rivals = {int(k): float(v) for k, v in sorted(data["rivals"].items())}
    return Confidence({k: float(v) for k, v in data["evidence"].items()}, rivals)

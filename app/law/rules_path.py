"""Where the rule files live: `grading_rules/` beside `app/`, unless the caller names another folder."""

from __future__ import annotations

from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "grading_rules"


def law_folder(rules: Path | None = None) -> Path:
    """The folder of the law's dated values under the rule folder `rules` (default: the project's own)."""
    return (rules or RULES) / "law"

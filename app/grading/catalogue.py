"""The catalogue of provisions (`grading_rules/provisions.yaml`) as the grading room needs it: labels, topics, units.

Reads YAML; writes `Catalogue`. The pattern and law rooms read the same file for what concerns them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

RULES = Path(__file__).parents[2] / "grading_rules"
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Provision:
    id: str
    topic: str
    label: str
    units: tuple[str, ...]
    better: str  # higher | lower | any
    floor: str  # what the law guarantees, in words; "" where it sets none
    law: tuple[str, ...] = ()  # the legal parameters it is compared with


@dataclass(frozen=True, slots=True)
class Catalogue:
    provisions: Mapping[str, Provision]
    topics: Mapping[str, str]  # id -> label
    units: tuple[str, ...]
    unlawful: Mapping[str, str]  # kind -> label

    def label(self, provision: str | None) -> str:
        known = self.provisions.get(provision or "")
        return known.label if known else (provision or "")

    def topic(self, provision: str | None) -> str | None:
        known = self.provisions.get(provision or "")
        return known.topic if known else None


_REMARK = re.compile(r" \((?:Đ\d|kèm )[^)]*\)$")  # what a label says beside the kind: its article (findings cite it in full), how to label


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = RULES) -> Catalogue:
    """Read `provisions.yaml` of a rules folder, which the provisions room has checked. Raises OSError, KeyError."""
    data = yaml.load((folder / "provisions.yaml").read_text(encoding="utf-8"), Loader=Loader)
    return Catalogue(
        provisions={
            id: Provision(
                id,
                one["topic"],
                one["label"],
                tuple(one["units"]),
                one["better"],
                str(one.get("floor", "")),
                tuple(one.get("law", ())),
            )
            for id, one in data["provisions"].items()
        },
        topics={id: topic["label"] for id, topic in data["topics"].items()},
        units=tuple(data["units"]),
        unlawful={id: _REMARK.sub("", label) for id, label in data["unlawful_kinds"].items()},
    )

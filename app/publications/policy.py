"""What may be published: the bar of `grading_rules/publication.yaml`, and every reason that speaks against one agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.grading.catalogue import RULES

LETTERS = ("A", "B", "C")
KEYS = ("grade_at_least", "provinces", "source")


class PolicyError(ValueError):
    """A `publication.yaml` that cannot be used: one Vietnamese line."""

    code = "bad_rules"


@dataclass(frozen=True, slots=True)
class Policy:
    grade_at_least: str
    provinces: Mapping[str, str]

    def bar(self, province: str | None) -> str:
        return self.provinces.get(province or "", self.grade_at_least)

    def reaches(self, grade: str | None, province: str | None) -> bool:
        """Whether a confirmed letter is good enough for the website."""
        return grade is not None and LETTERS.index(grade) <= LETTERS.index(self.bar(province))


@lru_cache(maxsize=4)
def load_policy(folder: Path = RULES) -> Policy:
    """Raises PolicyError."""
    path = folder / "publication.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise PolicyError(f"{path.name}: phải là các dòng «khóa: giá trị»")
    unknown = [str(key) for key in data if key not in KEYS]
    if unknown:
        raise PolicyError(f"{path.name}: không có khóa «{unknown[0]}»; chỉ dùng: {', '.join(KEYS)}")
    provinces = data.get("provinces") or {}
    letters = {"grade_at_least": data.get("grade_at_least"), **(provinces if isinstance(provinces, dict) else {"provinces": None})}
    for key, letter in letters.items():
        if letter not in LETTERS:
            raise PolicyError(f"{path.name}: {key} phải là một trong: {', '.join(LETTERS)}")
    if not data.get("source"):
        raise PolicyError(f"{path.name}: thiếu source (ai quyết định mức này)")
    return Policy(data["grade_at_least"], {str(name): letter for name, letter in provinces.items()})


def objections(policy: Policy, grade: str | None, province: str | None, expires_on: date | None, gates: list[str], on: date) -> list[str]:
    """Why an agreement may not be published on the day `on`, each in one Vietnamese sentence; empty where it may."""
    out = []
    if not policy.reaches(grade, province):
        told = f"loại {grade}" if grade else "chưa xếp loại"
        out.append(f"thỏa ước {told}, mức công bố là từ loại {policy.bar(province)}")
    if expires_on is not None and expires_on < on:
        out.append(f"đã hết hiệu lực từ {expires_on:%d/%m/%Y}")
    if gates:
        out.append("còn lý do chưa được xếp loại: " + ", ".join(gates))
    return out


def open_gates(body: Mapping[str, Any], cleared: list[str]) -> list[str]:
    """Messages of the gates of an assessment that nobody set aside."""
    return [gate["message"] for gate in body["not_graded_because"] if gate["code"] not in cleared]

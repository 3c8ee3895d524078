"""How figures, places and points are written for people, in Vietnamese. Pure formatting: the same value, the same words."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

UNITS = {
    "VND": "đồng",
    "VND/month": "đồng/tháng",
    "VND/year": "đồng/năm",
    "VND/day": "đồng/ngày",
    "VND/hour": "đồng/giờ",
    "VND/meal": "đồng/bữa",
    "VND/person/year": "đồng/người/năm",
    "percent": "%",
    "month_wage": "tháng lương",
    "day_wage": "ngày lương",
    "day": "ngày",
    "day/year": "ngày/năm",
    "day/month": "ngày/tháng",
    "month": "tháng",
    "year": "năm",
    "hour": "giờ",
    "hour/day": "giờ/ngày",
    "hour/week": "giờ/tuần",
    "hour/month": "giờ/tháng",
    "hour/year": "giờ/năm",
    "minute": "phút",
    "minute/day": "phút/ngày",
    "times/year": "lần/năm",
    "times/month": "lần/tháng",
}
_ANNEX = re.compile(r"PL(\d*)$")


@lru_cache(maxsize=4096)
def number(value: float) -> str:
    """12500.5 -> "12.500,5" (a dot between thousands, a comma before decimals, at most three of them)."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def points(value: float) -> str:
    return f"{number(value)} điểm"


def amount(value: float | None, unit: str | None) -> str:
    """A promised amount with its unit: "25.000 đồng/bữa", "150%"; "" where there is none."""
    if value is None:
        return ""
    name = UNITS.get(unit or "", "")
    return f"{number(value)}%" if unit == "percent" else f"{number(value)} {name}".rstrip()


def day(value: date | str | None) -> str:
    """2024-08-15 -> "15/8/2024"; "" where unknown."""
    if not value:
        return ""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{value.day}/{value.month}/{value.year}"


def place(path: str) -> str:
    """A path as people say it: "5.2.a" -> "điểm a khoản 2 Điều 5", "PL1.3" -> "mục 3 Phụ lục 1"."""
    if not path:
        return "phần mở đầu"
    if path == "KY":
        return "phần chữ ký"
    top, *rest = path.split(".")
    annex = _ANNEX.match(top)
    words = f"Phụ lục {annex[1]}".rstrip() if annex else f"Điều {top}"
    for step in rest:
        kind = ("mục" if annex else "khoản") if step[:1].isdigit() else "điểm"
        words = f"{kind} {step} {words}"
    return words


def listing(parts: list[str], limit: int = 3) -> str:
    """ "a, b, c và 4 nơi khác": at most `limit` parts by name."""
    if len(parts) <= limit:
        return ", ".join(parts)
    return f"{', '.join(parts[:limit])} và {len(parts) - limit} nơi khác"

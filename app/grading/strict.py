"""Strict reading of rule data: every wrong, missing or unknown thing is collected with its place, in Vietnamese.

Used by the rubric, target and model-clause loaders and by the spreadsheet import; all problems of a file come at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from app.grading.catalogue import Loader

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `place` is a path into the data (("items", 3, "max")), `message` one Vietnamese sentence."""

    place: Place
    message: str

    def __str__(self) -> str:
        where = ""
        for step in self.place:
            where += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if where else step
        return f"{where}: {self.message}" if where else self.message


class RuleFileError(ValueError):
    """A rule file that cannot be used: stable `code`, the file's name and its `problems`."""

    code = "bad_rules"

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{name}: {problem}" for problem in self.problems))


class _UniqueKeys(Loader):  # type: ignore[misc, valid-type]
    """A YAML loader that refuses a key given twice (plain YAML keeps the last one silently)."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            message = f"dòng {key_node.start_mark.line + 1}: khóa «{key}» ghi hai lần"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; raises RuleFileError naming the line of a syntax error or of a key given twice."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)
    except yaml.constructor.ConstructorError as error:
        raise RuleFileError(path.name, [Problem((), str(error.problem))]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RuleFileError(path.name, [Problem((), f"dòng {line}: không phải YAML hợp lệ")]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFileError(path.name, [Problem((), "không đọc được tệp (cần văn bản UTF-8)")]) from error


def show(value: Any) -> str:
    """A value as it stands in the file, short enough for a message."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


class Reader:
    """Takes typed values out of parsed data and collects the problems; a wrong value comes back as its default."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def mapping(self, value: Any, place: Place, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
        """A mapping with all `required` keys and no others than these and the `optional` ones."""
        required, optional = list(required), list(optional)
        if not isinstance(value, Mapping):
            self.fail(place, f"phải là một bảng khóa – giá trị, không phải «{show(value)}»")
            return {}
        allowed = [*required, *optional]
        for key in value:
            if key not in allowed:
                self.fail(place, f"khóa lạ «{show(key)}»; được dùng: {', '.join(allowed)}")
        for key in required:
            if key not in value:
                self.fail(place, f"thiếu khóa «{key}»")
        return {str(key): one for key, one in value.items() if key in allowed}

    def listing(self, value: Any, place: Place) -> list[Any]:
        if isinstance(value, list):
            return value
        self.fail(place, f"phải là một danh sách, không phải «{show(value)}»")
        return []

    def text(self, data: Mapping[str, Any], key: str, place: Place, default: str = "") -> str:
        value = data.get(key, default)
        if isinstance(value, str) and (value.strip() or key not in data):
            return value.strip()
        self.fail((*place, key), f"phải là một dòng chữ, không phải «{show(value)}»")
        return default

    def texts(self, data: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
        values = self.listing(data.get(key, []), (*place, key))
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.fail((*place, key), "mỗi phần tử phải là một dòng chữ")
        return tuple(value for value in values if isinstance(value, str))

    def ident(self, data: Mapping[str, Any], key: str, place: Place, pattern: str = r"[a-z][a-z0-9_-]*") -> str:
        value = data.get(key)
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        if key in data:
            self.fail((*place, key), f"mã «{show(value)}» chỉ được gồm chữ thường không dấu, số, gạch")
        return ""

    def choice(self, data: Mapping[str, Any], key: str, place: Place, allowed: Iterable[str]) -> str:
        value, allowed = data.get(key), list(allowed)
        if value in allowed:
            return str(value)
        if key in data:
            self.fail((*place, key), f"«{show(value)}» không dùng được; được dùng: {', '.join(allowed)}")
        return allowed[0]

    def number(self, data: Mapping[str, Any], key: str, place: Place, default: float = 0.0) -> float:
        value = data.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12:
            return float(value)
        self.fail((*place, key), f"phải là một số, không phải «{show(value)}»")
        return default

    def whole(self, data: Mapping[str, Any], key: str, place: Place, least: int = 1) -> int:
        value = data.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        if key in data:
            self.fail((*place, key), f"phải là số nguyên từ {least}, không phải «{show(value)}»")
        return least

    def day(self, data: Mapping[str, Any], key: str, place: Place) -> date | None:
        value = data.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if key in data:
            self.fail((*place, key), f"phải là một ngày dạng 2023-07-17, không phải «{show(value)}»")
        return None

"""Strict reading of YAML rule files: unknown keys are refused with the allowed ones and the file named.

Errors are `LawError`s: a stable `code` and one Vietnamese line that says what to change where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LawError(Exception):
    """A rule file of the law that cannot be used."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class _Twice(LawError):
    def __init__(self, code: str, message: str, line: int) -> None:
        super().__init__(code, message)
        self.line = line


class _Loader(_BASE):  # type: ignore[misc]
    """The C loader, which keeps the last of two equal keys without a word; here the second is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise _Twice("law.duplicate_key", f"khóa “{key.value}” ghi hai lần", line)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LawError("law.file_missing", f"{path.name}: không tìm thấy tệp quy tắc {path}") from None
    except UnicodeDecodeError:
        raise LawError("law.not_utf8", f"{path.name}: tệp phải lưu bằng mã UTF-8") from None


def parse(text: str, place: str, lines_before: int = 0) -> Any:
    """The YAML value of `text`; `place` names the file (and document) in errors, `lines_before` how far down its file it stands."""
    try:
        return yaml.load(text, Loader=_Loader)
    except _Twice as error:
        line = error.line + lines_before
        raise LawError(error.code, f"{place}: {error.message} (dòng {line})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" (dòng {mark.line + 1 + lines_before})" if mark is not None else ""
        raise LawError("law.not_yaml", f"{place}: không đọc được YAML{at}") from None
    except ValueError as error:  # an impossible date: 2025-02-30
        raise LawError("law.bad_value", f"{place}: giá trị không hợp lệ: {error}") from None


class Node:
    """A mapping with its place, read key by key; `done()` is implied by the allowed keys given at the start."""

    def __init__(self, raw: Any, place: str, required: str, optional: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise LawError("law.bad_value", f"{place}: phải là một bảng khóa–giá trị")
        needed, allowed = required.split(), required.split() + optional.split()
        for key in raw:
            if key not in allowed:
                names = ", ".join(allowed)
                raise LawError("law.unknown_key", f"{place}: không có khóa “{key}”; các khóa dùng được: {names}")
        for key in needed:
            if key not in raw:
                raise LawError("law.missing_key", f"{place}: thiếu khóa “{key}”")
        self.raw: Mapping[str, Any] = raw
        self.place = place

    def bad(self, key: str, wanted: str) -> LawError:
        return LawError("law.bad_value", f"{self.place}: “{key}” phải là {wanted}, đang là {self.raw.get(key)!r}")

    def has(self, key: str) -> bool:
        return key in self.raw

    def text(self, key: str, default: str = "") -> str:
        value = self.raw.get(key, default)
        if not isinstance(value, str):
            raise self.bad(key, "chữ")
        return value

    def choice(self, key: str, allowed: tuple[str, ...] | frozenset[str], default: str | None = None) -> Any:
        value = self.raw.get(key, default)
        if value not in allowed:
            raise self.bad(key, "một trong: " + ", ".join(sorted(allowed)))
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        value = self.raw.get(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.bad(key, "số")
        return value

    def flag(self, key: str) -> bool:
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self.bad(key, "true hoặc false")
        return value

    def day(self, key: str) -> date | None:
        value = self.raw.get(key)
        if value is not None and type(value) is not date:
            raise self.bad(key, "ngày dạng 2025-07-01")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.bad(key, "danh sách chữ")
        return tuple(value)

    def items(self, key: str) -> list[Any]:
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            raise self.bad(key, "danh sách")
        return value

    def pairs(self, key: str) -> Iterator[tuple[str, Any]]:
        value = self.raw.get(key, {})
        if not isinstance(value, Mapping):
            raise self.bad(key, "bảng khóa–giá trị")
        for name, item in value.items():
            yield str(name), item

"""A Document on the wire between the isolated child and its parent, and the parent's distrust of it.

`pack` writes JSON, `unpack` reads it back and checks everything a Document promises: types, ranges, that the lines partition the text, that
cells lie in their rows. A child that a hostile file has taken over can say anything; what passes here is at worst a wrong text.
"""

from __future__ import annotations

import json
import re
from typing import Any, get_args

from app.reading.document import Cell, Document, Line, LineKind, Method, Notice, Origin, ReadingError

MAX_ANSWER_BYTES = 64 * 2**20
MAX_TEXT = 20_000_000  # characters: a hundred times the longest agreement
_MAX_LABEL = 400
_MAX_MESSAGE = 600
_MAX_NOTICES = 100
_MAX_PAGES = 100_000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,48}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_KINDS: tuple[str, ...] = get_args(LineKind)
_ORIGINS: tuple[str, ...] = get_args(Origin)
_METHODS: tuple[str, ...] = get_args(Method)


class WireError(Exception):
    """The child's answer is not what a child of ours says."""


def pack(document: Document) -> bytes:
    """Return the document as JSON bytes; sha256 and filename are the parent's own and stay out."""
    return json.dumps(
        {
            "text": document.text,
            "lines": [_packed_line(line) for line in document.lines],
            "method": document.method,
            "media_type": document.media_type,
            "pages": document.pages,
            "warnings": [[notice.code, notice.message] for notice in document.warnings],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")


def _packed_line(line: Line) -> list[object]:
    return [
        line.start,
        line.end,
        _KINDS.index(line.kind),
        line.page,
        line.label,
        line.level,
        line.heading,
        line.bold,
        line.centered,
        _ORIGINS.index(line.origin),
        line.table,
        line.row,
        line.header,
        [[cell.start, cell.end, cell.column, cell.header] for cell in line.cells],
        line.confidence,
    ]


def pack_error(error: ReadingError) -> bytes:
    return json.dumps({"code": error.code, "error": error.message}).encode()


def unpack(answer: bytes, sha256: str, filename: str) -> Document:
    """Return the child's document, raise the child's ReadingError, or raise WireError when the answer is malformed."""
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    _need(isinstance(value, dict), "not an object")
    if "error" in value:
        code, message = value.get("code"), value["error"]
        _need(isinstance(code, str) and _CODE.fullmatch(code) is not None, "error code")
        _need(isinstance(message, str) and len(message) <= _MAX_MESSAGE, "error message")
        raise ReadingError(code, _CONTROL.sub(" ", message))
    text = value.get("text")
    _need(isinstance(text, str) and 0 < len(text) <= MAX_TEXT, "text")
    _need(_FORBIDDEN.search(text) is None, "characters")
    packed = value.get("lines")
    _need(isinstance(packed, list) and len(packed) == text.count("\n") + 1, "lines")
    lines = tuple(_line(item, text) for item in packed)
    _check_partition(lines, text)
    notices = value.get("warnings")
    _need(isinstance(notices, list) and len(notices) <= _MAX_NOTICES, "warnings")
    _need(value.get("method") in _METHODS, "method")
    media_type = value.get("media_type")
    _need(isinstance(media_type, str) and _MEDIA_TYPE.fullmatch(media_type) is not None, "media type")
    pages = _integer(value.get("pages"), 0, _MAX_PAGES)
    return Document(text, lines, value["method"], media_type, pages, sha256, filename, tuple(map(_notice, notices)))


def _line(item: Any, text: str) -> Line:
    _need(isinstance(item, list) and len(item) == 15, "line")
    start, end, kind, page, label, level, heading, bold, centered, origin, table, row, header, cells, confidence = item
    _integer(start, 0, len(text))
    _integer(end, start, len(text))
    _need(isinstance(label, str) and len(label) <= _MAX_LABEL and text.startswith(label, start), "label")
    _need(all(isinstance(flag, bool) for flag in (bold, centered, header)), "flags")
    _need(isinstance(confidence, int | float) and 0.0 <= confidence <= 1.0, "confidence")
    _need(isinstance(cells, list), "cells")
    return Line(
        start,
        end,
        _KINDS[_integer(kind, 0, len(_KINDS) - 1)],  # type: ignore[arg-type]
        _integer(page, 0, _MAX_PAGES),
        label,
        None if level is None else _integer(level, 0, 100),
        None if heading is None else _integer(heading, 0, 100),
        bold,
        centered,
        _ORIGINS[_integer(origin, 0, len(_ORIGINS) - 1)],  # type: ignore[arg-type]
        None if table is None else _integer(table, 0, len(text)),
        None if row is None else _integer(row, 0, len(text)),
        header,
        tuple(_cell(cell, start, end) for cell in cells),
        float(confidence),
    )


def _cell(item: Any, start: int, end: int) -> Cell:
    _need(isinstance(item, list) and len(item) == 4 and isinstance(item[3], str), "cell")
    return Cell(_integer(item[0], start, end), _integer(item[1], item[0], end), _integer(item[2], 0, 100_000), item[3])


def _notice(item: Any) -> Notice:
    _need(isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item), "warning")
    code, message = item
    _need(_CODE.fullmatch(code) is not None and len(message) <= _MAX_MESSAGE, "warning")
    return Notice(code, _CONTROL.sub(" ", message))


def _check_partition(lines: tuple[Line, ...], text: str) -> None:
    at = 0
    for line in lines:
        _need(line.start == at and "\n" not in text[line.start : line.end], "partition")
        at = line.end + 1
    _need(at == len(text) + 1, "partition")


def _integer(value: Any, low: int, high: int) -> int:
    _need(type(value) is int and low <= value <= high, "number")
    return int(value)


def _need(held: bool, what: str) -> None:
    if not held:
        raise WireError(what)

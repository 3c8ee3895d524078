"""Phrases of the pattern files written out: `(a|b|)` alternatives, and long products cut into parts.

Reads one phrase as `docs/patterns.md` defines it; writes its wordings. Knows nothing of names and hits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from math import prod

MAX_WORDINGS = 2000  # of one phrase part written out
_PART_WORDINGS = 60  # a longer product is matched as parts that stand side by side

_TOKEN = re.compile(r"[()|]|[^\s()|]+")

Tokens = Callable[[str], list[str]]


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message is Vietnamese and names the phrase."""


class _Group:
    """`(a|b)`: one of several runs of words and groups."""

    __slots__ = ("options",)

    def __init__(self) -> None:
        self.options: list[_Run] = [[]]


_Run = list["str | _Group"]


def plain_tokens(text: str) -> list[str]:
    """The words, brackets and bars of a phrase as written."""
    return _TOKEN.findall(text)


def expand(text: str, tokens: Tokens = plain_tokens) -> list[str]:
    """Write out the alternatives of a literal phrase, nested ones too; `tokens` may put its words into a normal form."""
    return _written(_parse(text, tokens), text)


def factor(text: str, tokens: Tokens = plain_tokens) -> list[list[str]]:
    """The wordings of a literal phrase, cut into parts side by side, none of them empty in any wording, so that few are written out."""
    parts: list[_Run] = []
    for piece in _parse(text, tokens):
        one: _Run = [piece]
        if parts and (_count(parts[-1]) * _count(one) <= _PART_WORDINGS or _may_be_empty(one) or _may_be_empty(parts[-1])):
            parts[-1].append(piece)
        else:
            parts.append(one)
    return [_written(part, text) for part in parts]


def _parse(text: str, tokens: Tokens) -> _Run:
    open_groups: list[_Group] = []
    run: _Run = []
    runs: list[_Run] = []
    for token in tokens(text):
        if token == "(":
            group = _Group()
            run.append(group)
            runs.append(run)
            open_groups.append(group)
            run = group.options[0]
        elif token == "|" and open_groups:
            run = []
            open_groups[-1].options.append(run)
        elif token == ")" and open_groups:
            open_groups.pop()
            run = runs.pop()
        elif token in ")|":
            raise PhraseError(f"dấu ngoặc hoặc dấu | lẻ trong cụm từ {text!r}")
        else:
            run.append(token)
    if open_groups:
        raise PhraseError(f"thiếu dấu ) đóng ngoặc trong cụm từ {text!r}")
    return run


def _count(run: _Run) -> int:
    return prod(sum(map(_count, piece.options)) for piece in run if isinstance(piece, _Group))


def _may_be_empty(run: _Run) -> bool:
    return all(isinstance(piece, _Group) and any(map(_may_be_empty, piece.options)) for piece in run)


def _written(run: _Run, text: str) -> list[str]:
    if _count(run) > MAX_WORDINGS:
        raise PhraseError(f"cụm từ {text!r} có quá {MAX_WORDINGS} cách viết")
    choices = [[piece] if isinstance(piece, str) else [one for option in piece.options for one in _written(option, text)] for piece in run]
    return [" ".join(filter(None, words)) for words in product(*choices)]


def spread(phrase: str) -> list[str]:
    """Write a phrase with references inside alternatives as several without: "({a}|b|c) d" is "{a} d" and "(b|c) d"."""
    if "{" not in phrase:
        return [phrase]
    depth, begin = 0, 0
    for at, char in enumerate(phrase):
        if char == "(":
            begin = at if depth == 0 else begin
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0 and "{" in phrase[begin:at]:
                options = _options(phrase[begin + 1 : at])
                plain = [o for o in options if "{" not in o]
                variants = [o for o in options if "{" in o] + ([f"({'|'.join(plain)})"] if plain else [])
                return [one for v in variants for one in spread(f"{phrase[:begin]} {v} {phrase[at + 1 :]}")]
    return [phrase]


def _options(text: str) -> list[str]:
    """The alternatives of one group, nested groups left as they are."""
    out, depth, begin = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            out.append(text[begin:at])
            begin = at + 1
    return [*out, text[begin:]]

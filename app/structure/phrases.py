"""Phrases of the rule files as compiled patterns over folded text.

Reads phrases in plain Vietnamese ("hiệu lực ... (kể|tính|) từ ngày {date}"); writes regular expressions that match the text as
`app.reading.text.fold` gives it. `(a|b)` = either, `(a|)` = perhaps, `...` = up to six words of one sentence, `{name}` = a named pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.structure.source import fold_aligned

_GAP = r"[\s,:(-]+"  # between two words: spaces and light punctuation (dashes are folded to "-")
_WORD = r"[^\s;]*[^\s;.:]"
_TOKEN = re.compile(r"\([^()]*\)|\{\w+\}|\.\.\.|[^\s(){}]+")


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message is Vietnamese and names the phrase."""


def _literal(text: str, marked: bool, named: Mapping[str, str]) -> str:
    out = []
    for word in text.split():
        name = word[1:-1] if word.startswith("{") and word.endswith("}") else ""
        if name and name not in named:
            raise PhraseError(f"cụm từ dùng tên không biết {word}")
        out.append(named[name] if name else re.escape(word.lower() if marked else fold_aligned(word)))
    return _GAP.join(out)


def pattern(phrase: str, named: Mapping[str, str] | None = None, *, marked: bool = False) -> str:
    """Return the regular expression of one phrase. Raises PhraseError for unknown names, unbalanced brackets or an empty phrase."""
    named = named or {}
    if phrase.count("(") != phrase.count(")") or not phrase.strip():
        raise PhraseError(f"cụm từ không đúng dạng: {phrase!r}")
    out: list[str] = []
    gap = ""  # what must stand before the next token
    for token in _TOKEN.findall(phrase):
        if token == "...":
            out.append(f"(?:{gap}{_WORD}){{0,6}}?")
            continue
        optional = False
        if token.startswith("("):
            options = [o.strip() for o in token[1:-1].split("|")]
            optional = "" in options
            body = "|".join(_literal(o, marked, named) for o in sorted(filter(None, options), key=len, reverse=True))
            body = f"(?:{body})"
        else:
            body = _literal(token, marked, named)
        if optional and not gap:
            out.append(f"(?:{body}{_GAP})?")
        elif optional:
            out.append(f"(?:{gap}{body})?")
        else:
            out.append(gap + body)
            gap = _GAP
    return "".join(out)


def any_of(
    phrases: Iterable[str], named: Mapping[str, str] | None = None, *, tail: str = r"(?!\w)", marked: bool = False
) -> re.Pattern[str]:
    """Compile phrases into one pattern that matches any of them as whole words; `value` reads the groups of named patterns.

    `marked` phrases keep their marks and are compared with lower-case text instead of folded text.
    """
    parts = []
    for number, phrase in enumerate(phrases):
        unique = {k: v.replace("(?P<", f"(?P<p{number}_") for k, v in (named or {}).items()}
        parts.append(f"(?:{pattern(phrase, unique, marked=marked)})")
    body = "|".join(parts)
    return re.compile(rf"(?<!\w)(?:{body}){tail}")


def value(match: re.Match[str], name: str) -> str | None:
    """Return what the group `name` of a named pattern matched, in whichever phrase."""
    for key, found in match.groupdict().items():
        if found is not None and key.partition("_")[2] == name:
            return str(found)
    return None

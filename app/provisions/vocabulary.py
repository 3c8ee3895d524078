"""The vocabulary of the pattern files, compiled: names, each with the wordings that mean it, found in one pass over the words.

Reads phrases as `docs/patterns.md` defines them; writes, for a run of words, the hits of every name. Literal wordings are found
by one automaton in time linear in the text; phrases with gaps or references are joined from those hits.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from app.provisions.words import forms

GAP = 6  # words that "..." may stand for
MAX_WORDINGS = 2000  # of one phrase part written out
_PART_WORDINGS = 60  # a longer product is matched as parts that stand side by side

COMPOUNDS = "compounds"  # the vocabulary entry whose words hide the shorter words inside them

_PIECE = re.compile(r"\{(?P<ref>[a-z0-9_]+)\}|(?P<gap>\.\.\.)|(?P<text>[^{]+?)(?=\{|\.\.\.|$)")

Hit = tuple[int, int]  # first word, word after the last
Hits = dict[str, list[Hit]]


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message is Vietnamese and names the phrase."""


@dataclass(frozen=True, slots=True)
class _Joined:
    """A phrase of several parts: part names, and for each following part how many words may stand before it."""

    name: str
    parts: tuple[str, ...]
    gaps: tuple[int, ...]


def expand(text: str) -> list[str]:
    """Write out the `(a|b|)` alternatives of a literal phrase, nested ones too."""
    depth_open = text.find("(")
    if depth_open < 0:
        if ")" in text or "|" in text:
            raise PhraseError(f"dấu ngoặc hoặc dấu | lẻ trong cụm từ {text!r}")
        return [" ".join(text.split())]
    depth, parts, begin = 0, [], depth_open + 1
    for at in range(depth_open, len(text)):
        char = text[at]
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                parts.append(text[begin:at])
                break
        elif char == "|" and depth == 1:
            parts.append(text[begin:at])
            begin = at + 1
    else:
        raise PhraseError(f"thiếu dấu ) trong cụm từ {text!r}")
    inner = [one for part in parts for one in expand(part)]
    tails = expand(text[at + 1 :])
    out = [" ".join(f"{text[:depth_open]} {i} {t}".split()) for i in inner for t in tails]
    if len(out) > MAX_WORDINGS:
        raise PhraseError(f"cụm từ {text!r} có quá {MAX_WORDINGS} cách viết")
    return out


def factor(text: str) -> list[str]:
    """Cut a literal phrase into parts side by side, none of them empty in any wording, so that few wordings are written out."""
    chunks: list[str] = []
    depth, begin = 0, 0
    for at, char in enumerate(text):
        if char == "(" and depth == 0:
            chunks += text[begin:at].split()
            begin = at
        depth += (char == "(") - (char == ")")
        if char == ")" and depth == 0:
            chunks.append(text[begin : at + 1])
            begin = at + 1
    if depth:
        raise PhraseError(f"dấu ngoặc lẻ trong cụm từ {text!r}")
    chunks += text[begin:].split()
    parts: list[str] = []
    size = 1
    for chunk in chunks:
        wordings = expand(chunk)
        joined_size = size * len(wordings)
        if parts and (joined_size <= _PART_WORDINGS or "" in wordings or "" in expand(parts[-1])):
            parts[-1] += " " + chunk
            size = joined_size
        else:
            parts.append(chunk)
            size = len(wordings)
    return parts


class Vocabulary:
    """All names of all pattern files. `find` gives the hits of every name in a run of word forms."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """Compile; raises PhraseError on a malformed phrase, an unknown reference or references in a circle."""
        self.names = frozenset(names)
        self._literals: dict[str, list[str]] = {}
        self._joined: list[_Joined] = []
        pending: dict[str, list[_Joined]] = {}
        for name, phrases in names.items():
            for number, phrase in enumerate(one for written in phrases for one in spread(written)):
                self._compile(name, number, phrase, pending)
        self._order(pending)
        self._automaton = ahocorasick.Automaton()
        for wording, owners in self._literals.items():
            self._automaton.add_word(f" {wording} ", (wording.count(" ") + 1, owners, COMPOUNDS in owners))
        if self._literals:
            self._automaton.make_automaton()
        self._starting: dict[str, list[int]] = {}  # first part -> places in _joined
        for place, joined in enumerate(self._joined):
            self._starting.setdefault(joined.parts[0], []).append(place)

    def _compile(self, name: str, number: int, phrase: str, pending: dict[str, list[_Joined]]) -> None:
        pieces: list[tuple[str, str]] = []
        for m in _PIECE.finditer(phrase):
            if m["ref"]:
                pieces.append(("ref", m["ref"]))
            elif m["gap"]:
                pieces.append(("gap", ""))
            elif m["text"].strip():
                pieces.append(("text", m["text"].strip()))
        if not pieces:
            raise PhraseError(f"cụm từ rỗng ở {name}")
        if pieces[0][0] == "gap" or pieces[-1][0] == "gap":
            raise PhraseError(f"cụm từ {phrase!r} của {name} không được bắt đầu hay kết thúc bằng ...")
        pieces = [
            (kind, part)
            for kind, value in pieces
            for part in (factor(value) if kind == "text" else (value,))
        ]
        if len(pieces) == 1 and pieces[0][0] == "text":
            self._literal(name, pieces[0][1])
            return
        parts: list[str] = []
        gaps: list[int] = []
        gap = 0
        for kind, value in pieces:
            if kind == "gap":
                gap = GAP
                continue
            if kind == "text":
                part = f"{name}#{number}.{len(parts)}"
                self._literal(part, value)
            else:
                if value not in self.names:
                    raise PhraseError(f"{name}: không có từ vựng {value!r}")
                part = value
            parts.append(part)
            gaps.append(gap)
            gap = 0
        pending.setdefault(name, []).append(_Joined(name, tuple(parts), tuple(gaps)))

    def _literal(self, name: str, text: str) -> None:
        for wording in expand(text):
            key = " ".join(forms(wording))
            if not key:
                raise PhraseError(f"{name}: cụm từ {text!r} có cách viết rỗng")
            owners = self._literals.setdefault(key, [])
            if name not in owners:
                owners.append(name)

    def _order(self, pending: dict[str, list[_Joined]]) -> None:
        """Put joined phrases after the names they refer to."""
        done: set[str] = set()
        path: list[str] = []

        def visit(name: str) -> None:
            if name in done:
                return
            if name in path:
                raise PhraseError("từ vựng gọi nhau thành vòng: " + " → ".join([*path, name]))
            path.append(name)
            for joined in pending.get(name, ()):
                for part in joined.parts:
                    if part in pending:
                        visit(part)
            path.pop()
            done.add(name)
            self._joined.extend(pending.get(name, ()))

        for name in pending:
            visit(name)

    def find(self, segments: Sequence[Sequence[str]]) -> list[Hits]:
        """Return the hits of each segment (a list of word forms); hits never cross segments."""
        out: list[Hits] = []
        for segment in segments:
            hits: Hits = {}
            if segment and self._literals:
                self._literal_hits(segment, hits)
                self._join(hits)
            out.append(hits)
        return out

    def _literal_hits(self, segment: Sequence[str], hits: Hits) -> None:
        ends: dict[int, int] = {}
        at = 0
        for number, one in enumerate(segment, 1):
            at += len(one) + 1
            ends[at] = number
        compounds: list[Hit] = []
        found: list[tuple[int, int, list[str]]] = []
        for last, (length, owners, compound) in self._automaton.iter(f" {' '.join(segment)} "):
            end = ends[last]
            if compound:
                compounds.append((end - length, end))
            found.append((end - length, end, owners))
        for start, end, owners in found:
            # a word inside a longer compound is not there: "bố" in "bố trí"
            if compounds and any(s <= start and end <= e and end - start < e - s for s, e in compounds):
                continue
            for owner in owners:
                known = hits.get(owner)
                if known is None:
                    hits[owner] = [(start, end)]
                else:
                    known.append((start, end))
        hits.pop(COMPOUNDS, None)

    def _join(self, hits: Hits) -> None:
        waiting = [place for name in hits for place in self._starting.get(name, ())]
        heapq.heapify(waiting)
        done = -1
        while waiting:
            place = heapq.heappop(waiting)
            if place == done:
                continue
            done = place
            joined = self._joined[place]
            lists = [hits[part] for part in joined.parts if part in hits]
            if len(lists) < len(joined.parts):
                continue
            new = joined.name not in hits
            for hit in _chains(lists, joined.gaps):
                known = hits.setdefault(joined.name, [])
                if hit not in known:
                    known.append(hit)
            if new and joined.name in hits:
                for later in self._starting.get(joined.name, ()):
                    heapq.heappush(waiting, later)


def _chains(lists: list[list[Hit]], gaps: tuple[int, ...]) -> list[Hit]:
    """Hits of consecutive parts, each within its gap after the one before; shortest continuation per start."""
    runs = list(lists[0])
    for following, gap in zip(lists[1:], gaps[1:], strict=True):
        grown: list[Hit] = []
        for start, end in runs:
            best = None
            for s, e in following:
                if end <= s <= end + gap and (best is None or s < best[0] or (s == best[0] and e > best[1])):
                    best = (s, e)
            if best is not None:
                grown.append((start, best[1]))
        if not grown:
            return []
        runs = grown
    return runs


def spread(phrase: str) -> list[str]:
    """Write a phrase with references inside alternatives as several without: "({a}|b|c) d" is "{a} d" and "(b|c) d"."""
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

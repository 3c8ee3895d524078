"""The vocabulary of the pattern files, compiled: names, each with the wordings that mean it, found in one pass over the words.

Reads phrases as `docs/patterns.md` defines them; writes, for a run of words, the hits of every name. Literal wordings are found
by one automaton in time linear in the text; phrases with gaps or references are joined from those hits.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

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
    """A phrase of several parts: a part is a name or the number of a literal piece. `gaps[i]`: words that may stand before part i."""

    name: str
    parts: tuple[str | int, ...]
    gaps: tuple[int, ...]
    pieces: frozenset[int]  # those of `parts` that are pieces


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
        self._literals: dict[str, list[str]] = {}  # wording -> names
        self._in_pieces: dict[str, list[int]] = {}  # wording -> literal pieces of joined phrases
        self._pieces: dict[tuple[str, ...], int] = {}  # wordings -> the piece they make: the same wordings are one piece
        self._joined: list[_Joined] = []
        pending: dict[str, list[_Joined]] = {}
        for name, phrases in names.items():
            for phrase in (one for written in phrases for one in spread(written)):
                self._compile(name, phrase, pending)
        self._order(pending)
        self._automaton = ahocorasick.Automaton()
        for wording in dict.fromkeys((*self._literals, *self._in_pieces)):
            owners, pieces = tuple(self._literals.get(wording, ())), frozenset(self._in_pieces.get(wording, ()))
            self._automaton.add_word(f" {wording} ", (wording.count(" ") + 1, owners, pieces, COMPOUNDS in owners))
        self._any = bool(len(self._automaton))
        if self._any:
            self._automaton.make_automaton()
        self._waking = self._wakers()

    def _wakers(self) -> dict[str | int, list[int]]:
        """Part -> the places in `_joined` that are tried where it is found: of each phrase the part that is likely the rarest."""
        shared = Counter(part for joined in self._joined for part in set(joined.parts))
        shortest: dict[str | int, int] = {}
        for wordings, piece in self._pieces.items():
            shortest[piece] = min(w.count(" ") for w in wordings)
        out: dict[str | int, list[int]] = {}
        for place, joined in enumerate(self._joined):
            rarest = min(joined.parts, key=lambda part: (-shortest.get(part, 1), shared[part]))
            out.setdefault(rarest, []).append(place)
        return out

    def _compile(self, name: str, phrase: str, pending: dict[str, list[_Joined]]) -> None:
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
            for key in _keys(name, pieces[0][1]):
                owners = self._literals.setdefault(key, [])
                if name not in owners:
                    owners.append(name)
            return
        parts: list[str | int] = []
        gaps: list[int] = []
        gap = 0
        for kind, value in pieces:
            if kind == "gap":
                gap = GAP
                continue
            if kind == "text":
                parts.append(self._piece(_keys(name, value)))
            else:
                if value not in self.names:
                    raise PhraseError(f"{name}: không có từ vựng {value!r}")
                parts.append(value)
            gaps.append(gap)
            gap = 0
        pending.setdefault(name, []).append(_Joined(name, tuple(parts), tuple(gaps), frozenset(p for p in parts if isinstance(p, int))))

    def _piece(self, wordings: tuple[str, ...]) -> int:
        known = self._pieces.get(wordings)
        if known is None:
            known = self._pieces[wordings] = len(self._pieces)
            for key in wordings:
                self._in_pieces.setdefault(key, []).append(known)
        return known

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
                    if isinstance(part, str) and part in pending:
                        visit(part)
            path.pop()
            done.add(name)
            self._joined.extend(pending.get(name, ()))

        for name in pending:
            visit(name)

    def find(self, segments: Sequence[Sequence[str]]) -> list[Hits]:
        """Return the hits of each segment (a list of word forms); hits never cross segments."""
        return [self._find(segment) if segment and self._any else {} for segment in segments]

    def _find(self, segment: Sequence[str]) -> Hits:
        text = f" {' '.join(segment)} "
        ends = dict(zip(accumulate([len(one) + 1 for one in segment]), count(1), strict=False))  # last character -> words until there
        found = list(self._automaton.iter(text))
        compounds = [(ends[last] - value[0], ends[last]) for last, value in found if value[3]]
        hits: Hits = {}
        pieces: list[tuple[Hit, frozenset[int]]] = []
        for last, (length, owners, parts, _) in found:
            end = ends[last]
            start = end - length
            # a word inside a longer compound is not there: "bố" in "bố trí"
            if compounds and _covered(start, end, compounds):
                continue
            hit = (start, end)
            for owner in owners:
                if owner in hits:
                    hits[owner].append(hit)
                else:
                    hits[owner] = [hit]
            if parts:
                pieces.append((hit, parts))
        hits.pop(COMPOUNDS, None)
        self._join(hits, pieces)
        return hits

    def _join(self, hits: Hits, pieces: Sequence[tuple[Hit, frozenset[int]]]) -> None:
        """Add the hits of joined phrases, each after those of the names it refers to."""
        waking, phrases = self._waking, self._joined
        there = frozenset().union(*[parts for _, parts in pieces])
        awake = [*(waking.keys() & hits.keys()), *(waking.keys() & there)]
        waiting = [place for part in awake for place in waking[part] if phrases[place].pieces <= there]
        heapq.heapify(waiting)
        while waiting:
            joined = phrases[heapq.heappop(waiting)]
            lists: list[list[Hit]] = []
            for part in joined.parts:
                if isinstance(part, str):
                    if part not in hits:
                        break
                    lists.append(hits[part])
                else:
                    lists.append([hit for hit, parts in pieces if part in parts])
            else:
                self._add(joined, lists, hits, waiting)

    def _add(self, joined: _Joined, lists: list[list[Hit]], hits: Hits, waiting: list[int]) -> None:
        found = _chains(lists, joined.gaps)
        if not found:
            return
        mine = hits.get(joined.name)
        if mine is None:
            mine = hits[joined.name] = []
            for place in self._waking.get(joined.name, ()):
                heapq.heappush(waiting, place)
        for hit in found:
            if hit not in mine:
                mine.append(hit)


def _covered(start: int, end: int, compounds: Sequence[Hit]) -> bool:
    """Whether a longer compound stands over these words."""
    for s, e in compounds:  # noqa: SIM110 (twice as fast as any() here, where most of the time is spent)
        if s <= start and end <= e and end - start < e - s:
            return True
    return False


def _keys(name: str, text: str) -> tuple[str, ...]:
    """The wordings of a literal phrase in normal form."""
    out = [" ".join(forms(wording)) for wording in expand(text)]
    if not all(out):
        raise PhraseError(f"{name}: cụm từ {text!r} có cách viết rỗng")
    return tuple(dict.fromkeys(out))


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

"""The vocabulary of the pattern files, compiled: names, each with the wordings that mean it, found in one pass over the words.

Reads phrases as `docs/patterns.md` defines them; writes, for a run of words, the hits of every name. Literal wordings are found
by one automaton in time linear in the text; phrases with gaps or references are joined from those hits.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

import ahocorasick

from app.provisions.phrases import PhraseError, factor, spread
from app.provisions.words import WORD, form

_FEW = 12  # hits that are looked through one by one
GAP = 6  # words that "..." may stand for

COMPOUNDS = "compounds"  # the vocabulary entry whose words hide the shorter words inside them

BEGINNING = "^"  # in a phrase: the statement begins here
_TOKEN = re.compile(rf"[()|^]|{WORD}")
_PIECE = re.compile(r"\s*(?:\{(?P<ref>[a-z0-9_]+)\}|(?P<gap>\.\.\.)|(?P<text>[^\s{][^{]*?)(?=\s*(?:\{|\.\.\.|$)))")

Hit = tuple[int, int]  # first word, word after the last
Hits = dict[str, list[Hit]]


@dataclass(frozen=True, slots=True)
class _Joined:
    """A phrase of several parts: a part is a name or the number of a literal piece. `gaps[i]`: words that may stand before part i."""

    name: str
    parts: tuple[str | int, ...]
    gaps: tuple[int, ...]
    pieces: frozenset[int]  # those of `parts` that are pieces


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
        parts: list[str | int] = []
        gaps: list[int] = []
        gap = 0
        found = list(_PIECE.finditer(phrase))
        if not found:
            raise PhraseError(f"cụm từ rỗng ở {name}")
        if found[0]["gap"] or found[-1]["gap"]:
            raise PhraseError(f"cụm từ {phrase!r} của {name} không được bắt đầu hay kết thúc bằng ...")
        for m in found:
            if m["gap"]:
                gap = GAP
                continue
            if m["ref"]:
                if m["ref"] not in self.names:
                    raise PhraseError(f"{name}: không có từ vựng {m['ref']!r}")
                parts.append(m["ref"])
                gaps.append(gap)
            else:
                wordings = [_keys(name, m["text"], part) for part in factor(m["text"], _tokens)]
                if len(found) == len(wordings) == 1:
                    self._literal(name, wordings[0])
                    return
                parts += [self._piece(part) for part in wordings]
                gaps += [gap] + [0] * (len(wordings) - 1)
            gap = 0
        pending.setdefault(name, []).append(_Joined(name, tuple(parts), tuple(gaps), frozenset(p for p in parts if isinstance(p, int))))

    def _literal(self, name: str, wordings: Iterable[str]) -> None:
        for key in wordings:
            owners = self._literals.setdefault(key, [])
            if name not in owners:
                owners.append(name)

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
        text = f" {BEGINNING} {' '.join(segment)} "
        # last character -> words until there
        ends = dict(zip(accumulate([len(one) + 1 for one in segment], initial=len(BEGINNING) + 1), count(), strict=False))
        found = list(self._automaton.iter(text))
        compounds = [(ends[last] - value[0], ends[last]) for last, value in found if value[3]]
        named: defaultdict[str, list[Hit]] = defaultdict(list)
        pieces: list[tuple[Hit, frozenset[int]]] = []
        for last, (length, owners, parts, _) in found:
            end = ends[last]
            start = max(0, end - length)  # the beginning is no word
            # a word inside a longer compound is not there: "bố" in "bố trí"
            if compounds and _covered(start, end, compounds):
                continue
            hit = (start, end)
            for owner in owners:
                named[owner].append(hit)
            if parts:
                pieces.append((hit, parts))
        hits = dict(named)
        hits.pop(COMPOUNDS, None)
        if pieces or hits:
            self._join(hits, pieces)
        return hits

    def _join(self, hits: Hits, pieces: Sequence[tuple[Hit, frozenset[int]]]) -> None:
        """Add the hits of joined phrases, each after those of the names it refers to."""
        waking, phrases = self._waking, self._joined
        there = frozenset().union(*[parts for _, parts in pieces])
        awake = [*(waking.keys() & hits.keys()), *(waking.keys() & there)]
        waiting = [place for part in awake for place in waking[part] if phrases[place].pieces <= there]
        if not waiting:
            return
        heapq.heapify(waiting)
        wanted = frozenset().union(*[phrases[place].pieces for place in waiting])
        found: defaultdict[int, list[Hit]] = defaultdict(list)
        for hit, parts in pieces:
            for piece in parts & wanted:
                found[piece].append(hit)
        while waiting:
            joined = phrases[heapq.heappop(waiting)]
            lists: list[list[Hit]] = []
            for part in joined.parts:
                if isinstance(part, str):
                    if part not in hits:
                        break
                    lists.append(hits[part])
                elif part in wanted:
                    lists.append(found[part])
                elif part in there:
                    lists.append([hit for hit, parts in pieces if part in parts])
                else:
                    break
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
        known = mine if len(mine) + len(found) <= _FEW else set(mine)
        mine.extend([hit for hit in dict.fromkeys(found) if hit not in known])


def _covered(start: int, end: int, compounds: Sequence[Hit]) -> bool:
    """Whether a longer compound stands over these words."""
    for s, e in compounds:  # noqa: SIM110 (twice as fast as any() here, where most of the time is spent)
        if s <= start and end <= e and end - start < e - s:
            return True
    return False


def _tokens(phrase: str) -> list[str]:
    """The words of a phrase in normal form, with its brackets and bars."""
    return [token if token in "()|^" else form(token) for token in _TOKEN.findall(phrase)]


def _keys(name: str, text: str, wordings: list[str]) -> tuple[str, ...]:
    """The wordings of a literal phrase, each once."""
    if not all(wordings):
        raise PhraseError(f"{name}: cụm từ {text!r} có cách viết rỗng")
    return tuple(dict.fromkeys(wordings))


def _chains(lists: list[list[Hit]], gaps: tuple[int, ...]) -> list[Hit]:
    """Hits of consecutive parts, each within its gap after the one before; shortest continuation per start."""
    runs = lists[0]
    for following, gap in zip(lists[1:], gaps[1:], strict=True):
        if len(following) > _FEW:
            runs = _continued(runs, sorted(following), gap)
        else:
            grown: list[Hit] = []
            for start, end in runs:
                best = None
                for s, e in following:
                    if end <= s <= end + gap and (best is None or s < best[0] or (s == best[0] and e > best[1])):
                        best = (s, e)
                if best is not None:
                    grown.append((start, best[1]))
            runs = grown
        if not runs:
            return []
    return runs


def _continued(runs: list[Hit], following: list[Hit], gap: int) -> list[Hit]:
    """The same over many sorted hits, each continuation looked up."""
    grown: list[Hit] = []
    for start, end in runs:
        at = bisect_left(following, (end, 0))
        if at == len(following) or following[at][0] > end + gap:
            continue
        first = following[at][0]
        while at + 1 < len(following) and following[at + 1][0] == first:
            at += 1
        grown.append((start, following[at][1]))
    return grown

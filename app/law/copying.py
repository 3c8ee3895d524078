"""Which clauses restate the statute: comparison with the statute's own sentences (`grading_rules/law/phrasing/`), never by length.

Every run of four words of a clause is looked up among the runs of the statutes; the share is the part of the clause's words that
stand in runs of the one or two articles it follows most. Linear in the text. A copied clause may carry another figure than the
law's: that is judged elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from weakref import WeakKeyDictionary

from app.law.loader import Law
from app.law.model import Citation
from app.law.schema import LawError, Node
from app.law.values import cite
from app.provisions.words import form, forms
from app.structure.agreement import Agreement

_RUN = 4  # words of a run
_BITS = 16  # of a word's number; a run is one integer
_MASK = (1 << _BITS * _RUN) - 1
_ARTICLES = 2  # a clause may weave two articles together
_NEAR = 0.8  # two articles with nearly as many runs say the same
_COMMON = 12  # a run found in more articles than this says nothing of which
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|%")
_SPELLED = re.compile(r"(?<=\d)\s*\([^()\d]{1,25}\)")  # "03 (ba) ngày"
_BODY = frozenset({"article", "clause", "point", "subpoint", "annex"})


@dataclass(frozen=True, slots=True)
class StatuteArticle:
    """One article of a statute; `source` is its citation in Vietnamese."""

    citation: Citation
    heading: str
    source: str


@dataclass(frozen=True, slots=True)
class ClauseCopy:
    """How much of a clause is the statute's own text. `share` is 0..1 of its `words`; `source` is the article it follows most."""

    clause: int
    path: str
    words: int
    share: float
    source: str
    copied: bool


@dataclass(frozen=True, slots=True)
class CopyReport:
    """`share` = part of the agreement's words that stand in clauses which restate the statute."""

    clauses: tuple[ClauseCopy, ...]
    share: float

    @property
    def copied(self) -> tuple[ClauseCopy, ...]:
        return tuple(clause for clause in self.clauses if clause.copied)


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The statutes' runs of words, ready to look clauses up in."""

    articles: tuple[StatuteArticle, ...]
    numbers: Mapping[str, int]  # word -> number
    runs: Mapping[int, tuple[int, ...]]  # run -> indexes of articles
    abbreviations: Mapping[str, tuple[str, ...]]
    copied_from: float
    restated_from: float
    least_words: int


def load_phrasing(law: Law) -> Phrasing:
    """The statutes' sentences of the rule folder, indexed. Raises LawError."""
    known = _loaded.get(law)
    if known is not None:
        return known
    keys = "abbreviations copied_from_share restated_from_share least_words"
    words = Node(law.file("phrasing/words.yaml"), "phrasing/words.yaml", keys)
    abbreviations = {name: tuple(forms(str(meaning))) for name, meaning in words.pairs("abbreviations")}
    articles: list[StatuteArticle] = []
    numbers: dict[str, int] = {}
    runs: dict[int, tuple[int, ...]] = {}
    for path in sorted((law.folder / "phrasing").glob("*.yaml")):
        if path.name != "words.yaml":
            _index(law, f"phrasing/{path.name}", articles, numbers, runs)
    copied, restated = words.number("copied_from_share"), words.number("restated_from_share")
    least = words.number("least_words")
    phrasing = Phrasing(tuple(articles), numbers, runs, abbreviations, float(copied or 1), float(restated or 1), int(least or 0))
    _loaded[law] = phrasing
    return phrasing


_loaded: WeakKeyDictionary[Law, Phrasing] = WeakKeyDictionary()


def _index(law: Law, name: str, articles: list[StatuteArticle], numbers: dict[str, int], runs: dict[int, tuple[int, ...]]) -> None:
    file = Node(law.file(name), name, "document articles")
    document = file.text("document")
    if document not in law.documents:
        raise LawError("law.unknown_document", f"{name}: văn bản “{document}” không có trong documents.yaml")
    for number, raw in file.pairs("articles"):
        node = Node(raw, f"{name}, Điều {number}", "heading text")
        citation = Citation(document, number)
        index = len(articles)
        articles.append(StatuteArticle(citation, node.text("heading"), cite(law, citation)))
        for line in node.text("text").splitlines():
            ids = [numbers.setdefault(word, len(numbers) + 1) for word in _words(line, {})]
            for run in _runs(ids):
                known = runs.get(run, ())
                if index not in known:
                    runs[run] = (*known, index)


def copied_clauses(agreement: Agreement, law: Law, *, on: date | None = None) -> CopyReport:
    """How much of each clause, and of the agreement, restates the statute. Raises LawError (bad rule files).

    Where two statutes say the same, the one in force on the day `on` is named.
    """
    phrasing = load_phrasing(law)
    ended = _ended(law, on)
    abbreviations = dict(phrasing.abbreviations)
    for short, meaning in agreement.definitions:
        if " " not in short.strip() and len(meaning) <= 60:
            abbreviations.setdefault(short.strip().lower(), tuple(forms(meaning)))
    found: list[ClauseCopy] = []
    total = restated = 0
    for index, clause in enumerate(agreement.clauses):
        if clause.kind not in _BODY:
            continue
        words = _words(agreement.text[clause.body : clause.end], abbreviations)
        if not words:
            continue
        share, article = _share(words, phrasing, ended)
        copied = len(words) >= phrasing.least_words and share >= phrasing.copied_from
        source = phrasing.articles[article].source if article is not None else ""
        found.append(ClauseCopy(index, clause.path, len(words), round(share, 4), source, copied))
        total += len(words)
        restated += len(words) if copied else 0
    return CopyReport(tuple(found), round(restated / total, 4) if total else 0.0)


def copied_share(text: str, law: Law) -> tuple[float, str]:
    """The share of one text that is the statute's own, and the article it follows most ("" where none)."""
    phrasing = load_phrasing(law)
    share, article = _share(_words(text, phrasing.abbreviations), phrasing, _ended(law, None))
    return round(share, 4), phrasing.articles[article].source if article is not None else ""


def restates(text: str, law: Law, on: date, *, wholly: bool = False) -> bool:
    """Whether one statement is the text of a statute in force on the day, every figure of it included.

    `wholly`: not a word added. Such a statement gives what the law gives, whatever a rule made of its words.
    """
    phrasing, ended = load_phrasing(law), _ended(law, on)
    most = text.count(" ") + 1  # words, roughly: enough to give up early
    share = 1.0 if wholly else phrasing.restated_from
    position = covered_to = misses = found = run = 0
    figures: list[int] = []  # places of figures that no run covers yet
    for word in _each_word(text, phrasing.abbreviations):
        run = ((run << _BITS) | phrasing.numbers.get(word, 0)) & _MASK
        if word[0].isdigit():
            figures.append(position)
        position += 1
        if position < _RUN:
            continue
        if ended.issuperset(phrasing.runs.get(run, ())):
            misses += 1
            if misses > (1.0 - share) * most or (figures and figures[0] <= position - _RUN):
                return False
        else:
            found += 1
            covered_to = position
            figures = [place for place in figures if place < position - _RUN]
            if figures:
                return False
    return found > 0 and not any(place >= covered_to for place in figures) and found >= (found + misses) * share


@lru_cache(maxsize=16)
def _ended(law: Law, day: date | None) -> frozenset[int]:
    """Articles of documents that were not in force on the day; without a day, of those that have ended."""
    out = {n for n, d in law.documents.items() if (d.end is not None and (day is None or d.end < day)) or (day and d.start > day)}
    return frozenset(i for i, article in enumerate(load_phrasing(law).articles) if article.citation.document in out)


def _share(words: list[str], phrasing: Phrasing, ended: frozenset[int] = frozenset()) -> tuple[float, int | None]:
    ids = [phrasing.numbers.get(word, 0) for word in words]
    hits: list[tuple[int, tuple[int, ...]]] = []
    votes: Counter[int] = Counter()
    runs = phrasing.runs
    for at, run in enumerate(_runs(ids)):
        articles = runs.get(run)
        if articles is not None:
            hits.append((at, articles))
            if len(articles) <= _COMMON:
                votes.update(articles)
    if not votes:
        return 0.0, None
    chosen = {article for article, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:_ARTICLES]}
    covered = end = 0
    for at, articles in hits:
        if not chosen.isdisjoint(articles):
            covered += at + _RUN - max(at, end)
            end = at + _RUN
    near = [article for article in chosen if votes[article] >= _NEAR * max(votes.values())]
    best = min(near, key=lambda article: (article in ended, -votes[article], article))
    return covered / len(words), best


def _runs(ids: list[int]) -> Iterable[int]:
    """Every run of words as one integer; a word the statutes do not know makes a run that is never found."""
    run = 0
    out: list[int] = []
    for position, number in enumerate(ids):
        run = ((run << _BITS) | number) & _MASK
        if position >= _RUN - 1:
            out.append(run)
    return out


def _words(text: str, abbreviations: Mapping[str, tuple[str, ...]]) -> list[str]:
    return list(_each_word(text, abbreviations))


def _each_word(text: str, abbreviations: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Normal forms of the words, short forms in capitals written out, numbers in brackets after figures left out."""
    for token in _TOKEN.finditer(_SPELLED.sub("", text)):
        word = token.group()
        meaning = abbreviations.get(word.lower()) if abbreviations and word[0].isupper() else None
        if meaning is not None:
            yield from meaning
        else:
            yield form(word)

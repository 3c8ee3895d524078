"""What a phrase has from the phrases it begins and ends with.

The longest phrase wins a place in the text, so it must be able to do what its parts can: "ngày nghỉ" is the unit "ngày" too, "kể từ
ngày" ends with a word of the calendar, "thấp nhất bằng" is a bound, "có giá trị" asks what "giá trị" asks.
"""

from __future__ import annotations

from app.provisions.quantities.lexeme import Lexeme

_TIME_UNITS = frozenset(("minute", "hour", "day", "week", "month", "year", "quarter", "money", "percent"))
_FROM_TAIL = ("calendar", "legal", "bound", "every", "yearly", "label", "from_", "clock_before")


def inherit(lexemes: dict[str, Lexeme]) -> None:
    """Give every phrase the parts of the phrases in it, the shorter phrases first."""
    marked = {one.phrase.split(" ", 1)[0] for one in lexemes.values() if one.marks}  # first words of phrases that rules ask for
    for lexeme in sorted(lexemes.values(), key=lambda one: len(one.phrase)):
        cuts = _blanks(lexeme.phrase)
        if not cuts or lexeme.neutral:
            continue
        heads = [lexemes.get(lexeme.phrase[:at]) for at in reversed(cuts)]  # the longest first
        tails = [lexemes.get(lexeme.phrase[at + 1 :]) for at in cuts]
        _unit(lexeme, heads, tails)
        _rules(lexeme, heads, tails)
        _bound(lexeme, heads, tails)
        _tail(lexeme, tails)
        _marks(lexeme, marked, lexemes)


def _blanks(phrase: str) -> list[int]:
    return [at for at, char in enumerate(phrase) if char == " "]


def _unit(lexeme: Lexeme, heads: list[Lexeme | None], tails: list[Lexeme | None]) -> None:
    if not lexeme.unit:
        for head, rest in zip(heads, reversed(tails), strict=True):
            if head is not None and head.unit in _TIME_UNITS:
                lexeme.unit, lexeme.unit_size = head.unit, len(head.phrase)
                lexeme.working = head.unit == "day" and rest is not None and rest.working
                lexeme.rules_rest = rest.rules_after if rest is not None else ()
                break
    if lexeme.per is None:  # "cháu được"
        lexeme.per = next((h.per for h in heads if h is not None and h.per), None)


def _rules(lexeme: Lexeme, heads: list[Lexeme | None], tails: list[Lexeme | None]) -> None:
    """Behind its own, the rules of what it begins with; without any of its own, also of what it ends with."""
    if lexeme.bound is not None:
        return
    rules = list(lexeme.rules_before)
    for part in heads if rules else heads + tails:
        if part is not None and not part.neutral:
            rules += [r for r in part.rules_before if r not in rules]
    lexeme.rules_before = tuple(rules)


def _bound(lexeme: Lexeme, heads: list[Lexeme | None], tails: list[Lexeme | None]) -> None:
    if lexeme.bound is None:  # "thấp nhất bằng"
        for head, tail in zip(heads, reversed(tails), strict=True):
            if head is not None and head.bound and tail is not None and (tail.filler or tail.linked):
                lexeme.bound, lexeme.linked = head.bound, lexeme.linked or tail.linked


def _tail(lexeme: Lexeme, tails: list[Lexeme | None]) -> None:
    for tail in tails:
        if tail is None:
            continue
        for part in _FROM_TAIL:
            if not getattr(lexeme, part) and getattr(tail, part):
                setattr(lexeme, part, getattr(tail, part))
                if part == "bound":
                    lexeme.bound_size = len(tail.phrase)


def _marks(lexeme: Lexeme, marked: set[str], lexemes: dict[str, Lexeme]) -> None:
    parts = lexeme.phrase.split()
    size = len(parts)
    for a in range(size):
        if parts[a] not in marked:
            continue
        for b in range(a + 1, size + 1):
            known = lexemes.get(" ".join(parts[a:b])) if b - a < size else None
            if known is not None and known.marks:
                lexeme.marks |= {m for m in known.marks if b - a > 1 or not m.endswith(".unless")}


def split(lexemes: dict[str, Lexeme]) -> None:
    """Where a phrase's last words may begin a bound, add both together: "ca tối" must not hide the bound of "ca tối thiểu"."""
    heads: dict[str, list[Lexeme]] = {}
    for lexeme in lexemes.values():
        if lexeme.bound is not None or lexeme.bound_after is not None:
            for at in _blanks(lexeme.phrase):
                heads.setdefault(lexeme.phrase[:at], []).append(lexeme)
    for lexeme in list(lexemes.values()):
        for at in _blanks(lexeme.phrase):
            begin = lexeme.phrase[:at]
            for bound in heads.get(lexeme.phrase[at + 1 :], ()):
                both = f"{begin} {bound.phrase}"
                if both not in lexemes:
                    lexemes[both] = Lexeme(both, split=(lexemes.get(begin), bound))

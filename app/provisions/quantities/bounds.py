"""Bounds around a figure: "ít nhất", "không quá", "từ … trở lên", "trên", "dưới"."""

from __future__ import annotations

from app.provisions.quantities.draft import Draft
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantity import Bound

_FILLERS = 4
_NEGATION_REACH = 5  # words


def bind_bounds(t: Tokens, draft: Draft, floor: int, linked_reach: int) -> None:
    """Set the bound of a figure from the words beside it and widen its span over them; tokens before `floor` are taken."""
    bound, left = _before(t, draft.first, floor, linked_reach)
    after = t.lexemes[draft.next]
    if after.bound_after is not None and t.touch(draft.next - 1, draft.next):
        bound = after.bound_after
        draft.end, draft.next = t.ends[draft.next], draft.next + 1
    if left < draft.first:
        draft.left = left
        size = t.lexemes[left].bound_size
        draft.start = t.ends[left] - size if size else t.starts[left]
    if draft.bound != "range" and bound is not None:
        draft.bound = bound


def _before(t: Tokens, first: int, floor: int, linked_reach: int) -> tuple[Bound | None, int]:
    """The bound left of token `first` and the first token that belongs to it (`first` itself where none is adjacent)."""
    i, fillers, linked = first - 1, 0, False
    while i >= floor:
        lexeme = t.lexemes[i]
        if not t.touch(i, i + 1):
            break
        if lexeme.bound is not None and not (lexeme.bound == "more_than" and lexeme.to):
            return _read(t, i, floor)
        if not (lexeme.filler or lexeme.linked) or fillers == _FILLERS:
            break
        linked = linked or lexeme.linked
        fillers += 1
        i -= 1
    if linked:
        return _far(t, i, first, floor, linked_reach), first
    return None, first


def _read(t: Tokens, i: int, floor: int) -> tuple[Bound | None, int]:
    """The bound word at `i`, with an adjacent earlier one that outweighs it: "ít nhất từ 3 ngày", "không được chậm quá"."""
    lexeme = t.lexemes[i]
    if lexeme.negatable and not lexeme.phrase.startswith("không"):
        for k in range(i - 1, max(floor, i - 3) - 1, -1):
            if t.lexemes[k].sign or t.lexemes[k].negation_break:
                break
            if t.lexemes[k].negation and t.text.count(" ", t.ends[k], t.starts[i]) - 1 <= _NEGATION_REACH:
                return "at_most", i
    if lexeme.from_ or lexeme.to:  # "từ", "đến": weaker than a word of bound before it
        for k in range(i - 1, max(floor, i - 3) - 1, -1):
            earlier = t.lexemes[k]
            if not t.touch(k, k + 1):
                break
            if earlier.bound is not None:
                return earlier.bound, k
            if not earlier.filler:
                break
    return lexeme.bound, i


def _far(t: Tokens, i: int, first: int, floor: int, reach: int) -> Bound | None:
    """A bound word further off, tied to the figure by "là" or "bằng": "mức tối thiểu cho mỗi người là 500.000 đồng"."""
    while i >= floor:
        lexeme = t.lexemes[i]
        if lexeme.sign or lexeme.number is not None:
            return None
        if t.text.count(" ", t.ends[i], t.starts[first]) > reach + 2:
            return None
        if lexeme.bound is not None and not lexeme.from_ and not lexeme.to and not lexeme.rules_before:
            return lexeme.bound
        i -= 1
    return None

"""The role of a figure, judged from the words around it within its clause.

Reads tokens, a draft and the role rules its neighbouring words carry; the rule with the highest weight wins, then the nearest word.
"""

from __future__ import annotations

from app.provisions.quantities.draft import Draft
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.vocabulary import RoleRule
from app.provisions.quantity import Role

_CLAUSE_ENDS = frozenset((".", ";", "|"))
_LOOK = 40  # tokens to either side
_FIXED: dict[str, Role] = {
    "legal": "other", "people": "other", "date": "condition", "clock": "condition", "age": "condition", "distance": "condition",
}  # fmt: skip


class _View:
    """One side of a draft, walked once: tokens with their distance in words and whether a comma lies between."""

    __slots__ = ("marks", "near_marks", "steps")

    def __init__(self) -> None:
        self.steps: list[tuple[int, int, bool]] = []  # token, words between, over a comma (or another figure)
        self.marks: set[str] = set()
        self.near_marks: set[str] = set()


def decide(t: Tokens, draft: Draft, taken_from: int, taken_to: int) -> Role:
    """The role of `draft`. Tokens before `taken_from` or from `taken_to` on belong to its neighbouring figures."""
    fixed = _FIXED.get(draft.kind)
    if draft.role is not None:
        return draft.role
    if fixed is not None:
        return fixed
    if draft.changed:
        return "other"
    left = _left(t, draft, taken_from)
    best: tuple[int, int] | None = None
    role: Role | None = None
    for i, distance, far in left.steps:
        for rule in t.lexemes[i].rules_before:
            if best is not None and (rule.weight, -distance) <= best:
                continue
            if distance <= rule.reach and not (far and rule.until == "comma") and _fits(t, draft, rule, left, i):
                best, role = (rule.weight, -distance), rule.role
    for i, distance, _far in _right(t, draft, taken_to):
        for rule in t.lexemes[i].rules_after if i >= 0 else t.lexemes[-1 - i].rules_rest:
            if best is not None and (rule.weight, -distance) <= best:
                continue
            if distance <= rule.reach and _fits(t, draft, rule, left, None):
                best, role = (rule.weight, -distance), rule.role
    if role is not None:
        return role
    return "other" if draft.kind == "number" and not draft.per else "amount"


def _left(t: Tokens, draft: Draft, taken_from: int) -> _View:
    view = _View()
    lexemes, ends, text = t.lexemes, t.ends, t.text
    begin = t.starts[draft.first]
    far, skipped = False, 0
    i = draft.first - 1
    stop = max(-1, i - _LOOK)
    while i > stop:
        lexeme = lexemes[i]
        sign = lexeme.sign
        if sign:
            if sign in _CLAUSE_ENDS:
                break
            if sign == "," or sign == "(":
                far = True
            elif sign == ")":
                opening = _opening(t, i, stop)
                if opening > 0:
                    skipped += text.count(" ", t.starts[opening], ends[i]) + 1
                    i = opening - 1
                    continue
        elif lexeme.stop:
            far = True
        elif i < draft.left and contrasts(t, i):
            if lexeme.rules_before:
                view.steps.append((i, _words(text, ends[i], begin, skipped), far or i < taken_from))
            view.marks |= lexeme.marks
            if not far:
                view.near_marks |= lexeme.marks
            break
        if lexeme.rules_before:
            view.steps.append((i, _words(text, ends[i], begin, skipped), far or i < taken_from))
        if lexeme.marks:
            view.marks |= lexeme.marks
            if not far:
                view.near_marks |= lexeme.marks
        i -= 1
    return view


def contrasts(t: Tokens, i: int) -> bool:
    """Whether token `i` turns from the law to the agreement: "nay", "tại công ty", ", công ty"."""
    lexeme = t.lexemes[i]
    return lexeme.contrast or (lexeme.contrast_after_comma and (i == 0 or t.lexemes[i - 1].sign != ""))


def _words(text: str, start: int, end: int, skipped: int) -> int:
    """Words between two offsets: blanks but the ones at the rims."""
    blanks = text.count(" ", start, end) - skipped
    return blanks - 1 if blanks > 0 else 0


def _opening(t: Tokens, i: int, stop: int) -> int:
    for k in range(i - 1, stop, -1):
        sign = t.lexemes[k].sign
        if sign == "(":
            return k
        if sign in _CLAUSE_ENDS or sign == ")":
            return -1
    return -1


def _right(t: Tokens, draft: Draft, taken_to: int) -> list[tuple[int, int, bool]]:
    steps: list[tuple[int, int, bool]] = []
    end = draft.end
    for i in range(draft.first + 1, draft.next):
        if t.lexemes[i].rules_rest:
            steps.append((-1 - i, 0, False))
    # words of bound and period that ended the figure's span may themselves carry a rule ("từ 3 ngày trở lên")
    for i in range(draft.first + 1, draft.next):
        if t.lexemes[i].rules_after and t.lexemes[i].bound_after:
            steps.append((i, 0, False))
    for i in range(draft.next, min(t.size, draft.next + 8, taken_to)):
        sign = t.lexemes[i].sign
        if sign and sign in ".;|,()":
            break
        if t.lexemes[i].rules_after:
            steps.append((i, max(0, t.text.count(" ", end, t.starts[i]) - 1), False))
    return steps


def _fits(t: Tokens, draft: Draft, rule: RoleRule, left: _View, cue: int | None) -> bool:
    if rule.kinds and draft.kind not in rule.kinds:
        return False
    if rule.bounds and draft.bound not in rule.bounds:
        return False
    if draft.low >= rule.below or (rule.no_period and draft.per):
        return False
    marks = left.marks if rule.until == "clause" else left.near_marks
    if rule.unless and f"{rule.id}.unless" in marks:
        return False
    if rule.needs and f"{rule.id}.needs" not in marks:
        return False
    if rule.linked and not _linked(t, draft, f"{rule.id}.linked"):
        return False
    if rule.needs_between and (cue is None or not _something_between(t, cue, draft)):
        return False
    if rule.needs_bracket and (cue is None or not _in_bracket(t, cue)):
        return False
    if rule.followed_by and not _followed(t, draft, f"{rule.id}.followed_by", rule.followed_reach):
        return False
    return not rule.contrast or _contrasted(t, draft)


def _linked(t: Tokens, draft: Draft, mark: str) -> bool:
    i = draft.first - 1
    for _ in range(3):
        lexeme = t.at(i)
        if mark in lexeme.marks:
            return True
        if not (lexeme.filler or lexeme.bound):
            return False
        i -= 1
    return False


def _something_between(t: Tokens, cue: int, draft: Draft) -> bool:
    return any(t.lexemes[i].base or t.lexemes[i].wage for i in range(cue + 1, draft.first)) or (
        t.text.count(" ", t.ends[cue], t.starts[draft.first]) > 3
    )


def _in_bracket(t: Tokens, cue: int) -> bool:
    return any(t.at(i).sign == "(" and t.touch(i, i + 1) for i in (cue - 1, cue - 2))


def _followed(t: Tokens, draft: Draft, mark: str, reach: int) -> bool:
    for i in range(draft.next, min(t.size, draft.next + 12)):
        lexeme = t.lexemes[i]
        if lexeme.sign in (".", ";", "|"):
            return False
        if mark in lexeme.marks:
            return t.text.count(" ", draft.end, t.starts[i]) - 1 <= reach
    return False


def _contrasted(t: Tokens, draft: Draft) -> bool:
    """Whether a word of contrast and another figure follow in the sentence (a semicolon does not end it)."""
    seen = False
    for i in range(draft.next, min(t.size, draft.next + 60)):
        lexeme = t.lexemes[i]
        if lexeme.sign == "." or lexeme.sign == "|":
            return False
        if contrasts(t, i):
            seen = True
        elif seen and (lexeme.number is not None or (lexeme.digit and not lexeme.unit)):
            return True
    return False

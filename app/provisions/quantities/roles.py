"""The role of a figure, judged from the words around it within its clause.

Reads tokens, a draft and the role rules its neighbouring words carry; the rule with the highest weight wins, then the nearest word.
"""

from __future__ import annotations

from app.provisions.quantities.draft import Draft
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.vocabulary import RoleRule
from app.provisions.quantity import Role

_CLAUSE_ENDS = frozenset((".", ";", "|"))
_UNDER = (15, 0)  # weight of "từ 5 đến dưới 10 năm" as a condition
_LOOK = 40  # tokens to either side
_FIXED: dict[str, Role] = {
    "legal": "other", "people": "other", "date": "condition", "clock": "condition", "age": "condition", "distance": "condition",
}  # fmt: skip


class _View:
    """The clause left of a draft: tokens that carry rules, nearest first, and every token seen for the words rules ask for."""

    __slots__ = ("near", "seen", "steps")

    def __init__(self) -> None:
        self.steps: list[tuple[int, int, bool]] = []  # token, words between, over a comma (or another figure)
        self.seen: list[int] = []
        self.near = -1  # how many of `seen` no comma parts from the draft; -1 = all

    def has(self, t: Tokens, mark: str, near: bool) -> bool:
        """Whether a token of the clause carries `mark`; `near`: none beyond a comma."""
        seen = self.seen[: self.near] if near and self.near >= 0 else self.seen
        return any(mark in t.lexemes[i].marks for i in seen)


def decide(t: Tokens, draft: Draft, taken_from: int, taken_to: int) -> Role:
    """The role of `draft`. Tokens before `taken_from` or from `taken_to` on belong to its neighbouring figures."""
    fixed = _FIXED.get(draft.kind)
    if draft.role is not None:
        return draft.role
    if fixed is not None:
        return fixed
    if draft.changed or (draft.kind == "number" and not draft.per):
        return "other"
    left = _left(t, draft, taken_from)
    best: tuple[int, int] | None = None
    role: Role | None = None
    if draft.under and draft.kind not in ("money", "month_wage", "day_wage"):
        best, role = _UNDER, "condition"
    for i, distance, far in left.steps:
        for rule in t.lexemes[i].rules_before:
            if best is not None and (rule.weight, -distance) <= best:
                continue
            if distance <= rule.reach and not (far and rule.until == "comma") and _fits(t, draft, rule, left, i):
                best, role = (rule.weight, -distance), rule.role
    for rules, distance in _right(t, draft, taken_to):
        for rule in rules:
            if best is not None and (rule.weight, -distance) <= best:
                continue
            if distance <= rule.reach and _fits(t, draft, rule, left, None):
                best, role = (rule.weight, -distance), rule.role
    if role is not None:
        return role
    return "amount"


def _left(t: Tokens, draft: Draft, taken_from: int) -> _View:
    view = _View()
    steps, seen = view.steps, view.seen
    lexemes, ends, text = t.lexemes, t.ends, t.text
    begin = t.starts[draft.first]
    edge = draft.left if 0 <= draft.left < draft.first else draft.first
    # words of bound do not count: "trước ít nhất 15 ngày"
    bound_words = text.count(" ", t.starts[edge], begin) if edge < draft.first else 0
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
        if far and view.near < 0:
            view.near = len(seen)
        if lexeme.rules_before:
            gap = text.count(" ", ends[i], begin) - skipped - (bound_words if i < edge else 0)
            steps.append((i, gap - 1 if gap > 0 else 0, far or i < taken_from))
        if lexeme.marks:
            seen.append(i)
        if (lexeme.contrast or lexeme.contrast_after_comma) and i < draft.left and contrasts(t, i):
            break
        i -= 1
    return view


def contrasts(t: Tokens, i: int) -> bool:
    """Whether token `i` turns from the law to the agreement: "nay", "tại công ty", ", công ty"."""
    lexeme = t.lexemes[i]
    return lexeme.contrast or (lexeme.contrast_after_comma and (i == 0 or t.lexemes[i - 1].sign != ""))


def _opening(t: Tokens, i: int, stop: int) -> int:
    for k in range(i - 1, stop, -1):
        sign = t.lexemes[k].sign
        if sign == "(":
            return k
        if sign in _CLAUSE_ENDS or sign == ")":
            return -1
    return -1


def _right(t: Tokens, draft: Draft, taken_to: int) -> list[tuple[tuple[RoleRule, ...], int]]:
    """Rules of the words behind a draft with their distance. Words that ended its span may carry some: "3 ngày trở lên"."""
    steps: list[tuple[tuple[RoleRule, ...], int]] = []
    lexemes = t.lexemes
    for lexeme in lexemes[draft.first + 1 : draft.next]:
        if lexeme.rules_rest:
            steps.append((lexeme.rules_rest, 0))
        if lexeme.bound_after is not None and lexeme.rules_after:
            steps.append((lexeme.rules_after, 0))
    for i in range(draft.next, min(t.size, draft.next + 8, taken_to)):
        lexeme = lexemes[i]
        if lexeme.sign and lexeme.sign in ".;|,()":
            break
        if lexeme.rules_after:
            steps.append((lexeme.rules_after, max(0, t.text.count(" ", draft.end, t.starts[i]) - 1)))
    return steps


def _fits(t: Tokens, draft: Draft, rule: RoleRule, left: _View, cue: int | None) -> bool:
    if rule.kinds and draft.kind not in rule.kinds:
        return False
    if rule.bounds and draft.bound not in rule.bounds:
        return False
    if draft.low >= rule.below or (rule.no_period and draft.per):
        return False
    near = rule.until == "comma"
    if rule.unless and left.has(t, f"{rule.id}.unless", near):
        return False
    if rule.needs and not left.has(t, f"{rule.id}.needs", near):
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
        lexeme = t.lexemes[i]
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
    return any(t.lexemes[i].sign == "(" and t.touch(i, i + 1) for i in (cue - 1, cue - 2))


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

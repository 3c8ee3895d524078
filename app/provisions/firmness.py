"""How firm a promise is: could a worker claim it, or do the words leave it open?

Reads the wish words of `grading_rules/patterns/common.yaml` in a statement and in the introduction of its list; writes `Firmness`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.provisions.promise import Firmness
from app.provisions.quantity import Quantity
from app.provisions.scene import Scene
from app.provisions.statements import Statement
from app.provisions.vocabulary import Hit

_BREAK = re.compile(r"[,;:.(–-]|\b(?:và|đồng thời|ngoài ra|riêng|nhưng|song)\b", re.I)  # what stands behind it is another thought
_WEAK = frozenset(("wish_mild", "wish_decided"))  # wishes that leave an exact figure firm
_LIMITS = 6  # a condition behind the figure that closes its sentence within so many words limits the figure


def firmness(
    scene: Scene, statement: Statement, anchors: Sequence[tuple[int, int]], bound: Sequence[Quantity], has_amount: bool
) -> Firmness:
    """Firm, vague, or vague with a guaranteed minimum.

    `anchors` are the character spans that name the promise, `bound` its own figures; `has_amount`: it has one, be it by words alone.
    """
    named = min((a[0] for a in [a for a in anchors if a[1] > a[0]] or anchors), default=statement.start)
    minimum = any(q.bound in ("at_least", "more_than") or (q.bound == "range" and q.low > 0) for q in bound)
    intro = _wishes(scene, scene.statements[statement.intro]) if statement.intro is not None else {}
    own = _wishes(scene, statement)
    if not has_amount and ("wish_mild" in intro or any(not _aside(scene, statement, hit, named) for hit in own.get("wish_mild", ()))):
        return "vague"
    if "wish_effort" in intro:
        return "vague"
    if "wish_decided" in own and bound and all(q.bound in ("at_most", "less_than") for q in bound):
        return "vague"  # "tối đa 01 tháng lương, do Hội đồng xét" assures nothing
    strong = [(kind, hit) for kind, hits in own.items() if kind not in _WEAK for hit in hits]
    rules = [(kind, hit) for kind, hit in strong if _rules(scene, statement, kind, hit, named, bound)]
    if not rules and not (intro.keys() - _WEAK):
        return "firm"
    if any(kind == "wish_effort" and not _cut_off(scene, statement, hit, bound) for kind, hit in rules):
        return "vague"
    return "firm_minimum" if minimum else "vague"


def left_open_by(scene: Scene, following: Statement) -> bool:
    """Whether a sentence leaves open what the one before it promised: "Mức và điều kiện do Giám đốc công bố từng quý"."""
    hits = scene.hits[following.index]
    return any(hit[0] == 0 for hit in hits.get("what_is_open", ())) and bool(_wishes(scene, following))


def _wishes(scene: Scene, statement: Statement) -> dict[str, list[Hit]]:
    """The wish words of a statement by class, without those that other words cancel; the longer reading of the same words counts."""
    hits = scene.hits[statement.index]
    if "wish" not in hits and "wish_decided" not in hits:
        return {}
    cancelled = hits.get("no_wish", ())
    found = [
        (kind, hit)
        for kind in ("wish_open", "wish_effort", "wish_condition", "wish_decided", "wish_mild")
        for hit in hits.get(kind, ())
        if not any(_touch(hit, c) and not _inside(c, hit) for c in cancelled)
    ]
    shorter: set[Hit] = set()
    reached = 0
    for hit in sorted({hit for kind, hit in found if kind != "wish_decided"}, key=lambda h: (h[0], -h[1])):
        if hit[1] <= reached:
            shorter.add(hit)  # it stands inside one that begins before it or ends behind it
        reached = max(reached, hit[1])
    out: dict[str, list[Hit]] = {}
    for kind, hit in found:
        if hit not in shorter or kind == "wish_decided":
            out.setdefault(kind, []).append(hit)
    return out


def _aside(scene: Scene, statement: Statement, hit: Hit, named: int) -> bool:
    """Whether a mild word only follows a promise already made: "tổ chức hội thi thợ giỏi, tạo điều kiện cho người dự thi"."""
    start, _ = scene.span(statement, hit)
    cut = _BREAK.search(scene.agreement.text, named, start)
    acts = [scene.span(statement, act) for act in scene.hits[statement.index].get("firm_act", ())]
    return cut is not None and any(act[1] <= cut.start() for act in acts)


def _rules(scene: Scene, statement: Statement, kind: str, hit: Hit, named: int, bound: Sequence[Quantity]) -> bool:
    """Whether a wish word rules the promise: not where name and figure are said before and the wish begins another thought."""
    start, _ = scene.span(statement, hit)
    before = [q.end for q in bound if named < start and q.end <= start]
    if not before or not _BREAK.search(scene.agreement.text, before[-1], start):
        return True
    words = scene.words[statement.index]
    follows = not hit[0] or words.starts[hit[0] - 1] < before[-1]
    return kind == "wish_condition" and follows and len(words) - hit[1] <= _LIMITS


def _cut_off(scene: Scene, statement: Statement, hit: Hit, bound: Sequence[Quantity]) -> bool:
    """Whether the guaranteed minimum stands apart from the striving: "cố gắng …, nhưng không dưới 01 tháng lương"."""
    _, end = scene.span(statement, hit)
    return any(q.start >= end and _BREAK.search(scene.agreement.text, end, q.start) for q in bound)


def _touch(a: Hit, b: Hit) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _inside(a: Hit, b: Hit) -> bool:
    """Whether `a` is a part of the longer `b`."""
    return b[0] <= a[0] and a[1] <= b[1] and a != b

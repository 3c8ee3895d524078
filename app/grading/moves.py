"""Why an agreement's letter moved when it was scored again: gates, thresholds, points by item, verdicts.

Reads the scored parts of two assessments (and the findings of their records where promises were judged again) and the two profiles;
writes Vietnamese sentences, the weightiest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.grading.profile import Profile
from app.grading.wording import amount, number, place

Json = Mapping[str, Any]
MOST = 5  # items and verdicts named one by one
VERDICTS = {"better": "có lợi hơn luật", "equal": "bằng luật", "below": "thấp hơn luật", "vague": "nói chung chung"}


def reasons(
    old: Json,
    new: Json,
    profiles: tuple[Profile, Profile],
    findings: tuple[Sequence[Json], Sequence[Json]] = ((), ()),
) -> list[str]:
    """What changed from `old` to `new` that bears on the letter; empty where nothing did."""
    return [*_gates(old, new), *_points(old, new), *_letters(*profiles), *_verdicts(*findings), *_items(old, new)]


def _gates(old: Json, new: Json) -> Iterator[str]:
    before = {gate["code"]: gate for gate in old["not_graded_because"]}
    after = {gate["code"]: gate for gate in new["not_graded_because"]}
    for code, gate in after.items():
        if code not in before:
            yield f"Thêm lý do không xếp loại: {gate['message']}"
    for code, gate in before.items():
        if code not in after:
            yield f"Không còn lý do không xếp loại: {gate['message']}"


def _points(old: Json, new: Json) -> Iterator[str]:
    before, after = _content(old), _content(new)
    if (before["points"], before["max_points"]) != (after["points"], after["max_points"]):
        out_of = "" if before["max_points"] == after["max_points"] else f" / {number(before['max_points'])}"
        yield f"Điểm nội dung {number(before['points'])}{out_of} → {number(after['points'])} / {number(after['max_points'])}"


def _letters(old: Profile, new: Profile) -> Iterator[str]:
    before = {one.grade: one.at_least for one in old.letters}
    for one in new.letters:
        if before.get(one.grade, one.at_least) != one.at_least:
            yield f"Ngưỡng loại {one.grade}: {number(before[one.grade])} → {number(one.at_least)} điểm"


def _items(old: Json, new: Json) -> Iterator[str]:
    before = {item["id"]: item for item in _content(old)["items"]}
    after = {item["id"]: item for item in _content(new)["items"]}
    changes: list[tuple[float, str]] = []
    for id in {**before, **after}:
        was, now = before.get(id), after.get(id)
        if was and now and was["points"] != now["points"]:
            changes.append((now["points"] - was["points"], f"{now['label']}: {number(was['points'])} → {number(now['points'])} điểm"))
        elif now and not was and now["points"]:
            changes.append((now["points"], f"{now['label']}: mục mới, {number(now['points'])} điểm"))
        elif was and not now and was["points"]:
            changes.append((-was["points"], f"{was['label']}: không còn chấm, trước {number(was['points'])} điểm"))
    changes.sort(key=lambda one: (-abs(one[0]), one[1]))
    yield from (words for _, words in changes[:MOST])
    if len(changes) > MOST:
        rest = changes[MOST:]
        yield f"{len(rest)} mục khác, cộng lại {'+' if sum(c for c, _ in rest) >= 0 else '−'}{number(abs(sum(c for c, _ in rest)))} điểm"


def _verdicts(old: Sequence[Json], new: Sequence[Json]) -> Iterator[str]:
    before = {(one["path"], one["span"][0], one["provision"] or one["unlawful"]): one for one in old}
    found = []
    for one in new:
        was = before.get((one["path"], one["span"][0], one["provision"] or one["unlawful"]))
        if was is not None and was["verdict"] != one["verdict"]:
            base = one["baseline"] or {}
            law = amount(base.get("amount"), base.get("unit"))
            told = f" (luật: {law})" if law else ""
            found.append(f"{place(one['path'])}, {one['label']}: {VERDICTS[was['verdict']]} → {VERDICTS[one['verdict']]}{told}")
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"{len(found) - MOST} kết luận khác đổi theo luật"


def _content(got: Json) -> Json:
    group: Json = next(group for group in got["score"]["groups"] if group["id"] == "content")
    return group

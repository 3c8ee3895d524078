"""Points: what each item of a profile earns from the findings and the dossier, and what they add up to.

Reads a `Profile`, the findings (`Found`) and the dossier's entries; writes `Score`. Points are earned, never taken away; they depend
on the best firm promise of each provision and on nothing else: not on length, order or repetition. Nothing is rounded: every
figure is a multiple of the profile's step, and every sum is the sum of what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.grading.found import Found
from app.grading.profile import Band, Earn, Group, Item, Profile, Topic
from app.grading.wording import amount, number, points

Evidence = Literal["declared", "attached", "verified"]


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """What a reviewer entered for one dossier item: its points and the document behind them."""

    points: float
    document: str = ""
    state: Evidence = "declared"


class DossierError(ValueError):
    """A dossier entry that the profile does not allow: stable `code`, Vietnamese message."""

    code = "bad_dossier"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """`earned` by the best promise (or entered), `points` of it that count once the topic's maximum is reached.

    `findings` are indexes, the one that earned first. `points` is None for a dossier item that has no entry yet.
    """

    item: Item
    earned: float | None
    points: float | None
    max_points: float
    findings: tuple[int, ...]
    band: Band | None
    why: str
    entry: DossierEntry | None = None


@dataclass(frozen=True, slots=True)
class TopicScore:
    topic: Topic
    earned: float
    points: float


@dataclass(frozen=True, slots=True)
class GroupScore:
    group: Group
    points: float | None
    items: tuple[ItemScore, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """`total` is None until every group has its points."""

    groups: tuple[GroupScore, ...]
    topics: tuple[TopicScore, ...]
    total: float | None

    @property
    def content(self) -> float:
        return next(group.points or 0.0 for group in self.groups if group.group.id == "content")

    def finding_points(self) -> dict[int, float]:
        """Points by the index of the finding that earned them."""
        return {
            one.findings[0]: one.points for group in self.groups for one in group.items if one.points and one.item.earn and one.findings
        }


def score(profile: Profile, findings: Sequence[Found], dossier: Mapping[str, DossierEntry] | None = None) -> Score:
    """Score findings and dossier by a profile. Raises DossierError for an entry the profile does not know or allow."""
    entries = dict(dossier or {})
    _check(profile, entries)
    by_provision: dict[str, list[int]] = {}
    said: dict[str, list[Found]] = {}
    for index, found in enumerate(findings):
        if found.counts and found.provision:
            by_provision.setdefault(found.provision, []).append(index)
        if found.provision and not found.superseded:
            said.setdefault(found.provision, []).append(found)
    topic_items: dict[str, list[tuple[Item, Earn]]] = {}
    for item in profile.items:
        if item.earn:
            topic_items.setdefault(item.topic, []).append((item, item.earn))
    content: dict[str, ItemScore] = {}
    topics = []
    for topic in profile.topics:
        counted = _within(
            topic,
            [
                _item(item, earn, findings, by_provision.get(earn.provision, []), said.get(earn.provision, []), topic)
                for item, earn in topic_items.get(topic.id, [])
            ],
        )
        content.update({one.item.id: one for one in counted})
        earned = sum(one.earned or 0.0 for one in counted)
        topics.append(TopicScore(topic, earned, sum(one.points or 0.0 for one in counted)))
    groups = []
    for group in profile.groups:
        if group.id == "content":
            items = tuple(content[item.id] for item in profile.items_of("content"))
        else:
            items = tuple(_entered(item, entries.get(item.id)) for item in profile.items_of(group.id))
        given = [one.points for one in items]
        whole = None if any(one is None for one in given) else sum(one or 0.0 for one in given)
        groups.append(GroupScore(group, whole, items))
    parts = [group.points for group in groups]
    total = None if any(part is None for part in parts) else sum(part or 0.0 for part in parts)
    return Score(tuple(groups), tuple(topics), total)


def earned_by(earn: Earn, found: Found) -> tuple[float, Band | None]:
    """Points that one firm better promise earns and the band it reached (None: the points of a bare firm promise)."""
    best, reached = earn.firm, None
    for band in earn.bands:
        if band.points > best and _reaches(band, earn, found):
            best, reached = band.points, band
    return best, reached


def band_words(band: Band) -> str:
    """A band as people read it: "từ 25.000 đồng/bữa", "cao hơn luật từ 2 ngày"."""
    if band.measure == "margin_percent":
        return f"cao hơn mức luật định từ {number(band.figure)}%"
    figure = amount(band.figure, band.unit)
    return {"at_least": "từ", "at_most": "không quá", "over": "cao hơn mức luật định từ"}[band.measure] + f" {figure}"


def _reaches(band: Band, earn: Earn, found: Found) -> bool:
    if found.amount is None:
        return False
    if band.measure == "margin_percent":
        if found.baseline is None or found.baseline <= 0 or found.unit != found.baseline_unit:
            return False
        return (found.amount - found.baseline) * 100 >= band.figure * found.baseline
    value = _in_unit(found.amount, found.unit, band.unit, earn)
    if value is None:
        return False
    if band.measure == "over":
        floor = _in_unit(found.baseline, found.baseline_unit, band.unit, earn)
        return floor is not None and value - floor >= band.figure
    return value >= band.figure if band.measure == "at_least" else value <= band.figure


def _in_unit(value: float | None, unit: str | None, wanted: str, earn: Earn) -> float | None:
    if value is None or unit == wanted:
        return value
    for conversion in earn.convert:
        if conversion.unit == unit and conversion.to == wanted:
            return value / conversion.divide
    return None


def _item(item: Item, earn: Earn, findings: Sequence[Found], indexes: list[int], said: Sequence[Found], topic: Topic) -> ItemScore:
    most = min(item.max, topic.max)
    if not indexes:
        return ItemScore(item, 0.0, 0.0, most, (), None, _absent(said))
    earned = {index: earned_by(earn, findings[index]) for index in indexes}
    order = sorted(indexes, key=lambda index: (-earned[index][0], index))
    best, band = earned[order[0]]
    found = findings[order[0]]
    figure = f" ({found.figure})" if found.figure else ""
    reason = f"đạt mức {band_words(band)}" if band else "cam kết chắc chắn, có lợi hơn luật"
    if not best:
        reason = "có lợi hơn luật nhưng chưa đạt mức tính điểm thấp nhất"
    return ItemScore(item, best, best, most, tuple(order), band, f"{found.where}{figure}: {reason}, được {points(best)}")


def _absent(said: Sequence[Found]) -> str:
    """Why an item has no points: the nearest thing that the agreement says about it."""
    for verdict, words in (
        ("below", "trái luật hoặc thấp hơn luật nên không có điểm"),
        ("vague", "nói chung chung, chưa cam kết chắc chắn nên không có điểm"),
        ("equal", "chỉ nhắc lại luật nên không có điểm"),
    ):
        for found in said:
            if found.verdict == verdict:
                return f"{found.where}: {words}"
    return "thỏa ước chưa có nội dung này" if not said else "không còn hiệu lực trong thỏa ước"


def _within(topic: Topic, items: list[ItemScore]) -> list[ItemScore]:
    """Count items, the richest first, until the topic's maximum is reached; what is over it is shown and does not count."""
    left = topic.max
    counted = []
    for one in sorted(items, key=lambda one: (-(one.earned or 0.0), one.item.id)):
        earned = one.earned or 0.0
        part = min(earned, left)
        left -= part
        why = one.why
        if part < earned:
            why += f"; tính {points(part)} vì chủ đề «{topic.label}» tối đa {points(topic.max)}"
        counted.append(ItemScore(one.item, earned, part, one.max_points, one.findings, one.band, why))
    return counted


def _entered(item: Item, entry: DossierEntry | None) -> ItemScore:
    if entry is None:
        return ItemScore(item, None, None, item.max, (), None, f"chờ hồ sơ: {item.evidence}")
    states = {"declared": "đơn vị tự khai", "attached": "đã kèm tài liệu", "verified": "đã đối chiếu tài liệu"}
    why = f"{entry.document or item.evidence} ({states[entry.state]}): {points(entry.points)}"
    return ItemScore(item, entry.points, entry.points, item.max, (), None, why, entry)


def _check(profile: Profile, entries: Mapping[str, DossierEntry]) -> None:
    known = {item.id: item for item in profile.items if item.earn is None}
    for id, entry in sorted(entries.items()):
        if id not in known:
            raise DossierError(f"khung điểm {profile.reference} không có mục hồ sơ «{id}»; được dùng: {', '.join(known)}")
        if not 0 <= entry.points <= known[id].max or entry.points % profile.step:
            limit = f"từ 0 đến {number(known[id].max)}, bước {number(profile.step)}"
            raise DossierError(f"điểm mục «{known[id].label}» phải {limit}, không phải {number(entry.points)}")

"""The rubric profiles of `grading_rules/rubrics`, read strictly.

Reads YAML or already parsed data (of a spreadsheet); writes `Profile`. Everything that would make a score
wrong is refused before anything is scored: unknown keys, sums, steps, unknown provisions, bands that overlap, letters out of order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from app.grading.catalogue import RULES, Catalogue, load_catalogue
from app.grading.profile import (
    FULL_SCORE,
    GRADES,
    GROUPS,
    MEASURES,
    Band,
    Conversion,
    Earn,
    GateRules,
    Grade,
    Group,
    GroupId,
    Item,
    Letter,
    Measure,
    Profile,
    SignatoryRule,
    Status,
    Topic,
)
from app.grading.strict import Place, Problem, Reader, RuleFileError, read_yaml, show

DEFAULT_RUBRIC = "hd90-2023"
_HEAD = ("id", "version", "status", "federation", "basis", "author", "dated", "in_force", "step")
_BODY = ("letters", "groups", "topics", "gates", "items")
_ITEM = ("id", "group", "max")
_BAND_FORM = "mỗi dải cần đúng một trong at_least, at_most, over, margin_percent"


class UnknownRubric(RuleFileError):
    """No profile of that name: says which there are."""

    code = "rubric_not_found"


def load_rubric(path: Path, catalogue: Catalogue | None = None) -> Profile:
    """Read one profile file; raises RuleFileError with every problem found."""
    return parse_rubric(read_yaml(path), path.name, catalogue or load_catalogue())


def parse_rubric(data: Any, name: str, catalogue: Catalogue) -> Profile:
    """Build a profile from parsed data; `name` is the file in messages. Raises RuleFileError with every problem."""
    reader = Reader()
    profile = _profile(reader, data, catalogue)
    if not reader.problems:
        _check_sums(reader, profile)
    if reader.problems:
        raise RuleFileError(name, reader.problems)
    return profile


def check_rubrics(folder: Path = RULES) -> list[str]:
    """Every problem of every profile of a rules folder, one Vietnamese line each; empty when all is well."""
    try:
        _load_all(folder)
    except RuleFileError as error:
        return str(error).splitlines()
    return []


def find_rubric(reference: str | None = None, folder: Path = RULES) -> Profile:
    """The profile "id" (its newest version) or "id@version"; the default one where nothing is asked for.

    Raises UnknownRubric naming the profiles there are.
    """
    id, _, version = (reference or DEFAULT_RUBRIC).partition("@")
    profiles = all_rubrics(folder)
    found = [p for p in profiles if p.id == id and (not version or str(p.version) == version)]
    if not found:
        known = ", ".join(profile.reference for profile in profiles)
        raise UnknownRubric("rubrics", [Problem((), f"không có khung điểm «{reference}»; hiện có: {known}")])
    return max(found, key=lambda profile: profile.version)


def all_rubrics(folder: Path = RULES) -> tuple[Profile, ...]:
    """Every profile of a rules folder, by id and version. Raises RuleFileError."""
    return _cached(folder.resolve())


@lru_cache(maxsize=4)
def _cached(folder: Path) -> tuple[Profile, ...]:
    return _load_all(folder)


def _load_all(folder: Path) -> tuple[Profile, ...]:
    catalogue = load_catalogue(folder)
    profiles: list[Profile] = []
    owner: dict[str, str] = {}
    for path in sorted((folder / "rubrics").glob("*.yaml")):
        profile = load_rubric(path, catalogue)
        if profile.reference in owner:
            message = f"{profile.reference} đã có trong {owner[profile.reference]}; bản mới cần số version mới"
            raise RuleFileError(path.name, [Problem(("version",), message)])
        owner[profile.reference] = path.name
        profiles.append(profile)
    return tuple(sorted(profiles, key=lambda p: (p.id, p.version)))


def _profile(reader: Reader, data: Any, catalogue: Catalogue) -> Profile:
    top = reader.mapping(data, (), (*_HEAD, *_BODY), ("note",))
    in_force = reader.mapping(top.get("in_force", {}), ("in_force",), ("from",), ("to",)) if "in_force" in top else {}
    step = reader.number(top, "step", (), 0.5)
    if step not in (0.5, 1.0):
        reader.fail(("step",), f"bước điểm phải là 0.5 hoặc 1, không phải {show(step)}")
        step = 0.5
    groups = tuple(_group(reader, one, ("groups", n)) for n, one in enumerate(reader.listing(top.get("groups", []), ("groups",))))
    topics = tuple(
        _topic(reader, one, ("topics", n), catalogue) for n, one in enumerate(reader.listing(top.get("topics", []), ("topics",)))
    )
    _unique(reader, "groups", [group.id for group in groups])
    _unique(reader, "topics", [topic.id for topic in topics])
    if "groups" in top and {group.id for group in groups} != set(GROUPS):
        reader.fail(("groups",), f"phải có đúng bốn nhóm {', '.join(GROUPS)}")
    known = set() if reader.problems else {topic.id for topic in topics}
    items = tuple(
        _item(reader, one, ("items", n), catalogue, known, step) for n, one in enumerate(reader.listing(top.get("items", []), ("items",)))
    )
    _unique(reader, "items", [item.id for item in items])
    _once(reader, items)
    return Profile(
        id=reader.ident(top, "id", ()),
        version=reader.whole(top, "version", ()),
        status=cast(Status, reader.choice(top, "status", (), ("provisional", "confirmed"))),
        federation=reader.text(top, "federation", ()),
        basis=reader.text(top, "basis", ()),
        author=reader.text(top, "author", ()),
        dated=reader.day(top, "dated", ()) or date.min,
        note=reader.text(top, "note", ()),
        in_force_from=reader.day(in_force, "from", ("in_force",)) or date.min,
        in_force_to=reader.day(in_force, "to", ("in_force",)),
        step=step,
        letters=_letters(reader, top.get("letters", [])),
        groups=groups,
        topics=topics,
        gates=_gates(reader, top.get("gates", {})),
        items=items,
    )


def _letters(reader: Reader, data: Any) -> tuple[Letter, ...]:
    letters = []
    for n, one in enumerate(reader.listing(data, ("letters",))):
        place: Place = ("letters", n)
        row = reader.mapping(one, place, ("grade", "at_least"))
        letters.append(Letter(cast(Grade, reader.choice(row, "grade", place, GRADES)), reader.number(row, "at_least", place)))
    if letters:
        grades = [letter.grade for letter in letters]
        if grades != list(GRADES):
            reader.fail(("letters",), f"phải có đúng các hạng A, B, C theo thứ tự đó, không phải {', '.join(grades)}")
        for n, (above, below) in enumerate(pairwise(letters), 1):
            if below.at_least >= above.at_least:
                high, low = (f"{letter.grade} ({show(letter.at_least)})" for letter in (above, below))
                reader.fail(("letters", n, "at_least"), f"ngưỡng hạng {low} phải thấp hơn hạng {high}")
        for n, letter in enumerate(letters):
            if not 0 < letter.at_least <= FULL_SCORE:
                reader.fail(("letters", n, "at_least"), f"phải trong khoảng 0–100, không phải {show(letter.at_least)}")
    return tuple(letters)


def _group(reader: Reader, data: Any, place: Place) -> Group:
    row = reader.mapping(data, place, ("id", "label", "max"))
    id = cast(GroupId, reader.choice(row, "id", place, GROUPS))
    return Group(id, reader.text(row, "label", place), reader.number(row, "max", place))


def _topic(reader: Reader, data: Any, place: Place, catalogue: Catalogue) -> Topic:
    row = reader.mapping(data, place, ("id", "max"), ("label",))
    id = reader.choice(row, "id", place, catalogue.topics)
    return Topic(id, reader.text(row, "label", place, catalogue.topics[id]), reader.number(row, "max", place))


def _gates(reader: Reader, data: Any) -> GateRules:
    names = ("workers_signatory", "employer_signatory", "incomplete_text")
    row = reader.mapping(data, ("gates",), names)
    rules = []
    for name in names[:2]:
        place: Place = ("gates", name)
        one = reader.mapping(row.get(name, {}), place, ("doubtful", "cleared_by")) if name in row else {}
        rules.append(SignatoryRule(reader.texts(one, "doubtful", place), reader.texts(one, "cleared_by", place)))
    place = ("gates", names[2])
    one = reader.mapping(row.get(names[2], {}), place, ("articles_at_least", "lost_text")) if names[2] in row else {}
    return GateRules(rules[0], rules[1], reader.whole(one, "articles_at_least", place), reader.texts(one, "lost_text", place))


def _item(reader: Reader, data: Any, place: Place, catalogue: Catalogue, topics: set[str], step: float) -> Item:
    group = data.get("group") if isinstance(data, Mapping) else None
    if group == "content":
        row = reader.mapping(data, place, (*_ITEM, "topic", "earn"), ("label",))
        earn = _earn(reader, row.get("earn", {}), (*place, "earn"), catalogue, step) if "earn" in row else None
        own = catalogue.topic(earn.provision) if earn else None
        topic = reader.choice(row, "topic", place, sorted(topics)) if topics else own or ""
        label = reader.text(row, "label", place, catalogue.label(earn.provision) if earn else "")
        if earn and own and topic and topic != own:
            reader.fail((*place, "topic"), f"nội dung «{earn.provision}» thuộc chủ đề {own}, không phải {topic}")
    else:
        row = reader.mapping(data, place, (*_ITEM, "label", "evidence"))
        earn, topic, label = None, "", reader.text(row, "label", place)
        reader.choice(row, "group", place, GROUPS)
    most = reader.number(row, "max", place)
    _points(reader, most, (*place, "max"), step)
    if earn and earn.most and "max" in row and most != earn.most:
        reader.fail((*place, "max"), f"điểm tối đa là {show(most)} nhưng mức cao nhất của earn là {show(earn.most)}")
    return Item(
        id=reader.ident(row, "id", place),
        group=cast(GroupId, group if group in GROUPS else "content"),
        label=label,
        max=most,
        topic=topic,
        earn=earn,
        evidence=reader.text(row, "evidence", place),
    )


def _earn(reader: Reader, data: Any, place: Place, catalogue: Catalogue, step: float) -> Earn:
    row = reader.mapping(data, place, ("provision",), ("firm", "bands", "convert"))
    id = row.get("provision")
    known = catalogue.provisions.get(str(id))
    if "provision" in row and known is None:
        reader.fail((*place, "provision"), f"không có nội dung «{show(id)}» trong provisions.yaml")
    conversions = []
    for n, one in enumerate(reader.listing(row.get("convert", []), (*place, "convert"))):
        at: Place = (*place, "convert", n)
        change = reader.mapping(one, at, ("unit", "to", "divide"))
        conversion = Conversion(str(change.get("unit")), str(change.get("to")), reader.number(change, "divide", at, 1.0))
        if known and "unit" in change and conversion.unit not in known.units:
            reader.fail((*at, "unit"), _no_unit(conversion.unit, known.units))
        if known and "to" in change and conversion.to not in known.units:
            reader.fail((*at, "to"), _no_unit(conversion.to, known.units))
        if conversion.divide <= 0:
            reader.fail((*at, "divide"), "số chia phải lớn hơn 0")
        conversions.append(conversion)
    firm = reader.number(row, "firm", place)
    if "firm" in row:
        _points(reader, firm, (*place, "firm"), step)
    bands = tuple(
        band
        for n, one in enumerate(reader.listing(row.get("bands", []), (*place, "bands")))
        if (band := _band(reader, one, (*place, "bands", n), known.units if known else (), step))
    )
    if data and "firm" not in row and not bands:
        reader.fail(place, "cần firm hoặc bands, nếu không mục này không bao giờ có điểm")
    _bands_rise(reader, bands, firm, place)
    return Earn(str(id), firm, bands, tuple(conversions))


def _band(reader: Reader, data: Any, place: Place, units: tuple[str, ...], step: float) -> Band | None:
    row = reader.mapping(data, place, ("points",), (*MEASURES, "unit"))
    measures = [measure for measure in MEASURES if measure in row]
    if len(measures) != 1:
        reader.fail(place, _BAND_FORM)
        return None
    measure: Measure = measures[0]
    unit = str(row.get("unit", ""))
    if measure == "margin_percent" and unit:
        reader.fail((*place, "unit"), "margin_percent là phần trăm, không ghi unit")
    if measure != "margin_percent":
        if not unit:
            reader.fail(place, "thiếu khóa «unit»")
        elif units and unit not in units:
            reader.fail((*place, "unit"), _no_unit(unit, units))
    points = reader.number(row, "points", place)
    _points(reader, points, (*place, "points"), step)
    return Band(measure, reader.number(row, measure, place), unit, points)


def _bands_rise(reader: Reader, bands: tuple[Band, ...], firm: float, place: Place) -> None:
    """Within one measure and unit a better figure must earn more, and every band more than the bare firm promise."""
    for n, band in enumerate(bands):
        if band.points <= firm:
            message = f"dải {show(band.points)} điểm không hơn firm ({show(firm)} điểm) nên không bao giờ được tính"
            reader.fail((*place, "bands", n), message)
        for before in bands[:n]:
            if (before.measure, before.unit) != (band.measure, band.unit):
                continue
            sign = -1 if band.measure == "at_most" else 1
            if (band.figure - before.figure) * sign <= 0 or band.points <= before.points:
                first, second = (f"{one.measure} {show(one.figure)}: {show(one.points)} điểm" for one in (before, band))
                message = f"dải chồng nhau: «{first}» rồi «{second}»; dải sau phải có mức tốt hơn và nhiều điểm hơn"
                reader.fail((*place, "bands", n), message)
                break


def _points(reader: Reader, points: float, place: Place, step: float) -> None:
    if points <= 0 or points % step:
        reader.fail(place, f"điểm {show(points)} phải lớn hơn 0 và là bội của {show(step)}")


def _no_unit(unit: str, units: tuple[str, ...]) -> str:
    return f"đơn vị «{show(unit)}» không dùng cho nội dung này; được dùng: {', '.join(u for u in units if u != 'none')}"


def _unique(reader: Reader, key: str, ids: list[Any]) -> None:
    for n, id in enumerate(ids):
        if id and id in ids[:n]:
            reader.fail((key, n, "id"), f"mã «{id}» đã dùng ở {key}[{ids.index(id) + 1}]")


def _once(reader: Reader, items: tuple[Item, ...]) -> None:
    seen: dict[str, int] = {}
    for n, item in enumerate(items):
        if item.earn:
            first = seen.setdefault(item.earn.provision, n)
            if first != n:
                message = f"«{item.earn.provision}» đã được chấm ở items[{first + 1}]; mỗi nội dung chỉ chấm một lần"
                reader.fail(("items", n, "earn", "provision"), message)


def _check_sums(reader: Reader, profile: Profile) -> None:
    total = sum(group.max for group in profile.groups)
    if total != FULL_SCORE:
        reader.fail(("groups",), f"tổng điểm tối đa của các nhóm là {show(total)}, phải là 100")
    for n, group in enumerate(profile.groups):
        _points(reader, group.max, ("groups", n, "max"), profile.step)
        if group.id != "content":
            total = sum(item.max for item in profile.items_of(group.id))
            if total != group.max:
                message = f"các mục của nhóm {group.id} cộng lại là {show(total)} điểm, phải là {show(group.max)}"
                reader.fail(("groups", n), message)
    content = profile.group("content").max
    total = sum(topic.max for topic in profile.topics)
    if total != content:
        reader.fail(("topics",), f"các chủ đề cộng lại là {show(total)} điểm, phải là {show(content)} như nhóm content")
    for n, topic in enumerate(profile.topics):
        _points(reader, topic.max, ("topics", n, "max"), profile.step)
        total = sum(item.max for item in profile.items if item.topic == topic.id)
        if total < topic.max:
            message = f"các mục của chủ đề {topic.id} chỉ cho {show(total)} điểm, không đạt được {show(topic.max)}"
            reader.fail(("topics", n), message)

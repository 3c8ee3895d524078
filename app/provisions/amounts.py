"""Which amount belongs to which provision, and in which unit of its catalogue entry.

Reads the matches and quantities of one statement; writes for each match the bound quantities. A figure belongs to the anchor
before it; where figures come first ("500.000 đồng cho người kết hôn"), to the anchor after it; anchors that stand together share one.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.provisions.quantity import Quantity
from app.provisions.rules import ProvisionRules

Amount = tuple[float, str]

_MONEY_UNIT = {
    "month": "VND/month", "year": "VND/year", "day": "VND/day", "night": "VND/day", "shift": "VND/day", "hour": "VND/hour",
    "meal": "VND/meal",
}  # fmt: skip
_EACH = frozenset(("child", "percent_lost", "case"))  # what an increment is given for once more: not everybody gets it
_PERIODS = ("hour", "day", "week", "month", "year")


def as_amount(quantity: Quantity, rules: ProvisionRules, yearly: bool = False) -> Amount | None:
    """Express a quantity in a unit of the provision, or None where it is no amount of it."""
    for value, unit in _readings(quantity, rules, yearly):
        if unit in rules.units and (rules.pick == "total" or quantity.plus or plausible(value, unit, rules)):
            return value, unit
    return None


def plausible(value: float, unit: str, rules: ProvisionRules) -> bool:
    """Whether a value may be an amount of the provision in that unit."""
    span = rules.plausible.get(unit)
    return span is None or span[0] <= value <= span[1]


def _readings(q: Quantity, rules: ProvisionRules, yearly: bool) -> list[Amount]:
    """All ways to express a quantity, the most literal first."""
    value, units, kind = q.low, rules.units, q.kind
    out: list[Amount] = []
    if kind == "money":
        if "person" in q.per and ("year" in q.per or yearly):
            out.append((value, "VND/person/year"))
        # the meal says more than the day or shift it is eaten in
        out += [(value, _MONEY_UNIT[p]) for p in sorted(q.per, key=lambda p: p != "meal") if p in _MONEY_UNIT]
        out.append((value, "VND"))
        if yearly and not any(p in _MONEY_UNIT for p in q.per):
            out.append((value, "VND/year"))
        if not any(p in _MONEY_UNIT for p in q.per) or "VND" not in units:
            out += [(value, u) for u in units if u.startswith("VND")]
    elif kind == "percent":
        out.append((value, "percent"))
    elif kind == "multiple":
        out.append((value * 100, "percent"))
    elif kind == "month_wage":
        out += [(value, "month_wage"), (value * 100, "percent")]
    elif kind == "day_wage":
        out += [(value, "day_wage"), (value * 100, "percent")]
    elif kind == "times":
        if q.months is not None and "times/year" not in units:
            out.append((q.months, "month"))
        if "month" in q.per:
            out += [(value, "times/month"), (value * 12, "times/year")]
        elif "quarter" in q.per:
            out.append((value * 4, "times/year"))
        elif "half_year" in q.per:
            out.append((value * 2, "times/year"))
        elif "two_years" in q.per:
            out.append((value / 2, "times/year"))
        elif "week" in q.per:
            out.append((value * 52, "times/year"))
        out.append((value, "times/year"))
        if q.months is not None:
            out.append((q.months, "month"))
    elif kind in ("day", "hour", "minute", "month", "year", "week"):
        out += _duration(q, value, units)
    return out


def _duration(q: Quantity, value: float, units: Sequence[str]) -> list[Amount]:
    kind = "day" if q.kind == "week" else q.kind
    value = value * 7 if q.kind == "week" else value
    out: list[Amount] = [(value, f"{kind}/{p}") for p in q.per if p in _PERIODS and p != kind]  # "02 giờ trong giờ làm việc"
    if "two_years" in q.per:
        out.append((value / 2, f"{kind}/year"))
    if not out:
        out.append((value, kind))
        out += [(value, u) for u in units if u.startswith(kind + "/")]
    else:
        out.append((value, kind))
        if kind == "day" and "year" not in q.per and "month" not in q.per:
            out.append((value, "day/year"))
        if kind == "minute":
            out.append((value, "minute/day"))
    if kind == "hour":
        out += [(value * 60, u) for u in units if u.startswith("minute")]
    if kind == "minute" and value % 60 == 0:
        out += [(value / 60, u) for u in units if u.startswith("hour")]
    if kind == "year":
        out.append((value * 12, "month"))
    if kind == "month" and value % 12 == 0:
        out.append((value / 12, "year"))
    return out


_AHEAD = 12  # characters between a figure and the words that make it look ahead ("14 ngày làm việc đối với")


def bind(
    wanted: Sequence[tuple[ProvisionRules, Sequence[tuple[int, int]]]],
    quantities: Sequence[Quantity],
    yearly: bool,
    cells: Sequence[tuple[int, int, str]] = (),
    given_to: Sequence[tuple[int, int]] = (),
) -> list[list[tuple[Quantity, Amount]]]:
    """Give each wanted (provision, anchors) its quantities, in text order. In a table row a figure may serve every anchor.

    `given_to`: spans of words by which a figure looks ahead ("16 ngày đối với …").
    """
    readable: list[list[tuple[Quantity, Amount]]] = []
    for rules, _ in wanted:
        mine = []
        for q in quantities:
            if q.role in rules.roles and not (q.role == "increment" and rules.increments == "ignore" and not q.plus):
                amount = as_amount(q, rules, yearly)
                if amount is not None:
                    mine.append((q, amount))
        readable.append(mine)
    if len(wanted) < 2:
        return readable
    anchors = sorted((a[0], a[1], number) for number, (_, spans) in enumerate(wanted) for a in spans)
    out: list[list[tuple[Quantity, Amount]]] = [[] for _ in wanted]
    takers: dict[int, list[int]] = {}
    for number, mine in enumerate(readable):
        for q, _ in mine:
            takers.setdefault(q.start, []).append(number)
    for number, mine in enumerate(readable):
        for q, amount in mine:
            rivals = takers[q.start]
            if len(rivals) == 1 or number in _owners(q, rivals, anchors, takers, cells, given_to):
                out[number].append((q, amount))
    return out


def _owners(
    q: Quantity,
    rivals: Sequence[int],
    anchors: Sequence[tuple[int, int, int]],
    takers: dict[int, list[int]],
    cells: Sequence[tuple[int, int, str]],
    given_to: Sequence[tuple[int, int]],
) -> set[int]:
    """The wanted numbers among `rivals` that a figure belongs to."""
    places = [a for a in anchors if a[2] in rivals]
    ahead = min((start for start, _ in given_to if 0 <= start - q.end <= _AHEAD), default=None)
    if ahead is not None and not cells:
        limit = min((s for s in takers if s > q.start), default=None)
        led = {a[2] for a in places if a[0] >= ahead and (limit is None or a[0] < limit)}
        if led:
            return led
    touching = {a[2] for a in places if q.start <= a[0] <= q.end + 1 and (a[0] >= q.end or not q.per)}
    if touching:  # "12 ngày phép", but not the period in "200.000 đồng/ngày lễ"
        return touching
    starts = sorted(s for s, t in takers.items() if any(r in t for r in rivals))
    first_figure_leads = bool(starts) and bool(places) and starts[0] < places[0][0] and not cells
    if first_figure_leads:
        after = [a for a in places if a[0] >= q.start]
        if after:
            limit = min((s for s in starts if s > q.start), default=None)
            run = [a for a in after if limit is None or a[0] < limit] or after[:1]
            return {a[2] for a in run}
    before = [a for a in places if a[0] <= q.start]
    if not before:
        return {places[0][2]} if places else set(rivals)
    earlier = max((s for s in starts if s < q.start and any(a[0] > s for a in before)), default=None)
    if earlier is not None and not any(a[0] > earlier for a in before):
        earlier = None
    run = [a for a in before if earlier is None or a[0] > earlier]
    if not run:
        run = before[-1:]
    return {a[2] for a in run}


def pick(bound: Sequence[tuple[Quantity, Amount]], rules: ProvisionRules) -> tuple[Quantity, Amount] | None:
    """Choose the amount the verdict rests on: the first unit of the provision that has one, then as the rules pick."""
    if not bound:
        return None
    if rules.roles[0] != "increment":
        bound = _summed(bound)
    whole = [b for b in bound if b[0].role != "increment"]
    extra = [b for b in bound if b[0].role == "increment"]
    pool = (extra or whole) if rules.roles[0] == "increment" else (whole or extra)
    unit = next(u for u in rules.units if any(b[1][1] == u for b in pool))
    same = [b for b in pool if b[1][1] == unit]
    if rules.pick == "total":
        return _total(same, unit, rules)
    if rules.pick == "first":
        chosen = next((b for b in same if b[0].kind == unit), same[0])  # "12 tháng … cứ 5 năm": years before months made years
    elif rules.pick == "last":
        chosen = same[-1]
    else:
        chosen = (min if rules.pick == "lowest" else max)(same, key=lambda b: b[1][0])
    if whole and extra and rules.increments == "add":
        more = [b for b in extra if b[1][1] == unit and not _EACH & set(b[0].per)]
        if more:
            return chosen[0], (chosen[1][0] + more[0][1][0], unit)
    return chosen


def _summed(bound: Sequence[tuple[Quantity, Amount]]) -> list[tuple[Quantity, Amount]]:
    """Each sum as one amount, at its first figure: "150% + 30%" is 180."""
    out: list[tuple[Quantity, Amount]] = []
    for q, (value, unit) in bound:
        if q.plus and out and out[-1][1][1] == unit:
            out[-1] = (out[-1][0], (out[-1][1][0] + value, unit))
        else:
            out.append((q, (value, unit)))
    return out


def _total(parts: Sequence[tuple[Quantity, Amount]], unit: str, rules: ProvisionRules) -> tuple[Quantity, Amount] | None:
    """The whole where it is named, else the sum of its parts ("Tết 05 ngày, Quốc khánh 02 ngày, …"); None where neither is plausible."""
    wholes = [b for b in parts if plausible(b[1][0], unit, rules)]
    if wholes:
        return max(wholes, key=lambda b: b[1][0])
    total = sum(b[1][0] for b in parts)
    return (parts[0][0], (total, unit)) if len(parts) > 2 and plausible(total, unit, rules) else None


_DAY_HOURS = (3, 16)  # hours of one day or shift
_OF_DAY = frozenset(("day", "shift", "night"))


def quoted(quantities: Sequence[Quantity], rules: ProvisionRules) -> list[tuple[Quantity, Amount]]:
    """The law's own figures, which are the agreement's where it gives none of its own; a sum of money the State sets is only quoted."""
    law = [q for q in quantities if q.role == "statutory" and q.kind != "money"]
    return [(q, amount) for q in law if (amount := as_amount(q, rules)) is not None]


def part_of(bound: Sequence[tuple[Quantity, Amount]], rules: ProvisionRules) -> tuple[Quantity, Amount] | None:
    """What a statement gives of a whole that is the sum of many ("Quốc khánh nghỉ 02 ngày"); None where it names no such part."""
    parts = [b for b in bound if b[1][1] == rules.units[0] and b[0].role == "amount"]
    if rules.pick != "total" or not parts:
        return None
    return parts[0][0], (sum(b[1][0] for b in parts), rules.units[0])


def week_of(quantities: Sequence[Quantity], days: float | None, rules: ProvisionRules) -> tuple[Quantity, Amount] | None:
    """Hours a week as hours a day times days a week: "6 ca mỗi tuần, mỗi ca 12 giờ" is 72; with `days` known from words too.

    Where words give the whole days ("thứ hai đến thứ sáu"), one shorter figure behind is the half day added to them.
    """
    hours = [
        q for q in quantities if q.kind == "hour" and q.role == "amount" and "week" not in q.per and not {"month", "year"} & set(q.per)
    ]
    daily = [q for q in hours if _OF_DAY & set(q.per) and _DAY_HOURS[0] <= q.low <= _DAY_HOURS[1]]
    if not daily and len(hours) == 1 and _DAY_HOURS[0] <= hours[0].low <= _DAY_HOURS[1]:
        daily = hours
    counts = {q.low for q in quantities if q.kind in ("day", "number") and "week" in q.per and 1 <= q.low <= 7 and not q.ordinal}
    if days:
        counts.add(days)
    if not daily or len(counts) != 1:
        return None
    rest = [q for q in hours if q.low != daily[0].low]
    if rest and (not days or len(rest) > 1 or rest[0].low > daily[0].low):
        return None
    total = daily[0].low * counts.pop() + sum(q.low for q in rest)
    unit = rules.units[0]
    return (daily[0], (total, unit)) if plausible(total, unit, rules) else None

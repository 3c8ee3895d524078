"""The second walk: what figures of one text say of each other.

Reads drafts, leading periods and the header; writes the final quantities. A period before several figures is given to each; a list
shares its unit; "ít nhất hai tháng" behind "một tháng lương" is a wage too; bare numbers take the header's unit; then the roles.
"""

from __future__ import annotations

from bisect import bisect_right

from app.provisions.quantities import frequencies
from app.provisions.quantities.draft import TIMES_OF_DAY, Draft
from app.provisions.quantities.frequencies import Leading
from app.provisions.quantities.headers import NO_HEADER, Header
from app.provisions.quantities.roles import decide
from app.provisions.quantities.scanner import Tokens
from app.provisions.quantities.units import MERGED
from app.provisions.quantity import Per, Quantity, QuantityKind, Role

_ENDS = frozenset((".", ";", "|"))
_GIVEN_PER = frozenset(("money", "percent", "day", "hour", "minute", "times", "month_wage", "day_wage", "number"))
_SIZES = {"minute": 1, "hour": 2, "day": 3, "week": 4, "month": 5, "year": 6}
_LISTED = frozenset((*_SIZES, "percent", "money"))
_LEAD_WORDS = 30
_FOLLOWING = 4  # figures behind "mỗi 4 năm" that may be what it gives


def combine(
    t: Tokens, drafts: list[Draft], leads: list[Leading], header: Header, money_from: float, offset: int = 0
) -> tuple[Quantity, ...]:
    """Finish the drafts of one text; the spans of the quantities count from `offset`."""
    if not drafts and not leads:
        return ()
    if header is not NO_HEADER:
        _inherit(t, drafts, header, money_from)
    drafts = [d for d in drafts if not d.number_of_words]
    _lists(t, drafts)
    drafts, more = _one_as_period(t, drafts)
    leads = sorted([*leads, *more]) if more else leads
    used = _lead(t, drafts, leads) if leads else set()
    if leads:
        drafts = _every_few(t, drafts, leads, used)
    _roles(t, drafts, header)
    drafts = _wide_intervals(t, drafts)
    if leads:
        alone = [frequencies.alone(lead, t) for n, lead in enumerate(leads) if n not in used and lead.may_stand_alone]
        if alone:
            drafts = sorted([*drafts, *alone], key=lambda d: d.start)
    out: list[Quantity] = []
    end = 0
    for draft in drafts:
        if draft.start < end:
            draft.start = t.starts[draft.first]
        if draft.start >= end and draft.end > draft.start:
            out.append(draft.done(offset))
            end = draft.end
    return tuple(out)


_MONTHS_OF = {"week": 12 / 52, "month": 1.0, "year": 12.0}
_INTERVAL_WORDS = 9


def _wide_intervals(t: Tokens, drafts: list[Draft]) -> list[Draft]:
    """ "cứ 06 tháng được khám một lần", "Ba tháng đối thoại một lần": a period before the act and the times behind it are one frequency."""
    out: list[Draft] = []
    for draft in drafts:
        before = out[-1] if out else None
        if before is not None and draft.kind == "times" and not draft.per and before.kind in _MONTHS_OF and _opens(t, before):
            between = t.lexemes[before.next : draft.first]
            words = t.text.count(" ", before.end, draft.start) - 1
            if words <= _INTERVAL_WORDS and not any(x.sign in _ENDS for x in between if x.sign):
                months = before.low * _MONTHS_OF[before.kind]
                draft.months = months if draft.low == 1 else None
                draft.low = draft.high = round(draft.low * 12 / months, 4)
                draft.per, draft.role, draft.start = ["year"], "amount", before.start
                out[-1] = draft
                continue
        out.append(draft)
    return out


def _opens(t: Tokens, draft: Draft) -> bool:
    """Whether a period begins its clause or stands behind "cứ": then it may rule what follows."""
    if draft.bound != "exact" or draft.per or draft.low <= 0:
        return False
    if draft.first == 0 or t.lexemes[draft.first - 1].sign:
        return draft.role == "amount"
    return any(rule.id == "for_every" for rule in t.lexemes[draft.first - 1].rules_before)


def _inherit(t: Tokens, drafts: list[Draft], header: Header, money_from: float) -> None:
    for draft in drafts:
        if draft.kind == "number" and draft.role is None:
            if header.kind is not None:
                draft.kind = header.kind
                draft.low, draft.high = round(draft.low * header.factor, 6), round(draft.high * header.factor, 6)
                draft.working, draft.base = header.working, header.base
                draft.number_of_words = False
            elif header.money and draft.low >= money_from:
                draft.kind = "money"
        if draft.kind in _GIVEN_PER and header.per and draft.role is None and draft.kind != "number":
            draft.per += [p for p in header.per if p not in draft.per and not (p in TIMES_OF_DAY and draft.has_time())]
        if draft.kind in ("percent", "month_wage", "multiple") and not draft.base:
            draft.base = header.base


def _lists(t: Tokens, drafts: list[Draft]) -> None:
    """ "5, 7 hoặc 10 ngày": the bare numbers take the unit behind the last."""
    factor = 1.0
    for n in range(len(drafts) - 2, -1, -1):
        draft, after = drafts[n], drafts[n + 1]
        if draft.kind != "number" or not (draft.plain or draft.money_like) or after.kind not in _LISTED:
            continue
        gap = t.lexemes[draft.next : after.first]
        if len(gap) == 1 and (gap[0].sign in (",", ";") or gap[0].legal_and) and t.touch(draft.next - 1, draft.next):
            if not after.with_next:
                factor = _scale_of(t, after) if after.kind == "money" else 1.0
            if draft.money_like:
                factor = 1.0
            if factor > 1 and draft.low <= after.low / factor:  # "1; 2; 3 triệu đồng"
                draft.low, draft.high = draft.low * factor, draft.high * factor
            elif draft.low > after.low or (after.kind == "money" and after.low > 1000 and not draft.money_like):
                continue
            draft.kind, draft.working, draft.per, draft.plain = after.kind, after.working, list(after.per), False
            draft.with_next = True


def _scale_of(t: Tokens, draft: Draft) -> float:
    """The scale word of an amount of money: a million in "3 triệu đồng", 1 where there is none."""
    return next((lexeme.scale for lexeme in t.lexemes[draft.first + 1 : draft.next] if lexeme.scale), 1.0)


def _one_as_period(t: Tokens, drafts: list[Draft]) -> tuple[list[Draft], list[Leading]]:
    """ "Trong một năm, … 12 ngày", "Một tháng được nghỉ 2 ngày": the one is what the next figure is given for."""
    leads: list[Leading] = []
    kept: list[Draft] = []
    for n, draft in enumerate(drafts):
        size = _SIZES.get(draft.kind)
        if size is not None and draft.low == draft.high == 1 and not draft.per and draft.bound == "exact" and not draft.working:
            before = t.lexemes[draft.first - 1]
            opens = draft.first == 0 or before.sign in (".", ";", ",", ":", "(", "-") or before.opener
            following = drafts[n + 1] if n + 1 < len(drafts) else None
            if (
                opens
                and following is not None
                and draft.role is None
                and (following.kind in ("times", "money") or _SIZES.get(following.kind, 9) < size)
                and not following.has_time()
                and not following.ordinal
                and not _broken(t, draft.next, following.first)
                and t.text.count(" ", draft.end, t.starts[following.first]) <= 12
            ):
                per: Per = draft.kind  # type: ignore[assignment]
                leads.append(Leading(draft.first, draft.next, per, 1.0, draft.start, draft.end, False))
                continue
        kept.append(draft)
    return kept, leads


def _broken(t: Tokens, start: int, end: int) -> bool:
    return any(t.lexemes[i].sign in _ENDS for i in range(start, end))


def _lead(t: Tokens, drafts: list[Draft], leads: list[Leading]) -> set[int]:
    """Give each leading period to the figures of its clause that lack one; the leads that a figure needed."""
    used: set[int] = set()
    by_first = iter(drafts)
    draft = next(by_first, None)
    active: list[int] = []
    following = 0
    position = 0
    while draft is not None:
        while following < len(leads) and leads[following].token < draft.first:
            lead = leads[following]
            if _broken(t, position, lead.token):
                active = []
            active = [a for a in active if (leads[a].per in TIMES_OF_DAY) != (lead.per in TIMES_OF_DAY)]
            active.append(following)
            position = lead.token
            following += 1
        if active and _broken(t, position, draft.first):
            active = []
        position = max(position, draft.first)
        led = draft.kind in _GIVEN_PER or draft.kind == "month"
        if led and draft.role is None and not draft.ordinal and draft.months is None:
            front: list[Per] = []
            for a in active:
                lead = leads[a]
                per = lead.per if lead.many == 1 else MERGED.get((lead.many, lead.per))
                if per is None or per in draft.per or t.text.count(" ", lead.end, t.starts[draft.first]) > _LEAD_WORDS:
                    continue
                if per in TIMES_OF_DAY and (draft.kind == "month" or draft.has_time() or _SIZES.get(draft.kind, 0) >= _SIZES.get(per, 9)):
                    continue
                if draft.kind == "number" and draft.role is None and draft.plain:
                    continue
                if draft.kind == "times" and per in ("person", "child"):
                    continue
                front.append(per)
                words = t.text.count(" ", lead.end, t.starts[draft.first])
                if draft.kind not in ("money", "percent") or per == "month" or (draft.kind == "percent" and words <= 3):
                    used.add(a)
                if draft.kind == "times" and draft.low == 1 and lead.many == 1:
                    whole = frequencies.interval(t, draft.first, lead.many, per, 1.0, draft.next)
                    draft.low = draft.high = whole.low
                    draft.months = whole.months
                    front = [*front[:-1], *whole.per]
            draft.per = [*front, *draft.per]
            draft.led = len(front)
        draft = next(by_first, None)
    return used


def _first(draft: Draft) -> int:
    return draft.first


def _every_few(t: Tokens, drafts: list[Draft], leads: list[Leading], used: set[int]) -> list[Draft]:
    """ "Mỗi 4 năm được thêm 01 ngày": the four years are the condition of the figure behind them."""
    more: list[Draft] = []
    for n, lead in enumerate(leads):
        if lead.many <= 1 or lead.per not in _SIZES:
            continue
        given = False
        for draft in drafts[bisect_right(drafts, lead.token, key=_first) :][:_FOLLOWING]:
            if draft.kind in ("day", "money", "percent", "month_wage", "day_wage"):
                given = not _broken(t, lead.next, draft.first)
                break
        if given or not lead.may_stand_alone:
            used.add(n)
            kind: QuantityKind = lead.per  # type: ignore[assignment]
            more.append(Draft(kind, lead.many, lead.many, lead.token, lead.next, lead.start, lead.end, role="condition"))
    return sorted([*drafts, *more], key=lambda d: d.start) if more else drafts


def _roles(t: Tokens, drafts: list[Draft], header: Header) -> None:
    previous: Draft | None = None
    for n, draft in enumerate(drafts):
        taken_to = max(drafts[n + 1].left, draft.next) if n + 1 < len(drafts) and drafts[n + 1].left >= 0 else t.size
        listed = previous is not None and previous.kind == draft.kind and _coordinated(t, previous, draft)
        if draft.role is None:
            role = decide(t, draft, previous.next if previous else 0, taken_to)
            if role == "amount":
                role = _ellipsis_role(t, drafts, n) or role
            if role == "amount" and _priced(t, draft, drafts[n + 1] if n + 1 < len(drafts) else None):
                role = "condition"
            if listed and previous is not None and previous.role is not None and role in ("amount", "other"):
                role = previous.role
            if header.role is not None and role in ("amount", "increment") and _ruled(header, draft):
                role = header.role
            if role == "amount" and draft.kind == "times" and draft.low == 1 and not draft.per and draft.bound == "exact":
                role = "other"  # "trợ cấp một lần": once, no frequency
            draft.role = role
            if draft.changed or (role == "increment" and draft.bound == "more_than"):
                draft.bound = "exact"  # "từ 12 lên 14 ngày", "cao hơn 7%"
        if listed and previous is not None and draft.bound == "exact" and previous.bound in ("at_least", "at_most"):
            draft.bound = previous.bound
        if draft.role == "condition" and draft.led:
            draft.per = draft.per[draft.led :]
        _ellipsis(t, drafts, n)
        if draft.kind in ("month", "month_wage") and draft.role == "increment":
            _percent_lost(t, drafts, n)
        previous = draft
    for draft, after in zip(reversed(drafts[:-1]), reversed(drafts[1:]), strict=True):
        if draft.with_next and draft.role == "amount":
            draft.role = after.role


def _ellipsis_role(t: Tokens, drafts: list[Draft], n: int) -> Role | None:
    """ "Báo trước 45 ngày với …; ít nhất 30 ngày với …": a clause that begins with the figure goes on as the one before it began."""
    draft = drafts[n]
    left = draft.left if draft.left >= 0 else draft.first
    if t.lexemes[left - 1].sign != ";" or left == 0:
        return None
    role: Role | None = None
    for earlier in reversed(drafts[max(0, n - 4) : n]):
        between = [t.lexemes[i].sign for i in range(earlier.next, left)]
        if "." in between or "|" in between or between.count(";") > 1:
            break
        if earlier.kind == draft.kind:
            role = earlier.role
    return role if role in ("condition", "statutory") else None


def _priced(t: Tokens, draft: Draft, after: Draft | None) -> bool:
    """ "10 năm 5 triệu đồng": a bare length of time right in front of what is given for it."""
    return (
        after is not None
        and draft.kind in ("year", "month")
        and not draft.per
        and after.kind in ("money", "month_wage", "day_wage")
        and draft.next == after.first
        and t.touch(draft.next - 1, draft.next)
    )


def _ruled(header: Header, draft: Draft) -> bool:
    """Whether the role of a header goes for a figure: a column of names or conditions says nothing of money."""
    return header.role == "statutory" or header.outside or draft.kind not in ("money", "percent", "month_wage", "day_wage")


def _coordinated(t: Tokens, before: Draft, draft: Draft) -> bool:
    """ "150%, 200% và 300%": nothing but a comma or "và" between two figures of one kind."""
    gap = t.lexemes[before.next : max(draft.left, before.next)] if draft.left >= 0 else [None]
    return (
        len(gap) == 1
        and gap[0] is not None
        and (gap[0].sign == "," or gap[0].legal_and)
        and t.touch(before.next - 1, before.next)
        and t.touch(before.next, before.next + 1)
    )


def _ellipsis(t: Tokens, drafts: list[Draft], n: int) -> None:
    """ "01 tháng tiền lương, thấp nhất hai tháng": the second is a wage too."""
    draft = drafts[n]
    if draft.kind != "month" or draft.role != "amount" or draft.bound not in ("at_least", "at_most") or draft.per:
        return
    for earlier in reversed(drafts[max(0, n - 2) : n]):
        if _broken(t, earlier.next, draft.first):
            return
        if earlier.kind == "month_wage":
            draft.kind, draft.base = "month_wage", earlier.base
            return


def _percent_lost(t: Tokens, drafts: list[Draft], n: int) -> None:
    """ "cứ tăng 1% cộng thêm 0,4 tháng": so much for every percent of working ability lost."""
    draft = drafts[n]
    for earlier in reversed(drafts[max(0, n - 2) : n]):
        if earlier.kind == "percent" and earlier.low == earlier.high == 1 and earlier.role == "condition":
            if not _broken(t, earlier.next, draft.first) and "percent_lost" not in draft.per:
                draft.kind = "month_wage"
                draft.per = [*draft.per, "percent_lost"]
            return

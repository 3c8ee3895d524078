"""Changes of a unit's place in the tree, each from a day on; what was true of the days before never changes.

Every function works in the caller's transaction, with the tree locked (`UnitRepository.lock_tree`), and raises Problem. On any day a
unit has at most one parent, a parent stands on every day that a unit stands under it, and nothing stands under itself.
"""

from __future__ import annotations

from datetime import date

from app.grading.wording import day as written
from app.organisations.models import ROOT_ID, FormerName, Placement, Unit
from app.organisations.repository import UnitRepository
from app.organisations.rules import rules
from app.problems import Problem


def place(units: UnitRepository, unit: Unit, parent: Unit, from_on: date | None, until: date | None) -> None:
    """Put a unit under a parent for the days from `from_on` (None: always) to before `until` (None: without end)."""
    check(units, unit, parent, from_on, until)
    put(units, unit, parent, from_on, until)


def put(units: UnitRepository, unit: Unit, parent: Unit, from_on: date | None, until: date | None) -> None:
    """As `place`, after `check`."""
    units.add(Placement(unit_id=unit.id, parent_id=parent.id, from_on=from_on, until=until))


def move(units: UnitRepository, unit: Unit, parent: Unit, on: date) -> None:
    """From the day `on` the unit stands under `parent`."""
    last = last_placement(units, unit)
    _not_before(last, on)
    if last.until is not None and on >= last.until:
        raise Problem("unit_closed", f"«{unit.name}» đã kết thúc ngày {written(last.until)}. Hãy dùng việc mở lại.")
    check(units, unit, parent, on, last.until)
    if last.parent_id == parent.id:
        raise Problem("unit_parent_invalid", f"«{unit.name}» đang thuộc «{parent.name}» rồi. Hãy chọn đơn vị cấp trên khác.")
    until = last.until
    if last.from_on == on:
        last.parent_id = parent.id
        units.flush()
        return
    last.until = on
    units.add(Placement(unit_id=unit.id, parent_id=parent.id, from_on=on, until=until))


def close(units: UnitRepository, unit: Unit, on: date) -> None:
    """The day `on` is the first without the unit. Nothing may stand under it from that day on."""
    last = last_placement(units, unit)
    if last.until is not None:
        raise Problem("unit_closed", f"«{unit.name}» đã kết thúc ngày {written(last.until)}.")
    if last.from_on is not None and on <= last.from_on:
        raise Problem(
            "unit_changed_later", f"«{unit.name}» có thay đổi ghi từ ngày {written(last.from_on)}. Ngày kết thúc phải sau ngày đó."
        )
    below = sorted({row.unit_id for row in units.children_after(unit.id, on)})
    if below:
        names = ", ".join(f"«{one.name}»" for one in list(units.units(below[:5]).values()))
        raise Problem(
            "unit_has_children",
            f"Còn {len(below)} đơn vị thuộc «{unit.name}» từ ngày {written(on)}: {names}. Hãy chuyển chúng sang đơn vị khác trước.",
        )
    last.until = on
    units.flush()


def reopen(units: UnitRepository, unit: Unit, parent: Unit, on: date) -> None:
    """A closed unit stands again from the day `on`; the days without it stay without it."""
    last = last_placement(units, unit)
    if last.until is None:
        raise Problem("unit_not_closed", f"«{unit.name}» đang hoạt động. Muốn đổi cấp trên, hãy dùng việc chuyển.")
    if on < last.until:
        raise Problem("unit_changed_later", f"«{unit.name}» chỉ mở lại được từ ngày kết thúc {written(last.until)} trở đi.")
    place(units, unit, parent, on, None)


def rename(units: UnitRepository, unit: Unit, name_key: str, on: date) -> None:
    """Keep the present name as the one of before the day `on`; the caller then gives the new one."""
    known = units.former_names([unit.id]).get(unit.id, [])
    if known and on <= known[-1].until:
        raise Problem("unit_changed_later", f"«{unit.name}» đã đổi tên từ ngày {written(known[-1].until)}. Ngày đổi tên phải sau ngày đó.")
    units.add(FormerName(unit_id=unit.id, name=unit.name, name_key=name_key, until=on))


def last_placement(units: UnitRepository, unit: Unit) -> Placement:
    if unit.id == ROOT_ID:
        raise Problem("unit_parent_invalid", "Tổng Liên đoàn là gốc của cây tổ chức: không chuyển, không đóng, không mở lại.")
    history = units.placements([unit.id])[unit.id]
    if not history:
        raise Problem("unit_parent_invalid", f"«{unit.name}» chưa được đặt dưới đơn vị nào.")
    return history[-1]


def check(units: UnitRepository, unit: Unit, parent: Unit, from_on: date | None, until: date | None) -> None:
    """Whether the unit may stand under `parent` for these days."""
    if from_on is not None and until is not None and until <= from_on:
        raise Problem("unit_invalid", f"Ngày kết thúc {written(until)} phải sau ngày bắt đầu {written(from_on)}.")
    kinds = rules().kinds
    kind = kinds[unit.kind]
    if parent.kind not in kind.under:
        allowed = ", ".join(kinds[one].label for one in kind.under) or "không đơn vị nào"
        told = f"{kind.label} không thuộc {kinds[parent.kind].label}. Cấp trên được dùng: {allowed}."
        raise Problem("unit_parent_invalid", told, allowed=kind.under)
    if kind.ended is not None and (until is None or until > kind.ended):
        raise Problem("unit_invalid", f"{kind.label} không còn từ ngày {written(kind.ended)}: ngày kết thúc phải ghi, không sau ngày đó.")
    start, end = from_on or date.min, until or date.max
    missing = first_day_without(units, parent, start, end)
    if missing is not None:
        when = "từ trước đến nay" if missing == date.min else f"vào ngày {written(missing)}"
        raise Problem("unit_parent_invalid", f"«{parent.name}» không hoạt động {when}. Hãy chọn ngày hoặc cấp trên khác.")
    if unit.id and _stands_under(units, parent.id, unit.id, start, end):  # a new unit has nothing under it
        raise Problem("unit_parent_invalid", f"«{parent.name}» lại thuộc chính «{unit.name}». Hãy chọn cấp trên khác.")


def first_day_without(units: UnitRepository, unit: Unit, start: date, end: date) -> date | None:
    """The first day from `start` to before `end` on which the unit does not stand; None where it always does."""
    if unit.id == ROOT_ID:
        return None
    for row in units.placements([unit.id])[unit.id]:
        if start >= end:
            break
        if (row.from_on or date.min) <= start < (row.until or date.max):
            start = row.until or date.max
    return start if start < end else None


def _stands_under(units: UnitRepository, unit_id: str, above: str, start: date, end: date) -> bool:
    """Whether on any of the days the unit is `above` or stands below it."""
    waiting = [(unit_id, start, end)]
    while waiting:
        one, first, last = waiting.pop()
        if one == above:
            return True
        for row in units.placements([one])[one]:
            begin, stop = max(first, row.from_on or date.min), min(last, row.until or date.max)
            if begin < stop:
                waiting.append((row.parent_id, begin, stop))
    return False


def _not_before(last: Placement, on: date) -> None:
    if last.from_on is not None and on < last.from_on:
        raise Problem(
            "unit_changed_later", f"Đơn vị đã có thay đổi ghi từ ngày {written(last.from_on)}; chỉ ghi được thay đổi từ ngày đó trở đi."
        )

"""Units from a spreadsheet, row by row: what each row did, or why it was refused and by which column. And the other way round.

A row is the state of one unit from a day on. A unit is known by its code, so that the same file again changes nothing; an empty cell
leaves what is known. Several rows of one code are its history: another superior from another day. Rows may stand in any order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audit.service import attempt
from app.grading.wording import day as written
from app.law.regions import REGIONS
from app.organisations import service
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository, subtree
from app.organisations.rules import rules
from app.organisations.schemas import CloseIn, MoveIn, UnitChange, UnitIn
from app.organisations.service import Asker
from app.organisations.sheet import COLUMNS, REQUIRED, Row
from app.problems import Problem
from app.reading.text import fold
from app.web.errors import invalid

Outcome = Literal["added", "changed", "unchanged", "refused"]
ABOUT = ("province", "commune", "employer", "ownership", "sector", "wage_region", "workers", "members")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")
_COLUMN_OF = {"parent_id": "parent", "on": "from_on", "children_to": "parent"}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row. `column` is the label of the column that refused it."""

    row: int
    code: str | None
    outcome: Outcome
    message: str
    column: str | None = None
    unit_id: str | None = None


class Refusal(Exception):
    """A row that cannot be taken; `later`: it may be, once other rows have been."""

    def __init__(self, column: str, message: str, *, later: bool = False) -> None:
        super().__init__(message)
        self.column = column
        self.message = message
        self.later = later


def import_rows(session: Session, asker: Asker, rows: Sequence[Row]) -> list[Line]:
    """Take what can be taken of the rows, in the caller's transaction."""
    lines: dict[int, Line] = {}
    waiting = _with_ends(rows, lines)
    hopeless = {line.code.upper() for line in lines.values() if line.code}
    one = _Import(session, asker)
    while waiting:
        again: list[_Wanted] = []
        held = set(hopeless)  # a unit's later rows wait for its earlier ones: its history is written in order
        for wanted in waiting:
            code = wanted.values["code"]
            try:
                if code in held:
                    raise Refusal("code", "một dòng trước của đơn vị này bị từ chối", later=True)
                with attempt(session):
                    lines[wanted.row.number] = one.take(wanted)
            except Refusal as refusal:
                lines[wanted.row.number] = _refused(wanted.row, refusal)
                held.add(code)
                if refusal.later:
                    again.append(wanted)
                else:
                    hopeless.add(code)
        if len(again) == len(waiting):
            break
        waiting = again
    return [lines[number] for number in sorted(lines)]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row whose cells are read. `values` holds the cells that are not empty; `next_on`: from when another row of the unit counts."""

    row: Row
    values: dict[str, Any]
    next_on: date | None = None


def _with_ends(rows: Sequence[Row], lines: dict[int, Line]) -> list[_Wanted]:
    """The rows that can be read; the others are refused in `lines`."""
    read: list[_Wanted] = []
    for row in rows:
        try:
            read.append(_Wanted(row, _values(row)))
        except Refusal as refusal:
            lines[row.number] = _refused(row, refusal)
    days: dict[str, list[date]] = {}
    for one in read:
        if "from_on" in one.values:
            days.setdefault(one.values["code"], []).append(one.values["from_on"])

    def following(one: _Wanted) -> date | None:
        start = one.values.get("from_on", date.min)
        return min((day for day in days.get(one.values["code"], ()) if day > start), default=None)

    # A unit's rows are taken in the order of their days, wherever they stand in the file.
    ended = [replace(one, next_on=following(one)) for one in read]
    return sorted(ended, key=lambda one: one.values.get("from_on", date.min))


class _Import:
    def __init__(self, session: Session, asker: Asker) -> None:
        self._session = session
        self._asker = asker
        self._units = UnitRepository(session)

    def take(self, wanted: _Wanted) -> Line:
        code = wanted.values["code"]
        unit = self._units.by_code(code)
        if unit is None:
            return self._add(wanted)
        if not self._units.within(unit.id, self._asker.administered, self._asker.on):
            raise Refusal("code", f"mã «{code}» đã dùng cho một đơn vị ngoài phạm vi quản trị của anh/chị")
        told = [*self._about(unit, wanted), *self._place(unit, wanted), *self._end(unit, wanted)]
        return Line(wanted.row.number, code, "changed" if told else "unchanged", "; ".join(told) or "đã có, không đổi", None, unit.id)

    def _add(self, wanted: _Wanted) -> Line:
        values = dict(wanted.values)
        for name in REQUIRED:
            if name not in values:
                raise Refusal(name, "không được để trống")
        parent = self._parent(values.pop("parent"))
        values.setdefault("closed_on", wanted.next_on)
        with _columns({"unit_parent_invalid": "parent", "unit_invalid": "closed_on"}):
            unit = service.add(self._session, self._asker, UnitIn(**values, parent_id=parent.id))
        return Line(wanted.row.number, unit.code, "added", f"thêm dưới «{parent.name}»", None, unit.id)

    def _about(self, unit: Unit, wanted: _Wanted) -> list[str]:
        kind = wanted.values.get("kind", unit.kind)
        if kind != unit.kind:
            raise Refusal("kind", f"đơn vị này đã ghi là {rules().kinds[unit.kind].label}; loại đơn vị không đổi được")
        given = {name: value for name, value in wanted.values.items() if name in ("name", *ABOUT) and getattr(unit, name) != value}
        if not given:
            return []
        told = [f"{COLUMNS[name]}: {_shown(getattr(unit, name))} → {_shown(value)}" for name, value in given.items()]
        with _columns({"unit_invalid": "kind"}):
            service.change(self._session, self._asker, unit.id, UnitChange(**given), "*")
        return told

    def _place(self, unit: Unit, wanted: _Wanted) -> list[str]:
        if "parent" not in wanted.values:
            return []
        parent, on = self._parent(wanted.values["parent"], known=True), wanted.values.get("from_on")
        past = self._units.placements([unit.id])[unit.id]
        if not past:
            raise Refusal("code", "đơn vị gốc không có cấp trên")
        last = past[-1]
        if _known(past, parent, on):
            return []
        if on is None:
            raise Refusal("from_on", f"đơn vị chưa từng ghi thuộc «{parent.name}»; muốn chuyển phải ghi từ ngày nào")
        with _columns({"unit_parent_invalid": "parent"}, "from_on"):
            if last.until is not None and on >= last.until:
                service.reopen(self._session, self._asker, unit.id, MoveIn(parent_id=parent.id, on=on), "*")
            else:
                service.move(self._session, self._asker, unit.id, MoveIn(parent_id=parent.id, on=on), "*")
        return [f"chuyển sang «{parent.name}» từ {written(on)}"]

    def _end(self, unit: Unit, wanted: _Wanted) -> list[str]:
        end = wanted.values.get("closed_on")
        past = self._units.placements([unit.id])[unit.id]
        if end is None or _ended(past, end, wanted.values.get("from_on")):
            return []
        with _columns({}, "closed_on"):
            service.close(self._session, self._asker, unit.id, CloseIn(on=end), "*")
        return [f"kết thúc từ {written(end)}"]

    def _parent(self, code: str, *, known: bool = False) -> Unit:
        """The superior of this code; `known`: it may be any that this person sees, for it may be there already."""
        parent = self._units.by_code(code)
        roots = self._asker.seen if known else self._asker.administered
        if parent is None or not self._units.within(parent.id, roots, self._asker.on):
            raise Refusal("parent", f"không có đơn vị «{code}» trong phạm vi quản trị của anh/chị", later=True)
        return parent


def _known(past: Sequence[Placement], parent: Unit, on: date | None) -> bool:
    """Whether the unit's history says already that it stands under `parent` from `on`."""
    same = [row for row in past if row.parent_id == parent.id]
    if on is None:
        return past[-1] in same or any(row.from_on is None for row in same)
    return any((row.from_on or date.min) <= on < (row.until or date.max) for row in same)


def _ended(past: Sequence[Placement], end: date, on: date | None) -> bool:
    """Whether the history says already that the unit ended on `end`, at least the stretch that holds the day `on`."""
    starts = {row.from_on for row in past}
    return any(row.until == end and (end not in starts or (on is not None and (row.from_on or date.min) <= on < end)) for row in past)


class _columns:
    """Turns a service's problem into the refusal of a row, by the column that its code points to."""

    def __init__(self, by_code: dict[str, str], default: str = "code") -> None:
        self._by_code = by_code
        self._default = default

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValidationError):
            error = invalid(error.errors())
        if isinstance(error, Problem):
            fields = error.extra.get("fields")
            wrong = error.extra.get("errors")
            if isinstance(wrong, list) and wrong:
                name = str(wrong[0]["field"]).split(".")[0]
                raise Refusal(_COLUMN_OF.get(name, name), str(wrong[0]["message"])) from error
            column = fields[0] if isinstance(fields, list) and fields else self._by_code.get(error.code, self._default)
            raise Refusal(column, error.detail, later=error.code in ("unit_parent_invalid", "unit_has_children")) from error


def _values(row: Row) -> dict[str, Any]:
    """The cells of a row as values. Raises Refusal by the first wrong column."""
    for name in COLUMNS:
        if name in row.formulas:
            raise Refusal(name, "ô chứa công thức; hãy dán giá trị thay cho công thức")
    if not row["code"]:
        raise Refusal("code", "không được để trống")
    values: dict[str, Any] = {}
    for name in COLUMNS:
        if row[name]:
            values[name] = _READERS.get(name, _text)(name, row[name])
    return values


def _text(name: str, cell: str) -> str:
    return cell


def _code(name: str, cell: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ./_-]{0,59}", cell):
        raise Refusal(name, f"mã «{cell[:60]}» chỉ gồm chữ không dấu, số và . / _ -, không quá 60 ký tự")
    return cell.upper()


def _day(name: str, cell: str) -> date:
    found = _DATE.fullmatch(cell)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(cell)
    except ValueError:
        raise Refusal(name, f"«{cell[:40]}» không phải là ngày; hãy ghi như 01/07/2025") from None


def _count(name: str, cell: str) -> int:
    digits = re.sub(r"[.,]", "", cell) if _THOUSANDS.fullmatch(cell) else cell
    if not digits.isascii() or not digits.isdigit() or len(digits) > 8:
        raise Refusal(name, f"«{cell[:40]}» không phải là số nguyên")
    return int(digits)


def _region(name: str, cell: str) -> str:
    word = fold(cell).removeprefix("vung").strip().upper()
    word = REGIONS[int(word) - 1] if word in ("1", "2", "3", "4") else word
    if word not in REGIONS:
        raise Refusal(name, f"«{cell[:40]}» không phải là vùng lương; được dùng: {', '.join(REGIONS)}")
    return word


def _one_of(known: Callable[[], dict[str, str]], labels: Callable[[], list[str]]) -> Callable[[str, str], str]:
    def read(name: str, cell: str) -> str:
        found = known().get(fold(cell))
        if found is None:
            raise Refusal(name, f"«{cell[:40]}» không dùng được; được dùng: {', '.join(labels())}")
        return found

    return read


def _kinds() -> dict[str, str]:
    return {fold(word): one.id for one in rules().kinds.values() for word in (one.id, one.label, *one.also)}


def _ownerships() -> dict[str, str]:
    return {fold(word): one.id for one in rules().ownerships.values() for word in (one.id, one.label, *one.also)}


_READERS: dict[str, Callable[[str, str], Any]] = {
    "code": _code,
    "parent": _code,
    "kind": _one_of(_kinds, lambda: [one.label for one in rules().kinds.values()]),
    "ownership": _one_of(_ownerships, lambda: [one.label for one in rules().ownerships.values()]),
    "from_on": _day,
    "closed_on": _day,
    "wage_region": _region,
    "workers": _count,
    "members": _count,
}


def _refused(row: Row, refusal: Refusal) -> Line:
    return Line(row.number, row["code"] or None, "refused", refusal.message, COLUMNS.get(refusal.column, refusal.column))


def _shown(value: Any) -> str:
    return "trống" if value is None else str(value)


def export_rows(session: Session, asker: Asker, on: date, *, history: bool) -> Iterator[dict[str, Any]]:
    """The units that this person may change or read below the own ones, as rows of the table.

    Those that stand on `on` under their superior of that day; with `history` all, one row for every stretch of their history.
    """
    units = UnitRepository(session)
    below = units.all(subtree(asker.seen, asker.on))
    past = units.placements([unit.id for unit in below])
    codes = {id: unit.code for id, unit in units.units({row.parent_id for rows in past.values() for row in rows}).items()}
    found = []
    for unit in below:
        for n, row in enumerate(past[unit.id]):
            if unit.id == ROOT_ID or not (history or (row.from_on or date.min) <= on < (row.until or date.max)):
                continue
            goes_on = n + 1 < len(past[unit.id]) and past[unit.id][n + 1].from_on == row.until
            found.append((row.from_on or date.min, unit, row, None if goes_on else row.until))
    for _, unit, row, end in sorted(found, key=lambda one: one[0]) if history else found:
        yield {
            "code": unit.code,
            "kind": rules().kinds[unit.kind].label,
            "name": unit.name,
            "parent": codes[row.parent_id],
            "from_on": row.from_on,
            "closed_on": end,
            **{name: getattr(unit, name) for name in ABOUT},
            "ownership": rules().ownerships[unit.ownership].label if unit.ownership else None,
        }


GUIDE = (
    "Mỗi dòng là một đơn vị. Cột bắt buộc: Mã đơn vị, Loại đơn vị, Tên đơn vị, Mã cấp trên. Ô trống: giữ nguyên điều đã ghi.",
    "Mã đơn vị do liên đoàn đặt, không đổi, không dấu; đơn vị đã có được nhận ra bằng mã này nên nhập lại cùng tệp không tạo trùng.",
    "Từ ngày: ngày đơn vị bắt đầu thuộc cấp trên ghi ở cột Mã cấp trên; trống: từ trước đến nay. Ghi ngày như 15/08/2024.",
    "Đơn vị chuyển cấp trên: thêm một dòng cùng mã với Mã cấp trên mới và Từ ngày mới; những ngày trước đó giữ nguyên.",
    "Ngày kết thúc: ngày đầu tiên không còn đơn vị.",
    "Doanh nghiệp, Loại hình, Ngành nghề, Vùng lương, Số lao động, Số đoàn viên chỉ dùng cho công đoàn cơ sở.",
)


def guide() -> list[str]:
    """How to fill in the table, for people."""
    kinds = ", ".join(one.label for one in rules().kinds.values())
    ended = [f"{one.label} không còn từ {written(one.ended)}: phải ghi Ngày kết thúc." for one in rules().kinds.values() if one.ended]
    ownerships = ", ".join(one.label for one in rules().ownerships.values())
    return [*GUIDE, *ended, f"Loại đơn vị: {kinds}.", f"Loại hình: {ownerships}. Vùng lương: {', '.join(REGIONS)}."]

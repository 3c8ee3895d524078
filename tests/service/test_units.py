"""The dated tree of units: who may change it, what every day of it says, names on signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.principal import Grant, Principal, Role
from app.audit.models import AuditEvent
from app.organisations import service
from app.organisations.models import ROOT_ID, Unit
from app.organisations.repository import UnitRepository, subtree
from app.organisations.schemas import CloseIn, MoveIn, UnitChange, UnitIn
from app.organisations.service import Asker
from app.organisations.views import show_whole
from app.problems import Problem
from app.wiring import Services

TODAY = date(2026, 3, 2)
REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)


def person(role: Role, *units: str, name: str = "Hoa") -> Asker:
    return Asker(Principal("account", "00000000-0000-7000-8000-0000000000aa", name, tuple(Grant(role, unit) for unit in units)), TODAY)


ROOT = person(Role.ADMINISTRATOR, ROOT_ID)


class Tree:
    """The service's functions, each in a transaction of its own, by unit code."""

    def __init__(self, services: Services) -> None:
        self.database = services.database

    def id(self, code: str) -> str:
        with self.database.read() as session:
            unit = UnitRepository(session).by_code(code)
            assert unit is not None
            return unit.id

    def add(self, code: str, kind: str, parent: str = "TLD", asker: Asker = ROOT, **values: Any) -> str:
        wanted = UnitIn(code=code, kind=kind, name=values.pop("name", code), parent_id=self.id(parent), **values)  # type: ignore[arg-type]
        with self.database.write() as session:
            return service.add(session, asker, wanted).id

    def move(self, code: str, parent: str, on: date, asker: Asker = ROOT, if_match: str | None = "*") -> None:
        with self.database.write() as session:
            service.move(session, asker, self.id(code), MoveIn(parent_id=self.id(parent), on=on), if_match)

    def close(self, code: str, on: date, to: str | None = None, asker: Asker = ROOT) -> None:
        with self.database.write() as session:
            service.close(session, asker, self.id(code), CloseIn(on=on, children_to=self.id(to) if to else None), "*")

    def reopen(self, code: str, parent: str, on: date) -> None:
        with self.database.write() as session:
            service.reopen(session, ROOT, self.id(code), MoveIn(parent_id=self.id(parent), on=on), "*")

    def change(self, code: str, asker: Asker = ROOT, if_match: str | None = "*", **values: Any) -> None:
        with self.database.write() as session:
            service.change(session, asker, self.id(code), UnitChange(**values), if_match)

    def line(self, code: str, on: date) -> list[str]:
        """Codes of the superiors on a day, nearest first."""
        with self.database.read() as session:
            unit = UnitRepository(session).by_code(code)
            assert unit is not None
            return [one.code for one in show_whole(session, unit, on).ancestors]

    def below(self, code: str, on: date) -> set[str]:
        with self.database.read() as session:
            return set(session.scalars(select(Unit.code).where(Unit.id.in_(subtree([self.id(code)], on)))))

    def listed(self, asker: Asker = ROOT, on: date = TODAY, **asked: Any) -> list[str]:
        wanted = {"kind": None, "parent": None, "below": None, "name": None, "closed": False, "after": None, "limit": 100} | asked
        for name in ("parent", "below"):
            wanted[name] = self.id(wanted[name]) if wanted[name] else None
        with self.database.read() as session:
            return [unit.code for unit in service.page(session, asker, on, **wanted)]

    def named(self, text: str, on: date | None = TODAY, near: str | None = None) -> str | None:
        with self.database.read() as session:
            found = service.find_unit_by_name(session, text, on, [self.id(near)] if near else ())
            return found.code if found else None

    def events(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.seq)))


@pytest.fixture
def tree(services: Services) -> Tree:
    """Hà Tĩnh with a district that ended, a zone, a commune and three grassroots unions; Lai Châu beside it."""
    made = Tree(services)
    made.add("HT", "province", name="LĐLĐ tỉnh Hà Tĩnh", province="Hà Tĩnh")
    made.add("LC", "province", name="LĐLĐ tỉnh Lai Châu", province="Lai Châu")
    made.add("HT-KA", "district", "HT", name="LĐLĐ huyện Kỳ Anh", closed_on=REFORM)
    made.add("HT-TXKA", "district", "HT", name="LĐLĐ thị xã Kỳ Anh", closed_on=REFORM)
    made.add("HT-KKT", "zone", "HT", name="Công đoàn các KKT tỉnh Hà Tĩnh")
    made.add("HT-VA", "commune", "HT", name="Công đoàn phường Vũng Áng", from_on=REFORM)
    made.add("LC-TU", "district", "LC", name="LĐLĐ huyện Than Uyên", closed_on=REFORM)
    made.add("LC-XTU", "commune", "LC", name="Công đoàn xã Than Uyên", from_on=REFORM)
    made.add("MAY", "grassroots", "HT-KA", name="CĐCS Công ty TNHH May Haneul", employer="Công ty TNHH May Haneul", closed_on=REFORM)
    made.add("THEP", "grassroots", "HT-KKT", name="CĐCS Công ty CP Thép Vũng Áng", employer="Công ty CP Thép", workers=900)
    made.add("CHE", "grassroots", "LC-TU", name="CĐCS Công ty CP Chè Than Uyên", closed_on=REFORM)
    made.reopen("MAY", "HT-KKT", REFORM)
    made.reopen("CHE", "LC-XTU", REFORM)
    return made


def refused(code: str) -> Any:
    return pytest.raises(Problem, match=f"^{code}: ")


def test_a_unit_has_its_superiors_of_the_day(tree: Tree) -> None:
    assert tree.line("MAY", BEFORE) == ["HT-KA", "HT", "TLD"]
    assert tree.line("MAY", REFORM) == ["HT-KKT", "HT", "TLD"]
    assert tree.line("HT-KA", TODAY) == ["HT", "TLD"]  # a closed district stays with its province
    assert tree.below("HT-KA", BEFORE) == {"HT-KA", "MAY"}
    assert tree.below("HT-KA", REFORM) == {"HT-KA"}
    assert tree.below("HT", TODAY) == {"HT", "HT-KA", "HT-TXKA", "HT-KKT", "HT-VA", "MAY", "THEP"}
    assert tree.below("TLD", TODAY) >= tree.below("HT", TODAY) | tree.below("LC", TODAY)


def test_a_closed_district_stays_readable(tree: Tree, services: Services) -> None:
    with services.database.read() as session:
        unit = service.find(session, person(Role.REVIEWER, tree.id("HT")), tree.id("HT-KA"))
        then, today = show_whole(session, unit, BEFORE), show_whole(session, unit, TODAY)
    assert (then.stands, today.stands, today.closed_on) == (True, False, REFORM)
    assert today.parent is not None
    assert today.parent.code == "HT"
    assert "HT-KA" not in tree.listed()
    assert "HT-KA" in tree.listed(on=BEFORE)
    assert "HT-KA" in tree.listed(closed=True)


def test_a_unit_still_to_open_is_seen_by_those_who_will_have_it(tree: Tree) -> None:
    tree.add("HT-MOI", "commune", "HT", from_on=date(2027, 1, 1))
    assert "HT-MOI" in tree.below("HT", TODAY)
    assert "HT-MOI" not in tree.listed()
    assert "HT-MOI" in tree.listed(on=date(2027, 1, 1))


def test_moves_leave_the_days_before_as_they_were(tree: Tree) -> None:
    tree.move("THEP", "HT-VA", date(2026, 1, 1))
    tree.move("THEP", "HT", date(2026, 5, 1))
    assert [tree.line("THEP", day)[0] for day in (BEFORE, date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 1))] == [
        "HT-KKT", "HT-KKT", "HT-VA", "HT",
    ]  # fmt: skip
    with refused("unit_changed_later"):
        tree.move("THEP", "HT-VA", date(2026, 4, 30))
    tree.move("THEP", "HT-KKT", date(2026, 5, 1))  # the last change, put right
    assert tree.line("THEP", date(2026, 5, 1))[0] == "HT-KKT"
    assert tree.events().count("unit_moved") == 3


def test_closing_moves_the_children_and_reopening_keeps_the_gap(tree: Tree) -> None:
    with refused("unit_has_children"):
        tree.close("HT-KKT", date(2026, 2, 1))
    tree.close("HT-KKT", date(2026, 2, 1), to="HT-VA")
    assert tree.line("THEP", date(2026, 1, 31))[0] == "HT-KKT"
    assert tree.line("THEP", date(2026, 2, 1))[0] == "HT-VA"
    assert tree.line("MAY", date(2026, 2, 1))[0] == "HT-VA"
    with refused("unit_closed"):
        tree.close("HT-KKT", date(2026, 3, 1))
    with refused("unit_closed"):
        tree.move("HT-KKT", "HT", date(2026, 3, 1))
    with refused("unit_changed_later"):
        tree.reopen("HT-KKT", "HT", date(2026, 1, 1))
    tree.reopen("HT-KKT", "HT", date(2026, 4, 1))
    for day, there in ((date(2026, 1, 31), True), (date(2026, 2, 1), False), (date(2026, 3, 31), False), (date(2026, 4, 1), True)):
        assert ("HT-KKT" in tree.listed(on=day)) is there
    with refused("unit_not_closed"):
        tree.reopen("HT-KKT", "HT", date(2026, 5, 1))


def test_a_district_stands_no_longer_than_the_law_lets_it(tree: Tree) -> None:
    with refused("unit_invalid"):
        tree.add("HT-CX", "district", "HT")
    with refused("unit_invalid"):
        tree.add("HT-CX", "district", "HT", closed_on=date(2025, 8, 1))
    with refused("unit_invalid"):
        tree.reopen("HT-KA", "HT", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("kind", "parent", "days", "code"),
    [
        ("grassroots", "TLD", {}, "unit_parent_invalid"),  # nothing of that kind under that one
        ("province", "HT", {}, "unit_parent_invalid"),
        ("grassroots", "MAY", {}, "unit_parent_invalid"),
        ("grassroots", "HT-KA", {}, "unit_parent_invalid"),  # the parent ended
        ("grassroots", "HT-VA", {"from_on": BEFORE}, "unit_parent_invalid"),  # the parent had not begun
        ("grassroots", "HT-VA", {}, "unit_parent_invalid"),
        ("grassroots", "HT-KKT", {"from_on": REFORM, "closed_on": REFORM}, "unit_invalid"),
        ("commune", "HT", {"employer": "Công ty"}, "unit_invalid"),  # no enterprise
    ],
)
def test_a_unit_that_does_not_fit_is_refused(tree: Tree, kind: str, parent: str, days: dict[str, Any], code: str) -> None:
    with refused(code):
        tree.add("X", kind, parent, **days)
    assert "X" not in tree.listed(closed=True)


def test_a_code_is_taken_once(tree: Tree) -> None:
    with refused("unit_exists"):
        tree.add("may", "grassroots", "HT-KKT")


def test_nothing_stands_under_itself(tree: Tree) -> None:
    tree.add("NGANH", "industry", "HT")
    tree.add("TCT", "industry", "NGANH", from_on=date(2026, 1, 1))
    with refused("unit_parent_invalid"):
        tree.move("NGANH", "TCT", date(2026, 2, 1))
    with refused("unit_parent_invalid"):
        tree.move("NGANH", "NGANH", date(2026, 2, 1))
    tree.move("TCT", "HT", date(2026, 6, 1))
    with refused("unit_parent_invalid"):  # would be a circle until the first of June
        tree.move("NGANH", "TCT", date(2026, 2, 1))
    tree.move("NGANH", "TCT", date(2026, 6, 1))
    assert tree.line("NGANH", date(2026, 6, 1)) == ["TCT", "HT", "TLD"]


def test_who_sees_and_changes_what(tree: Tree, services: Services) -> None:
    ht, lc = person(Role.ADMINISTRATOR, tree.id("HT")), person(Role.ADMINISTRATOR, tree.id("LC"))
    officer = person(Role.OFFICER, tree.id("MAY"))
    assert set(tree.listed(officer)) == {"MAY", "HT-KKT", "HT", "TLD"}
    assert set(tree.listed(lc)) == {"LC", "LC-XTU", "CHE", "TLD"}
    assert tree.listed(person(Role.WEBSITE, ROOT_ID)) == []
    with services.database.read() as session, refused("unit_not_found"):
        service.find(session, lc, tree.id("MAY"))
    with services.database.read() as session, refused("unit_not_found"):
        service.find(session, lc, "abc")
    tree.add("HT-MOI", "commune", "HT", asker=ht)
    tree.move("MAY", "HT-MOI", date(2026, 1, 1), asker=ht)
    tree.change("HT", asker=ht, province="Tỉnh Hà Tĩnh")
    with refused("unit_parent_invalid"):
        tree.add("HT-MOI2", "commune", "HT", asker=lc)
    with refused("unit_parent_invalid"):  # into another province
        tree.move("MAY", "LC-XTU", date(2026, 2, 1), asker=ht)
    with refused("unit_not_found"):
        tree.change("MAY", asker=lc, name="Khác")
    with refused("forbidden"):
        tree.close("HT", date(2026, 2, 1), asker=ht)  # the superior's affair
    for other in (officer, person(Role.REVIEWER, ROOT_ID), person(Role.PUBLISHER, tree.id("HT"))):
        with refused("forbidden"):
            tree.change("MAY", asker=other, name="Khác")


def test_changes_need_the_present_etag(tree: Tree, services: Services) -> None:
    with services.database.read() as session:
        tag = service.etag(service.find(session, ROOT, tree.id("THEP")))
    with refused("if_match_required"):
        tree.change("THEP", if_match=None, workers=1000)
    tree.change("THEP", if_match=tag, workers=1000)
    with refused("changed_meanwhile"):
        tree.change("THEP", if_match=tag, workers=2000)
    with refused("changed_meanwhile"):
        tree.move("THEP", "HT", date(2026, 1, 1), if_match=tag)
    with services.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "unit_changed")).one()
    assert (event.before, event.after, event.unit_id) == ({"workers": 900}, {"workers": 1000}, tree.id("THEP"))


def test_search_with_and_without_marks(tree: Tree) -> None:
    assert tree.listed(name="kỳ anh", on=BEFORE) == ["HT-KA", "HT-TXKA"]
    assert tree.listed(name="KY ANH huyen", on=BEFORE) == ["HT-KA"]
    assert tree.listed(name="liên đoàn lao động", kind="province") == tree.listed(name="ldld", kind="province") == ["HT", "LC"]
    assert tree.listed(name="vung ang") == ["THEP", "HT-VA"]
    assert tree.listed(name="thep ") == ["THEP"]
    assert tree.listed(name="ht-va") == ["HT-VA"]
    assert tree.listed(name="100%_") == []
    assert tree.listed(parent="HT-KKT") == ["THEP", "MAY"]
    assert tree.listed(parent="HT-KA", on=BEFORE) == ["MAY"]
    assert tree.listed(below="HT", kind="grassroots") == ["THEP", "MAY"]


def test_pages_follow_each_other(tree: Tree) -> None:
    whole, after, seen = tree.listed(closed=True), None, []
    while page := tree.listed(closed=True, limit=3, after=after):
        seen += page
        after = tree.id(page[-1])
    assert seen == whole
    assert len(whole) == 12


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("LĐLĐ huyện Kỳ Anh", BEFORE, "HT-KA"),
        ("TM. BCH LIÊN ĐOÀN LAO ĐỘNG HUYỆN KỲ ANH", BEFORE, "HT-KA"),
        ("Ban Thường vụ LĐLĐ huyện Kì Anh, tỉnh Hà Tĩnh", BEFORE, "HT-KA"),
        ("LDLD TX. Ky Anh", BEFORE, "HT-TXKA"),
        ("LĐLĐ huyện Kỳ Anh", TODAY, None),  # it no longer stands
        ("LĐLĐ huyện Kỳ Anh", None, "HT-KA"),  # on whatever day
        ("CĐ KKT tỉnh Hà Tĩnh", TODAY, "HT-KKT"),
        ("Công đoàn Khu kinh tế", TODAY, "HT-KKT"),  # the beginning of one name
        ("Liên đoàn Lao động tỉnh", TODAY, None),  # the beginning of two
        ("CĐCS Cty TNHH May Haneul", BEFORE, "MAY"),
        ("Giám đốc Công ty", TODAY, None),
        ("", TODAY, None),
        ("T/M Ban chấp hành", TODAY, None),
    ],
)
def test_a_signatory_finds_its_unit(tree: Tree, text: str, on: date | None, code: str | None) -> None:
    assert tree.named(text, on) == code


def test_units_of_one_name_are_told_apart(tree: Tree) -> None:
    tree.add("HT-CT", "commune", "HT", name="Công đoàn xã Tân Thành")
    tree.add("LC-CT", "commune", "LC", name="Công đoàn xã Tân Thành")
    tree.add("LC-CT2", "commune", "LC", name="Công đoàn xã Tấn Thanh")
    assert tree.named("CĐ xã Tân Thành") is None
    assert tree.named("CĐ xã Tân Thành", near="THEP") == "HT-CT"
    assert tree.named("Công đoàn xã Tấn Thanh") == "LC-CT2"


def test_former_names_belong_to_their_days(tree: Tree, services: Services) -> None:
    tree.change("THEP", name="CĐCS Công ty CP Gang thép Vũng Áng", renamed_on=date(2025, 10, 1))
    tree.change("THEP", name="CĐCS Công ty CP Gang thép Vũng Áng 2")  # only put right
    with refused("unit_changed_later"):
        tree.change("THEP", name="CĐCS X", renamed_on=date(2025, 9, 1))
    old, new = "CĐCS Công ty CP Thép Vũng Áng", "CĐCS Công ty CP Gang thép Vũng Áng 2"
    assert tree.named(old, date(2025, 9, 30)) == tree.named(new, date(2025, 10, 1)) == "THEP"
    assert tree.named(old, TODAY) is tree.named(new, date(2025, 9, 30)) is None
    with services.database.read() as session:
        unit = service.find(session, ROOT, tree.id("THEP"))
        assert show_whole(session, unit, date(2025, 9, 30)).name == old
        assert show_whole(session, unit, TODAY).name == new
    assert tree.listed(name="cong ty cp thep") == ["THEP"]  # the old name still finds it


def test_names_are_found_anew_after_the_rules_changed(tree: Tree, services: Services) -> None:
    with services.database.write() as session:
        session.execute(Unit.__table__.update().values(name_key="", search=""))  # type: ignore[attr-defined]
    assert tree.listed(name="thép") == []
    with services.database.write() as session:
        assert service.reindex(session) == 12
    assert tree.listed(name="thép") == ["THEP"]

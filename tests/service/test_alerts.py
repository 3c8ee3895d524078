"""Alerts: what is due of an agreement on a day, the daily run, who reads what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.accounts.principal import Role
from app.agreements.life import Stage
from app.agreements.models import Agreement, Confirmation
from app.alerts import job, law_check
from app.alerts.finding import Ahead, Kind, Known, alerts_of, months_after
from app.alerts.models import Alert, AlertDay, LawCheck
from app.jobs.worker import worker_of
from app.organisations.models import ROOT_ID
from app.settings import Settings
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision, publish
from .people import ClientOf
from .test_api import API, assert_problem, upload, work_off
from .test_units_api import add

ALERTS = "/api/v1/alerts"
NOON = datetime(2026, 1, 1, 5, tzinfo=UTC)  # in Vietnam
AHEAD = Ahead(60, 12)
END = date(2026, 8, 31)
LAW = ({"since": "2026-07-01", "label": "x"}, {"since": "2027-07-01", "label": "y"})


def found(on: date, **known: Any) -> dict[str, tuple[date, date | None]]:
    facts = {"stage": Stage.PUBLISHED, "expires_on": END, "decided_on": None} | known
    return {one.kind.value: (one.since, one.due_on) for one in alerts_of(Known(**facts), on, AHEAD)}


@pytest.mark.parametrize(
    ("on", "known", "kinds"),
    [
        (END - timedelta(days=61), {}, set()),
        (END - timedelta(days=60), {}, {"expiring"}),
        (END, {}, {"expiring"}),
        (END + timedelta(days=1), {}, {"expired"}),
        (END + timedelta(days=1), {"stage": Stage.EXPIRED}, {"expired"}),
        (END, {"expires_on": None}, set()),
        (END + timedelta(days=1), {"stage": Stage.SUPERSEDED}, set()),
        (END, {"stage": Stage.SUPERSEDED}, set()),
        (END, {"stage": Stage.DRAFT}, set()),
        (END, {"stage": Stage.RETURNED}, set()),
        (END, {"stage": Stage.SUBMITTED}, {"expiring"}),
        (END + timedelta(days=1), {"stage": Stage.IN_REVIEW}, {"expired"}),
        (date(2026, 1, 14), {"decided_on": date(2025, 1, 15)}, set()),
        (date(2026, 1, 15), {"decided_on": date(2025, 1, 15)}, {"review_due"}),
        (date(2026, 1, 15), {"decided_on": date(2025, 1, 15), "stage": Stage.IN_REVIEW}, set()),  # it is being reviewed
        (date(2026, 9, 15), {"decided_on": date(2025, 1, 15)}, {"expired"}),  # nothing else matters of what is over
        (date(2026, 6, 30), {"overtaken": LAW}, set()),
        (date(2026, 7, 1), {"overtaken": LAW}, {"overtaken"}),
        (date(2026, 6, 1), {"proposed_on": date(2026, 5, 1)}, {"proposal_open"}),
        (date(2026, 6, 1), {"proposed_on": date(2026, 5, 1), "stage": Stage.IN_REVIEW}, set()),
    ],
)
def test_what_is_due_on_a_day(on: date, known: dict[str, Any], kinds: set[str]) -> None:
    end = {"expires_on": date(2028, 1, 1)} if "overtaken" in known else {}
    assert set(found(on, **(end | known))) == kinds


def test_days_of_alerts() -> None:
    assert found(END) == {"expiring": (END - timedelta(days=60), END)}
    assert found(END + timedelta(days=9)) == {"expired": (END + timedelta(days=1), END)}
    assert found(date(2026, 3, 1), decided_on=date(2025, 1, 31)) == {"review_due": (date(2026, 1, 31), date(2026, 1, 31))}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 15), 12, date(2026, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 5), 12, date(2026, 12, 5)),
    ],
)
def test_months_after(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def on_day(settings: Settings, day: date, **more: Any) -> Services:
    return Services.open(settings.model_copy(update={"today": day, "alerts_hour": 0, **more}))


def run(settings: Settings, day: date, **more: Any) -> None:
    """What a worker does on a day."""
    services = on_day(settings, day, **more)
    try:
        services.daily().tick()
        work_off(worker_of(services))
    finally:
        services.close()


def alerts(client: TestClient, **asked: Any) -> list[tuple[str, str]]:
    answer = client.get(ALERTS, params={"limit": 100, **asked})
    assert answer.status_code == 200, answer.text
    return sorted((one["kind"], one["since"]) for one in answer.json()["items"])


@pytest.fixture
def published(client: TestClient, services: Services, sample: bytes) -> str:
    """A real agreement in force to 31/8/2026, confirmed and published; confirmed on 10/7/2025 as far as the database knows."""
    agreement = str(upload(client, sample).json()["id"])
    work_off(worker_of(services))
    assert confirm(client, agreement, decision("B", reason="Hồ sơ đủ")).status_code == 200
    assert publish(client, agreement).status_code == 200
    with services.database.write() as session:
        session.execute(update(Confirmation).values(created_at=datetime(2025, 7, 10, tzinfo=UTC)))
    return agreement


def test_from_day_to_day(client: TestClient, settings: Settings, services: Services, published: str) -> None:
    def after(day: date) -> list[tuple[str, str]]:
        run(settings, day)
        return alerts(client)

    assert client.get(ALERTS).json()["as_of"] is None
    assert after(date(2026, 6, 30)) == []
    assert after(date(2026, 7, 1)) == [("overtaken", "2026-07-01")]
    [told] = client.get(ALERTS).json()["items"]
    assert (told["label"], told["raised_on"]) == ("Có nội dung đã thấp hơn luật mới", "2026-07-01")
    assert "Nghỉ lễ, Tết hưởng nguyên lương" in told["message"]
    assert "11 ngày/năm, luật từ 1/7/2026: 12 ngày/năm" in told["message"]
    assert told["agreement"] == {
        "id": published, "employer": "Công ty TNHH May Haneul Kỳ Anh", "number": "02/2024/TƯLĐTT-HNKA",
        "stage": "published", "expires_on": "2026-08-31",
    }  # fmt: skip
    assert after(date(2026, 7, 10)) == [("expiring", "2026-07-02"), ("overtaken", "2026-07-01"), ("review_due", "2026-07-10")]
    raised = {one["kind"]: one["raised_on"] for one in client.get(ALERTS).json()["items"]}
    assert raised == {"expiring": "2026-07-10", "overtaken": "2026-07-01", "review_due": "2026-07-10"}
    assert client.get(f"{API}/{published}").json()["stage"] == "published"
    assert after(date(2026, 9, 1)) == [("expired", "2026-09-01")]
    assert client.get(f"{API}/{published}").json()["stage"] == "expired"
    page = client.get(ALERTS).json()
    assert (page["as_of"], page["counts"]) == ("2026-09-01", {"expired": 1})
    with services.database.read() as session:
        days = {row.day: (row.moved, row.error, row.finished_at is not None) for row in session.scalars(select(AlertDay))}
    assert days[date(2026, 9, 1)] == (1, None, True)
    assert days[date(2026, 7, 10)] == (0, None, True)


def test_the_law_is_asked_anew_when_it_changed(
    client: TestClient, settings: Settings, services: Services, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings, date(2026, 7, 1))
    judged: list[int] = []
    real = law_check.judge_reading
    monkeypatch.setattr(law_check, "judge_reading", lambda *given: judged.append(1) or real(*given))
    run(settings, date(2026, 7, 2))
    assert judged == [], "the same law and assessment are not judged again"
    with services.database.write() as session:  # as it was before somebody wrote the twelfth holiday into grading_rules/law
        session.execute(update(LawCheck).values(law="0" * 64, facts={"employer": None, "number": None, "overtaken": []}))
    run(settings, date(2026, 7, 3))
    assert judged == [1]
    assert ("overtaken", "2026-07-01") in alerts(client)


def test_a_closed_unit_is_not_told_of(client: TestClient, settings: Settings, services: Services, published: str) -> None:
    province = add(client, "HT", "province", ROOT_ID)["id"]
    union = add(client, "MAY", "grassroots", province, closed_on="2026-07-15")["id"]
    with services.database.write() as session:
        session.execute(update(Agreement).values(unit_id=union))
    run(settings, date(2026, 7, 14))
    assert len(alerts(client)) == 3
    run(settings, date(2026, 7, 15))
    assert alerts(client) == []


def test_who_reads_which_alerts(client: TestClient, client_of: ClientOf, settings: Settings, services: Services, published: str) -> None:
    ht, lc = (add(client, code, "province", ROOT_ID)["id"] for code in ("HT", "LC"))
    may = add(client, "MAY", "grassroots", ht)["id"]
    other = str(upload(client, plain_agreement()).json()["id"])
    work_off(worker_of(services))
    confirm(client, other, decision("B", reason="x"))
    with services.database.write() as session:
        session.execute(update(Agreement).where(Agreement.id == published).values(unit_id=may))
        session.execute(update(Agreement).where(Agreement.id == other).values(unit_id=lc))
        session.execute(update(Confirmation).values(created_at=datetime(2025, 7, 10, tzinfo=UTC)))
    run(settings, date(2026, 7, 10))
    ours, theirs = [("expiring", "2026-07-02"), ("overtaken", "2026-07-01"), ("review_due", "2026-07-10")], [("review_due", "2026-07-10")]
    assert alerts(client) == sorted(ours + theirs)
    for role, unit in ((Role.OFFICER, may), (Role.REVIEWER, ht), (Role.PUBLISHER, ht), (Role.ADMINISTRATOR, ht)):
        assert alerts(client_of(role, unit_id=unit)) == ours
    assert alerts(client_of(Role.OFFICER, unit_id=ht)) == [], "an officer's own unit only"
    assert alerts(client_of(Role.REVIEWER, unit_id=lc)) == theirs
    assert alerts(client, kind="review_due") == theirs * 2
    assert alerts(client, kind=["expiring", "overtaken"]) == ours[:2]
    assert_problem(client.get(ALERTS, params={"kind": "x"}), 422, "request_invalid")
    assert_problem(client_of(Role.WEBSITE).get(ALERTS), 403, "forbidden")
    seen, cursor = [], None
    while True:
        page = client.get(ALERTS, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == 4
    assert page["counts"] == {"expiring": 1, "overtaken": 1, "review_due": 2}


def test_the_day_begins_once_whoever_is_first(settings: Settings, services: Services) -> None:
    processes = [on_day(settings, date(2026, 7, 10)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: one.daily().tick(NOON), processes))
    for one in processes:
        one.daily().tick(NOON)
    with services.database.read() as session:
        assert [row.day for row in session.scalars(select(AlertDay))] == [date(2026, 7, 10)]
        assert len([row for row in services.jobs.rows(session) if row["kind"] == job.ALERTS]) == 1
    for one in processes:
        one.close()


def test_the_day_begins_at_its_hour_and_after_downtime(settings: Settings, services: Services) -> None:
    def started() -> list[date]:
        with services.database.read() as session:
            return sorted(row.day for row in session.scalars(select(AlertDay)))

    morning = on_day(settings, date(2026, 7, 10), alerts_hour=6)
    morning.daily().tick(datetime(2026, 7, 9, 22, 59, tzinfo=UTC))  # 05:59 in Vietnam
    assert started() == []
    morning.daily().tick(datetime(2026, 7, 9, 23, 0, tzinfo=UTC))
    assert started() == [date(2026, 7, 10)]
    morning.close()
    later = on_day(settings, date(2026, 7, 14), alerts_hour=6)
    later.daily().tick(datetime(2026, 7, 14, 15, 30, tzinfo=UTC))  # the days between are not run after the fact
    assert started() == [date(2026, 7, 10), date(2026, 7, 14)]
    later.close()


def test_a_run_that_gave_up_begins_again_after_an_hour(
    client: TestClient, settings: Settings, services: Services, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 7, 10)

    def fail(*_: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(job.service, "look", fail)
        run(settings, day, job_max_attempts=1)
    with services.database.read() as session:
        row = session.scalars(select(AlertDay)).one()
        assert (row.finished_at, row.error is not None) == (None, True)
        started = row.started_at
    again = on_day(settings, day)
    again.daily().tick(started + timedelta(minutes=59))
    work_off(worker_of(again))
    assert alerts(client) == []
    again.daily().tick(started + timedelta(minutes=60))
    work_off(worker_of(again))
    again.close()
    assert len(alerts(client)) == 3
    with services.database.read() as session:
        assert session.scalars(select(AlertDay)).one().error is None


def test_many_agreements_go_page_by_page(
    client: TestClient, settings: Settings, services: Services, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PAGE", 2)
    for number in range(4):
        upload(client, plain_agreement(f"CÔNG TY SỐ {number}"))
    work_off(worker_of(services))
    with services.database.write() as session:
        session.execute(update(Agreement).where(Agreement.id != published).values(stage="submitted", expires_on=date(2026, 7, 30)))
    run(settings, date(2026, 7, 10))
    assert [kind for kind, _ in alerts(client, kind="expiring")] == ["expiring"] * 5
    with services.database.read() as session:
        assert session.scalars(select(AlertDay)).one().finished_at is not None
        assert {row.kind for row in session.scalars(select(Alert))} == {"expiring", "overtaken", "review_due"}


def test_every_kind_has_its_words() -> None:
    assert all(kind.label for kind in Kind)

"""What administrators do with accounts, what people do with keys, and how far each reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.audit.events import Event
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository
from app.settings import Settings
from app.storage.base import now
from app.wiring import Services

from .people import PASSWORD, ClientOf, signed_in
from .test_api import API, assert_problem
from .test_session import SESSION, events

ACCOUNTS, KEYS = "/api/v1/accounts", "/api/v1/keys"
OFFICER, REVIEWER, PUBLISHER, ADMINISTRATOR, WEBSITE = Role


@pytest.fixture
def units(services: Services) -> dict[str, str]:
    """Ids by code: two provinces, each with a commune, each with a grassroots union."""
    parents = {"HT": "TLD", "HT.X": "HT", "HT.X.1": "HT.X", "LC": "TLD", "LC.X": "LC", "LC.X.1": "LC.X"}
    kinds = ("province", "commune", "grassroots")
    ids = {"TLD": ROOT_ID}
    with services.database.write() as session:
        repository = UnitRepository(session)
        for code, parent in parents.items():
            unit = Unit(code=code, kind=kinds[code.count(".")], name=f"Công đoàn {code}")
            repository.add(unit)
            repository.add(Placement(unit_id=unit.id, parent_id=ids[parent]))
            ids[code] = unit.id
    return ids


@pytest.fixture
def administrator(sign_in_as: ClientOf, units: dict[str, str]) -> TestClient:
    """Of the province HT."""
    return sign_in_as(ADMINISTRATOR, unit_id=units["HT"])


def wanted(username: str, *grants: tuple[Role, str], **more: Any) -> dict[str, Any]:
    return {"username": username, "name": "Lan", "grants": [{"role": role, "unit_id": unit} for role, unit in grants]} | more


def test_an_administrator_makes_accounts_below(
    administrator: TestClient, units: dict[str, str], sign_in_as: ClientOf, services: Services
) -> None:
    made = administrator.post(ACCOUNTS, json=wanted("lan", (OFFICER, units["HT.X.1"]), (REVIEWER, units["HT"]), email="Lan@Cd.example"))
    assert made.status_code == 201, made.text
    account = made.json()["account"]
    assert (account["username"], account["email"], account["state"]) == ("lan", "lan@cd.example", "must_change_password")
    assert [(one["role"], one["unit_name"]) for one in account["grants"]] == [("officer", "Công đoàn HT.X.1"), ("reviewer", "Công đoàn HT")]
    person = TestClient(administrator.app, base_url="https://testserver")
    signed = person.post(SESSION, json={"username": "lan", "password": made.json()["one_time_password"]})
    assert signed.json()["must_change_password"] is True
    own = f"{ACCOUNTS}/{account['id']}"
    assert administrator.get(made.headers["location"]).json() == account

    for code in ("account_exists", "account_exists"):
        assert_problem(administrator.post(ACCOUNTS, json=wanted("LAN", (OFFICER, units["HT"]))), 409, code)
    assert_problem(administrator.post(ACCOUNTS, json=wanted("a b", (OFFICER, units["HT"]))), 422, "account_invalid")
    assert_problem(administrator.post(ACCOUNTS, json=wanted("minh")), 422, "request_invalid")
    for unit in (units["LC.X.1"], units["TLD"], "x"):
        assert_problem(administrator.post(ACCOUNTS, json=wanted("minh", (OFFICER, unit))), 422, "unit_unknown")
        assert_problem(administrator.post(f"{own}/grants", json={"role": "officer", "unit_id": unit}), 422, "unit_unknown")

    given = administrator.post(f"{own}/grants", json={"role": "publisher", "unit_id": units["HT"]}).json()
    assert [one["role"] for one in given["grants"]] == ["officer", "reviewer", "publisher"]
    taken = administrator.delete(f"{own}/grants/reviewer/{units['HT']}").json()
    assert [one["role"] for one in taken["grants"]] == ["officer", "publisher"]
    assert_problem(administrator.delete(f"{own}/grants/reviewer/{units['HT']}"), 404, "grant_not_found")
    assert_problem(administrator.delete(f"{own}/grants/officer/{units['LC.X.1']}"), 404, "grant_not_found")
    assert administrator.post(f"{own}/disable").json()["state"] == "disabled"
    assert_problem(person.get(SESSION), 401, "session_ended")
    assert administrator.post(f"{own}/enable").json()["state"] == "must_change_password"
    reset = administrator.post(f"{own}/reset-password").json()
    assert person.post(SESSION, json={"username": "lan", "password": reset["one_time_password"]}).status_code == 200
    kinds = (Event.ACCOUNT_ADDED, Event.GRANT_ADDED, Event.GRANT_REMOVED, Event.ACCOUNT_DISABLED, Event.ACCOUNT_CHANGED)
    for kind in (*kinds, Event.PASSWORD_RESET):
        last = events(services, kind)[-1]
        assert (last.subject, last.unit_id in (units["HT"], units["HT.X.1"])) == (f"account:{account['id']}", True)
    told = str([row.after for row in events(services, Event.ACCOUNT_ADDED)])
    assert made.json()["one_time_password"] not in told


def test_an_administrator_reaches_no_other_province(
    administrator: TestClient, units: dict[str, str], sign_in_as: ClientOf, services: Services
) -> None:
    other = sign_in_as(ADMINISTRATOR, unit_id=units["LC"])
    root = sign_in_as(ADMINISTRATOR)
    theirs = other.post(ACCOUNTS, json=wanted("tham", (OFFICER, units["LC.X.1"]))).json()["account"]
    both = root.post(ACCOUNTS, json=wanted("ca-hai", (OFFICER, units["LC.X.1"]), (OFFICER, units["HT.X.1"]))).json()["account"]
    nothing = events(services, Event.ACCESS_REFUSED)
    assert nothing == []
    own = f"{ACCOUNTS}/{theirs['id']}"
    grant = {"role": "officer", "unit_id": units["HT.X.1"]}
    calls: list[Callable[[], Any]] = [
        lambda: administrator.get(own),
        lambda: administrator.post(f"{own}/grants", json=grant),
        lambda: administrator.delete(f"{own}/grants/officer/{units['LC.X.1']}"),
        lambda: administrator.post(f"{own}/reset-password"),
        lambda: administrator.post(f"{own}/disable"),
        lambda: administrator.post(f"{own}/enable"),
    ]
    for call in calls:
        assert_problem(call(), 404, "account_not_found")
    refused = events(services, Event.ACCESS_REFUSED)
    assert [row.subject for row in refused] == [f"account:{theirs['id']}"] * len(calls)
    assert {row.unit_id for row in refused} == {units["LC.X.1"]}
    assert_problem(administrator.get(f"{ACCOUNTS}/{'0' * 36}"), 404, "account_not_found")
    assert len(events(services, Event.ACCESS_REFUSED)) == len(calls), "what does not exist is no refusal"

    assert administrator.get(f"{ACCOUNTS}/{both['id']}").status_code == 200
    for act in ("reset-password", "disable", "enable"):
        assert_problem(administrator.post(f"{ACCOUNTS}/{both['id']}/{act}"), 403, "forbidden")
    assert administrator.delete(f"{ACCOUNTS}/{both['id']}/grants/officer/{units['HT.X.1']}").status_code == 200
    assert_problem(administrator.get(f"{ACCOUNTS}/{both['id']}"), 404, "account_not_found")

    names = {one["username"] for one in root.get(ACCOUNTS, params={"limit": 100}).json()["items"]}
    assert {"tham", "ca-hai"} < names
    assert {"tham", "ca-hai"} & {one["username"] for one in administrator.get(ACCOUNTS).json()["items"]} == set()
    first = root.get(ACCOUNTS, params={"limit": 2}).json()
    second = root.get(ACCOUNTS, params={"limit": 100, "cursor": first["next_cursor"]}).json()
    assert len({one["id"] for one in first["items"] + second["items"]}) == len(names)


def test_nobody_changes_his_own_rights(administrator: TestClient, units: dict[str, str]) -> None:
    me = f"{ACCOUNTS}/{administrator.get(SESSION).json()['id']}"
    grant = {"role": "reviewer", "unit_id": units["HT"]}
    assert_problem(administrator.post(f"{me}/grants", json=grant), 403, "forbidden")
    assert_problem(administrator.delete(f"{me}/grants/administrator/{units['HT']}"), 403, "forbidden")
    for act in ("reset-password", "disable", "enable"):
        assert_problem(administrator.post(f"{me}/{act}"), 403, "forbidden")


def test_a_key_holds_no_more_than_its_maker(
    sign_in_as: ClientOf, administrator: TestClient, client_of: ClientOf, units: dict[str, str], services: Services
) -> None:
    reviewer = sign_in_as(REVIEWER, unit_id=units["HT"])
    for role, unit in ((REVIEWER, "LC"), (REVIEWER, "TLD"), (PUBLISHER, "HT"), (OFFICER, "HT.X.1"), (WEBSITE, "HT")):
        body = {"name": "Máy", "grants": [{"role": role, "unit_id": units[unit]}]}
        assert_problem(reviewer.post(KEYS, json=body), 403, "forbidden")
    body = {"name": "Máy quét", "grants": [{"role": "reviewer", "unit_id": units["HT.X"]}]}
    past = body | {"expires_at": (now() - timedelta(days=1)).isoformat()}
    assert_problem(reviewer.post(KEYS, json=past), 422, "request_invalid")
    made = reviewer.post(KEYS, json=body)
    assert made.status_code == 201, made.text
    secret, key = made.json()["secret"], made.json()["key"]
    assert secret.startswith("thuoc_")
    assert secret not in reviewer.get(KEYS).text
    assert [one["id"] for one in reviewer.get(KEYS).json()["items"]] == [key["id"]]
    assert [one["id"] for one in administrator.get(KEYS).json()["items"]] == [key["id"]]
    machine = TestClient(reviewer.app, headers={"Authorization": f"Bearer {secret}"})
    assert machine.get(API).status_code == 200
    assert_problem(machine.post(KEYS, json=body), 403, "forbidden")
    me = machine.get(SESSION).json()
    assert (me["kind"], me["name"], [one["role"] for one in me["grants"]]) == ("key", "Máy quét", ["reviewer"])

    maker = reviewer.get(SESSION).json()["id"]
    administrator.post(f"{ACCOUNTS}/{maker}/grants", json={"role": "officer", "unit_id": units["HT.X"]})
    administrator.delete(f"{ACCOUNTS}/{maker}/grants/reviewer/{units['HT']}")
    assert_problem(machine.get(API), 403, "forbidden")
    administrator.post(f"{ACCOUNTS}/{maker}/grants", json={"role": "reviewer", "unit_id": units["HT.X"]})
    assert machine.get(API).status_code == 200

    stranger = sign_in_as(ADMINISTRATOR, unit_id=units["LC"])
    assert_problem(stranger.delete(f"{KEYS}/{key['id']}"), 404, "key_not_found")
    assert stranger.get(KEYS).json()["items"] == []
    colleague = sign_in_as(REVIEWER, unit_id=units["HT"])
    assert_problem(colleague.delete(f"{KEYS}/{key['id']}"), 404, "key_not_found")
    assert_problem(colleague.delete(f"{KEYS}/x"), 404, "key_not_found")
    assert [row.subject for row in events(services, Event.ACCESS_REFUSED)[-2:]] == [f"key:{key['id']}"] * 2
    assert administrator.delete(f"{KEYS}/{key['id']}").json()["revoked_at"]
    assert_problem(machine.get(API), 401, "key_invalid")
    again = reviewer.post(KEYS, json=body | {"grants": [{"role": "reviewer", "unit_id": units["HT.X"]}]}).json()
    assert reviewer.delete(f"{KEYS}/{again['key']['id']}").json()["revoked_at"]
    third = reviewer.post(KEYS, json=body).json()["secret"]
    administrator.post(f"{ACCOUNTS}/{maker}/disable")
    assert_problem(TestClient(reviewer.app, headers={"Authorization": f"Bearer {third}"}).get(API), 401, "key_invalid")


def test_changing_ones_password_ends_the_other_sessions(client: TestClient, settings: Settings) -> None:
    first = signed_in(TestClient(client.app, base_url="https://testserver"), settings, OFFICER)
    name = first.get(SESSION).json()["name"].removeprefix("Người ")
    second = TestClient(client.app, base_url="https://testserver")
    assert second.post(SESSION, json={"username": name, "password": PASSWORD}).status_code == 200
    changed = first.post(f"{SESSION}/password", json={"current": PASSWORD, "new": "trâu ơi ta bảo trâu này"})
    assert changed.status_code == 200
    assert_problem(second.get(SESSION), 401, "session_ended")
    assert first.get(SESSION).status_code == 200

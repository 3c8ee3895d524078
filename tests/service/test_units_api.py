"""`/api/v1/units` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.organisations.models import ROOT_ID

from .people import ClientOf
from .test_api import assert_problem

UNITS = "/api/v1/units"


def add(client: TestClient, code: str, kind: str, parent: str, **values: Any) -> dict[str, Any]:
    made = client.post(UNITS, json={"code": code, "kind": kind, "name": values.pop("name", code), "parent_id": parent, **values})
    assert made.status_code == 201, made.text
    got: dict[str, Any] = made.json()
    assert made.headers["location"] == f"{UNITS}/{got['id']}"
    return got


@pytest.fixture
def ids(client: TestClient) -> dict[str, str]:
    """A province with a district that ended on 1 July 2025, a commune since then, and an enterprise's union in the district."""
    ht = add(client, "HT", "province", ROOT_ID, name="LĐLĐ tỉnh Hà Tĩnh")["id"]
    ka = add(client, "HT-KA", "district", ht, name="LĐLĐ huyện Kỳ Anh", closed_on="2025-07-01")["id"]
    va = add(client, "HT-VA", "commune", ht, name="Công đoàn phường Vũng Áng", from_on="2025-07-01")["id"]
    may = add(client, "MAY", "grassroots", ka, name="CĐCS May", employer="Công ty May", ownership="fdi", closed_on="2025-07-01")["id"]
    lc = add(client, "LC", "province", ROOT_ID, name="LĐLĐ tỉnh Lai Châu")["id"]
    return {"HT": ht, "HT-KA": ka, "HT-VA": va, "MAY": may, "LC": lc}


def test_a_unit_and_its_superiors_on_a_day(client: TestClient, ids: dict[str, str]) -> None:
    address = f"{UNITS}/{ids['MAY']}"
    tag = client.get(address).headers["etag"]
    moved = client.post(f"{address}/reopen", json={"parent_id": ids["HT-VA"], "on": "2025-07-01"}, headers={"If-Match": tag})
    assert moved.status_code == 200, moved.text
    assert moved.headers["etag"] != tag
    then, now = (client.get(address, params={"on": day}).json() for day in ("2025-06-30", "2025-07-01"))
    assert [one["code"] for one in then["ancestors"]] == ["HT-KA", "HT", "TLD"]
    assert [one["code"] for one in now["ancestors"]] == ["HT-VA", "HT", "TLD"]
    assert [(one["parent"]["code"], one["from_on"], one["until"]) for one in now["history"]] == [
        ("HT-KA", None, "2025-07-01"), ("HT-VA", "2025-07-01", None),
    ]  # fmt: skip
    assert (now["stands"], now["ownership"], now["kind_label"]) == (True, "fdi", "Công đoàn cơ sở")
    again = client.post(f"{address}/move", json={"parent_id": ids["HT"], "on": "2025-08-01"}, headers={"If-Match": tag})
    assert_problem(again, 412, "changed_meanwhile")
    assert_problem(client.patch(address, json={"workers": 3}), 428, "if_match_required")
    assert client.patch(address, json={"workers": 3}, headers={"If-Match": "*"}).json()["workers"] == 3
    assert_problem(client.patch(address, json={"kind": "zone"}, headers={"If-Match": "*"}), 422, "request_invalid")
    assert_problem(client.get(address, params={"on": "1500-01-01"}), 422, "request_invalid")


def test_lists_by_kind_parent_name_and_day(client: TestClient, ids: dict[str, str]) -> None:
    def codes(**asked: Any) -> list[str]:
        answer = client.get(UNITS, params=asked)
        assert answer.status_code == 200, answer.text
        return [one["code"] for one in answer.json()["items"]]

    assert codes(kind="province") == ["HT", "LC"]
    assert codes(parent=ids["HT"], on="2025-06-30") == ["HT-KA"]
    assert codes(parent=ids["HT"], on="2025-07-01") == ["HT-VA"]
    assert codes(name="ldld ky anh", on="2025-06-30") == ["HT-KA"]
    assert codes(below=ids["HT"], closed=True, on="2025-07-01") == ["MAY", "HT-VA", "HT-KA", "HT"]
    first = client.get(UNITS, params={"limit": 2}).json()
    second = client.get(UNITS, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert not {one["id"] for one in first["items"]} & {one["id"] for one in second["items"]}
    assert_problem(client.get(UNITS, params={"cursor": "x"}), 422, "cursor_invalid")


def test_closing_by_the_administrator_of_the_province(client: TestClient, client_of: ClientOf, ids: dict[str, str]) -> None:
    own, other = client_of(Role.ADMINISTRATOR, unit_id=ids["HT"]), client_of(Role.ADMINISTRATOR, unit_id=ids["LC"])
    address, day = f"{UNITS}/{ids['HT-VA']}", {"on": "2025-12-01"}
    assert_problem(other.post(f"{address}/close", json=day, headers={"If-Match": "*"}), 404, "unit_not_found")
    assert_problem(other.get(address), 404, "unit_not_found")
    assert_problem(client_of(Role.OFFICER, unit_id=ids["MAY"]).post(f"{address}/close", json=day), 403, "forbidden")
    closed = own.post(f"{address}/close", json=day, headers={"If-Match": own.get(address).headers["etag"]})
    assert (closed.status_code, closed.json()["closed_on"], closed.json()["stands"]) == (200, "2025-12-01", False)
    assert_problem(own.post(UNITS, json={"code": "X", "kind": "province", "name": "X", "parent_id": ROOT_ID}), 422, "unit_parent_invalid")


def test_a_reader_sees_the_own_superiors_and_subtree(client_of: ClientOf, ids: dict[str, str]) -> None:
    def codes(client: TestClient) -> set[str]:
        return {one["code"] for one in client.get(UNITS, params={"closed": True}).json()["items"]}

    assert codes(client_of(Role.OFFICER, unit_id=ids["MAY"])) == {"MAY", "HT-KA", "HT", "TLD"}
    assert codes(client_of(Role.REVIEWER, unit_id=ids["HT"])) == {"MAY", "HT-KA", "HT-VA", "HT", "TLD"}
    assert codes(client_of(Role.PUBLISHER, unit_id=ids["LC"])) == {"LC", "TLD"}
    assert_problem(client_of(Role.WEBSITE).get(UNITS), 403, "forbidden")
    assert_problem(client_of().get(UNITS), 401, "sign_in_required")

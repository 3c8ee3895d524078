"""The website's view: what is approved is shown, what is withdrawn leaves a tombstone, and nobody reads what was removed."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.jobs.loop import Worker

from .documents import plain_agreement
from .life import API, confirm, decision, move, publish, release, somebody
from .test_api import assert_problem, upload, work_off

FEED = "/api/v1/publications"


@pytest.fixture
def public(client: TestClient) -> TestClient:
    """Somebody who did not sign in."""
    return TestClient(client.app, raise_server_exceptions=False)


def published(client: TestClient, worker: Worker, company: str = "CÔNG TY CỔ PHẦN MINH PHÁT", grade: str = "B", **fields: str) -> str:
    """The id of a new published agreement."""
    agreement = upload(client, plain_agreement(company), **fields).json()["id"]
    work_off(worker)
    answer = confirm(client, agreement, decision(grade, reason="Theo hồ sơ"))
    assert answer.status_code == 200, answer.text
    answer = publish(client, agreement)
    assert answer.status_code == 200, answer.text
    return str(agreement)


def items(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(FEED, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_nothing_is_public_before_the_release_is_approved(client: TestClient, worker: Worker, public: TestClient) -> None:
    agreement = upload(client, plain_agreement()).json()["id"]
    work_off(worker)
    publisher = somebody(client, Role.PUBLISHER)
    address = f"{API}/{agreement}/release"
    assert_problem(publisher.post(address), 409, "not_confirmed")
    confirm(client, agreement, decision("B", reason="Theo hồ sơ"))
    assert_problem(move(publisher, agreement, "publish"), 404, "release_not_found")
    assert publisher.post(address).json()["state"] == "preparing"
    assert_problem(publisher.post(f"{address}/approve", headers={"If-Match": "*"}), 409, "release_not_ready")
    work_off(worker)
    assert publisher.get(address).json()["state"] == "ready"
    assert_problem(move(publisher, agreement, "publish"), 409, "redaction_not_approved")
    assert items(public) == []
    release(client, agreement)
    assert move(publisher, agreement, "publish").status_code == 200
    assert [one["withdrawn"] for one in items(public)] == [False]


def test_the_publisher_edits_what_is_removed(client: TestClient, worker: Worker, public: TestClient) -> None:
    agreement = upload(client, plain_agreement()).json()["id"]
    work_off(worker)
    confirm(client, agreement, decision("B", reason="Theo hồ sơ"))
    approved = release(client, agreement)
    publisher, address = somebody(client, Role.PUBLISHER), f"{API}/{agreement}/release"
    tag = publisher.get(address).headers["etag"]
    bad = {"add": [{"words": "Không hề có", "kind": "person_name"}]}
    assert_problem(publisher.put(address, json=bad), 428, "if_match_required")
    for wrong in (bad, {"add": [{"words": "tham quan", "kind": "hobby"}]}):
        assert_problem(publisher.put(address, json=wrong, headers={"If-Match": tag}), 422, "release_edit_invalid")
    edited = publisher.put(address, json={"add": [{"words": "đi tham quan, nghỉ mát", "kind": "person_name"}]}, headers={"If-Match": tag})
    assert (edited.json()["state"], approved["state"]) == ("ready", "approved"), "an edit takes the approval back"
    assert_problem(publisher.put(address, json={}, headers={"If-Match": tag}), 412, "changed_meanwhile")
    assert_problem(move(publisher, agreement, "publish"), 409, "redaction_not_approved")
    assert publish(client, agreement).status_code == 200
    [shown] = items(public)
    for form in ("self", "fragment", "akoma_ntoso"):
        assert "đi tham quan, nghỉ mát" not in public.get(shown["links"][form]).text


def test_a_withdrawal_is_a_tombstone_and_changes_come_in_order(client: TestClient, worker: Worker, public: TestClient) -> None:
    first, second = published(client, worker), published(client, worker, "CÔNG TY TNHH SAO MAI")
    start = {"changed_since": "2020-01-01T00:00:00Z"}
    page = public.get(FEED, params={**start, "limit": 1}).json()
    assert page["items"][0]["employer"].upper() == "CÔNG TY CỔ PHẦN MINH PHÁT"
    later = public.get(FEED, params={"changed_since": page["next_changed_since"]}).json()
    assert [one["employer"].upper() for one in later["items"]] == ["CÔNG TY TNHH SAO MAI"]
    assert move(somebody(client, Role.PUBLISHER), first, "withdraw", {"reason": "Doanh nghiệp đề nghị"}).status_code == 200
    last = public.get(FEED, params={"changed_since": later["next_changed_since"]}).json()
    assert [(one["withdrawn"], one["because"]) for one in last["items"]] == [(True, "withdrawn")]
    assert "Doanh nghiệp đề nghị" not in str(last), "the reason inside is not for the public"
    gone = last["items"][0]["id"]
    refused = public.get(f"{FEED}/{gone}")
    assert_problem(refused, 410, "publication_withdrawn")
    assert refused.headers["access-control-allow-origin"] == "*", "pages of other sites learn that it is gone"
    assert [one["id"] != gone for one in items(public)] == [True]
    assert publish(client, first).status_code == 200
    assert {one["id"] for one in items(public)} == {gone, later["items"][0]["id"]}
    assert second


def test_answers_are_cacheable_and_304_until_something_changes(client: TestClient, worker: Worker, public: TestClient) -> None:
    published(client, worker)
    answer = public.get(FEED)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age" in answer.headers["cache-control"]
    again = public.get(FEED, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    [shown] = answer.json()["items"]
    for form in shown["links"].values():
        if not form.endswith(".pdf"):
            one = public.get(form)
            assert one.status_code == 200
            assert public.get(form, headers={"If-None-Match": one.headers["etag"]}).status_code == 304
    first = public.get(FEED, headers={"Accept-Encoding": "identity"})
    for encoding in ("identity", "gzip"):  # at hand by now, and the same however it goes out
        at_hand = public.get(FEED, headers={"Accept-Encoding": encoding})
        assert at_hand.json() == answer.json()
        kept = ("etag", "cache-control", "vary", "access-control-allow-origin", "content-type", "x-content-type-options")
        assert {name: at_hand.headers[name] for name in kept} == {name: first.headers[name] for name in kept}
        assert at_hand.headers.get("content-encoding", "identity") == encoding
    assert (
        public.get(f"{FEED}?limit=1", headers={"Host": "khac.example"})
        .json()["items"][0]["links"]["self"]
        .startswith("http://khac.example")
    )
    preflight = public.options(FEED, headers={"Origin": "https://congdoan.example", "Access-Control-Request-Headers": "if-none-match"})
    assert (preflight.status_code, preflight.headers["access-control-allow-headers"]) == (204, "If-None-Match")


def test_filters_values_and_words(client: TestClient, worker: Worker, public: TestClient) -> None:
    published(client, worker, province="Hà Tĩnh", sector="may mặc", ownership="fdi", grade="A")
    published(client, worker, "CÔNG TY TNHH SAO MAI", province="Lai Châu", sector="trồng chè")
    everything = items(public)
    assert len(everything) == 2
    for query, expected in (
        ({"province": "Lai Châu"}, 1), ({"sector": "may mặc"}, 1), ({"ownership": "state"}, 0), ({"grade_at_least": "A"}, 1),
        ({"provision": "shift_meal", "at_least": 30000}, 2), ({"provision": "shift_meal", "at_least": 30001}, 0),
        ({"provision": "shift_meal", "at_most": 30000}, 2), ({"topic": "meals"}, 2), ({"topic": "training"}, 0),
        ({"q": "sao mai"}, 1), ({"q": "SAO MAI"}, 1), ({"q": "bữa ăn"}, 2), ({"q": "bua an giua ca"}, 2), ({"q": '"giữa ca trị giá"'}, 2),
        ({"q": '"ca giữa trị giá"'}, 0), ({"q": "tàu vũ trụ"}, 0), ({"q": "bưa ăn"}, 2), ({"q": "!!"}, 2),
    ):  # fmt: skip
        assert len(items(public, **query)) == expected, query
    for sort in ("newest", "grade", "signed_on", "better"):
        found: list[str] = []
        cursor = None
        while True:
            page = public.get(FEED, params={"sort": sort, "limit": 1, **({"cursor": cursor} if cursor else {})}).json()
            found += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(found) == sorted(one["id"] for one in everything), sort
    assert items(public, sort="grade")[0]["grade"] == "A"
    for bad in (
        {"provision": "no_such"},
        {"topic": "x"},
        {"at_least": 1},
        {"changed_since": "2026-01-01T00:00:00"},
        {"q": "a", "sort": "grade"},
    ):
        assert_problem(public.get(FEED, params=bad), 422, "filter_invalid")
    assert_problem(public.get(FEED, params={"cursor": "AAAA"}), 422, "cursor_invalid")


def test_words_with_marks_come_first(client: TestClient, worker: Worker, public: TestClient) -> None:
    published(client, worker, "CÔNG TY CỔ PHẦN MAY ĐÔ")
    published(client, worker, "CÔNG TY CỔ PHẦN MÂY ĐỎ")
    assert [one["employer"].upper() for one in items(public, q="may đô")] == ["CÔNG TY CỔ PHẦN MAY ĐÔ", "CÔNG TY CỔ PHẦN MÂY ĐỎ"]
    assert [one["employer"].upper() for one in items(public, q="mây đỏ")] == ["CÔNG TY CỔ PHẦN MÂY ĐỎ", "CÔNG TY CỔ PHẦN MAY ĐÔ"]
    first = public.get(FEED, params={"q": "may đô", "limit": 1}).json()
    second = public.get(FEED, params={"q": "may đô", "limit": 1, "cursor": first["next_cursor"]}).json()
    assert [one["employer"].upper()[-6:] for page in (first, second) for one in page["items"]] == ["MAY ĐÔ", "MÂY ĐỎ"]
    assert second["next_cursor"] is None


def test_clauses_show_how_others_promise_a_thing(client: TestClient, worker: Worker, public: TestClient) -> None:
    published(client, worker, province="Hà Tĩnh")
    for query, expected in (
        ({"provision": "shift_meal"}, 1), ({"provision": "shift_meal", "at_least": 40000}, 0),
        ({"provision": "shift_meal", "q": "giua ca"}, 1),
        ({"q": "một suất", "province": "Hà Tĩnh"}, 1), ({"q": "một suất", "province": "Lai Châu"}, 0),
    ):  # fmt: skip
        answer = public.get("/api/v1/clauses", params=query)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) == expected, query
    [clause] = public.get("/api/v1/clauses", params={"provision": "shift_meal"}).json()["items"]
    assert clause["amount"] == 30000
    assert "30.000 đồng" in clause["quote"]
    assert public.get(clause["link"]).json()["clauses"]


@pytest.mark.parametrize("publication", ["0", "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44", "../agreements", "%00"])
def test_unknown_publications_are_not_found(public: TestClient, publication: str) -> None:
    assert public.get(f"{FEED}/{publication}").status_code in (401, 404)

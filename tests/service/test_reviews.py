"""Review over HTTP: corrections, gates, dossier, queue; what is confirmed; what the machine and the person say stays apart."""

from __future__ import annotations

import base64
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import docx
import httpx
import pytest
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.accounts.repository import AccountRepository
from app.jobs.loop import Worker
from app.settings import Settings
from app.wiring import Services

from .conftest import SAMPLES
from .documents import plain_agreement
from .life import API, decision, in_review, move, publish, somebody
from .people import account_of
from .test_api import assert_problem, upload, work_off
from .test_life import events

REVIEWS = "/api/v1/reviews"
MEAL = "Công ty tổ chức bữa ăn giữa ca trị giá 30.000 đồng một suất cho mỗi người lao động."
TOUR = "công ty tổ chức cho người lao động đi tham quan, nghỉ mát"


@pytest.fixture
def draft(client: TestClient, worker: Worker) -> str:
    agreement = upload(client, plain_agreement()).json()["id"]
    work_off(worker)
    return str(agreement)


@pytest.fixture
def reviewer(client: TestClient, draft: str) -> TestClient:
    return in_review(client, draft)


def call(person: TestClient, verb: str, path: str, body: Any = None, tag: str | None = "*") -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    return person.request(verb, f"{REVIEWS}/{path}", json=body, headers=headers)


def correct(person: TestClient, agreement: str, **body: Any) -> dict[str, Any]:
    answer = call(person, "POST", f"{agreement}/corrections", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def machine(client: TestClient, agreement: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/{agreement}/assessment").json()
    return found


def person(client: TestClient, agreement: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{REVIEWS}/{agreement}/assessment").json()
    return found


def index_of(assessment: dict[str, Any], provision: str) -> int:
    return next(n for n, one in enumerate(assessment["findings"]) if one["provision"] == provision)


def text_of(assessment: dict[str, Any]) -> str:
    return "".join(clause["text"] for clause in assessment["clauses"])


def span_of(assessment: dict[str, Any], words: str) -> list[int]:
    start = text_of(assessment).index(words)
    return [start, start + len(words)]


def item(assessment: dict[str, Any], id: str) -> dict[str, Any]:
    return next(one for group in assessment["score"]["groups"] for one in group["items"] if one["id"] == id)


def test_a_correction_changes_the_score_at_once_and_nothing_of_the_machines(client: TestClient, draft: str, reviewer: TestClient) -> None:
    before = client.get(f"{API}/{draft}/assessment").content
    got = json.loads(before)
    meal = index_of(got, "shift_meal")
    shown = correct(reviewer, draft, action="correct", finding=meal, amount=18000, reason="Phụ lục ghi 18.000 đồng")
    assert shown["machine"]["content_points"] - shown["person"]["content_points"] == item(got, "shift_meal")["points"] - 5.5
    [row] = shown["corrections"]
    assert (row["status"], row["finding"], row["path"], row["label"]) == ("held", meal, "5", "Điều 5")
    assert row["machine"] == {"provision": "shift_meal", "verdict": "better", "amount": 30000, "unit": "VND/meal", "unlawful": None}
    assert row["person"] == row["machine"] | {"amount": 18000}, "the law sets no floor, so it is better with this figure too"
    assert client.get(f"{API}/{draft}/assessment").content == before

    said = person(client, draft)
    [own] = [one for one in said["findings"] if one["by"] == "person"]
    assert (own["amount"], own["machine"]["amount"], own["decision"]["action"]) == (18000, 30000, "correct")
    assert item(said, "shift_meal")["by"] == "person"
    assert "18.000" in item(said, "shift_meal")["why"]
    assert sum(one["points"] for one in said["findings"]) == shown["person"]["content_points"], "every half point has its finding"
    same = [{**one, "by": None} for one in said["findings"] if one["by"] == "machine"]
    assert same == [{**one, "by": None} for n, one in enumerate(got["findings"]) if n != meal]

    undone = call(reviewer, "DELETE", f"{draft}/corrections/{row['id']}").json()
    assert (undone["corrections"], undone["person"]) == ([], shown["machine"])
    for id in (row["id"], "none", "%00"):
        assert_problem(call(reviewer, "DELETE", f"{draft}/corrections/{id}"), 404, "correction_not_found")


def test_accept_reject_and_add(client: TestClient, services: Services, draft: str, reviewer: TestClient) -> None:
    got = machine(client, draft)
    marriage, tour = index_of(got, "leave_marriage"), span_of(got, TOUR)
    correct(reviewer, draft, action="accept", finding=marriage)
    rejected = correct(reviewer, draft, action="reject", finding=marriage, reason="Công ty không trả")
    assert [row["action"] for row in rejected["corrections"]] == ["reject"], "a newer decision takes the older one's place"
    assert rejected["person"]["content_points"] < rejected["machine"]["content_points"]
    added = correct(
        reviewer, draft, action="add", span=tour, quote=TOUR, provision="holiday_bonus", amount=500000, unit="VND", verdict="better"
    )
    assert added["person"]["content_points"] > rejected["person"]["content_points"]
    said = person(client, draft)
    assert [(one["provision"], one["decision"]["action"]) for one in said["rejected"]] == [("leave_marriage", "reject")]
    new = next(one for one in said["findings"] if one["provision"] == "holiday_bonus")
    assert (new["by"], new["quote"], new["path"], new["machine"]) == ("person", TOUR, "9", None)
    assert item(said, "holiday_bonus")["points"] == 3
    assert said["review"]["corrections"] == {"accept": 0, "correct": 0, "reject": 1, "add": 1, "changed": 0, "lost": 0}
    told = events(services, draft)
    assert told[-4:] == ["correction_made", "correction_removed", "correction_made", "correction_made"]


def test_the_verdict_follows_the_law_where_the_person_names_none(client: TestClient, draft: str, reviewer: TestClient) -> None:
    marriage = index_of(machine(client, draft), "leave_marriage")  # 5 days, the law gives 3
    for amount, verdict, unlawful in ((3, "equal", None), (2, "below", "below_statutory_floor"), (4, "better", None)):
        shown = correct(reviewer, draft, action="correct", finding=marriage, amount=amount)
        [row] = shown["corrections"]
        assert (row["person"]["verdict"], row["person"]["unlawful"]) == (verdict, unlawful)
        gates = [gate["code"] for gate in shown["gates"]]
        assert gates == (["unlawful_content"] if unlawful else [])
    own = next(one for one in person(client, draft)["findings"] if one["by"] == "person")
    assert (own["baseline"]["amount"], own["baseline"]["unit"]) == (3, "day"), "the statutory figure is found for the person's too"


def test_what_no_correction_may_be(client: TestClient, draft: str, reviewer: TestClient) -> None:
    got = machine(client, draft)
    meal = index_of(got, "shift_meal")
    path, tour = f"{draft}/corrections", span_of(got, TOUR)
    wrong: list[dict[str, Any]] = [
        {"action": "accept"},
        {"action": "accept", "finding": 9999},
        {"action": "correct", "finding": meal},
        {"action": "correct", "finding": meal, "provision": "no_such"},
        {"action": "correct", "finding": meal, "amount": 5, "unit": "day"},
        {"action": "correct", "finding": meal, "unlawful": "no_such"},
        {"action": "correct", "finding": meal, "unlawful": "wage_fine", "verdict": "better"},
        {"action": "add", "provision": "tet_bonus"},
        {"action": "add", "span": tour, "quote": "khác", "provision": "tet_bonus"},
        {"action": "add", "span": tour, "quote": TOUR},
        {"action": "add", "span": [tour[1], tour[0]], "quote": TOUR, "provision": "tet_bonus"},
    ]
    for body in wrong:
        assert_problem(call(reviewer, "POST", path, body), 422, "correction_invalid")
    for body in ({"action": "x"}, {"action": "accept", "finding": -1}, {"action": "accept", "finding": 0, "typo": 1}):
        assert_problem(call(reviewer, "POST", path, body), 422, "request_invalid")
    good = {"action": "accept", "finding": meal}
    assert_problem(call(reviewer, "POST", path, good, tag=None), 428, "if_match_required")
    assert_problem(call(reviewer, "POST", path, good, tag='"old"'), 412, "changed_meanwhile")
    assert_problem(call(client, "POST", path, good), 403, "own_upload")
    assert reviewer.get(f"{REVIEWS}/{draft}").json()["corrections"] == []
    move(reviewer, draft, "return", {"message": "Sửa"})
    assert_problem(call(reviewer, "POST", path, good), 409, "move_not_open")


def test_two_reviewers_at_once_do_not_overwrite_each_other(client: TestClient, draft: str, reviewer: TestClient) -> None:
    tag = reviewer.get(f"{REVIEWS}/{draft}").headers["etag"]
    body = {"action": "accept", "finding": 0}
    first = call(reviewer, "POST", f"{draft}/corrections", body, tag)
    assert first.status_code == 201
    assert first.headers["etag"] != tag
    assert_problem(call(somebody(client, Role.REVIEWER), "POST", f"{draft}/corrections", body, tag), 412, "changed_meanwhile")


def rewritten(change: Callable[[str], str]) -> bytes:
    """The plain agreement with other words."""
    document = docx.Document(io.BytesIO(plain_agreement()))
    for paragraph in document.paragraphs:
        if (new := change(paragraph.text)) != paragraph.text:
            paragraph.text = new
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def test_corrections_follow_their_words_into_a_new_version(client: TestClient, worker: Worker, draft: str, reviewer: TestClient) -> None:
    """Moved and slightly reworded words keep theirs; a changed figure asks again; vanished words are shown as lost."""
    got = machine(client, draft)
    for provision in ("shift_meal", "leave_marriage", "leave_child_marriage"):
        correct(reviewer, draft, action="reject", finding=index_of(got, provision))
    move(reviewer, draft, "return", {"message": "Sửa"})

    def change(text: str) -> str:
        if text.startswith("Người lao động có con kết hôn"):
            return "Công ty tặng quà mừng cho con của đoàn viên lập gia đình."
        return (
            text.replace("nghỉ 05 ngày", "nghỉ 07 ngày")
            .replace(MEAL, MEAL.replace("mỗi người lao động", "mỗi NLĐ"))
            .replace("Điều 1. Phạm vi áp dụng", "Điều 1. Phạm vi và đối tượng áp dụng của thỏa ước này")
        )

    sent = client.post(f"{API}/{draft}/versions", files={"file": ("2.docx", rewritten(change))}, headers={"If-Match": "*"})
    assert sent.status_code == 202, sent.text
    work_off(worker)
    move(client, draft, "submit")
    move(reviewer, draft, "review")
    shown = reviewer.get(f"{REVIEWS}/{draft}").json()
    status = {row["machine"]["provision"]: row["status"] for row in shown["corrections"]}
    assert status == {"shift_meal": "held", "leave_marriage": "changed", "leave_child_marriage": "lost"}
    said = person(client, draft)
    assert [one["provision"] for one in said["rejected"]] == ["shift_meal"]
    assert any(one["provision"] == "leave_marriage" for one in said["findings"]), "what must be decided again is not applied"
    refused = assert_problem(move(reviewer, draft, "confirm", decision("A", reason="x")), 409, "corrections_unsettled")
    [changed] = refused["corrections"]
    assert call(reviewer, "DELETE", f"{draft}/corrections/{changed}").status_code == 200
    assert move(reviewer, draft, "confirm", decision("A", reason="x")).status_code == 200
    assert person(client, draft)["review"]["corrections"]["lost"] == 1


def test_gates_are_decided_by_a_person_with_a_reason(client: TestClient, draft: str, reviewer: TestClient) -> None:
    raised = call(reviewer, "PUT", f"{draft}/gates/procedure", {"stands": True, "reason": "Chưa lấy ý kiến người lao động"}).json()
    [gate] = raised["gates"]
    assert (gate["code"], gate["stands"], gate["decided_by"], gate["reason"]) == (
        "procedure",
        True,
        "reviewer",
        "Chưa lấy ý kiến người lao động",
    )
    assert_problem(move(reviewer, draft, "confirm", decision("A", reason="x")), 409, "gate_stands")
    assert call(reviewer, "DELETE", f"{draft}/gates/procedure").json()["gates"] == []
    clear = {"stands": False, "reason": "x"}
    for verb, code, body in (("PUT", "none", clear), ("PUT", "expired", clear), ("DELETE", "expired", None)):
        assert_problem(call(reviewer, verb, f"{draft}/gates/{code}", body), 422, "gate_unknown")
    assert_problem(call(reviewer, "PUT", f"{draft}/gates/expired", {"stands": True, "reason": " "}), 422, "request_invalid")

    marriage = index_of(machine(client, draft), "leave_marriage")
    correct(reviewer, draft, action="correct", finding=marriage, amount=1)
    cleared = call(reviewer, "PUT", f"{draft}/gates/unlawful_content", {"stands": False, "reason": "Đã ký phụ lục sửa"}).json()
    assert [(one["code"], one["stands"]) for one in cleared["gates"]] == [("unlawful_content", False)]
    assert person(client, draft)["not_graded_because"] == []
    confirmed = move(reviewer, draft, "confirm", decision("A", reason="Theo hồ sơ")).json()["confirmation"]
    assert confirmed["cleared_gates"] == ["unlawful_content"]


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def attach(person: TestClient, agreement: str, item: str, data: bytes, name: str = "bien-ban.pdf") -> httpx.Response:
    path = f"{REVIEWS}/{agreement}/dossier/{item}/documents"
    return person.post(path, files={"file": (name, data)}, headers={"If-Match": "*"})


def test_the_dossier_is_declared_attached_and_verified(client: TestClient, services: Services, draft: str) -> None:
    vote = {"points": 1.5, "document": "Biên bản 12/01"}
    shown = call(client, "PUT", f"{draft}/dossier/workforce_vote", vote).json()
    entry = next(one for one in shown["dossier"] if one["item"] == "workforce_vote")
    assert (entry["points"], entry["state"], entry["documents"]) == (1.5, "declared", [])
    assert_problem(call(client, "PUT", f"{draft}/dossier/workforce_vote", vote | {"state": "attached"}), 422, "dossier_invalid")
    assert_problem(call(client, "PUT", f"{draft}/dossier/workforce_vote", vote | {"state": "verified"}), 403, "forbidden")
    assert_problem(call(client, "PUT", f"{draft}/dossier/none", vote), 422, "dossier_invalid")
    assert_problem(call(client, "PUT", f"{draft}/dossier/shift_meal", vote), 422, "dossier_invalid")
    assert_problem(call(client, "PUT", f"{draft}/dossier/workforce_vote", {"points": 2}), 422, "points_invalid")

    sent = attach(client, draft, "workforce_vote", PDF, "Biên bản.pdf")
    assert sent.status_code == 201, sent.text
    document = sent.json()
    assert attach(client, draft, "workforce_vote", PDF).json()["id"] == document["id"]
    file = client.get(document["href"])
    assert (file.content, file.headers["x-content-type-options"]) == (PDF, "nosniff")
    assert "Bi%C3%AAn%20b%E1%BA%A3n.pdf" in file.headers["content-disposition"]
    assert_problem(attach(client, draft, "workforce_vote", b"{\\rtf1 x}", "a.pdf"), 422, "document_type")
    assert_problem(attach(client, draft, "workforce_vote", b"abc", "a.pdf"), 422, "unknown_format")
    other = somebody(client, Role.OFFICER, unit_id=client.get(f"{API}/{draft}").json()["unit"]["id"])
    assert other.get(document["href"]).status_code == 200

    reviewer = in_review(client, draft)
    verified = call(reviewer, "PUT", f"{draft}/dossier/workforce_vote", vote | {"state": "verified", "points": 1}).json()
    assert next(one for one in verified["dossier"] if one["item"] == "workforce_vote")["state"] == "verified"
    assert_problem(call(client, "PUT", f"{draft}/dossier/workforce_vote", vote), 403, "forbidden")
    assert_problem(call(client, "DELETE", document["href"].removeprefix(f"{REVIEWS}/")), 403, "forbidden")
    assert call(reviewer, "DELETE", document["href"].removeprefix(f"{REVIEWS}/")).status_code == 200
    assert_problem(client.get(document["href"]), 404, "document_not_found")
    assert [one for one in events(services, draft) if one.startswith("dossier")] == [
        "dossier_changed", "dossier_document_added", "dossier_changed", "dossier_document_removed",
    ]  # fmt: skip


def fill(reviewer: TestClient, agreement: str) -> dict[str, Any]:
    """Every dossier item at its maximum, verified."""
    shown: dict[str, Any] = reviewer.get(f"{REVIEWS}/{agreement}").json()
    for one in shown["dossier"]:
        body = {"points": one["max_points"], "document": one["evidence"], "state": "verified"}
        answer = call(reviewer, "PUT", f"{agreement}/dossier/{one['item']}", body)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
    return shown


def test_confirming_uses_the_whole_review_and_keeps_it(client: TestClient, draft: str, reviewer: TestClient) -> None:
    got = machine(client, draft)
    correct(reviewer, draft, action="reject", finding=index_of(got, "leave_child_marriage"), reason="Không phải cam kết")
    assert_problem(move(reviewer, draft, "confirm", {"grade": "C"}), 422, "points_invalid")
    shown = fill(reviewer, draft)
    total, letter = shown["person"]["total"], shown["person"]["grade"]
    assert total == shown["person"]["content_points"] + 15
    assert_problem(move(reviewer, draft, "confirm", decision(letter)), 422, "points_invalid")  # groups that differ from their items
    correct(reviewer, draft, action="correct", finding=index_of(got, "shift_meal"), amount=31000)
    proof = client.get(f"{API}/{draft}/form?format=json").json()
    assert (proof["total"], proof["confirmed_by"]) == (total, ""), "during review the form shows the decisions so far"
    assert next(row for row in proof["rows"] if row["label"] == item(got, "shift_meal")["label"])["reason"].endswith("theo người duyệt")
    other = "B" if letter != "B" else "A"
    assert_problem(move(reviewer, draft, "confirm", {"grade": other}), 422, "letter_reason_required")
    confirmed = move(reviewer, draft, "confirm", {"grade": other, "reason": "Theo tập thể duyệt"}).json()
    assert (confirmed["confirmation"]["grade"], confirmed["confirmation"]["total"]) == (other, total)
    assert confirmed["confirmation"]["points"] == {"process": 4, "signing_implementation": 6, "bonus": 5}
    kept = client.get(f"{REVIEWS}/{draft}/assessment")
    said = kept.json()
    assert said["review"]["confirmed"]["grade"] == other
    assert said["score"]["total"] == total
    assert_problem(call(reviewer, "POST", f"{draft}/corrections", {"action": "accept", "finding": 0}), 409, "move_not_open")

    form = client.get(f"{API}/{draft}/form?format=json").json()
    assert (form["letter"], form["total"], form["confirmed_by"]) == (other, total, confirmed["confirmation"]["confirmed_by"])
    rows = {row["label"]: row for row in form["rows"] if row["kind"] == "item"}
    assert rows[item(got, "leave_child_marriage")["label"]]["points"] == 0
    assert publish(client, draft).status_code == 200
    [public] = client.get("/api/v1/publications?grade_at_least=C").json()["items"]
    assert "leave_child_marriage" not in [one["provision"] for one in public["better_provisions"]]
    move(somebody(client, Role.REVIEWER), draft, "review")
    reopened = client.get(f"{REVIEWS}/{draft}/assessment").json()
    assert "confirmed" not in reopened["review"], "opened again, it is computed from what stands"
    assert reopened["findings"] == said["findings"]


def forged(value: Any) -> str:
    """A cursor that nobody was given."""
    last = "\x00" if value == -1 else str(uuid.uuid4())
    return base64.urlsafe_b64encode(json.dumps(["unlawful", value, last]).encode()).decode().rstrip("=")


def account_named(services: Services, username: str) -> str:
    with services.database.read() as session:
        account = AccountRepository(session).by_username(username)
    assert account is not None
    return account.id


def test_the_queue(client: TestClient, settings: Settings, services: Services, worker: Worker) -> None:
    sent = [
        upload(client, plain_agreement(name), province=province, sector="may mặc").json()["id"]
        for name, province in (("CÔNG TY A", "Hà Tĩnh"), ("CÔNG TY B", "Lai Châu"), ("CÔNG TY C", "Hà Tĩnh"))
    ]
    samples = upload(client, (SAMPLES / "d06-xe-khach-tay-bac" / "docx-typed.docx").read_bytes(), province="Lai Châu").json()["id"]
    work_off(worker)
    reviewer = somebody(client, Role.REVIEWER)
    assert reviewer.get(REVIEWS).json()["items"] == []
    order = [sent[1], samples, sent[0], sent[2]]
    for agreement in order:
        assert move(client, agreement, "submit").status_code == 200

    def queue(**query: Any) -> list[str]:
        answer = reviewer.get(REVIEWS, params=query)
        assert answer.status_code == 200, answer.text
        return [one["agreement"]["id"] for one in answer.json()["items"]]

    assert queue() == order
    assert queue(sort="unlawful")[0] == samples
    assert queue(province="Hà Tĩnh") == [sent[0], sent[2]]
    assert queue(sector="may mặc", province="Lai Châu") == [sent[1]]
    assert queue(unit="none") == []
    confidences = [one["confidence"] for one in reviewer.get(REVIEWS, params={"sort": "confidence"}).json()["items"]]
    assert confidences == sorted(confidences)
    for sort in ("waiting", "expiring", "confidence", "unlawful"):
        seen, cursor = [], None
        while True:
            answer = reviewer.get(REVIEWS, params={"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            seen += [one["agreement"]["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == queue(sort=sort)
    first = reviewer.get(REVIEWS, params={"limit": 1}).json()["next_cursor"]
    for bad in ("abc", first[:-4], first, *map(forged, (10**30, 1e999, -1, "x", None))):
        assert_problem(reviewer.get(REVIEWS, params={"sort": "unlawful", "cursor": bad}), 422, "cursor_invalid")

    move(reviewer, order[0], "review")
    assert queue(stage="in_review") == [order[0]]
    assert queue(assigned="none") == order[1:]
    assert_problem(call(reviewer, "PUT", f"{order[1]}/assignee", {"account": "none"}), 422, "reviewer_unknown")
    username, _ = account_of(settings, Role.REVIEWER)
    account = account_named(services, username)
    given = call(reviewer, "PUT", f"{order[1]}/assignee", {"account": account}).json()
    assert given["assigned_to"]["id"] == account
    assert queue(assigned=account) == [order[1]]
    assert call(reviewer, "PUT", f"{order[1]}/assignee", {"account": None}).json()["assigned_to"] is None

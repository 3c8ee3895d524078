"""What comes of reviews later: scoring again respects them, the rate of agreement, labelled samples that hold to the guide."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.grading.catalogue import RULES
from app.jobs.loop import Worker
from app.reviews.reports import agreement_rate, export_labelled
from app.wiring import Services

from .conftest import SAMPLES
from .life import API, decision, in_review, move, somebody
from .test_api import upload, work_off
from .test_regrade import assessment, content, easy, graded, run  # noqa: F401  (fixtures)
from .test_reviews import TOUR, correct, index_of, machine, person, span_of


@pytest.fixture
def reviewed(client: TestClient, graded: list[str]) -> list[str]:  # noqa: F811
    """Three agreements; the first confirmed after a correction, a rejection and an addition, the second as it was."""
    first, second, _ = graded
    got = machine(client, first)
    reviewer = in_review(client, first)
    correct(reviewer, first, action="accept", finding=index_of(got, "leave_marriage"))
    correct(reviewer, first, action="correct", finding=index_of(got, "shift_meal"), amount=36000, reason="Phụ lục")
    correct(reviewer, first, action="reject", finding=index_of(got, "leave_child_marriage"))
    correct(reviewer, first, action="add", span=span_of(got, TOUR), quote=TOUR, provision="holiday_bonus", verdict="better")
    assert move(reviewer, first, "confirm", decision("C", reason="Theo hồ sơ")).status_code == 200
    assert move(in_review(client, second), second, "confirm", decision("C", reason="Theo hồ sơ")).status_code == 200
    return graded


def test_scoring_again_respects_what_people_decided(client: TestClient, worker: Worker, reviewed: list[str], easy: str) -> None:  # noqa: F811
    """The profile gives nothing for a meal below 35.000 đồng: the person's 36.000 still earns it, the machine's 30.000 does not."""
    first, second, _ = reviewed
    before = client.get(f"{API}/{first}").json()["confirmation"]
    kept = client.get(f"/api/v1/reviews/{first}/assessment").content
    done = run(client, worker, rubric="de")
    assert done["proposals"] == 2
    shown = client.get(f"{API}/{first}").json()
    assert shown["confirmation"] == before
    assert client.get(f"/api/v1/reviews/{first}/assessment").content == kept, "what was confirmed stays to the byte"
    machine_now = assessment(client, first)
    assert [one["amount"] for one in machine_now["findings"] if one["provision"] == "shift_meal"] == [30000]
    other = client.get(f"{API}/{second}").json()["proposal"]
    assert other["total"] == content(machine_now) + 9.5
    # the meal's 8 points (its topic's maximum), the bonus that the person added, without the leave that the person took out
    assert shown["proposal"]["total"] == other["total"] + 8 + 3 - 1
    move(somebody(client, Role.REVIEWER), first, "review")
    live = person(client, first)
    assert live["rubric"]["id"] == "de"
    assert content(live) + 9.5 == shown["proposal"]["total"], "a proposal is what the review comes to"


def test_the_rate_of_agreement(services: Services, reviewed: list[str]) -> None:
    count, rates = agreement_rate(services.database)
    assert count == 2
    by_id = {row.id: row for row in rates}
    counted = {
        id: (row.proposed, row.accepted, row.left, row.corrected, row.rejected, row.added, row.rate)
        for id, row in by_id.items()
        if id in ("leave_marriage", "shift_meal", "leave_child_marriage", "holiday_bonus", "wedding_gift")
    }
    assert counted == {
        "leave_marriage": (2, 1, 1, 0, 0, 0, 1.0),
        "shift_meal": (2, 0, 1, 1, 0, 0, 0.5),
        "leave_child_marriage": (2, 0, 1, 0, 1, 0, 0.5),
        "holiday_bonus": (0, 0, 0, 0, 0, 1, None),
        "wedding_gift": (2, 0, 2, 0, 0, 0, 1.0),
    }
    assert {row.id for row in rates[:3]} == {"shift_meal", "leave_child_marriage", "holiday_bonus"}, "the most changed first"


# The labelling guide's own rules, read here apart from the code that writes samples.
MARK = re.compile(r"^@(head|title|para|chapter|section|article|text|khoan|diem|bullet|table|end|sign|annex)\b ?(.*)$")


def read_source(text: str) -> tuple[list[str], set[str], str]:
    """(labels of articles, paths, all the words) of a source; fails on an unknown mark or a table without an end."""
    articles, paths, words = [], set(), []
    article = khoan = diem = ""
    in_table = False
    for line in text.splitlines():
        if in_table:
            in_table = not line.startswith("@end")
            words.append("" if line.startswith("@end") else line)
            continue
        if not line.strip():
            continue
        found = MARK.match(line)
        assert found, line
        kind, rest = found[1], found[2].strip()
        label = ""
        if kind in ("chapter", "section", "article", "khoan", "diem", "annex"):
            label, bar, rest = (part.strip() for part in rest.partition("|"))
            assert bar, line
            assert label, line
        if kind == "article":
            article, khoan, diem = label, "", ""
            articles.append(label)
        elif kind == "annex":
            article, khoan, diem = f"PL{label}", "", ""
        elif kind == "khoan":
            khoan, diem = label, ""
        elif kind == "diem":
            diem = label
        elif kind in ("chapter", "sign"):
            article = khoan = diem = ""
        in_table = kind == "table"
        words.append(rest)
        paths.add(".".join(part for part in (article, khoan, diem) if part))
    assert not in_table
    return articles, paths - {""}, " ".join(words)


def assert_holds_to_the_guide(folder: Path) -> dict[str, Any]:
    articles, paths, words = read_source((folder / "source.txt").read_text(encoding="utf-8"))
    gold: dict[str, Any] = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    catalogue = yaml.safe_load((RULES / "provisions.yaml").read_text(encoding="utf-8"))
    assert set(gold) >= {"agreement", "articles", "findings", "personal_data", "is_agreement"}
    assert [one["path"] for one in gold["articles"]] == articles
    for one in gold["findings"]:
        assert one["path"] in paths, one
        assert one["verdict"] in ("better", "equal", "below", "vague")
        assert (one["verdict"] == "below") == (one["unlawful"] is not None), one
        assert one["unlawful"] is None or one["unlawful"] in catalogue["unlawful_kinds"]
        assert one["provision"] or one["unlawful"]
        if one["amount"] is None:
            assert one["unit"] is None, one
        elif one["provision"]:
            assert one["unit"] in catalogue["provisions"][one["provision"]]["units"], one
    assert gold["personal_data"], "an agreement names people"
    assert [one for one in gold["personal_data"] if one not in words] == []
    return gold


def test_the_check_of_the_guide_passes_for_the_samples_and_sees_a_fault(tmp_path: Path) -> None:
    folder = SAMPLES / "d01-may-ky-anh"
    gold = assert_holds_to_the_guide(folder)
    gold["findings"][0]["path"] = "999"
    (tmp_path / "source.txt").write_text((folder / "source.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    with pytest.raises(AssertionError):
        assert_holds_to_the_guide(tmp_path)


def test_confirmed_agreements_become_labelled_samples(client: TestClient, services: Services, worker: Worker, tmp_path: Path) -> None:
    names = ("d01-may-ky-anh/docx-typed.docx", "d03-thuy-dien-nam-na/docx-auto.docx", "d06-xe-khach-tay-bac/docx-table.docx")
    sent = [upload(client, (SAMPLES / name).read_bytes(), sector="may mặc").json()["id"] for name in names]
    work_off(worker)
    for agreement in sent:
        reviewer = in_review(client, agreement)
        correct(reviewer, agreement, action="reject", finding=0, reason="Không phải cam kết")
        assert move(reviewer, agreement, "confirm", decision("C", reason="Theo hồ sơ")).status_code == 200
    written = list(export_labelled(services.database, services.files, tmp_path / "mau"))
    assert len(written) == len(names)
    golds = [assert_holds_to_the_guide(folder) for folder in written]
    for agreement, gold, name in zip(sent, golds, names, strict=True):
        said = person(client, agreement)
        assert len(gold["findings"]) == len(said["findings"]) == len(machine(client, agreement)["findings"]) - 1
        assert gold["agreement"]["sector"] == "may mặc"
        theirs = json.loads((SAMPLES / name).parent.joinpath("gold.json").read_text(encoding="utf-8"))
        assert [one["path"] for one in gold["articles"]] == [one["path"] for one in theirs["articles"]]
        assert gold["agreement"]["signed_on"] == theirs["agreement"]["signed_on"]

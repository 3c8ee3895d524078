"""The story of one agreement, from a draft in a grassroots union to the website, by HTTP alone on both databases."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.audit.service import verify
from app.jobs.loop import Worker
from app.organisations.models import ROOT_ID
from app.settings import PROJECT
from app.wiring import Services

from .life import somebody
from .story import Story, page, tell, without_figures
from .test_life import events, unit  # noqa: F401  (a fixture)


def said(finding: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(finding[name] for name in ("path", "provision", "verdict", "amount", "unit", "unlawful", "quote"))


def test_the_story_of_one_agreement(client: TestClient, services: Services, worker: Worker, unit: Any) -> None:  # noqa: F811
    province = unit("LĐLĐ tỉnh Hà Tĩnh", ROOT_ID, "province")
    company = unit("CĐCS May Haneul Kỳ Anh", province)
    people = {
        "CDCS": somebody(client, Role.OFFICER, unit_id=company),
        "DUYET": somebody(client, Role.REVIEWER, unit_id=province),
        "CONGBO": somebody(client, Role.PUBLISHER, unit_id=province),
    }

    def grade() -> None:
        while worker.run_one():
            pass

    story = Story(people, grade)
    end = tell(story)

    machine, person = end["machine"], end["person"]
    theirs = {said(one) for one in machine["findings"]}
    ours = {said(one) for one in person["findings"]}
    assert {one[:2] for one in theirs - ours} == end["changed"], "the machine's reading differs exactly where the person did"
    assert {one[:2] for one in ours - theirs} == end["changed"] | end["added"]
    assert {one["path"] for one in person["findings"] if one["by"] == "person"} == {path for path, _ in end["changed"] | end["added"]}
    assert [row["status"] for row in end["review"]["corrections"]] == ["held"] * 3
    assert sum(one["points"] for one in person["findings"]) == end["review"]["person"]["content_points"]
    assert person["score"]["total"] == end["confirmation"]["total"]
    assert machine["score"]["total"] is None, "of the dossier the machine says nothing"

    told = events(services, end["agreement"])
    assert told[:4] == ["agreement_uploaded", "agreement_graded", "version_uploaded", "agreement_graded"]
    assert told[-1] == "agreement_published"
    counted = {kind: told.count(kind) for kind in set(told)}
    assert counted["correction_made"] == 3
    assert (counted["agreement_submitted"], counted["review_started"], counted["agreement_returned"]) == (2, 2, 1)
    assert counted["dossier_changed"] == len(end["review"]["dossier"])
    with services.database.read() as session:
        assert verify(session).problem is None
    [public] = client.get("/api/v1/publications?grade_at_least=C").json()["items"]
    assert public["grade"] == end["confirmation"]["grade"]

    written = (PROJECT / "docs" / "story.md").read_text(encoding="utf-8")
    now = without_figures(page(story.lines).splitlines())
    assert without_figures(written.splitlines()) == now, "run: python -m tests.service.story > docs/story.md"
    shown = (PROJECT / "README.md").read_text(encoding="utf-8")
    block = shown.split("<!-- docs/story.md -->")[1].split("```")[1].strip().splitlines()
    assert len(block) > 10
    assert [line for line in without_figures(block) if line != "…" and line not in now] == [], "README shows the story's own lines"

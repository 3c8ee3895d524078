"""People who bring an agreement along: each move made by somebody with just that role, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi.testclient import TestClient

from app.accounts.principal import Role
from app.jobs.worker import worker_of
from app.organisations.models import ROOT_ID

from .people import bearer

API = "/api/v1/agreements"
POINTS = {"process": 4, "signing_implementation": 5.5, "bonus": 0}


def decision(grade: str | None, **more: Any) -> dict[str, Any]:
    return {"grade": grade, "points": POINTS, **more}


def somebody(client: TestClient, *roles: Role, unit_id: str = ROOT_ID) -> TestClient:
    """Another person at the same service, with these roles and no others."""
    settings = client.app.state.services.settings  # type: ignore[attr-defined]
    return TestClient(client.app, raise_server_exceptions=False, headers=bearer(settings, *roles, unit_id=unit_id))


def move(person: TestClient, agreement: str, name: str, body: dict[str, Any] | None = None, tag: str | None = "*") -> httpx.Response:
    """POST …/agreements/{id}/{name}, over whatever state the agreement is in unless an ETag is named."""
    return person.post(f"{API}/{agreement}/{name}", json=body, headers={"If-Match": tag} if tag else {})


def in_review(client: TestClient, agreement: str) -> TestClient:
    """Submit a draft and take it into review; the reviewer."""
    reviewer = somebody(client, Role.REVIEWER)
    for person, name in ((client, "submit"), (reviewer, "review")):
        answer = move(person, agreement, name)
        assert answer.status_code == 200, answer.text
    return reviewer


def confirm(client: TestClient, agreement: str, wanted: dict[str, Any]) -> httpx.Response:
    """Confirm by a reviewer who did not send the agreement in; a draft goes through submission and review first."""
    stage = client.get(f"{API}/{agreement}").json()["stage"]
    reviewer = in_review(client, agreement) if stage == "draft" else somebody(client, Role.REVIEWER)
    return move(reviewer, agreement, "confirm", wanted)


def release(client: TestClient, agreement: str) -> dict[str, Any]:
    """Have the redacted copy prepared by the service's worker, and approve it; the approved release."""
    publisher = somebody(client, Role.PUBLISHER)
    address = f"{API}/{agreement}/release"
    answer = publisher.post(address)
    assert answer.status_code == 202, answer.text
    worker = worker_of(client.app.state.services)  # type: ignore[attr-defined]
    while worker.run_one():
        pass
    approved = publisher.post(f"{address}/approve", headers={"If-Match": publisher.get(address).headers["etag"]})
    assert approved.status_code == 200, approved.text
    body: dict[str, Any] = approved.json()
    return body


def publish(client: TestClient, agreement: str) -> httpx.Response:
    """Publish an agreement, its redacted copy approved before."""
    release(client, agreement)
    return move(somebody(client, Role.PUBLISHER), agreement, "publish")

"""The table of permissions against the endpoints that there are, and every endpoint against the table: as every role, and as nobody.

Whoever adds an endpoint adds its line to `TABLE` of app/accounts/permissions.py, and what its path parameters stand for to world.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from app.accounts import refusals
from app.accounts.permissions import BEFORE_PASSWORD, TABLE
from app.accounts.principal import Role
from app.audit.events import Event
from app.main import create_app
from app.settings import Settings
from app.wiring import Services

from .people import ClientOf
from .test_session import events
from .world import SCOPED, World, address, build, parameters, send, unknown_parameters

BY_THE_GUARD = "Việc này cần quyền "


def test_every_endpoint_has_its_line_and_every_line_its_endpoint(tmp_path: Path) -> None:
    app = create_app(Settings(_env_file=None, data_dir=tmp_path, workers=0))
    routes = iter_route_contexts(app.routes)
    known = {f"{method} {route.path}" for route in routes for method in route.methods or () if method != "HEAD"}
    missing = sorted(known - set(TABLE))
    assert missing == [], "say in TABLE of app/accounts/permissions.py who may call these; until then nobody may"
    assert sorted(set(TABLE) - known) == [], "lines of app/accounts/permissions.py without an endpoint"
    assert set(TABLE) >= BEFORE_PASSWORD
    assert unknown_parameters(list(TABLE)) == {"rest"}, (
        "say in SCOPED or SHARED of tests/service/world.py what these path parameters stand for"
    )


@pytest.fixture
def world(client: TestClient) -> World:
    return build(client)


def operations(client: TestClient) -> list[tuple[str, str]]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return [(verb, path) for path, verbs in document["paths"].items() for verb in verbs]


def refused_in_the_audit(services: Services) -> int:
    with services.database.write() as session:
        refusals.settle(session, everything=True)
    return sum((row.after or {}).get("times", 1) for row in events(services, Event.ACCESS_REFUSED))


def test_every_endpoint_as_every_role(client: TestClient, client_of: ClientOf, world: World, services: Services) -> None:
    document = client.get("/openapi.json").json()
    people: dict[Role | None, TestClient] = {role: client_of(role, unit_id=world.here.home(role)) for role in Role}
    people[None] = client_of()
    wrong, refused = [], refused_in_the_audit(services)
    for verb, path in operations(client):
        rule = TABLE[f"{verb.upper()} {path}"]
        if verb == "delete" and path == "/api/v1/session":
            continue  # a key has no session to end; test_session.py signs people out
        for role, person in people.items():
            answer = send(person, document, verb, path, address(path, world, world.here))
            is_problem = answer.headers.get("content-type") == "application/problem+json"
            told = answer.json()["detail"] if is_problem else ""
            if rule.roles is None:
                right = answer.status_code not in (401, 403) or path == "/api/v1/session" or "/oidc" in path
            elif role is None:
                right, refused = answer.status_code == 401, refused + 1
            elif rule.admits(role, world.here.home(role)):
                right = answer.status_code != 401 and not told.startswith(BY_THE_GUARD) and answer.status_code < 500
            else:
                right, refused = answer.status_code == 403 and told.startswith(BY_THE_GUARD), refused + 1
            if not right:
                wrong.append(f"{verb.upper()} {path} as {role or 'nobody'}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert refused_in_the_audit(services) >= refused, "every refusal is in the audit"


def test_another_provinces_things_are_like_none(client: TestClient, client_of: ClientOf, world: World, services: Services) -> None:
    """Every endpoint whose path names something of a unit, as every role that may call it, with what belongs to the other province."""
    document = client.get("/openapi.json").json()
    people = {role: client_of(role, unit_id=world.here.home(role)) for role in Role}
    wrong, asked = [], 0
    before = refused_in_the_audit(services)
    for verb, path in operations(client):
        rule = TABLE[f"{verb.upper()} {path}"]
        if rule.roles is None or not set(parameters(path)) & set(SCOPED):
            continue
        for role in Role:
            if rule.admits(role, world.here.home(role)):
                answer = send(people[role], document, verb, path, address(path, world, world.there))
                asked += 1
                mixed = [name for name in parameters(path) if name in SCOPED][1:]
                answers = [answer]
                if mixed:  # one's own agreement with another one's document
                    other = {name: world.there.values[name] for name in mixed}
                    answers.append(send(people[role], document, verb, path, address(path, world, world.here, **other)))
                for one in answers:
                    if one.status_code != 404:
                        wrong.append(f"{verb.upper()} {path} as {role}: {one.status_code} {one.text[:200]}")
    assert wrong == []
    assert asked > 50
    assert refused_in_the_audit(services) - before >= asked, "every one of them is in the audit"


def test_no_list_shows_another_provinces_things(client: TestClient, client_of: ClientOf, world: World) -> None:
    document = client.get("/openapi.json").json()
    people = {role: client_of(role, unit_id=world.here.home(role)) for role in Role}
    seen = 0
    for verb, path in operations(client):
        rule = TABLE[f"{verb.upper()} {path}"]
        if verb != "get" or parameters(path) or rule.roles is None:
            continue
        for role in Role:
            if rule.admits(role, world.here.home(role)):
                answer = send(people[role], document, verb, path, path)
                assert answer.status_code == 200, f"{path} as {role}: {answer.text[:200]}"
                shown = [one for one in world.there.ids if one in answer.text]
                assert shown == [], f"{path} shows another province's things to a {role} of this one"
                seen += sum(one in answer.text for one in world.here.ids)
    assert seen > 10, "their own they do see"

"""The OpenAPI document against the service, as every role and as nobody: nothing the document allows to be sent may break it, and
nothing comes back that the document does not tell of."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
import schemathesis
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.accounts.permissions import TABLE
from app.accounts.principal import Role
from app.settings import Settings

from .people import bearer
from .world import World, build

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ADMITTED, REFUSED = 8, 1  # requests for each endpoint and role; who is refused is refused before anything is looked at


@pytest.fixture
def world(client: TestClient) -> World:
    return build(client)


@pytest.fixture
def address(client: TestClient) -> Iterator[str]:
    """The running service at a socket."""
    server = uvicorn.Server(uvicorn.Config(client.app, log_level="error", lifespan="off"))
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "nobody")
def test_nothing_breaks_and_nothing_is_untold(
    client: TestClient, settings: Settings, world: World, address: str, role: Role | None
) -> None:
    person = requests.Session()
    person.headers.update(bearer(settings, role, unit_id=world.here.home(role)) if role else {})
    known = world.shared | world.here.values
    wrong: list[str] = []
    for result in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():
        operation = result.ok()
        rule = TABLE[f"{operation.method.upper()} {operation.path}"]
        admitted = rule.roles is None or (role is not None and rule.admits(role, world.here.home(role)))

        fitting = operation.as_strategy(GenerationMode.POSITIVE)
        takes = operation.body or any((operation.path_parameters, operation.query, operation.headers))
        unfitting = operation.as_strategy(GenerationMode.NEGATIVE) if takes else fitting

        @bounds(
            max_examples=ADMITTED if admitted else REFUSED,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=fitting | unfitting, real=st.booleans())
        def attack(case: Case, real: bool) -> None:
            if real:  # things that there are, so that more than "not found" is reached
                case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
            case.call_and_validate(session=person, allow_redirects=False, timeout=120, checks=CHECKS)

        try:
            attack()
        except BaseException as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert wrong == [], "\n\n".join(wrong)

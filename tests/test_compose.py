"""compose.yaml without an engine: what it says of itself holds, and its processes do one agreement's work on this host."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import PREFIX, Settings
from benchmarks import cluster
from benchmarks.postgres import unavailable

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return cluster.services(cluster.SECRETS)


def own(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if "build" in service}


def test_it_is_the_form_of_many_processes(services: dict[str, Any]) -> None:
    apis = [service for service in own(services).values() if service["command"][:2] == ["thuoc", "serve"]]
    workers = [service for service in own(services).values() if service["command"][:2] == ["thuoc", "worker"]]
    assert len(apis) == 2
    assert sum(service["deploy"]["replicas"] for service in workers) >= 2
    assert len({service["ports"][0] for service in apis}) == 2
    for service in own(services).values():
        assert service["environment"]["THUOC_WORKERS"] == "0", "whoever answers requests does not grade as well"


def test_what_it_sets_are_settings_and_what_it_needs_is_there(services: dict[str, Any]) -> None:
    for name, service in own(services).items():
        for key in service["environment"]:
            assert key.removeprefix(PREFIX).lower() in Settings.model_fields, f"{name}: {key}"
        assert set(service["depends_on"]) <= set(services)
        assert service["build"] == "."
    listening = next(line.split()[1] for line in (PROJECT / "Dockerfile").read_text().splitlines() if line.startswith("EXPOSE"))
    for service in own(services).values():
        if "ports" in service:
            assert service["ports"][0].endswith(f":{listening}")
            assert service["command"][-1] == listening, "where the image's health check asks"
        else:
            assert service["healthcheck"] == {"disable": True}, "a worker answers no requests"


def test_addresses_lead_to_its_own_services(services: dict[str, Any]) -> None:
    for service in own(services).values():
        environment = service["environment"]
        database = services["database"]["environment"]
        assert environment["THUOC_DATABASE_URL"] == (
            f"postgresql://{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}@database/{database['POSTGRES_DB']}"
        )
        assert environment["THUOC_S3_URL"] == f"http://files{services['files']['command'][1]}"
        assert environment["THUOC_S3_SECRET_KEY"] == services["files"]["environment"]["ROOT_SECRET_KEY"]
        assert environment["THUOC_S3_ACCESS_KEY"] == services["files"]["environment"]["ROOT_ACCESS_KEY"]
        assert services["bucket"]["entrypoint"][-1] == f"/data/{environment['THUOC_S3_BUCKET']}"


def test_no_secret_is_written_in_it() -> None:
    text = cluster.COMPOSE.read_text(encoding="utf-8")
    for name in cluster.SECRETS:
        assert f"${{{name}:?}}" in text, f"{name} must be given"
    assert "THUOC_S3_SECRET_KEY: ${" in text
    assert "POSTGRES_PASSWORD: ${" in text


def test_the_script_sets_up_and_runs_it() -> None:
    script = PROJECT / "scripts" / "cluster"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[-2:] == ["scripts/setup dev", 'exec .venv/bin/python -m benchmarks.cluster "$@"']


@pytest.mark.slow
@pytest.mark.skipif(bool(unavailable()), reason=unavailable())
def test_its_processes_grade_an_agreement_together() -> None:
    with cluster.cluster() as (processes, _, environment):
        said = cluster.through(processes, cluster.key_of(environment))
        assert said.startswith("api1 -> api2: graded, ")
        health = httpx.get(f"{processes.apis[1].address}/healthz").json()
        assert (health["status"], health["worker"]["message"]) == ("ok", "2 tiến trình đang chạy")
        assert cluster.command_line(environment, "check") == "Kho tệp khớp với cơ sở dữ liệu.\n"

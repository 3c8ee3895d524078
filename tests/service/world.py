"""Two provinces with the same things in each, for tests that walk every endpoint: what a path parameter stands for, and what is sent.

Who adds an endpoint with a new path parameter says here what it stands for (`SCOPED`, `SHARED`), and makes one in each province where it
belongs to a unit (`Province`). A JSON body is made from the OpenAPI document's own examples; `BODIES` has those that need more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi.testclient import TestClient

from app.accounts import keys, service
from app.accounts.principal import Grant, Role
from app.audit.service import SYSTEM
from app.jobs.worker import worker_of
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision, publish
from .people import bearer

SAFE = ("get", "head", "options")


@dataclass
class Province:
    """Ids of what one province has."""

    unit: str  # the province itself
    grassroots: str
    account: str
    key: str
    agreement: str  # a draft, graded
    published: str
    publication: str
    ids: list[str] = field(default_factory=list)  # all that nobody of another province may see

    def home(self, role: Role) -> str:
        """Where somebody of this province holds the role."""
        return self.grassroots if role is Role.OFFICER else self.unit


@dataclass
class World:
    """`shared` are things of the whole organisation."""

    here: Province
    there: Province
    regrade: str


# What a path parameter stands for, in two tables. SCOPED ones belong to a unit: another province's must be answered like none.
SCOPED: dict[str, Callable[[Province], str]] = {
    "unit_id": lambda province: province.grassroots,
    "account_id": lambda province: province.account,
    "key_id": lambda province: province.key,
    "agreement_id": lambda province: province.agreement,
}
SHARED: dict[str, Callable[[World], str]] = {
    "role": lambda world: "officer",
    "number": lambda world: "1",
    "name": lambda world: "confirmer_may_publish",
    "reference": lambda world: "hd90-2023",
    "regrade_id": lambda world: world.regrade,
    "publication_id": lambda world: world.here.publication,
    "law_id": lambda world: "annual_leave_days_normal",
}
UPLOAD = {"files": {"file": ("a.docx", b"PK")}}
BODIES: dict[str, dict[str, Any]] = {}  # "POST /path": keyword arguments of the request


def build(client: TestClient) -> World:
    """Make the two provinces by a running service's own means. `client` may do everything."""
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    here, there = (_province(client, services, name) for name in ("HT", "LC"))
    regrade = client.post("/api/v1/regrades", json={"rubric": "hd90-2023", "created_by": "Hoa"}).json()["id"]
    return World(here, there, regrade)


def _province(client: TestClient, services: Services, name: str) -> Province:
    settings = services.settings
    with services.database.write() as session:
        units = UnitRepository(session)
        province = Unit(code=name, kind="province", name=f"Liên đoàn {name}", province=name)
        grassroots = Unit(code=f"{name}.1", kind="grassroots", name=f"Công đoàn cơ sở {name}", province=name)
        for unit, parent in ((province, ROOT_ID), (grassroots, province)):
            units.add(unit)
            units.add(Placement(unit_id=unit.id, parent_id=parent if isinstance(parent, str) else parent.id))
        grants = [Grant(Role.OFFICER, grassroots.id)]
        account, _ = service.add(session, settings, SYSTEM, service.NewAccount(f"can-bo.{name.lower()}", f"Cán bộ {name}"), grants)
        key, _ = keys.add(session, SYSTEM, f"Khóa {name}", grants)
    agreements = []
    officer = TestClient(client.app, headers=bearer(settings, Role.OFFICER, unit_id=grassroots.id))
    for number in (1, 2):
        sent = officer.post("/api/v1/agreements", files={"file": ("a.docx", plain_agreement(f"CÔNG TY {name} {number}"))})
        assert sent.status_code == 202, sent.text
        agreements.append(sent.json()["id"])
    worker = worker_of(services)
    while worker.run_one():
        pass
    draft, published = agreements
    publication = _publish(client, published)
    ids = [province.id, grassroots.id, account.id, key.id, draft, published]
    return Province(province.id, grassroots.id, account.id, key.id, draft, published, publication, ids)


def _publish(client: TestClient, agreement: str) -> str:
    """The id of its publication, the newest there is."""
    for answer in (confirm(client, agreement, decision("B", reason="Theo hồ sơ")), publish(client, agreement)):
        assert answer.status_code == 200, answer.text
    return str(client.get("/api/v1/publications", params={"grade_at_least": "C"}).json()["items"][0]["id"])


def parameters(path: str) -> list[str]:
    return re.findall(r"\{(\w+)", path)


def unknown_parameters(paths: list[str]) -> set[str]:
    return {name for path in paths for name in parameters(path)} - set(SCOPED) - set(SHARED)


def address(path: str, world: World, province: Province) -> str:
    """The path with every parameter filled in: what is scoped, from this province."""
    values = {name: make(province) for name, make in SCOPED.items()} | {name: make(world) for name, make in SHARED.items()}
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: values[found[1]], path)


def send(person: TestClient, document: dict[str, Any], verb: str, path: str, url: str) -> httpx.Response:
    """Call an endpoint with a body that fits its description and an If-Match that fits any state."""
    operation = document["paths"][path][verb]
    given = BODIES.get(f"{verb.upper()} {path}")
    if given is None:
        content = operation.get("requestBody", {}).get("content", {})
        given = UPLOAD if "multipart/form-data" in content else {}
        if "application/json" in content:
            given = {"json": example(content["application/json"]["schema"], document)}
    query = {
        one["name"]: example(one["schema"], document) for one in operation.get("parameters", []) if one["in"] == "query" and one["required"]
    }
    return person.request(verb, url, params=query, headers={"If-Match": "*"} if verb not in SAFE else None, **given)


def example(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """A value that fits the schema: its own example, or the least one."""
    if "$ref" in schema:
        return example(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], document)
    if schema.get("type") == "object":
        return {name: example(schema["properties"][name], document) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [example(schema["items"], document)] * schema.get("minItems", 0)
    least = {
        "string": "x" * max(1, schema.get("minLength", 1)),
        "integer": schema.get("minimum", 0),
        "number": 0,
        "boolean": True,
        "null": None,
    }
    return "2025-07-01" if schema.get("format") == "date" else least[schema.get("type", "null")]

"""Two provinces with the same things in each, for tests that walk every endpoint: what a path parameter stands for, and what is sent.

Who adds an endpoint with a new path parameter says here what it stands for (`SCOPED`, `SHARED`), and makes one in each province where it
belongs to a unit (`_province`). A JSON body is made from the OpenAPI document's own examples; `BODIES` has those that need more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from fastapi.testclient import TestClient

from app.accounts import keys
from app.accounts import service as accounts
from app.accounts.principal import Grant, Principal, Role
from app.audit.service import SYSTEM
from app.jobs.worker import worker_of
from app.organisations.models import ROOT_ID, Placement, Unit
from app.organisations.repository import UnitRepository
from app.webhooks import service as webhooks
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision, in_review, publish
from .people import bearer

SAFE = ("get", "head", "options")


# What a path parameter stands for, in two tables. Those of SCOPED belong to a unit, and another province's must be answered like none:
# each province has its own value, made in `_province`. Those of SHARED are the same for everybody.
SCOPED = ("unit_id", "account_id", "key_id", "agreement_id", "correction_id", "document_id", "webhook_id", "delivery_id")
SHARED = {
    "role": "officer",
    "number": "1",
    "name": "confirmer_may_publish",
    "reference": "hd90-2023",
    "code": "expired",
    "item": "workforce_vote",
    "law_id": "annual_leave_days_normal",
}
OF_THE_WORLD = ("regrade_id", "publication_id")  # the same for everybody, made by `build`


@dataclass(frozen=True)
class Province:
    unit: str
    grassroots: str
    values: dict[str, str]  # by the names of SCOPED
    ids: list[str]  # all that nobody of another province may see in a list
    publication: str

    def home(self, role: Role) -> str:
        """Where somebody of this province holds the role."""
        return self.grassroots if role is Role.OFFICER else self.unit


@dataclass(frozen=True)
class World:
    here: Province
    there: Province
    shared: dict[str, str]


UPLOAD = {"files": {"file": ("a.docx", b"PK")}}
BODIES: dict[str, dict[str, Any]] = {  # keyword arguments of the request
    "POST /api/v1/webhooks/{webhook_id}/replay": {"json": {"after_sequence": 1}},
}


def build(client: TestClient) -> World:
    """Make the two provinces by a running service's own means. `client` may do everything."""
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    here, there = (_province(client, services, name) for name in ("HT", "LC"))
    regrade = client.post("/api/v1/regrades", json={"rubric": "hd90-2023", "created_by": "Hoa"}).json()["id"]
    return World(here, there, SHARED | {"regrade_id": regrade, "publication_id": here.publication})


def _province(client: TestClient, services: Services, name: str) -> Province:
    settings = services.settings
    with services.database.write() as session:
        units = UnitRepository(session)
        province = Unit(code=name, kind="province", name=f"Liên đoàn {name}", province=name)
        units.add(province)
        grassroots = Unit(code=f"{name}.1", kind="grassroots", name=f"Công đoàn cơ sở {name}", province=name)
        units.add(grassroots)
        units.add(Placement(unit_id=province.id, parent_id=ROOT_ID))
        units.add(Placement(unit_id=grassroots.id, parent_id=province.id))
        grants = [Grant(Role.OFFICER, grassroots.id)]
        account, _ = accounts.add(session, settings, SYSTEM, accounts.NewAccount(f"can-bo.{name.lower()}", f"Cán bộ {name}"), grants)
        key, _ = keys.add(session, SYSTEM, f"Khóa {name}", grants)
        publisher = Principal("account", account.id, account.name, (Grant(Role.PUBLISHER, province.id),), account.id)
        hook = webhooks.add(session, publisher, "https://vi-du.vn/hook", ["publication.published"], None, settings.today or date.today())
        delivery = webhooks.ping(session, hook)
    officer = TestClient(client.app, headers=bearer(settings, Role.OFFICER, unit_id=grassroots.id))
    reviewed, published = (_sent(officer, f"CÔNG TY {name} {number}") for number in (1, 2))
    worker = worker_of(services)
    while worker.run_one():
        pass
    for answer in (confirm(client, published, decision("B", reason="Theo hồ sơ")), publish(client, published)):
        assert answer.status_code == 200, answer.text
    correction, document = _reviewed(client, officer, reviewed)
    values = {
        "unit_id": grassroots.id,
        "account_id": account.id,
        "key_id": key.id,
        "agreement_id": reviewed,
        "correction_id": correction,
        "document_id": document,
        "webhook_id": hook.id,
        "delivery_id": delivery.id,
    }
    publication = str(client.get("/api/v1/publications", params={"grade_at_least": "C"}).json()["items"][0]["id"])
    return Province(province.id, grassroots.id, values, [province.id, published, *values.values()], publication)


def _sent(officer: TestClient, company: str) -> str:
    sent = officer.post("/api/v1/agreements", files={"file": ("a.docx", plain_agreement(company))})
    assert sent.status_code == 202, sent.text
    return str(sent.json()["id"])


def _reviewed(client: TestClient, officer: TestClient, agreement: str) -> tuple[str, str]:
    """An agreement in review with a correction and a document of its dossier; their ids."""
    review = f"/api/v1/reviews/{agreement}"
    file = {"file": ("bien-ban.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")}
    document = officer.post(f"{review}/dossier/workforce_vote/documents", files=file, headers={"If-Match": "*"})
    assert document.status_code == 201, document.text
    reviewer = in_review(client, agreement)
    corrected = reviewer.post(f"{review}/corrections", json={"action": "accept", "finding": 0}, headers={"If-Match": "*"})
    assert corrected.status_code == 201, corrected.text
    return str(corrected.json()["corrections"][0]["id"]), str(document.json()["id"])


def parameters(path: str) -> list[str]:
    return re.findall(r"\{(\w+)", path)


def unknown_parameters(paths: list[str]) -> set[str]:
    return {name for path in paths for name in parameters(path)} - {*SCOPED, *SHARED, *OF_THE_WORLD}


def address(path: str, world: World, province: Province, **other: str) -> str:
    """The path with every parameter filled in: what is scoped, from this province, except where another value is given."""
    values = world.shared | province.values | other
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

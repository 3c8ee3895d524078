"""Rules that keep the service in order: where queries stand, who commits, what is documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from app import problems, settings
from app.main import create_app
from app.problems import KINDS
from app.settings import PROJECT, Settings

APP = PROJECT / "app"
ROOMS = ("reading", "structure", "provisions", "law", "grading", "cli")
SERVICE = [path for path in sorted(APP.rglob("*.py")) if path.relative_to(APP).parts[0] not in ROOMS]
QUERYING = {"select", "insert", "update", "delete", "text", "exists", "func", "or_", "and_"}
SESSION_CALLS = {"execute", "scalar", "scalars", "query", "merge", "add", "add_all", "get"}
MAY_QUERY = {"repository.py", "database.py", "migrate.py"}
MAY_COMMIT = {"database.py"}


def calls_on(name: str, tree: ast.AST) -> set[str]:
    """Methods called on a variable or attribute of this name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if (isinstance(owner, ast.Name) and owner.id == name) or (isinstance(owner, ast.Attribute) and owner.attr == f"_{name}"):
                found.add(node.func.attr)
    return found


def queries(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    found = calls_on("session", tree) & SESSION_CALLS
    return found if path.name == "models.py" else found | imported & QUERYING


@pytest.mark.parametrize("path", SERVICE, ids=lambda path: str(path.relative_to(APP)))
def test_queries_stand_in_repositories_and_nobody_commits(path: Path) -> None:
    if path.name not in MAY_QUERY:
        assert queries(path) == set()
    if path.name not in MAY_COMMIT:
        assert calls_on("session", ast.parse(path.read_text(encoding="utf-8"))) & {"commit", "rollback", "begin"} == set()


def test_the_check_of_queries_sees_one(tmp_path: Path) -> None:
    bad = tmp_path / "service.py"
    bad.write_text("from sqlalchemy import select\ndef f(session): return session.scalars(select(1))\n")
    assert queries(bad) == {"select", "scalars"}


@pytest.mark.parametrize("path", SERVICE, ids=lambda path: str(path.relative_to(APP)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_settings_are_documented() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings.documentation(), "run: python -m app.settings > docs/settings.md"
    assert all(field.description for field in Settings.model_fields.values())


def test_problems_are_documented_and_used() -> None:
    page = (PROJECT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert page == problems.documentation(), "run: python -m app.problems > docs/problems.md"
    source = "".join(path.read_text(encoding="utf-8") for path in SERVICE if path.name != "problems.py")
    assert [code for code in KINDS if f'"{code}"' not in source] == []
    raised = set(re.findall(r'Problem\(\s*"([a-z_]+)"', source))
    assert raised - set(KINDS) == set()


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = create_app(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("data"), workers=0))
    return app.openapi()


def test_every_operation_is_described(openapi: dict[str, Any]) -> None:
    operations = [(path, verb, one) for path, verbs in openapi["paths"].items() for verb, one in verbs.items()]
    assert len(operations) >= 9
    for path, verb, one in operations:
        place = f"{verb} {path}"
        assert re.search(r"[à-ỹđ]", one["summary"].lower()), f"{place}: a Vietnamese summary"
        assert one["tags"], place
        for status, answer in one["responses"].items():
            assert answer["description"], f"{place} {status}"
            if int(status) >= 400 and path != "/healthz":
                assert list(answer["content"]) == ["application/problem+json"], f"{place} {status}"
    upload = openapi["paths"]["/api/v1/agreements"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert upload["properties"]["file"]["items"]["format"] == "binary"


def test_every_reference_of_the_openapi_document_leads_somewhere(openapi: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    known = {f"#/components/schemas/{name}" for name in openapi["components"]["schemas"]}
    assert references(openapi) - known == set()
    for name, schema in openapi["components"]["schemas"].items():
        assert schema.get("title"), name


def test_wrong_settings_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THUOC_WORKERS", "nhiều")
    with pytest.raises(problems.CannotStart, match="THUOC_WORKERS"):
        Settings.load()

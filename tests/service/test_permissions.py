"""The table of permissions against the endpoints that there are."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import iter_route_contexts

from app.accounts.permissions import BEFORE_PASSWORD, TABLE
from app.main import create_app
from app.settings import Settings


def test_every_endpoint_has_its_line_and_every_line_its_endpoint(tmp_path: Path) -> None:
    app = create_app(Settings(_env_file=None, data_dir=tmp_path, workers=0))
    routes = iter_route_contexts(app.routes)
    known = {f"{method} {route.path}" for route in routes for method in route.methods or () if method != "HEAD"}
    missing = sorted(known - set(TABLE))
    assert missing == [], "say in TABLE of app/accounts/permissions.py who may call these; until then nobody may"
    assert sorted(set(TABLE) - known) == [], "lines of app/accounts/permissions.py without an endpoint"
    assert set(TABLE) >= BEFORE_PASSWORD

"""Signing in at an OIDC provider: a real one on a real socket, walked through as a browser does."""

from __future__ import annotations

import hashlib
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import oidc_provider_mock
import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.serving import make_server

from app.accounts import service
from app.accounts.models import Account
from app.accounts.principal import Grant, Role
from app.audit.events import Event
from app.audit.service import SYSTEM
from app.main import create_app
from app.organisations.models import ROOT_ID
from app.problems import CannotStart
from app.settings import Settings
from app.wiring import Services

from .test_api import API, assert_problem
from .test_session import SESSION, events

OIDC = f"{SESSION}/oidc"
PEOPLE = (
    oidc_provider_mock.User(sub="hoa-1", claims={"email": "Hoa@Cd.example", "email_verified": True}),
    oidc_provider_mock.User(sub="lan-2", claims={"email": "lan@cd.example", "email_verified": False}),
    oidc_provider_mock.User(sub="la-3", claims={"email": "la@khac.example", "email_verified": True}),
)


class Provider:
    """`asked` is the form of every request for a token; `altered` is put over what the provider says of itself."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.app = oidc_provider_mock.app(require_nonce=True, user_claims=PEOPLE)
        self.app.before_request(self._note)
        self.server = make_server("127.0.0.1", 0, self.app.wsgi_app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def _note(self) -> None:
        import flask

        if flask.request.path.endswith("/token"):
            self.asked.append(flask.request.form.to_dict())


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    thread = threading.Thread(target=running.server.serve_forever)
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()


def with_oidc(settings: Settings, provider: Provider, claim: str = "sub") -> Settings:
    values = {"oidc_client_id": "thuoc", "oidc_client_secret": "x", "public_url": "https://testserver"}
    return settings.model_copy(update={"oidc_issuer": provider.issuer, "oidc_claim": claim, **values})


@pytest.fixture
def browser(settings: Settings, provider: Provider) -> Iterator[TestClient]:
    app = create_app(with_oidc(settings, provider))
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False, follow_redirects=False) as running:
        yield running


def account(services: Services, **values: Any) -> Account:
    with services.database.write() as session:
        new = service.NewAccount(**{"username": "hoa", "name": "Hoa", "password": False} | values)
        return service.add(session, services.settings, SYSTEM, new, [Grant(Role.REVIEWER, ROOT_ID)])[0]


def at_provider(browser: TestClient, sub: str = "hoa-1", **form: str) -> str:
    """Begin, sign in at the provider, and give the address that it sends the browser back to."""
    sent = browser.get(OIDC)
    assert sent.status_code == 303, sent.text
    back = httpx.post(sent.headers["location"], data={"sub": sub} | form)
    assert back.status_code == 302, back.text
    return back.headers["location"]


def code_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_an_identity_with_an_account_gets_a_session(browser: TestClient, provider: Provider, services: Services) -> None:
    known = account(services, subject="hoa-1")
    sent = browser.get(OIDC)
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert (asked["code_challenge_method"], asked["response_type"]) == (["S256"], ["code"])
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 43
    cookie = sent.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", f"path={OIDC}/callback"))
    back = httpx.post(sent.headers["location"], data={"sub": "hoa-1"}).headers["location"]
    arrived = browser.get(back)
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/"), arrived.text
    verifier = provider.asked[0]["code_verifier"]
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert [challenge] == asked["code_challenge"]
    me = browser.get(SESSION).json()
    assert (me["id"], me["must_change_password"]) == (known.id, False)
    assert browser.get(API).status_code == 200
    [signed] = events(services, Event.SIGNED_IN)
    assert (signed.after or {})["method"] == "oidc"
    assert_problem(browser.get(back), 401, "oidc_failed")


def test_who_has_no_account_gets_none(browser: TestClient, services: Services) -> None:
    account(services, subject="hoa-1")
    assert_problem(browser.get(at_provider(browser, "la-3")), 401, "oidc_failed")
    assert_problem(browser.get(SESSION), 401, "sign_in_required")
    with services.database.write() as session:
        found = session.scalars(select(Account)).one()
        service.disable(session, SYSTEM, found)
    assert "bị khóa" in assert_problem(browser.get(at_provider(browser)), 401, "oidc_failed")["detail"]
    failed = events(services, Event.SIGN_IN_FAILED)
    assert [(row.after or {})["code"] for row in failed] == ["oidc_failed"] * 2
    assert failed[1].subject == f"account:{found.id}"


def test_only_a_verified_address_names_an_account(settings: Settings, provider: Provider, services: Services) -> None:
    account(services, email="hoa@cd.example")
    account(services, username="lan", email="lan@cd.example")
    app = create_app(with_oidc(settings, provider, "email"))
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False, follow_redirects=False) as browser:
        assert_problem(browser.get(at_provider(browser, "lan-2")), 401, "oidc_failed")
        assert browser.get(at_provider(browser, "hoa-1")).status_code == 303
        assert browser.get(SESSION).json()["name"] == "Hoa"


def test_what_another_browser_began_or_altered_is_refused(browser: TestClient, services: Services) -> None:
    account(services, subject="hoa-1")
    victim = TestClient(browser.app, base_url="https://testserver", follow_redirects=False)
    back = at_provider(browser)
    assert_problem(victim.get(back), 401, "oidc_failed")
    victim.get(OIDC)
    assert_problem(victim.get(back), 401, "oidc_failed")
    own = code_of(at_provider(victim))
    for query in (own | {"state": "x"}, own | {"code": "made-up"}, {"state": own["state"]}, {"code": own["code"]}, {}):
        assert_problem(victim.get(f"{OIDC}/callback", params=query), 401, "oidc_failed")
    assert victim.get(SESSION).status_code == 401
    stolen = code_of(at_provider(browser))["code"]  # somebody else's code under one's own state: the nonce does not fit
    own = code_of(at_provider(victim))
    assert_problem(victim.get(f"{OIDC}/callback", params=own | {"code": stolen}), 401, "oidc_failed")
    denied = at_provider(browser, action="deny")
    assert_problem(browser.get(denied), 401, "oidc_failed")


def test_a_provider_that_is_away_or_another_is_said_so(settings: Settings, provider: Provider, services: Services) -> None:
    for issuer in ("http://127.0.0.1:9", f"{provider.issuer}/"):
        given = with_oidc(settings, provider).model_copy(update={"oidc_issuer": issuer})
        with TestClient(create_app(given), raise_server_exceptions=False, follow_redirects=False) as browser:
            assert_problem(browser.get(OIDC), 502, "oidc_unavailable")


def test_without_settings_there_is_none(client: TestClient) -> None:
    assert_problem(client.get(OIDC), 404, "oidc_off")
    assert_problem(client.get(f"{OIDC}/callback?state=x"), 401, "oidc_failed")


def test_half_the_settings_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="oidc_client_id"):
        Settings(_env_file=None, oidc_issuer="https://dang-nhap.example")
    whole = {"oidc_client_id": "x", "oidc_client_secret": "x", "public_url": "https://thuoc.example"}
    with pytest.raises(ValidationError, match="https"):
        Settings(_env_file=None, oidc_issuer="http://dang-nhap.example", **whole)  # type: ignore[arg-type]
    monkeypatch.setenv("THUOC_OIDC_ISSUER", "https://dang-nhap.example")
    with pytest.raises(CannotStart, match="oidc_client_id"):
        Settings.load()

"""Signing in at the organisation's own OIDC provider: authorization code with PKCE, state and nonce.

State, nonce and the PKCE verifier all follow from one random secret that only the browser that began holds, in a short-lived cookie: what
comes back without that cookie, or with another's, fits nothing. The provider's description and keys are fetched at every sign-in.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from app.accounts import secrets
from app.accounts.models import Account
from app.accounts.oauth_client import OAuth2Client
from app.accounts.refusals import Refused
from app.accounts.repository import AccountRepository
from app.accounts.service import folded
from app.audit.events import Event
from app.audit.service import Actor
from app.problems import Problem
from app.settings import Settings

CALLBACK = "/api/v1/session/oidc/callback"
SECONDS = 10.0  # for each answer of the provider
LEEWAY = 60  # seconds that the clocks may differ
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
log = structlog.get_logger("thuoc.api")


def begin(settings: Settings, secret: str) -> str:
    """The provider's page to send the browser to. Raises Problem."""
    with _client(settings) as client:
        provider = _describe(settings)
        url, _ = client.create_authorization_url(
            provider["authorization_endpoint"],
            state=_derived(secret, "state"),
            nonce=_derived(secret, "nonce"),
            code_verifier=_derived(secret, "verifier"),
        )
    return str(url)


def finish(settings: Settings, secret: str | None, state: str | None, code: str | None) -> dict[str, Any]:
    """What the provider vouches for: the claims of the ID token that the code stands for. Raises Problem."""
    if secret is None or state is None or not secrets.same(state, _derived(secret, "state")):
        raise _failed("Lượt đăng nhập này đã cũ hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại từ đầu.")
    if not code:
        raise _failed("Máy chủ đăng nhập không cho vào. Hãy thử lại, hoặc hỏi quản trị của đơn vị.")
    with _client(settings) as client:
        provider = _describe(settings)
        try:
            token = client.fetch_token(provider["token_endpoint"], code=code, code_verifier=_derived(secret, "verifier"))
            keys = KeySet.import_key_set(_get(provider["jwks_uri"]))
            read = jwt.decode(token["id_token"], keys, algorithms=list(SIGNED_WITH))
            expected = {"iss": {"values": [settings.oidc_issuer]}, "aud": {"values": [settings.oidc_client_id]}}
            params = {
                "nonce": _derived(secret, "nonce"),
                "client_id": settings.oidc_client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(read.claims, read.header, expected, params)
            claims.validate(leeway=LEEWAY)
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("oidc_failed", error=f"{type(error).__name__}: {error}")
            raise _failed("Máy chủ đăng nhập không xác nhận lượt này. Hãy đăng nhập lại từ đầu.") from error
        except httpx.HTTPError as error:
            raise _unavailable(error) from error
    return dict(claims)


def account_of(session: Session, settings: Settings, claims: Mapping[str, Any]) -> Account:
    """The account that an administrator made for this identity. Raises Problem: nobody gets one by signing in."""
    value = claims.get(settings.oidc_claim)
    repository = AccountRepository(session)
    account = None
    if isinstance(value, str) and value:
        if settings.oidc_claim != "email":
            account = repository.by_subject(value)
        elif claims.get("email_verified") is True:
            account = repository.by_email(folded(value))
    if account is None:
        raise _failed("Danh tính này chưa có tài khoản ở đây. Hãy nhờ quản trị của đơn vị tạo tài khoản.")
    if account.disabled_at is not None:
        actor = Actor("account", account.id, account.name)
        raise _failed("Tài khoản của anh/chị đã bị khóa. Hãy hỏi quản trị của đơn vị.", actor, f"account:{account.id}")
    return account


def _client(settings: Settings) -> OAuth2Client:
    if not settings.oidc_issuer:
        raise Problem("oidc_off", "Hệ thống này không đăng nhập qua OIDC. Hãy đăng nhập bằng mật khẩu.")
    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret,
        scope="openid email profile",
        redirect_uri=settings.public_url.rstrip("/") + CALLBACK,
        code_challenge_method="S256",
        timeout=SECONDS,
    )


def _describe(settings: Settings) -> dict[str, str]:
    """The provider's own description of itself, which must be of the issuer that the settings name."""
    described = _get(settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration")
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(described.get(name), str) for name in needed) or described["issuer"] != settings.oidc_issuer:
        raise _unavailable(ValueError("the description is not of this issuer"))
    return {name: described[name] for name in needed}


def _get(url: str) -> Any:
    try:
        answer = httpx.get(url, timeout=SECONDS)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _unavailable(error) from error
    if not isinstance(found, dict):
        raise _unavailable(ValueError(f"{url} is no JSON object"))
    return found


def _derived(secret: str, purpose: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), purpose.encode(), "sha256")).decode().rstrip("=")


def _unavailable(error: Exception) -> Problem:
    log.error("oidc_unavailable", error=f"{type(error).__name__}: {error}")
    return Problem("oidc_unavailable", "Máy chủ đăng nhập không trả lời đúng. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu.")


def _failed(detail: str, actor: Actor | None = None, subject: str | None = None) -> Refused:
    return Refused("oidc_failed", detail, actor=actor, subject=subject, event=Event.SIGN_IN_FAILED)

"""Random secrets and the digests that are stored of them. They hold 256 bits, so that one round of SHA-256 is enough to keep them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

KEY_PREFIX = "thuoc_"
HINT = len(KEY_PREFIX) + 6


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_key() -> str:
    return KEY_PREFIX + new_token()


def new_password() -> str:
    """A one-time password that can be read out on the telephone: four groups of five, 100 bits, no letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """The value that unsafe requests of a session must name: it follows from the session's token, which scripts cannot read."""
    return hmac.digest(session_token.encode(), b"csrf", "sha256").hex()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

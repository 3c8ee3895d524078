"""The signature of a message: `X-Thuoc-Signature: t=UNIX_SECONDS,v1=HEX`, HMAC-SHA256 by the secret over `t`, a dot and the body's bytes.

A receiver makes the same over the bytes it got, compares in constant time and refuses a `t` that is more than five minutes off.
"""

from __future__ import annotations

import hashlib
import hmac
import re

HEADER = "X-Thuoc-Signature"
TOLERANCE_SECONDS = 300
_SHAPE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(secret: str, body: bytes, at: int) -> str:
    """The header's value. `at` is the moment of sending in Unix seconds."""
    made = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def verify(header: str, secret: str, body: bytes, now: int, tolerance: int = TOLERANCE_SECONDS) -> bool:
    """Whether the header was made with the secret over this body, at most `tolerance` seconds from `now`."""
    shape = _SHAPE.fullmatch(header)
    if shape is None or abs(now - int(shape[1])) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, body, int(shape[1])), header)

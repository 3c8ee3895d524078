"""Text that XML can hold."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without the characters that no XML document may hold."""
    return _UNSTORABLE.sub("", text)

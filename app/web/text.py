"""Validators of texts that come in over the API."""

from __future__ import annotations


def printable(value: str) -> str:
    """A validator of short texts: no control characters but line ends and tabs (no database column takes them all)."""
    if any(ord(c) < 32 and c not in "\n\t" for c in value):
        raise ValueError("có ký tự điều khiển không in được")
    return value

"""The provisions room: what the clauses promise, how much, how firmly."""

from app.provisions.find import find_promises

__all__ = ["find_promises"]

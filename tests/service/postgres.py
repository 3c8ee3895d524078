"""A real PostgreSQL server for the tests."""

from benchmarks.postgres import server, unavailable

__all__ = ["server", "unavailable"]

"""Releases: the redacted copy of an agreement on its way to publication."""

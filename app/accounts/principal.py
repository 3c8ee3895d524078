"""Who is asking, and for which units: what every service and repository needs to know of accounts, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """A role is always held for a unit; all but the officer's cover the unit's subtree as well."""

    OFFICER = "officer"  # công đoàn cơ sở: own unit only
    REVIEWER = "reviewer"  # công đoàn cấp trên trực tiếp: assigned units and their subtree
    PUBLISHER = "publisher"  # liên đoàn tỉnh
    ADMINISTRATOR = "administrator"
    WEBSITE = "website"  # reads what is published

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.OFFICER: "cán bộ công đoàn cơ sở",
    Role.REVIEWER: "người duyệt",
    Role.PUBLISHER: "người công bố",
    Role.ADMINISTRATOR: "quản trị",
    Role.WEBSITE: "website",
}


@dataclass(frozen=True, slots=True)
class Grant:
    role: Role
    unit_id: str


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person (`account`) or a machine (`key`). `id` is the account's or the key's id."""

    kind: Literal["account", "key"]
    id: str
    name: str
    grants: tuple[Grant, ...]

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def roots(self, *roles: Role) -> tuple[str, ...]:
        """The units for which this principal holds one of `roles`, each once, in order."""
        return tuple(dict.fromkeys(grant.unit_id for grant in self.grants if grant.role in roles))

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
    """A signed-in person (`account`) or a machine (`key`). `id` is the account's or the key's id.

    In a route, `grants` are only those whose role the endpoint admits (`app.accounts.permissions`). `account_id` is the person behind it:
    the account itself, or the one that made the key (None: the command line did). Who may not do two things is told by it, not by `id`.
    """

    kind: Literal["account", "key"]
    id: str
    name: str
    grants: tuple[Grant, ...]
    account_id: str | None = None

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def roots(self, *roles: Role) -> tuple[str, ...]:
        """The units for which this principal holds one of `roles`, each once, in order."""
        return tuple(dict.fromkeys(grant.unit_id for grant in self.grants if grant.role in roles))

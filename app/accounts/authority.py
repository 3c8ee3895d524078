"""How far a right reaches: which accounts an administrator governs, and which rights somebody may hand on to a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.principal import Grant, Principal, Role
from app.accounts.refusals import Refused
from app.accounts.repository import AccountRepository
from app.organisations.models import ROOT_ID
from app.organisations.repository import UnitRepository
from app.problems import Problem

# Who may give a key which role: one's own, and what is less than it.
INCLUDES = {role: (role,) for role in Role} | {Role.WEBSITE: (Role.WEBSITE, Role.PUBLISHER, Role.ADMINISTRATOR)}


def includes(session: Session, held: Iterable[Grant], wanted: Grant, on: date) -> bool:
    """Whether whoever holds `held` on the day `on` can do all that `wanted` allows. An officer's right reaches no lower unit."""
    roots = [grant.unit_id for grant in held if grant.role in INCLUDES[wanted.role]]
    if wanted.unit_id in roots:
        return True
    return wanted.role is not Role.OFFICER and bool(roots) and UnitRepository(session).within(wanted.unit_id, roots, on)


def require_unit(session: Session, who: Principal, unit_id: str, on: date, code: str = "unit_unknown") -> None:
    """Raises Problem `code`, the same whether there is no such unit or it is not among those that `who` administers."""
    words = f"Không có đơn vị mang mã «{unit_id[:60]}» trong phạm vi của anh/chị."
    unit = UnitRepository(session).get(unit_id)
    if unit is None:
        raise Problem(code, words)
    if not _governs(session, who, unit_id, on):
        raise Refused(code, words, subject=f"unit:{unit_id}", unit_id=unit_id)


def account(session: Session, who: Principal, account_id: str, on: date, *, change: bool = False) -> Account:
    """The account, if `who` administers one of its units; to `change` it, all of them, and it must not be one's own. Raises Problem."""
    repository = AccountRepository(session)
    words = f"Không có tài khoản mang mã «{account_id[:60]}»."
    found = repository.get(account_id, lock=change) if len(account_id) == 36 else None
    if found is None:
        raise Problem("account_not_found", words)
    grants = repository.grants(account_id=account_id)
    subject, home = f"account:{account_id}", repository.home(account_id)
    reached = [_governs(session, who, grant.unit_id, on) for grant in grants] or [ROOT_ID in who.roots(Role.ADMINISTRATOR)]
    if not any(reached):
        raise Refused("account_not_found", words, subject=subject, unit_id=home)
    if change:
        not_own(who, account_id)
    if change and not all(reached):
        told = "Tài khoản này còn có quyền ở đơn vị ngoài phạm vi của anh/chị. Hãy nhờ quản trị cấp trên."
        raise Refused("forbidden", told, subject=subject, unit_id=home)
    return found


def not_own(who: Principal, account_id: str) -> None:
    """Raises Problem where the account is that of `who`."""
    if account_id == who.account_id:
        told = "Không ai tự đổi quyền hay trạng thái của mình. Hãy nhờ một quản trị khác."
        raise Refused("forbidden", told, subject=f"account:{account_id}")


def _governs(session: Session, who: Principal, unit_id: str, on: date) -> bool:
    roots = who.roots(Role.ADMINISTRATOR)
    return unit_id in roots or ROOT_ID in roots or (bool(roots) and UnitRepository(session).within(unit_id, roots, on))

"""What a route asks for to know who is calling: `who: Who`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.accounts.principal import Principal
from app.accounts.sessions import Admitted
from app.problems import Problem


def admitted(request: Request) -> Admitted:
    found: Admitted | None = request.state.admitted
    if found is None:
        raise Problem("sign_in_required", "Hãy đăng nhập, hoặc gửi khóa API trong tiêu đề Authorization: Bearer KHÓA.")
    return found


def who(request: Request) -> Principal:
    return admitted(request).principal


# The signed-in person or machine, with the grants whose role the endpoint admits (`app.accounts.permissions.TABLE`).
Who = Annotated[Principal, Depends(who)]
Signed = Annotated[Admitted, Depends(admitted)]  # the same, with the session it came by

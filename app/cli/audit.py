"""`thuoc audit …`: prove that the audit is whole, read it; straight on the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from app.cli.base import OK, Command, Failure, new_app, out, parse_day
from app.cli.service import opened

BROKEN = 1
_VERIFY = (
    "Đi qua cả sổ sự kiện, nêu sự kiện đầu tiên bị sửa, mất hoặc đổi chỗ, và in đầu sổ để giữ ở nơi khác. "
    "Mã kết thúc: 0 sổ nguyên vẹn; 1 sổ hỏng."
)
_HEAD = "Đầu sổ đã giữ từ lần trước: chứng minh sổ chưa bị viết lại kể từ đó."
_DAY = "Ngày, giờ Việt Nam."


def add_to(app: typer.Typer) -> None:
    audit = new_app("Sổ sự kiện: ai làm gì, lúc nào; chỉ ghi thêm, không sửa được.")
    audit.command("verify", cls=Command, help=_VERIFY)(verify)
    audit.command("show", cls=Command, help="In các sự kiện mới nhất, mới nhất ở dưới cùng.")(show)
    app.add_typer(audit, name="audit")


def verify(head: Annotated[str | None, typer.Option("--head", metavar="MÃ@SỐ", help=_HEAD)] = None) -> int:
    from app.audit import service

    with opened() as services:
        kept = service.Kept.of(head) if head else None
        with services.database.snapshot() as session:
            found = service.verify(session, kept)
    if found.problem is not None:
        told = f"sự kiện số {found.at_seq}: {found.problem}; {found.events} sự kiện trước đó nguyên vẹn"
        raise Failure("audit_broken", told, BROKEN)
    out(f"Sổ nguyên vẹn: {found.events} sự kiện.")
    out(f"Đầu sổ, hãy giữ ở nơi khác: {found.head}@{found.events}")
    return OK


def show(
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="LOẠI", help="Loại sự kiện, ghi được nhiều lần.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", metavar="LOẠI:MÃ", help="Ví dụ agreement:MÃ.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="ĐƠN_VỊ", help="Mã đơn vị.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="NGÀY", help=f"Từ đầu ngày. {_DAY}")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="NGÀY", help=f"Đến hết ngày. {_DAY}")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="SỐ", min=1, max=100_000, help="Số sự kiện tối đa.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi sự kiện một dòng JSON.")] = False,
) -> int:
    from app.audit import service
    from app.audit.events import Event
    from app.audit.repository import Wanted
    from app.audit.routes import start_of
    from app.audit.views import sentence
    from app.audit.views import show as shown
    from app.organisations.repository import UnitRepository

    unknown = [one for one in kind or [] if one not in list(Event)]
    if unknown:
        raise Failure("usage", f"không có loại sự kiện «{unknown[0]}»; được dùng: {', '.join(Event)}")
    with opened() as services, services.database.read() as session:
        found = UnitRepository(session).by_code(unit.upper()) if unit else None
        if unit and found is None:
            raise Failure("unit_not_found", f"không có đơn vị mang mã «{unit}»")
        wanted = Wanted(
            kinds=kind or None,
            subject=subject,
            unit=found.id if found else None,
            since=start_of(parse_day(since)) if since else None,
            until=start_of(parse_day(until) + timedelta(days=1)) if until else None,
        )
        rows = service.page(session, None, services.today(), wanted, limit, None)
        for row in reversed(rows):
            out(shown(row).model_dump_json() if as_json else sentence(row))
    return OK

"""Commands that keep the service's data safe: back it up, bring it back, check its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import OK, Command, Failure, out
from app.cli.service import NOT_STARTED, startable

if TYPE_CHECKING:
    from app.wiring import Services

DAMAGED, ORPHANS = 6, 7
KINDS = {"missing": "mất", "altered": "đã bị thay đổi", "orphaned": "không thuộc bản ghi nào"}


def add_to(app: typer.Typer) -> None:
    app.command("backup", cls=Command, help=_BACKUP)(backup)
    app.command("restore", cls=Command, help=_RESTORE)(restore)
    app.command("check", cls=Command, help=_CHECK)(check)


_BACKUP = (
    "Sao lưu cơ sở dữ liệu và mọi tệp vào một thư mục, hoặc một tệp .tar, .tar.gz, .tgz, khi máy chủ vẫn chạy. "
    "Bản sao lưu chứa mật khẩu đã băm và toàn văn thỏa ước: hãy giữ như giữ chính dữ liệu. Mã kết thúc 6: có tệp không còn nguyên vẹn."
)
_RESTORE = (
    "Khôi phục một bản sao lưu vào cơ sở dữ liệu (SQLite hay PostgreSQL) và kho tệp đang đặt; dừng máy chủ trước. "
    "Bản sao lưu được kiểm tra từng byte trước khi ghi; đích đã có dữ liệu thì từ chối, trừ khi có --replace."
)
_CHECK = (
    "Đọc mọi tệp đã lưu và so với cơ sở dữ liệu. Mã kết thúc: 0 khớp; 6 có tệp mất hoặc bị thay đổi; "
    "7 chỉ có tệp không thuộc bản ghi nào (máy chủ tự dọn sau một thời gian)."
)


def backup(target: Annotated[Path, typer.Argument(metavar="ĐÍCH", help="Thư mục hoặc tệp .tar, .tar.gz sẽ được tạo.")]) -> int:
    from app.backup.service import back_up

    with opened() as services:
        told = back_up(services, target)
    out(f"Đã sao lưu vào {target}: {told.rows} dòng dữ liệu, {told.files} tệp ({told.bytes / 1e6:.1f} MB), lược đồ {told.revision}.")
    for sha256 in told.missing:
        out(f"Không có trong bản sao lưu, vì kho tệp không còn nguyên vẹn: {sha256}")
    return DAMAGED if told.missing else OK


def restore(
    source: Annotated[Path, typer.Argument(metavar="BẢN_SAO_LƯU", help="Thư mục hoặc tệp mà thuoc backup đã tạo.")],
    replace: Annotated[bool, typer.Option("--replace", help="Thay toàn bộ dữ liệu đang có ở đích.")] = False,
) -> int:
    from app.backup.service import restore as bring_back

    with opened() as services:
        told = bring_back(services, source, replace=replace)
    out(f"Đã khôi phục từ {source}: {told.rows} dòng dữ liệu, {told.files} tệp ({told.bytes / 1e6:.1f} MB).")
    for sha256 in told.missing:
        out(f"Bản sao lưu vốn thiếu tệp {sha256}")
    return DAMAGED if told.missing else OK


def check() -> int:
    from app.backup.check import check as differences
    from app.problems import Problem

    kinds = set()
    with opened() as services:
        try:
            for found in differences(services):
                kinds.add(found.kind)
                needed = f" (cần cho: {', '.join(found.needed_by)})" if found.needed_by else ""
                out(f"{KINDS[found.kind]}: {found.sha256}{needed}")
        except Problem as problem:
            raise Failure(problem.code, problem.detail, NOT_STARTED) from None
    if not kinds:
        out("Kho tệp khớp với cơ sở dữ liệu.")
    return ORPHANS if kinds == {"orphaned"} else DAMAGED if kinds else OK


@contextmanager
def opened() -> Iterator[Services]:
    """The service's parts, on a migrated database; what keeps them from working is one line."""
    from sqlalchemy.exc import OperationalError

    from app.problems import CannotStart
    from app.settings import Settings
    from app.storage.migrate import upgrade
    from app.wiring import Services

    with startable():
        settings = Settings.load()
        upgrade(settings)
        services = Services.open(settings)
        try:
            yield services
        except OperationalError as error:
            told = str(error.orig).strip().splitlines()[0]
            raise CannotStart("database_unavailable", f"Không đọc được cơ sở dữ liệu: {told}") from error
        finally:
            services.close()

"""`thuoc units …`: the organisation's units from a spreadsheet and to one, straight on the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.base import OK, Command, Failure, new_app, out, parse_day, read_file
from app.cli.service import opened, operator

ROWS_REFUSED = 1
_IMPORT = (
    "Nhập đơn vị từ bảng tính .xlsx hoặc .csv theo mẫu của lệnh template, in báo cáo từng dòng. Đơn vị được nhận ra bằng mã nên nhập lại "
    "không tạo trùng. Mã kết thúc: 0 mọi dòng được nhận; 1 có dòng bị từ chối; 2 dùng sai lệnh hoặc tệp không phải bảng đơn vị."
)
_MARKS = {"added": "+", "changed": "~", "unchanged": "=", "refused": "✗"}
TARGET = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx hoặc .csv sẽ ghi.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    units = new_app("Đơn vị công đoàn: nhập, xuất bảng tính, ngay trên cơ sở dữ liệu.")
    units.command("import", cls=Command, help=_IMPORT)(import_)
    units.command("export", cls=Command, help="Ghi các đơn vị ra bảng tính, nhập lại được.")(export)
    units.command("template", cls=Command, help="Ghi bảng tính mẫu để điền và nhập.")(template)
    units.command("reindex", cls=Command, help="Tính lại cách tìm theo tên sau khi sửa chữ viết tắt trong grading_rules.")(reindex)
    app.add_typer(units, name="units")


def import_(
    file: Annotated[Path, typer.Argument(metavar="BẢNG_TÍNH", help="Tệp .xlsx hoặc .csv.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra và báo cáo, không ghi gì.")] = False,
    all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="Có một dòng bị từ chối thì không ghi dòng nào.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In mỗi dòng của báo cáo và phần tổng hợp thành một dòng JSON.")] = False,
) -> int:
    from dataclasses import asdict

    from app.organisations.service import Asker
    from app.organisations.tables import import_file

    data = read_file(file)
    with opened() as services:
        asker = Asker.over_all(services.today(), operator())
        done = import_file(services.database, asker, data, dry_run=dry_run, all_or_nothing=all_or_nothing)
    for line in done.lines:
        out(json.dumps(asdict(line), ensure_ascii=False) if as_json else _told(line))
    counts = done.counts
    if as_json:
        out(json.dumps({"stored": done.stored, **counts}, ensure_ascii=False))
    else:
        head = "Đã ghi" if done.stored else "Chưa ghi gì"
        out(
            f"{head}: thêm {counts['added']}, đổi {counts['changed']}, không đổi {counts['unchanged']}, từ chối {counts['refused']} "
            f"trong {len(done.lines)} dòng."
        )
    return ROWS_REFUSED if counts["refused"] else OK


def _told(line: Any) -> str:
    where = f"dòng {line.row}{f', cột «{line.column}»' if line.column else ''}"
    return f"{_MARKS[line.outcome]} {where}: {line.code or '(không có mã)'}: {line.message}"


def export(
    to: TARGET,
    on: Annotated[str | None, typer.Option("--on", metavar="NGÀY", help="Các đơn vị của ngày này; để trống: hôm nay.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Cả đơn vị đã kết thúc, mỗi quãng thuộc một cấp trên là một dòng.")] = False,
) -> int:
    from app.organisations.imports import export_rows, guide
    from app.organisations.service import Asker
    from app.organisations.sheet import write

    format = _format(to)
    with opened() as services, services.database.read() as session:
        day = parse_day(on) if on else services.today()
        rows = list(export_rows(session, Asker.over_all(services.today()), day, history=history))
    _write(to, write(rows, format, guide()))
    out(f"Đã ghi {len(rows)} dòng ra {to}.")
    return OK


def template(to: TARGET) -> int:
    from app.organisations.imports import guide
    from app.organisations.sheet import write

    _write(to, write([], _format(to), guide()))
    out(f"Đã ghi bảng mẫu ra {to}.")
    return OK


def reindex() -> int:
    from app.organisations.service import reindex as run_reindex

    with opened() as services, services.database.write() as session:
        count = run_reindex(session)
    out(f"Đã tính lại {count} đơn vị.")
    return OK


def _format(to: Path) -> str:
    format = to.suffix.lower().removeprefix(".")
    if format not in ("xlsx", "csv"):
        raise Failure("bad_target", f"«{to.name}» phải có đuôi .xlsx hoặc .csv")
    return format


def _write(to: Path, data: bytes) -> None:
    try:
        to.write_bytes(data)
    except OSError as error:
        raise Failure("cannot_write", f"không ghi được «{to}»: {error.strerror}") from None

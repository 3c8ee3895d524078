"""The command `thuoc redact`: the text of a document without personal data, or what was taken out of it and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from app.cli.base import OK, Command, Failure, out, parse_day, read_pages
from app.cli.grading import FILES, guarded, to_json

ON = Annotated[
    str | None,
    typer.Option("--on", metavar="NGÀY", help="Ngày công khai, để ghi căn cứ pháp luật (2026-08-15 hoặc 15/8/2026); để trống: hôm nay."),
]
JSON = Annotated[
    bool, typer.Option("--json", help="In một đối tượng JSON: đã bỏ những gì, ở vị trí nào, vì sao, căn cứ nào (có cả dữ liệu đã bỏ).")
]
_REDACT = (
    "In văn bản đã bỏ dữ liệu cá nhân: họ tên, số giấy tờ, điện thoại, thư điện tử, tài khoản, nơi ở, ngày sinh, biển số xe. "
    "Tên, địa chỉ, mã số của doanh nghiệp và chức danh người ký được giữ lại."
)


def add_to(app: typer.Typer) -> None:
    app.command("redact", cls=Command, help=_REDACT)(redact)


def redact(files: FILES, on: ON = None, as_json: JSON = False) -> int:
    from app.reading import read
    from app.redaction import RedactionRulesError
    from app.redaction import redact as run
    from app.structure import parse

    day = parse_day(on) if on else date.today()
    data, name = read_pages(files)
    try:
        got = guarded(lambda: run(parse(read(data, name))))
    except RedactionRulesError as error:
        raise Failure(error.code, str(error)) from None
    out(to_json({**got.record(day, with_removed=True), "text": got.text}) if as_json else got.text)
    return OK

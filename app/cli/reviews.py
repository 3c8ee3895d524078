"""Commands on what reviewers decided: how often they change the machine's proposals, and their decisions as labelled samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.base import OK, Command, Failure, new_app, out
from app.cli.service import startable

_RATE = (
    "Với từng nội dung, trong mọi thỏa ước đã xác nhận: máy đề xuất bao nhiêu, người duyệt đồng ý, để nguyên, sửa, bỏ, và thêm bao nhiêu; "
    "nội dung bị sửa nhiều nhất đứng đầu."
)
_EXPORT = (
    "Ghi mỗi thỏa ước đã xác nhận thành một mẫu đã gán nhãn (source.txt, gold.json). Mẫu có dữ liệu cá nhân như thỏa ước, "
    "chỉ dùng trong nội bộ để cải thiện bộ quy tắc."
)


def add_to(app: typer.Typer) -> None:
    report = new_app("Báo cáo từ các thỏa ước đã lưu.")
    report.callback()(lambda: None)
    report.command("agreement-rate", cls=Command, help=_RATE)(agreement_rate)
    app.add_typer(report, name="report")
    app.command("export-labelled", cls=Command, help=_EXPORT)(export_labelled)


def agreement_rate(as_json: Annotated[bool, typer.Option("--json", help="In một đối tượng JSON.")] = False) -> int:
    from app.reviews.reports import agreement_rate as report
    from app.settings import Settings
    from app.storage import migrate
    from app.storage.database import Database

    with startable():
        settings = Settings.load()
        migrate.upgrade(settings)
    database = Database.of(settings)
    try:
        count, rates = report(database)
    finally:
        database.close()
    if as_json:
        out(json.dumps({"agreements": count, "provisions": [row.to_json() for row in rates]}, ensure_ascii=False))
        return OK
    out(f"{count} thỏa ước đã xác nhận")
    if rates:
        out(f"{'tỷ lệ giữ':>9} {'đề xuất':>8} {'đồng ý':>7} {'để yên':>7} {'sửa':>5} {'bỏ':>5} {'thêm':>5}  nội dung")
    for row in rates:
        rate = "-" if row.rate is None else f"{row.rate:.0%}"
        figures = f"{row.proposed:>8} {row.accepted:>7} {row.left:>7} {row.corrected:>5} {row.rejected:>5} {row.added:>5}"
        out(f"{rate:>9} {figures}  {row.id}: {row.label}")
    return OK


def export_labelled(
    folder: Annotated[Path, typer.Argument(metavar="THƯ_MỤC", help="Nơi ghi các mẫu, mỗi thỏa ước một thư mục.")],
) -> int:
    from app.problems import Problem
    from app.reading.document import ReadingError
    from app.reviews.reports import export_labelled as export
    from app.settings import Settings
    from app.storage import migrate
    from app.wiring import Services

    with startable():
        settings = Settings.load()
        migrate.upgrade(settings)
    services = Services.open(settings)
    written = 0
    try:
        for path in export(services.database, services.files, folder):
            written += 1
            out(str(path))
    except (Problem, ReadingError) as error:
        raise Failure(error.code, error.detail if isinstance(error, Problem) else error.message) from None
    except OSError as error:
        raise Failure("not_written", f"không ghi được vào «{folder}»: {error.strerror}") from None
    finally:
        services.close()
    out(f"Đã ghi {written} mẫu.")
    return OK

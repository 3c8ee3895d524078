"""`thuoc regrade`: score stored agreements again by another profile or by changed legal values, first dry, then in the background."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import date
from typing import Annotated, Any

import typer

from app.cli.base import OK, Command, Failure, out, parse_day, warn
from app.cli.service import startable

_HELP = (
    "Chấm lại các thỏa ước đã lưu theo khung điểm khác (--rubric) hoặc mức luật định mới (--law), không đọc lại tệp. --dry-run chỉ cho "
    "biết thỏa ước nào đổi từ loại nào sang loại nào và vì sao. Loại đã xác nhận không tự đổi: thỏa ước nhận một đề nghị."
)
_ON = "Chấm như vào ngày này; để trống: giữ ngày chấm của từng kết quả."
POLL_SECONDS = 1.0


def add_to(app: typer.Typer) -> None:
    app.command("regrade", cls=Command, help=_HELP)(regrade)


def regrade(
    rubric: Annotated[str | None, typer.Option("--rubric", metavar="MÃ", help="Khung điểm mới, ví dụ hd90-2023@2.")] = None,
    law: Annotated[bool, typer.Option("--law", help="So lại các cam kết với mức luật định hiện có trong grading_rules/law.")] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="NGÀY", help=_ON)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước, không ghi gì.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Theo dõi tiến độ cho đến khi xong.")] = False,
    processes: Annotated[int, typer.Option("--processes", metavar="SỐ", min=1, max=64, help="Số tiến trình khi xem trước.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="In mỗi thỏa ước đổi loại và phần tổng hợp thành một dòng JSON.")] = False,
) -> int:
    from app.problems import Problem
    from app.settings import Settings
    from app.storage import migrate

    if rubric is None and not law:
        raise Failure("usage", "hãy nêu --rubric MÃ, --law, hoặc cả hai; xem «thuoc regrade --help»")
    day = parse_day(on) if on else None
    with startable():
        settings = Settings.load()
        migrate.upgrade(settings)
    try:
        if dry_run:
            _preview(settings, (rubric, law, day), min(processes, os.cpu_count() or 1), as_json)
        else:
            _start(settings, (rubric, law, day), wait)
    except Problem as problem:
        raise Failure(problem.code, problem.detail) from None
    return OK


def _preview(settings: Any, asked: tuple[str | None, bool, date | None], processes: int, as_json: bool) -> None:
    from dataclasses import asdict

    from app.grading.wording import number
    from app.regrades.preview import Ask, preview
    from app.regrades.service import move_key

    counts: Counter[str] = Counter()
    scored = unchanged = proposals = 0
    failed: list[str] = []
    for page in preview(settings, Ask(*asked), processes):
        scored, unchanged = scored + page.scored, unchanged + page.unchanged
        failed += page.failed
        for move in page.moves:
            counts[move_key(move.from_grade, move.to_grade)] += 1
            proposals += move.confirmed
            out(json.dumps(asdict(move), ensure_ascii=False) if as_json else _told(move))
    looked_at = scored + unchanged + len(failed)
    summary = {
        "agreements": looked_at,
        "moves": dict(sorted(counts.items())),
        "proposals": proposals,
        "unchanged": unchanged,
        "failed": failed,
    }
    if as_json:
        out(json.dumps(summary, ensure_ascii=False))
        return
    out(f"Xem trước, chưa ghi gì: {number(looked_at)} thỏa ước, {number(sum(counts.values()))} đổi loại")
    for key, count in sorted(counts.items()):
        out(f"  {_letters(*key.split('>'))}: {number(count)}")
    if proposals:
        out(f"  trong đó {number(proposals)} đã xác nhận: loại giữ nguyên, nhận một đề nghị")
    if failed:
        out(f"Không chấm lại được {number(len(failed))} thỏa ước (bản ghi cũ, cần gửi lại tệp): {', '.join(failed[:5])}")


def _told(move: Any) -> str:
    about = " (đã xác nhận, sẽ nhận đề nghị)" if move.confirmed else ""
    head = f"{move.employer or 'Không rõ doanh nghiệp'} [{move.agreement_id}]: {_letters(move.from_grade, move.to_grade)}{about}"
    return "\n".join([head, *(f"  • {reason}" for reason in move.reasons)])


def _letters(old: str | None, new: str | None) -> str:
    named = {"-": "không xếp loại", None: "không xếp loại"}
    return f"{named.get(old, old)} → {named.get(new, new)}"


def _start(settings: Any, asked: tuple[str | None, bool, date | None], wait: bool) -> None:
    from app.regrades import service
    from app.regrades.views import sentence
    from app.wiring import Services

    services = Services.open(settings)
    try:
        with services.database.write() as session:
            row = service.start(session, services.jobs, *asked, created_by=None)
        out(f"Đã ghi lần chấm lại {row.id}: {row.total} thỏa ước, chạy ở nền.")
        if not wait:
            out(f"Tiến độ: GET /api/v1/regrades/{row.id} (máy chủ), hoặc làm ngay tại đây: thuoc worker --drain")
            return
        told = ""
        while row.finished_at is None:
            time.sleep(POLL_SECONDS)
            with services.database.read() as session:
                row = service.find(session, row.id)
            if sentence(row) != told:
                told = sentence(row)
                out(told)
        if row.error:
            warn(f"Một phần bị bỏ dở: {row.error}")
    finally:
        services.close()

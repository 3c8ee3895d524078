"""A regrade as it is shown: to programs and in one sentence."""

from __future__ import annotations

from app.grading.wording import number
from app.regrades.models import Regrade
from app.regrades.schemas import RegradeOut


def show(row: Regrade) -> RegradeOut:
    return RegradeOut(
        id=row.id,
        rubric=row.rubric,
        law=row.judged,
        graded_on=row.graded_on,
        created_by=row.created_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
        message=sentence(row),
        total=row.total,
        done=row.done,
        unchanged=row.unchanged,
        failed=row.failed,
        failures=row.failures,
        moves=row.moves,
        proposals=row.proposals,
        error=row.error,
    )


def sentence(row: Regrade) -> str:
    done = f"Đã chấm lại {number(row.done)} / {number(row.total)} thỏa ước"
    if row.finished_at is None:
        return done
    moved = sum(row.moves.values())
    rest = f"; {number(row.proposals)} đề nghị đổi loại đã xác nhận chờ người quyết định" if row.proposals else ""
    return f"{done}: {number(moved)} đổi loại{rest}"

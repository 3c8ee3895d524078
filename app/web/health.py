"""`/healthz`: can the service do its work now?"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from app.jobs.repository import WorkerRepository
from app.problems import Problem
from app.storage import migrate
from app.storage.base import now
from app.web.deps import Parts

WORKER_SEEN = timedelta(seconds=45)

router = APIRouter(tags=["Vận hành"])


class Part(BaseModel):
    ok: bool
    message: str


class Health(BaseModel):
    model_config = ConfigDict(title="Tình trạng")

    status: Literal["ok", "degraded", "down"] = Field(
        description="degraded: vẫn nhận tệp nhưng chưa có tiến trình chấm; down: không dùng được."
    )
    database: Part
    files: Part
    worker: Part


@router.get(
    "/healthz",
    response_model=Health,
    summary="Tình trạng hệ thống",
    responses={503: {"model": Health, "description": "Cơ sở dữ liệu hoặc kho tệp không dùng được."}},
)
def health(response: Response, parts: Parts) -> Health:
    files = Part(ok=True, message="ghi được")
    try:
        parts.files.check()
    except Problem as problem:
        files = Part(ok=False, message=problem.detail)
    worker = Part(ok=False, message="chưa biết")
    try:
        current = migrate.is_current(parts.database)
        database = Part(ok=current, message="đúng phiên bản" if current else "chưa nâng cấp: chạy thuoc db upgrade")
        if current:
            with parts.database.read() as session:
                alive = WorkerRepository(session).seen_since(now() - WORKER_SEEN)
            worker = Part(
                ok=alive > 0,
                message=f"{alive} tiến trình đang chạy" if alive else "không có tiến trình chấm nào đang chạy",
            )
    except SQLAlchemyError:
        database = Part(ok=False, message="không kết nối được")
    usable = database.ok and files.ok
    response.status_code = 200 if usable else 503
    response.headers["Cache-Control"] = "no-store"
    status: Literal["ok", "degraded", "down"] = "down" if not usable else "ok" if worker.ok else "degraded"
    return Health(status=status, database=database, files=files, worker=worker)

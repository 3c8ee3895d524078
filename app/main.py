"""Wires the service together: `create_app()` for a server, `serve()` for the command `thuoc serve`."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from app.accounts.key_routes import router as keys
from app.accounts.routes import router as accounts
from app.accounts.service import administrator_exists
from app.accounts.session_routes import router as session
from app.agreements.routes import router as agreements
from app.agreements.stage_routes import router as stages
from app.alerts.routes import router as alerts
from app.assess import ENGINE
from app.audit.routes import router as audit
from app.jobs.supervisor import Supervisor
from app.jobs.worker import child_environment
from app.logs import configure_logs
from app.organisations.routes import router as units
from app.organisations.table_routes import router as unit_tables
from app.problems import CannotStart
from app.publications.opendata.routes import router as open_data
from app.publications.quick import Quick
from app.publications.routes import router as publications
from app.publications.site.routes import router as site
from app.regrades.routes import router as regrades
from app.releases.routes import router as releases
from app.reports.routes import router as reports
from app.reviews.dossier_routes import router as dossier
from app.reviews.queue_routes import router as queue
from app.reviews.routes import router as reviews
from app.rubrics.routes import router as rubrics
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from app.unit_settings.routes import router as unit_settings
from app.web import errors
from app.web.guard import Guard
from app.web.health import router as health
from app.web.housekeeping import Housekeeping
from app.web.law import router as law
from app.web.openapi import DESCRIPTION, TITLE, describe
from app.webhooks.routes import router as webhooks
from app.wiring import Services

ROUTERS = (
    session,
    accounts,
    keys,
    unit_tables,
    units,
    agreements,
    stages,
    releases,
    queue,
    reviews,
    dossier,
    unit_settings,
    alerts,
    audit,
    reports,
    rubrics,
    regrades,
    publications,
    site,
    open_data,
    webhooks,
    law,
    health,
)  # fmt: skip  (one line each: several people add theirs)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. When it starts it migrates the database and runs the settings' number of workers beside itself."""
    settings = settings or Settings.load()

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        if not structlog.is_configured():
            configure_logs(settings.log_level)
        services = Services.open(settings)
        await run_in_threadpool(migrate.upgrade_database, services.database)
        app.state.services = services
        app.state.housekeeping = Housekeeping(services.database, settings)
        app.state.housekeeping.start()
        supervisor = Supervisor(settings.workers, child_environment(settings))
        supervisor.start()
        try:
            yield
        finally:
            await run_in_threadpool(supervisor.stop)
            await run_in_threadpool(app.state.housekeeping.stop)
            services.close()

    app = FastAPI(title=TITLE, version=ENGINE, description=DESCRIPTION, lifespan=running, redoc_url=None)
    errors.install(app)
    app.add_middleware(Guard, api=app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Quick, api=app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/", lambda: RedirectResponse("/docs"), include_in_schema=False)
    describe(app)
    return app


def serve(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Run the API and its workers until stopped. Raises CannotStart."""
    settings = Settings.load()
    configure_logs(settings.log_level)
    migrate.upgrade(settings)
    listening = listen(host, port)
    _tell_if_nobody_administers(settings)
    print(f"Thước đang chạy ở {address_of(host, listening)} (dừng: Ctrl-C)", flush=True)
    server_of(create_app(settings)).run([listening])


def _tell_if_nobody_administers(settings: Settings) -> None:
    database = Database.of(settings)
    with database.read() as session:
        known = administrator_exists(session)
    database.close()
    if not known:
        print("Chưa có quản trị nào. Tạo người đầu tiên ở một cửa sổ khác: thuoc account add TÊN --administrator", flush=True)


def server_of(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=10))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotStart(
            "port_unavailable", f"Không mở được cổng {port} ở {host}: {error.strerror}. Hãy chọn cổng khác bằng --port."
        ) from error
    # asyncio switches Nagle's delay off only where the socket names its protocol; else every second write waits 40 ms for the client
    return socket.socket(listening.family, listening.type, socket.IPPROTO_TCP, fileno=listening.detach())


def address_of(host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"

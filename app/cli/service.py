"""Commands of the service: the server, its worker, its database, the demonstration."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import OK, Command, Failure, new_app, out

if TYPE_CHECKING:
    from app.audit.service import Actor
    from app.wiring import Services

NOT_STARTED = 1
HOST = Annotated[str, typer.Option("--host", metavar="ĐỊA_CHỈ", help="Địa chỉ mạng để nghe.")]
PORT = Annotated[int, typer.Option("--port", metavar="CỔNG", min=0, max=65535, help="Cổng để nghe.")]


def add_to(app: typer.Typer) -> None:
    app.command("serve", cls=Command, help="Chạy máy chủ (API và trang web) cùng các tiến trình chấm điểm.")(serve)
    app.command("worker", cls=Command, help="Chạy riêng các tiến trình chấm điểm các thỏa ước đã gửi lên.")(worker)
    database = new_app("Cơ sở dữ liệu của máy chủ.")
    database.callback()(lambda: None)
    database.command("upgrade", cls=Command, help="Đưa cơ sở dữ liệu lên đúng phiên bản của chương trình.")(upgrade)
    app.add_typer(database, name="db")
    app.command("demo", cls=Command, help=_DEMO)(demo)


_DEMO = "Chấm một thỏa ước mẫu, in hạng và lý do, rồi chạy máy chủ đã có sẵn thỏa ước đó và in các lệnh curl để thử."


def serve(host: HOST = "127.0.0.1", port: PORT = 8000) -> int:
    from app.main import serve as run_server

    with startable():
        run_server(host, port)
    return OK


def worker(
    processes: Annotated[int, typer.Option("--processes", metavar="SỐ", min=1, max=64, help="Số tiến trình.")] = 1,
    drain: Annotated[bool, typer.Option("--drain", help="Làm hết việc đang chờ rồi kết thúc.")] = False,
) -> int:
    from app.jobs.worker import run

    with startable():
        run(processes, drain=drain)
    return OK


def upgrade() -> int:
    from app.storage.migrate import upgrade as run_upgrade

    with startable():
        out(f"Cơ sở dữ liệu đã ở phiên bản {run_upgrade()}.")
    return OK


def demo(
    host: HOST = "127.0.0.1",
    port: PORT = 8000,
    once: Annotated[bool, typer.Option("--once", help="Tự thử từng lệnh curl rồi kết thúc, không chạy tiếp máy chủ.")] = False,
) -> int:
    from app.demo import run as run_demo

    with startable():
        run_demo(host, port, once=once)
    return OK


@contextmanager
def startable() -> Iterator[None]:
    """Turn what keeps the service from starting into one line on standard error."""
    from app.problems import CannotStart

    try:
        yield
    except CannotStart as error:
        raise Failure(error.code, error.message, NOT_STARTED) from None


@contextmanager
def opened() -> Iterator[Services]:
    """The parts of the service on the settings' database, brought up to date first; a problem is one line on standard error."""
    from app.problems import Problem
    from app.settings import Settings
    from app.storage import migrate
    from app.wiring import Services

    with startable():
        settings = Settings.load()
        migrate.upgrade(settings)
        services = Services.open(settings)
    try:
        yield services
    except Problem as problem:
        raise Failure(problem.code, problem.detail) from None
    finally:
        services.close()


def operator() -> Actor:
    """Whoever runs the command, as the audit names him."""
    from app.audit.service import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = "không rõ"
    return Actor("system", None, f"dòng lệnh ({name})")

"""`thuoc worker`, and `python -m app.jobs.worker`: the worker process itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

from app.jobs.loop import Worker
from app.jobs.supervisor import Supervisor
from app.logs import configure_logs
from app.settings import PREFIX, Settings
from app.storage import migrate
from app.storage.sweep import sweep
from app.webhooks.delivering import Deliverer
from app.wiring import Services

SWEEP_SECONDS = 3600.0
GRACE_SECONDS = 8.0  # how long the running job may go on after the order to stop


def run(processes: int = 1, *, drain: bool = False) -> None:
    """Work on stored agreements with `processes` processes until stopped; with `drain`, in this process until nothing is due."""
    settings = Settings.load()
    configure_logs(settings.log_level)
    migrate.upgrade(settings)
    if drain:
        services = Services.open(settings)
        try:
            worker = worker_of(services)
            deliverer = Deliverer(services.database, settings)
            while worker.run_one() or deliverer.deliver_due():
                pass
        finally:
            services.close()
        return
    supervisor = Supervisor(processes, child_environment(settings))
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, lambda *_: threading.Thread(target=supervisor.stop).start())
    supervisor.run()


def child_environment(settings: Settings) -> dict[str, str]:
    """The settings as the children must see them, wherever these were read from."""
    values = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.model_dump().items() if value is not None}
    values["THUOC_DATA_DIR"] = str(settings.data_dir.resolve())
    return os.environ | values


def worker_of(services: Services) -> Worker:
    settings = services.settings
    return Worker(
        services.database,
        services.jobs,
        services.handlers(),
        lease_seconds=settings.job_lease_seconds,
        time_limit_seconds=settings.job_time_limit_seconds,
        poll_seconds=settings.job_poll_seconds,
    )


def main() -> None:
    """The body of one worker process, started by a supervisor that holds its standard input open."""
    services = Services.open(Settings.load())
    configure_logs(services.settings.log_level)
    worker = worker_of(services)

    def stop(number: int, frame: FrameType | None) -> None:
        worker.stop()
        threading.Thread(target=_give_up_after, args=(worker, GRACE_SECONDS), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor says when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ended = threading.Event()
    deliverer = Deliverer(services.database, services.settings)
    delivering = threading.Thread(target=deliverer.run, args=(ended,), daemon=True)
    delivering.start()
    swept, daily = 0.0, services.daily()

    def tick() -> None:
        nonlocal swept
        daily.tick()
        if time.monotonic() - swept >= SWEEP_SECONDS or not swept:
            sweep(services.database, services.files, services.settings.orphan_hours * 3600)
            swept = time.monotonic()

    worker.run(tick)
    ended.set()
    delivering.join(GRACE_SECONDS)  # what was under way is sent again by another when its lease runs out
    services.close()


def _give_up_after(worker: Worker, seconds: float) -> None:
    time.sleep(seconds)
    worker.give_back()
    os._exit(0)


def _end_with_parent() -> None:
    while os.read(0, 1024):  # ends when the parent has closed it or is gone
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()

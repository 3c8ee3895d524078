"""What an API process does beside answering: notes when sessions and keys were used, and settles refusals that were only counted."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import refusals, throttle
from app.accounts.repository import AccountRepository
from app.accounts.sessions import Admitted
from app.settings import Settings
from app.storage.base import now
from app.storage.database import Database

SECONDS = 60.0
log = structlog.get_logger("thuoc.api")


class Housekeeping:
    """A thread of its own, so that no request waits for it: last uses are gathered in memory and stored once a minute."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._lock = threading.Lock()
        self._sessions: dict[str, datetime] = {}
        self._keys: dict[str, datetime] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is still in memory is stored first."""
        self._ending.set()
        self._thread.join()

    def seen(self, admitted: Admitted) -> None:
        with self._lock:
            if admitted.session_id is not None:
                self._sessions[admitted.session_id] = now()
            else:
                self._keys[admitted.principal.id] = now()

    def tidy(self, *, everything: bool = False) -> None:
        """One round. Where the database is away nothing is lost: the next round has it."""
        with self._lock:
            sessions, keys, self._sessions, self._keys = self._sessions, self._keys, {}, {}
        try:
            with self._database.write() as session:
                AccountRepository(session).seen(sessions, keys)
                refusals.settle(session, everything=everything)
                throttle.forget_old(session, self._settings)
        except SQLAlchemyError as error:
            log.warning("housekeeping_put_off", error=str(error))
            with self._lock:
                self._sessions = sessions | self._sessions
                self._keys = keys | self._keys

    def _run(self) -> None:
        while not self._ending.wait(SECONDS):
            self.tidy()
        self.tidy(everything=True)

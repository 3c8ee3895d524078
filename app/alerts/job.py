"""The daily run and its letters as background jobs.

`alerts` first lets time pass, then looks at the agreements page by page; the last page makes the letters ready, each a job of its own
(`alert_digest`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.agreements.life import READERS
from app.agreements.stages import pass_time
from app.alerts import letter, mail, service
from app.alerts.finding import Ahead, Kind
from app.alerts.models import AlertDay
from app.alerts.repository import AlertRepository
from app.jobs.interface import Effect, Jobs, Payload, Permanent
from app.settings import Settings
from app.storage.base import VIETNAM, now
from app.storage.database import Database

log = structlog.get_logger("thuoc.alerts")

ALERTS, DIGEST = "alerts", "alert_digest"
PAGE = 100
TRY_AGAIN = timedelta(minutes=30)  # a letter whose job gave up
RUN_AGAIN = timedelta(hours=1)  # a daily run that gave up


class Daily:
    """Starts the run of a Vietnamese day once, whichever process asks first, and letters that are to be tried again."""

    def __init__(self, database: Database, jobs: Jobs, settings: Settings, today: Callable[[], date]) -> None:
        self._database = database
        self._jobs = jobs
        self._settings = settings
        self._today = today

    def tick(self, at: datetime | None = None) -> None:
        """To be called again and again; costs one short read while there is nothing to do."""
        moment, day = at or now(), self._today()
        with self._database.read() as session:
            repository = AlertRepository(session)
            row = repository.day(day)
            letters = repository.waiting(day, moment) if self._settings.smtp_host else ()
        early = moment.astimezone(VIETNAM).hour < self._settings.alerts_hour
        gave_up = row is not None and row.error is not None and moment - row.started_at >= RUN_AGAIN
        if (row is None and not early) or gave_up:
            self._start(day, moment)
        for digest_id in letters:
            self._enqueue_letter(digest_id)

    def _start(self, day: date, moment: datetime) -> None:
        try:
            with self._database.write() as session:
                repository = AlertRepository(session)
                row = repository.day(day)
                if row is None:
                    repository.add(AlertDay(day=day, started_at=moment, moved=0))
                elif row.error is None:
                    return
                else:
                    row.started_at, row.error = moment, None
                self._jobs.enqueue(session, ALERTS, day.isoformat(), {"day": day.isoformat(), "after": None})
        except IntegrityError:  # another process was first
            return
        log.info("alerts_started", day=day.isoformat())

    def _enqueue_letter(self, digest_id: str) -> None:
        try:
            with self._database.write() as session:
                self._jobs.enqueue(session, DIGEST, digest_id, {"digest": digest_id})
        except IntegrityError:
            return


class AlertsHandler:
    """Implements `jobs.interface.Handler` for the kind `alerts`. `after` None: time passes; else the page of agreements after that id."""

    def __init__(self, database: Database, jobs: Jobs, settings: Settings) -> None:
        self._database = database
        self._jobs = jobs
        self._settings = settings

    def work(self, payload: Payload) -> Effect:
        day, after = date.fromisoformat(payload["day"]), payload["after"]
        if after is None:
            return lambda session: self._pass_time(session, day)
        ahead = Ahead(self._settings.alert_days, self._settings.alert_review_months)
        with self._database.read() as session:
            agreements = AlertRepository(session).agreements_after(after, PAGE)
            looked = service.look(session, agreements, day, ahead)

        def keep(session: Session) -> None:
            service.store(session, looked, day)
            if len(agreements) == PAGE:
                self._next(session, day, agreements[-1].id)
            else:
                self._finish(session, day)

        return keep

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        row = AlertRepository(session).day(date.fromisoformat(payload["day"]))
        if row is not None:
            row.error = f"{code}: {message}"

    def _pass_time(self, session: Session, day: date) -> None:
        row = AlertRepository(session).day(day)
        if row is not None:
            row.moved += pass_time(session, day)
        self._next(session, day, "")

    def _next(self, session: Session, day: date, after: str) -> None:
        self._jobs.enqueue(session, ALERTS, f"{day}:{after}", {"day": day.isoformat(), "after": after})

    def _finish(self, session: Session, day: date) -> None:
        row = AlertRepository(session).day(day)
        if row is not None:
            row.finished_at = now()
        if self._settings.smtp_host:
            for digest_id in service.prepare_digests(session, day, self._settings.digest_repeat_days):
                self._jobs.enqueue(session, DIGEST, digest_id, {"digest": digest_id})


class DigestHandler:
    """Implements `jobs.interface.Handler` for the kind `alert_digest`: one letter, sent once."""

    def __init__(self, database: Database, settings: Settings, today: Callable[[], date]) -> None:
        self._database = database
        self._settings = settings
        self._today = today

    def work(self, payload: Payload) -> Effect:
        digest_id = payload["digest"]
        written = self._write(digest_id)
        if written is None:
            return _nothing
        message, recipient, count = written
        try:
            if not mail.send(self._settings, message, recipient, lambda: self._change(digest_id, "waiting", "sending")):
                return _nothing  # another worker is at it
        except mail.Unknown as error:
            log.warning("digest_unknown", digest=digest_id, error=str(error))
            return self._ending(digest_id, "unknown", str(error))
        except mail.Refused as error:
            self._change(digest_id, "sending", "waiting")
            raise Permanent("mail_refused", str(error)) from error
        except mail.NotSent as error:
            self._change(digest_id, "sending", "waiting")
            self._note(digest_id, str(error))
            raise
        return self._ending(digest_id, "sent", None, count)

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        row = AlertRepository(session).digest(payload["digest"], lock=True)
        if row is None or row.state not in ("waiting", "sending"):
            return
        if code == "mail_refused":
            row.state, row.error = "failed", message
        elif row.state == "sending":  # the process was lost while the letter was on its way
            row.state = "unknown"
        else:
            row.next_try_at = now() + TRY_AGAIN

    def _write(self, digest_id: str) -> tuple[EmailMessage, str, int] | None:
        """The letter, its address and how many alerts it is of; None where there is nothing to send (any more)."""
        with self._database.write() as session:
            repository = AlertRepository(session)
            row = repository.digest(digest_id, lock=True)
            if row is None or row.state not in ("waiting", "sending"):
                return None
            if row.state == "sending":  # whoever was sending it is lost: it may have gone out
                row.state = "unknown"
                log.warning("digest_unknown", digest=digest_id)
                return None
            known = repository.recipients(READERS).get(row.account_id)
            if known is None or row.day != self._today():
                row.state, row.error = "failed", "không còn người nhận" if known is None else "đã qua ngày"
                return None
            account, grants = known
            reach = service.reach_of(grants, row.day)
            counts = repository.counts(reach)
            told = [one for kind in Kind if kind in counts for one in repository.page(reach, [kind.value], letter.NAMED)]
            if not told or account.email is None:
                row.state, row.error = "failed", "không còn cảnh báo"
                return None
            reader = letter.Reader(account.name, account.email)
            message = letter.compose(reader, self._settings.smtp_from, row.id, row.day, told, counts, self._settings.public_url)
            return message, account.email, sum(counts.values())

    def _change(self, digest_id: str, old: str, new: str) -> bool:
        with self._database.write() as session:
            row = AlertRepository(session).digest(digest_id, lock=True)
            if row is None or row.state != old:
                return False
            row.state = new
            return True

    def _note(self, digest_id: str, error: str) -> None:
        with self._database.write() as session:
            row = AlertRepository(session).digest(digest_id, lock=True)
            if row is not None:
                row.error = error

    def _ending(self, digest_id: str, state: str, error: str | None, count: int | None = None) -> Effect:
        def end(session: Session) -> None:
            row = AlertRepository(session).digest(digest_id, lock=True)
            assert row is not None
            row.state, row.error = state, error
            if state == "sent":
                row.sent_at, row.alerts = now(), count

        return end


def _nothing(session: Session) -> None:
    """Nothing to write down."""

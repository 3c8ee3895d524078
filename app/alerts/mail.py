"""One letter by SMTP, so that it is known whether the server took it.

A server takes a letter when it answers its last line. Whatever fails before the letter itself is sent may be tried again; a connection
that breaks between the letter and the answer leaves it unknown, and then it is not sent again.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr

from app.settings import Settings

SECONDS = 30.0


class NotSent(Exception):
    """The server does not have the letter; another try may help."""


class Refused(Exception):
    """The server will not take the letter for this address, now or later."""


class Unknown(Exception):
    """The letter was on its way when the connection broke."""


def send(settings: Settings, message: EmailMessage, recipient: str, begin: Callable[[], bool]) -> bool:
    """Hand the letter over. `begin` is asked when the server is ready for the letter; where it says no, nothing is sent and the answer is
    False. Raises NotSent, Refused, Unknown."""
    try:
        smtp = _connect(settings)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:  # UnicodeError: a password that the protocol cannot carry
        raise NotSent(_told(error)) from error
    try:
        return _hand_over(smtp, settings, message, recipient, begin)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):  # what became of the letter is known by now
            smtp.quit()
        smtp.close()


def _hand_over(smtp: smtplib.SMTP, settings: Settings, message: EmailMessage, recipient: str, begin: Callable[[], bool]) -> bool:
    try:
        _expect(smtp.mail(parseaddr(settings.smtp_from)[1]), NotSent)
        _expect(smtp.rcpt(recipient), Refused)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(_told(error)) from error
    if not begin():
        return False
    try:
        answer = smtp.data(message.as_bytes(policy=SMTP_POLICY))
    except smtplib.SMTPDataError as error:  # before the letter
        raise NotSent(_told(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(_told(error)) from error
    _expect(answer, Refused)
    return True


def _connect(settings: Settings) -> smtplib.SMTP:
    address = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(*address, timeout=SECONDS, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(*address, timeout=SECONDS)
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.smtp_user:
            smtp.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _expect(answer: tuple[int, bytes], permanent: type[Exception]) -> None:
    """2xx is well; 4xx may be tried again; 5xx raises `permanent`."""
    code, words = answer
    if 200 <= code < 300:
        return
    told = f"{code} {words.decode('utf-8', 'replace')[:200]}"
    raise permanent(told) if code >= 500 else NotSent(told)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]

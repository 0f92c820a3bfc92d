"""The conversation with a mail server, and what its answers mean: taken, refused for now, refused for good, or unknown.

Codes of three digits are told apart, words are not kept: a server may quote the address in them.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dagster_project.lib.activation.mail.letter import Letter
from dagster_project.lib.activation.mail.outcomes import (
    CLOSING,
    DeferredError,
    RefusedError,
    UnknownOutcomeError,
    UnreachableError,
)
from dagster_project.lib.activation.mail.settings import MailAccount, secret
from dagster_project.lib.common.errors import KindredError

_SECONDS = 30
"""So long a server may take for an answer."""
TRIES = 3
"""So often a message is offered that is refused for now."""
_LONGEST_PAUSE_SECONDS = 20
_START_CONTENT = 354
_NOT_LET_IN = frozenset({500, 502, 503, 504, *range(530, 539)})
"""Codes about how one speaks or logs in: nothing would be taken, whomever it is for."""
_BAD_ARGUMENT = 501
"""The same, but for an address of a recipient, which it may be about."""
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
"""Doubled on the way (RFC 5321, 4.5.2), since one alone on a line ends a message."""
Wait = Callable[[float], None]


class MailServer:
    """One connection, opened when it is needed and anew where it broke."""

    def __init__(self, account: MailAccount, environ: Mapping[str, str], wait: Wait = time.sleep):
        """environ: holds user and password. wait: given seconds, as time.sleep. KindredError for a missing one."""
        self._account = account
        self._login = [
            secret(environ, name, account)
            for name in (account.user_env, account.password_env)
            if name is not None
        ]
        self._wait = wait
        self._connection: smtplib.SMTP | None = None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(account.messages_per_minute)

    def __enter__(self) -> MailServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, letter: Letter, begin: Callable[[], None], *, tries: int = TRIES) -> None:
        """Hand a message over, as fast as the destination allows; again, after growing pauses, what is refused for now.

        begin: called when the server takes sender and recipient, just before it is given the message; what it raises
        keeps the message back. tries: how often the message is offered at most. Raises RefusedError, DeferredError,
        UnreachableError or UnknownOutcomeError, and KindredError where the server does not let the user or sender send.
        Whatever it raises but UnknownOutcomeError, the server did not take the message.
        """
        trying = Retrying(
            retry=retry_if_exception_type((DeferredError, UnreachableError)),
            stop=stop_after_attempt(tries),
            wait=wait_random_exponential(multiplier=1, max=_LONGEST_PAUSE_SECONDS),
            sleep=self._wait,
            reraise=True,
        )
        trying(self._send_once, letter, begin)

    def _send_once(self, letter: Letter, begin: Callable[[], None]) -> None:
        while not self._limiter.hit(self._rate):
            free_at, _ = self._limiter.get_window_stats(self._rate)
            self._wait(max(free_at - time.time(), 0.05))
        try:
            connection = self._offer_sender()
            self._converse(connection, letter, begin)
        except RefusedError as error:
            if error.code == CLOSING:
                self._close()
            else:
                self._forget_envelope()
            raise
        except BaseException:
            self._close()
            raise

    def _offer_sender(self) -> smtplib.SMTP:
        """A connection whose server takes messages from the sender."""
        try:
            connection = self._connection = self._connection or self._connect()
            connection.ehlo_or_helo_if_needed()
            code, _ = connection.mail(self._account.sender.address)
        except (smtplib.SMTPException, OSError):
            raise UnreachableError from None
        if code == CLOSING:
            raise UnreachableError
        if code >= 500:
            raise KindredError(
                f"{self._account.host} takes no messages from the sender of {self._account.name}"
                f" (code {code})",
                "correct the sender, or how the destination logs in",
            )
        self._expect(code)
        return connection

    def _converse(self, connection: smtplib.SMTP, letter: Letter, begin: Callable[[], None]) -> None:
        try:
            code, _ = connection.rcpt(letter.recipient)
        except (smtplib.SMTPException, OSError):
            raise DeferredError(CLOSING) from None
        if code == _BAD_ARGUMENT:
            raise RefusedError(code)
        self._expect(code)
        begin()
        try:
            code, _ = connection.docmd("DATA")
        except (smtplib.SMTPException, OSError):
            raise DeferredError(CLOSING) from None
        if code != _START_CONTENT:
            raise self._refusal(code)
        try:
            connection.send(_LEADING_DOT.sub(b"..", letter.content) + b".\r\n")
            code, _ = connection.getreply()
        except Exception:
            # some or all of it is on its way
            raise UnknownOutcomeError from None
        self._expect(code)

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        context = ssl.create_default_context()
        if account.tls == "implicit":
            connection = smtplib.SMTP_SSL(account.host, account.port, timeout=_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(account.host, account.port, timeout=_SECONDS)
        try:
            if account.tls == "starttls":
                connection.starttls(context=context)
            if self._login:
                connection.login(*self._login)
        except smtplib.SMTPAuthenticationError as error:
            connection.close()
            raise KindredError(
                f"{account.host} does not know the user of {account.name} (code {error.smtp_code})",
                f"correct what {account.user_env} and {account.password_env} hold",
            ) from None
        except smtplib.SMTPNotSupportedError:
            connection.close()
            raise KindredError(
                f"{account.host} does not offer what {account.name} asks of it",
                "correct tls and user_env",
            ) from None
        except BaseException:
            connection.close()
            raise
        return connection

    def _forget_envelope(self) -> None:
        """Leave the connection ready for the next message, or without one."""
        try:
            if self._connection is not None and self._connection.rset()[0] != 250:
                self._close()
        except (smtplib.SMTPException, OSError):
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def _expect(self, code: int) -> None:
        if not 200 <= code < 300:
            raise self._refusal(code)

    def _refusal(self, code: int) -> Exception:
        if code in _NOT_LET_IN or code == _BAD_ARGUMENT:
            return KindredError(
                f"{self._account.host} does not let {self._account.name} send (code {code})",
                "correct tls, or how the destination logs in",
            )
        return DeferredError(code) if 400 <= code < 500 else RefusedError(code)

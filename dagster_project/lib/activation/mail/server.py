"""The conversation with a mail server, and what its answers mean: taken, refused for now, refused for good, or unknown.

Codes of three digits are told apart, words are not kept: a server may quote the address in them.
"""

from __future__ import annotations

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
from dagster_project.lib.activation.mail.settings import MailDestination, secret
from dagster_project.lib.common.errors import KindredError

_SECONDS = 30
"""So long a server may take for an answer."""
_TRIES = 3
_LONGEST_PAUSE_SECONDS = 20
_CLOSING = 421
"""By this code a server says that it takes nothing more for now, whatever it was asked."""
Wait = Callable[[float], None]


class RefusedError(Exception):
    """The server will never take the message."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class DeferredError(RefusedError):
    """The server does not take the message now."""


class UnreachableError(Exception):
    """There is no server to talk to, or it went away before it was given the message."""


class UnknownOutcomeError(Exception):
    """The server went away after it was given the message: it may have taken it."""


class MailServer:
    """One connection, opened when it is needed and anew where it broke."""

    def __init__(self, destination: MailDestination, environ: Mapping[str, str], wait: Wait = time.sleep):
        """environ: holds user and password. wait: given seconds, as time.sleep. KindredError for a missing one."""
        self._destination = destination
        self._login = [
            secret(environ, name, destination.name)
            for name in (destination.user_env, destination.password_env)
            if name is not None
        ]
        self._wait = wait
        self._connection: smtplib.SMTP | None = None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(destination.messages_per_minute)

    def __enter__(self) -> MailServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, letter: Letter) -> None:
        """Hand a message over, as fast as the destination allows; again, after growing pauses, what is refused for now.

        Raises RefusedError, DeferredError, UnreachableError or UnknownOutcomeError, and KindredError where the server
        does not know the user or takes nothing from the sender.
        """
        trying = Retrying(
            retry=retry_if_exception_type((DeferredError, UnreachableError)),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=1, max=_LONGEST_PAUSE_SECONDS),
            sleep=self._wait,
            reraise=True,
        )
        trying(self._send_once, letter)

    def _send_once(self, letter: Letter) -> None:
        while not self._limiter.hit(self._rate):
            free_at, _ = self._limiter.get_window_stats(self._rate)
            self._wait(max(free_at - time.time(), 0.05))
        try:
            self._converse(letter)
        except RefusedError:
            self._forget_envelope()
            raise
        except BaseException:
            self._close()
            raise

    def _converse(self, letter: Letter) -> None:
        try:
            connection = self._connection = self._connection or self._connect()
            connection.ehlo_or_helo_if_needed()
            code, _ = connection.mail(self._destination.sender.address)
            if code >= 500:
                raise KindredError(
                    f"{self._destination.host} takes no messages from the sender of {self._destination.name}"
                    f" (code {code})",
                    "correct the sender, or how the destination logs in",
                )
            _expect(code)
            code, _ = connection.rcpt(letter.recipient)
            _expect(code)
        except (smtplib.SMTPException, OSError):
            raise UnreachableError from None
        try:
            code, _ = connection.data(letter.content)
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise UnknownOutcomeError from None
        _expect(code)

    def _connect(self) -> smtplib.SMTP:
        destination = self._destination
        context = ssl.create_default_context()
        if destination.tls == "implicit":
            connection = smtplib.SMTP_SSL(
                destination.host, destination.port, timeout=_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(destination.host, destination.port, timeout=_SECONDS)
        try:
            if destination.tls == "starttls":
                connection.starttls(context=context)
            if self._login:
                connection.login(*self._login)
        except smtplib.SMTPAuthenticationError as error:
            connection.close()
            raise KindredError(
                f"{destination.host} does not know the user of {destination.name} (code {error.smtp_code})",
                f"correct what {destination.user_env} and {destination.password_env} hold",
            ) from None
        except smtplib.SMTPNotSupportedError:
            connection.close()
            raise KindredError(
                f"{destination.host} does not offer what {destination.name} asks of it",
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


def _expect(code: int) -> None:
    if not 200 <= code < 300:
        raise _refusal(code)


def _refusal(code: int) -> Exception:
    if code == _CLOSING:
        return UnreachableError()
    return DeferredError(code) if 400 <= code < 500 else RefusedError(code)

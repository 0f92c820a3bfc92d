"""Handing messages over, one after the other: judged, written, noted, given to the server, noted again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dagster_project.lib.activation.mail.due import AT_ONCE, DueMessage, TextReader
from dagster_project.lib.activation.mail.judging import Judge
from dagster_project.lib.activation.mail.letter import UnsendableError, Writer
from dagster_project.lib.activation.mail.outcomes import (
    CLOSING,
    DeferredError,
    RefusedError,
    UnknownOutcomeError,
    UnreachableError,
)
from dagster_project.lib.activation.mail.result import (
    DEFERRED,
    NEXT_SYNC,
    REFUSES_ALL,
    UNREACHABLE,
    MailResult,
)
from dagster_project.lib.activation.mail.sent_messages import SentMessages, Status
from dagster_project.lib.activation.mail.server import TRIES, MailServer

LONGEST = timedelta(minutes=15)
"""So long a sync sends at most, that a no which comes meanwhile counts soon."""
MOST_REFUSED, MOST_CLOSED = 5, 3
"""Messages in a row that a server refuses or loses, and recipients in a row at whom it hangs up: then it is the server
that does not work, and not the recipients."""
Clock = Callable[[], float]
"""Seconds, as time.monotonic."""


class _HeldBackError(Exception):
    """A message that may not go any more, now that it could. Its text is the reason."""


class HandingOver:
    """The turns of one sync."""

    def __init__(
        self,
        judge: Judge,
        writer: Writer,
        texts: TextReader,
        result: MailResult,
        *,
        server: MailServer,
        memory: SentMessages,
        as_of: datetime,
        clock: Clock,
        began: float,
        dry_run: bool,
    ) -> None:
        """judge: its `now` is the moment `began`. as_of: the night's."""
        self._judge, self._writer, self._texts, self._result = judge, writer, texts, result
        self._server, self._memory, self._as_of = server, memory, as_of
        self._clock, self._began, self._start, self._dry_run = clock, began, judge.now, dry_run
        self._refused: list[tuple[DueMessage, int]] = []
        self._in_a_row = memory.count_refused_in_a_row()
        self._closed_in_a_row = 0
        self._stopped: str | None = None

    def take(self, messages: Sequence[DueMessage]) -> None:
        """Give each its turn, and count the rest where the sync must end before."""
        for place, message in enumerate(messages):
            reason = self._objection(message)
            if reason is not None:
                self._result.count(reason)
            else:
                self._take_one(message, messages[place + 1 : place + AT_ONCE])
            if self._stopped is not None:
                for left in messages[place + 1 :]:
                    self._result.count(self._judge.refusal(left) or self._stopped)
                return

    def _objection(self, message: DueMessage) -> str | None:
        """Why the message does not go at this moment; None where it goes."""
        elapsed = timedelta(seconds=self._clock() - self._began)
        self._judge.now = self._start + elapsed
        reason = self._judge.refusal(message)
        if reason is None and elapsed >= LONGEST:
            reason = self._stopped = NEXT_SYNC
        return reason

    def _take_one(self, message: DueMessage, following: Sequence[DueMessage]) -> None:
        has_begun = False

        def begin() -> None:
            nonlocal has_begun
            # waiting for the server takes as long as minutes
            reason = self._objection(message)
            if reason is not None:
                raise _HeldBackError(reason)
            self._note(message, "sending")
            has_begun = True

        try:
            wanted = (later for later in following if self._judge.refusal(later) is None)
            letter = self._writer.write(message, self._texts.read(message, wanted), self._judge.now)
            if not self._dry_run:
                self._server.send(
                    letter, begin, tries=1 if message.key in self._judge.facts.deferred else TRIES
                )
        except UnsendableError as error:
            self._result.count(str(error))
        except UnknownOutcomeError:
            self._result.unknown += 1
            self._judge.note_sent(message)
            self._note_refused()
        except _HeldBackError as error:
            self._result.count(str(error))
            if has_begun:
                self._note(message, "deferred")
        except UnreachableError:
            self._note(message, "deferred")
            self._result.count(UNREACHABLE)
            self._stopped = UNREACHABLE
        except DeferredError as error:
            self._note(message, "deferred", error.code)
            self._closed_in_a_row = self._closed_in_a_row + 1 if error.code == CLOSING else 0
            if self._closed_in_a_row == MOST_CLOSED:
                self._stopped = UNREACHABLE
            self._result.count(self._stopped or DEFERRED)
        except RefusedError as error:
            self._note(message, "failed", error.code)
            self._result.count_failed(error.code)
            self._refused.append((message, error.code))
            self._note_refused()
        except Exception:
            # the server was not given it: whatever is wrong, it stays due, behind the others
            self._note(message, "deferred")
            raise
        else:
            self._result.sent += 1
            self._judge.note_sent(message)
            self._refused.clear()
            self._in_a_row = self._closed_in_a_row = 0
            self._note(message, "sent")

    def _note_refused(self) -> None:
        """One more that was refused or lost; where it is the server that does not work, what it refused stays due."""
        self._closed_in_a_row = 0
        self._in_a_row += 1
        if self._in_a_row < MOST_REFUSED:
            return
        for message, code in self._refused:
            self._note(message, "deferred", code)
            self._result.count_failed(code, -1)
            self._result.count(REFUSES_ALL)
        self._stopped = REFUSES_ALL

    def _note(self, message: DueMessage, status: Status, code: int | None = None) -> None:
        if not self._dry_run:
            destination = self._judge.destination.name
            self._memory.note(
                message, status, code, destination=destination, as_of=self._as_of, at=self._judge.now
            )

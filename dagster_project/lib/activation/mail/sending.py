"""Sending what is due, one message after the other: judged, written, noted, handed over, noted again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.content.shop import Shop
from dagster_project.lib.activation.mail.due import read_due
from dagster_project.lib.activation.mail.facts import NewestFacts, read_facts
from dagster_project.lib.activation.mail.judging import WAITING, Judge
from dagster_project.lib.activation.mail.letter import Letter, UnsendableError, Writer
from dagster_project.lib.activation.mail.sent_messages import SentMessages, Status
from dagster_project.lib.activation.mail.server import (
    DeferredError,
    MailServer,
    RefusedError,
    UnknownOutcomeError,
    UnreachableError,
    Wait,
)
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.common.errors import KindredError

DEFERRED, UNREACHABLE = "refused by the mail server for now", "the mail server cannot be reached"
EARLIER_NIGHT, NEXT_SYNC = "of an earlier night than what was sent before", "left to the next sync"
LONGEST = timedelta(minutes=15)
"""So long a sync sends at most, that a no which comes meanwhile counts soon."""
Clock = Callable[[], float]


@dataclass
class MailResult:
    """What a sync came to, in messages."""

    destination: str
    sent: int = 0
    """With a dry run: that would be sent."""
    waiting: dict[str, int] = field(default_factory=dict)
    """Reason -> messages that stay due."""
    suppressed: dict[str, int] = field(default_factory=dict)
    """Reason -> messages that are not sent."""
    failed: dict[int, int] = field(default_factory=dict)
    """The server's code -> messages that it refused for good."""
    unknown: int = 0
    """The server went away before it said whether it took them; they are not sent again."""

    def describe_rest(self) -> str:
        """What became of the messages that were not sent; empty where there are none."""
        told = []
        if self.unknown:
            told.append(f"{self.unknown:,} may have arrived")
        told += [f"{count:,} refused with {code}" for code, count in sorted(self.failed.items())]
        told += [f"{count:,} wait: {reason}" for reason, count in sorted(self.waiting.items())]
        told += [f"{count:,} not sent: {reason}" for reason, count in sorted(self.suppressed.items())]
        return "; ".join(told)


@dataclass(frozen=True)
class Sources:
    """What sending reads. Folders and files need not exist but for the snapshot."""

    current: Path
    """`published/current`."""
    deliveries: Path
    """The file that remembers what was sent."""
    campaigns: Campaigns
    shop: Shop
    newest: NewestFacts
    """What landing says since the night."""


def send_due(
    sources: Sources,
    destination: MailDestination,
    now: datetime,
    environ: Mapping[str, str],
    *,
    dry_run: bool = False,
    wait: Wait = time.sleep,
    clock: Clock = time.monotonic,
) -> MailResult:
    """Send every message that is due and may go.

    now: the moment at which it begins (UTC, naive). environ: where the destination's secrets are. wait and clock: as
    time.sleep and time.monotonic. Raises KindredError where nothing is published, a secret is missing, the server does
    not know the user, or another program sends.
    """
    snapshot = sources.current.resolve()
    as_of = read_as_of(snapshot)
    memory = SentMessages(sources.deliveries)
    result = MailResult(destination.name)
    writer = Writer(destination, sources.shop, environ)
    with (
        memory.held(),
        duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as connection,
        MailServer(destination, environ, wait) as server,
    ):
        before = memory.read()
        facts = read_facts(connection, sources.campaigns, before, sources.newest)
        judge = Judge(sources.campaigns, destination, facts, now)
        began = clock()
        is_earlier = any(message.as_of > as_of for message in before)
        for message in read_due(connection):
            elapsed = timedelta(seconds=clock() - began)
            judge.now = now + elapsed
            reason = EARLIER_NIGHT if is_earlier else judge.refusal(message)
            if reason is None and UNREACHABLE in result.waiting:
                reason = UNREACHABLE
            if reason is None and elapsed >= LONGEST:
                reason = NEXT_SYNC
            if reason is not None:
                _count(result, reason)
                continue
            try:
                letter = writer.write(message, judge.now)
            except UnsendableError as error:
                _count(result, str(error))
                continue
            if dry_run:
                result.sent += 1
            else:
                memory.begin(message, destination.name, as_of, judge.now)
                try:
                    status, code = _hand_over(server, letter, result)
                except KindredError:
                    memory.end(message, "deferred", None)
                    raise
                memory.end(message, status, code)
                if status not in ("sent", "sending"):
                    continue
            judge.note_sent(message)
    return result


def _hand_over(server: MailServer, letter: Letter, result: MailResult) -> tuple[Status, int | None]:
    """What became of the message, and the server's code."""
    try:
        server.send(letter)
    except UnknownOutcomeError:
        result.unknown += 1
        return "sending", None
    except UnreachableError:
        _count(result, UNREACHABLE)
        return "deferred", None
    except DeferredError as error:
        _count(result, DEFERRED)
        return "deferred", error.code
    except RefusedError as error:
        result.failed[error.code] = result.failed.get(error.code, 0) + 1
        return "failed", error.code
    result.sent += 1
    return "sent", None


def _count(result: MailResult, reason: str) -> None:
    is_waiting = reason in (*WAITING, DEFERRED, UNREACHABLE, NEXT_SYNC)
    counts = result.waiting if is_waiting else result.suppressed
    counts[reason] = counts.get(reason, 0) + 1


def read_as_of(snapshot: Path) -> datetime:
    """The instant of a published night (UTC, naive). KindredError where nothing is published."""
    manifest = snapshot / "manifest.json"
    if not manifest.exists():
        raise KindredError("nothing is published yet", "run `make nightly` first")
    return datetime.fromisoformat(json.loads(manifest.read_text())["as_of"]).replace(tzinfo=None)

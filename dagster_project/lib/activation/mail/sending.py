"""A sync of a mail server: what it reads, and the order in which messages take their turn."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.content.shop import Shop
from dagster_project.lib.activation.mail.due import TextReader, read_due
from dagster_project.lib.activation.mail.facts import read_facts
from dagster_project.lib.activation.mail.handing_over import Clock, HandingOver
from dagster_project.lib.activation.mail.judging import Judge
from dagster_project.lib.activation.mail.letter import Writer
from dagster_project.lib.activation.mail.result import EARLIER_NIGHT, MailResult
from dagster_project.lib.activation.mail.sent_messages import SentMessages
from dagster_project.lib.activation.mail.server import MailServer, Wait
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.newest import NewestFacts
from dagster_project.lib.activation.published import read_manifest


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
    result: MailResult | None = None,
) -> MailResult:
    """Send every message that is due and may go; those that the server did not take before come last.

    now: the moment at which it begins (UTC, naive). environ: where the destination's secrets are. wait and clock: as
    time.sleep and time.monotonic. result: counts from the beginning, so that it also tells what was sent before an
    error. Raises KindredError where nothing is published, a secret is missing, the server does not let the user or
    sender send, or another program sends.
    """
    began = clock()
    snapshot = sources.current.resolve()
    as_of = read_as_of(snapshot)
    memory = SentMessages(sources.deliveries)
    result = result or MailResult(destination.name)
    writer = Writer(destination, sources.shop, environ)
    with (
        memory.held(),
        duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as connection,
        MailServer(destination, environ, wait) as server,
    ):
        messages = read_due(connection)
        newest_night = memory.read_newest_night()
        if newest_night is not None and newest_night > as_of:
            for _ in messages:
                result.count(EARLIER_NIGHT)
            return result
        facts = read_facts(connection, sources.campaigns, memory, sources.newest)
        judge = Judge(sources.campaigns, destination, facts, now)
        # whom it was offered for last comes last, so that no message is always in the way of another
        messages.sort(key=lambda message: facts.deferred.get(message.key, datetime.min))
        turns = HandingOver(
            judge, writer, TextReader(connection), result,
            server=server, memory=memory, as_of=as_of, clock=clock, began=began, dry_run=dry_run,
        )  # fmt: skip
        turns.take(messages)
    return result


def read_as_of(snapshot: Path) -> datetime:
    """The instant of a published night (UTC, naive). KindredError where nothing is published."""
    return datetime.fromisoformat(read_manifest(snapshot)["as_of"]).replace(tzinfo=None)

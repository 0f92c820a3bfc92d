"""Bringing any destination up to date: rows, files and lists out of the snapshot, or messages that are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.delivery.log import write_log
from dagster_project.lib.activation.delivery.state import open_state
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.declared import Destination
from dagster_project.lib.activation.destinations.sending import Snapshot, reason_of, send
from dagster_project.lib.activation.mail.result import MailResult
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.mailing import Clock, Place, send_mail
from dagster_project.lib.newest_facts import read_newest_denials

MESSAGES = "messages"
"""How the log calls what a mail server is sent."""


@dataclass(frozen=True)
class Server:
    """What serving a destination reads.

    place: where a sync of messages reads and remembers. data_dir: what relative folders are relative to. environment:
    where secrets are. asked: what AS_OF says.
    """

    place: Place
    data_dir: Path
    environment: Mapping[str, str]
    asked: datetime | str | None

    def serve(
        self,
        destination: Destination,
        clock: Clock,
        *,
        dry_run: bool = False,
        allow_removals: bool = False,
    ) -> list[Delivery]:
        """Send what the destination lacks, and write to the log how that went.

        clock: says what time it is (UTC, naive). dry_run: say what would be sent, and send and note nothing.
        allow_removals: of rows, even where that empties the destination. KindredError where nothing is published; what
        else goes wrong is told by the status.
        """
        if not isinstance(destination, MailDestination):
            snapshot = Snapshot(
                self.place.current,
                self.place.deliveries,
                self.data_dir,
                Secrets(self.environment),
                lambda folder: read_newest_denials(
                    folder, self.place.landing, self.place.config_dir, clock()
                ),
            )
            return send(snapshot, destination, dry_run=dry_run, allow_removals=allow_removals)
        run_id = read_manifest(self.place.current)["run_id"]
        started_at = clock()
        delivery = self._mail(destination, clock, dry_run=dry_run)
        if not dry_run:
            with open_state(self.place.deliveries) as connection:
                write_log(connection, [delivery], run_id, started_at)
        return [delivery]

    def _mail(self, destination: MailDestination, clock: Clock, *, dry_run: bool) -> Delivery:
        result = MailResult(destination.name)
        try:
            send_mail(
                self.place, destination, self.asked, clock, self.environment, dry_run=dry_run, result=result
            )
        except Exception as error:
            # what one destination raises must not cost the others their turn
            told = _tell(result, dry_run=dry_run)
            reasons = [reason_of(error), *([told.reason] if told.reason else [])]
            return replace(told, status="failed", reason="; ".join(reasons))
        return _tell(result, dry_run=dry_run)


def _tell(result: MailResult, *, dry_run: bool) -> Delivery:
    """A sync of messages in the words of the log: a message that was sent is a row added.

    Where none was taken and some were refused or lost, more likely than not it is the server that does not work.
    """
    failed = sum(result.failed.values()) + result.unknown
    if dry_run:
        status = "planned"
    elif result.is_stopped or (failed and not result.sent):
        status = "failed"
    elif failed:
        status = "partly"
    else:
        status = "delivered" if result.sent else "unchanged"
    return Delivery(
        result.destination, MESSAGES, result.sent, 0, 0, failed, status, result.describe_rest() or None
    )

"""One sync of a mail server: what its parts read is gathered here, since stages do not know each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.lib.activation.campaigns.campaigns import load_campaigns
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.mail.result import MailResult
from dagster_project.lib.activation.mail.sending import Sources, read_as_of, send_due
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.ingestion.prepare import is_sample
from dagster_project.lib.newest_facts import read_newest_facts

Clock = Callable[[], datetime]
"""Says what time it is: UTC, naive."""


@dataclass(frozen=True)
class Place:
    """Where a sync reads and remembers."""

    current: Path
    """`published/current`."""
    landing: Path
    config_dir: Path
    deliveries: Path
    """The file that remembers what was sent."""


def send_mail(
    place: Place,
    destination: MailDestination,
    asked: datetime | str | None,
    clock: Clock,
    environ: Mapping[str, str],
    *,
    dry_run: bool = False,
    result: MailResult | None = None,
) -> MailResult:
    """Send what is due and may go.

    asked: what AS_OF says. A shop whose nights are run for another instant than now is written to at that instant.
    clock: asked when it is wanted, since destinations before this one, and landing, take their time. environ: where the
    destination's secrets are. result: as of send_due. Raises KindredError as send_due does.
    """
    is_now = (asked or ("latest" if is_sample(place.landing) else "now")) == "now"
    sources = Sources(
        place.current,
        place.deliveries,
        load_campaigns(place.config_dir),
        load_content_settings(place.config_dir).shop,
        read_newest_facts(place.current, place.landing, place.config_dir, clock()),
    )
    now = clock() if is_now else read_as_of(place.current)
    return send_due(sources, destination, now, environ, dry_run=dry_run, result=result)

"""Activation: what is published goes to the destinations that the user declared."""

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ACTIVATION, OWNERS
from dagster_project.lib.activation.destinations import Destination, load_destinations
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.sync import sync
from dagster_project.lib.common.progress import count_of, reporting, say
from dagster_project.lib.mailing import Place, send_mail
from dagster_project.settings import read_environment


@dg.asset(
    key=["delivered", "destinations"],
    deps=[table_key("published.snapshot")],
    group_name=ACTIVATION,
    owners=OWNERS,
)
def destinations(night: Night) -> dg.MaterializeResult:
    """The published tables at every destination of destinations.yml; what is there already is left alone."""
    settings = night.settings
    with reporting("activation") as outcome:
        declared = load_destinations(settings.config_dir)
        folders = [destination for destination in declared if isinstance(destination, Destination)]
        deliveries = sync(settings.published / "current", settings.data_dir, folders)
        changed = [delivery for delivery in deliveries if delivery.is_changed]
        place = Place(
            settings.published / "current", settings.landing, settings.config_dir, settings.deliveries
        )
        mailed = [
            send_mail(place, destination, settings.as_of, night.now(), read_environment())
            for destination in declared
            if isinstance(destination, MailDestination)
        ]
        for result in mailed:
            say("activation", result.describe())
        sent = [f"{len(changed)} of {count_of(len(deliveries), 'table')}"] if folders else []
        sent += [count_of(sum(result.sent for result in mailed), "message")] if mailed else []
        outcome.message = (
            f"{count_of(len(declared), 'destination')}: {' and '.join(sent)} sent"
            if declared
            else "no destinations declared"
        )
    return dg.MaterializeResult(
        metadata={
            "destinations": len(declared),
            "rows_sent": sum(delivery.rows for delivery in changed),
            "messages_sent": sum(result.sent for result in mailed),
        }
    )

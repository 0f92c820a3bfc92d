"""`kindred destinations`: send what is published, without a night."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.destinations import Destination, Destinations, load_destinations
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.sync import sync
from dagster_project.lib.mailing import Place, send_mail
from dagster_project.settings import read_environment, read_settings


@click.group("destinations")
def command() -> None:
    """Where published tables are sent."""


command.add_command(schema_command(Destinations, "destinations.yml"))


@command.command("sync")
@click.option("--dry-run", is_flag=True, help="Say what would be sent and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def sync_command(dry_run: bool, as_json: bool) -> None:
    """Send every published table that destinations.yml asks for and is not there yet, and every message that is due."""
    settings = read_settings()
    declared = load_destinations(settings.config_dir)
    current = settings.published / "current"
    folders = [destination for destination in declared if isinstance(destination, Destination)]
    deliveries = sync(current, settings.data_dir, folders, dry_run=dry_run)
    place = Place(current, settings.landing, settings.config_dir, settings.deliveries)
    clock = datetime.now(UTC).replace(tzinfo=None)
    mailed = [
        send_mail(place, destination, settings.as_of, clock, read_environment(), dry_run=dry_run)
        for destination in declared
        if isinstance(destination, MailDestination)
    ]
    if as_json:
        click.echo(json.dumps([asdict(outcome) for outcome in (*deliveries, *mailed)]))
        return
    verb = "would send" if dry_run else "sent"
    for delivery in deliveries:
        did = verb if delivery.is_changed else "is there already:"
        click.echo(f"{delivery.destination:<20} {did} {delivery.table} ({delivery.rows:,} rows)")
    for result in mailed:
        click.echo(result.describe(verb))
    if not declared:
        click.echo("no destinations declared; see config/README.md")

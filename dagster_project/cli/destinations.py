"""`kindred destinations`: send what is published, without a night."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.destinations import Destinations, load_destinations
from dagster_project.lib.activation.sync import sync
from dagster_project.settings import read_settings


@click.group("destinations")
def command() -> None:
    """Where published tables are sent."""


command.add_command(schema_command(Destinations, "destinations.yml"))


@command.command("sync")
@click.option("--dry-run", is_flag=True, help="Say what would be sent and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def sync_command(dry_run: bool, as_json: bool) -> None:
    """Send every published table that destinations.yml asks for and that is not there yet."""
    settings = read_settings()
    deliveries = sync(
        settings.published / "current",
        settings.data_dir,
        load_destinations(settings.config_dir),
        dry_run=dry_run,
    )
    if as_json:
        click.echo(json.dumps([asdict(delivery) for delivery in deliveries]))
        return
    verb = "would send" if dry_run else "sent"
    for delivery in deliveries:
        did = verb if delivery.is_changed else "is there already:"
        click.echo(f"{delivery.destination:<20} {did} {delivery.table} ({delivery.rows:,} rows)")
    if not deliveries:
        click.echo("no destinations declared; see config/README.md")

"""`kindred destinations`: send what is published, without a night."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.delivery.log import list_rejections
from dagster_project.lib.activation.destinations.declared import Destination, Destinations, load_destinations
from dagster_project.lib.activation.destinations.loading import DIALECTS, load_statements
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.mailing import Place
from dagster_project.lib.serving import Server
from dagster_project.settings import Settings, read_environment, read_settings


@click.group("destinations")
def command() -> None:
    """Where published tables are sent."""


command.add_command(schema_command(Destinations, "destinations.yml"))


@command.command("sync")
@click.argument("names", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would be sent and removed; send nothing.")
@click.option(
    "--allow-removals", is_flag=True, help="Remove rows even where that empties a destination or most of it."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def sync_command(names: tuple[str, ...], dry_run: bool, allow_removals: bool, as_json: bool) -> None:
    """Send the destinations of these NAMES, or all, what changed since they were sent to last.

    The exit code is 1 where one could not be brought up to date.
    """
    settings = read_settings()
    place = Place(settings.published / "current", settings.landing, settings.config_dir, settings.deliveries)
    server = Server(place, settings.data_dir, read_environment(), settings.as_of)
    declared = _choose(settings, names)
    deliveries = [
        delivery
        for destination in declared
        for delivery in server.serve(destination, _now, dry_run=dry_run, allow_removals=allow_removals)
    ]
    if as_json:
        click.echo(json.dumps([asdict(delivery) for delivery in deliveries]))
    else:
        for delivery in deliveries:
            _show(delivery)
        if not declared:
            click.echo("no destinations declared; see config/README.md")
    if not all(delivery.is_well or delivery.status == "partly" for delivery in deliveries):
        raise SystemExit(1)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@command.command("rejected")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def rejected_command(name: str, as_json: bool) -> None:
    """List the rows that the destination NAME has refused: their keys, why, since when and how often."""
    settings = read_settings()
    _choose(settings, [name])
    rejections = list_rejections(settings.deliveries, name)
    if as_json:
        click.echo(json.dumps(rejections, default=str))
        return
    for row in rejections:
        click.echo(
            f"{row['collection']} {row['key']}: {row['reason']} ({row['attempts']}x since {row['first_failed_at']})"
        )
    if not rejections:
        click.echo(f"{name} has taken everything that it was sent")


@command.command("ddl")
@click.argument("name")
@click.option("--warehouse", type=click.Choice(sorted(DIALECTS)), required=True, help="Whose SQL.")
def ddl_command(name: str, warehouse: str) -> None:
    """Write the SQL that makes tables of the files of destination NAME and loads them."""
    settings = read_settings()
    (destination,) = _choose(settings, [name])
    click.echo(load_statements(settings.published / "current", destination, warehouse))


def _choose(settings: Settings, names: tuple[str, ...] | list[str]) -> list[Destination]:
    declared = load_destinations(settings.config_dir)
    unknown = sorted(set(names) - {destination.name for destination in declared})
    if unknown:
        raise KindredError(
            f"destinations.yml has no {', '.join(unknown)}",
            f"use one of: {', '.join(destination.name for destination in declared) or 'none is declared'}",
        )
    return [destination for destination in declared if not names or destination.name in names]


def _show(delivery: Delivery) -> None:
    counts = ", ".join(f"{count:,} {name}" for name, count in delivery.counts.items() if count)
    told = f"{delivery.status}{': ' if counts else ''}{counts}"
    click.echo(f"{delivery.destination:<20} {delivery.collection:<40} {told}")
    if delivery.reason:
        click.echo(f"{'':<20} {delivery.reason}")
    for key in delivery.removed_keys:
        click.echo(f"{'':<20} would remove {key}")

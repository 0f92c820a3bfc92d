"""`kindred contract`: contracts without a night."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.ingestion.contract_files import load_feeds
from dagster_project.lib.ingestion.contracts import Contract
from dagster_project.settings import read_settings


@click.group("contract")
def command() -> None:
    """Look at the contracts of the feeds in landing."""


command.add_command(schema_command(Contract, "a contract"))


@command.command("check")
def check() -> None:
    """Validate the contract of every feed; exit code 1 and one sentence for the first that is wrong."""
    settings = read_settings()
    feeds = load_feeds(settings.landing, settings.config_dir)
    for feed in feeds:
        click.echo(f"{feed.folder:<28} fills {feed.raw_table}")
    if not feeds:
        click.echo(
            f"no feeds: {settings.landing} holds no folder <source>/<feed> and there is no contract of your own"
        )

"""`kindred campaigns`: help for who writes campaigns.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.campaigns.campaigns import FILE, Campaigns


@click.group("campaigns")
def command() -> None:
    """Who is written to, when and in which steps: campaigns.yml."""


command.add_command(schema_command(Campaigns, FILE))

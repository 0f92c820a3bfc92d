"""`kindred offers`: help for who writes offers.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.campaigns.offers import FILE, Offers


@click.group("offers")
def command() -> None:
    """What the shop has to offer, to whom and how often: offers.yml."""


command.add_command(schema_command(Offers, FILE))

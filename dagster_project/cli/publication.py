"""`kindred publication`: help for who writes publication.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.publication.publication_settings import FILE, PublicationSettings


@click.group("publication")
def command() -> None:
    """How snapshots are kept: publication.yml."""


command.add_command(schema_command(PublicationSettings, FILE))

"""`kindred identity`: help for who writes identity.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.transformation.settings.identity_settings import IdentitySettings


@click.group("identity")
def command() -> None:
    """Who is who, and which value of a customer to show: identity.yml."""


command.add_command(schema_command(IdentitySettings, "identity.yml"))

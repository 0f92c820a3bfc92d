"""`kindred privacy`: help for who writes privacy.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.privacy.privacy_settings import PrivacySettings


@click.group("privacy")
def command() -> None:
    """What people say about their data: privacy.yml."""


command.add_command(schema_command(PrivacySettings, "privacy.yml"))

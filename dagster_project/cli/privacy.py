"""`kindred privacy`: what is held of people, and help for who writes privacy.yml."""

from __future__ import annotations

import click

from dagster_project.cli.privacy_audit import audit_command
from dagster_project.cli.privacy_counts import counts_command
from dagster_project.cli.schemas import schema_command
from dagster_project.lib.privacy.privacy_settings import PrivacySettings


@click.group("privacy")
def command() -> None:
    """What people say about their data, and what is held of them: privacy.yml."""


command.add_command(audit_command)
command.add_command(counts_command)
command.add_command(schema_command(PrivacySettings, "privacy.yml"))

"""`kindred alerts`: help for who writes alerts.yml."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.alerting.alerts import Alert, Cause
from dagster_project.lib.alerting.settings import FILE, AlertSettings
from dagster_project.lib.alerting.telling import Teller
from dagster_project.lib.common.progress import show_progress
from dagster_project.lib.validation.monitoring.kinds import GUIDE
from dagster_project.settings import read_environment, read_settings


@click.group("alerts")
def command() -> None:
    """Who is told of a night that fails or is odd: alerts.yml."""


command.add_command(schema_command(AlertSettings, FILE))


@command.command("test")
def test_command() -> None:
    """Send an alert over every channel of alerts.yml, to see whether it arrives."""
    show_progress()
    settings = read_settings()
    now = datetime.now(UTC).replace(tzinfo=None)
    cause = Cause(
        f"at {now:%H:%M:%S} UTC", "sent by hand", "nothing is to be done", f"{GUIDE}#alerts", "warn"
    )
    Teller(settings.config_dir, settings.warehouse, read_environment()).tell(
        Alert("trial", "none", None, (cause,)), now
    )

"""`kindred tracking-plan`: help for who writes tracking_plan.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.ingestion.tracking_plan import TrackingPlan


@click.group("tracking-plan")
def command() -> None:
    """Which events the site sends: tracking_plan.yml."""


command.add_command(schema_command(TrackingPlan, "tracking_plan.yml"))

"""`kindred recommendations`: help for who writes recommendations.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.personalization.recommendation_settings import FILE, RecommendationSettings


@click.group("recommendations")
def command() -> None:
    """What a shop asks of its lists: recommendations.yml."""


command.add_command(schema_command(RecommendationSettings, FILE))

"""`kindred clusters`: help for who writes segments.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.personalization.clusters.cluster_settings import FILE, ClusterSettings


@click.group("clusters")
def command() -> None:
    """Machine-made segments: segments.yml."""


command.add_command(schema_command(ClusterSettings, FILE))

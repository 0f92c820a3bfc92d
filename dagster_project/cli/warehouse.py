"""`kindred warehouse`: help for who writes warehouse.yml."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.transformation.settings.warehouse_settings import WarehouseSettings


@click.group("warehouse")
def command() -> None:
    """What holds for all tables: warehouse.yml."""


command.add_command(schema_command(WarehouseSettings, "warehouse.yml"))

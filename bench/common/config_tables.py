"""What a night writes of the config folder before its models, for benchmarks that build those by themselves."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.ingestion import tracking_plan
from dagster_project.lib.transformation import (
    identity_decisions,
    identity_settings,
    nicknames,
    warehouse_settings,
)


def write_config_tables(connection: duckdb.DuckDBPyConnection, config_dir: Path) -> None:
    """Write every table that says to the models what the folder says; an empty folder says the defaults."""
    tracking_plan.write_tracking_plan(connection, tracking_plan.load_tracking_plan(config_dir))
    warehouse_settings.write_warehouse_settings(
        connection, warehouse_settings.load_warehouse_settings(config_dir)
    )
    nicknames.write_nicknames(connection)
    identity_settings.write_identity_settings(
        connection, identity_settings.load_identity_settings(config_dir)
    )
    identity_decisions.write_identity_decisions(
        connection, identity_decisions.load_identity_decisions(config_dir)
    )

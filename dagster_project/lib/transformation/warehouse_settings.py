"""What `warehouse.yml` of the config folder says of all tables; read, and written where models see it."""

from __future__ import annotations

from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.warehouse import transaction

TABLE = "operations.warehouse_settings"


class WarehouseSettings(BaseModel):
    """The whole file; what it leaves out is worked out from the data, and the report says how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_currency: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="ISO 4217 code of the currency that all amounts are brought to, such as EUR",
    )


def load_warehouse_settings(config_dir: Path) -> WarehouseSettings:
    """Read `warehouse.yml`; no file means no settings. KindredError names file, line and remedy."""
    path = config_dir / "warehouse.yml"
    return parse(WarehouseSettings, *read_yaml(path), path) if path.exists() else WarehouseSettings()


def write_warehouse_settings(connection: duckdb.DuckDBPyConnection, settings: WarehouseSettings) -> None:
    """Make operations.warehouse_settings hold these settings, in its one row."""
    with transaction(connection):
        connection.execute(f"create table if not exists {TABLE} (base_currency varchar)")
        connection.execute(f"delete from {TABLE}")
        connection.execute(f"insert into {TABLE} values (?)", [settings.base_currency])

"""What `warehouse.yml` of the config folder says of all tables; read, and written where models see it."""

from __future__ import annotations

from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.warehouse import transaction

TABLE = "operations.warehouse_settings"


class WarehouseSettings(BaseModel):
    """The whole file; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_currency: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="ISO 4217 code of the currency that all amounts are brought to, such as EUR",
    )
    interest_rate: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="how far one interaction moves a customer's interests towards its category",
    )
    watched_nights: int = Field(
        default=90,
        ge=15,
        description="how many nights are remembered, against which feeds and tables are held",
    )


def load_warehouse_settings(config_dir: Path) -> WarehouseSettings:
    """Read `warehouse.yml`; no file means no settings. KindredError names file, line and remedy."""
    path = config_dir / "warehouse.yml"
    return parse(WarehouseSettings, *read_yaml(path), path) if path.exists() else WarehouseSettings()


def write_warehouse_settings(connection: duckdb.DuckDBPyConnection, settings: WarehouseSettings) -> None:
    """Make operations.warehouse_settings hold these settings, in its one row."""
    with transaction(connection):
        connection.execute(f"create or replace table {TABLE} (base_currency varchar, interest_rate double)")
        connection.execute(
            f"insert into {TABLE} values (?, ?)", [settings.base_currency, settings.interest_rate]
        )

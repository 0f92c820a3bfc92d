"""Asset keys by the names of tables: stages meet in tables, so none needs to import another's assets."""

import dagster as dg

from dagster_project.lib.transformation.dbt_project.project import read_models


def table_key(table: str) -> dg.AssetKey:
    """marts.dim_customers -> AssetKey(["marts", "dim_customers"])."""
    return dg.AssetKey(table.split("."))


def model_keys(schema: str) -> list[dg.AssetKey]:
    """The dbt models in a schema, by name."""
    names = sorted(node["alias"] for node in read_models().values() if node["schema"] == schema)
    return [dg.AssetKey([schema, name]) for name in names]

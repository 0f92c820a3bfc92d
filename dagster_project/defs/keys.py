"""Asset keys by the names of tables: stages meet in tables, so none needs to import another's assets."""

import dagster as dg

from dagster_project.lib.transformation.project import read_manifest


def table_key(table: str) -> dg.AssetKey:
    """marts.dim_customers -> AssetKey(["marts", "dim_customers"])."""
    return dg.AssetKey(table.split("."))


def model_keys(schema: str) -> list[dg.AssetKey]:
    """The dbt models in a schema, by name."""
    nodes = [node for node in read_manifest()["nodes"].values() if node["resource_type"] == "model"]
    return [
        dg.AssetKey([schema, name])
        for name in sorted(node["alias"] for node in nodes if node["schema"] == schema)
    ]

"""Asset keys by the names of tables: stages meet in tables, so none needs to import another's assets."""

import dagster as dg

from dagster_project.lib.transformation.dbt_project.project import read_models

WRITTEN_BY_PYTHON = (
    "activation.content_blocks",
    "activation.customer_recommendations",
    "activation.product_recommendations",
    "activation.segment_recommendations",
    "experiments.assignments",
    "experiments.decisions",
    "experiments.exposures",
    "experiments.results",
    "experiments.timelines",
    "experiments.variants",
    "experiments.weights",
    "quality.content_faults",
    "quality.delivery_log",
    "quality.ingested_files",
    "quality.model_evaluations",
    "quality.model_versions",
    "quality.nulled_values",
    "quality.processing_log",
    "quality.rejected_rows",
)
"""Published tables that no dbt model makes, but those that watch all others."""


def table_key(table: str) -> dg.AssetKey:
    """marts.dim_customers -> AssetKey(["marts", "dim_customers"])."""
    return dg.AssetKey(table.split("."))


def model_keys(schema: str) -> list[dg.AssetKey]:
    """The dbt models in a schema, by name."""
    names = sorted(node["alias"] for node in read_models().values() if node["schema"] == schema)
    return [dg.AssetKey([schema, name]) for name in names]


def published_keys() -> list[dg.AssetKey]:
    """The tables that a night publishes, but those that watch all others."""
    return [
        *map(table_key, WRITTEN_BY_PYTHON),
        *(key for schema in ("marts", "activation", "quality") for key in model_keys(schema)),
    ]

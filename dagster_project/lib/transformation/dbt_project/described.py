"""What the dbt project says of tables: what a row is, and each column with its type and meaning.

Belongs here: reading that from the manifest, of models and of tables that Python writes alike. How it is shown is for
who asks: the data dictionary, Dagster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project.lib.transformation.dbt_project.project import read_manifest, read_models, segment_names

SEGMENT_COLUMNS = "has_segment_columns"
"""In the meta of a table that has one more boolean column per segment, of which no YAML can know."""


@dataclass(frozen=True)
class Column:
    """A column of a table; data_type as the YAML beside the table has it, such as varchar."""

    name: str
    data_type: str
    description: str


@cache
def described_tables() -> dict[str, dict[str, Any]]:
    """Models and sources of the manifest by `schema.table`; of a table that is both, the model."""
    nodes = [*read_manifest()["sources"].values(), *read_models().values()]
    return {f"{node['schema']}.{node.get('alias') or node['identifier']}": node for node in nodes}


def meta_of(described: Mapping[str, Any]) -> dict[str, Any]:
    """The meta of a table or of a column of the manifest."""
    return {**described.get("meta", {}), **described.get("config", {}).get("meta", {})}


def describe_table(table: str) -> str:
    """What `schema.table` holds, in a sentence. KeyError where nothing says it."""
    return described_tables()[table]["description"]


def describe_columns(table: str) -> list[Column]:
    """The columns of `schema.table` that its YAML names, in its order. KeyError for a table that it does not know."""
    node = described_tables()[table]
    columns = [
        Column(name, column.get("data_type") or "", column["description"])
        for name, column in node["columns"].items()
    ]
    return columns + (_segment_columns() if meta_of(node).get(SEGMENT_COLUMNS) else [])


def _segment_columns() -> list[Column]:
    models = {node["name"]: node for node in read_models().values()}
    return [Column(name, "boolean", meta_of(models[name]).get("description", "")) for name in segment_names()]

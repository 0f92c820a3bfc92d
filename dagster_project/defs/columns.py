"""What Dagster shows of the columns of a table: types, meanings and classes of personal data, as dbt has them."""

from typing import Any

import dagster as dg

from dagster_project.lib.transformation.dbt_project.described import describe_columns, described_tables
from dagster_project.lib.transformation.dbt_project.personal_data import class_of


def column_metadata(key: dg.AssetKey) -> dict[str, Any]:
    """Metadata of the asset of a table; nothing for one whose columns no YAML names."""
    table = ".".join(key.path)
    columns = describe_columns(table) if table in described_tables() else []
    if not columns:
        return {}
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name=column.name,
                    type=column.data_type or "unknown",
                    description=column.description or None,
                    tags={"personal_data": class_of(table, column.name) or "unknown"},
                )
                for column in columns
            ]
        )
    }

"""Tables that one night leaves to the next: models read them, and what writes them has an asset of another name.

Here they are only shown, with what they hold. No op makes them.
"""

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.stages import INGESTION, OWNERS, PERSONALIZATION, TRANSFORMATION
from dagster_project.lib.transformation.dbt_project.described import describe_table

KEPT = {
    INGESTION: ("raw_rows",),
    TRANSFORMATION: (
        "changed_files", "current_build", "identity_changes", "identity_measures", "match_models",
        "match_name_rarities", "registered_records", "segment_history", "segment_nights", "segment_performance",
    ),
    PERSONALIZATION: ("recommendation_nights",),
}  # fmt: skip
"""Stage -> the tables that it keeps, in the schema `operations`."""


@dg.definitions
def defs() -> dg.Definitions:
    """An asset a table, which Dagster cannot make."""
    return dg.Definitions(
        assets=[
            dg.AssetSpec(
                key,
                description=describe_table(".".join(key.path)),
                group_name=stage,
                kinds={"duckdb"},
                owners=OWNERS,
                metadata=column_metadata(key),
            )
            for stage, names in KEPT.items()
            for key in (table_key(f"operations.{name}") for name in names)
        ]
    )

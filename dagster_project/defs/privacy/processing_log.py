"""The record of processing, as a table of the snapshot that grows with every night."""

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PUBLICATION, night_fingerprint, reuse_metadata
from dagster_project.lib.common import fingerprints
from dagster_project.lib.privacy.processing_log import TABLE, create_log, record_processing
from dagster_project.lib.transformation.dbt_project.personal_data import table_purposes

STAGE = "processing_log"


@dg.asset(
    key=table_key(TABLE),
    deps=[table_key(table) for table in sorted(table_purposes())],
    # it is part of what is published, and counts what every stage before left
    group_name=PUBLICATION,
    kinds={"duckdb"},
    owners=OWNERS,
    metadata=column_metadata(table_key(TABLE)),
    description="One row a night, purpose and table: how many customers' data the table used for the purpose.",
)
def processing_log(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Record what this night used whose data for; a night run again on the very same inputs is recorded once."""
    run_id = context.run.run_id
    with night.connect() as connection:
        create_log(connection)
        fingerprint = night_fingerprint(connection, night, STAGE)
        earlier = fingerprints.finished_run(connection, STAGE, fingerprint)
        if earlier is not None:
            return dg.MaterializeResult(metadata=reuse_metadata(earlier))
        rows = record_processing(connection, table_purposes(), run_id)
        fingerprints.record(connection, STAGE, fingerprint, run_id, night.now())
    return dg.MaterializeResult(metadata={"rows": rows})

"""The micro-batch: what came since the night, taken in between two nights for the customers whom it is about."""

import time

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ON_DEMAND, OWNERS, TRANSFORMATION, models_hash
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import count_of, reporting
from dagster_project.lib.transformation.micro_batch.micro_batch import note, take_in

MICRO_BATCHES = table_key("operations.micro_batches")


@dg.asset(
    key=MICRO_BATCHES,
    tags=ON_DEMAND,
    deps=[table_key("operations.current_night"), table_key("operations.erasures")],
    group_name=TRANSFORMATION,
    kinds={"duckdb", "dbt"},
    owners=OWNERS,
)
def micro_batches(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """One row a micro-batch: the customers made anew and the rows written. The night works out all else.

    Fails where what came cannot be taken in by itself, such as before the first night or after a file was replaced;
    nothing is changed then, and the snapshot that is published stays.
    """
    begin = time.perf_counter()
    with reporting("micro-batch") as outcome:
        done = take_in(night.settings.database, models_hash(night))
        if done.why_not:
            raise KindredError(f"a night is needed: {done.why_not}", "run `kindred nightly`")
        rows = done.rows_removed + done.rows_added
        outcome.message = (
            f"{count_of(len(done.customers), 'customer')} made anew, {count_of(rows, 'row')} written"
        )
    seconds = time.perf_counter() - begin
    with night.connect() as connection:
        fingerprints.forget_all(connection)
        note(connection, context.run.run_id, done, seconds)
    return dg.MaterializeResult(
        metadata={"customers": len(done.customers), "rows_written": rows, "seconds": round(seconds, 1)}
    )

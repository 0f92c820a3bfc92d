"""Fresh lists between two nights, for the customers of a micro-batch."""

import time

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION
from dagster_project.lib.common.progress import count_of, reporting
from dagster_project.lib.personalization.reranking.reranking import load_wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.folding import RECORDS, note, renew_lists

MICRO_BATCH_RECOMMENDATIONS = table_key(RECORDS)


@dg.asset(
    key=MICRO_BATCH_RECOMMENDATIONS,
    deps=[table_key("operations.micro_batches")],
    group_name=PERSONALIZATION,
    kinds={"duckdb", "python"},
    owners=OWNERS,
)
def micro_batch_recommendations(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """One row a micro-batch: the customers whose lists were made anew, and the rows written.

    Nothing is trained: the champion's products stay as fitted, and the customers' factors are solved for.
    """
    begin = time.perf_counter()
    run = Run(context.run.run_id, night.now(), night.settings.models)
    wishes = load_wishes(night.settings.config_dir)
    with night.connect() as connection, reporting("recommendations") as outcome:
        done = renew_lists(connection, run, wishes)
        rows = done.rows_removed + done.rows_added
        seconds = time.perf_counter() - begin
        note(connection, run.run_id, done, seconds)
        notes = "".join(f"; {text}" for text in done.notes)
        outcome.message = (
            f"lists of {count_of(done.customers, 'customer')}, {count_of(rows, 'row')} written{notes}"
        )
    return dg.MaterializeResult(
        metadata={
            "customers": done.customers,
            "rows_written": rows,
            "model_version": done.model_version or "none",
            "seconds": round(seconds, 1),
        }
    )

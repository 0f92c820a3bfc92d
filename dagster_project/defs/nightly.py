"""The nightly job and its schedule: everything but backfills, micro-batches and tuning, one op after the other."""

import dagster as dg

from dagster_project.defs.ingestion.backfill import BACKFILL_KEY
from dagster_project.defs.personalization.micro_batch_recommendations import MICRO_BATCH_RECOMMENDATIONS
from dagster_project.defs.personalization.tuning import TUNING_TRIALS
from dagster_project.defs.transformation.micro_batches import MICRO_BATCHES

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets(BACKFILL_KEY, MICRO_BATCHES, MICRO_BATCH_RECOMMENDATIONS, TUNING_TRIALS),
    description="Everything, from landing to the published snapshot.",
    executor_def=dg.in_process_executor,
)


@dg.definitions
def defs() -> dg.Definitions:
    """The job, and the schedule that starts it once somebody switches it on."""
    every_night = dg.ScheduleDefinition(
        name="every_night", job=nightly, cron_schedule="0 2 * * *", execution_timezone="UTC"
    )
    return dg.Definitions(jobs=[nightly], schedules=[every_night], executor=dg.in_process_executor)

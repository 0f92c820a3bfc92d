"""The nightly job and its schedule: everything but what is made on demand, one op after the other."""

import dagster as dg

from dagster_project.defs.stages import ON_DEMAND, ON_DEMAND_TAG

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - dg.AssetSelection.tag(ON_DEMAND_TAG, ON_DEMAND[ON_DEMAND_TAG]),
    description="Everything, from landing to the published snapshot.",
    executor_def=dg.in_process_executor,
    # whether a stage's work stands is for its fingerprint to say, after a crash as on any other night
    tags={"dagster/retry_strategy": "ALL_STEPS"},
)


@dg.definitions
def defs() -> dg.Definitions:
    """The job, and the schedule that starts it once somebody switches it on."""
    every_night = dg.ScheduleDefinition(
        name="every_night", job=nightly, cron_schedule="0 2 * * *", execution_timezone="UTC"
    )
    return dg.Definitions(jobs=[nightly], schedules=[every_night], executor=dg.in_process_executor)

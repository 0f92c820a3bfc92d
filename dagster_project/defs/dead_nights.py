"""Nights whose command was killed: Dagster has no process of theirs to watch, and would start no other run for ever."""

import dagster as dg

from dagster_project.defs.nightly import nightly
from dagster_project.defs.stages import STARTED_BY
from dagster_project.lib.common.night_lock import is_night_running
from dagster_project.settings import read_settings

_RUNNING = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs of `kindred nightly` that were killed, so that the next one is not held up.",
)
def dead_nights(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Call them cancelled. Whoever started the command saw it end; nothing is told and nothing is tried again."""
    started = context.instance.get_runs(
        dg.RunsFilter(job_name=nightly.name, statuses=_RUNNING, tags={STARTED_BY: f"kindred {nightly.name}"})
    )
    # the command holds the lock as long as its run lasts
    if not started or is_night_running(read_settings().lock):
        return dg.SkipReason("no night was killed")
    ended = [run for run in started if _is_running(context.instance, run.run_id)]
    for run in ended:
        context.instance.report_run_canceled(run, message="The process of this night is gone.")
    return dg.SkipReason(f"{len(ended)} ended that had been killed")


def _is_running(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether it is said to run still: it may have ended, with its lock, since it was found."""
    run = instance.get_run_by_id(run_id)
    return run is not None and run.status in _RUNNING


@dg.definitions
def defs() -> dg.Definitions:
    """The sensor, which looks on by itself."""
    return dg.Definitions(sensors=[dead_nights])

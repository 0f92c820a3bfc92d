"""Tuning: one op that searches for better parameters, its job and the weekly schedule that somebody switches on."""

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ON_DEMAND, OWNERS, PERSONALIZATION
from dagster_project.lib.common.progress import count_of, reporting
from dagster_project.lib.personalization.training.tuning import TRIALS, tune

STAGE = "tuning"
TUNING_TRIALS = table_key("quality.tuning_trials")
INPUTS = [
    table_key(f"marts.{name}")
    for name in ("fct_order_lines", "fct_events", "dim_products", "dim_customers", "customer_consents")
]


class TuningConfig(dg.Config):
    """How many trials a study has in all."""

    trials: int = TRIALS


@dg.asset(
    key=TUNING_TRIALS,
    tags=ON_DEMAND,
    deps=INPUTS,
    description="One row a trial of the recommender's tuning: its parameters and what they were worth.",
    kinds={"duckdb", "python"},
    owners=OWNERS,
    metadata=column_metadata(TUNING_TRIALS),
    group_name=PERSONALIZATION,
)
def tuning_trials(
    context: dg.AssetExecutionContext, config: TuningConfig, night: Night
) -> dg.MaterializeResult:
    """Go on with the last study, or begin another; the next night holds its best trial against what is in use."""
    with night.connect() as connection, reporting(STAGE) as outcome:
        result = tune(connection, budget=config.trials, run_id=context.run.run_id, now=night.now)
        outcome.message = (
            f"study {result.study}: {count_of(result.new_trials, 'trial')} more, {result.trials} in all; "
            f"NDCG@10 {result.first:.4f} with what is in use, {result.best:.4f} with trial {result.best_trial}"
        )
    return dg.MaterializeResult(
        metadata={
            "study": result.study,
            "trials": result.trials,
            "in_use": result.first,
            "best": result.best,
            "best_parameters": result.parameters,
        }
    )


tune_recommender = dg.define_asset_job(
    "tune_recommender",
    selection=dg.AssetSelection.assets(TUNING_TRIALS),
    description="Searches for better parameters of the recommender, within a budget of trials.",
    executor_def=dg.in_process_executor,
)


@dg.definitions
def defs() -> dg.Definitions:
    """The asset, its job, and the schedule that starts it on Sunday evenings once somebody switches it on."""
    every_week = dg.ScheduleDefinition(
        name="tune_every_week", job=tune_recommender, cron_schedule="0 18 * * 0", execution_timezone="UTC"
    )
    return dg.Definitions(assets=[tuning_trials], jobs=[tune_recommender], schedules=[every_week])

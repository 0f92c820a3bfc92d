"""What experiments came to: one op, once it is known who was assigned what, before the snapshot."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PERSONALIZATION
from dagster_project.defs.tables import Metadata, declare_tables, make_tables
from dagster_project.lib.activation.experiments import tables
from dagster_project.lib.activation.experiments.assignments import ASSIGNMENTS
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.activation.experiments.exposures import EXPOSURES, VARIANTS
from dagster_project.lib.activation.experiments.results import (
    DECISIONS,
    RESULTS,
    TIMELINES,
    ResultsResult,
    write_results,
)
from dagster_project.lib.activation.experiments.weights import WEIGHTS
from dagster_project.lib.common.progress import count_of
from dagster_project.lib.personalization.run import Run

STAGE = "readouts"
INPUTS = [
    table_key(table)
    for table in (
        ASSIGNMENTS, WEIGHTS,
        tables.EXPERIMENTS, tables.VARIANTS, tables.METRICS, tables.COVARIATES, tables.STRATEGIES,
        "activation.segment_history",
        "intermediate.int_experiment_events_listed", "intermediate.int_experiment_exposures_gathered",
        "marts.customer_id_aliases", "marts.fct_events",
    )
]  # fmt: skip
_DESCRIPTIONS = {
    RESULTS: "One row an experiment, metric, treatment variant, segment and test, with what it says.",
    DECISIONS: "One row an experiment and treatment variant, with what to do and why.",
    TIMELINES: "One row an experiment, treatment variant and day of first exposures, with the goal's effect so far.",
    EXPOSURES: "One row an experiment and unit that was exposed, with the variant it saw first and whether it counts.",
    VARIANTS: "One row a variant of an experiment, with its share, its units and those that do not count.",
}
WRITTEN = {table_key(table): description for table, description in _DESCRIPTIONS.items()}


@dg.multi_asset(
    specs=declare_tables(WRITTEN, INPUTS),
    # read by people once it is published, so made before
    group_name=PERSONALIZATION,
    name="readouts",
)
def readouts(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Read out every experiment that there is, unless an earlier run did from the very same inputs."""
    experiments = load_experiments(night.settings.config_dir)

    def work(connection: duckdb.DuckDBPyConnection, run: Run) -> ResultsResult:
        return write_results(connection, experiments, (run.run_id, run.computed_at))

    yield from make_tables(context, night, STAGE, list(WRITTEN), work, _describe, what="readouts")


def _describe(result: ResultsResult) -> tuple[str, Metadata]:
    metadata: Metadata = {key: {} for key in WRITTEN}
    metadata[table_key(RESULTS)] = {"rows": result.rows}
    metadata[table_key(DECISIONS)] = {"decisions": result.decisions}
    metadata[table_key(EXPOSURES)] = {"units": result.units, "excluded": result.excluded}
    return _summarize(result), metadata


def _summarize(result: ResultsResult) -> str:
    if not result.decisions:
        return "no experiments"
    decided = ", ".join(
        f"{count} {decision}" for decision, count in Counter(result.decisions.values()).items()
    )
    weighed = "".join(f"; {name} has new weights by {policy}" for name, policy in result.reweighted.items())
    return f"{count_of(result.units, 'unit')}, {result.excluded:,} excluded; variants: {decided}{weighed}"

"""Who gets which variant of an experiment: one op, after segments were judged and before lists are made."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PERSONALIZATION
from dagster_project.defs.tables import Metadata, declare_tables, make_tables
from dagster_project.lib.activation.experiments.assignments import (
    ASSIGNMENTS,
    AssignmentsResult,
    write_assignments,
)
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.activation.experiments.weights import WEIGHTS
from dagster_project.lib.common.progress import count_of
from dagster_project.lib.personalization.run import Run

STAGE = "assignments"
_DESCRIPTIONS = {
    ASSIGNMENTS: "One row an experiment and unit that was assigned, with the variant that it keeps.",
    WEIGHTS: "One row an experiment, set of weights and variant, with why it is so and from which night on.",
}
WRITTEN = {table_key(table): description for table, description in _DESCRIPTIONS.items()}
INPUTS = [
    *(table_key(f"activation.{name}") for name in ("content_variables", "segment_memberships")),
    *(
        table_key(f"marts.{name}")
        for name in ("customer_id_aliases", "customer_identities", "fct_events", "identity_changes")
    ),
    table_key("intermediate.int_experiment_exposures_gathered"),
]


@dg.multi_asset(
    specs=declare_tables(WRITTEN, INPUTS),
    # what is shown is decided before publication
    group_name=PERSONALIZATION,
    name="assignments",
)
def assignments(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Assign whom experiments want, unless an earlier run did from the very same inputs."""
    experiments = load_experiments(night.settings.config_dir)

    def work(connection: duckdb.DuckDBPyConnection, run: Run) -> AssignmentsResult:
        return write_assignments(connection, experiments, (run.run_id, run.computed_at))

    yield from make_tables(context, night, STAGE, list(WRITTEN), work, _describe, what="assignments")


def _describe(result: AssignmentsResult) -> tuple[str, Metadata]:
    weights: dict[str, object] = {"present": result.weights}
    metadata: dict[str, object] = {"added": result.added, "units": result.units, "excluded": result.excluded}
    return _summarize(result), {table_key(ASSIGNMENTS): metadata, table_key(WEIGHTS): weights}


def _summarize(result: AssignmentsResult) -> str:
    if not result.added:
        return "no experiment assigns anybody"
    added = ", ".join(f"{units:,} to {name}" for name, units in result.added.items())
    return f"assigned {added}; {count_of(result.units, 'unit')}, {result.excluded:,} excluded"

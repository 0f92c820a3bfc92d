"""Who gets which variant of an experiment: one op, after segments and before anything is rendered."""

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION, night_fingerprint, reuse_metadata
from dagster_project.lib.activation.experiments.assignments import (
    ASSIGNMENTS,
    AssignmentsResult,
    write_assignments,
)
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting

STAGE = "assignments"
INPUTS = [
    *(table_key(f"activation.{name}") for name in ("content_variables", "segment_memberships")),
    *(
        table_key(f"marts.{name}")
        for name in ("customer_id_aliases", "customer_identities", "fct_events", "identity_changes")
    ),
]


@dg.asset(
    key=table_key(ASSIGNMENTS),
    deps=INPUTS,
    # what is shown is decided before publication
    group_name=PERSONALIZATION,
    kinds={"duckdb", "python"},
    owners=OWNERS,
    description="One row an experiment and unit that was assigned, with the variant that it keeps.",
)
def assignments(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Assign whom experiments want, unless an earlier run did from the very same inputs."""
    experiments = load_experiments(night.settings.config_dir)
    with night.connect() as connection, reporting(STAGE) as outcome:
        fingerprint = night_fingerprint(connection, night, STAGE)
        earlier = fingerprints.finished_run(connection, STAGE, fingerprint)
        if earlier is not None:
            outcome.message = "unchanged inputs: the assignments of the last night stand"
            return dg.MaterializeResult(metadata=reuse_metadata(earlier))
        fingerprints.forget(connection, STAGE)
        run = (context.run.run_id, night.now())
        result = write_assignments(connection, experiments, run)
        fingerprints.record(connection, STAGE, fingerprint, *run)
        outcome.message = _summarize(result)
    return dg.MaterializeResult(
        metadata={"added": result.added, "units": result.units, "excluded": result.excluded}
    )


def _summarize(result: AssignmentsResult) -> str:
    if not result.added:
        return "no experiment runs"
    added = ", ".join(f"{units:,} to {name}" for name, units in result.added.items())
    return f"assigned {added}; {count_of(result.units, 'unit')}, {result.excluded:,} excluded"

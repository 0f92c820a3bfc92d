"""Running one of Dagster's jobs in this process, for commands that are a job with a name of their own.

Here belongs how a job is run and how its failure is told. What a job does is wired in `dagster_project.defs`.
"""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import PROJECT, Settings, use_dagster_home

_TITLES = {
    "nightly": "the night",
    "rollback_recommendations": "the rollback",
    "tune_recommender": "the tuning",
}
COLLECT_AFTER = (100_000, 20, 50)
"""New objects, and rounds of the younger generations, until Python looks for cycles: its own few hundred cost two
seconds a night, since dbt and Great Expectations make millions of objects and hardly a cycle."""
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def execute_job(
    settings: Settings, job: str, run_config: dict[str, Any] | None = None, run_id: str | None = None
) -> None:
    """Run the job to its end. KindredError with what the user can act on where it fails.

    run_id: a UUID by which the run shall be called.
    """
    prepare_dagster_home(settings)
    # Importing makes hundreds of thousands of objects that live to the end; looking through them costs a second.
    gc.disable()
    import dagster as dg

    from dagster_project.definitions import defs
    from dagster_project.defs.stages import STARTED_BY

    definitions = defs()
    gc.enable()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    with dg.DagsterInstance.get() as instance:
        try:
            result = definitions.resolve_job_def(job).execute_in_process(
                instance=instance,
                run_config={**_QUIET, **(run_config or {})},
                tags={STARTED_BY: f"kindred {job}"},
                run_id=run_id,
            )
        except dg.DagsterError as error:
            raise _explain(error) from error
    if not result.success:
        raise KindredError(
            f"{_TITLES.get(job, job)} did not succeed", "open `make ui` and look at its last run"
        )


def _explain(error: BaseException) -> KindredError | BaseException:
    """What the user can act on, out of Dagster's wrapping; the error itself where there is nothing of the kind."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KindredError):
            return cause
        cause = cause.__cause__ or cause.__context__
    # Dagster raises this class and does not export it.
    if type(error).__name__ == "DagsterAssetCheckFailedError":
        failed = " ".join(str(error).split())
        return KindredError(
            f"a blocking check failed, so nothing was published and the last snapshot stays ({failed})",
            "see above what it found, mend the export and run the night again",
        )
    return error


def prepare_dagster_home(settings: Settings) -> Path:
    """Make Dagster's storage folder with its dagster.yaml and point Dagster at it."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT / "dagster_project" / "dagster.yaml", home / "dagster.yaml")
    use_dagster_home(home)
    return home

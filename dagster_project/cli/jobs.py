"""Running one of Dagster's jobs in this process, for commands that are a job with a name of their own.

Here belongs how a job is run and how its failure is told. What a job does is wired in `dagster_project.defs`.
"""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.errors import KindredError, follow_causes
from dagster_project.lib.common.private_folders import make_private
from dagster_project.settings import PROJECT, Settings, use_dagster_home

if TYPE_CHECKING:
    from dagster import DagsterInstance

_TITLES = {
    "nightly": "the night",
    "rollback_recommendations": "the rollback",
    "tune_recommender": "the tuning",
}
INSTANCE = "dagster.yaml"
"""Says where Dagster keeps runs and events, as Dagster wants it called."""
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
    with _open_instance(settings) as instance:
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


def _open_instance(settings: Settings) -> DagsterInstance:
    import dagster as dg

    own = settings.config_dir / INSTANCE
    try:
        return dg.DagsterInstance.get()
    except Exception as error:
        if not own.exists():
            raise
        # not what it says: it may quote an address with its password
        raise KindredError(
            f"Dagster cannot open the storage that {own} names ({type(error).__name__})",
            "install the package and set the variables that the file names, and see that its server runs",
        ) from error


def _explain(error: BaseException) -> KindredError | BaseException:
    """What the user can act on, out of Dagster's wrapping; the error itself where there is nothing of the kind."""
    for cause in follow_causes(error):
        if isinstance(cause, KindredError):
            return cause
    # Dagster raises this class and does not export it.
    if type(error).__name__ == "DagsterAssetCheckFailedError":
        failed = " ".join(str(error).split())
        return KindredError(
            f"a blocking check failed, so nothing was published and the last snapshot stays ({failed})",
            "see above what it found, mend the export and run the night again",
        )
    return error


def prepare_dagster_home(settings: Settings) -> Path:
    """Make Dagster's storage folder with its dagster.yaml, the user's where there is one, and point Dagster at it."""
    home, own = settings.dagster_home, settings.config_dir / INSTANCE
    make_private(settings.warehouse)
    home.mkdir(exist_ok=True)
    shutil.copyfile(own if own.exists() else PROJECT / "dagster_project" / INSTANCE, home / INSTANCE)
    use_dagster_home(home)
    return home

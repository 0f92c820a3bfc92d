"""`kindred nightly`: the whole night in this process, with its progress on the terminal."""

from __future__ import annotations

import gc
import shutil
import time
from pathlib import Path

import click

from dagster_project.lib.activation.destinations import load_destinations
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.common.progress import say, show_progress
from dagster_project.lib.config_tables import load_config_tables
from dagster_project.lib.ingestion.contract_files import load_feeds
from dagster_project.lib.ingestion.prepare import prepare_landing
from dagster_project.lib.personalization.reranking import load_wishes
from dagster_project.settings import PROJECT, SAMPLE, Settings, read_settings, use_dagster_home


@click.command("nightly")
def command() -> None:
    """Run the night, from landing to publication.

    DATA_DIR, CONFIG_DIR and AS_OF in the environment say on which folder, with which settings, for which instant.
    """
    show_progress()
    begin = time.perf_counter()
    settings = read_settings()
    with hold_night_lock(settings.lock):
        _check_before(settings)
        say("start", "loading the asset graph")
        _execute(settings)
    say(
        "done",
        f"{time.perf_counter() - begin:.1f} s; query {settings.published / 'current' / 'kindred.duckdb'}",
    )


def _check_before(settings: Settings) -> None:
    """Find what would stop the night within the first second rather than after Dagster is loaded."""
    prepare_landing(
        settings.landing, settings.database, SAMPLE / "landing", is_named=settings.is_data_dir_named
    )
    load_feeds(settings.landing, settings.config_dir)
    load_config_tables(settings.config_dir)
    load_wishes(settings.config_dir)
    load_destinations(settings.config_dir)


def _execute(settings: Settings) -> None:
    prepare_dagster_home(settings)
    # Importing makes hundreds of thousands of objects that live to the end; looking through them costs a second.
    gc.disable()
    import dagster as dg

    from dagster_project.definitions import defs

    definitions = defs()
    gc.enable()
    gc.freeze()
    with dg.DagsterInstance.get() as instance:
        try:
            result = definitions.resolve_job_def("nightly").execute_in_process(
                instance=instance,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                tags={"kindred/started_by": "kindred nightly"},
            )
        except dg.DagsterError as error:
            raise _explain(error) from error
    if not result.success:
        raise KindredError("the night did not succeed", "open `make ui` and look at its last run")


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

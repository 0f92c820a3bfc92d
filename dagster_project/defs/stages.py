"""What the ops of several stages share: the names of stages, which group the assets, and not repeating work."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import dagster as dg
import duckdb

from dagster_project.defs.resources import Night
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import reporting
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.ingestion.clock import raw_fingerprint
from dagster_project.lib.transformation.dbt_project.project import project_hash
from dagster_project.settings import PROJECT

INGESTION, TRANSFORMATION, PERSONALIZATION, PUBLICATION, ACTIVATION = (
    "ingestion",
    "transformation",
    "personalization",
    "publication",
    "activation",
)
ResultT = TypeVar("ResultT")
Metadata = dict[dg.AssetKey, dict[str, Any]]
OWNERS = ["team:data-engineering"]


def reuse_metadata(run_id: str) -> dict[str, Any]:
    """What an asset says that was not made anew."""
    return {"reused_from_run": run_id, "why": "its inputs are those of that run, by content"}


def make_tables(
    night: Night,
    stage: str,
    run_id: str,
    keys: Sequence[dg.AssetKey],
    work: Callable[[duckdb.DuckDBPyConnection], ResultT],
    describe: Callable[[ResultT], tuple[str, Metadata]],
    *,
    what: str = "lists",
    is_repeated: bool = False,
) -> Iterator[dg.MaterializeResult]:
    """Run a stage that writes some tables, unless an earlier run finished it on the very same inputs, and tell of it.

    describe: returns the line for the terminal and what Dagster shows of each key. what: is in the tables, in plural.
    is_repeated: run it in any case, and leave it to the work what the next night takes for finished.
    """
    with night.connect() as connection, reporting(stage) as outcome:
        fingerprint = night_fingerprint(connection, night, stage)
        earlier = None if is_repeated else fingerprints.finished_run(connection, stage, fingerprint)
        if earlier is not None:
            outcome.message = f"unchanged inputs: the {what} of the last night stand"
            metadata = dict.fromkeys(keys, reuse_metadata(earlier))
        else:
            if not is_repeated:
                fingerprints.forget(connection, stage)
            outcome.message, metadata = describe(work(connection))
            if not is_repeated:
                fingerprints.record(connection, stage, fingerprint, run_id, night.now())
    for key, entries in metadata.items():
        yield dg.MaterializeResult(asset_key=key, metadata=entries)


def night_fingerprint(connection: duckdb.DuckDBPyConnection, night: Night, stage: str) -> str:
    """Names everything that decides what a stage makes: the raw rows, the instant, the code and the configuration."""
    return fingerprints.hash_text(
        stage, raw_fingerprint(connection), read_as_of(connection), code_hash(night)
    )


def code_hash(night: Night) -> str:
    """Names the code, the SQL and the configuration of this night."""
    python = [PROJECT / name for name in ("dagster_project", "models_ml", "expectations")]
    return fingerprints.hash_text(
        project_hash(),
        fingerprints.hash_folders(python, frozenset({".py", ".yml", ".j2", ".css", ".csv"})),
        fingerprints.hash_folders([night.settings.config_dir], frozenset({".yml", ".csv", ".j2", ".html"})),
        (PROJECT / "requirements.lock").read_text(),
    )

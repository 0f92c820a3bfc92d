"""What ops that write tables by Python share: how the tables are declared, not repeating work, and telling of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import dagster as dg
import duckdb

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, night_fingerprint, reuse_metadata
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import reporting
from dagster_project.lib.personalization.run import Run

ResultT = TypeVar("ResultT")
Metadata = dict[dg.AssetKey, dict[str, Any]]


def declare_tables(
    descriptions: Mapping[dg.AssetKey, str], inputs: Sequence[dg.AssetKey], *, kind: str = "python"
) -> list[dg.AssetSpec]:
    """Return the specs of tables that one op writes of the same inputs. kind: what makes them, beside DuckDB."""
    return [
        dg.AssetSpec(
            key,
            deps=inputs,
            description=description,
            kinds={"duckdb", kind},
            owners=OWNERS,
            metadata=column_metadata(key),
        )
        for key, description in descriptions.items()
    ]


def make_tables(
    context: dg.AssetExecutionContext,
    night: Night,
    stage: str,
    keys: Sequence[dg.AssetKey],
    work: Callable[[duckdb.DuckDBPyConnection, Run], ResultT],
    describe: Callable[[ResultT], tuple[str, Metadata]],
    *,
    what: str = "lists",
    inputs: Sequence[object] = (),
    is_repeated: bool = False,
) -> Iterator[dg.MaterializeResult]:
    """Run a stage that writes some tables, unless an earlier run finished it on the very same inputs, and tell of it.

    describe: returns the line for the terminal and what Dagster shows of each key. what: is in the tables, in plural.
    inputs: what decides this stage's tables and no other's, beside the raw rows, the code and the configuration.
    is_repeated: run it in any case, and leave it to the work what the next night takes for finished.
    """
    run = Run(context.run.run_id, night.now(), night.settings.models)
    with night.connect() as connection, reporting(stage) as outcome:
        fingerprint = fingerprints.hash_text(night_fingerprint(connection, night, stage), *inputs)
        earlier = None if is_repeated else fingerprints.finished_run(connection, stage, fingerprint)
        if earlier is not None:
            outcome.message = f"unchanged inputs: the {what} of the last night stand"
            metadata = dict.fromkeys(keys, reuse_metadata(earlier))
        else:
            if not is_repeated:
                fingerprints.forget(connection, stage)
            outcome.message, metadata = describe(work(connection, run))
            if not is_repeated:
                fingerprints.record(connection, stage, fingerprint, run.run_id, night.now())
    for key, entries in metadata.items():
        yield dg.MaterializeResult(asset_key=key, metadata=entries)

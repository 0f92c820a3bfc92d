"""Monitoring: when all that is published has been made, tonight is held against earlier nights."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.defs.keys import published_keys, table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PUBLICATION, night_fingerprint, reuse_metadata
from dagster_project.defs.tables import declare_tables
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.transformation.dbt_project.personal_data import class_of
from dagster_project.lib.transformation.settings.warehouse_settings import load_warehouse_settings
from dagster_project.lib.validation.monitoring import nights
from dagster_project.lib.validation.monitoring.acknowledgements import load_acknowledgements
from dagster_project.lib.validation.monitoring.watching import Watched, watch_night

STAGE = "monitoring"
PROFILES, ARRIVALS, ANOMALIES = map(table_key, (nights.PROFILES, nights.ARRIVALS, nights.ANOMALIES))


@dg.multi_asset(
    specs=declare_tables(
        {
            PROFILES: "One row a night, published table and column: rows, nulls, distinct values, quantiles.",
            ARRIVALS: "One row a night and feed that brought something: files and rows.",
            ANOMALIES: "One row a night and figure that earlier nights did not let expect, with what to do about it.",
        },
        published_keys(),
    ),
    # they are part of what is published, and tell of what every stage before left
    group_name=PUBLICATION,
    name=STAGE,
)
def monitoring(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Look at the night, unless an earlier run looked at the very same one."""
    settings = night.settings
    acknowledgements = load_acknowledgements(settings.config_dir)
    nights_kept = load_warehouse_settings(settings.config_dir).watched_nights
    with night.connect() as connection, reporting(STAGE) as outcome:
        # a file that could not be read changes no table, and is news of its feed all the same
        fingerprint = fingerprints.hash_text(
            night_fingerprint(connection, night, STAGE), _count_files(connection), acknowledgements
        )
        earlier = fingerprints.finished_run(connection, STAGE, fingerprint)
        if earlier is None:
            fingerprints.forget(connection, STAGE)
            watched = nights.WatchedNight(context.run.run_id, read_as_of(connection), night.now())
            found = watch_night(connection, watched, class_of, acknowledgements, nights_kept)
            fingerprints.record(connection, STAGE, fingerprint, context.run.run_id, night.now())
            outcome.message, metadata = _tell(found)
        else:
            outcome.message = "unchanged inputs: what was found in the last night stands"
            metadata = reuse_metadata(earlier)
    for key in (PROFILES, ARRIVALS, ANOMALIES):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _count_files(connection: duckdb.DuckDBPyConnection) -> tuple[object, ...] | None:
    return connection.execute("select count(*), max(file_id) from quality.ingested_files").fetchone()


def _tell(watched: Watched) -> tuple[str, dict[str, int]]:
    profiled, found = watched.profiled, watched.found
    tables = f"{count_of(profiled.read, 'table')} profiled, {profiled.reused} unchanged"
    anomalies = "no anomaly" if not found.anomalies else count_of(found.anomalies, "anomal")
    return f"{tables}; {anomalies}", {
        "tables_profiled": profiled.read,
        "tables_unchanged": profiled.reused,
        "anomalies": found.anomalies,
        "acknowledged": found.acknowledged,
    }

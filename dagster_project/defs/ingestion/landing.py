"""Exports into raw tables, and the instant the night is run for."""

from collections.abc import Iterator
from datetime import datetime

import dagster as dg
import duckdb

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import INGESTION, OWNERS
from dagster_project.lib.common.progress import reporting, say
from dagster_project.lib.common.warehouse import begin_night, count_tables
from dagster_project.lib.ingestion import clock, prepare
from dagster_project.lib.ingestion.arrival.landing import find_moving
from dagster_project.lib.ingestion.bookkeeping.erasing import finish_rewriting
from dagster_project.lib.ingestion.bookkeeping.late_arrivals import judge_late_rows
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.outcome import FeedOutcome, summarize
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts, load_feeds
from dagster_project.lib.ingestion.contracts.feeds import raw_table
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.settings import SAMPLE, Settings

RAW_KEYS = {table: table_key(raw_table(table)) for table in canonical_contracts()}
NIGHT_KEY = table_key("operations.current_night")
_QUALITY = {
    "quality.ingested_files": "One row a file that arrived: what it was, what became of it and of its rows.",
    "quality.rejected_rows": "One row a reason for which a row stayed out, with the row's raw text.",
    "quality.schema_changes": "One row a column that a feed began or ceased to deliver.",
    "quality.nulled_values": "One row a value that did not fit its column and became null, with its raw text.",
}
_DESCRIPTIONS = {
    **{key: canonical_contracts()[table].description for table, key in RAW_KEYS.items()},
    **{table_key(table): description for table, description in _QUALITY.items()},
    NIGHT_KEY: "The instant that the night is run for: nothing later is seen by any model.",
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key, description=description, kinds={"duckdb"}, owners=OWNERS, metadata=column_metadata(key)
        )
        for key, description in _DESCRIPTIONS.items()
    ],
    group_name=INGESTION,
    name="raw_tables",
)
def raw_tables(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Load what is new in landing; each file counts its rows in, loaded and rejected. Then settle the instant."""
    settings = night.settings
    prepare.prepare_landing(
        settings.landing, settings.database, SAMPLE / "landing", is_named=settings.is_data_dir_named
    )
    feeds = load_feeds(settings.landing, settings.config_dir)
    for path in prepare.stray_files(settings.landing):
        say("ingestion", f"ignored {path}: exports belong in landing/<source>/<feed>/")
    arrival = Arrival(context.run.run_id, night.now())
    with night.connect() as connection:
        with reporting("ingestion") as outcome:
            create_tables(connection)
            finish_rewriting(connection, settings.landing)
            moving = find_moving(settings.landing)
            outcomes = [ingest_feed(connection, feed, settings.landing, arrival, moving) for feed in feeds]
            for path in sorted(path.relative_to(settings.landing).as_posix() for path in moving):
                say("ingestion", f"{path} is still being written and waits for the next night")
            late = judge_late_rows(connection)
            outcome.message = summarize(outcomes)
        if late.rows:
            say("ingestion", str(late))
        as_of = _settle_instant(connection, settings, arrival)
        rows = count_tables(connection, [*map(raw_table, RAW_KEYS), *_QUALITY])
    for table, key in RAW_KEYS.items():
        arrived = [feed for feed in outcomes if feed.feed.table == table]
        yield dg.MaterializeResult(asset_key=key, metadata=_metadata(rows[raw_table(table)], arrived))
    for table in _QUALITY:
        yield dg.MaterializeResult(asset_key=table_key(table), metadata={"dagster/row_count": rows[table]})
    yield dg.MaterializeResult(asset_key=NIGHT_KEY, metadata={"as_of": f"{as_of.isoformat()}Z"})


def asked_instant(settings: Settings) -> datetime | str:
    """What the user asked for in AS_OF, else now, but for the sample, whose shop ended in the past."""
    return settings.as_of or ("latest" if prepare.is_sample(settings.landing) else "now")


def _settle_instant(connection: duckdb.DuckDBPyConnection, settings: Settings, arrival: Arrival) -> datetime:
    """After loading, since `latest` means the newest event of all that arrived."""
    as_of = clock.resolve_as_of(connection, asked_instant(settings), arrival.at)
    begin_night(connection, arrival.run_id, as_of, arrival.at)
    say("ingestion", f"the night is seen as of {as_of:%Y-%m-%d %H:%M:%S} UTC")
    return as_of


def _metadata(rows: int, arrived: list[FeedOutcome]) -> dict[str, int]:
    """Counts of the night; how many files stand aside is told, which ones is in quality.ingested_files."""
    return {
        "dagster/row_count": rows,
        "files_loaded": sum(feed.files_loaded for feed in arrived),
        "files_quarantined": sum(len(feed.quarantined) for feed in arrived),
        "rows_loaded": sum(feed.rows_loaded for feed in arrived),
        "rows_rejected": sum(feed.rows_rejected for feed in arrived),
    }

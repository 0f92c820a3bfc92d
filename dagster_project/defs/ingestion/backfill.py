"""Reading chosen days of landing again, from the UI: materialize its partitions, then run the nightly job."""

from datetime import timedelta

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import INGESTION, OWNERS
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting, say
from dagster_project.lib.ingestion.bookkeeping.backfill import files_of_days
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.outcome import FeedOutcome, summarize
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.increments import forget_finished_build

BACKFILL_KEY = table_key("raw.days_read_again")
FIRST_DAY = "2000-01-01"
"""The earliest that can be chosen."""


@dg.asset(
    key=BACKFILL_KEY,
    group_name=INGESTION,
    kinds={"duckdb"},
    owners=OWNERS,
    partitions_def=dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone="UTC", end_offset=1),
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def days_read_again(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Read every file of landing again that holds rows of the chosen days, loaded or quarantined.

    Files that are new wait for the night, and so do the models: the next one builds all of them anew.
    """
    settings = night.settings
    window = context.partition_time_window
    days = [window.start.date() + timedelta(days=n) for n in range((window.end - window.start).days)]
    arrival = Arrival(context.run.run_id, night.now())
    with night.connect() as connection:
        create_tables(connection)
        outcomes: list[FeedOutcome] = []
        with reporting("ingestion") as outcome:
            for feed in load_feeds(settings.landing, settings.config_dir):
                again = files_of_days(connection, feed, days)
                if again:
                    outcomes.append(ingest_feed(connection, feed, settings.landing, arrival, again=again))
            left = [path for feed in outcomes for path in feed.files_left]
            for path in left:
                say("ingestion", f"{path} left landing or changed since: what is loaded of it stays")
            outcome.message = f"{count_of(len(days), 'day')} read again: {summarize(outcomes)}"
        fingerprints.forget_all(connection)
        forget_finished_build(connection)
    return dg.MaterializeResult(
        metadata={
            "files_loaded": sum(feed.files_loaded for feed in outcomes),
            "files_quarantined": sum(len(feed.quarantined) for feed in outcomes),
            "files_left_as_they_are": len(left),
            "rows_loaded": sum(feed.rows_loaded for feed in outcomes),
            "rows_rejected": sum(feed.rows_rejected for feed in outcomes),
        }
    )

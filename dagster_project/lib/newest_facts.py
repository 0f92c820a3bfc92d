"""What exports say that came after the published night: who said no since, and who bought.

Read by the code of the night itself, its ingestion and its staging SQL, into a scratch database that is thrown away:
what a contract or a word means is said once. The ledger of the snapshot tells which files are new.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dagster_project.lib.activation.mail.facts import NewestFacts
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.arrival.landing import find_moving
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival, take_over
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.compiled import read_compiled, with_views
from dagster_project.lib.transformation.micro_batch.overlay import make

_RUN = "newest facts"
_TABLES = {"consents/decisions", "email/events", "privacy/requests", "pos/orders", "pos/sales"}
"""The canonical tables that say so."""
_DENIALS, _PURCHASES = "newest_denials", "newest_purchases"
_KNOWN = ("dim_customers", "customer_identities")
"""What the night knows of whom rows are about."""


def read_newest_facts(snapshot: Path, landing: Path, config_dir: Path, now: datetime) -> NewestFacts:
    """Look at the files that the snapshot has not seen. now: the clock (UTC, naive).

    A person whom the snapshot does not know is left out: nobody there is due anything. KindredError for a contract that
    is not valid.
    """
    feeds = [feed for feed in load_feeds(landing, config_dir) if feed.table in _TABLES]
    if not feeds:
        return NewestFacts()
    with TemporaryDirectory(prefix="kindred-") as folder:
        # compiled SQL names the catalog kindred, which a database has by its file's name
        connection = warehouse.connect(Path(folder) / "kindred.duckdb")
        with connection:
            create_tables(connection)
            night = quote_literal(str(snapshot.resolve() / "kindred.duckdb"))
            connection.execute(f"attach {night} as night (read_only)")
            take_over(connection, "night")
            moving = find_moving(landing)
            arrival = Arrival(_RUN, now)
            loaded = sum(
                ingest_feed(connection, feed, landing, arrival, moving).files_loaded for feed in feeds
            )
            if not loaded:
                return NewestFacts()
            warehouse.begin_night(connection, _RUN, now, now)
            return _ask(connection)


def _ask(connection: duckdb.DuckDBPyConnection) -> NewestFacts:
    questions = {node.name: node for node in read_compiled() if node.name in (_DENIALS, _PURCHASES)}
    connection.execute("create schema marts")
    for table in _KNOWN:
        connection.execute(f"create view marts.{table} as from night.marts.{table}")
    make(connection, with_views(list(questions.values())))
    denials, purchases = (
        dict(connection.execute(questions[name].sql).fetchall()) for name in (_DENIALS, _PURCHASES)
    )
    return NewestFacts(denials, purchases)

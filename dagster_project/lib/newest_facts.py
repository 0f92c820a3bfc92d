"""What exports say that came after the published night: who said no since, and who bought.

Read by the code of the night itself, its ingestion and its staging SQL, into a scratch database that is thrown away:
what a contract or a word means is said once. The ledger of the snapshot tells which files are new. A no is looked for
in more files than those: in what came since campaigns were judged, which micro-batches do not do, and, where it is
dated after that, in what came shortly before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dagster_project.lib.activation.mail.facts import NewestFacts
from dagster_project.lib.activation.mail.sending import read_as_of
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.arrival.landing import find_moving
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival, forget_arrivals, take_over
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.compiled import read_compiled, with_views
from dagster_project.lib.transformation.micro_batch.overlay import make

_RUN = "newest facts"
_SAYING_NO = ("consents/decisions", "email/events", "privacy/requests")
_TABLES = {*_SAYING_NO, "pos/orders", "pos/sales"}
"""The canonical tables that say so."""
_WEIGHED, _NEVER_TAKEN_BACK = "marketing_email", datetime.max
"""The purpose whose grant a denial is weighed against by its time; and the time of one that none is weighed against."""
_AHEAD = timedelta(hours=16)
"""So far ahead of its arrival a no may be dated by a wrong time zone, and more: none is 15 hours from UTC."""
_JUDGED = "select run_id, min(computed_at) from night.activation.campaign_queue group by 1 limit 1"
_DENIALS, _PURCHASES = "newest_denials", "newest_purchases"
_KNOWN = ("dim_customers", "customer_identities", "customer_consents")
"""What the night knows of whom rows are about."""


def read_newest_facts(snapshot: Path, landing: Path, config_dir: Path, now: datetime) -> NewestFacts:
    """Look at the files that the snapshot has not seen. now: the clock (UTC, naive).

    A person whom the snapshot does not know is left out: nobody there is due anything. A denial that a later grant of
    marketing by e-mail does not take back is dated datetime.max. KindredError for a contract that
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
            judged = connection.execute(_JUDGED).fetchone()
            if judged is None:
                # nobody is due anything
                return NewestFacts()
            run_id, judged_at = judged
            arrival, moving = Arrival(_RUN, now), find_moving(landing)

            def load(since: datetime, *kept: str) -> int:
                forget_arrivals(connection, _SAYING_NO, since, [_RUN, *kept])
                return sum(
                    ingest_feed(connection, feed, landing, arrival, moving).files_loaded for feed in feeds
                )

            denials: dict[str, datetime] = {}
            purchases: dict[str, datetime] = {}
            if load(judged_at, run_id):
                questions = _prepare(connection, now)
                purchases = dict(connection.execute(questions[_PURCHASES]).fetchall())
                _add_denials(denials, connection, questions[_DENIALS], datetime.min)
            since = min(judged_at, read_as_of(snapshot))
            if load(since - _AHEAD):
                _add_denials(denials, connection, _prepare(connection, now)[_DENIALS], since)
            return NewestFacts(denials, purchases)


def _prepare(connection: duckdb.DuckDBPyConnection, now: datetime) -> Mapping[str, str]:
    """Let the staging SQL read what is loaded, up to now; returns the questions by their names."""
    warehouse.begin_night(connection, _RUN, now, now)
    questions = {node.name: node for node in read_compiled() if node.name in (_DENIALS, _PURCHASES)}
    connection.execute("create schema if not exists marts")
    for table in _KNOWN:
        connection.execute(f"create or replace view marts.{table} as from night.marts.{table}")
    make(connection, with_views(list(questions.values())))
    return {name: node.sql for name, node in questions.items()}


def _add_denials(
    denials: dict[str, datetime], connection: duckdb.DuckDBPyConnection, question: str, since: datetime
) -> None:
    """Add who said no later than since, however far ahead it is dated."""
    warehouse.begin_night(connection, _RUN, datetime.max, datetime.max)
    for customer, purpose, happened_at in connection.execute(question).fetchall():
        if happened_at > since:
            denied_at = happened_at if purpose == _WEIGHED else _NEVER_TAKEN_BACK
            denials[customer] = max(denied_at, denials.get(customer, denied_at))

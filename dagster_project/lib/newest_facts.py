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
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.compiled import read_compiled, with_views
from dagster_project.lib.transformation.micro_batch.overlay import make

_RUN = "newest facts"
_TABLES = {
    "consents/decisions": "stg_consents__decisions",
    "email/events": "stg_email__events",
    "privacy/requests": "stg_privacy__requests",
    "pos/orders": "stg_pos__orders",
    "pos/sales": "stg_pos__sales",
}
"""Canonical table -> the model that reads it."""
_DENIALS = """
    select customer_id_consents as record_id, visitor_id_consents as visitor_id, email, phone_normalized as phone,
        decided_at as happened_at
    from staging.stg_consents__decisions
    where status <> 'granted' and purpose in ('marketing_email', 'personalization')
    union all
    select customer_id_email, null, email, null, occurred_at from staging.stg_email__events
    where event_name = 'unsubscribe'
    union all
    select customer_id_privacy, null, email, phone_normalized, requested_at from staging.stg_privacy__requests
    where kind in ('erase', 'restrict')
"""
_PURCHASES = """
    select customer_id_pos as record_id, null as visitor_id, email, null as phone, ordered_at as happened_at
    from staging.stg_pos__orders where not is_cancelled and coalesce(total_amount, 0) >= 0
    union all
    select customer_id_pos, null, email, null, ordered_at
    from staging.stg_pos__sales where not is_cancelled and quantity > 0
"""
_WHOSE = """
    select customer_id, max(happened_at) from (
        select identities.customer_id, named.happened_at
        from ({named}) as named inner join night.marts.customer_identities as identities
            on (identities.record_kind in ('customer', 'user') and identities.source_record_id = named.record_id)
            or (identities.record_kind = 'visitor' and identities.source_record_id = named.visitor_id)
            or (identities.record_kind = 'email' and identities.source_record_id = named.email)
        union all
        select customers.customer_id, named.happened_at
        from ({named}) as named inner join night.marts.dim_customers as customers
            on customers.email = named.email or customers.phone = named.phone
    ) group by customer_id
"""


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
            connection.execute("insert into quality.ingested_files by name from night.quality.ingested_files")
            moving = find_moving(landing)
            arrival = Arrival(_RUN, now)
            loaded = sum(
                ingest_feed(connection, feed, landing, arrival, moving).files_loaded for feed in feeds
            )
            if not loaded:
                return NewestFacts()
            warehouse.begin_night(connection, _RUN, now, now)
            wanted = [node for node in read_compiled() if node.name in _TABLES.values()]
            make(connection, with_views(wanted))
            return NewestFacts(_ask(connection, _DENIALS), _ask(connection, _PURCHASES))


def _ask(connection: duckdb.DuckDBPyConnection, named: str) -> dict[str, datetime]:
    return dict(connection.execute(_WHOSE.format(named=named)).fetchall())

"""What exports and the config folder say that came after the published night: who said no since, and who bought.

Read by the code of the night itself, its ingestion and its staging SQL, into a scratch database that is thrown away:
what a contract or a word means is said once. The ledger of the snapshot tells which files are new. A no is looked for
in more files than those: in what came since a night judged everybody, which micro-batches do not do, and, where it is
dated after that, in what came shortly before. Who is suppressed is read as suppressions.csv stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dagster_project.lib.activation.mail.sending import read_as_of
from dagster_project.lib.activation.newest import Denials, NewestFacts
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.arrival.landing import find_moving
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival, forget_arrivals, take_over
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.privacy.suppressions import load_suppressions, write_suppressions
from dagster_project.lib.transformation.dbt_project.compiled import read_compiled, with_views
from dagster_project.lib.transformation.micro_batch.overlay import make

_RUN = "newest facts"
_SAYING_NO = ("consents/decisions", "email/events", "privacy/requests")
_BUYING = ("pos/orders", "pos/sales")
"""The canonical tables that say so."""
_AHEAD = timedelta(hours=16)
"""So far ahead of its arrival a no may be dated by a wrong time zone, and more: none is 15 hours from UTC."""
JUDGED_BY_NIGHTS = ("campaign_queue", "segments")
"""Tables of activation that micro-batches leave alone; the queue may be empty, where the list of segments is not."""
_JUDGED = " union all ".join(
    f"select run_id, computed_at from night.activation.{table}" for table in JUDGED_BY_NIGHTS
)
_NEVER_JUDGED = ("", datetime(1970, 1, 1))
"""Everything in landing is looked at then."""
_UNREAD = f"""
select file_path, reason from quality.ingested_files as found
where run_id = '{_RUN}' and status = 'quarantined' and canonical_table in (select unnest(?::varchar[]))
    and not exists (
        from night.quality.ingested_files as known
        where known.file_path = found.file_path and known.content_hash = found.content_hash
            and known.status = 'quarantined'
    )
order by file_path limit 1
"""
_DENIALS, _PURCHASES = "newest_denials", "newest_purchases"
_KNOWN = ("customer_identifiers", "customer_identities", "customer_consents")
"""What the night knows of whom rows are about."""


def read_newest_denials(snapshot: Path, landing: Path, config_dir: Path, now: datetime) -> Denials:
    """Who says no in files that no night has judged or is suppressed, and what to. now: the clock (UTC, naive).

    A person whom the snapshot does not know is left out: it has nothing to send of them. Who says no must be known
    before anybody is sent anything: KindredError for a contract that is not valid, a folder that cannot be read, a
    mistake in suppressions.csv, and a file of which nothing can be read and of which no night has told.
    """
    return _read(snapshot, landing, config_dir, now, _SAYING_NO).denials


def read_newest_facts(snapshot: Path, landing: Path, config_dir: Path, now: datetime) -> NewestFacts:
    """Who says no, and who bought in files that the snapshot has not seen; errors as of read_newest_denials."""
    return _read(snapshot, landing, config_dir, now, (*_SAYING_NO, *_BUYING))


def _read(
    snapshot: Path, landing: Path, config_dir: Path, now: datetime, tables: Collection[str]
) -> NewestFacts:
    _expect_folders(landing)
    feeds = [feed for feed in load_feeds(landing, config_dir) if feed.table in tables]
    suppressions = [line for line in load_suppressions(config_dir) if line.holds_at(now)]
    if not feeds and not suppressions:
        return NewestFacts()
    with TemporaryDirectory(prefix="kindred-") as folder:
        # compiled SQL names the catalog kindred, which a database has by its file's name
        connection = warehouse.connect(Path(folder) / "kindred.duckdb")
        with connection:
            create_tables(connection)
            write_suppressions(connection, suppressions)
            night = quote_literal(str(snapshot.resolve() / "kindred.duckdb"))
            connection.execute(f"attach {night} as night (read_only)")
            take_over(connection, "night")
            oldest = connection.execute(f"from ({_JUDGED}) order by computed_at limit 1").fetchone()
            run_id, judged_at = oldest or _NEVER_JUDGED
            arrival, moving = Arrival(_RUN, now), find_moving(landing)

            def load(since: datetime, *kept: str) -> int:
                forget_arrivals(connection, _SAYING_NO, since, [_RUN, *kept])
                return sum(
                    ingest_feed(connection, feed, landing, arrival, moving).files_loaded for feed in feeds
                )

            denials: dict[tuple[str, str], datetime] = {}
            purchases: dict[str, datetime] = {}
            is_any_new = load(judged_at, run_id)
            _expect_read(connection)
            if is_any_new or suppressions:
                questions = _prepare(connection, now)
                purchases = dict(connection.execute(questions[_PURCHASES]).fetchall())
                _add_denials(denials, connection, questions[_DENIALS], datetime.min)
            since = min(judged_at, read_as_of(snapshot))
            if load(since - _AHEAD):
                _add_denials(denials, connection, _prepare(connection, now)[_DENIALS], since)
            return NewestFacts(denials, purchases)


def _expect_folders(landing: Path) -> None:
    """KindredError where landing or a source's folder cannot be listed, which looks like an empty one from here on."""
    try:
        for source in landing.iterdir():
            if source.is_dir():
                next(source.iterdir(), None)
    except OSError as error:
        raise KindredError(
            f"{error.filename} cannot be read ({error.strerror}), and who said no since the night is not known",
            "make it readable, or put it back where it was",
        ) from None


def _expect_read(connection: duckdb.DuckDBPyConnection) -> None:
    """KindredError for a file in which nobody knows who says no, unless the snapshot tells of it already."""
    unread = connection.execute(_UNREAD, [list(_SAYING_NO)]).fetchone()
    if unread is not None:
        path, reason = unread
        raise KindredError(
            f"who says no in landing/{path} is not known, for it cannot be read ({reason})",
            "correct it or its contract, or take it away; once a night has reported it, it stops nothing",
        )


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
    denials: dict[tuple[str, str], datetime],
    connection: duckdb.DuckDBPyConnection,
    question: str,
    since: datetime,
) -> None:
    """Add who said no later than since, however far ahead it is dated."""
    warehouse.begin_night(connection, _RUN, datetime.max, datetime.max)
    for customer, purpose, happened_at in connection.execute(question).fetchall():
        if happened_at > since:
            key = customer, purpose
            denials[key] = max(happened_at, denials.get(key, happened_at))

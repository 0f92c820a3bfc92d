"""What each destination holds, as far as it has confirmed: a database of its own beside the warehouse.

Before a row is sent its digest is taken back, and it is written again once the destination has confirmed. Whatever ends
a delivery in between, a kill or a lost answer, leaves rows of unknown content, and those are sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.common.warehouse import attach_once_free, create

_TABLES = """
create table if not exists deliveries.holdings (
    destination varchar, collection varchar, key varchar, digest ubigint
);
create table if not exists deliveries.confirmations (
    destination varchar, collection varchar, key varchar, digest ubigint, is_removed boolean
);
create table if not exists deliveries.removals (
    destination varchar, collection varchar, key varchar, version bigint
);
create table if not exists deliveries.state (id uuid);
insert into deliveries.state select uuid() where not exists (from deliveries.state);
create table if not exists deliveries.versions (destination varchar, collection varchar, version bigint, tried bigint);
create table if not exists deliveries.rejections (
    destination varchar, collection varchar, key varchar, reason varchar, attempts integer,
    first_failed_at timestamp, failed_at timestamp
);
"""
LOG_COLUMNS = """
    destination varchar, table_name varchar, added bigint, changed bigint, removed bigint, failed bigint,
    status varchar, reason varchar, started_at timestamp, finished_at timestamp, run_id varchar
"""
"""Of the log, here and where it is published."""


_LONGEST_WAIT_SECONDS = 1_200
_MOMENTS_SECONDS = 30
"""Messages that are sent meanwhile have the file for moments, again and again."""


@contextmanager
def open_state(
    deliveries: Path, published: Path | None = None, *, is_copy: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the state attached as `deliveries` and, if asked for, a snapshot as the default database.

    deliveries: the state's file, made where there is none. published: the snapshot's kindred.duckdb, opened read-only.
    is_copy: attach a copy in memory, which may be changed without consequence. Another process that delivers is waited
    for, so that a night and the command may meet. KindredError where it takes too long, or where the file is no state.
    """
    deliveries.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with nullcontext() if is_copy else _alone(deliveries), duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set temp_directory = {quote_literal(deliveries.with_suffix('.tmp'))}")
        if is_copy:
            connection.execute("attach ':memory:' as deliveries")
            if deliveries.exists():
                _attach(connection, deliveries, "kept (read_only)")
                connection.execute("copy from database kept to deliveries")
                connection.execute("detach kept")
        else:
            create(deliveries)
            _attach(connection, deliveries, "deliveries")
            deliveries.chmod(0o600)
        make_tables(connection)
        if published is not None:
            connection.execute(f"attach {quote_literal(published)} as published (read_only)")
            connection.execute("use published")
        yield connection


@contextmanager
def _alone(deliveries: Path) -> Iterator[None]:
    lock = FileLock(deliveries.with_suffix(".lock"))
    try:
        lock.acquire(timeout=_LONGEST_WAIT_SECONDS)
    except Timeout:
        raise KindredError(
            f"another delivery has held {deliveries} for {_LONGEST_WAIT_SECONDS // 60} minutes",
            "wait until it has ended, or end it",
        ) from None
    try:
        yield
    finally:
        lock.release()


def forget_removed(deliveries: Path) -> None:
    """Forget which rows were removed at destinations, and which they refused: their keys name who was erased.

    What a destination gets back from a backup of its own is not removed again then.
    """
    with open_state(deliveries) as connection:
        connection.execute("delete from deliveries.removals")
        connection.execute("delete from deliveries.rejections")


@contextmanager
def open_table(deliveries: Path, table: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with one table of the state as `deliveries.<table>`, to be read; empty where there is none yet.

    Holdings are as many as all rows that were ever sent, so that nobody copies them for a look at the log. KindredError
    where a delivery is under way.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as deliveries")
        make_tables(connection)
        if deliveries.exists():
            _attach(connection, deliveries, "kept (read_only)")
            there = "select 1 from duckdb_tables() where database_name = 'kept' and table_name = ?"
            if connection.execute(there, [table]).fetchone():
                connection.execute(f"insert into deliveries.{table} from kept.{table}")
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, deliveries: Path, name: str) -> None:
    try:
        attach_once_free(connection, deliveries, name, seconds=_MOMENTS_SECONDS)
    except duckdb.Error as error:
        raise KindredError(
            f"{deliveries} cannot be opened ({str(error).splitlines()[0].rstrip('.')})",
            "wait until the delivery under way has ended, or restore the file",
        ) from error


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of the state in the attached database `deliveries`, where they are not there yet."""
    connection.execute(_TABLES)
    connection.execute(f"create table if not exists deliveries.delivery_log ({LOG_COLUMNS})")

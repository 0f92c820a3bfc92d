"""Opening the working database, and the tables that belong to no one stage: the night, its fingerprints, its lists.

Tables of a stage are made by that stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
from filelock import FileLock
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.layouts import bring_up_to_date, refuse_later
from dagster_project.lib.common.sql import quote_identifier, quote_literal

_OPERATIONS = """
create schema if not exists operations;
create table if not exists operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table if not exists operations.stage_fingerprints (
    stage varchar, fingerprint varchar, run_id varchar, finished_at timestamp
);
create table if not exists operations.computed_instants (as_of timestamp);
create table if not exists operations.recommendation_nights (
    shown_from timestamp, list_name varchar, strategy varchar, model_version varchar, run_id varchar
);
create table if not exists operations.tombstones (namespace varchar, digest varchar);
create table if not exists operations.erasures (
    erasure_id varchar, request_digest varchar, requested_at timestamp, recorded_at timestamp, erased_at timestamp,
    rows_erased bigint
);
create table if not exists operations.erased_rows (erased_at timestamp, rows bigint);
create table if not exists operations.privacy_receipts (
    receipt_id varchar, kind varchar, requested_at timestamp, completed_at timestamp, rows_erased bigint, run_id varchar
);
create table if not exists operations.customers_made_anew (customer_id varchar);
create table if not exists operations.sent_messages (
    message_id varchar, campaign varchar, step integer, template varchar, variant_id varchar, customer_id varchar,
    began_at timestamp, sent_at timestamp, status varchar
);
"""

_SESSION = "set TimeZone = 'UTC'"
STORAGE_VERSION = "v1.5.0"
"""Of DuckDB's file format. Its default can be read by releases before 1.0 too, and takes a fifth longer to write."""


def connect(database: Path) -> duckdb.DuckDBPyConnection:
    """Open the working database, making its folder (readable by its owner only) where there is none.

    The session's time zone is UTC, so that times without an offset mean the same on every machine. What an earlier
    release kept is brought up to date. KindredError where the database cannot be opened, or not by this release.
    """
    try:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create(database)
        connection = duckdb.connect(str(database))
    except OSError as error:
        raise KindredError(
            f"the folder {database.parent} cannot be written ({error.strerror})",
            "make it writable or name another in DATA_DIR",
        ) from error
    except duckdb.IOException as error:
        raise KindredError(
            f"the warehouse {database} cannot be opened ({_first_line(error)})",
            "end the program that holds it, or restore the file",
        ) from error
    try:
        database.chmod(0o600)
        connection.execute(_SESSION)
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set enable_progress_bar = false")
        with transaction(connection):
            bring_up_to_date(connection, database)
            connection.execute(_OPERATIONS)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working database as the last night left it, for questions; temporary tables can be made, nothing else.

    Raises KindredError where there is none, where a night is at work on it, and where a later release wrote it.
    """
    if not database.exists():
        raise KindredError(f"there is no warehouse {database}", "run `kindred nightly` first")
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.IOException as error:
        raise KindredError(
            f"the warehouse {database} cannot be opened ({_first_line(error)})",
            "wait until the night has ended, or end the program that holds it",
        ) from error
    with connection:
        connection.execute(_SESSION)
        connection.execute("set enable_progress_bar = false")
        refuse_later(connection, database)
        yield connection


def create(database: Path) -> None:
    """Make an empty database where there is none, whole or not at all: a file that was only begun is no database."""
    if database.exists():
        return
    coming = database.with_name(f"{database.name}.coming")
    with FileLock(database.with_name(f"{database.name}.coming.lock")):
        if database.exists():
            # another process made it meanwhile
            return
        for leftover in (coming, coming.with_name(f"{coming.name}.wal")):
            leftover.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            connection.execute(
                f"attach {quote_literal(str(coming))} as coming (storage_version '{STORAGE_VERSION}')"
            )
            connection.execute("detach coming")
        coming.rename(database)


@contextmanager
def connect_again(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A second connection to the same database for another thread, with temporary tables of its own."""
    with connection.cursor() as another:
        another.execute(_SESSION)
        yield another


@contextmanager
def one_thread_each(connection: duckdb.DuckDBPyConnection) -> Iterator[int]:
    """Let every statement on the database run in the thread that gives it; yields how many of those pay.

    DuckDB's own threads would compete with them: two inserts at once take almost twice as long then.
    """
    (threads,) = connection.execute("select current_setting('threads')").fetchone() or (1,)
    connection.execute("set threads = 1")
    try:
        yield threads
    finally:
        connection.execute(f"set threads = {threads}")


def attach_once_free(
    connection: duckdb.DuckDBPyConnection, database: Path, name: str, *, seconds: float
) -> None:
    """Attach a database, waiting so long for a process that has it open.

    name: what it is called, options after it. duckdb.Error where it cannot be opened, or is not free by then.
    """
    Retrying(
        retry=retry_if_exception(_is_held_by_another),
        stop=stop_after_delay(seconds),
        wait=wait_random(0.02, 0.2),
        reraise=True,
    )(connection.execute, f"attach {quote_literal(str(database))} as {name}")


def _is_held_by_another(error: BaseException) -> bool:
    return isinstance(error, duckdb.IOException) and "Conflicting lock" in str(error)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: what happens inside is committed at the end or rolled back on any exception."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def begin_night(
    connection: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime, started_at: datetime
) -> None:
    """Write the one row of operations.current_night. Times are UTC without zone."""
    with transaction(connection):
        connection.execute("delete from operations.current_night")
        connection.execute(
            "insert into operations.current_night values (?, ?, ?)", [run_id, as_of, started_at]
        )


def read_as_of(connection: duckdb.DuckDBPyConnection) -> datetime:
    """The instant the night is run for (UTC without zone). LookupError where no night has begun."""
    row = connection.execute("select as_of from operations.current_night").fetchone()
    if row is None:
        raise LookupError("operations.current_night is empty: no night is under way")
    return row[0]


def note_computed_instant(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember that the models were built for the night's instant, however often they were."""
    connection.execute(
        "insert into operations.computed_instants"
        " select as_of from operations.current_night except from operations.computed_instants"
    )


def list_computed_instants(connection: duckdb.DuckDBPyConnection) -> list[datetime]:
    """Every instant that the models were ever built for, oldest first."""
    rows = connection.execute("select as_of from operations.computed_instants order by 1").fetchall()
    return [as_of for (as_of,) in rows]


def list_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """`schema.table` of every table of the database, without views and temporary tables."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return {name for (name,) in rows}


def count_tables(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, int]:
    """Rows of each `schema.table` that is a table; views are left out, since counting one runs its query."""
    there = list_tables(connection)
    counts = " union all ".join(
        f"select {quote_literal(name)}, count(*) from {'.'.join(map(quote_identifier, name.split('.')))}"
        for name in names
        if name in there
    )
    return dict(connection.execute(counts).fetchall()) if counts else {}

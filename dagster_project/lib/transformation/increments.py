"""What a build of the models has to take in: everything, or what came and went since the last build that ended well.

Belongs here: the decision between the two, and the tables `operations.*` by which the models know what to read. How a
model takes it in is its own SQL. What the last build contained is taken away before the next one starts and written
after it ended, so a build that was killed or failed half-way is followed by one that makes everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.common.progress import count_of
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import note_computed_instant, read_as_of, transaction
from dagster_project.lib.transformation.history import identity_measures, registered_ids, segment_history
from dagster_project.lib.transformation.sql_functions import match_training

_TABLES = """
create table if not exists operations.current_build (
    build_number integer, previous_as_of timestamp, is_look_back boolean, code varchar
);
create table if not exists operations.changed_files (file_id integer, is_added boolean);
create table if not exists operations.finished_build (
    build_number integer, as_of timestamp, code varchar, raw_rows bigint
);
create table if not exists operations.finished_build_files (file_id integer, rows_loaded bigint);
"""
_LOADED = """(
    select coalesce(part_of, file_id) as file_id, sum(rows_loaded)::bigint as rows_loaded
    from quality.ingested_files where status = 'loaded' group by 1
)"""
"""A file that brings corrected rows of another one changes that one."""


@dataclass(frozen=True)
class Increment:
    """What one build has to do."""

    build_number: int
    is_full: bool
    why: str
    """For the one who watches: why everything is made anew, or what came and went; nothing for a later part."""
    code: str


def begin_build(connection: duckdb.DuckDBPyConnection, code: str) -> Increment:
    """Settle what the coming build takes in and tell the models by the tables in `operations`.

    connection: the warehouse, after ingestion and after the night's instant was settled. code: names everything but
    raw rows and the instant that decides what models contain. Call finish_build once the build ended well.
    """
    connection.execute(_TABLES)
    connection.execute(registered_ids.TABLES)
    connection.execute(match_training.TABLES)
    connection.execute(identity_measures.TABLES)
    connection.execute(segment_history.TABLES)
    code, finished = _with_engine(code), _finished(connection)
    with transaction(connection):
        number, previous = _next_number(connection), finished[1] if finished else None
        for table in ("current_build", "changed_files"):
            connection.execute(f"delete from operations.{table}")
        connection.execute(
            "insert into operations.current_build values (?, ?, ?, ?)",
            [number, previous, registered_ids.is_look_back(connection), code],
        )
        connection.execute(f"""
            insert into operations.changed_files
            select coalesce(now.file_id, before.file_id), now.file_id is not null
            from {_LOADED} as now full outer join operations.finished_build_files as before
                on now.file_id = before.file_id and now.rows_loaded = before.rows_loaded
            where now.file_id is null or before.file_id is null
        """)
        reason = _why_full(connection, finished, code)
        if reason:
            connection.execute("delete from operations.changed_files")
            connection.execute("update operations.current_build set previous_as_of = null")
        forget_finished_build(connection)
    why = f"all made anew: {reason}" if reason else _describe_changes(connection)
    return Increment(number, bool(reason), why, code)


def _with_engine(code: str) -> str:
    return hash_text(code, duckdb.__version__)


def _finished(connection: duckdb.DuckDBPyConnection) -> tuple[int, datetime, str, int] | None:
    return connection.execute(
        "select build_number, as_of, code, raw_rows from operations.finished_build"
    ).fetchone()


def current_increment(connection: duckdb.DuckDBPyConnection) -> Increment:
    """The build that begin_build settled last, for whoever builds a later part of it. LookupError where none began."""
    row = connection.execute(
        "select build_number, previous_as_of, code from operations.current_build"
    ).fetchone()
    if row is None:
        raise LookupError("operations.current_build is empty: no build has begun")
    number, previous_as_of, code = row
    return Increment(number, previous_as_of is None, "", code)


def _next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Never given before, also after a build that did not end: the log of identity keeps the numbers."""
    (number,) = connection.execute(
        "select coalesce(max(build_number), 0) + 1 from operations.current_build"
    ).fetchone() or (1,)
    return number


def _why_full(
    connection: duckdb.DuckDBPyConnection, finished: tuple[int, datetime, str, int] | None, code: str
) -> str:
    """The first reason against taking in changes only, or nothing."""
    if finished is None:
        return "no earlier build ended well"
    _, as_of, earlier_code, raw_rows = finished
    if code != earlier_code:
        return "the models, the code or the configuration changed"
    if read_as_of(connection) < as_of:
        return "the night looks further back than the one before"
    (difference,) = connection.execute(f"""
        select coalesce((select sum(rows_loaded) from {_LOADED}), 0)
            - coalesce((select sum(rows_loaded) from operations.finished_build_files), 0)
    """).fetchone() or (0,)
    if _count_raw(connection) != raw_rows + difference:
        return "rows left or entered raw tables otherwise than with a file"
    return ""


def _count_raw(connection: duckdb.DuckDBPyConnection) -> int:
    """Rows of all raw tables together."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw' and database_name = current_database()"
    ).fetchall()
    counts = [f"(select count(*) from raw.{quote_identifier(name)})" for (name,) in tables]
    (rows,) = connection.execute(f"select {' + '.join(counts) or '0'}").fetchone() or (0,)
    return rows


def _describe_changes(connection: duckdb.DuckDBPyConnection) -> str:
    added, removed = connection.execute(
        "select count(*) filter (is_added), count(*) filter (not is_added) from operations.changed_files"
    ).fetchone() or (0, 0)
    return f"taken in: {count_of(added, 'new file')}, {removed:,} removed"


def why_not_in_part(connection: duckdb.DuckDBPyConnection, code: str) -> str:
    """Why what came cannot be taken in by itself, so that a night has to; nothing where it can. Changes nothing."""
    connection.execute(_TABLES)
    finished = _finished(connection)
    (removed,) = connection.execute(f"""
        select count(*) from operations.finished_build_files as before
        where not exists (
            select 1 from {_LOADED} as now
            where now.file_id = before.file_id and now.rows_loaded = before.rows_loaded
        )
    """).fetchone() or (0,)
    return _why_full(connection, finished, _with_engine(code)) or ("a file was replaced" if removed else "")


def finish_build(
    connection: duckdb.DuckDBPyConnection, increment: Increment, *, is_in_part: bool = False
) -> None:
    """Note what models contain now and what customers are called. Call when all is built and every test passed.

    is_in_part: who is who was not worked out, so nothing is noted of it.
    """
    with transaction(connection):
        forget_finished_build(connection)
        connection.execute(
            "insert into operations.finished_build values (?, ?, ?, ?)",
            [increment.build_number, read_as_of(connection), increment.code, _count_raw(connection)],
        )
        connection.execute(f"insert into operations.finished_build_files from {_LOADED}")
        note_computed_instant(connection)
        if is_in_part:
            return
        (looks_back,) = connection.execute(
            "select coalesce(bool_or(is_look_back), false) from operations.current_build"
        ).fetchone() or (False,)
        registered_ids.advance(connection, increment.build_number, looks_back=looks_back)
        match_training.keep(connection)
        identity_measures.keep(connection, looks_back=looks_back)
        segment_history.keep(connection, looks_back=looks_back)


def forget_finished_build(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the next build a full one: for whoever changes raw rows or models otherwise than by a night."""
    connection.execute(_TABLES)
    for table in ("finished_build", "finished_build_files"):
        connection.execute(f"delete from operations.{table}")

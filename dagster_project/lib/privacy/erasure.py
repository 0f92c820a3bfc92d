"""Erasing persons from the warehouse and from landing, as far as a night can before its models are built.

Belongs here: the order of the steps. What names a person is found by persons.py, rows are taken out by ingestion.
Models are all made anew afterwards, so that only tables that no night makes anew are looked through here. Snapshots and
what the database's file still holds of deleted rows are receipts.py's, at the end of the night.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.warehouse import list_tables, transaction
from dagster_project.lib.ingestion.bookkeeping.erasing import NOTHING, Erased, erase_rows
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.personalization.records.artefacts import remove_other_artefacts
from dagster_project.lib.privacy.open_requests import list_asked, may_be_asked
from dagster_project.lib.privacy.persons import find_persons
from dagster_project.lib.privacy.receipts import note_erased_rows
from dagster_project.lib.privacy.tombstones import digest_of
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses
from dagster_project.lib.transformation.increments import forget_finished_build

_BY_CUSTOMER = {
    "operations.registered_records": ("customer_id",),
    "operations.identity_changes": ("customer_id", "previous_customer_id"),
    "operations.segment_history": ("customer_id",),
    "operations.sent_messages": ("customer_id",),
    "operations.customers_made_anew": ("customer_id",),
    "operations.experiment_assignments": ("unit_id",),
}
"""Tables that no night makes anew, and by which columns their rows are somebody's."""
_BY_IDENTIFIER = {
    "operations.experiment_assignments": "unit_id",
    "operations.identity_shared_values": "identifier_value",
}
_TRAINED_ON_NAMES = ("operations.match_models", "operations.match_name_rarities")
"""A rare name is a person's; both are trained again where there are none."""
_BUILT_FILES = "operations.finished_build_files"
_BURIED = "select count(*) from operations.tombstones"
_BEGUN = "select count(*) from operations.erasures where erased_at is null"
_LEAST_LETTERS = 6
"""Of what a row in quarantine is known by, whose columns nobody could tell."""
_TEXTS = f"select distinct match_key from person_identifiers where length(match_key) >= {_LEAST_LETTERS}"
_NAMED = f"""
select distinct r.file_path, r.content_hash, r.row_number from quality.rejected_rows as r
where exists (select 1 from ({_TEXTS}) as p where contains(lower(r.raw_row), lower(p.match_key)))
union
select file_path, content_hash, row_number from (
    select file_path, content_hash, row_number,
        unnest(regexp_extract_all(lower(raw_row), '[^\\s"''<>,;|=()]+@[^\\s"''<>,;|=()]+')) as email
    from quality.rejected_rows
) where {digest_of("'email'", "email")} in (select digest from operations.tombstones where namespace = 'email')
"""


@dataclass(frozen=True)
class Erasure:
    """What one night erased. requests: how many asked for it; none where exports came again that had been erased.

    unclear: requests that name nothing but a telephone of several customers, and stay open.
    """

    requests: int
    unclear: int
    erased: Erased


def erase(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    landing: Path,
    feeds: Collection[Feed],
    now: datetime,
    *,
    are_carried_out: bool = True,
) -> Erasure:
    """Erase who asked for it, and who was erased before and came again.

    connection: the warehouse, after ingestion and after the night's instant was settled. folder: where it lies. now:
    the clock, UTC. are_carried_out: requests; else they wait. Run again after a kill, it goes on: whom a tombstone
    names is erased, whether or not the request is there any more.
    """
    if not may_be_asked(connection, "erase") and not _count(connection, _BURIED):
        return Erasure(0, 0, NOTHING)
    questions = read_analyses()
    asked = list_asked(connection, folder, questions)
    if not are_carried_out:
        asked = 0
        connection.execute("delete from asked")
    begun = _count(connection, _BEGUN)
    if not (asked or begun or _count(connection, _BURIED)):
        return Erasure(0, 0, NOTHING)
    # what models have read holds nobody who was erased before, and is large
    is_only_new = not (asked or begun) and _BUILT_FILES in list_tables(connection)
    where = f"where file_id not in (select file_id from {_BUILT_FILES})" if is_only_new else ""
    connection.execute(
        f"create or replace temp table raw_identifiers as from ({questions['raw_identifiers']}) {where}"
    )
    connection.execute(
        "create or replace temp table person_identifiers (namespace varchar, match_key varchar)"
    )
    unclear = find_persons(connection) if asked else 0
    if asked > unclear:
        _bury(connection, now)
    connection.execute(_ROWS)
    connection.execute(f"create or replace temp table rejections_to_erase as {_NAMED}")
    texts = connection.execute(_TEXTS).fetchall()
    erased = erase_rows(connection, landing, feeds, [text for (text,) in texts])
    note_erased_rows(connection, erased.rows + erased.orders, now)
    begun = _count(connection, _BEGUN)
    if begun or erased.is_any_built:
        _forget(connection, folder, now, erased)
    return Erasure(begun, unclear, erased)


_ROWS = f"""
create or replace temp table rows_to_erase as
select distinct 'raw.' || table_name as table_name, file_id, row_number from raw_identifiers
semi join (
    select namespace, match_key from (select distinct namespace, match_key from raw_identifiers)
    where (namespace, {digest_of("namespace", "match_key")}) in (
        select (namespace, digest) from operations.tombstones
    )
) using (namespace, match_key)
"""


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return number


def _bury(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Write tombstones for whom requests mean, and take them out of tables that no night makes anew."""
    requests = connection.execute(
        "select request_digest, min(requested_at) from asked group by 1 order by 2, 1"
    ).fetchall()
    there = list_tables(connection)
    with transaction(connection):
        connection.executemany(
            "insert into operations.erasures (erasure_id, request_digest, requested_at, recorded_at)"
            " values (?, ?, ?, ?)",
            [(str(uuid4()), digest, at, now) for digest, at in requests],
        )
        connection.execute(f"""
            insert into operations.tombstones
            select namespace, digest from (
                select distinct namespace, {digest_of("namespace", "match_key")} as digest from person_identifiers
            ) anti join operations.tombstones using (namespace, digest)
        """)
        for table, columns in _BY_CUSTOMER.items():
            for column in columns if table in there else ():
                connection.execute(f"delete from {table} where {column} in (select customer_id from persons)")
        for table, column in _BY_IDENTIFIER.items():
            if table in there:
                connection.execute(
                    f"delete from {table} where {column} in (select match_key from person_identifiers)"
                )
        for table in there.intersection(_TRAINED_ON_NAMES):
            connection.execute(f"delete from {table}")


def _forget(connection: duckdb.DuckDBPyConnection, folder: Path, now: datetime, erased: Erased) -> None:
    """Let the night make every model anew, and no model of an earlier night be served."""
    remove_other_artefacts(folder / "models", ())
    with transaction(connection):
        forget_finished_build(connection)
        fingerprints.forget_all(connection)
        # a file that changed under our hands is read, and cut, by the next night
        if not erased.left:
            connection.execute(
                "update operations.erasures set erased_at = ?, rows_erased = ? where erased_at is null",
                [now, erased.rows + erased.orders],
            )

"""The tables that ingestion owns: one raw table for every canonical table, the ledger and the quarantine.

Raw tables hold what arrived, typed; no keys and no indexes, since DuckDB replays DDL on indexed tables badly.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import raw_table

LINEAGE = {"_feed": "varchar", "_file_id": "integer", "_row_number": "integer", "_extra": "json"}
"""Where a row came from, and what its file gave beyond the canonical columns."""

_QUALITY = """
create table if not exists quality.ingested_files (
    file_id integer, file_path varchar, source varchar, source_table varchar, canonical_table varchar,
    content_hash varchar, contract_hash varchar, status varchar, reason varchar,
    rows_in bigint, rows_loaded bigint, rows_rejected bigint, ingested_at timestamp, run_id varchar,
    columns varchar[], part_of integer, size bigint, changed_ns bigint, rows_before bigint,
    rows_late bigint, first_late_at timestamp, first_missed_at timestamp
);
create table if not exists quality.schema_changes (
    source varchar, source_table varchar, column_name varchar, change varchar, file_path varchar,
    found_at timestamp, run_id varchar
);
create table if not exists quality.rejected_rows (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_row varchar, run_id varchar, replayed_by varchar
);
create table if not exists quality.nulled_values (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_value varchar, run_id varchar
);
"""


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every table that is not there yet, so that a source nobody uses is an empty table."""
    # a commit for each would wait for the disk thirty times
    with transaction(connection):
        connection.execute("create schema if not exists raw")
        connection.execute("create schema if not exists quality")
        connection.execute(_QUALITY)
        for canonical, contract in canonical_contracts().items():
            columns = {column.name: column.type for column in contract.columns} | LINEAGE
            definitions = ", ".join(f"{quote_identifier(name)} {kind}" for name, kind in columns.items())
            connection.execute(f"create table if not exists {raw_table(canonical)} ({definitions})")
        counts = " union all ".join(
            f"select _feed as feed, {quote_literal(canonical)} as canonical_table, count(*) as row_count"
            f" from {raw_table(canonical)} group by _feed"
            for canonical in canonical_contracts()
        )
        connection.execute("create schema if not exists operations")
        # a view, since erasures come after loading
        connection.execute(f"create or replace view operations.raw_rows as {counts}")

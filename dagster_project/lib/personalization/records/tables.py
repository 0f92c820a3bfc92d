"""The two tables of all models: quality.model_versions and quality.model_evaluations. They keep every night's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLES = """
create schema if not exists quality;
create table if not exists quality.model_evaluations (
    model varchar, model_version varchar, metric varchar, value double, ci_low double, ci_high double,
    split varchar, evaluated_at timestamp, run_id varchar, customers integer
);
create table if not exists quality.model_versions (
    model varchar, model_version varchar, status varchar, trained_at timestamp, data_hash varchar,
    parameters json, run_id varchar, reason varchar, withdrawn_at timestamp
);
"""


def create_record_tables(connection: DuckDBPyConnection) -> None:
    """Create both tables where they are missing; they keep every night's rows."""
    connection.execute(_TABLES)

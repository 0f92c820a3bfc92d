"""Keep what validation found in `quality.validation_results`, and say whether it blocks.

Belongs here: that table's definition and its rows. Does not belong here: judging tables (engine.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.validation.engine import TableValidation

DEFINITION = """
create schema if not exists quality;
create table if not exists quality.validation_results (
    table_name varchar,
    expectation varchar,
    column_name varchar,
    is_success boolean,
    severity varchar,
    observed_value varchar,
    checked_at timestamp,
    run_id varchar,
    description varchar
)
"""
INSERT = """
insert into quality.validation_results (
    table_name, expectation, column_name, is_success, severity, observed_value,
    checked_at, run_id, description
) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def create_results_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `quality.validation_results` where it is missing: a night without a check publishes it too."""
    connection.execute(DEFINITION)


def write_results(connection: duckdb.DuckDBPyConnection, validations: Sequence[TableValidation]) -> int:
    """Store the outcomes of `validations` and return how many rows that made.

    A table checked again in the same run replaces its rows; what other runs found stays. One transaction:
    none may be open on `connection`.
    """
    create_results_table(connection)
    rows = [
        (
            validation.table_name,
            outcome.expectation,
            outcome.column_name,
            outcome.is_success,
            outcome.severity,
            outcome.observed_value,
            validation.checked_at,
            validation.run_id,
            outcome.description,
        )
        for validation in validations
        for outcome in validation.outcomes
    ]
    with transaction(connection):
        for validation in validations:
            connection.execute(
                "delete from quality.validation_results where run_id = ? and table_name = ?",
                [validation.run_id, validation.table_name],
            )
        if rows:
            connection.executemany(INSERT, rows)
    return len(rows)


def is_blocked(validations: Sequence[TableValidation]) -> bool:
    """Whether any table has a failed expectation of severity 'error': then nothing is published."""
    return any(not validation.is_passed for validation in validations)

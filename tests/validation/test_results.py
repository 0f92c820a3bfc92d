"""`quality.validation_results` holds each run's outcomes once, and earlier nights stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.lib.validation.engine import TableValidation
from dagster_project.lib.validation.results import create_results_table, is_blocked, write_results
from expectations.validate import Outcome

COLUMNS = [
    "table_name", "expectation", "column_name", "is_success", "severity", "observed_value", "checked_at", "run_id",
]  # fmt: skip
AT = datetime(2025, 6, 15)


def outcome(table: str = "raw.pos_sales", *, is_success: bool = True, severity: str = "error") -> Outcome:
    """One outcome of a table."""
    return Outcome(table, "expect", "quantity", is_success, severity, "0 of 9 rows", "sane")


def validation(*outcomes: Outcome, run_id: str = "run_1", table: str = "raw.pos_sales") -> TableValidation:
    """One table's verdict."""
    return TableValidation(table, run_id, AT, outcomes)


def stored(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Rows of the results table, in a stable order."""
    return connection.execute("from quality.validation_results order by all").fetchall()


@pytest.fixture
def connection():
    """An empty warehouse in memory."""
    with duckdb.connect() as connection:
        yield connection


def test_the_table_has_the_published_columns(connection) -> None:
    create_results_table(connection)
    described = connection.execute("describe quality.validation_results").fetchall()
    assert [row[0] for row in described][: len(COLUMNS)] == COLUMNS
    assert dict(row[:2] for row in described)["is_success"] == "BOOLEAN"


def test_a_rerun_replaces_a_tables_rows_and_leaves_other_tables_and_nights(connection) -> None:
    write_results(connection, [validation(outcome(), run_id="run_0")])
    write_results(connection, [validation(outcome(), outcome()), validation(outcome("raw.a"), table="raw.a")])
    write_results(connection, [validation(outcome(is_success=False))])
    rows = connection.execute(
        "select run_id, table_name, is_success from quality.validation_results order by all"
    ).fetchall()
    assert rows == [
        ("run_0", "raw.pos_sales", True),
        ("run_1", "raw.a", True),
        ("run_1", "raw.pos_sales", False),
    ]


def test_a_write_that_fails_changes_nothing(connection) -> None:
    write_results(connection, [validation(outcome())])
    before = stored(connection)
    broken = TableValidation("raw.pos_sales", "run_1", "no time", (outcome(),))  # type: ignore[arg-type]
    with pytest.raises(duckdb.Error):
        write_results(connection, [broken])
    assert stored(connection) == before


outcomes = st.builds(
    lambda ok, severity: outcome(is_success=ok, severity=severity),
    st.booleans(),
    st.sampled_from(["error", "warn"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(outcomes, max_size=4), max_size=3))
def test_writing_twice_is_writing_once(connection, tables: Sequence[Sequence[Outcome]]) -> None:
    connection.execute("drop table if exists quality.validation_results")
    validations = [validation(*found, table=f"raw.t{i}") for i, found in enumerate(tables)]
    assert write_results(connection, validations) == sum(map(len, tables))
    once = stored(connection)
    write_results(connection, validations)
    assert stored(connection) == once


@settings(deadline=None)
@given(st.lists(outcomes, max_size=6))
def test_exactly_a_failed_error_blocks(found: Sequence[Outcome]) -> None:
    blocks = any(not o.is_success and o.severity == "error" for o in found)
    assert is_blocked([validation(*found)]) is blocks

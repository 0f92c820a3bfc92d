"""Great Expectations reaches the open connection, and only while it is lent."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from dagster_project.lib.validation.dialect import lend


def test_rows_can_be_fetched_after_their_connection_is_closed(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Great Expectations 1.24 closes first and fetches later: with duckdb-engine's own dialect nothing is left."""
    with lend(warehouse, ["raw"]) as urls:
        engine = sqlalchemy.create_engine(urls["raw"])
        with engine.connect() as connection:
            result = connection.execute(sqlalchemy.text("select count(*), 'x' from crm_customers"))
        assert result.fetchall() == [(20, "x")]


def test_tables_need_no_prefix_and_columns_are_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    with lend(warehouse, ["raw", "marts"]) as urls:
        columns = sqlalchemy.inspect(sqlalchemy.create_engine(urls["marts"])).get_columns("dim_customers")
        assert [column["name"] for column in columns] == ["customer_id", "is_known"]


def test_the_lender_keeps_its_own_schema(warehouse: duckdb.DuckDBPyConnection) -> None:
    with lend(warehouse, ["raw"]) as urls, sqlalchemy.create_engine(urls["raw"]).connect() as connection:
        connection.execute(sqlalchemy.text("select 1"))
        assert warehouse.execute("select current_schema()").fetchone() == ("main",)


def test_a_url_is_worth_nothing_once_the_block_has_ended(warehouse: duckdb.DuckDBPyConnection) -> None:
    with lend(warehouse, ["raw"]) as urls:
        pass
    with pytest.raises(KeyError):
        sqlalchemy.create_engine(urls["raw"]).connect()


def test_nothing_is_held_once_the_block_has_ended(warehouse: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A file held open with one configuration cannot be opened with another: publication opens it read-only."""
    with lend(warehouse, ["raw"]) as urls:
        engine = sqlalchemy.create_engine(urls["raw"])
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("select * from crm_customers"))
    warehouse.execute("checkpoint")
    warehouse.close()
    duckdb.connect(str(path), read_only=True).close()


def test_a_schema_that_is_absent_is_an_error_and_leaves_nothing_lent(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    from dagster_project.lib.validation import dialect

    with pytest.raises(duckdb.Error), lend(warehouse, ["raw", "nowhere"]):
        pass
    assert dialect._lent == {}

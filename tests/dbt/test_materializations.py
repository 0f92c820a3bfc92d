"""A model becomes a table or a view whatever stood in its place, and one that fails leaves what stood there."""

from __future__ import annotations

import duckdb
import pytest

TABLE, VIEW = "int_tracking_plan_summed", "stg_context__exchange_rates"


@pytest.fixture
def warehouse(project, create_sources):
    """An empty warehouse with its sources; what is asked of it before and after a run is done by `at`."""
    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        create_sources(connection, {}, "2024-02-01 00:00:00")
        connection.execute("create schema if not exists staging")
        connection.execute("create schema if not exists intermediate")

    def at(statement: str) -> list[tuple]:
        project.release()
        with duckdb.connect(str(project.warehouse)) as connection:
            return connection.execute(statement).fetchall()

    yield at
    project.release()


KINDS = "select table_name, table_type from information_schema.tables where table_name = '{}'"


def test_a_table_stands_where_a_view_was_and_a_view_where_a_table_was(project, warehouse):
    warehouse(f"create view intermediate.{TABLE} as select 1 as x")
    warehouse(f"create view intermediate.{TABLE}__dbt_tmp as select 1 as x")
    warehouse(f"create table staging.{VIEW} as select 1 as x")
    assert project.invoke("run", "--select", f"+{TABLE}", f"+{VIEW}") == []
    assert warehouse(KINDS.format(TABLE)) == [(TABLE, "BASE TABLE")]
    assert warehouse(KINDS.format(VIEW)) == [(VIEW, "VIEW")]
    assert warehouse(KINDS.format(f"{TABLE}__dbt_tmp")) == []


def test_a_model_that_fails_leaves_what_stood_there(project, warehouse):
    """What stood there under another kind was dropped first, by itself, and nothing was left for those who read it."""
    assert project.invoke("run", "--select", f"+{TABLE}") == []
    warehouse(f"drop table intermediate.{TABLE}")
    warehouse(f"create view intermediate.{TABLE} as select 7 as x")
    warehouse("drop schema staging cascade")
    assert project.invoke("run", "--select", TABLE)
    assert warehouse(f"from intermediate.{TABLE}") == [(7,)]

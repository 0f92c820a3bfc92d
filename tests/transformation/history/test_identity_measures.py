"""Measures of who is who outlive a night, once each, and a look back leaves them as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.history import identity_measures

COLUMNS = "metric varchar, feed varchar, record_kind varchar, value double, as_of timestamp, run_id varchar"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        create_tables(connection)
        connection.execute(identity_measures.TABLES)
        yield connection


def _measure(connection: duckdb.DuckDBPyConnection, day: int, rate: float, looks_back: bool = False) -> None:
    night = datetime(2026, 1, day)
    warehouse.begin_night(connection, f"run {rate}", night, night)
    connection.execute(f"create or replace table quality.identity_measures ({COLUMNS})")
    connection.execute("insert into quality.identity_measures from operations.identity_measures")
    connection.execute(
        "insert into quality.identity_measures values ('match_rate', null, null, ?, ?, ?)",
        [rate, night, f"run {rate}"],
    )
    identity_measures.keep(connection, looks_back=looks_back)


def _kept(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    return connection.execute(
        "select day(as_of), value from operations.identity_measures order by 1"
    ).fetchall()


def test_each_night_adds_its_measures(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, 1, 0.5)
    _measure(connection, 2, 0.25)
    assert _kept(connection) == [(1, 0.5), (2, 0.25)]


def test_a_look_back_adds_none(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, 2, 0.5)
    _measure(connection, 1, 0.25, looks_back=True)
    assert _kept(connection) == [(2, 0.5)]


def test_a_build_without_measures_leaves_what_there_is(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, 1, 0.5)
    connection.execute("drop table quality.identity_measures")
    identity_measures.keep(connection, looks_back=False)
    assert _kept(connection) == [(1, 0.5)]


def test_a_night_run_again_replaces_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, 1, 0.5)
    warehouse.begin_night(connection, "again", datetime(2026, 1, 1), datetime(2026, 1, 1))
    connection.execute("update quality.identity_measures set value = 0.75")
    identity_measures.keep(connection, looks_back=False)
    assert _kept(connection) == [(1, 0.75)]

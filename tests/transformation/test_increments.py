"""What a build takes in, and when it has to make everything anew; told by the tables that the models read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.increments import Increment, begin_build, finish_build

AS_OF = datetime(2026, 5, 1)


@pytest.fixture
def connection(tmp_path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one file of two rows, of which a build ended well."""
    opened = warehouse.connect(tmp_path / "kindred.duckdb")
    create_tables(opened)
    warehouse.begin_night(opened, "run", AS_OF, AS_OF)
    load(opened, 1, 2)
    finish_build(opened, begin_build(opened, "code"))
    yield opened
    opened.close()


def load(connection: duckdb.DuckDBPyConnection, file_id: int, rows: int) -> None:
    """As ingestion leaves a file."""
    connection.execute(
        "insert into quality.ingested_files (file_id, status, rows_loaded) values (?, 'loaded', ?)",
        [file_id, rows],
    )
    connection.execute(
        "insert into raw.clickstream_events (event_id, _file_id) select 'e' || range, ? from range(?)",
        [file_id, rows],
    )


def remove(connection: duckdb.DuckDBPyConnection, file_id: int) -> None:
    """As ingestion leaves a file that another has replaced."""
    connection.execute("update quality.ingested_files set status = 'replaced' where file_id = ?", [file_id])
    connection.execute("delete from raw.clickstream_events where _file_id = ?", [file_id])


def changed_files(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, bool]]:
    return connection.execute("from operations.changed_files order by all").fetchall()


def test_the_first_build_makes_everything(tmp_path):
    with warehouse.connect(tmp_path / "kindred.duckdb") as opened:
        create_tables(opened)
        warehouse.begin_night(opened, "run", AS_OF, AS_OF)
        increment = begin_build(opened, "code")
    assert increment.is_full
    assert increment.why == "all made anew: no earlier build ended well"


def test_files_that_came_and_went_are_taken_in(connection):
    load(connection, 2, 3)
    load(connection, 3, 1)
    remove(connection, 1)
    increment = begin_build(connection, "code")
    assert not increment.is_full
    assert increment.build_number == 2
    assert changed_files(connection) == [(1, False), (2, True), (3, True)]
    assert connection.execute(
        "select build_number, previous_as_of, is_look_back from operations.current_build"
    ).fetchall() == [(2, AS_OF, False)]


def test_a_file_that_came_and_went_between_two_builds_is_not_taken_in(connection):
    load(connection, 2, 3)
    remove(connection, 2)
    assert not begin_build(connection, "code").is_full
    assert changed_files(connection) == []


def test_after_a_build_that_did_not_end_everything_is_made_anew(connection):
    begin_build(connection, "code")
    assert begin_build(connection, "code").is_full


def _see_less(connection: duckdb.DuckDBPyConnection) -> Increment:
    warehouse.begin_night(connection, "run", AS_OF - timedelta(seconds=1), AS_OF)
    return begin_build(connection, "code")


def _change_the_code(connection: duckdb.DuckDBPyConnection) -> Increment:
    return begin_build(connection, "other code")


def _erase_a_row(connection: duckdb.DuckDBPyConnection) -> Increment:
    connection.execute("delete from raw.clickstream_events where event_id = 'e0'")
    return begin_build(connection, "code")


@pytest.mark.parametrize("happens", [_see_less, _change_the_code, _erase_a_row])
def test_what_files_do_not_explain_makes_everything_anew(connection, happens):
    load(connection, 2, 3)
    assert happens(connection).is_full
    assert changed_files(connection) == []
    assert connection.execute("select previous_as_of from operations.current_build").fetchall() == [(None,)]


def test_once_everything_is_made_anew_the_next_night_takes_in_what_changed(connection):
    finish_build(connection, _erase_a_row(connection))
    load(connection, 2, 3)
    assert not begin_build(connection, "code").is_full
    assert changed_files(connection) == [(2, True)]

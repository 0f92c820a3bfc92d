"""A warehouse of an earlier release is brought to today's layout, and one of a later release is left as it is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.experiments import candidates
from dagster_project.lib.common import layout, warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation import increments

BEFORE_VERSIONS = """
create schema quality; create schema operations;
create table quality.ingested_files (
    file_id integer, file_path varchar, source varchar, source_table varchar, canonical_table varchar,
    content_hash varchar, contract_hash varchar, status varchar, reason varchar,
    rows_in bigint, rows_loaded bigint, rows_rejected bigint, ingested_at timestamp, run_id varchar
);
create table quality.rejected_rows (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_row varchar, run_id varchar
);
create table operations.experiment_assignments (
    experiment_id varchar, unit varchar, unit_id varchar, variant_id varchar, assigned_at timestamp
);
create table operations.current_build (build_number integer, previous_as_of timestamp);
insert into quality.ingested_files (file_id, file_path, rows_in) values (7, 'crm/customers/a.csv', 3);
insert into quality.rejected_rows (file_path, row_number) values ('crm/customers/a.csv', 2);
insert into operations.experiment_assignments values ('free_shipping', 'customer', 'c1', 'b', '2026-01-01');
insert into operations.current_build values (4, '2026-01-01');
"""
"""The kept tables as the first release made them, with a row in each."""
KEPT = (
    "quality.ingested_files",
    "quality.rejected_rows",
    "operations.experiment_assignments",
    "operations.current_build",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kindred.duckdb"


def _make(database: Path, statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(statements)


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in connection.execute(f"describe {table}").fetchall()]


def _make_today(database: Path) -> dict[str, list[tuple[str, str]]]:
    with warehouse.connect(database) as connection:
        create_tables(connection)
        connection.execute(increments._TABLES)
        connection.execute(candidates._PREPARE.split(";")[0])
        return {table: _columns(connection, table) for table in KEPT}


def test_a_warehouse_without_a_version_gets_the_columns_of_a_new_one_and_keeps_its_rows(database, tmp_path):
    _make(database, BEFORE_VERSIONS)
    today = _make_today(tmp_path / "new.duckdb")
    with warehouse.connect(database) as connection:
        for table in KEPT:
            assert _columns(connection, table) == today[table]
            assert connection.execute(f"select count(*) from {table}").fetchone() == (1,)
        ledger = "select file_id, file_path, rows_in, part_of from quality.ingested_files"
        assert connection.execute(ledger).fetchone() == (7, "crm/customers/a.csv", 3, None)


def test_a_warehouse_that_had_some_of_the_later_columns_keeps_what_is_in_them(database):
    _make(
        database,
        f"{BEFORE_VERSIONS} alter table quality.ingested_files add column part_of integer;"
        "update quality.ingested_files set part_of = 5",
    )
    with warehouse.connect(database) as connection:
        assert connection.execute("select part_of, size from quality.ingested_files").fetchall() == [
            (5, None)
        ]


def test_steps_follow_one_another_from_the_version_that_a_warehouse_has(database, monkeypatch):
    with warehouse.connect(database) as connection:
        connection.execute("create table operations.kept as select 1 as n")
    later = (*layout.STEPS, "alter table operations.kept add column doubled integer",
             "update operations.kept set doubled = 2 * n")  # fmt: skip
    monkeypatch.setattr(layout, "STEPS", later)
    for _ in range(2):
        with warehouse.connect(database) as connection:
            assert connection.execute("from operations.kept").fetchall() == [(1, 2)]
            assert connection.execute("from operations.warehouse_layout").fetchall() == [(len(later),)]


def test_of_a_step_that_fails_nothing_stays(database, monkeypatch):
    with warehouse.connect(database) as connection:
        connection.execute("create table operations.kept as select 1 as n")
    known = layout.STEPS
    monkeypatch.setattr(layout, "STEPS", (*known, "drop table operations.kept", "select no_such_column"))
    with pytest.raises(duckdb.BinderException):
        warehouse.connect(database)
    monkeypatch.setattr(layout, "STEPS", known)
    with warehouse.connect(database) as connection:
        assert connection.execute("from operations.kept").fetchall() == [(1,)]


def test_a_warehouse_of_a_later_release_is_refused_and_not_touched(database, monkeypatch):
    warehouse.connect(database).close()
    monkeypatch.setattr(layout, "STEPS", (*layout.STEPS, "create table operations.of_tomorrow (n integer)"))
    warehouse.connect(database).close()
    monkeypatch.undo()
    before = database.read_bytes()
    told = (
        r"has layout 2, .* up to 1: a later one wrote it; install that release again, or restore the backup"
    )
    with pytest.raises(KindredError, match=told):
        warehouse.connect(database)
    with pytest.raises(KindredError, match=told), warehouse.reading(database):
        pass
    assert database.read_bytes() == before

"""A warehouse that an earlier release wrote is brought up to date; one of a later release, or too old, is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.experiments import candidates
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.catalog import list_column_types
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.layouts import LAYOUT
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.transformation.increments import begin_build

FIRST = """
create schema quality;
create schema operations;
create table quality.ingested_files (
    file_id integer, file_path varchar, source varchar, source_table varchar, canonical_table varchar,
    content_hash varchar, contract_hash varchar, status varchar, reason varchar,
    rows_in bigint, rows_loaded bigint, rows_rejected bigint, ingested_at timestamp, run_id varchar
);
create table quality.rejected_rows (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_row varchar, run_id varchar
);
create table quality.model_versions (
    model varchar, model_version varchar, status varchar, trained_at timestamp, data_hash varchar, parameters json,
    run_id varchar
);
create table operations.current_build (build_number integer, previous_as_of timestamp);
create table operations.experiment_assignments (
    experiment_id varchar, unit varchar, unit_id varchar, variant_id varchar, assigned_at timestamp
);
create table operations.registered_records (
    record_key varchar, record_number bigint, heir_key varchar, customer_id varchar, has_named_customer boolean,
    is_there boolean
);
insert into quality.ingested_files (file_id, rows_loaded, status) values (7, 3, 'loaded');
insert into quality.model_versions (model, model_version) values ('recommender', 'a');
"""
"""Tables as they were before the warehouse had a number, each at its earliest."""


IDENTITIES = """
create table marts.customer_identities (
    source_record_id varchar, customer_id varchar, record_kind varchar, last_seen_at timestamp
);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
"""
"""What experiments read when they make their table."""


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "kindred.duckdb"


def _write(database: Path, sql: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)


def _make_all(database: Path) -> dict[str, dict[str, str]]:
    """Every kept table that ever changed, by the stages that make them; column -> type of each."""
    with warehouse.connect(database) as connection:
        create_tables(connection)
        create_record_tables(connection)
        begin_build(connection, "code")
        connection.execute("create schema if not exists marts")
        connection.execute(IDENTITIES)
        candidates.resolve_recorded(connection, datetime(2026, 7, 1))
        return list_column_types(connection, ["quality", "operations"])


def test_what_the_first_release_kept_becomes_what_a_new_warehouse_has_and_its_rows_stay(database, tmp_path):
    _write(database, FIRST)
    migrated, new = _make_all(database), _make_all(tmp_path / "new.duckdb")
    assert {table: set(columns.items()) for table, columns in migrated.items()} == {
        table: set(columns.items()) for table, columns in new.items()
    }
    with warehouse.reading(database) as connection:
        assert connection.execute("from operations.layout").fetchall() == [(LAYOUT,)]
        assert connection.execute("select file_id, rows_loaded from quality.ingested_files").fetchall() == [
            (7, 3)
        ]
        assert connection.execute("select model_version from quality.model_versions").fetchall() == [("a",)]


def test_a_new_warehouse_has_the_number_of_today_and_keeps_it(database):
    for _ in range(2):
        with warehouse.connect(database) as connection:
            assert connection.execute("from operations.layout").fetchall() == [(LAYOUT,)]


@pytest.mark.parametrize("how", [warehouse.connect, warehouse.reading])
def test_a_warehouse_of_a_later_release_is_refused_with_what_to_do_and_left_as_it_is(database, how):
    later = LAYOUT + 1
    _write(database, f"create schema operations; create table operations.layout as select {later} as number")
    with (
        pytest.raises(
            KindredError, match=f"of layout {later}.*up to {LAYOUT}; run the release that wrote it"
        ),
        how(database),
    ):
        pass
    with duckdb.connect(str(database)) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("layout",)]


def test_a_warehouse_that_is_too_old_is_to_be_made_anew_and_left_as_it_is(database):
    _write(
        database,
        "create schema operations; create table operations.registered_records (record_key varchar, bearer_key varchar)",
    )
    with pytest.raises(KindredError, match=r"too old.*move it and its \.wal aside"):
        warehouse.connect(database)
    with duckdb.connect(str(database)) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [
            ("registered_records",)
        ]

"""A night over exports of which a dozen are faulty: it ends well, loses nothing and tells what was wrong."""

from __future__ import annotations

import duckdb
import pytest
from faults.nights import check, read_night

QUALITY = ("ingested_files", "rejected_rows", "nulled_values")


@pytest.fixture(scope="module")
def warehouse(faulty_night):
    with duckdb.connect(
        str(faulty_night.data_dir / "warehouse" / "kindred.duckdb"), read_only=True
    ) as connection:
        connection.execute(f"attach '{faulty_night.snapshot / 'kindred.duckdb'}' as published (read_only)")
        yield lambda query: connection.execute(query).fetchall()


def test_the_night_ends_well_and_publishes(faulty_night):
    assert faulty_night.code == 0, faulty_night.output + faulty_night.errors
    assert (faulty_night.snapshot / "manifest.json").exists()


def test_every_fault_costs_what_it_must_and_has_its_reason(faulty_night, warehouse):
    night = read_night(warehouse, faulty_night.delivered)
    assert len(faulty_night.delivered) > 10
    for file in faulty_night.delivered.values():
        check(night, file)


def test_files_without_a_fault_are_loaded_in_full(faulty_night, warehouse, sample_landing, sample_truth):
    own = [path.relative_to(sample_landing).as_posix() for path in sample_landing.glob("*/*/*")]
    entries = {
        path: rest
        for path, *rest in warehouse("select file_path, status, rows_rejected from quality.ingested_files")
    }
    assert {entries[path][0] for path in own} == {"loaded", "duplicate"}
    ((planted,),) = warehouse(f"select count(*) from '{sample_truth}/faults.csv' where kind = 'rejected_row'")
    assert sum(entries[path][1] for path in own) == planted


def test_a_file_under_way_is_left_alone_and_each_bad_one_is_told(faulty_night):
    for name, file in faulty_night.delivered.items():
        is_told = f"quarantined {file.path}: " in faulty_night.output
        assert is_told == (file.entry is not None and file.entry[0] == "quarantined"), name


def test_the_published_counts_are_those_of_the_warehouse_and_add_up(warehouse):
    for table in QUALITY:
        assert warehouse(f"select count(*) from published.quality.{table}") == warehouse(
            f"select count(*) from quality.{table}"
        )
    assert warehouse("""
        select file_path from published.quality.ingested_files f
        left join (
            select file_path, content_hash, count(distinct row_number) as rejected
            from published.quality.rejected_rows group by 1, 2
        ) using (file_path, content_hash)
        where rows_in <> rows_loaded + rows_rejected or rows_rejected <> coalesce(rejected, 0)
    """) == []  # fmt: skip

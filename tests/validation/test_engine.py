"""A night's tables are judged over its open connection; errors block, warnings are reported."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.validation.engine import validate_tables, write_data_docs
from dagster_project.lib.validation.results import is_blocked

TABLES = ["raw.crm_customers", "raw.products_reviews", "activation.customer_recommendations"]


def failures(validation) -> list[tuple[str, str | None, str]]:
    """What failed in one table, as (expectation, column, severity)."""
    return [(o.expectation, o.column_name, o.severity) for o in validation.outcomes if not o.is_success]


def test_tables_come_back_in_the_order_they_were_asked_for(warehouse, checked_at: datetime) -> None:
    validations = validate_tables(warehouse, TABLES, run_id="run_1", checked_at=checked_at)
    assert [validation.table_name for validation in validations] == TABLES
    assert [failures(validation) for validation in validations] == [[], [], []]
    assert not is_blocked(validations)
    reviews = validations[1]
    assert (reviews.table_name, reviews.is_passed) == ("raw.products_reviews", True)
    assert (reviews.errors, reviews.warnings, len(reviews.outcomes)) == (0, 0, 1)


def test_a_warning_is_reported_and_does_not_block(warehouse, checked_at: datetime) -> None:
    warehouse.execute("update raw.crm_customers set created_at = '1970-01-01' where customer_id = 'c1'")
    (validation,) = validate_tables(warehouse, TABLES[:1], run_id="run_1", checked_at=checked_at)
    assert (validation.is_passed, validation.errors, validation.warnings) == (True, 0, 1)
    assert not is_blocked([validation])


def test_an_error_blocks_and_names_its_column(warehouse, checked_at: datetime) -> None:
    warehouse.execute("update activation.customer_recommendations set score = 'nan'::double")
    validations = validate_tables(warehouse, TABLES, run_id="run_1", checked_at=checked_at)
    assert failures(validations[2]) == [("expect_column_values_to_be_between", "score", "error")]
    assert is_blocked(validations)


def test_a_table_that_does_not_exist_is_an_error(warehouse, checked_at: datetime) -> None:
    (validation,) = validate_tables(warehouse, ["raw.pos_sales"], run_id="run_1", checked_at=checked_at)
    assert failures(validation) == [("expect_table_to_exist", None, "error")]


def test_a_table_without_a_suite_is_refused(warehouse, checked_at: datetime) -> None:
    with pytest.raises(KeyError):
        validate_tables(warehouse, ["marts.dim_products"], run_id="run_1", checked_at=checked_at)


def test_no_recommendations_at_all_block_only_where_there_are_customers_and_products(
    warehouse, checked_at: datetime
) -> None:
    warehouse.execute("delete from activation.customer_recommendations")
    (empty,) = validate_tables(warehouse, TABLES[2:], run_id="run_1", checked_at=checked_at)
    assert failures(empty) == [("expect_table_row_count_to_be_between", None, "error")]
    warehouse.execute("delete from marts.dim_products")
    (idle,) = validate_tables(warehouse, TABLES[2:], run_id="run_1", checked_at=checked_at)
    assert failures(idle) == []


def test_no_rows_are_pulled_into_this_process(
    warehouse, checked_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_project.lib.validation.dialect import BufferingContext

    fetched: list[int] = []
    buffer = BufferingContext.post_exec

    def count(self) -> None:
        buffer(self)
        fetched.append(len(getattr(self.cursor_fetch_strategy, "_rowbuffer", ())))

    monkeypatch.setattr(BufferingContext, "post_exec", count)
    warehouse.execute("update activation.customer_recommendations set customer_id = null, score = null")
    validate_tables(warehouse, TABLES, run_id="run_1", checked_at=checked_at)
    names_of_columns = 9
    assert max(fetched) == names_of_columns


def test_results_are_kept_for_data_docs(warehouse, checked_at: datetime, tmp_path: Path) -> None:
    kept = tmp_path / "results"
    validate_tables(warehouse, TABLES, run_id="run_1", checked_at=checked_at, results_folder=kept)
    assert {file.stem for file in kept.iterdir()} == set(TABLES)
    assert write_data_docs(kept, tmp_path / "docs").is_file()


def test_importing_the_engine_does_not_import_great_expectations() -> None:
    """That import takes seconds: a night whose raw tables did not change never pays for it."""
    import subprocess

    code = (
        "import sys, dagster_project.lib.validation.engine, dagster_project.lib.validation.results;"
        "sys.exit('great_expectations' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_the_connection_is_usable_afterwards(
    warehouse: duckdb.DuckDBPyConnection, checked_at: datetime
) -> None:
    validate_tables(warehouse, TABLES, run_id="run_1", checked_at=checked_at)
    warehouse.execute("create or replace table raw.products_reviews as select 1 as product_id")
    warehouse.execute("checkpoint")

"""Which class the columns of a warehouse are of: of what arrived as contracts say, of the rest as dbt does."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.auditing import audit_warehouse, classify_columns
from dagster_project.lib.common.errors import KindredError

TABLES = """
create schema raw; create schema marts; create schema operations;
create table raw.crm_customers (customer_id varchar, email varchar, city varchar, loyalty_tier varchar, _extra json);
create table raw.products_catalog (product_id varchar, _extra json);
create table marts.dim_products (product_id varchar, name varchar);
create table marts.segment_guesses (customer_id varchar, shoe_size integer);
create table operations.offers (offer varchar);
"""


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def _contract(config_dir, text):
    path = config_dir / "contracts" / "crm" / "customers.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"table: crm/customers\ncolumns:\n{text}")


def test_a_contract_says_it_of_what_arrived_and_the_stricter_word_holds(warehouse, tmp_path):
    classes = classify_columns(warehouse, tmp_path / "landing", tmp_path)
    assert classes["raw.crm_customers"] == {
        "customer_id": "indirect", "email": "direct", "city": "indirect", "loyalty_tier": "none",
        "_extra": "indirect",
    }  # fmt: skip
    _contract(
        tmp_path, "  - {name: city, personal_data: sensitive}\n  - {name: email, personal_data: none}\n"
    )
    stricter = classify_columns(warehouse, tmp_path / "landing", tmp_path)["raw.crm_customers"]
    assert (stricter["city"], stricter["email"]) == ("sensitive", "direct")


def test_a_folder_without_a_contract_that_came_since_the_night_is_passed_over(warehouse, tmp_path):
    (tmp_path / "landing" / "new" / "folder").mkdir(parents=True)
    assert "raw.crm_customers" in classify_columns(warehouse, tmp_path / "landing", tmp_path)


def test_tables_that_name_and_number_nobody_are_left_out_and_so_are_columns_of_no_known_class(
    warehouse, tmp_path
):
    classes = classify_columns(warehouse, tmp_path / "landing", tmp_path)
    assert set(classes) == {"raw.crm_customers", "marts.segment_guesses"}
    assert classes["marts.segment_guesses"] == {"customer_id": "indirect"}


def test_a_warehouse_that_has_seen_no_night_says_so(warehouse, tmp_path):
    warehouse.execute("create table operations.current_night (run_id varchar, as_of timestamp)")
    with pytest.raises(KindredError, match="kindred nightly"):
        audit_warehouse(warehouse, tmp_path / "landing", tmp_path)

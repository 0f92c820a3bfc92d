"""A small warehouse a test: a few of the tables that a night validates.

Belongs here: fixtures. Does not belong here: what suites say of broken rows (tests/expectations).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

CHECKED_AT = datetime(2025, 6, 15, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the warehouse's file is."""
    return tmp_path / "kindred.duckdb"


@pytest.fixture
def warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse on disk with 20 customers, no reviews, and recommendations of the run 'run_1'."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema raw; create schema marts; create schema activation;
            create schema quality; create schema operations;
            create table raw.crm_customers as
                select 'c' || i as customer_id, 'n' || i || '@example.com' as email, 'Name' as last_name,
                    timestamp '2025-06-01' as created_at, timestamp '2025-06-01' as updated_at
                from range(20) as t(i);
            create table raw.products_reviews (product_id varchar, reviewed_at timestamp, rating double);
            create table marts.dim_customers as select customer_id, true as is_known from raw.crm_customers;
            create table marts.dim_products as select 'p1' as product_id, true as is_active, 'product' as item_type;
            create table marts.fct_order_lines as
                select customer_id, 'p1' as product_id, 1.0 as quantity from marts.dim_customers;
            create table marts.customer_consents as
                select customer_id, 'personalization' as purpose, 'granted' as status from marts.dim_customers;
            create table activation.customer_recommendations as
                select customer_id, 'for_you' as list_name, 1 as rank, 'p1' as product_id, 0.5::double as score,
                    'als' as strategy, timestamp '2025-06-15' as computed_at, 'run_1' as run_id,
                    1.0::double as propensity
                from marts.dim_customers;
        """)
        yield connection


@pytest.fixture
def checked_at() -> datetime:
    """The time of a check, UTC, naive."""
    return CHECKED_AT

"""A warehouse that holds just the marts personalization reads, filled from a test's own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from dagster_project.lib.personalization.recommendations import RecommenderResult, train_and_recommend
from models_ml.recommendations.parameters import RecommenderParameters

AS_OF = datetime(2024, 6, 30, 12)
COMPUTED_AT = datetime(2024, 7, 1)
PARAMETERS = RecommenderParameters(
    factors=8, iterations=5, ranker_trees=10, ranker_least_pairs=20, ranker_least_customers=20
)

_MARTS = """
create schema marts;
create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table marts.dim_customers (customer_id varchar, is_known boolean);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.dim_products (
    product_id varchar, item_type varchar, is_active boolean,
    name varchar, category varchar, brand varchar, price double
);
create table marts.fct_order_lines (
    customer_id varchar, ordered_at timestamp, product_id varchar, quantity double, is_return boolean
);
create table marts.fct_events (customer_id varchar, occurred_at timestamp, event_name varchar, product_id varchar);
"""


class Marts:
    """The marts of one test; days count back from `as_of`."""

    as_of = AS_OF

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(_MARTS)
        connection.execute("insert into operations.current_night values ('night', ?, ?)", [AS_OF, AS_OF])

    def add_customers(self, *customer_ids: str, is_known: bool = True) -> None:
        self._insert("marts.dim_customers", [[customer_id, is_known] for customer_id in customer_ids])

    def add_products(self, *product_ids: str, item_type: str = "product", is_active: bool = True) -> None:
        rows = [
            [product_id, item_type, is_active, f"Name of {product_id}", None, None, None]
            for product_id in product_ids
        ]
        self._insert("marts.dim_products", rows)

    def add_purchases(self, *rows: tuple[str, str, float]) -> None:
        """Rows of (customer, product, days ago)."""
        lines = [
            [customer, AS_OF - timedelta(days=days), product, 1.0, False] for customer, product, days in rows
        ]
        self._insert("marts.fct_order_lines", lines)

    def add_events(self, *rows: tuple[str | None, str, str | None, float]) -> None:
        """Rows of (customer, event name, product, days ago)."""
        events = [
            [customer, AS_OF - timedelta(days=days), name, product] for customer, name, product, days in rows
        ]
        self._insert("marts.fct_events", events)

    def decide(self, customer_id: str, status: str, purpose: str = "personalization") -> None:
        self._insert("marts.customer_consents", [[customer_id, purpose, status]])

    def add_shop(self) -> None:
        """Thirty known customers of two tastes over 120 days, and 60 products."""
        generator = np.random.default_rng(5)
        self.add_customers(*(f"c{number:02d}" for number in range(30)))
        self.add_products(*(f"p{number:02d}" for number in range(60)))
        self.add_purchases(
            *(
                (
                    f"c{c:02d}",
                    f"p{generator.integers(30) + 30 * (c % 2):02d}",
                    float(generator.random() * 120),
                )
                for c in range(30)
                for _ in range(12)
            )
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def everything(self) -> list[tuple[Any, ...]]:
        """All rows of the table of recommendations."""
        return self.rows("select * from activation.customer_recommendations order by all")

    def listed(self, list_name: str, customer_id: str) -> list[str]:
        """The products of one list, best first."""
        query = """
            select product_id from activation.customer_recommendations
            where list_name = ? and customer_id = ? order by rank
        """
        return [row[0] for row in self.connection.execute(query, [list_name, customer_id]).fetchall()]

    def _insert(self, table: str, rows: list[list[Any]]) -> None:
        if rows:
            self.connection.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


@pytest.fixture
def marts() -> Iterator[Marts]:
    connection = duckdb.connect()
    yield Marts(connection)
    connection.close()


@pytest.fixture
def make_marts() -> Callable[[], Marts]:
    return lambda: Marts(duckdb.connect())


@pytest.fixture
def parameters() -> RecommenderParameters:
    """A small model."""
    return PARAMETERS


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., RecommenderResult]:
    """Measure, train and write the lists of some marts."""

    def train(marts: Marts, run_id: str = "run-1") -> RecommenderResult:
        return train_and_recommend(
            marts.connection,
            folder=tmp_path / "models",
            run_id=run_id,
            computed_at=COMPUTED_AT,
            parameters=PARAMETERS,
        )

    return train

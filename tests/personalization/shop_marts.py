"""A warehouse that holds just the marts personalization reads, filled from a test's own rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from dagster_project.lib.personalization.serving.serving import RecommenderResult

AS_OF = datetime(2024, 6, 30, 12)
_MARTS = """
create schema marts;
create schema activation;
create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table operations.customers_made_anew (customer_id varchar);
create table operations.recommendation_nights (
    shown_from timestamp, list_name varchar, strategy varchar, model_version varchar, run_id varchar
);
create table marts.dim_customers (customer_id varchar, is_known boolean, country varchar, region varchar);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.dim_products (
    product_id varchar, item_type varchar, is_active boolean, name varchar, description varchar, category varchar,
    subcategory varchar, brand varchar, tags varchar, price double, list_price double, stock_quantity integer,
    available_from_date date
);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
create table marts.customer_identities (
    source varchar, source_table varchar, record_kind varchar, source_record_id varchar, customer_id varchar
);
create table marts.fct_order_lines (
    customer_id varchar, ordered_at timestamp, product_id varchar, quantity double, is_return boolean,
    feed varchar, order_id varchar
);
create table marts.fct_events (
    customer_id varchar, occurred_at timestamp, event_name varchar, product_id varchar, session_id varchar
);
create table marts.fct_sessions (session_id varchar, intent varchar);
create table marts.fct_reviews (
    customer_id varchar, product_id varchar, reviewed_at timestamp, rating double, review_text varchar
);
create table marts.customer_interests (customer_id varchar, category varchar, interest double);
create table activation.segments (segment varchar, is_published boolean);
create table activation.segment_memberships (customer_id varchar, segment varchar);
"""


class Marts:
    """The marts of one test; days count back from `as_of`."""

    as_of = AS_OF
    nights: list[RecommenderResult]
    """Of those that ran before the test began."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, kept: Path | None = None) -> None:
        """kept: what `keep` wrote, to go on from; empty marts where None."""
        self.connection = connection
        if kept is not None:
            connection.execute(f"attach '{kept}' as kept (read_only)")
            connection.execute("copy from database kept to memory")
            connection.execute("detach kept")
            return
        connection.execute(_MARTS)
        connection.execute("insert into operations.current_night values ('night', ?, ?)", [AS_OF, AS_OF])

    def keep(self, path: Path) -> None:
        """Write all there is to a file."""
        self.connection.execute(f"attach '{path}' as kept")
        self.connection.execute("copy from database memory to kept")
        self.connection.execute("detach kept")

    def move_to(self, days_later: float) -> None:
        """Let the night be another one."""
        moment = AS_OF + timedelta(days=days_later)
        self.connection.execute("update operations.current_night set as_of = ?", [moment])

    def add_customers(
        self, *customer_ids: str, is_known: bool = True, country: str | None = None, region: str | None = None
    ) -> None:
        rows = [[customer_id, is_known, country, region] for customer_id in customer_ids]
        self._insert("marts.dim_customers", rows)

    def add_products(
        self, *product_ids: str, item_type: str = "product", is_active: bool = True, **texts: object
    ) -> None:
        """Products alike, each with a name of its own; texts: other columns of dim_products, or names."""
        columns = ("product_id", "item_type", "is_active", "name", *(key for key in texts if key != "name"))
        others = [value for key, value in texts.items() if key != "name"]
        rows = [
            [product_id, item_type, is_active, texts.get("name", f"Name of {product_id}"), *others]
            for product_id in product_ids
        ]
        self._insert(f"marts.dim_products ({', '.join(columns)})", rows)

    def add_purchases(self, *rows: tuple[str, str, float]) -> None:
        """Rows of (customer, product, days ago); what a customer buys at once is one order."""
        lines = [
            [customer, AS_OF - timedelta(days=days), product, 1.0, False, "pos/orders", f"{customer} {days}"]
            for customer, product, days in rows
        ]
        self._insert("marts.fct_order_lines", lines)

    def add_events(
        self, *rows: tuple[str | None, str, str | None, float], intent: str = "transactional"
    ) -> None:
        """Rows of (customer, event name, product, days ago), in sessions of one intent."""
        events = [
            [customer, AS_OF - timedelta(days=days), name, product, intent]
            for customer, name, product, days in rows
        ]
        self._insert("marts.fct_events", events)
        self.connection.execute("delete from marts.fct_sessions where session_id = ?", [intent])
        self._insert("marts.fct_sessions", [[intent, intent]])

    def add_reviews(self, *rows: tuple[str | None, str, str, float]) -> None:
        """Rows of (customer, product, text, days ago)."""
        reviews = [
            [customer, product, AS_OF - timedelta(days=days), 5.0, text]
            for customer, product, text, days in rows
        ]
        self._insert("marts.fct_reviews", reviews)

    def add_interest(self, customer_id: str, category: str, interest: float = 1.0) -> None:
        self._insert("marts.customer_interests", [[customer_id, category, interest]])

    def add_segment(self, segment: str, *customer_ids: str, is_published: bool = True) -> None:
        self._insert("activation.segments", [[segment, is_published]])
        self._insert(
            "activation.segment_memberships", [[customer_id, segment] for customer_id in customer_ids]
        )

    def add_ratings(self, *rows: tuple[str | None, str, float, float]) -> None:
        """Rows of (customer, product, days ago, rating): reviews without words."""
        reviews = [
            [customer, product, AS_OF - timedelta(days=days), rating, None]
            for customer, product, days, rating in rows
        ]
        self._insert("marts.fct_reviews", reviews)

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

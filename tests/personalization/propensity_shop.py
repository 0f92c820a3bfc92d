"""A shop whose customers' habits are known, as the marts that scores are made from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np

AS_OF = datetime(2024, 6, 30, 12)
_MARTS = """
create schema marts;
create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table marts.dim_customers (customer_id varchar, is_known boolean, first_seen_at timestamp);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.fct_orders (
    customer_id varchar, ordered_at timestamp, net_amount_in_base_currency double, is_return boolean
);
create table marts.fct_sessions (customer_id varchar, started_at timestamp);
create table marts.fct_events (customer_id varchar, occurred_at timestamp, event_name varchar);
create table marts.fct_email_events (customer_id varchar, occurred_at timestamp, event_name varchar);
"""


class Shop:
    """The marts of one test; days count back from the night's instant."""

    def __init__(self, as_of: datetime = AS_OF) -> None:
        self.as_of = as_of
        self.connection = duckdb.connect()
        self.connection.execute(_MARTS)
        self.begin_night(as_of)

    def begin_night(self, as_of: datetime) -> None:
        self.connection.execute("delete from operations.current_night")
        self.connection.execute("insert into operations.current_night values ('night', ?, ?)", [as_of, as_of])

    def add_customer(self, customer_id: str, seen_days: float | None, *, is_known: bool = True) -> None:
        self.insert("dim_customers", [[customer_id, is_known, seen_days and self.at(seen_days)]])

    def add_orders(
        self, customer_id: str, *days: float, amount: float = 20.0, is_return: bool = False
    ) -> None:
        sign = -1 if is_return else 1
        self.insert("fct_orders", [[customer_id, self.at(day), sign * amount, is_return] for day in days])

    def add_regulars(self, count: int = 100, days: float = 300, seed: int = 3) -> None:
        """Customers who buy every 10 days all along, and as many who stop at a random time and are never seen again."""
        generator = np.random.default_rng(seed)
        for number in range(count):
            offset = float(generator.random() * 10)
            last = 0.0 if number % 2 == 0 else float(generator.random() * days * 0.9)
            self.add_customer(f"c{number:03d}", days - offset)
            bought = [day for day in np.arange(days - offset, 0, -10.0) if day >= last]
            self.add_orders(f"c{number:03d}", *bought or [days - offset])

    def at(self, days: float) -> datetime:
        return self.as_of - timedelta(days=days)

    def insert(self, table: str, rows: list[list[Any]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"insert into marts.{table} values ({marks})", rows)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def scores(self) -> list[tuple[Any, ...]]:
        return self.rows("from models_ml.customer_scores order by customer_id")

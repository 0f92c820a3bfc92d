"""A warehouse of which only the ids of customers are computed, by the project's own SQL and from given clusters.

Belongs here: nights in which records come, go, join and part as a test says. Does not belong here: what has to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from night_copies import copies_of

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.project import load_parsed, run_dbt
from dagster_project.lib.transformation.increments import begin_build, finish_build, forget_finished_build

MODELS = {
    "stg_operations__current_night": "view",
    "stg_operations__current_build": "view",
    "stg_operations__registered_records": "view",
    "stg_operations__identity_changes": "view",
    "int_records_registered": "table",
    "int_customer_ids_redirected": "view",
    "int_customer_ids_moved": "view",
    "int_customer_ids_changed": "view",
    "identity_changes": "table",
    "customer_id_aliases": "table",
}
GIVEN = """
create schema staging; create schema intermediate; create schema marts;
create table intermediate.int_records_grouped (record_key varchar, first_seen_at timestamp);
create table intermediate.int_identity_clusters_connected (record_key varchar, cluster_key varchar);
create table intermediate.int_identity_edges_matched (left_record varchar, right_record varchar, rule varchar);
"""
BEGIN = datetime(2026, 1, 1)
Customers = Collection[Collection[str]]


class Nights:
    """One warehouse, night after night. `now` counts days and is the next night's instant."""

    def __init__(self, database: Path, statements: Mapping[str, str]) -> None:
        self.connection = warehouse.connect(database)
        self.statements = statements
        self.now = 0
        self.published: set[str] = set()

    def night(
        self, customers: Customers, *, day: int | None = None, ends: bool = True, rule: str = "email"
    ) -> None:
        """See these records, clustered so. A night that does not end leaves its tables and is forgotten."""
        self.now += 1
        self._see(customers, rule)
        as_of = BEGIN + timedelta(days=self.now if day is None else day)
        warehouse.begin_night(self.connection, f"run {self.now}", as_of, BEGIN + timedelta(days=self.now))
        increment = begin_build(self.connection, "code")
        with warehouse.transaction(self.connection):
            for model, statement in self.statements.items():
                if MODELS[model] == "table":
                    self.connection.execute(statement)
        if ends:
            finish_build(self.connection, increment)
            self.published |= set(self.ids().values())

    def _see(self, customers: Customers, rule: str) -> None:
        clusters = [(record, min(customer)) for customer in customers for record in customer]
        edges = [(first, record, rule) for record, first in clusters if record != first]
        # the order of time is another than that of keys
        times = [(record, BEGIN - timedelta(hours=ord(record[0]))) for record, _ in clusters]
        with warehouse.transaction(self.connection):
            for table, rows in (
                ("int_records_grouped", times),
                ("int_identity_clusters_connected", clusters),
                ("int_identity_edges_matched", edges),
            ):
                self.connection.execute(f"delete from intermediate.{table}")
                for row in rows:
                    marks = ", ".join("?" for _ in row)
                    self.connection.execute(f"insert into intermediate.{table} values ({marks})", row)

    def forget(self) -> None:
        """What makes the next build a full one."""
        forget_finished_build(self.connection)

    def ask(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def ids(self) -> dict[str, str]:
        """Each record that is there and its customer's id."""
        query = "select record_key, customer_id from intermediate.int_records_registered where is_there"
        return dict(self.ask(query))

    def aliases(self) -> dict[str, str | None]:
        """Each id that is in use no more and whom it means."""
        return dict(self.ask("from marts.customer_id_aliases"))

    def meanings(self) -> dict[str, str | None]:
        """Each id that is or was in use and whom it means."""
        return {customer_id: customer_id for customer_id in self.ids().values()} | self.aliases()

    def log(self) -> list[tuple[int, str, str, str | None]]:
        """build_number, change, customer_id, previous_customer_id"""
        return self.ask(
            "select build_number, change, customer_id, previous_customer_id from marts.identity_changes order by all"
        )

    def state(self) -> list[list[tuple]]:
        """What is kept for nights to come."""
        tables = ("registered_records", "identity_changes", "registered_night")
        return [self.ask(f"from operations.{table} order by all") for table in tables]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A warehouse before its first night, and a statement a model that makes it anew."""
    outcome = run_dbt(
        ["compile", "--select", *MODELS],
        tmp_path_factory.mktemp("compiled") / "kindred.duckdb",
        load_parsed(),
    )
    nodes: list[Any] = [result.node for result in outcome.result.results]  # type: ignore[union-attr]
    compiled = {node.name: node for node in nodes}
    statements = {
        name: f"create or replace {kind} {compiled[name].relation_name} as {compiled[name].compiled_code}"
        for name, kind in MODELS.items()
    }
    database = tmp_path_factory.mktemp("template") / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        create_tables(connection)
        warehouse.begin_night(connection, "none", BEGIN, BEGIN)
        begin_build(connection, "code")
        connection.execute(GIVEN)
        for statement in statements.values():
            connection.execute(statement)
    return database, statements


@pytest.fixture(scope="session")
def new_nights(
    template: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Nights]:
    """As many warehouses as a property needs."""
    database, statements = template
    return copies_of(database, lambda copy: Nights(copy, statements), tmp_path_factory)

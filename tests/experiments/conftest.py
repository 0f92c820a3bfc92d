"""A warehouse with only what assignments are made of, night after night, as a test says who is who."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from dagster_project.lib.activation.experiments.assignments import AssignmentsResult, write_assignments
from dagster_project.lib.activation.experiments.settings import Experiment

BEGIN = datetime(2026, 3, 1)
_TABLES = """
create schema marts; create schema activation; create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table operations.current_build (is_look_back boolean, code varchar);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
create table marts.customer_identities (
    record_kind varchar, source_record_id varchar, customer_id varchar, last_seen_at timestamp
);
create table marts.fct_events (visitor_id varchar, occurred_at timestamp);
create table marts.identity_changes (
    change varchar, customer_id varchar, previous_customer_id varchar, changed_at timestamp
);
create table activation.content_variables (customer_id varchar, is_known boolean, is_personalizable boolean);
create table activation.segment_memberships (customer_id varchar, segment varchar);
create schema intermediate;
create table intermediate.int_experiment_exposures_gathered (
    experiment_id varchar, exposure_source varchar, unit_id varchar, customer_id varchar, variant_id varchar,
    exposed_at timestamp
);
"""


def experiment(**changes: Any) -> Experiment:
    """An experiment on customers, but for what a test says."""
    declared = {
        "experiment_id": "colour", "hypothesis": "red", "unit": "customer", "variants": {"red": 1, "blue": 1},
        "control": "red", "metrics": [{"name": "buyers", "kind": "conversion", "event_name": "purchase"}],
    }  # fmt: skip
    return Experiment.model_validate(declared | changes)


class Nights:
    """One warehouse. Its tables say of a night what the test put there before."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(_TABLES)

    def put(self, table: str, rows: Collection[tuple]) -> None:
        """Make a table hold these rows and no others."""
        self.connection.execute(f"delete from {table}")
        for row in rows:
            self.connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row))

    def put_customers(self, customers: Collection[str], *, denied: Collection[str] = ()) -> None:
        rows = [(customer, True, customer not in denied) for customer in customers]
        self.put("activation.content_variables", rows)

    def night(
        self, day: float, *experiments: Experiment, looks_back: bool = False, started: float | None = None
    ) -> AssignmentsResult:
        """Assign as of a day since BEGIN, on which the night also starts where `started` names no other."""
        as_of = BEGIN + timedelta(days=day)
        started_at = BEGIN + timedelta(days=day if started is None else started)
        self.put("operations.current_night", [(f"run {day}", as_of, started_at)])
        self.put("operations.current_build", [(looks_back, "code")])
        run = (f"run {day}", as_of + timedelta(hours=1))
        return write_assignments(self.connection, {one.experiment_id: one for one in experiments}, run)

    def ask(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def table(self) -> list[tuple]:
        """experiments.assignments, all but when and by which run it was written."""
        return self.ask("select * exclude (computed_at, run_id) from experiments.assignments order by all")

    def variants(self, condition: str = "true") -> dict[str, str]:
        """Unit -> variant."""
        return dict(self.ask(f"select unit_id, variant_id from experiments.assignments where {condition}"))


@pytest.fixture
def nights() -> Iterator[Nights]:
    """A warehouse of a test's own."""
    nights = Nights()
    yield nights
    nights.connection.close()


@pytest.fixture(scope="session")
def new_nights() -> Callable[[], Nights]:
    """As many warehouses as a property needs."""
    return Nights

"""A warehouse with only what readouts are made of, as a test says who was exposed and what they did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from dagster_project.lib.activation.experiments.exposures import write_exposures
from dagster_project.lib.activation.experiments.results import ResultsResult, write_results
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.activation.experiments.tables import write_experiments
from dagster_project.lib.activation.experiments.totals import Sums, read_sums

BEGIN = datetime(2026, 3, 1)
RUN = ("run", datetime(2026, 4, 1, 1))
_TABLES = """
create schema marts; create schema activation; create schema operations; create schema intermediate;
create schema experiments;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
create table marts.fct_events (
    visitor_id varchar, customer_id varchar, occurred_at timestamp, item_list_id varchar
);
create table activation.segment_history (
    customer_id varchar, segment varchar, entered_at timestamp, exited_at timestamp, recorded_at timestamp
);
create table experiments.assignments (
    experiment_id varchar, unit_id varchar, customer_id varchar, variant_id varchar, assigned_at timestamp,
    weight_epoch integer
);
create table experiments.weights (
    experiment_id varchar, weight_epoch integer, variant_id varchar, weight double, reason varchar,
    explanation varchar, decided_at timestamp, is_present boolean, decided_by_run_id varchar,
    computed_at timestamp, run_id varchar
);
create table intermediate.int_experiment_exposures_gathered (
    experiment_id varchar, exposure_source varchar, unit_id varchar, customer_id varchar, variant_id varchar,
    exposed_at timestamp
);
create table intermediate.int_experiment_events_listed (
    unit varchar, unit_key varchar, event_name varchar, occurred_at timestamp, revenue double, price double,
    quantity double, engagement_ms integer, scroll_percent integer, parameters json
);
"""


def at(days: float) -> datetime:
    """So many days after BEGIN."""
    return BEGIN + timedelta(days=days)


def visitors(**changes: Any) -> Experiment:
    """An experiment on visitors that another tool assigns, but for what a test says."""
    declared = {
        "experiment_id": "colour", "hypothesis": "red", "unit": "visitor", "variants": {"red": 1, "blue": 1},
        "control": "red",
        "metrics": [{"name": "buyers", "kind": "conversion", "event_name": "purchase", "window_days": 7}],
    }  # fmt: skip
    return Experiment.model_validate(declared | changes)


class Readings:
    """One warehouse, made anew for each question."""

    def __init__(self, experiment: Experiment, as_of: float = 31, database: str = ":memory:") -> None:
        self.experiment = experiment
        self.connection = duckdb.connect(database)
        self.connection.execute(_TABLES)
        self.connection.execute("insert into operations.current_night values ('run', ?, ?)", [at(as_of)] * 2)
        write_experiments(self.connection, {experiment.experiment_id: experiment}, {})

    def clear(self) -> None:
        """Forget who was exposed and what they did."""
        for table in ("int_experiment_exposures_gathered", "int_experiment_events_listed"):
            self.connection.execute(f"delete from intermediate.{table}")

    def put(self, table: str, rows: Collection[tuple]) -> None:
        if rows:
            marks = ", ".join("?" * len(next(iter(rows))))
            self.connection.executemany(f"insert into {table} values ({marks})", [list(row) for row in rows])

    def expose(
        self,
        unit: str,
        variant: str,
        day: float = 0,
        *,
        customer: str | None = None,
        source: str = "exposures",
    ) -> None:
        row = (self.experiment.experiment_id, source, unit, customer, variant, at(day))
        self.put("intermediate.int_experiment_exposures_gathered", [row])

    def assign(
        self,
        unit: str,
        variant: str,
        day: float = 0,
        *,
        customer: str | None = None,
        epoch: int | None = None,
    ) -> None:
        row = (self.experiment.experiment_id, unit, customer, variant, at(day), epoch)
        self.put("experiments.assignments", [row])

    def weigh(
        self, epoch: int, reason: str, day: float, *, is_present: bool = False, **shares: float
    ) -> None:
        """Publish a set of weights."""
        name, run = self.experiment.experiment_id, (RUN[0], RUN[1], RUN[0])
        self.put(
            "experiments.weights",
            [
                (name, epoch, variant, share, reason, "why", at(day), is_present, *run)
                for variant, share in shares.items()
            ],
        )

    def do(self, key: str, event_name: str, day: float, **values: Any) -> None:
        columns = ("revenue", "price", "quantity", "engagement_ms", "scroll_percent", "parameters")
        row = (self.experiment.unit, key, event_name, at(day), *(values.get(column) for column in columns))
        self.put("intermediate.int_experiment_events_listed", [row])

    def excluded(self) -> Mapping[str, str]:
        """Unit -> why it counts for nothing."""
        write_exposures(self.connection, RUN)
        return dict(self.ask("select unit_id, excluded_because from experiments.exposures where is_excluded"))

    def sums(self) -> Sums:
        write_exposures(self.connection, RUN)
        ((as_of,),) = self.ask("select as_of from operations.current_night")
        return read_sums(self.connection, as_of)[self.experiment.experiment_id]

    def read(self) -> ResultsResult:
        return write_results(self.connection, {self.experiment.experiment_id: self.experiment}, RUN)

    def ask(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

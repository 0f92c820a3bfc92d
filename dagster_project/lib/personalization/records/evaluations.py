"""How good models were: quality.model_evaluations, of all models of this stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Measured(Protocol):
    """One metric of one model, as the packages of `models_ml` give it."""

    @property
    def metric(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def ci_low(self) -> float | None: ...  # noqa: D102
    @property
    def ci_high(self) -> float | None: ...  # noqa: D102
    @property
    def customers(self) -> int: ...  # noqa: D102


def write_evaluations(
    connection: DuckDBPyConnection,
    evaluations: Iterable[tuple[str, str, Measured]],
    *,
    model_version: str,
    run: Run,
) -> None:
    """Replace the evaluations of a version by these: model (or rival), split (validation or test) and measure."""
    rows = [
        [
            model,
            model_version,
            e.metric,
            e.value,
            e.ci_low,
            e.ci_high,
            split,
            run.computed_at,
            run.run_id,
            e.customers,
        ]
        for model, split, e in evaluations
    ]
    create_record_tables(connection)
    with transaction(connection):
        connection.execute("delete from quality.model_evaluations where model_version = ?", [model_version])
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into quality.model_evaluations values ({marks})", rows)


def read_metrics(connection: DuckDBPyConnection, model_version: str, split: str = "test") -> dict[str, float]:
    """Return the measured values of a version as {"<model> <metric>": value}, those of all customers together."""
    query = """
        select model || ' ' || metric, value from quality.model_evaluations
        where model_version = ? and split = ? and metric not like '%[%' order by 1
    """
    return dict(connection.execute(query, [model_version, split]).fetchall())

"""What is kept of every model and night: its versions and what became of them, and how good they were.

Here belongs quality.model_versions and quality.model_evaluations, of all models of personalization. The tables that
models write for others are each made by their own module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLES = """
create schema if not exists quality;
create table if not exists quality.model_evaluations (
    model varchar, model_version varchar, metric varchar, value double, ci_low double, ci_high double,
    split varchar, evaluated_at timestamp, run_id varchar, customers integer
);
create table if not exists quality.model_versions (
    model varchar, model_version varchar, status varchar, trained_at timestamp, data_hash varchar,
    parameters json, run_id varchar, reason varchar, withdrawn_at timestamp
);
-- warehouses of before have neither
alter table quality.model_versions add column if not exists reason varchar;
alter table quality.model_versions add column if not exists withdrawn_at timestamp;
"""


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


@dataclass(frozen=True)
class Version:
    """A trained model: its name, and a version that follows from data and parameters."""

    model: str
    model_version: str
    run: Run
    data_hash: str
    parameters: Mapping[str, Any]


def create_tables(connection: DuckDBPyConnection) -> None:
    """Create both tables where they are missing; they keep every night's rows."""
    connection.execute(_TABLES)


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
    create_tables(connection)
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


def write_version(
    connection: DuckDBPyConnection,
    version: Version,
    status: Literal["champion", "refused"],
    reason: str | None = None,
) -> None:
    """Replace a version's row; a new champion retires the one before, a refused one leaves it.

    reason: why it was refused.
    """
    create_tables(connection)
    with transaction(connection):
        if status == "champion":
            _retire(connection, version.model)
        connection.execute(
            "delete from quality.model_versions where model = ? and model_version = ?",
            [version.model, version.model_version],
        )
        values = [
            version.model, version.model_version, status, version.run.computed_at, version.data_hash,
            json.dumps(version.parameters, sort_keys=True), version.run.run_id, reason, None,
        ]  # fmt: skip
        connection.execute("insert into quality.model_versions values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def name_champion(connection: DuckDBPyConnection, model: str, model_version: str | None) -> None:
    """Make an earlier version the champion and retire the others; None leaves the model without one."""
    create_tables(connection)
    with transaction(connection):
        _retire(connection, model)
        connection.execute(
            "update quality.model_versions set status = 'champion' where model = ? and model_version = ?",
            [model, model_version],
        )


def read_champion(connection: DuckDBPyConnection, model: str) -> tuple[str, dict[str, Any]] | None:
    """Return version and parameters of the champion, or None."""
    create_tables(connection)
    query = (
        "select model_version, parameters from quality.model_versions where model = ? and status = 'champion'"
    )
    row = connection.execute(query, [model]).fetchone()
    return (row[0], json.loads(row[1])) if row else None


def read_earlier_champion(
    connection: DuckDBPyConnection, model: str, as_of: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Return version and parameters of the last champion whose `as_of` parameter lies before this one, or None."""
    return next(iter(read_earlier_champions(connection, model, as_of)), None)


def read_earlier_champions(
    connection: DuckDBPyConnection, model: str, as_of: datetime
) -> list[tuple[str, dict[str, Any]]]:
    """Return version and parameters of every champion whose `as_of` parameter lies before this one, the last first.

    So a night gives the same however often it is run, and a night of the past knows nothing of what came later. What a
    rollback withdrew is no champion any more.
    """
    create_tables(connection)
    query = """
        select model_version, parameters from quality.model_versions
        where model = ? and status in ('champion', 'retired') and withdrawn_at is null
            and (parameters ->> 'as_of')::timestamp < ?
        order by (parameters ->> 'as_of')::timestamp desc, model_version
    """
    rows = connection.execute(query, [model, as_of]).fetchall()
    return [(version, json.loads(parameters)) for version, parameters in rows]


def read_data_hash(connection: DuckDBPyConnection, model: str, model_version: str) -> str:
    """Return the hash of the data that a version was fitted to; LookupError where there is no such version."""
    query = "select data_hash from quality.model_versions where model = ? and model_version = ?"
    row = connection.execute(query, [model, model_version]).fetchone()
    if row is None:
        raise LookupError(f"{model} has no version {model_version}")
    return row[0]


def read_latest_versions(connection: DuckDBPyConnection, model: str, count: int) -> list[str]:
    """Return the champion, then former ones, then refused ones, each the newest first: `count` in all."""
    query = """
        select model_version from quality.model_versions where model = ?
        order by status = 'champion' desc, status = 'retired' desc, trained_at desc, model_version limit ?
    """
    return [row[0] for row in connection.execute(query, [model, count]).fetchall()]


def _retire(connection: DuckDBPyConnection, model: str) -> None:
    connection.execute(
        "update quality.model_versions set status = 'retired' where model = ? and status = 'champion'",
        [model],
    )

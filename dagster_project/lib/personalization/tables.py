"""The tables personalization writes: their columns, and writes that leave either the old or the new.

Here belongs DDL and how rows of evaluations and versions are replaced. The rows of lists are made in lists.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.evaluation import Evaluation

MODEL = "blend"
"""The name under which the published recommender has its versions."""

RECOMMENDATIONS = "activation.customer_recommendations"

_RECOMMENDATION_COLUMNS = """
    customer_id varchar, list_name varchar, rank integer, product_id varchar, score double, strategy varchar,
    reason varchar, model_version varchar, computed_at timestamp, run_id varchar
"""
_HISTORY_TABLES = """
create schema if not exists quality;
create table if not exists quality.model_evaluations (
    model varchar, model_version varchar, metric varchar, value double, ci_low double, ci_high double,
    split varchar, evaluated_at timestamp, run_id varchar, customers integer
);
create table if not exists quality.model_versions (
    model varchar, model_version varchar, status varchar, trained_at timestamp, data_hash varchar,
    parameters json, run_id varchar
);
"""


def create_history_tables(connection: DuckDBPyConnection) -> None:
    """Create the tables of evaluations and versions where they are missing; they keep every night's rows."""
    connection.execute(_HISTORY_TABLES)


def replace_recommendations_table(connection: DuckDBPyConnection) -> None:
    """Put an empty table of recommendations in the place of the old one; call it inside a transaction."""
    connection.execute("create schema if not exists activation")
    connection.execute(f"create or replace table {RECOMMENDATIONS} ({_RECOMMENDATION_COLUMNS})")


def write_evaluations(
    connection: DuckDBPyConnection,
    evaluations: Iterable[Evaluation],
    *,
    model_version: str,
    evaluated_at: datetime,
    run_id: str,
) -> None:
    """Replace the evaluations of a version by these."""
    rows = [
        [
            e.strategy,
            model_version,
            e.metric,
            e.value,
            e.ci_low,
            e.ci_high,
            "test",
            evaluated_at,
            run_id,
            e.customers,
        ]
        for e in evaluations
    ]
    create_history_tables(connection)
    with transaction(connection):
        connection.execute("delete from quality.model_evaluations where model_version = ?", [model_version])
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into quality.model_evaluations values ({marks})", rows)


def read_metrics(connection: DuckDBPyConnection, model_version: str) -> dict[str, float]:
    """Return the measured values of a version as {"<model> <metric>": value}."""
    query = "select model || ' ' || metric, value from quality.model_evaluations where model_version = ? order by 1"
    return dict(connection.execute(query, [model_version]).fetchall())


def write_champion(
    connection: DuckDBPyConnection,
    *,
    model_version: str | None,
    trained_at: datetime,
    data_hash: str,
    parameters: Mapping[str, Any],
    run_id: str,
) -> None:
    """Make a version the champion and retire the one before; None where there was nothing to train on."""
    create_history_tables(connection)
    with transaction(connection):
        connection.execute(
            "update quality.model_versions set status = 'retired' where model = ? and status = 'champion'",
            [MODEL],
        )
        if model_version is None:
            return
        connection.execute(
            "delete from quality.model_versions where model = ? and model_version = ?", [MODEL, model_version]
        )
        connection.execute(
            "insert into quality.model_versions values (?, ?, 'champion', ?, ?, ?, ?)",
            [MODEL, model_version, trained_at, data_hash, json.dumps(parameters, sort_keys=True), run_id],
        )


def read_champion(connection: DuckDBPyConnection) -> str | None:
    """Return the version that lists are made with, or None."""
    create_history_tables(connection)
    query = "select model_version from quality.model_versions where model = ? and status = 'champion'"
    row = connection.execute(query, [MODEL]).fetchone()
    return row[0] if row else None


def read_latest_versions(connection: DuckDBPyConnection, count: int) -> list[str]:
    """Return the champion and the versions trained last, `count` in all."""
    query = """
        select model_version from quality.model_versions where model = ?
        order by status = 'champion' desc, trained_at desc, model_version limit ?
    """
    return [row[0] for row in connection.execute(query, [MODEL, count]).fetchall()]

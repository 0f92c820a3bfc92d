"""What became of each version of a model: quality.model_versions, of all models of this stage.

Whom a rollback may go back to is decided in serving/registry.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Version:
    """A trained model: its name, and a version that follows from data and parameters."""

    model: str
    model_version: str
    run: Run
    data_hash: str
    parameters: Mapping[str, Any]


def write_version(
    connection: DuckDBPyConnection,
    version: Version,
    status: Literal["champion", "refused"],
    reason: str | None = None,
) -> None:
    """Replace a version's row; a new champion retires the one before, a refused one leaves it.

    reason: why it was refused.
    """
    create_record_tables(connection)
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
    create_record_tables(connection)
    with transaction(connection):
        _retire(connection, model)
        connection.execute(
            "update quality.model_versions set status = 'champion' where model = ? and model_version = ?",
            [model, model_version],
        )


def read_champion(connection: DuckDBPyConnection, model: str) -> tuple[str, dict[str, Any]] | None:
    """Return version and parameters of the champion, or None."""
    create_record_tables(connection)
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
    create_record_tables(connection)
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


def withdraw_later(
    connection: DuckDBPyConnection, model: str, model_version: str, at: datetime, reason: str
) -> list[str]:
    """Withdraw every champion of nights after this version's, which becomes the champion; return those withdrawn."""
    create_record_tables(connection)
    with transaction(connection):
        withdrawn = connection.execute(
            """
            update quality.model_versions set status = 'retired', reason = $reason, withdrawn_at = $at
            where model = $model and status in ('champion', 'retired') and (parameters ->> 'as_of')::timestamp > (
                select (parameters ->> 'as_of')::timestamp from quality.model_versions
                where model = $model and model_version = $version
            )
            returning model_version
            """,
            {"model": model, "version": model_version, "at": at, "reason": reason},
        ).fetchall()
        connection.execute(
            """
            update quality.model_versions
            set status = if(model_version = $version, 'champion', 'retired'),
                reason = if(model_version = $version, null, reason),
                withdrawn_at = if(model_version = $version, null, withdrawn_at)
            where model = $model and (model_version = $version or status = 'champion')
            """,
            {"model": model, "version": model_version},
        )
    return sorted(version for (version,) in withdrawn)


def is_withdrawn(connection: DuckDBPyConnection, model: str, model_version: str) -> bool:
    """Whether a rollback withdrew this version."""
    query = """
        select 1 from quality.model_versions
        where model = ? and model_version = ? and withdrawn_at is not null
    """
    return connection.execute(query, [model, model_version]).fetchone() is not None


def _retire(connection: DuckDBPyConnection, model: str) -> None:
    connection.execute(
        "update quality.model_versions set status = 'retired' where model = ? and status = 'champion'",
        [model],
    )

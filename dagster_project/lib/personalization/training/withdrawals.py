"""What a rollback leaves in the record of versions: later champions that are withdrawn.

Here belongs withdrawing and asking for it; who may be gone back to is decided in registry.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization import model_records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def withdraw_later(
    connection: DuckDBPyConnection, model: str, model_version: str, at: datetime, reason: str
) -> list[str]:
    """Withdraw every champion of nights after this version's, which becomes the champion; return those withdrawn."""
    model_records.create_tables(connection)
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

"""The registry of the recommender's versions: what there is, and going back to an earlier one.

Here belongs what a person asks for. What a night decides by itself is in challenge.py.

A rollback withdraws every champion of later nights. The next night trains a challenger as ever and holds it against the
version that was gone back to; parameters found by tuning that were withdrawn are not tried again, and neither is the
withdrawn model on the same data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization import artefacts, model_records
from dagster_project.lib.personalization.tables import MODEL
from dagster_project.lib.personalization.training import trials, withdrawals
from dagster_project.lib.personalization.training.challenge import load_sound

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_VERSIONS = """
select
    model_version, status, parameters ->> 'as_of' as as_of, strftime(trained_at, '%Y-%m-%dT%H:%M:%S') as trained_at,
    reason, withdrawn_at is not null as is_withdrawn,
    (
        select any_value(value) from quality.model_evaluations as e
        where e.model_version = v.model_version and e.model = v.model and e.metric = 'ndcg@10' and e.split = 'test'
    ) as ndcg
from quality.model_versions as v
where model = ?
order by as_of desc nulls last, trained_at desc, model_version
"""
_SEE = "see `kindred recommendations versions`"


@dataclass(frozen=True)
class RegisteredVersion:
    """One version: when it was trained and for which instant, what became of it and why, and whether it can be served.

    as_of, trained_at: ISO times, UTC. ndcg: NDCG@10 over all products on the last 28 days before `as_of`, or None.
    """

    model_version: str
    status: str
    as_of: str | None
    trained_at: str
    reason: str | None
    is_withdrawn: bool
    ndcg: float | None
    is_on_disk: bool


@dataclass(frozen=True)
class Rollback:
    """From which version to which, and what was withdrawn."""

    from_version: str | None
    to_version: str
    withdrawn: list[str]


def list_versions(connection: DuckDBPyConnection, folder: Path) -> list[RegisteredVersion]:
    """Return every version of the recommender, the newest first. Reads only: [] where there is no registry yet."""
    has_registry = (
        "select 1 from duckdb_tables() where schema_name = 'quality' and table_name = 'model_versions'"
    )
    if connection.execute(has_registry).fetchone() is None:
        return []
    rows = connection.execute(_VERSIONS, [MODEL]).fetchall()
    return [
        RegisteredVersion(
            version,
            status,
            as_of,
            trained_at,
            reason,
            withdrawn,
            ndcg,
            artefacts.has_artefact(folder, version),
        )
        for version, status, as_of, trained_at, reason, withdrawn, ndcg in rows
    ]


def roll_back(
    connection: DuckDBPyConnection, *, folder: Path, at: datetime, to_version: str | None = None
) -> Rollback:
    """Make an earlier version the champion and withdraw those of later nights.

    to_version: the one before the champion where None. at: the caller's time, naive UTC. KindredError where there is no
    such version, where it was refused, or where its artefact is gone or broken; nothing is changed then.
    """
    model_records.create_tables(connection)
    trials.create_table(connection)
    versions = {version.model_version: version for version in list_versions(connection, folder)}
    champion = next((name for name, version in versions.items() if version.status == "champion"), None)
    target = to_version or _before(versions, champion)
    if target not in versions:
        raise KindredError(f"there is no version {target}", _SEE)
    if versions[target].status == "refused":
        raise KindredError(f"version {target} was refused ({versions[target].reason})", _SEE)
    if load_sound(connection, target, folder=folder) is None:
        raise KindredError(f"the artefact of version {target} is gone or broken", _SEE)
    reason = f"withdrawn by a rollback to {target}"
    withdrawn = withdrawals.withdraw_later(connection, MODEL, target, at, reason)
    return Rollback(champion, target, withdrawn)


def _before(versions: dict[str, RegisteredVersion], champion: str | None) -> str:
    """The newest version of a night before the champion's that was published and can be served."""
    of_champion = versions[champion].as_of if champion else None
    for name, version in versions.items():
        is_before = version.as_of is not None and (of_champion is None or version.as_of < of_champion)
        if is_before and version.status == "retired" and not version.is_withdrawn and version.is_on_disk:
            return name
    raise KindredError("there is no earlier version to go back to", _SEE)

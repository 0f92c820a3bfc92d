"""Champions of the recommender: the one of the night before, and whether its artefact can be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import tables
from dagster_project.lib.personalization.records import artefacts, versions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.hybrid import Hybrid
    from models_ml.recommendations.parameters import RecommenderParameters


@dataclass(frozen=True)
class Champion:
    """What was published before tonight: its version, and what quality.model_versions keeps as its parameters."""

    model_version: str
    record: Mapping[str, Any]

    @property
    def configuration(self) -> RecommenderParameters:
        """Its parameters, as far as the code of tonight still has them."""
        from models_ml.recommendations.parameters import RecommenderParameters

        known = {field.name for field in fields(RecommenderParameters)}
        return RecommenderParameters(**{name: v for name, v in self.record.items() if name in known})

    @property
    def newest_interaction(self) -> datetime | None:
        """Of those that it was fitted to."""
        newest = self.record.get("newest_interaction")
        return datetime.fromisoformat(newest) if newest else None


def read_champion_before(connection: DuckDBPyConnection, as_of: datetime) -> Champion | None:
    """Return the champion of the last night before this instant that no rollback withdrew."""
    row = versions.read_earlier_champion(connection, tables.MODEL, as_of)
    return Champion(*row) if row else None


def fall_back(connection: DuckDBPyConnection, as_of: datetime, *, folder: Path) -> str | None:
    """Make the last champion before this instant whose artefact is whole the champion; return it, or None."""
    chosen = None
    for version, _ in versions.read_earlier_champions(connection, tables.MODEL, as_of):
        if load_sound(connection, version, folder=folder) is not None:
            chosen = version
            break
    versions.name_champion(connection, tables.MODEL, chosen)
    return chosen


def load_sound(connection: DuckDBPyConnection, version: str, *, folder: Path) -> Hybrid | None:
    """Return the hybrid of a version, None where its artefact is gone, broken, or not what was saved."""
    from models_ml.recommendations.gate import find_fault

    try:
        hybrid = artefacts.load_artefact(folder, version)
    except (FileNotFoundError, ValueError):
        return None
    data_hash = versions.read_data_hash(connection, tables.MODEL, version)
    return None if find_fault(hybrid, data_hash) else hybrid

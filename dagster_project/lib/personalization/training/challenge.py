"""Whether tonight's recommender may take the place of the champion, and what is written of it either way.

Here belongs what a challenger is held against, in which order, and the champion of earlier nights that is served where
it is refused. What counts as broken, spoilt or worse is said by `models_ml.recommendations.gate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import artefacts, model_records, tables
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.training import withdrawals
from dagster_project.lib.personalization.training.training import describe_version, score_on_split
from dagster_project.lib.personalization.training.training_data import TrainingData

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.hybrid import Hybrid
    from models_ml.recommendations.parameters import RecommenderParameters

    Values = dict[str, dict[str, np.ndarray[Any, Any]]]

KEPT_VERSIONS = 5
"""How many artefacts stay on disk for `kindred recommendations rollback`."""
POPULARITY = "popularity"

_ALLOWED_DELAY = timedelta(days=1)
"""The newest interaction may go with a customer who is erased or objects; a whole day does not."""


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
    row = model_records.read_earlier_champion(connection, tables.MODEL, as_of)
    return Champion(*row) if row else None


def judge(
    connection: DuckDBPyConnection,
    data: TrainingData,
    values: Values,
    champion: Champion | None,
    *,
    folder: Path,
) -> str | None:
    """Return why the challenger whose artefact lies in `folder` must not be published, or None.

    values: NDCG@10 of the challenger's configuration and of popularity for each customer of the split; {} where nobody
    could be measured, and then only what is broken, stale or spoilt is refused.
    """
    from models_ml.recommendations.gate import find_better_rival, find_fault, find_forgotten

    if withdrawals.is_withdrawn(connection, tables.MODEL, data.model_version):
        return "withdrawn by a rollback: the same data and parameters give the same model"
    try:
        hybrid = artefacts.load_artefact(folder, data.model_version)
    except (FileNotFoundError, ValueError) as error:
        return f"broken: {error}"
    return (
        find_fault(hybrid, data.data_hash)
        or _find_delay(data, champion)
        or find_better_rival(
            values.get(tables.MODEL, {}), _measure_rivals(data, values, champion), seed=data.parameters.seed
        )
        or find_forgotten(hybrid.recommender)
    )


def record(
    connection: DuckDBPyConnection,
    run: Run,
    data: TrainingData,
    reason: str | None,
    *,
    tuned_by: str | None,
) -> None:
    """Write what became of a challenger, and keep the artefacts of the last versions only."""
    if not withdrawals.is_withdrawn(connection, tables.MODEL, data.model_version):
        version = describe_version(data, tuned_by, run)
        model_records.write_version(connection, version, "refused" if reason else "champion", reason)
    kept = model_records.read_latest_versions(connection, tables.MODEL, KEPT_VERSIONS)
    artefacts.remove_other_artefacts(run.folder, kept)


def fall_back(connection: DuckDBPyConnection, as_of: datetime, *, folder: Path) -> str | None:
    """Make the last champion before this instant whose artefact is whole the champion; return it, or None."""
    chosen = None
    for version, _ in model_records.read_earlier_champions(connection, tables.MODEL, as_of):
        if load_sound(connection, version, folder=folder) is not None:
            chosen = version
            break
    model_records.name_champion(connection, tables.MODEL, chosen)
    return chosen


def load_sound(connection: DuckDBPyConnection, version: str, *, folder: Path) -> Hybrid | None:
    """Return the hybrid of a version, None where its artefact is gone, broken, or not what was saved."""
    from models_ml.recommendations.gate import find_fault

    try:
        hybrid = artefacts.load_artefact(folder, version)
    except (FileNotFoundError, ValueError):
        return None
    data_hash = model_records.read_data_hash(connection, tables.MODEL, version)
    return None if find_fault(hybrid, data_hash) else hybrid


def _find_delay(data: TrainingData, champion: Champion | None) -> str | None:
    """Return why the challenger saw less of the present than the champion did, or None."""
    before = champion.newest_interaction if champion else None
    newest = data.newest_interaction
    if before is None or (newest is not None and newest >= before - _ALLOWED_DELAY):
        return None
    seen = f"{newest:%Y-%m-%d %H:%M}" if newest else "nothing"
    return f"stale: the newest interaction is of {seen}, that of the champion was of {before:%Y-%m-%d %H:%M}"


def _measure_rivals(data: TrainingData, values: Values, champion: Champion | None) -> Values:
    """Return what the challenger must not be worse than, on the split and the customers that it was measured on."""
    if not values:
        return {}
    rivals = {POPULARITY: values[POPULARITY]}
    # the same configuration on the same split is the same model, and an objective is the shop's to declare, not worse
    earlier = replace(champion.configuration, objective=data.parameters.objective) if champion else None
    if earlier is not None and earlier != data.parameters:
        measured = score_on_split(data.using(earlier), (tables.MODEL,))
        rivals["the champion's configuration"] = measured[tables.MODEL]
    return rivals

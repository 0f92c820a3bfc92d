"""Whether tonight's recommender may take the place of the champion, and what is written of it either way.

Here belongs what a challenger is held against, and in which order. What counts as broken, spoilt or worse is said by
`models_ml.recommendations.gate`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import tables
from dagster_project.lib.personalization.records import artefacts, versions
from dagster_project.lib.personalization.records.champions import Champion
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.training.training import describe_version, score_on_split
from dagster_project.lib.personalization.training.training_data import TrainingData

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    Values = dict[str, dict[str, np.ndarray[Any, Any]]]

KEPT_VERSIONS = 5
"""How many artefacts stay on disk for `kindred recommendations rollback`."""
POPULARITY = "popularity"

_ALLOWED_DELAY = timedelta(days=1)
"""The newest interaction may go with a customer who is erased or objects; a whole day does not."""


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

    if versions.is_withdrawn(connection, tables.MODEL, data.model_version):
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
    if not versions.is_withdrawn(connection, tables.MODEL, data.model_version):
        version = describe_version(data, tuned_by, run)
        versions.write_version(connection, version, "refused" if reason else "champion", reason)
    kept = versions.read_latest_versions(connection, tables.MODEL, KEPT_VERSIONS)
    artefacts.remove_other_artefacts(run.folder, kept)


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
    # the same configuration on the same split is the same model, and what a shop declares is not worse
    earlier = (
        replace(champion.configuration, objective=data.parameters.objective, ranking=data.parameters.ranking)
        if champion
        else None
    )
    if earlier is not None and earlier != data.parameters:
        measured = score_on_split(data.using(earlier), (tables.MODEL,))
        rivals["the champion's configuration"] = measured[tables.MODEL]
    return rivals

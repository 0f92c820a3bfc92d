"""A night's machine-made segments: found anew once a week, assigned every night. Call `cluster_customers`.

Here belongs when clusters are found anew and which earlier fit they are matched to. SQL belongs to cluster_data.py, the
clusters themselves to `models_ml.segmentation`. Nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.personalization.clusters import cluster_data
from dagster_project.lib.personalization.clusters.cluster_settings import ClusterSettings
from dagster_project.lib.personalization.records import artefacts, versions
from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.personalization.run import Run

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.segmentation.clustering import Clustering

    Array = np.ndarray[Any, Any]

MODEL = "clusters"
LEAST_CUSTOMERS = 50
"""With fewer there are no clusters."""
KEPT_VERSIONS = 5
MUCH_DRIFT = 0.25
_MOST_MISSING = 0.2


@dataclass
class ClustersResult:
    """What a night's clusters came to; counts and measures only, nothing of a person. sizes: the largest first."""

    customers: int = 0
    model_version: str | None = None
    is_refitted: bool = False
    sizes: list[int] = field(default_factory=list)
    silhouette: float | None = None
    drift: float | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Fit:
    """A clustering with when it was found and by which settings."""

    clustering: Clustering
    fitted_at: datetime
    settings: dict[str, Any]


def cluster_customers(
    connection: DuckDBPyConnection, run: Run, settings: ClusterSettings, withheld: Collection[str] = ()
) -> ClustersResult:
    """Find clusters or take those of the last fit, and write who is in which.

    withheld: features that nobody may be sorted by. What a night gives follows from its marts and the fits of earlier
    instants, however often it is run. KindredError where the settings name a feature that there is not or that is
    withheld.
    """
    cluster_data.create_tables(connection)
    create_record_tables(connection)
    as_of = read_as_of(connection)
    customers, values = cluster_data.read_features(connection, settings.features, withheld)
    result = ClustersResult(customers=len(customers))
    fit = None
    if len(customers) >= LEAST_CUSTOMERS:
        result.notes += _note_missing(settings.features, values)
        earlier = _read_earlier(connection, run.folder, settings, as_of)
        fit, result.is_refitted = _choose(settings, values, earlier, as_of)
        if fit is None:
            result.notes.append(f"{settings.algorithm} found no dense region: no clusters")
        elif earlier is None or fit is not earlier[1]:
            result.model_version = _save(connection, run, fit, values, as_of)
        else:
            result.model_version = earlier[0]
    else:
        result.notes.append(f"fewer than {LEAST_CUSTOMERS} known customers: no clusters")
    versions.name_champion(connection, MODEL, result.model_version)
    result.sizes = cluster_data.write_clusters(
        connection, customers, values, fit.clustering if fit else None,
        fitted_at=fit.fitted_at if fit else as_of, model_version=result.model_version,
    )  # fmt: skip
    if fit is not None:
        result.silhouette = fit.clustering.silhouette
        result.drift = round(fit.clustering.drift(values), 6)
        if result.drift > MUCH_DRIFT:
            result.notes.append(f"customers have changed since the fit (stability index {result.drift:.2f})")
    return result


def _choose(
    settings: ClusterSettings, values: Array, earlier: tuple[str, _Fit] | None, as_of: datetime
) -> tuple[_Fit | None, bool]:
    """Return tonight's fit, and whether it was found anew; None where the algorithm finds no cluster."""
    from models_ml.segmentation.clustering import fit_clustering

    wanted = settings.model_dump()
    if earlier is not None:
        fit = earlier[1]
        if fit.settings == wanted and as_of - fit.fitted_at < timedelta(days=settings.refit_days):
            if not settings.mini_batch:
                return fit, False
            return _Fit(fit.clustering.update(values), fit.fitted_at, wanted), False
    clustering = fit_clustering(
        values,
        settings.features,
        settings.algorithm,
        clusters=None if settings.clusters == "auto" else settings.clusters,
        largest=settings.largest_number,
        minimum_size=settings.minimum_size,
        earlier=earlier[1].clustering if earlier else None,
    )
    return (_Fit(clustering, as_of, wanted), True) if clustering else (None, True)


def _read_earlier(
    connection: DuckDBPyConnection, folder: Path, settings: ClusterSettings, as_of: datetime
) -> tuple[str, _Fit] | None:
    """Return the last fit of an earlier instant over the same features, or None."""
    from models_ml.segmentation.clustering import CODE_VERSION, Clustering

    row = versions.read_earlier_champion(connection, MODEL, as_of)
    if row is None or row[1]["settings"]["features"] != settings.features or row[1]["code"] != CODE_VERSION:
        return None
    try:
        arrays, _ = artefacts.load_arrays(folder, MODEL, row[0])
    except FileNotFoundError:
        return None
    fitted_at = datetime.fromisoformat(row[1]["fitted_at"])
    return row[0], _Fit(Clustering.from_arrays(arrays), fitted_at, row[1]["settings"])


def _save(connection: DuckDBPyConnection, run: Run, fit: _Fit, values: Array, as_of: datetime) -> str:
    """Write artefact and version of a fit; return the version, which follows from its content and instant."""
    from models_ml.segmentation.clustering import CODE_VERSION

    arrays = fit.clustering.as_arrays()
    parameters = {
        "as_of": as_of.isoformat(),
        "fitted_at": fit.fitted_at.isoformat(),
        "settings": fit.settings,
        "code": CODE_VERSION,
    }
    digest = sha256(json.dumps(parameters, sort_keys=True).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    version = digest.hexdigest()[:16]
    data_hash = sha256(values.tobytes()).hexdigest()
    artefacts.save_arrays(run.folder, MODEL, version, arrays, {**parameters, "model_version": version})
    record = versions.Version(MODEL, version, run, data_hash, parameters)
    versions.write_version(connection, record, "champion")
    kept = versions.read_latest_versions(connection, MODEL, KEPT_VERSIONS)
    artefacts.remove_other_artefacts(run.folder, kept, MODEL)
    return version


def _note_missing(features: list[str], values: Array) -> list[str]:
    """Say of which features many values were missing, and so are the median."""
    import numpy as np

    shares = np.isnan(values).mean(axis=0)
    named = [
        f"{name} {share:.0%}" for name, share in zip(features, shares, strict=True) if share > _MOST_MISSING
    ]
    return [f"missing and taken as the median: {', '.join(named)}"] if named else []
